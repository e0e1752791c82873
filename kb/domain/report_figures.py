"""The figures of a report: each with its name, its one definition as a sentence, and how it follows from sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kb.domain.errors import N_
from kb.domain.use import Count, Sums, crowded, keyed, repeated


class Unit(StrEnum):
    TIMES = "times"
    SHARE = "share"  # 0 to 1
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Figure:
    """``says`` is its definition in one sentence. ``names`` are the counts whose things stand behind it: drilling down
    shows them. ``to_verify``: it is shown, and never counted as good."""

    key: str
    label: str
    says: str
    of: Callable[[Mapping[str, int]], float | None]
    names: tuple[str, ...]
    unit: Unit = Unit.TIMES
    to_verify: bool = False


def summed(sums: Mapping[str, int], name: str) -> int:
    """What stands under ``name``, with all its keys."""
    return sums.get(name, 0) + sum(keyed(sums, name).values())


def _count(*names: str) -> Callable[[Mapping[str, int]], float]:
    return lambda sums: sum(sums.get(name, 0) for name in names)


def _share(part: str, *whole: str) -> Callable[[Mapping[str, int]], float | None]:
    def share(sums: Mapping[str, int]) -> float | None:
        total = sum(sums.get(name, 0) for name in whole)
        return sums.get(part, 0) / total if total else None

    return share


def _use_rate(sums: Mapping[str, int]) -> float | None:
    owing = sums.get(Count.ENDED, 0) - summed(sums, Count.EXEMPT)
    return sums.get(Count.IN_TIME, 0) / owing if owing else None


def median_of(counts: Mapping[str, int]) -> float | None:
    """The median of values given as ``{"12": 3}``: 12 three times. Of an even number, the mean of the middle two."""
    total = sum(counts.values())
    if not total:
        return None
    ordered = sorted((int(value), times) for value, times in counts.items())

    def at(place: int) -> int:
        for value, times in ordered:
            place -= times
            if place < 0:
                return value
        raise IndexError(place)

    return (at((total - 1) // 2) + at(total // 2)) / 2


def _waited(sums: Mapping[str, int]) -> float | None:
    return median_of(keyed(sums, Count.WAITED))


FIGURES: dict[str, Figure] = {
    figure.key: figure
    for figure in (
        Figure("use", N_("知识库使用率"), N_("按时记下解决方案的通话 ÷（结束的通话 − 免记的通话）。"), _use_rate, (Count.IN_TIME,), Unit.SHARE),
        Figure("ended", N_("结束的通话"), N_("本期结束的通话，按结束时的日期、班组和班次计。"), _count(Count.ENDED), (Count.ENDED,)),
        Figure("exempt", N_("免记"), N_("无声、打错、内部通话：不需要记解决方案。"), lambda s: summed(s, Count.EXEMPT), (Count.EXEMPT,)),
        Figure("in_time", N_("按时"), N_("在时限内记下第一条解决方案的通话。"), _count(Count.IN_TIME), (Count.IN_TIME,)),
        Figure("late", N_("逾时"), N_("记了解决方案，但过了时限的通话。"), _count(Count.LATE), (Count.LATE,)),
        Figure("owed", N_("没有补记"), N_("已经结束、还没有记解决方案的通话，包括时限未到的。"), _count(Count.OWED), (Count.OWED,)),
        Figure("confirmed", N_("用了（已打开）"), N_("记为“用了”，而且那条知识在这通电话里打开或复制过的解决方案。"), _count(Count.CONFIRMED), (Count.CONFIRMED,)),
        Figure("flagged", N_("有误"), N_("指出条目有误的解决方案。"), _count(Count.FLAGGED), (Count.FLAGGED,)),
        Figure("improved", N_("改进"), N_("给出更好写法的解决方案。"), _count(Count.IMPROVED), (Count.IMPROVED,)),
        Figure("added", N_("新增"), N_("库里没有、由座席写下的解决方案。"), _count(Count.ADDED), (Count.ADDED,)),
        Figure("accepted", N_("采纳率"), N_("“有误、改进、新增”里：被采纳的 ÷ 已经处理的。"), _share(Count.ACCEPTED, Count.DECIDED), (Count.ACCEPTED,), Unit.SHARE),
        Figure("linked", N_("关联条目"), N_("写明了是哪条知识的解决方案。"), _count(Count.LINKED), (Count.LINKED,)),
        Figure("searched", N_("先查后答"), N_("记下解决方案之前查过知识库的通话 ÷ 记了解决方案的通话。"), _share(Count.SEARCHED, Count.IN_TIME, Count.LATE), (Count.SEARCHED,), Unit.SHARE),
        Figure("waited", N_("问到答"), N_("从一次查询到打开条目的秒数，取整秒后的中位数；只计通话中的。"), _waited, (Count.WAITED,), Unit.SECONDS),
        Figure("zero", N_("查无结果"), N_("没有结果的查询 ÷ 全部查询；只计通话中的。"), _share(Count.ZERO, Count.SEARCHES), (Count.ZERO,), Unit.SHARE),
        Figure("repeated", N_("同样文字"), N_("同一人本期 3 次及以上写下同样文字的解决方案。"), _count("repeated"), (Count.SAID,), to_verify=True),
        Figure("unopened", N_("未打开就用了"), N_("记为“用了”，但那条知识在这通电话里没有打开或复制过。"), _count(Count.UNOPENED), (Count.UNOPENED,), to_verify=True),
        Figure("short", N_("文字过短"), N_("文字少于通话结束时规则里的最少字数；“用了”而不写文字的不算。"), _count(Count.SHORT), (Count.SHORT,), to_verify=True),
        Figure("burst", N_("临下班补记"), N_("班次最后 30 分钟里，10 分钟内补记 5 条及以上，通话都已结束超过 30 分钟。"), _count("burst"), (Count.HURRIED,), to_verify=True),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suspects:
    """What only one person's whole period can tell: marks of texts said again and again, moments that crowd together."""

    marks: frozenset[str] = frozenset()
    moments: frozenset[str] = frozenset()

    def holds(self, name: str) -> bool:
        """Whether a thing counted under ``name`` is shown."""
        start, _, key = name.partition("/")
        return (start == Count.SAID and key in self.marks) or (start == Count.HURRIED and key in self.moments)

    def found_in(self, texts: Mapping[str, int]) -> Sums:
        """How many of these texts and moments are to be verified."""
        found: Sums = Counter()
        for name, count in texts.items():
            if self.holds(name):
                found["repeated" if name.startswith(Count.SAID) else "burst"] += count
        return found


def suspects_of(own: Mapping[str, int]) -> Suspects:
    """``own`` are one person's sums over the whole period."""
    return Suspects(repeated(own), crowded(own))
