"""知席: the knowledge itself.

Layers, and who may import whom (held by ``tests/test_architecture.py``)::

    webapp ──────────────► indexer ──────────► kb
       └───────────────────────────────────────►│
                                                │
    kb.services ──► kb.ports ──► kb.domain ◄── kb.storage (the only one that knows SQLAlchemy)
    kb.exchange ──────────────► kb.domain      (files in and out: Markdown, jsonl, csv, xlsx, docx)

``kb.domain`` imports nothing but the standard library. Importing any module here does nothing:
no engine, no dictionary and no application is built before somebody asks for it.
"""
