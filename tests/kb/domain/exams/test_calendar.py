"""The month of the examination: which day is meant, what is said when, and that it is said once."""

from __future__ import annotations

from datetime import date

import pytest

from kb.domain.errors import Invalid
from kb.domain.exams.calendar import ExamStep, deadlines, month_of, months_before, next_month, reminders
from kb.domain.person import Role
from kb.domain.rules import DEFAULT_RULES, Rules

NOVEMBER = date(2026, 11, 1)
RULES = Rules(exam_training_day=9, exam_paper_day=18, exam_sitting_day=27)


def kinds(day: int, *done: ExamStep, raised: tuple[str, ...] = ()) -> list[str]:
    today = date(2026, 11, day)
    return [one.kind for one in reminders(deadlines(NOVEMBER, RULES, done), today, raised=raised)]


def test_the_handbook_names_the_tenth_the_twentieth_and_the_twenty_fifth():
    assert [one.day.day for one in deadlines(NOVEMBER, DEFAULT_RULES, ())] == [10, 20, 25]


def test_the_days_are_settings_that_must_follow_each_other():
    assert [one.day for one in deadlines(NOVEMBER, RULES, ())] == [date(2026, 11, day) for day in (9, 18, 27)]
    assert Rules.from_dict(RULES.to_dict()) == RULES
    with pytest.raises(Invalid):
        Rules(exam_training_day=21)
    with pytest.raises(Invalid):
        Rules(exam_sitting_day=31)


def test_three_days_before_and_once_when_it_is_late():
    assert kinds(5) == []
    assert kinds(6) == kinds(9) == ["training-ahead"]
    assert kinds(10) == ["training-late"]
    assert kinds(28) == ["training-late", "paper-late", "sitting-late"]


def test_what_is_done_or_was_said_is_not_said_again():
    assert kinds(10, ExamStep.TRAINING) == []
    assert kinds(18, ExamStep.TRAINING, raised=("paper-ahead",)) == []
    assert kinds(19, ExamStep.TRAINING, raised=("paper-ahead",)) == ["paper-late"]


def test_the_director_hears_of_what_is_late_and_shift_leaders_of_the_sittings():
    [ahead] = reminders(deadlines(NOVEMBER, RULES, (ExamStep.TRAINING, ExamStep.PAPER)), date(2026, 11, 25))
    assert ahead.told == {Role.TRAINER, Role.SHIFT_LEADER}
    assert ahead.text.format(**ahead.values) == "11 月的考试应在 27 日前考完，还有 2 天，还没有安排场次。"
    [late] = reminders(deadlines(NOVEMBER, RULES, (ExamStep.PAPER, ExamStep.SITTING)), date(2026, 11, 25))
    assert late.told == {Role.TRAINER, Role.DIRECTOR}


def test_months_are_counted_over_the_turn_of_the_year():
    assert month_of(date(2026, 11, 30)) == NOVEMBER
    assert (next_month(date(2026, 12, 1)), next_month(date(2026, 1, 1))) == (date(2027, 1, 1), date(2026, 2, 1))
    assert (months_before(date(2026, 2, 1), 3), months_before(NOVEMBER, 0)) == (date(2025, 11, 1), NOVEMBER)
