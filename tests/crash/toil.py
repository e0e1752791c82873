"""The work of a process that will be killed: changes without end, each announced before and acknowledged after.

Every change carries a mark that occurs nowhere else, so that what is found later can be traced to it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from kb.domain.content import Content
from kb.domain.entry import Action
from kb.exchange import Row
from kb.services.people import SYSTEM
from kb.settings import Settings
from webapp.wiring import Desk

CODES = [f"FAQ-{number:04d}" for number in range(1, 41)]
BATCH_MOST = 12


def toil(home: Path, database_url: str, seed: int, said: Connection) -> None:
    """Work until killed. ``said`` carries ``("begun" | "done", what, mark, codes)``."""
    desk = Desk(Settings(home=home, database_url=database_url))
    rng = random.Random(seed)
    _ = desk.sync  # reads the dictionary: not a moment at which anything could be lost
    said.send(("ready", "", "", []))
    number = 0
    while True:
        number += 1
        step = rng.choices([_import, _publish, _withdraw, _drain], weights=[5, 4, 1, 2])[0]
        step(desk, rng, f"{seed}-{number}", said.send)


Say = Callable[[tuple[str, str, str, list[str]]], None]


def content(code: str, mark: str) -> Content:
    return Content(
        title=f"{code} 怎么办理退保",
        speakable=f"请本人办理（{mark}）。",
        product="百万医疗险",
        body=f"## 办法\n\n带上身份证。记号 {mark}",
    )


def _import(desk: Desk, rng: random.Random, mark: str, say: Say) -> None:
    codes = sorted(rng.sample(CODES, rng.randint(2, BATCH_MOST)))
    rows = [Row(code, content(code, mark), "batch.jsonl", line) for line, code in enumerate(codes, start=1)]
    say(("begun", "import", mark, codes))
    desk.importing.run(SYSTEM, rows, publish=True, reason=mark)
    say(("done", "import", mark, codes))


def _publish(desk: Desk, rng: random.Random, mark: str, say: Say) -> None:
    code = rng.choice(CODES)
    say(("begun", "submit", mark, [code]))
    _, revision = desk.knowledge.submit(SYSTEM, content(code, mark), reason=mark, code=code)
    say(("done", "submit", mark, [code]))
    say(("begun", "publish", mark, [code]))
    desk.knowledge.publish(SYSTEM, code, revision.number, reason=mark)
    say(("done", "publish", mark, [code]))


def _withdraw(desk: Desk, rng: random.Random, mark: str, say: Say) -> None:
    with desk.store.read() as uow:
        there = [code for code, entry in uow.entries.get_many(CODES).items() if _stands(entry.publications)]
    if there:
        code = rng.choice(sorted(there))
        say(("begun", "withdraw", mark, [code]))
        desk.knowledge.withdraw(SYSTEM, code, reason=mark)
        say(("done", "withdraw", mark, [code]))


def _stands(publications: list) -> bool:
    return bool(publications) and max(publications, key=lambda p: p.number).action is Action.PUBLISH


def _drain(desk: Desk, rng: random.Random, mark: str, say: Say) -> None:
    say(("begun", "drain", mark, []))
    desk.sync.drain()
    say(("done", "drain", mark, []))
