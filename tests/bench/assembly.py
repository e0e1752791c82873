"""How long forms A and B take from banks of several sizes: ``python -m tests.bench.assembly``.

Each bank has questions of six types on twenty points from 700 sentences, a third of them on what changed in the month.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random

from kb.domain.exams.assembly import Candidate, CannotAssemble, assemble
from kb.domain.exams.paper import Blueprint, Cell
from kb.domain.exams.question import QuestionContent, QuestionType, Source

TYPES = (
    QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.TRUE_FALSE, QuestionType.CLOZE, QuestionType.ORDER, QuestionType.SHORT,
)  # fmt: skip
POINTS = [f"健康险/要点{number}" for number in range(10)] + [f"车险/要点{number}" for number in range(10)]


def a_bank(size: int, seed: int) -> Iterator[Candidate]:
    chance = Random(seed)
    for number in range(1, size + 1):
        sentence = chance.randrange(700)
        start = 40 * (sentence % 10)
        content = QuestionContent(
            type=chance.choices(TYPES, (40, 20, 20, 12, 4, 4))[0],
            stem=f"第{number}问",
            difficulty=round(min(0.95, max(0.05, chance.gauss(0.4, 0.18))), 2),
            point=POINTS[sentence % len(POINTS)],
            source=Source(code=f"FAQ-{sentence // 10:04}", revision=1, start=start, end=start + 30, text="x" * 30),
        )
        yield Candidate(
            question=number, version=1, content=content, fresh=sentence % 3 == 0, seen=chance.random() < 0.1
        )


def a_blueprint() -> Blueprint:
    """100 points in 53 questions, some cells inside others."""
    cells = (
        Cell(type=QuestionType.SINGLE, point="健康险", count=10, score=1.5),
        Cell(type=QuestionType.SINGLE, point="车险", easiest=0.3, hardest=0.7, count=6, score=1.5),
        Cell(type=QuestionType.SINGLE, count=6, score=1.5),
        Cell(type=QuestionType.MULTIPLE, count=10, score=2.5),
        Cell(type=QuestionType.TRUE_FALSE, easiest=0.1, hardest=0.5, count=10, score=1.5),
        Cell(type=QuestionType.CLOZE, count=7, score=2),
        Cell(type=QuestionType.ORDER, count=2, score=3),
        Cell(type=QuestionType.SHORT, count=2, score=4),
    )
    return Blueprint(title="月度考试", month=date(2026, 11, 1), cells=cells, fresh_share=0.4, enemies=((1, 2), (7, 12)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 1000, 5000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--fresh", type=int, default=0, help="only so many questions on what changed: what is short is told")
    args = parser.parse_args()
    blueprint = a_blueprint()
    for size in args.sizes:
        took, apart = [], []
        for seed in range(args.rounds):
            bank = list(a_bank(size, seed))
            if args.fresh:
                bank = [replace(one, fresh=one.question <= args.fresh) for one in bank]
            start = time.perf_counter()
            try:
                a, b = assemble(blueprint, bank, seed=seed)
                apart.append(abs(a.difficulty - b.difficulty))
            except CannotAssemble as error:
                print(size, seed, *error.lacks, sep="\n  ")
            took.append(time.perf_counter() - start)
        worst = f"{max(apart):.4f}" if apart else "-"
        print(
            f"{size:>6} questions: median {statistics.median(took):.2f} s, worst {max(took):.2f} s, difference {worst}"
        )


if __name__ == "__main__":
    main()
