"""Marks in converted Markdown: they never change what the text means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.diff_lines import diff_lines
from webapp.history.marked import both, left, right
from webapp.rendering import render


def shown(old: str, new: str) -> tuple[str, str, str]:
    rows = diff_lines(old, new)
    targets = {"FAQ-0042": "/entries/FAQ-0042", "FAQ-0043": "/entries/FAQ-0043"}
    return tuple(str(side(rows, targets).html).strip() for side in (left, right, both))  # type: ignore[return-value]


def without_marks(html: str) -> str:
    for tag in ("<ins>", "</ins>", "<del>", "</del>"):
        html = html.replace(tag, "")
    return html


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("等 **30 天** 后", "等 **60 天** 后", "<p>等 <strong><del>30 天</del><ins>60 天</ins></strong> 后</p>"),
        ("## 说明", "### 说明", '<h3 id="s-说明">说明</h3>'),
        ("看 [甲](kb:FAQ-0042)", "看 [乙](kb:FAQ-0043)", None),
        ("1. 记录\n2. 派工", "1. 记录\n2. 派工\n3. 回访", None),
        ("| 甲 | 乙 |\n|---|---|\n| 1 | 2 |", "| 甲 | 乙 |\n|---|---|\n| 1 | 3 |", None),
        ("一 <b>二</b>", "一 <b>三</b>", None),
    ],
)
def test_marks_stand_around_words_and_leave_the_signs_alone(old, new, expected):
    before, after, together = shown(old, new)
    targets = {"FAQ-0042": "/entries/FAQ-0042", "FAQ-0043": "/entries/FAQ-0043"}
    assert without_marks(before) == str(render(old, targets).html).strip()
    assert without_marks(after) == str(render(new, targets).html).strip()
    if expected:
        assert together == expected


def test_no_mark_gets_into_an_address():
    _, after, together = shown("看 [条款](kb:FAQ-0042) 甲", "看 [条款](kb:FAQ-0043) 乙")
    assert 'href="/entries/FAQ-0043"' in after
    assert "<ins>乙</ins>" in together


def test_marks_that_somebody_typed_are_no_marks():
    html = "".join(shown("甲\ue0f0乙", "甲\ue0f2丙"))
    assert html.count("<ins>") == html.count("</ins>") == 2
    assert "\ue0f2" not in html


TEXT = st.lists(
    st.sampled_from(
        [
            "## 甲",
            "- 乙 30 天",
            "1. 丙",
            "| 甲 | 乙 |",
            "|---|---|",
            "```",
            "**丁** _戊_",
            "[己](kb:FAQ-0042)",
            "",
            "庚&amp;辛",
            "> 引",
            "<i>壬</i>",
        ]
    ),
    max_size=8,
).map("\n".join)


@given(TEXT, TEXT)
def test_marks_come_in_pairs_and_bring_no_other_element(old, new):
    for html in shown(old, new):
        assert html.count("<ins>") == html.count("</ins>")
        assert html.count("<del>") == html.count("</del>")
        assert not any(mark in html for mark in "\ue0f0\ue0f1\ue0f2\ue0f3")
        assert "<i>" not in html
