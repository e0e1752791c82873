"""Search: tokens, documents, engines behind one port, ranking, and keeping the index in step with the truth.

Knows ``kb``, never ``webapp``. Only ``whoosh_index`` (and its helpers) knows Whoosh.
"""
