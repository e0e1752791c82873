"""What search gains from solutions: `kb eval` before and after a coordinator has accepted what agents recorded.

    python -m tests.bench.learned_solutions [--solutions 2000] [--wrong 0.03] [--home FOLDER]

Entries and questions are the phrasings set of ``../shared/eval`` (or where ``KB_EVAL_DIR`` says). Each simulated call asks
in one of the wordings that the set keeps for learning, none of which is a question that is measured; the agent records
the entry that answered, and now and then the wrong one that search shows first. Calls, solutions and the coordinator's
acceptance go through the services that the pages use; every group of the queue is accepted whole, mistakes included.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.search import SearchRequest
from kb.domain.harvest import Sort, is_learnable
from kb.domain.person import Person, Role
from kb.domain.solutions import SolutionKind
from tests.bench.homes import filled, kb, opened
from webapp.wiring import Desk

EVAL = Path(os.environ.get("KB_EVAL_DIR", "../shared/eval"))
QUESTIONS = EVAL / "phrasings.queries.jsonl"
AGENTS = [Person(900 + n, f"agent{n:02}", f"座席{n}", Role.AGENT, team=f"{n % 4 + 1}组") for n in range(20)]
COORDINATOR = Person(990, "coordinator", "信息协调岗", Role.COORDINATOR)
SHOWN = ("mrr@10", "hit@1", "hit@5", "zero_hits", "p50_ms", "p99_ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--solutions", type=int, default=2_000)
    parser.add_argument("--wrong", type=float, default=0.03, help="share of solutions that name the wrong entry")
    parser.add_argument("--home", type=Path, help="an empty folder to keep the home in")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = given.home or Path(scratch) / "home"
        filled(home, EVAL / "phrasings.jsonl.gz")
        before = evaluated(home)
        show("before", before)
        desk = opened(home)
        try:
            with timed(f"{given.solutions} calls and solutions recorded"):
                wrong = record(desk, given.solutions, given.wrong)
            print(f"    of which {wrong} name the wrong entry")
            promote(desk)
        finally:
            desk.close()
        after = evaluated(home)
        show("after", after)
        print(
            f"mrr@10 {before['mrr@10']:.3f} -> {after['mrr@10']:.3f}, hit@1 {before['hit@1']:.3f} -> {after['hit@1']:.3f}"
        )


def evaluated(home: Path) -> dict[str, float]:
    found: dict[str, float] = json.loads(kb(home, "eval", QUESTIONS, "--json").output)
    return found


def show(name: str, figures: dict[str, float]) -> None:
    print(f"{name:7}", "  ".join(f"{key} {figures[key]:.3f}" for key in SHOWN if key in figures), flush=True)


def wordings() -> list[tuple[str, str]]:
    """Code and wording of everything that may be learned."""
    lines = (EVAL / "phrasings.asked_as.jsonl").read_text(encoding="utf-8").splitlines()
    return [(row["code"], said) for row in map(json.loads, lines) for said in row["asked_as"]]


def record(desk: Desk, count: int, wrong_share: float) -> int:
    """How many of them name the wrong entry."""
    chance, asked, wrong = random.Random(20261122), wordings(), 0
    for number in range(count):
        agent = chance.choice(AGENTS)
        code, said = chance.choice(asked)
        if chance.random() < wrong_share:
            hits = desk.search.run(SearchRequest(said, Role.AGENT)).hits
            other = next((hit.code for hit in hits if hit.code != code), code)
            wrong += other != code
            code = other
        call = desk.calls.open(agent).number
        desk.calls.end(agent)
        desk.solutions.record(agent, call, key=f"bench-{number}", kind=SolutionKind.USED, code=code, asked=said)
    return wrong


def promote(desk: Desk) -> None:
    """Accept every group of new wordings, as a coordinator who presses P on each."""
    with timed("queue gathered"):
        groups = [group for group in desk.harvest.queue(COORDINATOR).groups if group.sort is Sort.LEARN]
    accepted = 0
    with timed(f"{len(groups)} groups accepted"):
        for group in groups:
            solutions = desk.harvest.open(COORDINATOR, group.number).solutions
            numbers = [one.number for one in solutions if is_learnable(one.asked)]
            accepted += desk.harvest.learn(COORDINATOR, numbers, group.code) if numbers else 0
    with timed("index brought in step"):
        desk.sync.drain()
    with desk.store.read() as uow:
        told = sum(uow.notifications.count_unseen(agent.login) for agent in AGENTS)
        learned = sum(len(found) for found in uow.learned.used().values())
    print(f"    {accepted} solutions accepted, {learned} phrasings learned, {told} notifications")


@contextmanager
def timed(what: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    print(f"    {what} in {time.perf_counter() - started:.1f} s", flush=True)


if __name__ == "__main__":
    main()
