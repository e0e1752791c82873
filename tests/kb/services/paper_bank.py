"""A bank for the tests of papers: questions that are ready, each from a sentence of its own of published entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

from kb.domain.exams.paper import Blueprint, Cell, Paper
from kb.domain.exams.question import Question, QuestionContent, QuestionState, QuestionType, RubricLine, Source
from kb.domain.person import Role
from kb.services.knowledge import Knowledge
from kb.services.paper_approval import PaperApproval
from kb.services.papers import Papers
from kb.storage import Database
from tests.factories import NOW, Clock, a_content, a_person, published
from tests.kb.domain.exams.papers import MONTH

TRAINER = a_person(Role.TRAINER, login="chen", id=5)
DIRECTOR = a_person(Role.DIRECTOR, login="wang", id=6)
OLD, NEW = "FAQ-0042", "FAQ-0043"
LINES = 9
TYPES = (QuestionType.SINGLE, QuestionType.SINGLE, QuestionType.CLOZE)
CELLS = (
    Cell(type=QuestionType.SINGLE, count=3, score=2.0),
    Cell(type=QuestionType.CLOZE, count=1, score=4.0),
)


def body(first: int = 1, **changed: str) -> str:
    """A sentence for each number from ``first`` on; ``n3="…"`` puts another in place of the third."""
    lines = [changed.get(f"n{n}", f"第{n}项保障每年最高赔{n}万元。") for n in range(first, first + LINES)]
    return "## 限额\n\n" + "\n\n".join(lines)


def blueprint(**fields: object) -> Blueprint:
    return replace(Blueprint(title="11月考试", month=MONTH, cells=CELLS, pass_score=8.0), **fields)  # type: ignore[arg-type]


def furnish(store: Database, clock: Clock) -> None:
    """Two entries, the second new this month, each with nine sentences and a question on each: numbers 1 to 18."""
    clock.at = NOW - timedelta(days=60)
    published(store, clock, OLD, body=body())
    clock.at = NOW - timedelta(days=5)
    published(store, clock, NEW, body=body(11), title="另一份保障的限额")
    clock.at = NOW
    with store.write() as uow:
        for code, first in ((OLD, 1), (NEW, 11)):
            for line in range(LINES):
                uow.bank.add(a_question(code, first, first + line, TYPES[line % 3]))
        uow.commit()


def a_question(code: str, first: int, number: int, type: QuestionType) -> Question:
    text, sentence = body(first), f"第{number}项保障每年最高赔{number}万元。"
    start = text.index(sentence)
    source = Source(code=code, revision=1, part="body", start=start, end=start + len(sentence), text=sentence)
    values: dict[str, object] = {
        "stem": f"第{number}项保障每年最高赔多少？",
        "difficulty": 0.4 if number == 4 else 0.3,
    }
    if type is QuestionType.CLOZE:
        values |= {"stem": f"第{number}项保障每年最高赔____。", "blanks": ((f"{number}万元", f"{number}万"),)}
    else:
        values |= {"options": (f"{number}万元", f"{number + 1}万元", f"{number * 2 + 1}万元"), "key": (0,)}
    content = QuestionContent(type=type, point="限额", explanation="见条目。", source=source, **values)  # type: ignore[arg-type]
    return Question(kept=QuestionState.READY, content=content, author="chen", at=NOW, reason="新编")


def a_short_question() -> QuestionContent:
    rubric = (RubricLine(text="先核身", share=40), RubricLine(text="再说明限额", share=60))
    return QuestionContent(type=QuestionType.SHORT, stem="怎样答复限额？", rubric=rubric, model="先核身，再说明。")


def republish(store: Database, clock: Clock, code: str = OLD, **changed: str) -> None:
    knowledge, by = Knowledge(store, clock), a_person()
    content = a_content(body=body(1 if code == OLD else 11, **changed), title=f"{code}的限额")
    _, revision = knowledge.submit(by, content, reason="修订", code=code)
    knowledge.publish(by, code, revision.number, reason="修订")


def services(store: Database, clock: Clock) -> tuple[Papers, PaperApproval]:
    return Papers(store, clock, UTC), PaperApproval(store, clock, UTC)


def an_approved_paper(store: Database, clock: Clock, **fields: object) -> Paper:
    papers, approval = services(store, clock)
    made = papers.build(TRAINER, blueprint(**fields), seed=3)
    handed_in = approval.submit(TRAINER, made.number, version=made.version)
    return approval.approve(DIRECTOR, made.number, seen=handed_in.hash)
