"""What holds for every question, whatever is in it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.budget import Budget
from indexer.forgiveness.forgive import ALSO_MOST, LOOKED_AT, REPAIRS_MOST, Forgiveness, replaced
from indexer.forgiveness.synonyms import Group, SynonymTable
from indexer.forgiveness.term_index import TermIndex
from indexer.forgiveness.values import Attempt, Step
from tests.indexer.forgiveness.conftest import PRODUCTS

ORDER = list(Step)
# Stretches that tempt every step, and plain noise.
pieces = st.sampled_from(
    ["等侍期", "登待期", "理陪", "ddq", "tb", "dengdai", "等dai期", "七天", "80%", "110", "95511", "faq-0042", "2026-01-05",
     "第十二条", "百万医疗险", "住院医疗险", "不想要了", "车子", "app", "的", "，", " ", "险", "退宝", "材料", "b", "(", "*", "\x00"]
)  # fmt: skip
questions = st.lists(pieces | st.text(max_size=4), max_size=30).map("".join)


@given(questions)
def test_attempts_come_in_order_and_stay_within_bounds(forgiveness: Forgiveness, text: str) -> None:
    attempts = list(forgiveness.attempts(text))
    steps = [ORDER.index(attempt.step) for attempt in attempts]
    assert steps == sorted(set(steps))
    for attempt in attempts:
        assert len(attempt.also) <= ALSO_MOST
        assert len(attempt.repairs) <= REPAIRS_MOST * len(ORDER)
        assert len(attempt.text) <= len(text) + 16 * len(attempt.repairs)


@given(questions)
def test_repairs_tell_exactly_what_was_changed(forgiveness: Forgiveness, text: str) -> None:
    for attempt in forgiveness.attempts(text):
        changes = [repair for repair in attempt.repairs if repair.replaces]
        assert all(text[repair.position : repair.end] == repair.before for repair in attempt.repairs)
        assert all(one.end <= two.position for one, two in pairwise(changes))
        assert replaced(text, changes) == attempt.text


@given(questions)
def test_numbers_codes_and_products_are_never_changed(forgiveness: Forgiveness, text: str) -> None:
    whole = [*PRODUCTS, "80%", "95511", "faq-0042", "2026-01-05", "第十二条", "七天"]
    for attempt in forgiveness.attempts(text[:LOOKED_AT]):
        for name in whole:
            assert attempt.text.count(name) >= text[:LOOKED_AT].count(name)
        for repair in attempt.repairs:
            assert not repair.replaces or not any(char.isdigit() for char in repair.after)


@given(questions)
def test_undoing_leaves_those_places_exactly_as_typed(forgiveness: Forgiveness, text: str) -> None:
    for attempt in forgiveness.attempts(text):
        for repair in attempt.repairs:
            again = list(forgiveness.attempts(text, undone=frozenset({repair.before})))
            for other in again:
                assert repair.before in other.text
                assert not any(r.position < repair.end and repair.position < r.end for r in other.repairs)


@given(questions)
def test_undoing_everything_gives_the_question_back(forgiveness: Forgiveness, text: str) -> None:
    undone: set[str] = set()
    for _ in range(40):
        attempts = list(forgiveness.attempts(text, undone=frozenset(undone)))
        if not attempts:
            return
        undone |= {repair.before for repair in attempts[-1].repairs}
    raise AssertionError(f"{text!r} is repaired again and again: {undone}")


@given(questions)
def test_the_same_question_is_always_read_the_same_way(forgiveness: Forgiveness, text: str) -> None:
    assert list(forgiveness.attempts(text)) == list(forgiveness.attempts(text))


def test_undoing_one_repair_keeps_the_other(last: Callable[..., Attempt]) -> None:
    text = "理陪材料和等侍期"
    assert last(text).text == "理赔材料和等待期"
    assert last(text, undone=frozenset({"理陪"})).text == "理陪材料和等待期"
    assert last(text, undone=frozenset({"等侍期"})).text == "理赔材料和等侍期"


def test_steps_are_cumulative(forgiveness: Forgiveness) -> None:
    attempts = list(forgiveness.attempts("车子等三日，ddq和理陪"))
    assert [a.step for a in attempts] == [Step.SYNONYM, Step.SCRIPT, Step.PINYIN, Step.NEIGHBOUR]
    assert attempts[-1].text == "车子等三日，等待期和理赔"
    assert {"机动车", "3天"} <= set(attempts[-1].also)


def test_many_synonyms_add_a_bounded_number_of_phrases(index: TermIndex) -> None:
    groups = [Group((f"词{a}", *(f"{a}第{n}说" for n in "甲乙丙丁戊己庚辛"))) for a in "子丑寅卯辰巳午未"]
    (attempt,) = Forgiveness(index, SynonymTable(groups)).attempts(" ".join(group.phrases[0] for group in groups))
    assert len(attempt.also) == ALSO_MOST


@pytest.mark.parametrize("looks", range(40))
def test_when_the_time_is_over_what_was_found_until_then_holds(forgiveness: Forgiveness, looks: int) -> None:
    text = "车子等三日，ddq和理陪"
    budget = Budget(looks, itertools.count().__next__)
    attempts = list(forgiveness.attempts(text, budget=budget))
    whole = list(forgiveness.attempts(text))
    assert budget.ran_out or attempts == whole
    for attempt, unbounded in zip(attempts, whole, strict=False):
        assert attempt.step is unbounded.step
        assert set(attempt.repairs) <= set(unbounded.repairs)
    if looks == 0:
        assert attempts == []


def test_a_number_that_the_collection_has_as_written_gets_no_other_forms(forgiveness: Forgiveness) -> None:
    assert list(forgiveness.attempts("30天")) == []
    (attempt,) = forgiveness.attempts("三十日")
    assert "30天" in attempt.also


@pytest.mark.parametrize(
    "unit", ["a", "s", "zh", "xian", "等s", "登待", "一", "1", "(", "不想要了", "ddq ", "龘", "\ud800"]
)
def test_only_the_beginning_of_an_endless_question_is_looked_at(forgiveness: Forgiveness, unit: str) -> None:
    text = (unit * 10_000)[:10_000]
    for attempt in forgiveness.attempts(text):
        assert all(repair.position < LOOKED_AT for repair in attempt.repairs)
        assert attempt.text.endswith(text[LOOKED_AT:])
