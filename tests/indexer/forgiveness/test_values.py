"""What a repair says of itself."""

from __future__ import annotations

import pytest

from indexer.forgiveness.values import Attempt, Repair, Step


def attempt(*repairs: Repair) -> Attempt:
    return Attempt(Step.PINYIN, "", (), repairs)


def test_a_question_of_initials_alone_is_a_guess() -> None:
    assert attempt(Repair("ddq", "等待期", Step.PINYIN, 0)).is_guessed("ddq")
    assert attempt(Repair("ddq", "等待期", Step.PINYIN, 0), Repair("tb", "退保", Step.PINYIN, 4)).is_guessed("ddq tb？")


@pytest.mark.parametrize(
    ("asked", "repair"),
    [
        ("百万医疗险ddq", Repair("ddq", "等待期", Step.PINYIN, 5)),
        ("dengdaiqi", Repair("dengdaiqi", "等待期", Step.PINYIN, 0)),
        ("等侍期", Repair("等侍期", "等待期", Step.NEIGHBOUR, 0)),
        ("7日", Repair("7日", "七天", Step.SCRIPT, 0)),
    ],
)
def test_what_says_more_than_initials_is_none(asked: str, repair: Repair) -> None:
    assert not attempt(repair).is_guessed(asked)
