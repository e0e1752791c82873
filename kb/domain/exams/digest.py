"""The training digest: the month's key points and error-prone points, as Markdown to be edited and published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """That of ``month`` (its first day). ``draft`` is the draft it is written in, 0 for none any more; ``code`` the
    entry it has become."""

    month: date
    draft: int
    code: str = ""
    author: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """An entry that is worth training: ``say`` is what may be read out, ``why`` the reason of the change, ``times`` how
    often it was opened or flagged."""

    code: str
    title: str
    say: str = ""
    why: str = ""
    times: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a month gives to train. ``unanswered``: questions that nothing answers, with how often they were asked.
    ``failed``: questions that most got wrong, with the share of those, 0 to 1."""

    month: date
    new: Sequence[Point] = ()
    changed: Sequence[Point] = ()
    opened: Sequence[Point] = ()
    flagged: Sequence[Point] = ()
    unanswered: Sequence[tuple[str, int]] = ()
    failed: Sequence[tuple[str, float]] = ()

    @property
    def is_empty(self) -> bool:
        parts = (self.new, self.changed, self.opened, self.flagged, self.unanswered, self.failed)
        return not any(parts)


def digest_title(month: date) -> str:
    return f"{month.year}年{month.month}月培训要点"


def digest_text(material: Material) -> str:
    """As Markdown; each entry is linked, so that readers get what is in force when they read."""
    parts = [
        ("本月新增", [_changed(point) for point in material.new]),
        ("本月变更", [_changed(point) for point in material.changed]),
        ("来电问得最多", [f"- {_link(point)}：{point.times} 次" for point in material.opened]),
        ("容易出错：座席指出有误的", [f"- {_link(point)}：{point.times} 次" for point in material.flagged]),
        ("容易出错：上次考试错得多的", [f"- {_plain(stem)}（{share:.0%} 答错）" for stem, share in material.failed]),
        ("还没有答案的问题", [f"- {_plain(text)}：{times} 次" for text, times in material.unanswered]),
    ]
    return "\n\n".join(f"## {title}\n\n" + "\n".join(lines) for title, lines in parts if lines)


def _changed(point: Point) -> str:
    lines = [f"- **{_link(point)}**" + (f"：{_plain(point.why)}" if point.why else "")]
    if point.say:
        lines.append(f"  {_plain(point.say)}")
    return "  \n".join(lines)


def _link(point: Point) -> str:
    return f"[{_plain(point.title)}](kb:{point.code})"


def _plain(text: str) -> str:
    """On one line, with what Markdown would read as its own marks made harmless."""
    folded = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|" else letter for letter in folded)
