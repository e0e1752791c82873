"""Rounds of kill -9: start a process that changes knowledge, kill it at any moment, look at what it left behind."""

from __future__ import annotations

import multiprocessing
import random
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from kb.domain.entry import Action, Entry
from tests.crash.toil import CODES, toil
from webapp.wiring import Desk

Said = tuple[str, str, str, list[str]]
SILENCE_MOST = 120.0  # seconds after which a process that says nothing is given up
WORDS_MOST = 12  # that a process says at most before it is killed


@dataclass
class Tally:
    """What the rounds saw, for the summary."""

    rounds: int = 0
    acknowledged: int = 0
    cut_short: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def crash_rounds(desk: Desk, rounds: int, seed: int) -> Tally:
    """Kill ``rounds`` processes over the home folder of ``desk``; ``faults`` of the result is empty when all is well."""
    rng, tally = random.Random(seed), Tally()
    # A server that forks children with everything imported: a round then takes about a second.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.forked", "indexer.factory", "kb.services.importing"])
    for number in range(rounds):
        said = _one_life(context, desk, seed * 1000 + number, rng)
        tally.rounds += 1
        tally.acknowledged += sum(1 for state, *_ in said if state == "done")
        if said and said[-1][0] == "begun":
            tally.cut_short[said[-1][1]] = tally.cut_short.get(said[-1][1], 0) + 1
        tally.faults += [f"round {number}: {fault}" for fault in faults(desk, said)]
    return tally


def _one_life(context: multiprocessing.context.ForkServerContext, desk: Desk, seed: int, rng: random.Random) -> list[Said]:
    """Start a process, hear some words of it, kill it a moment later; everything that it said.

    Counted in words, not in seconds: a slow machine must not make the test weaker.
    """
    ours, theirs = context.Pipe(duplex=False)
    settings = desk.settings
    process = context.Process(target=toil, args=(settings.home, settings.database_url, seed, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        assert _word(ours)[0] == "ready"
        began, words = time.monotonic(), rng.randint(1, WORDS_MOST)
        said = [_word(ours) for _ in range(words)]
        pace = (time.monotonic() - began) / words
        time.sleep(rng.uniform(0, 2 * pace))
        alive = process.is_alive()
    finally:
        process.kill()
        process.join()
    said += _everything(ours)
    assert alive, f"the process ended by itself after {said[-1:]}"
    return said


def _word(pipe: Connection) -> Said:
    if not pipe.poll(SILENCE_MOST):
        raise RuntimeError("the process says nothing")
    said: Said = pipe.recv()
    return said


def _everything(pipe: Connection) -> list[Said]:
    said: list[Said] = []
    try:
        while pipe.poll():
            said.append(pipe.recv())
    except (EOFError, OSError):  # killed in the middle of a word
        pass
    pipe.close()
    return said


def faults(desk: Desk, said: list[Said]) -> list[str]:
    """What is not as promised: a lost change, half an import, an index or an audit log that does not fit."""
    with desk.store.read() as uow:
        entries = uow.entries.get_many(CODES)
        broken = uow.audit.broken_at()
    found = [f"audit log broken at {broken}"] if broken is not None else []
    done = {(what, mark) for state, what, mark, _ in said if state == "done"}
    for state, what, mark, codes in said:
        if state == "begun" and codes:
            landed = [code for code in codes if code in entries and _landed(entries[code], what, mark)]
            if landed and landed != codes:
                found.append(f"half of {what} {mark} landed")
            if (what, mark) in done and landed != codes:
                found.append(f"{what} {mark} was acknowledged and is lost")
    desk.sync.drain()
    found += [f"index: {difference}" for difference in desk.sync.check()]
    return found


def _landed(entry: Entry, what: str, mark: str) -> bool:
    """Whether this change of the entry is stored, whole."""
    if what == "submit":
        return any(r.reason == mark and mark in r.content.speakable for r in entry.revisions)
    action = Action.WITHDRAW if what == "withdraw" else Action.PUBLISH
    for publication in entry.publications:
        if publication.reason == mark and publication.action is action:
            return action is Action.WITHDRAW or mark in entry.revision(publication.revision or 0).content.speakable
    # A revision of an import without its publication would be half of it.
    assert what != "import" or not any(r.reason == mark for r in entry.revisions), f"{entry.code}: {mark} half published"
    return False
