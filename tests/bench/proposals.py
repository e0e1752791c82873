"""Questions proposed from the starter library: how many a rule makes, a sample to judge, and the shares judged.

    python -m tests.bench.proposals                    # how many, and the shares of what was judged
    python -m tests.bench.proposals --sample 300       # the sample, to be read and judged by a person
    python -m tests.bench.proposals --judge FILE       # keep verdicts: lines "number verdict remark" of that sample

A judgement is one of: ``good`` (usable as it stands), ``edit`` (after a small edit), ``bad`` (not worth an edit),
``wrong`` (its key is wrong or a second option is right). It is kept by the question's digest, so that a question that
a changed rule words otherwise must be judged again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from kb.domain.content import Content
from kb.domain.exams.propose import Origin, Proposal, propose
from kb.domain.exams.question import QuestionContent
from kb.exchange.markdown import from_markdown

ROOT = Path(__file__).resolve().parents[2]
LIBRARY, JUDGED = ROOT / "content", Path(__file__).with_name("proposals_judged.jsonl")
SEED, SAMPLE = 20261122, 300
VERDICTS = ("good", "edit", "bad", "wrong")


def library() -> dict[str, Content]:
    zone = ZoneInfo("Asia/Shanghai")
    read = (from_markdown(path.read_text("utf-8"), zone=zone) for path in sorted(LIBRARY.rglob("*.md")))
    return dict(read)


def sisters_of(code: str, entries: dict[str, Content]) -> list[tuple[str, Content]]:
    """Entries of the same first level of the category: all products of one line."""
    line = entries[code].category.split("/")[0]
    return [
        (other, content)
        for other, content in entries.items()
        if other != code and content.category.split("/")[0] == line
    ]


def proposed(seed: int = SEED) -> Iterator[tuple[str, Proposal]]:
    entries = library()
    for code, content in entries.items():
        origin = Origin(code=code, revision=1, content=content)
        for proposal in propose(origin, sisters=sisters_of(code, entries), seed=seed):
            yield code, proposal


def sample(pairs: Sequence[tuple[str, Proposal]], size: int = SAMPLE) -> list[tuple[str, Proposal]]:
    """By chance, but the same questions again when a rule changes others."""
    return sorted(pairs, key=lambda pair: hashlib.sha256(f"{SEED}{digest(pair[1].content)}".encode()).digest())[:size]


def digest(content: QuestionContent) -> str:
    said = [content.type, content.stem, content.options, content.key, content.blanks]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def shown(code: str, proposal: Proposal) -> str:
    question = proposal.content
    if question.options:
        answer = " | ".join(("*" if n in question.key else "") + text for n, text in enumerate(question.options))
        answer += f" {question.key}" if question.type == "order" else ""
    elif question.blanks:
        answer = f"= {question.blanks[0]}"
    else:
        answer = "对" if question.key == (0,) else f"错 // {proposal.sentence[:90]}"
    return f"[{proposal.rule} {proposal.score}] {code} {question.stem}\n    {answer}"


def judged() -> dict[str, dict[str, str]]:
    if not JUDGED.exists():
        return {}
    lines = (json.loads(line) for line in JUDGED.read_text("utf-8").splitlines() if line)
    return {line["digest"]: line for line in lines}


def shares(pairs: Sequence[tuple[str, Proposal]]) -> dict[str, object]:
    """Shares of the judged sample: over all of it, and over the quarter that the ranking puts first."""
    kept = judged()
    known = [(p, kept[digest(p.content)]["verdict"]) for _, p in pairs if digest(p.content) in kept]
    known.sort(key=lambda pair: -pair[0].score)
    best = known[: len(known) // 4]
    by_rule: dict[str, Counter[str]] = defaultdict(Counter)
    for proposal, verdict in known:
        by_rule[proposal.rule][verdict] += 1
    return {
        "judged": len(known),
        "wrong_key": sum(verdict == "wrong" for _, verdict in known),
        "usable": _share(known, ("good",)),
        "after_small_edit": _share(known, ("good", "edit")),
        "best_quarter_usable": _share(best, ("good",)),
        "by_rule": {rule: dict(counts) for rule, counts in sorted(by_rule.items())},
    }


def _share(known: Sequence[tuple[Proposal, str]], verdicts: Sequence[str]) -> float:
    return round(sum(verdict in verdicts for _, verdict in known) / len(known), 4) if known else 0.0


def keep(pairs: Sequence[tuple[str, Proposal]], verdicts: Path) -> None:
    """Write the verdicts of a file of lines ``number verdict remark``; what it does not name is good."""
    given = {}
    for line in verdicts.read_text("utf-8").splitlines():
        number, verdict, *remark = line.split(maxsplit=2)
        given[int(number)] = (verdict, remark[0] if remark else "")
    with JUDGED.open("w", encoding="utf-8") as file:
        for number, (code, proposal) in enumerate(pairs, 1):
            verdict, remark = given.get(number, ("good", ""))
            line = {
                "digest": digest(proposal.content), "verdict": verdict, "remark": remark, "rule": proposal.rule,
                "code": code, "stem": proposal.content.stem,
            }  # fmt: skip
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--judge", type=Path)
    chosen = parser.parse_args()
    pairs = list(proposed())
    if chosen.sample:
        for number, (code, proposal) in enumerate(sample(pairs, chosen.sample), 1):
            print(f"{number} {shown(code, proposal)}")
        return
    if chosen.judge:
        keep(sample(pairs), chosen.judge)
    counts = Counter(proposal.rule for _, proposal in pairs)
    print(
        json.dumps(
            {"proposed": len(pairs), "by_rule": counts, "sample": shares(sample(pairs))}, ensure_ascii=False, indent=1
        )
    )


if __name__ == "__main__":
    main()
