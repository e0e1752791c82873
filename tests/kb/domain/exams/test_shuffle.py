"""Options in an order of each examinee's own: nothing lost, the key follows, the same again every time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.exams.paper import Form, Item
from kb.domain.exams.question import QuestionType
from kb.domain.exams.shuffle import as_shown, printed, shown_key, shuffled, stored
from tests.kb.domain.exams.papers import an_item

WITH_OPTIONS = (QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.ORDER)


@st.composite
def items(draw: st.DrawFn) -> Item:
    type = draw(st.sampled_from(WITH_OPTIONS))
    size = draw(st.integers(2, 10))
    places = list(range(size))
    key = {
        QuestionType.SINGLE: lambda: (draw(st.sampled_from(places)),),
        QuestionType.MULTIPLE: lambda: tuple(sorted(draw(st.sets(st.sampled_from(places), min_size=1)))),
        QuestionType.ORDER: lambda: tuple(draw(st.permutations(places))),
    }[type]()
    number = draw(st.integers(1, 9999))
    options = tuple(f"选项{place}" for place in places)
    return an_item(number, type, options=options, key=key, shuffle=draw(st.booleans()))


@given(items(), st.integers() | st.text(max_size=20))
def test_the_key_follows_whatever_the_order(item, seed):
    options, mapping = shuffled(item, seed)
    assert sorted(options) == sorted(item.content.options)
    key = shown_key(item, mapping)
    assert [options[place] for place in key] == [item.content.options[mapping[place]] for place in key]
    assert {options[place] for place in key} == {item.content.options[place] for place in item.content.key}
    if item.content.type is QuestionType.ORDER:
        assert stored(mapping, key) == item.content.key
    else:
        assert tuple(sorted(stored(mapping, key))) == item.content.key


@given(items(), st.integers())
def test_the_same_seed_gives_the_same_order_again(item, seed):
    assert shuffled(item, seed) == shuffled(replace(item, score=9.0), seed)


def test_an_order_that_was_given_once_is_given_on_every_machine():
    """Held as values: Python's own hash differs from process to process, and so would an order made with it."""
    assert shuffled(an_item(7), "S-0003:wang")[1] == (2, 3, 0, 1)
    assert shuffled(an_item(7), "S-0003:li")[1] == (3, 1, 2, 0)


def test_examinees_get_different_orders_and_every_option_stands_first_for_some():
    orders = {shuffled(an_item(7), f"S-0003:{person}")[1] for person in range(60)}
    assert len(orders) > 12
    assert {order[0] for order in orders} == {0, 1, 2, 3}


def test_options_stay_where_the_question_asks_for_it():
    item = an_item(7, shuffle=False)
    assert {shuffled(item, seed) for seed in range(20)} == {(item.content.options, (0, 1, 2, 3))}


@given(items(), st.integers())
def test_a_question_on_order_never_shows_the_answer(item, seed):
    if item.content.type is QuestionType.ORDER and item.content.shuffle:
        assert shuffled(item, seed)[1] != item.content.key


@pytest.mark.parametrize("type", [QuestionType.TRUE_FALSE, QuestionType.CLOZE, QuestionType.ORAL])
def test_what_has_no_options_has_nothing_to_shuffle(type):
    item = an_item(7, type)
    assert shuffled(item, 3) == ((), ())
    assert shown_key(item, ()) == item.content.key


def test_a_place_that_was_never_shown_is_left_out():
    assert stored((2, 0, 1), [0, 5, -1, 2]) == (2, 1)


@given(items(), st.integers())
def test_what_is_printed_has_the_same_right_options(item, seed):
    shown = as_shown(item, seed)
    right = [[one.content.options[place] for place in one.content.key] for one in (item, shown)]
    assert right[1] == right[0] if item.content.type is QuestionType.ORDER else sorted(right[1]) == sorted(right[0])


def test_a_printed_form_is_the_same_every_time_and_gives_no_order_away():
    order = an_item(7, QuestionType.ORDER, key=(0, 1, 2, 3))  # as a trainer types it
    form = Form(name="A", items=(order, an_item(8)))
    assert printed(form, 3) == printed(form, 3)
    assert printed(form, 3).items[0].content.options != order.content.options
    assert printed(form, 3).items[0].content.options == tuple(
        order.content.options[place] for place in shuffled(order, "3:A")[1]
    )
