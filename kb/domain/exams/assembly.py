"""Two forms assembled together from the bank, by integer programming: the same blueprint, no shared question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from kb.domain.errors import N_, Conflict, Invalid
from kb.domain.exams.paper import BALANCE_MOST, FORMS, Blueprint, Cell, Form, Item
from kb.domain.exams.question import QuestionContent

if TYPE_CHECKING:
    from kb.domain.exams.programme import Programme

CELLS_MOST, QUESTIONS_MOST = 60, 200
PLENTY = 12  # candidates for each question on a form, of the fresh ones and of the others
MARGIN = 1e-6  # what the solver may round


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A question of the bank that is ready. ``fresh``: its entry changed in the month. ``seen``: these people had it in
    the months that the blueprint keeps apart."""

    question: int
    version: int
    content: QuestionContent
    fresh: bool = False
    seen: bool = False

    def for_(self, cell: Cell) -> Item:
        return Item(question=self.question, version=self.version, score=cell.score, content=self.content)


class CannotAssemble(Conflict):
    """The bank does not hold what the blueprint asks for. ``lacks``: what is short, each a sentence of its own."""

    def __init__(self, lacks: Sequence[Conflict]) -> None:
        super().__init__(N_("按这份蓝图，现在的题库组不出 A、B 两卷。"))
        self.lacks = tuple(lacks)


def fits(cell: Cell, content: QuestionContent) -> bool:
    """Whether a question may fill that cell: its type, its point or a point below it, its difficulty."""
    is_point = not cell.point or content.point == cell.point or content.point.startswith(f"{cell.point}/")
    is_within = cell.easiest - MARGIN <= content.difficulty <= cell.hardest + MARGIN
    return content.type is cell.type and is_point and is_within


def check_blueprint(blueprint: Blueprint) -> None:
    """Raises ``Invalid`` for what no bank could fulfil, or what is out of all proportion."""
    if not blueprint.title.strip():
        raise Invalid(N_("请写试卷名称。"), field="title")
    if not blueprint.cells:
        raise Invalid(N_("蓝图里还没有题目，请至少写一行。"), field="cells")
    if len(blueprint.cells) > CELLS_MOST or blueprint.size > QUESTIONS_MOST:
        raise Invalid(
            N_("蓝图最多 {cells} 行、每卷 {questions} 题。"), field="cells", cells=CELLS_MOST, questions=QUESTIONS_MOST
        )
    for number, cell in enumerate(blueprint.cells, 1):
        if cell.count < 1 or not 0 < cell.score <= 100:
            raise Invalid(N_("第 {number} 行：题数至少 1，每题分数在 0 到 100 之间。"), field="cells", number=number)
        if not 0 <= cell.easiest <= cell.hardest <= 1:
            raise Invalid(N_("第 {number} 行：难度应在 0 到 1 之间，下限不高于上限。"), field="cells", number=number)
    if not 1 <= blueprint.minutes <= 600:
        raise Invalid(N_("答题时间应在 1 到 600 分钟之间。"), field="minutes")
    if not 0 <= blueprint.pass_score <= blueprint.total:
        raise Invalid(N_("及格分应在 0 到总分 {total} 之间。"), field="pass_score", total=number_text(blueprint.total))
    if not 0 <= blueprint.fresh_share <= 1:
        raise Invalid(N_("本月变化的占比应在 0 到 100% 之间。"), field="fresh_share")
    if not 0 <= blueprint.unseen_months <= 60:
        raise Invalid(N_("不重复考的月数应在 0 到 60 之间。"), field="unseen_months")


def assemble(blueprint: Blueprint, candidates: Iterable[Candidate], *, seed: int) -> tuple[Form, ...]:
    """The forms A and B. The same candidates and ``seed`` give the same forms.

    Questions stand in the order of the cells, within a cell in an order of the seed's. 5,000 candidates take about
    a second.

    Raises:
        Invalid: the blueprint itself cannot be. CannotAssemble: the bank is short of something; it says of what.
    """
    from kb.domain.exams.programme import Programme  # scipy takes long to import: only who assembles waits for it

    check_blueprint(blueprint)
    chance = Random(seed)  # noqa: S311 - no secret
    everything = sorted(candidates, key=lambda one: one.question)
    pool = [one for one in everything if not one.seen]
    plainly_short = [
        _cell_lack(number, cell, 2 * cell.count - there, everything)
        for number, cell in enumerate(blueprint.cells, 1)
        if (there := sum(fits(cell, one.content) for one in pool)) < 2 * cell.count
    ]
    if plainly_short:  # counted: nothing to be solved for that
        raise CannotAssemble(plainly_short)
    some = _some(blueprint, pool, chance)
    part = programme = Programme(blueprint, some, chance)
    if (chosen := part.solve()) is not None:
        return _forms(blueprint, some, chosen, chance)
    if len(some) < len(pool):
        programme = Programme(blueprint, pool, chance)
    # What is short is told several times sooner than that there is no way. What the part has enough of, the bank has.
    if _lacks(blueprint, everything, part) and (lacks := _lacks(blueprint, everything, programme)):
        raise CannotAssemble(lacks)
    if (chosen := programme.solve() if len(some) < len(pool) else None) is not None:
        return _forms(blueprint, pool, chosen, chance)
    raise CannotAssemble([_unbalanced(programme.least_difference())])


def _some(blueprint: Blueprint, pool: list[Candidate], chance: Random) -> list[Candidate]:
    """Plenty for each cell, of what is fresh and of what is not, by chance: from a small part of a large bank two forms
    are found several times sooner."""
    kept: set[int] = set()
    for cell in blueprint.cells:
        for fresh in (True, False):
            fitting = [one.question for one in pool if one.fresh is fresh and fits(cell, one.content)]
            kept.update(chance.sample(fitting, min(len(fitting), PLENTY * cell.count)))
    return [one for one in pool if one.question in kept]


def _forms(
    blueprint: Blueprint, pool: Sequence[Candidate], chosen: list[list[list[int]]], chance: Random
) -> tuple[Form, ...]:
    forms = []
    for name, cells in zip(FORMS, chosen, strict=True):
        items: list[Item] = []
        for cell, places in zip(blueprint.cells, cells, strict=True):
            chance.shuffle(places)
            items += [pool[place].for_(cell) for place in places]
        forms.append(Form(name=name, items=tuple(items)))
    return tuple(forms)


def number_text(value: float) -> str:
    """``2.0`` is 2 and ``2.5`` is 2.5."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _lacks(blueprint: Blueprint, everything: Sequence[Candidate], programme: Programme) -> list[Conflict]:
    """What the bank is short of, the plainest first: questions, then such as do not exclude each other, then fresh ones.
    Later ones are only looked at when the earlier ones are in order; nothing when only the balance can be in the way."""
    apart = programme.short_of(apart=True)
    if any(apart):
        if any(short := programme.short_of()):
            return [
                _cell_lack(number, cell, by, everything)
                for number, (cell, by) in enumerate(zip(blueprint.cells, short, strict=True), 1)
                if by
            ]
        return [
            Conflict(
                N_("第 {number} 行（{type}）缺 {by} 题：互斥的题、出自同一句话的题不能放在同一卷。"),
                number=number, type=cell.type, by=by,
            )
            for number, (cell, by) in enumerate(zip(blueprint.cells, apart, strict=True), 1)
            if by
        ]  # fmt: skip
    most = programme.most_fresh() if programme.fresh_needed else 0
    if most < programme.fresh_needed:
        return [
            Conflict(
                N_("本月有变化的题，每卷要 {needed} 题，现在最多只能做到 {most} 题，缺 {by} 题。"),
                needed=programme.fresh_needed, most=most, by=programme.fresh_needed - most,
            )
        ]  # fmt: skip
    return []


def _unbalanced(least: float) -> Conflict:
    return Conflict(
        N_("两卷的平均难度最少也相差 {least}，要求不超过 {most}。请放宽某一行的难度范围，或补充题目。"),
        least=f"{least:.3f}", most=BALANCE_MOST,
    )  # fmt: skip


def _cell_lack(number: int, cell: Cell, by: int, everything: Sequence[Candidate]) -> Conflict:
    fitting = [one for one in everything if fits(cell, one.content)]
    seen = sum(one.seen for one in fitting)
    there = len(fitting) - seen
    values = {"number": number, "type": cell.type, "needed": 2 * cell.count, "there": there, "by": by, "seen": seen}
    if there >= 2 * cell.count:
        return Conflict(N_("第 {number} 行（{type}）缺 {by} 题：合适的 {there} 题，别的行也要用。"), **values)
    if seen:
        return Conflict(
            N_(
                "第 {number} 行（{type}）两卷要 {needed} 题，能用的只有 {there} 题，缺 {by} 题；另有 {seen} 题近期考过。"
            ),
            **values,
        )
    return Conflict(N_("第 {number} 行（{type}）两卷要 {needed} 题，题库里只有 {there} 题，缺 {by} 题。"), **values)
