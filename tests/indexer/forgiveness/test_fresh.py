import threading

import pytest

from indexer.forgiveness import fresh
from indexer.forgiveness.fresh import Fresh


def test_the_first_and_what_is_quick_is_made_on_the_spot() -> None:
    one, two = ["一"], ["二"]
    terms = Fresh(lambda state: f"of {state[0]}")
    assert terms.of(one)[1] == "of 一"
    assert terms.of(two)[1] == "of 二"


def test_what_takes_long_is_made_behind_while_the_old_one_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "QUICK", -1.0)
    go = threading.Event()

    def make(state: list[str]) -> str:
        assert state == ["一"] or go.wait(10)
        return f"of {state[0]}"

    one, two = ["一"], ["二"]
    terms = Fresh(make)
    assert terms.of(one)[1] == "of 一"
    assert terms.of(two)[1] == "of 一"
    go.set()
    terms.settle()
    assert terms.of(two)[1] == "of 二"


def test_it_is_made_once_for_each_state() -> None:
    made = []
    terms = Fresh(lambda state: made.append(state) or len(made))  # type: ignore[func-returns-value]
    state = object()
    assert [terms.of(state)[1], terms.of(state)[1]] == [1, 1]


def test_several_changes_while_it_rests_are_made_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "QUICK", -1.0)
    monkeypatch.setattr(fresh, "REST_TIMES", 1e12)  # until it is told to hurry
    made: list[str] = []
    terms = Fresh(lambda state: made.append(state[0]) or state[0])  # type: ignore[func-returns-value]
    states = [["一"], ["二"], ["三"]]
    given = [terms.of(state) for state in states]
    assert given == [(states[0], "一")] * 3
    terms.settle()
    assert terms.of(states[2]) == (states[2], "三")
    assert made == ["一", "三"]
