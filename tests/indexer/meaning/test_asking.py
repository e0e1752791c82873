from __future__ import annotations

import time

import pytest

from indexer.meaning.address import AddressEmbedder
from indexer.meaning.asking import Questions, within
from indexer.meaning.guarded import Guarded


@pytest.fixture
def questions(service):
    return Questions(Guarded(AddressEmbedder(service.url), lambda: (0, "")))


def test_a_question_is_asked_once(questions, service):
    first = within(questions.begun("甲"), None)
    again = within(questions.begun("甲"), time.monotonic())
    assert (first == again).all()
    assert len(service.asked) == 1


def test_one_is_made_at_a_time_and_who_asks_the_same_waits_for_the_same(questions, service):
    service.held.clear()
    first = questions.begun("甲")
    assert within(first, time.monotonic()) is None
    assert questions.begun("乙") is None
    assert questions.begun("甲") is first
    service.held.set()
    assert within(first, None) is not None
    assert within(questions.begun("乙"), None) is not None


def test_a_failure_is_no_vector_and_nobody_is_asked_again_at_once(questions, service):
    service.says = (503, b"")
    assert within(questions.begun("甲"), None) is None
    assert questions.begun("乙") is None
    assert len(service.asked) == 1


def test_a_refused_question_is_not_asked_again_and_others_are(questions, service):
    service.refuses = "甲"
    assert within(questions.begun("甲甲甲"), None) is None
    asked = len(service.asked)
    assert questions.begun("甲甲甲") is None
    assert len(service.asked) == asked
    assert within(questions.begun("乙"), None) is not None
