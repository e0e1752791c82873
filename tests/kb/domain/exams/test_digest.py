"""The month's digest as Markdown."""

from __future__ import annotations

from kb.domain.exams.digest import Material, Point, digest_text, digest_title
from tests.kb.domain.exams.papers import MONTH


def test_each_part_has_its_heading_and_empty_parts_have_none():
    text = digest_text(
        Material(
            month=MONTH,
            new=[Point(code="FAQ-0042", title="等待期", say="等待期是三十天。", why="新产品")],
            opened=[Point(code="FAQ-0007", title="报案", times=31)],
            failed=[("免赔额是多少？", 0.62)],
            unanswered=[("猫能投保吗", 5)],
        )
    )
    assert text == (
        "## 本月新增\n\n- **[等待期](kb:FAQ-0042)**：新产品  \n  等待期是三十天。\n\n"
        "## 来电问得最多\n\n- [报案](kb:FAQ-0007)：31 次\n\n"
        "## 容易出错：上次考试错得多的\n\n- 免赔额是多少？（62% 答错）\n\n"
        "## 还没有答案的问题\n\n- 猫能投保吗：5 次"
    )


def test_what_agents_typed_is_no_markup():
    assert "\\[x\\](http" in digest_text(Material(month=MONTH, unanswered=[("[x](http://a.example)\n# b", 2)]))
    assert "\\#" in digest_text(Material(month=MONTH, unanswered=[("[x]\n# b", 2)]))


def test_a_month_without_anything_gives_nothing():
    assert Material(month=MONTH).is_empty and digest_text(Material(month=MONTH)) == ""
    assert digest_title(MONTH) == "2026年11月培训要点"
