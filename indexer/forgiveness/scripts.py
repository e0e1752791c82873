"""What the normal form has changed in a question: traditional and full-width characters, for the explanation.

Entries and questions are compared in normal form (``indexer.text``), so nothing has to be repaired for these; the
person only learns that 醫療 was read as 医疗.
"""

from __future__ import annotations

import re

from indexer.forgiveness.values import Repair, Step
from indexer.text import normal

LOOKED_AT = 200  # characters
_RUN = re.compile(r"[\u3400-\u9fff]+|[\uff01-\uff5e\u3000]+")
_SHOWN_MOST = 6


def script_changes(raw: str) -> list[Repair]:
    """Stretches of ``raw`` (as typed) that were read in another form; case and blanks do not count.

    >>> [str(change) for change in script_changes("醫療險２０萬")]
    ['醫療險 → 医疗险', '２０ → 20', '萬 → 万']
    """
    found = []
    for match in _RUN.finditer(raw[:LOOKED_AT]):
        before, after = match.group(), normal(match.group())
        if before.casefold() != after and after.strip() and any(char.isalnum() for char in after):
            found.append(Repair(before, after, Step.SCRIPT, match.start()))
    return found[:_SHOWN_MOST]
