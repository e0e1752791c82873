"""What is put into an index for a period of an entry."""

from __future__ import annotations

from indexer.learned import Learned
from indexer.port import Document
from kb.domain.learning import with_learned
from kb.ports import Dated


def document_of(dated: Dated, learned: Learned) -> Document:
    """The document of ``dated``, with what was learned about its entry among the phrasings."""
    content = with_learned(dated.revision.content, learned.get(dated.code, ()))
    return Document(dated.code, dated.revision.number, content, dated.period.starts, dated.period.ends)
