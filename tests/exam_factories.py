"""Questions, papers and sittings for tests, with values that differ from one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from kb.domain.exams.paper import Blueprint, Cell, Form, Item, Paper, PaperState
from kb.domain.exams.question import QuestionContent, QuestionType, RubricLine, Source
from kb.domain.exams.sitting import Batch
from kb.domain.person import Person, Role
from kb.ports import Store
from kb.services.sittings import Plan, Sittings
from tests.factories import NOW, Clock

TRAINER = Person(51, "trainer", "某培训", Role.TRAINER)
SHIFT_LEADER = Person(52, "shift-leader", "某值班长", Role.SHIFT_LEADER)
DIRECTOR = Person(53, "director", "某主任", Role.DIRECTOR)
MONTH = date(2026, 11, 1)


def a_question(type: QuestionType = QuestionType.SINGLE, n: int = 1, **fields: object) -> QuestionContent:
    """The key is neither the first option nor the same for each type."""
    values: dict[str, object] = {"stem": f"第 {n} 题问什么", "point": "等待期", "explanation": f"第 {n} 题的解析"}
    if type is QuestionType.SINGLE:
        values |= {"options": (f"{n}0 天", f"{n}1 天", f"{n}2 天", f"{n}3 天"), "key": (2,)}
    elif type is QuestionType.MULTIPLE:
        values |= {"options": ("身份证", "病历", "发票", "户口本"), "key": (0, 1, 2)}
    elif type is QuestionType.TRUE_FALSE:
        values |= {"key": (1,)}
    elif type is QuestionType.CLOZE:
        values |= {"stem": f"第 {n} 题：等待期为____，比例为____。", "blanks": (("30天", "一个月"), ("80%",))}
    elif type is QuestionType.ORDER:
        values |= {"options": ("核实", "问候", "告别", "解答"), "key": (1, 0, 3, 2)}
    else:
        values |= {
            "rubric": (RubricLine(text="先安抚", share=40), RubricLine(text="说清时限", share=60)),
            "model": "先安抚再说时限",
        }
    return QuestionContent(type=type, **(values | fields))  # type: ignore[arg-type]


OBJECTIVE_TYPES = (
    QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.TRUE_FALSE, QuestionType.CLOZE, QuestionType.ORDER,
)  # fmt: skip


def an_item(n: int, type: QuestionType = QuestionType.SINGLE, score: float = 10.0, **fields: object) -> Item:
    source = Source(code="FAQ-0042", revision=1, text="等待期三十天")
    return Item(question=n, version=2, score=score, content=a_question(type, n, **({"source": source} | fields)))


def a_paper(
    types: Sequence[QuestionType] = OBJECTIVE_TYPES,
    *,
    month: date = MONTH,
    minutes: int = 60,
    score: float = 10.0,
    **fields: object,
) -> Paper:
    """Approved; form A has questions 101…, form B 201…."""
    cells = tuple(Cell(type=type, count=1, score=score) for type in types)
    forms = tuple(
        Form(name=name, items=tuple(an_item(base + n, type, score, **fields) for n, type in enumerate(types, 1)))
        for name, base in (("A", 100), ("B", 200))
    )
    blueprint = Blueprint(
        title=f"{month.month} 月考试", month=month, cells=cells, minutes=minutes, pass_score=score * len(types) * 0.6
    )
    paper = Paper(blueprint=blueprint, seed=7, forms=forms, author="trainer", at=NOW)
    return replace(paper, state=PaperState.APPROVED, hash=paper.fingerprint, decided_by="director", decided_at=NOW)


def keep(store: Store, paper: Paper) -> int:
    with store.write() as uow:
        number = uow.papers.add(paper)
        uow.commit()
    return number


def people(store: Store, count: int = 6, *, team: str = "一组", prefix: str = "agent") -> list[Person]:
    """Agents of a team: logins ``agent-1`` …, names 座席1 …."""
    with store.write() as uow:
        made = [
            uow.people.add(Person(0, f"{prefix}-{n}", f"座席{prefix[-1]}{n}", Role.AGENT, team=team), "")
            for n in range(1, count + 1)
        ]
        uow.commit()
    return made


def held(store: Store, clock: Clock, paper: Paper | None = None, **plan: object) -> Batch:
    """A batch that opens in an hour, for two, of everybody in 一组."""
    number = keep(store, paper or a_paper())
    values: dict[str, object] = {
        "paper": number, "title": "十一月第一场", "shift": "早班", "teams": ("一组",),
        "opens_at": clock() + timedelta(hours=1), "closes_at": clock() + timedelta(hours=3),
    }  # fmt: skip
    return Sittings(store, clock, NOW.tzinfo).plan(SHIFT_LEADER, Plan(**(values | plan)))  # type: ignore[arg-type]


def key_of(item: Item) -> list[int | str]:
    """The right answer, in places of the question itself."""
    if item.content.type is QuestionType.CLOZE:
        return [blank[0] for blank in item.content.blanks]
    return list(item.content.key)
