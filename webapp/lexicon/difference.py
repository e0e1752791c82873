"""What is different between two texts of lines whose order means nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

SHOWN_MOST = 500  # lines


@dataclass(frozen=True, slots=True)
class Line:
    """A line that only one of the texts has. ``number`` counts from 1 in that text."""

    added: bool
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """``lines`` are at most ``SHOWN_MOST``, by number, what went before what came; the counts are of all.

    ``moved``: the lines are the same, in another order.
    """

    lines: list[Line]
    removed: int
    added: int
    moved: bool = False

    def __bool__(self) -> bool:
        return bool(self.lines) or self.moved


def difference(before: str, after: str) -> Difference:
    """Lines that went and lines that came. Takes time in proportion to the texts, whatever they are.

    >>> [(line.added, line.text) for line in difference("甲\\n乙", "乙\\n丙").lines]
    [(False, '甲'), (True, '丙')]
    """
    old, new = before.splitlines(), after.splitlines()
    gone = list(_only(old, Counter(new), added=False))
    come = list(_only(new, Counter(old), added=True))
    lines = sorted([*gone, *come], key=lambda line: (line.number, line.added))
    return Difference(lines[:SHOWN_MOST], len(gone), len(come), moved=not lines and old != new)


def _only(lines: list[str], others: Counter[str], *, added: bool) -> Iterator[Line]:
    """The lines beyond those that ``others`` has as often."""
    for number, text in enumerate(lines, 1):
        if others[text]:
            others[text] -= 1
        elif text.strip():
            yield Line(added, number, text)
