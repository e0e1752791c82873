"""Whether two forms are what their blueprint says, also after somebody has exchanged questions by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from math import ceil

from kb.domain.errors import N_, Conflict
from kb.domain.exams.assembly import MARGIN, fits
from kb.domain.exams.paper import BALANCE_MOST, Blueprint, Form
from kb.domain.exams.sources import same_sentence


def faults(blueprint: Blueprint, forms: Sequence[Form], fresh: Collection[str]) -> list[Conflict]:
    """Everything that is wrong, each a sentence; ``fresh``: codes of the entries that changed in the month."""
    return [*_shared(forms), *(fault for form in forms for fault in _of_form(blueprint, form, fresh)), *_balance(forms)]


def difference(forms: Sequence[Form]) -> float:
    """How far the mean expected difficulties lie apart."""
    values = [form.difficulty for form in forms]
    return max(values) - min(values) if values else 0.0


def _shared(forms: Sequence[Form]) -> Iterator[Conflict]:
    seen: dict[int, str] = {}
    for form in forms:
        for item in form.items:
            other = seen.setdefault(item.question, form.name)
            if other != form.name:
                yield Conflict(N_("Q-{question:04} 在两卷里都有。"), question=item.question)


def _of_form(blueprint: Blueprint, form: Form, fresh: Collection[str]) -> Iterator[Conflict]:
    numbers = [item.question for item in form.items]
    if len(numbers) != blueprint.size or len(set(numbers)) != len(numbers):
        yield Conflict(
            N_("{form} 卷应有 {size} 道不同的题，现有 {there} 道。"),
            form=form.name,
            size=blueprint.size,
            there=len(set(numbers)),
        )
        return
    for place, item in enumerate(form.items):
        if not fits(blueprint.cell_at(place), item.content):
            yield Conflict(
                N_("{form} 卷第 {place} 题不符合蓝图的题型、知识点或难度。"), form=form.name, place=place + 1
            )
    groups = [tuple(group) for group in same_sentence([item.content for item in form.items])] if blueprint.apart else []
    for group in groups:
        places = "、".join(str(place + 1) for place in sorted(group))
        yield Conflict(N_("{form} 卷第 {places} 题出自同一句话，一道会提示另一道。"), form=form.name, places=places)
    for one, other in blueprint.enemies:
        if one in numbers and other in numbers:
            yield Conflict(
                N_("Q-{one:04} 和 Q-{other:04} 互斥，不能都在 {form} 卷。"), one=one, other=other, form=form.name
            )
    needed = ceil(blueprint.fresh_share * blueprint.size - MARGIN)
    there = sum(item.content.source.code in fresh for item in form.items)
    if there < needed:
        yield Conflict(
            N_("{form} 卷要有 {needed} 道本月变化的题，现有 {there} 道。"), form=form.name, needed=needed, there=there
        )


def _balance(forms: Sequence[Form]) -> Iterator[Conflict]:
    apart = difference(forms)
    if apart > BALANCE_MOST + MARGIN:
        yield Conflict(N_("两卷的平均难度相差 {apart}，要求不超过 {most}。"), apart=f"{apart:.3f}", most=BALANCE_MOST)
