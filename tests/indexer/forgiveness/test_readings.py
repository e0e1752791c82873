import pytest

from indexer.forgiveness.readings import alike, readings


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("待", "带", 0), ("等", "登", 1), ("宁", "林", 2), ("张", "脏", 2), ("待", "侍", 3), ("a", "啊", 3)],
)
def test_readings_are_equal_alike_or_different(one: str, other: str, distance: int) -> None:
    assert readings().distance(one, other) == distance
    assert readings().distance(other, one) == distance


def test_a_character_with_two_everyday_readings_is_spelled_both_ways() -> None:
    assert readings().spellings("还款") == [("hai", "kuan"), ("huan", "kuan")]


def test_a_term_with_an_unknown_character_is_not_spelled() -> None:
    assert readings().spellings("e生保") == []


def test_regional_sounds_fall_together() -> None:
    assert alike("zhang") == alike("zan")
    assert alike("neng") == alike("len")
    assert alike("shi") == alike("si")
    assert alike("ban") != alike("ben")


def test_initials_are_no_syllables() -> None:
    assert not readings().all_sounds() & {"hm", "ng", "n", "m", ""}
