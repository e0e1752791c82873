from __future__ import annotations

import json
from datetime import timedelta

from kb.domain.person import Role
from kb.services.gaps import Gaps
from tests.factories import a_person
from tests.webapp.cli.conftest import Kb
from webapp.wiring import Desk

CHEN = a_person(Role.AGENT, login="chen")


def test_open_gaps_are_listed_the_most_urgent_first(ready: Kb, desk: Desk) -> None:
    assert (ready("gaps").code, ready("gaps").out) == (0, "")
    desk.gaps.send(CHEN, "不急的问题", product="宠物险")
    desk.gaps.send(CHEN, "紧急的问题", urgent=True)
    said = ready("gaps")
    assert said.code == 0
    assert [line.split("\t")[2:] for line in said.out.splitlines()] == [
        ["待处理", "紧急", "1", "", "", "紧急的问题"], ["待处理", "", "1", "", "宠物险", "不急的问题"],
    ]  # fmt: skip


def test_a_late_one_is_named_and_the_exit_code_is_1(ready: Kb, desk: Desk) -> None:
    Gaps(desk.store, lambda: desk.clock() - timedelta(hours=80)).send(CHEN, "宠物险怎么买")
    said = ready("gaps", "list", "--json")
    assert (said.code, json.loads(said.out)["overdue"]) == (1, True)
    assert "待处理（超时）" in ready("gaps").out


def test_the_week_is_listed_most_frequent_first(ready: Kb, desk: Desk) -> None:
    desk.questions.record(CHEN, "船险多少钱")
    for login in ("chen", "lin"):
        desk.gaps.send(a_person(Role.AGENT, login=login), "宠物险怎么买")
    assert ready("gaps", "top").out.splitlines() == ["2\t2\t1\t\t宠物险怎么买", "1\t1\t\t\t船险多少钱"]
    assert json.loads(ready("gaps", "top", "--json").out.splitlines()[1])["gap"] is None


def test_what_is_neither_is_a_usage_mistake(ready: Kb) -> None:
    assert ready("gaps", "bottom").code == 2
