"""Item statistics against values worked out by hand or known from the literature."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from kb.domain.exams.question import QuestionType
from kb.domain.exams.statistics import Flag, FormFigures, Sheet, alpha, fisher, form_figures, wilson
from tests.exam_factories import an_item


def test_wilsons_interval_of_a_known_case() -> None:
    found = wilson(0.1, 20)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0279, 0.3010)
    assert wilson(0.0, 10).low == 0.0
    assert wilson(1.0, 10).high == 1.0


def test_fishers_interval_of_a_known_case() -> None:
    found = fisher(0.5, 28)
    assert (round(found.low, 3), round(found.high, 3)) == (0.156, 0.736)


def test_alpha_is_kr20_for_right_and_wrong_items() -> None:
    points = np.array([[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0], [1, 1, 1, 1]], dtype=float)
    shares = points.mean(axis=0)
    variance = points.sum(axis=1).var(ddof=0)
    kr20 = 4 / 3 * (1 - float((shares * (1 - shares)).sum()) / variance)
    found = alpha(points)
    assert found is not None
    assert found.value == pytest.approx(kr20)
    assert found.low < found.value < found.high <= 1


def test_alpha_cannot_be_told_of_too_few_or_of_people_who_are_all_alike() -> None:
    assert alpha(np.ones((4, 3))) is None
    assert alpha(np.ones((9, 3))) is None


def hall(count: int = 100, seed: int = 11) -> FormFigures:
    """Six items for so many people of rising skill: five honest ones, and the sixth with a key that is wrong, so that the
    best choose another option. Nobody chooses the last option of the first item."""
    chance = Random(seed)
    items = [an_item(n, QuestionType.SINGLE, 2.0) for n in range(1, 7)]
    sheets = []
    for person in range(count):
        skill = person / count
        chosen = {
            n: (2,) if chance.random() < 0.15 + 0.75 * skill else (chance.choice((0, 1) if n == 1 else (0, 1, 3)),)
            for n in range(1, 6)
        }
        chosen[6] = (0,) if chance.random() < skill else (chance.choice((1, 2, 3)),)
        sheets.append(Sheet({n: 2.0 * (value == (2,)) for n, value in chosen.items()}, chosen))
    return form_figures("A", items, sheets)


def test_a_wrong_key_shows_by_its_discrimination_and_the_best_choosing_another_option() -> None:
    figures = hall()
    flags = {flag.flag: flag.is_sure for flag in figures.items[5].flags}
    assert flags[Flag.WEAK]
    assert flags[Flag.MISLEADING]
    assert flags[Flag.HARD]
    honest = [flag.flag for one in figures.items[1:5] for flag in one.flags if flag.is_sure]
    assert Flag.WEAK not in honest
    assert Flag.MISLEADING not in honest


def test_an_option_that_nobody_chooses_is_flagged() -> None:
    first = hall().items[0]
    assert [choice.count for choice in first.choices][3] == 0
    assert Flag.UNUSED in {flag.flag for flag in first.flags}


def test_with_few_examinees_a_flag_is_only_a_hint() -> None:
    sure = [flag.is_sure for one in hall(8).items for flag in one.flags]
    assert sure
    assert not all(sure)


def test_the_facility_is_the_share_of_the_points_and_the_interval_holds_it() -> None:
    for one in hall().items:
        assert one.facility is not None
        assert one.facility.low <= one.facility.value <= one.facility.high
    assert hall().is_kr20


def test_the_rest_score_leaves_the_item_itself_out() -> None:
    """Two items that have nothing to do with each other: with the item in the total the correlation would be about .7."""
    chance = Random(5)
    items = [an_item(1, score=1.0), an_item(2, score=1.0)]
    sheets = [Sheet({1: float(chance.random() < 0.5), 2: float(chance.random() < 0.5)}, {}) for _ in range(400)]
    found = form_figures("B", items, sheets).items[0].discrimination
    assert found is not None
    assert abs(found.value) < 0.15


def test_nobody_gives_no_figures_and_no_error() -> None:
    figures = form_figures("A", [an_item(1)], [])
    assert (figures.count, figures.mean, figures.items[0].facility) == (0, None, None)


def test_one_examinee_gives_a_facility_and_nothing_else() -> None:
    figures = form_figures("A", [an_item(1)], [Sheet({1: 10.0}, {1: (2,)})])
    assert figures.items[0].facility is not None
    assert figures.items[0].discrimination is None
    assert figures.spread is None
