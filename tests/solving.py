"""Ended calls with their solutions, made through the services as the agents' pages make them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

from kb.domain.person import Person, Role
from kb.domain.solutions import Solution, SolutionKind
from kb.ports import Store
from kb.services.calls import Calls
from kb.services.solutions import Solutions

_KEYS = count(1)
WANG = Person(51, "wang", "王芳", Role.AGENT, team="一组")
ZHAO = Person(52, "zhao", "赵敏", Role.AGENT, team="二组")


def solved(
    store: Store, clock: Callable[[], datetime], kind: SolutionKind, asked: str, *, by: Person = WANG, **fields: str
) -> Solution:
    """One call, ended, and what was recorded after it."""
    calls = Calls(store, clock, UTC)
    number = calls.open(by).number
    calls.end(by)
    made = Solutions(store, clock).record(by, number, key=f"k{next(_KEYS)}", kind=kind, asked=asked, **fields)  # type: ignore[arg-type]
    return made.solution


def used(
    store: Store, clock: Callable[[], datetime], asked: str, code: str = "FAQ-0042", by: Person = WANG
) -> Solution:
    return solved(store, clock, SolutionKind.USED, asked, by=by, code=code)


def flagged(
    store: Store, clock: Callable[[], datetime], text: str, code: str = "FAQ-0042", by: Person = WANG
) -> Solution:
    return solved(store, clock, SolutionKind.FLAGGED, "等待期到底几天", by=by, code=code, text=text)


def improved(
    store: Store, clock: Callable[[], datetime], text: str, code: str = "FAQ-0042", by: Person = WANG
) -> Solution:
    return solved(store, clock, SolutionKind.IMPROVED, "等待期怎么算", by=by, code=code, text=text)


def added(
    store: Store, clock: Callable[[], datetime], asked: str, text: str = "目前不能，已登记。", by: Person = WANG
) -> Solution:
    return solved(store, clock, SolutionKind.ADDED, asked, by=by, text=text)
