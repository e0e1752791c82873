"""``kb history`` and ``kb diff``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from kb.services.knowledge import Knowledge
from tests.factories import Clock, a_content, a_person
from tests.webapp.cli.conftest import Kb
from webapp.wiring import Desk

START = datetime(2024, 5, 1, 1, tzinfo=UTC)  # 09:00 in Shanghai; the commands go by the real clock


@pytest.fixture
def revised(ready: Kb, desk: Desk) -> Kb:
    """Revision 1 was the rule until the twelfth of May 2024, 2 is since then, 3 waits."""
    clock = Clock(START)
    knowledge, by = Knowledge(desk.store, clock), a_person(login="zhang")
    for days, publish, fields in (
        (0, True, {}),
        (11, True, {"speakable": "等待期是六十天。", "roles": ("agent", "trainer"), "tags": ("等待期", "新规")}),
        (1, False, {"body": "整篇重写，还没有定稿。"}),
    ):
        clock.forward(days=days)
        _, made = knowledge.submit(by, a_content(**fields), reason=f"第{days}日改", code="FAQ-0042")
        if publish:
            knowledge.publish(by, "FAQ-0042", made.number, reason="新规定")
    return ready


def test_history_tells_the_periods_and_what_was_done(revised: Kb) -> None:
    lines = revised("history", "FAQ-0042").out.splitlines()
    assert lines[0].endswith("第 2 版\t2024-05-12 09:00 – 另行通知")
    assert lines[1].endswith("第 1 版\t2024-05-01 09:00 – 2024-05-12 09:00")
    assert lines[2] == "2024-05-13 09:00\t提交\t第 3 版\tzhang\t第1日改"
    assert len(lines) == 7


def test_history_as_of_a_moment_knows_nothing_of_later(revised: Kb) -> None:
    lines = revised("history", "FAQ-0042", "--as-of", "2024-05-05").out.splitlines()
    assert lines == [
        "今天\t第 1 版\t2024-05-01 09:00 – 另行通知",
        "2024-05-01 09:00\t发布\t第 1 版\tzhang\t新规定",
        "2024-05-01 09:00\t提交\t第 1 版\tzhang\t第0日改",
    ]


def test_history_before_there_was_anything_is_not_found(revised: Kb) -> None:
    said = revised("history", "FAQ-0042", "--as-of", "2024-04-30")
    assert (said.code, said.out) == (4, "")
    assert "还没有任何版本" in said.err


def test_history_comes_as_json(revised: Kb) -> None:
    told: dict[str, Any] = json.loads(revised("history", "faq-0042", "--json").out)
    assert told["code"] == "FAQ-0042"
    assert [(r["revision"], r["from"]) for r in told["rules"]] == [
        (1, "2024-05-01T09:00:00+08:00"),
        (2, "2024-05-12T09:00:00+08:00"),
    ]
    assert told["events"][0] | {"reason": "", "starts": None} == {
        "step": "submitted", "at": "2024-05-13T09:00:00+08:00", "by": "zhang", "name": "zhang", "reason": "",
        "revision": 3, "restored_from": None, "starts": None, "ends": None, "replaced_by": "",
    }  # fmt: skip


def test_diff_marks_what_went_and_what_came(revised: Kb) -> None:
    said = revised("diff", "FAQ-0042", 1, 2).out
    assert said.startswith("第 1 版 → 第 2 版\n口径：")
    assert "\n口径\n~ [-百万医疗险的-]等待期是[-三十天，意外没有等待期-]{+六十天+}。\n" in said
    assert "可见岗位\n  {+座席代表+}、{+品管培训岗+}" in said
    assert "标签\n  等待期、{+新规+}" in said
    assert "\x1b" not in said


def test_diff_without_numbers_compares_the_rule_with_the_latest(revised: Kb) -> None:
    told = json.loads(revised("diff", "FAQ-0042", "--json").out)
    assert (told["from"], told["to"]) == (2, 3)
    body = next(c for c in told["changes"] if c["field"] == "body")
    assert "".join(text for mark, text in body["segments"] if mark != "added") == body["old"]


def test_diff_as_of_a_moment_compares_its_rule_with_todays(revised: Kb) -> None:
    told = json.loads(revised("diff", "FAQ-0042", "--as-of", "2024-05-02", "--json").out)
    assert (told["from"], told["to"]) == (1, 2)


def test_a_search_of_another_moment_says_what_is_different_today(revised: Kb) -> None:
    assert revised("reindex").code == 0
    assert revised("search", "等待期", "--as-of", "2024-05-02").out.splitlines()[-1].endswith("\t[今天已改]")
    assert revised("search", "等待期").out.splitlines()[-1].endswith("等待期是多少天")
    hit = json.loads(revised("search", "等待期", "--as-of", "2024-05-02", "--json").out)["hits"][0]
    assert hit["today"] == {"state": "changed", "revision": 2, "url": "/entries/FAQ-0042/diff?from=1&to=2"}


def test_diff_of_equal_revisions_says_so(revised: Kb) -> None:
    assert "内容完全相同" in revised("diff", "FAQ-0042", 2, 2).out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("FAQ-0042", 1, 9), 4),
        (("FAQ-9999",), 4),
        (("FAQ-0042", 1, "--as-of", "2024-05-02"), 3),
        (("FAQ-0042", "--as-of", "2020-01-01"), 4),
        (("FAQ-0042", "--as-of", "gestern"), 3),
        (("FAQ-0042", "x"), 2),
    ],
)
def test_what_cannot_be_compared_is_said_in_one_sentence(revised: Kb, arguments: tuple[object, ...], code: int) -> None:
    said = revised("diff", *arguments)
    assert (said.code, said.out) == (code, "")
    assert said.err.strip()
