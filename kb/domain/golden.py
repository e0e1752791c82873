"""Golden questions: what callers ask and which entry must answer. A run is compared with the last accepted one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kb.domain.content import check_code
from kb.domain.errors import N_, Invalid
from kb.domain.text import single_line

QUERY_MOST, RELEVANT_MOST = 200, 10
ANSWERED = 5  # a question has its answer when one of its entries is among the first five


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """``relevant``: codes that answer, any of them. ``product`` is only used when it is evaluated with a filter."""

    query: str
    relevant: tuple[str, ...]
    product: str = ""
    author: str = ""
    at: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "query", single_line(self.query, field="query", most=QUERY_MOST))
        codes = tuple(dict.fromkeys(check_code(code, field="relevant") for code in self.relevant))
        object.__setattr__(self, "relevant", codes)
        if not self.query:
            raise Invalid(N_("问题不能为空。"), field="query")
        if not 1 <= len(codes) <= RELEVANT_MOST:
            raise Invalid(N_("请写明 1 到 {most} 个应当命中的条目编号。"), field="relevant", most=RELEVANT_MOST)


@dataclass(frozen=True, slots=True)
class GoldenRun:
    """``ranks``: question -> place of its answer among the first ten, 0 for none."""

    number: int
    ranks: Mapping[str, int]
    by: str
    at: datetime
    reason: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class GoldenChange:
    """What a run says against the last accepted one: question, rank before, rank now."""

    lost: list[tuple[str, int, int]] = field(default_factory=list)
    gained: list[tuple[str, int, int]] = field(default_factory=list)


def answered(rank: int) -> bool:
    return 1 <= rank <= ANSWERED


def compare(before: Mapping[str, int], after: Mapping[str, int]) -> GoldenChange:
    """Questions of both runs that lost or gained their answer, in the order of ``after``.

    >>> compare({"甲": 1, "乙": 0}, {"甲": 7, "乙": 2, "丙": 0}).lost
    [('甲', 1, 7)]
    """
    both = [(query, before[query], rank) for query, rank in after.items() if query in before]
    return GoldenChange(
        lost=[change for change in both if answered(change[1]) and not answered(change[2])],
        gained=[change for change in both if not answered(change[1]) and answered(change[2])],
    )
