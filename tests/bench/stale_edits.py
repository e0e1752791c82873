"""Seeded edits over the starter library: which questions they make stale, against which they should.

python -m tests.bench.stale_edits [--size 200] [--seed 1] [--misses]
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator

from kb.domain.content import Content
from kb.domain.exams.propose import Origin, Proposal, propose
from kb.domain.exams.staleness import staleness
from tests.bench.proposals import library, sisters_of
from tests.kb.domain.exams.edits import CHANGES, Edit
from tests.kb.domain.exams.rewordings import REWORDINGS

SIZE, SEED = 200, 20261122


def edits(entries: dict[str, Content], size: int, seed: int) -> Iterator[tuple[str, Edit, list[Proposal]]]:
    """Half of them change a fact that at least one proposed question asks, half only the wording."""
    rng = random.Random(seed)
    made = {True: 0, False: 0}
    turn = 0
    while sum(made.values()) < size:
        changes = made[True] <= made[False]
        kinds = CHANGES if changes else REWORDINGS
        code = rng.choice(sorted(entries))
        edit = kinds[turn % len(kinds)](entries[code], rng)
        turn += 1
        if edit is None:
            continue
        origin = Origin(code=code, revision=1, content=edit.before)
        questions = propose(origin, sisters=sisters_of(code, entries), seed=seed)
        if not questions or (changes and not any(edit.concerns(q.content) for q in questions)):
            continue
        made[changes] += 1
        yield code, edit, questions


def measure(size: int = SIZE, seed: int = SEED, *, misses: bool = False) -> dict[str, object]:
    counts: Counter[str] = Counter()
    by_name: dict[str, Counter[str]] = {}
    for code, edit, questions in edits(library(), size, seed):
        named = by_name.setdefault(edit.name, Counter())
        wanted = [q for q in questions if edit.concerns(q.content)]
        others = [q for q in questions if not edit.concerns(q.content)]
        if edit.only:  # whether the other questions on the same place are hit depends on the item: not counted
            part, start, end = edit.changed or ("", 0, 0)
            others = [q for q in others if q.content.source.part != part or not start <= q.content.source.start < end]
        missed = [q for q in wanted if staleness(q.content, edit.before, edit.after) is None]
        false = [(q, s) for q in others if (s := staleness(q.content, edit.before, edit.after)) is not None]
        kind = "changed" if wanted else "reworded"
        for counter in (counts, named):
            counter[kind] += 1
            counter["questions_whose_fact_changed"] += len(wanted)
            counter["missed"] += len(missed)
            counter["other_questions"] += len(others)
            counter["false_alarms"] += len(false)
            counter["edits_with_false_alarm"] += bool(false)
        if misses:
            for question in missed[:1]:
                _show("MISSED", code, edit, question, "")
            for question, stale in false[:1]:
                _show("FALSE", code, edit, question, f"{stale.reason} => {stale.new}")
    return {
        **counts,
        "found": 1 - counts["missed"] / max(1, counts["questions_whose_fact_changed"]),
        "false_alarm_share": counts["false_alarms"] / max(1, counts["other_questions"]),
        "edits_with_false_alarm_share": counts["edits_with_false_alarm"]
        / max(1, counts["changed"] + counts["reworded"]),
        "by_edit": {name: dict(found) for name, found in sorted(by_name.items())},
    }


def _show(word: str, code: str, edit: Edit, proposal: Proposal, remark: str) -> None:
    print(f"{word} {edit.name} {code} [{proposal.rule}] {proposal.content.source.text!r} {remark}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--misses", action="store_true")
    chosen = parser.parse_args()
    print(json.dumps(measure(chosen.size, chosen.seed, misses=chosen.misses), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
