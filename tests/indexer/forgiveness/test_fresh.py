import threading

import pytest

from indexer.forgiveness import fresh
from indexer.forgiveness.fresh import Fresh


def test_the_first_and_what_is_quick_is_made_on_the_spot() -> None:
    one, two = ["一"], ["二"]
    terms = Fresh(lambda state: f"of {state[0]}")
    assert terms.of(one) == "of 一"
    assert terms.of(two) == "of 二"


def test_what_takes_long_is_made_behind_while_the_old_one_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "QUICK", -1.0)
    go = threading.Event()

    def make(state: list[str]) -> str:
        assert state == ["一"] or go.wait(10)
        return f"of {state[0]}"

    one, two = ["一"], ["二"]
    terms = Fresh(make)
    assert terms.of(one) == "of 一"
    assert terms.of(two) == "of 一"
    go.set()
    terms.settle()
    assert terms.of(two) == "of 二"


def test_it_is_made_once_for_each_state() -> None:
    made = []
    terms = Fresh(lambda state: made.append(state) or len(made))  # type: ignore[func-returns-value]
    state = object()
    assert [terms.of(state), terms.of(state)] == [1, 1]
