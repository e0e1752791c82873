"""Links from one entry to another, as they stand in Markdown: ``[看这里](kb:FAQ-0042)``."""

from __future__ import annotations

import re

_KB_LINK = re.compile(r"\]\(\s*<?kb:([A-Za-z0-9-]{3,40})")


def linked_codes(body: str) -> list[str]:
    """The codes that ``kb:CODE`` links name, in order, each once: ``[看这里](kb:FAQ-0042)`` gives ``["FAQ-0042"]``."""
    return list(dict.fromkeys(code.upper() for code in _KB_LINK.findall(body)))
