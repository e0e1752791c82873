from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from tests.factories import a_person
from tests.webapp.cli.conftest import Kb
from webapp.wiring import Desk

ADD = ("intake", "add", "--department", "理赔部", "--title", "时效调整")


def test_a_notice_is_added_from_standard_input_and_listed(ready: Kb) -> None:
    said = ready(*ADD, "--reference", "LP-118", input="车险理赔改为七天。")
    assert (said.code, said.out) == (0, "已登记为第 1 件来文。\n")
    again = ready(*ADD, "--reference", "LP-118", input="车险理赔改为七天。")
    assert (again.code, again.out) == (0, "这件来文已经登记过，是第 1 件。\n")
    [line] = ready("intake", "list").out.splitlines()
    assert line.split("\t")[2:] == ["待处理", "", "理赔部", "时效调整", ""]


def test_a_late_one_is_named_and_the_exit_code_is_1(ready: Kb) -> None:
    received = datetime.now(UTC) - timedelta(hours=30)
    ready(*ADD, "--received", received.isoformat(), input="车险理赔改为七天。")
    said = ready("intake", "list", "--json")
    assert (said.code, json.loads(said.out)["overdue"]) == (1, True)
    assert "待处理（超时）" in ready("intake", "list").out


def test_closed_ones_are_listed_on_their_own(ready: Kb, desk: Desk) -> None:
    ready(*ADD, input="车险理赔改为七天。")
    desk.intake.decline(a_person(), 1, reason="已有条目")
    assert (ready("intake", "list").code, ready("intake", "list").out) == (0, "")
    assert json.loads(ready("intake", "list", "--closed", "--json").out)["outcome"] == "已有条目"


def test_mistakes_are_sentences(ready: Kb) -> None:
    assert (ready(*ADD, input="").code, "内容不能为空。" in ready(*ADD, input="").err) == (3, True)
    said = ready(*ADD, "--due", "明天", input="x")
    assert (said.code, "看不懂时间“明天”" in said.err) == (3, True)
