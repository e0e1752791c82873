from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.bench.chart import chart
from tests.bench.figures import Figure, percentile, table


@pytest.mark.parametrize(
    ("value", "bounds", "kept"),
    [
        (0.9979, {"least": 0.998}, True),  # as it is shown
        (0.9974, {"least": 0.998}, False),
        (3.0004, {"most": 3}, True),
        (3.001, {"most": 3}, False),
        (7, {}, True),
    ],
)
def test_a_promise_is_held_against_the_figure_as_it_is_shown(
    value: float, bounds: dict[str, float], kept: bool
) -> None:
    assert Figure("part", "name", value, "ms", **bounds).kept is kept


def test_the_table_names_what_is_not_kept() -> None:
    shown = table([Figure("search", "p50", 2.4, "ms", most=3), Figure("search", "p99", 31, "ms", most=12)])
    assert "| p50 | 2.4 ms | ≤ 3 |" in shown
    assert "| p99 | 31.0 ms | ≤ 12.0 ✗ |" in shown


def test_the_chart_is_a_picture_that_says_its_figures_in_words() -> None:
    drawn = chart([Figure("a < b", "p50", 2.4, "ms", most=3), Figure("a < b", "only shown", 1, "s")], "measured")
    root = ElementTree.fromstring(drawn)
    described = {child.tag.rpartition("}")[2]: child.text for child in root}
    assert described["title"] == "measured"
    assert described["desc"] == "p50 2.4 ms (≤ 3)"


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert [percentile([4, 1, 3, 2], share) for share in (0.5, 0.75, 0.99)] == [2, 3, 4]
