"""What coordinators wait for at the size of a large library: publishing, a release, the daily list, a difference, as of.

Works on a copy of the home folder that it is given: what it publishes is thrown away.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from indexer.search import SearchRequest
from kb.domain.diff import diff_contents
from kb.domain.entry import Action
from kb.domain.person import Role
from kb.domain.release import ReleaseItem
from kb.services.people import SYSTEM
from tests.bench.figures import Figure, percentile
from tests.bench.homes import opened
from webapp.wiring import Desk

PART = "Publishing, 27,413 entries"
PUBLISHED, RELEASED, LISTED, TEXT, ASKED = 60, 1_000, 500, 20_000, 200


def measure(home: Path, questions: Sequence[str]) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "home"
        shutil.copytree(home, copy)
        desk = opened(copy)
        try:
            desk.sync.drain()
            return [*_as_of(desk, questions), *_publishing(desk), _difference()]
        finally:
            desk.close()


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _handed_in(desk: Desk, codes: Sequence[str], remark: str) -> list[ReleaseItem]:
    with desk.store.read() as uow:
        entries = uow.entries.get_many(codes)
    items = []
    for code in codes:
        content = replace(entries[code].latest.content, speakable=f"请按新规定办理：{remark}。")
        _, revision = desk.knowledge.submit(SYSTEM, content, reason="测量", code=code)
        items.append(ReleaseItem(code, Action.PUBLISH, revision.number))
    return items


def _publishing(desk: Desk) -> list[Figure]:
    with desk.store.read() as uow:
        codes = [dated.code for dated in uow.entries.all_in_force(desk.clock())]
    random.Random(7).shuffle(codes)
    desk.bulletins.start(SYSTEM, desk.bulletins.draft(SYSTEM).version, reason="测量")
    alone = _handed_in(desk, codes[:PUBLISHED], "单条")
    took = [seconds(lambda i=i: desk.knowledge.publish(SYSTEM, i.code, i.revision, reason="测量")) * 1000 for i in alone]
    release = desk.releases.open(SYSTEM, "测量", _handed_in(desk, codes[PUBLISHED : PUBLISHED + RELEASED], "一起"))
    together = seconds(lambda: desk.releases.publish(SYSTEM, release.number, reason="测量"))
    back = seconds(lambda: desk.releases.undo(SYSTEM, release.number, reason="测量"))
    rest = codes[PUBLISHED + RELEASED :][: LISTED - PUBLISHED]
    for item in _handed_in(desk, rest, "清单"):
        desk.knowledge.publish(SYSTEM, item.code, item.revision or 0, reason="测量")
    drafting = seconds(lambda: desk.bulletins.draft(SYSTEM))
    draft = desk.bulletins.draft(SYSTEM)
    issuing = seconds(lambda: desk.bulletins.issue(SYSTEM, draft.version, reason="测量"))
    return [
        Figure(PART, "publish one entry, p50", percentile(took, 0.5), "ms", most=50),
        Figure(PART, "publish one entry, p95", percentile(took, 0.95), "ms", most=50),
        Figure(PART, f"publish a release of {RELEASED:,}", together, "s", most=10),
        Figure(PART, f"undo a release of {RELEASED:,}", back, "s"),
        Figure(PART, f"draft a daily list of {len(draft.items)} items", drafting, "s", most=1),
        Figure(PART, f"issue a daily list of {len(draft.items)} items", issuing, "s", most=1),
    ]


def _as_of(desk: Desk, questions: Sequence[str]) -> list[Figure]:
    """The same questions today and as of a moment ago, one after the other so that both meet the same machine."""
    then = desk.clock() - timedelta(seconds=1)
    now_took, then_took = [], []
    for question in questions[:ASKED]:
        request = SearchRequest(question, Role.AGENT)
        now_took.append(seconds(lambda r=request: desk.search.run(r)) * 1000)
        then_took.append(seconds(lambda r=request: desk.search.run(replace(r, at=then))) * 1000)
    half = len(now_took) // 2  # the first half warms up
    now, before = percentile(now_took[half:], 0.5), percentile(then_took[half:], 0.5)
    return [
        Figure(PART, "search today, p50", now, "ms"),
        Figure(PART, "search as of then, p50", before, "ms"),
        Figure(PART, "search as of then, against today", before / now, "times", most=2),
    ]


def _difference() -> Figure:
    """Two texts of 20,000 characters in one line each, half of the words exchanged: the worst that people bring."""
    from tests.factories import a_content

    chance = random.Random(7)
    words = ["等待期", "三十天", "保险人", "给付", "，", "。", "被保险人", "在", "合同", "生效", "之日起", "因", "疾病", "的"]
    old = "".join(chance.choice(words) for _ in range(TEXT // 2))[:TEXT]
    new = "".join(chance.choice(words) if chance.random() < 0.5 else old[i] for i in range(TEXT))[:TEXT]
    took = [seconds(lambda: diff_contents(a_content(body=old), a_content(body=new))) * 1000 for _ in range(5)]
    return Figure(PART, "difference of two texts of 20,000 characters, slowest of 5", max(took), "ms", most=200)
