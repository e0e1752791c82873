from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.domain.diff_align import Budget
from kb.domain.diff_lines import Fold, Row, diff_lines, flat, fold
from kb.domain.diff_words import Mark, Segment

LINES = st.lists(
    st.sampled_from(
        ["", "", "等待期 30 天。", "等待期 60 天。", "续保除外。", "## 说明", "| 甲 | 1 |", "退保要本人办理"]
    ),
    max_size=12,
)


def shown(rows: list[Row]) -> list[tuple[int | None, int | None, str]]:
    signs = {Mark.KEPT: "{}", Mark.REMOVED: "[-{}-]", Mark.ADDED: "{{+{}+}}"}
    return [(r.old_line, r.new_line, "".join(signs[s.mark].format(s.text) for s in r.segments)) for r in rows]


def test_a_line_that_changed_a_little_stays_one_row():
    assert shown(diff_lines("## 说明\n自生效日起 30 天。", "## 说明\n自生效日起 60 天。")) == [
        (1, 1, "## 说明"),
        (2, 2, "自生效日起 [-30 天-]{+60 天+}。"),
    ]


def test_a_line_that_says_something_else_is_one_gone_and_one_come():
    assert shown(diff_lines("本人携带身份证办理", "三个工作日到账")) == [
        (1, None, "[-本人携带身份证办理-]"),
        (None, 1, "{+三个工作日到账+}"),
    ]


def test_a_changed_line_is_found_behind_an_inserted_one():
    old, new = "第一段。\n\n退保：十日内退还保费。", "新增一段说明。\n\n第一段。\n\n退保：十五日内退还保费。"
    assert (3, 5, "退保：[-十日-]{+十五日+}内退还保费。") in shown(diff_lines(old, new))


def test_of_several_rewritten_lines_each_meets_the_one_that_it_became():
    old = "甲险等待期 30 天。\n乙险没有犹豫期可言。\n丙险按日给付津贴。"
    new = "前面新加的一行字。\n甲险等待期 90 天。\n丙险按月给付津贴。"
    rows = {(r.old_line, r.new_line) for r in diff_lines(old, new)}
    assert {(1, 2), (3, 3), (2, None), (None, 1)} == rows


def test_an_empty_text_has_no_line():
    assert diff_lines("", "") == []
    assert shown(diff_lines("", "甲")) == [(None, 1, "{+甲+}")]


@given(LINES, LINES, st.one_of(st.none(), st.integers(0, 30_000)))
def test_applying_the_rows_gives_the_new_text_and_back(before, after, cells):
    old, new = "\n".join(before), "\n".join(after)
    rows = diff_lines(old, new, None if cells is None else Budget(cells))
    segments = flat(rows)
    assert "".join(s.text for s in segments if s.mark is not Mark.ADDED) == old
    assert "".join(s.text for s in segments if s.mark is not Mark.REMOVED) == new
    left = [r for r in rows if r.old_line is not None]
    right = [r for r in rows if r.new_line is not None]
    assert [r.old_line for r in left] == list(range(1, len(left) + 1))
    assert [r.new_line for r in right] == list(range(1, len(right) + 1))
    if old:
        assert "\n".join("".join(s.text for s in r.left) for r in left) == old
    if new:
        assert "\n".join("".join(s.text for s in r.right) for r in right) == new


def some_rows(*marks: Mark) -> list[Row]:
    return [Row(n, n, (Segment(mark, f"第{n}行"),)) for n, mark in enumerate(marks, 1)]


def test_unchanged_lines_far_from_a_change_are_folded_away():
    rows = some_rows(*[Mark.KEPT] * 10, Mark.ADDED, *[Mark.KEPT] * 20)
    folded = fold(rows)
    assert [len(part.rows) if isinstance(part, Fold) else part.old_line for part in folded] == [
        7, 8, 9, 10, 11, 12, 13, 14, 17,
    ]  # fmt: skip


def test_folding_hides_no_line_for_good():
    rows = some_rows(*[Mark.KEPT] * 9, Mark.REMOVED, *[Mark.KEPT] * 8, Mark.ADDED, *[Mark.KEPT] * 30)
    opened = [row for part in fold(rows) for row in (part.rows if isinstance(part, Fold) else (part,))]
    assert opened == rows


def test_a_fold_that_would_hide_two_lines_hides_none():
    assert not any(isinstance(part, Fold) for part in fold(some_rows(*[Mark.KEPT] * 5, Mark.ADDED)))
