"""Kill a process between every pair of statements of one use case, and look at what it left.

``python -m tests.crash.statements URL ACT`` forks a child for each place: the child runs the act and ends itself, as
SIGKILL would, before its n-th statement (or commit). The parent prints one line of JSON: how many places were tried,
how many of them left the state of before, and what was neither before nor after.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Engine, event, inspect, text

from kb.domain.entry import Action
from kb.domain.release import ReleaseItem
from kb.services.bulletins import Bulletins
from kb.services.drafts import Drafts
from kb.services.knowledge import Knowledge
from kb.services.receipts import Receipts
from kb.services.releases import Releases
from kb.storage import Database, open_store
from tests.factories import NOW, Clock, a_content, a_person

KILLED = 86  # the child's exit code, to be told from a failure
MOST = 400
BY = a_person()
ZONE = NOW.tzinfo


def acts(store: Database) -> dict[str, Callable[[], object]]:
    """The use cases, on what ``prepare`` left. Each writes in one transaction."""
    clock = Clock(NOW + timedelta(days=2))
    knowledge, releases, drafts = Knowledge(store, clock), Releases(store, clock), Drafts(store, clock)
    bulletins = Bulletins(store, clock, ZONE)
    return {
        "submit": lambda: knowledge.submit(BY, a_content(body="又改"), reason="改", code="FAQ-0003"),
        "publish": lambda: knowledge.publish(BY, "FAQ-0001", 2, reason="上线"),
        "withdraw": lambda: knowledge.withdraw(BY, "FAQ-0002", reason="停", replaced_by="FAQ-0003"),
        "restore": lambda: knowledge.restore(BY, "FAQ-0003", 1, reason="回"),
        "hand_in": lambda: drafts.hand_in(BY, 1, a_content(title="草稿变成的"), version=1, reason="新"),
        "release": lambda: releases.publish(BY, 1, reason="一起"),
        "undo": lambda: releases.undo(BY, 2, reason="撤"),
        "bulletin": lambda: bulletins.issue(BY, bulletins.draft(BY).version, reason="今天的"),
        "receipt": lambda: Receipts(store, clock, ZONE).confirm(a_person(), 2, "FAQ-0006", None),
    }


def prepare(url: str) -> None:
    """Entries in every state, an open release and a published one, a draft, and a first bulletin."""
    store = open_store(url)
    clock = Clock()
    knowledge, releases = Knowledge(store, clock), Releases(store, clock)

    def publish(code: str, body: str) -> None:
        _, revision = knowledge.submit(BY, a_content(title=code, body=body), reason="新", code=code)
        knowledge.publish(BY, code, revision.number, reason="上线")

    for code in ("FAQ-0001", "FAQ-0002", "FAQ-0003", "FAQ-0004", "FAQ-0005"):
        publish(code, "一")
    bulletins = Bulletins(store, clock, ZONE)
    clock.forward(hours=1)
    bulletins.start(BY, bulletins.draft(BY).version, reason="起点")
    clock.forward(hours=1)
    publish("FAQ-0006", "列出的")
    bulletins.issue(BY, bulletins.draft(BY).version, reason="第二期")
    clock.forward(hours=1)
    publish("FAQ-0003", "二")
    knowledge.submit(BY, a_content(title="FAQ-0001", body="二"), reason="改", code="FAQ-0001")
    knowledge.submit(BY, a_content(title="FAQ-0004", body="二"), reason="改", code="FAQ-0004")
    waiting = [ReleaseItem("FAQ-0004", Action.PUBLISH, 2), ReleaseItem("FAQ-0005", Action.WITHDRAW)]
    releases.open(BY, "待发", waiting)
    knowledge.submit(BY, a_content(title="FAQ-0006", body="二"), reason="改", code="FAQ-0006")
    releases.open(BY, "已发", [ReleaseItem("FAQ-0006", Action.PUBLISH, 2)])
    clock.forward(hours=1)
    releases.publish(BY, 2, reason="上线")
    Drafts(store, clock).begin(BY, "", {"title": "草稿"}, based_on=0)
    store.close()


def state_of(url: str) -> str:
    """A digest of every row of every table."""
    store = open_store(url)
    found = hashlib.sha256()
    with store.engine.connect() as connection:
        for table in sorted(inspect(connection).get_table_names()):
            for row in sorted(map(repr, connection.execute(text(f'SELECT * FROM "{table}"')))):
                found.update(f"{table}{row}".encode())
    with store.read() as uow:
        assert uow.audit.broken_at() is None, "the audit log is broken"
    store.close()
    return found.hexdigest()


def end_before(engine: Engine, place: int) -> None:
    """End the process before its statement or commit number ``place``, without leave or cleaning up."""
    passed = 0

    def count(*_: object) -> None:
        nonlocal passed
        passed += 1
        if passed == place:
            os._exit(KILLED)

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)


def run(url: str, act: str) -> dict[str, object]:
    before, after_kills, strange = state_of(url), [], []
    for place in range(1, MOST):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                store = open_store(url)
                end_before(store.engine, place)
                acts(store)[act]()
                code = 0
            finally:
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        now = state_of(url)
        if code == 0:
            return {"places": place - 1, "before": len(after_kills), "strange": strange, "changed": now != before}
        if code != KILLED:
            return {"places": place - 1, "before": len(after_kills), "strange": [f"exit code {code}"], "changed": False}
        (after_kills if now == before else strange).append(place)
    raise SystemExit("the act never came to its end")


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], sys.argv[2])))
