from __future__ import annotations

from math import inf

from indexer.budget import Budget


class Ticking:
    """A clock that goes on by ``step`` seconds whenever it is looked at."""

    def __init__(self, step: float) -> None:
        self.at, self.step, self.looks = 100.0, step, 0

    def __call__(self) -> float:
        self.at += self.step
        self.looks += 1
        return self.at


def test_time_counts_from_the_first_question() -> None:
    clock = Ticking(0.0)
    budget = Budget(3.0, clock)
    clock.at += 50
    assert not budget.is_spent()
    clock.at += 2.5
    assert not budget.is_spent()
    clock.at += 0.5
    assert budget.is_spent()


def test_it_is_told_only_when_somebody_had_to_stop() -> None:
    clock = Ticking(0.0)
    budget = Budget(3.0, clock)
    assert not budget.is_spent()
    clock.at += 4
    assert not budget.ran_out
    assert budget.is_spent()
    assert budget.ran_out


def test_what_is_spent_stays_spent() -> None:
    clock = Ticking(0.0)
    budget = Budget(3.0, clock)
    assert not budget.is_spent()
    clock.at += 4
    assert budget.is_spent()
    clock.at -= 4
    assert budget.is_spent()


def test_no_time_at_all_is_spent_at_once_and_endless_time_never() -> None:
    assert Budget(0.0, Ticking(0.0)).is_spent()
    assert not any(Budget(inf, Ticking(1e9)).is_spent() for _ in range(3))
