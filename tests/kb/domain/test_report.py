"""Periods, medians, bursts, and entries that fare badly: what reports are made of, without a store."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.calls import ActKind, Exemption
from kb.domain.report import Period, Ranked, Span, entries_of, falling_of, period_of, ranking
from kb.domain.report_figures import FIGURES, median_of
from kb.domain.rules import Rules
from kb.domain.solutions import SolutionKind
from kb.domain.use import Case, Topic, counted, crowded, ground_of, letters_of, question_of, repeated
from tests.report_rows import NOON, ZONE, Raw

TODAY = date(2026, 11, 21)  # a Saturday
GROUND = ground_of([], ZONE)


@pytest.mark.parametrize(
    ("span", "day", "first", "last", "through"),
    [
        (Span.DAY, "2026-11-20", "2026-11-20", "2026-11-20", "2026-11-20"),
        (Span.WEEK, "2026-11-22", "2026-11-16", "2026-11-22", "2026-11-21"),
        (Span.WEEK, "2026-11-15", "2026-11-09", "2026-11-15", "2026-11-15"),
        (Span.MONTH, "2024-02-10", "2024-02-01", "2024-02-29", "2024-02-29"),
        (Span.MONTH, "2025-12-31", "2025-12-01", "2025-12-31", "2025-12-31"),
    ],
)
def test_a_period_is_a_day_a_week_from_monday_or_a_calendar_month(
    span: Span, day: str, first: str, last: str, through: str
) -> None:
    found = period_of(span, date.fromisoformat(day), TODAY)
    assert found == Period(span, *map(date.fromisoformat, (first, last, through)))


@pytest.mark.parametrize(
    ("span", "today", "first", "through"),
    [
        (Span.MONTH, "2026-11-21", "2026-10-01", "2026-10-21"),
        (Span.MONTH, "2026-03-30", "2026-02-01", "2026-02-28"),  # February has no 30th
        (Span.WEEK, "2026-11-18", "2026-11-09", "2026-11-11"),
        (Span.DAY, "2026-11-21", "2026-11-20", "2026-11-20"),
    ],
)
def test_a_running_period_is_compared_with_as_many_days(span: Span, today: str, first: str, through: str) -> None:
    day = date.fromisoformat(today)
    before = period_of(span, day, day).before()
    assert (before.first, before.through) == (date.fromisoformat(first), date.fromisoformat(through))


@given(st.lists(st.integers(0, 3600), min_size=1))
def test_the_median_of_counted_values_is_that_of_the_values(values: list[int]) -> None:
    assert median_of({str(v): n for v, n in Counter(values).items()}) == median(values)
    assert median_of({}) is None


def names(raw: Raw) -> Counter[str]:
    return Counter(name for name, _ in counted(Case(raw.call, raw.solutions, raw.acts), GROUND))


def test_only_a_search_up_to_the_first_solution_counts_as_searching_first() -> None:
    assert names(Raw(settled=2).did(ActKind.SEARCH, minutes=2))["searched"] == 1
    assert names(Raw(settled=2).did(ActKind.SEARCH, minutes=2.1))["searched"] == 0
    assert names(Raw(settled=2).did(ActKind.OPEN, minutes=-1))["searched"] == 0
    assert names(Raw(settled=2, exempt=Exemption.SILENT).did(ActKind.SEARCH))["searched"] == 0


def test_a_solution_at_the_very_end_of_its_time_is_in_time() -> None:
    assert [names(Raw(settled=m))["in_time"] for m in (5, 5.1, None)] == [1, 0, 0]


def test_a_used_entry_needs_no_text_and_other_kinds_do() -> None:
    assert names(Raw().solved(text=""))["short"] == 0
    assert names(Raw().solved(text="好。"))["short"] == 1
    for kind in ("flagged", "improved", "added"):
        assert names(Raw().solved(kind, text=""))["short"] == 1  # type: ignore[arg-type]
        assert names(Raw().solved(kind, text="补交材料"))["short"] == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ended", "minutes", "hurried"),
    [
        ("14:00", 90, True),  # at 15:30, the early shift ends at 16:00
        ("14:00", 89, False),
        ("15:20", 30, False),  # the call is not old enough
        ("15:20", 31, True),
        ("15:00", 60, False),  # at 16:00 the next shift has begun
    ],
)
def test_a_solution_is_hurried_late_in_the_shift_for_a_call_long_ended(ended: str, minutes: int, hurried: bool) -> None:
    at = datetime.fromisoformat(f"2026-11-20T{ended}").replace(tzinfo=ZONE).astimezone(UTC)
    found = [name for name in names(Raw(ended_at=at).solved(minutes=minutes)) if name.startswith("hurried/")]
    assert bool(found) is hurried


def test_a_call_is_measured_by_the_rule_that_held_when_it_ended() -> None:
    first, second = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    states = [
        Rules(number=2, at=second, solution_least=9, shift_starts=("08:00", "16:00", "23:30")),
        Rules(number=1, at=first, solution_least=2, shift_starts=("08:00", "16:00", "20:00")),
    ]
    ground = ground_of(states, ZONE)

    def short(ended: datetime) -> bool:
        raw = Raw(ended_at=ended).solved(SolutionKind.ADDED, text="补交")
        return "short" in {name for name, _ in counted(Case(raw.call, raw.solutions, raw.acts), ground)}

    moments = [NOON, first, second - timedelta(seconds=1), second]
    assert [short(at) for at in moments] == [True, False, False, True]
    assert [ground.at(at).ends[-1] for at in (first, second)] == [20 * 60, 23 * 60 + 30]


def test_a_burst_is_five_within_ten_minutes() -> None:
    close = {f"hurried/{1000 + 150 * n}": 1 for n in range(5)}  # exactly ten minutes from first to last
    assert crowded(close | {"hurried/9000": 1}) == {"1000", "1150", "1300", "1450", "1600"}
    assert crowded({f"hurried/{1000 + 151 * n}": 1 for n in range(5)}) == frozenset()
    assert crowded({"hurried/7": 5}) == {"7"}


def test_texts_count_as_the_same_whatever_their_marks_and_width() -> None:
    assert letters_of("已 处理！ＡＢ") == letters_of("已处理ab")
    assert repeated({"said/x": 3, "said/y": 2}) == {"x"}
    assert question_of(" 等待期  多久？？") == "等待期 多久"


def test_topics_are_ranked_by_frequency_with_their_share_of_all() -> None:
    now = {"type/a": 1, "type/b": 6, "type/c": 1, "asked/z": 90}
    assert ranking(now, {"type/c": 4}, Topic.TYPE, most=2) == [Ranked("b", 6, 0.75, 0), Ranked("a", 1, 0.125, 0)]


def test_an_entry_falls_when_it_solved_under_half_on_five_days_running() -> None:
    days = {TODAY - timedelta(days=n): {"used/A": 1, "flagged/A": 2, "used/B": 1, "improved/B": 1} for n in range(5)}
    assert falling_of(days, TODAY) == {"A"}  # B solved exactly half
    days[TODAY - timedelta(days=2)] = {}
    assert falling_of(days, TODAY) == frozenset()


def test_falling_entries_come_first_then_those_most_spoken_of() -> None:
    topics = {"used/A": 9, "used/B": 1, "flagged/B": 3, "opened/C": 7}
    assert [(e.code, e.solved) for e in entries_of(topics, frozenset({"B"}))] == [("B", 0.25), ("A", 1.0), ("C", None)]


def test_every_figure_has_a_definition_and_none_to_verify_is_a_share() -> None:
    assert all(figure.says.endswith("。") and figure.names for figure in FIGURES.values())
    assert [key for key, figure in FIGURES.items() if figure.to_verify] == ["repeated", "unopened", "short", "burst"]
