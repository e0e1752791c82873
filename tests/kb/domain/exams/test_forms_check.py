"""Two forms after somebody exchanged a question by hand: everything that is wrong is said."""

from __future__ import annotations

from dataclasses import replace

from kb.domain.exams.forms_check import difference, faults
from kb.domain.exams.paper import Form
from kb.domain.exams.question import Source
from tests.kb.domain.exams.papers import a_blueprint, a_paper, an_item

FORMS = a_paper().forms


def with_first(item: object) -> tuple[Form, ...]:
    return (replace(FORMS[0], items=(item, *FORMS[0].items[1:])), FORMS[1])  # type: ignore[arg-type]


def said(forms: tuple[Form, ...], fresh: tuple[str, ...] = (), **blueprint: object) -> list[str]:
    return [str(one) for one in faults(a_blueprint(**blueprint), forms, fresh)]


def apart() -> tuple[Form, ...]:
    """The same forms, each question from a sentence of its own."""

    def moved(item):
        source = Source(code=f"FAQ-{item.question:04}", revision=1, start=1, end=9, text="x")
        return replace(item, content=replace(item.content, source=source))

    return tuple(replace(form, items=tuple(moved(item) for item in form.items)) for form in FORMS)


def test_nothing_is_wrong_with_sound_forms():
    assert said(apart()) == []


def test_what_stands_on_both_forms_is_told():
    assert "Q-0003 在两卷里都有。" in said(with_first(an_item(3)))


def test_what_does_not_fit_its_row_is_told_with_its_place():
    assert "A 卷第 1 题不符合蓝图的题型、知识点或难度。" in said(with_first(an_item(9, FORMS[0].items[2].content.type)))


def test_a_form_that_is_short_or_repeats_itself_is_told():
    assert said((Form(name="A", items=FORMS[0].items[:2]), apart()[1]))[0] == "A 卷应有 3 道不同的题，现有 2 道。"
    assert "A 卷应有 3 道不同的题，现有 2 道。" in said(with_first(FORMS[0].items[1]))


def test_enemies_and_questions_from_one_sentence_are_told():
    assert "Q-0002 和 Q-0001 互斥，不能都在 A 卷。" in said(apart(), enemies=((2, 1), (3, 9)))
    assert said(FORMS)[0] == "A 卷第 1、2、3 题出自同一句话，一道会提示另一道。"
    assert said(FORMS, apart=False) == []


def test_too_few_questions_on_what_changed_are_told():
    assert said(apart(), ("FAQ-0003", "FAQ-0001"), fresh_share=0.34) == [
        "A 卷要有 2 道本月变化的题，现有 1 道。", "B 卷要有 2 道本月变化的题，现有 1 道。",
    ]  # fmt: skip


def test_forms_of_unequal_difficulty_are_told():
    forms = tuple(apart())
    harder = replace(forms[0].items[0], content=replace(forms[0].items[0].content, difficulty=0.46))
    uneven = (replace(forms[0], items=(harder, *forms[0].items[1:])), forms[1])
    assert said(uneven) == ["两卷的平均难度相差 0.020，要求不超过 0.01。"]
    assert round(difference(uneven), 6) == 0.02
