"""Reports over a million calls: how long the first reader waits, and every later one.

    python -m tests.bench.reports [--calls 1000000] [--days 60] [--people 200] [--home FOLDER]

Fills a database straight through its tables, with 2.5 acts and one solution for each call, then draws each report.
The first drawing counts every day once and keeps its sums; with calls that come one by one that never happens at once.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from kb.domain.calls import EXEMPT, Act, ActKind, Call, Exemption
from kb.domain.person import Person, Role
from kb.domain.report import By, Span
from kb.domain.solutions import Outcome, Solution, SolutionKind
from kb.ports import Scope
from kb.services.reports import Reports
from kb.storage import Database, open_store
from kb.storage.mapping import to_row
from kb.storage.tables_calls import ActRow, CallRow, SolutionRow

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
BATCH = 5_000
DIRECTOR = Person(1, "director", "主任", Role.DIRECTOR)
LEADER = Person(2, "leader", "组长", Role.TEAM_LEADER, team="第03组")
AGENT = Person(3, "agent046", "坐席", Role.AGENT)


def rows_of(number: int, at: datetime, day: date, people: int, rng: random.Random) -> tuple[Any, Any, list[Any]]:
    """One call with its solution and acts, as rows."""
    part = at.hour // 8
    who = rng.randrange(people // 3) * 3 + part  # one shift a day each
    person, team, shift = f"agent{who:03}", f"第{who // 15:02}组", ("中班", "晚班", "早班")[part]
    exempt = rng.random() < 0.05
    settled = at + timedelta(seconds=rng.choice((40, 120, 200, 500)))
    kind = rng.choices(tuple(SolutionKind), (80, 4, 6, 10))[0]
    code = f"FAQ-{int(rng.paretovariate(0.8)) % 3000:04}"
    call = Call(
        person=person, team=team, shift=shift, opened_at=at - timedelta(minutes=4), ended_at=at, day=day,
        due_at=at + timedelta(minutes=5), settled_at=settled, settled_as=EXEMPT if exempt else str(kind),
        exemption=Exemption.SILENT if exempt else None,
    )  # fmt: skip
    solution = Solution(
        number=number, call=number, key=str(number), person=person, team=team, at=settled, kind=kind, code=code,
        problem_type=f"类型{int(rng.paretovariate(1)) % 40}", asked=f"问题{int(rng.paretovariate(0.6)) % 20000}怎么办",
        text="" if kind is SolutionKind.USED else f"请客户补交材料{rng.randrange(10**6)}", opened=rng.random() < 0.9,
    )  # fmt: skip
    searched = Act(
        person=person,
        call=number,
        at=at - timedelta(minutes=2),
        kind=ActKind.SEARCH,
        text="怎么办",
        hits=rng.randrange(8),
    )
    opened = Act(person=person, call=number, at=at, kind=ActKind.OPEN, code=code, waited=rng.expovariate(1 / 15))
    acts = [searched, opened] + ([Act(person=person, call=number, at=at, kind=ActKind.COPY, code=code)] * (number % 2))
    return call, solution, acts


def fill(store: Database, calls: int, days: int, people: int) -> None:
    rng = random.Random(5)
    step = timedelta(days=days) / calls
    first = NOW - timedelta(days=days)
    with store.engine.connect().execution_options(kb_writes=True) as connection:
        for batch in _batches(calls):
            made = [
                rows_of(n, first + step * n, (first + step * n).astimezone(ZONE).date(), people, rng) for n in batch
            ]
            connection.execute(
                insert(CallRow), [to_row(c) | {"number": n} for n, (c, _, _) in zip(batch, made, strict=True)]
            )
            connection.execute(insert(SolutionRow), [to_row(s) for _, s, _ in made])
            connection.execute(insert(ActRow), [to_row(act) for _, _, acts in made for act in acts])
        connection.commit()


def _batches(calls: int) -> Iterator[range]:
    for start in range(1, calls + 1, BATCH):
        yield range(start, min(start + BATCH, calls + 1))


def timed(label: str, do: Callable[[], object]) -> None:
    began, spent = time.perf_counter(), time.process_time()
    do()
    took = time.perf_counter() - began
    print(f"{label:<52}{took:8.2f} s, {time.process_time() - spent:6.2f} s of them computing", flush=True)


def _one_more(store: Database) -> None:
    call = Call(
        person="agent001", team="第00组", shift="晚班", opened_at=NOW, ended_at=NOW, day=NOW.astimezone(ZONE).date()
    )
    with store.write() as uow:
        uow.calls.add(call)
        uow.commit()


def _decide(store: Database) -> None:
    with store.write() as uow:
        found = uow.solutions.of_call(1_000 * 700)[0]
        uow.solutions.put(replace(found, outcome=Outcome.DECLINED, outcome_at=NOW))
        uow.commit()


def measure(store: Database, reports: Reports, last: date) -> None:
    month = reports.period(Span.MONTH, last)
    timed("first of all: a month, every day counted once", lambda: reports.draw(DIRECTOR, month))
    timed("the same with what lies before it", lambda: reports.draw(DIRECTOR, reports.period(Span.MONTH, last)))
    for span in Span:
        period = reports.period(span, last)
        for by in By:
            timed(f"{span} by {by}, the whole centre", lambda p=period, b=by: reports.draw(DIRECTOR, p, b))
    timed("month, a team leader", lambda: reports.draw(LEADER, month))
    timed("month, an agent's own", lambda: reports.mine(AGENT, month))
    timed("month again, a call having just ended", lambda: (_one_more(store), reports.draw(DIRECTOR, month)))
    timed("month again, an old solution having been decided", lambda: (_decide(store), reports.draw(DIRECTOR, month)))
    for figure in ("late", "unopened", "repeated", "zero"):
        timed(f"rows behind {figure}, first page", lambda f=figure: reports.rows(DIRECTOR, month, f))
        timed(f"rows behind {figure}, page 200", lambda f=figure: reports.rows(DIRECTOR, month, f, page=200))
        timed(
            f"rows behind {figure} of one person",
            lambda f=figure: reports.rows(DIRECTOR, month, f, Scope(person="agent046")),
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, default in (("calls", 1_000_000), ("days", 60), ("people", 200)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--home", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = (chosen.home or Path(folder)) / "kb.sqlite3"
        is_new = not path.exists()
        store = open_store(f"sqlite:///{path}", migrate=True)
        if is_new:
            timed(
                f"filling {chosen.calls} calls over {chosen.days} days",
                lambda: fill(store, chosen.calls, chosen.days, chosen.people),
            )
        measure(store, Reports(store, lambda: NOW, ZONE), NOW.astimezone(ZONE).date())
        store.close()


if __name__ == "__main__":
    main()
