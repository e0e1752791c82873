from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.services.people import SYSTEM
from tests.webapp.cli.conftest import Kb, write_entry, write_lines
from webapp.wiring import Desk


@pytest.fixture
def asked(ready: Kb, tmp_path: Path) -> Kb:
    """An entry that answers one of two questions."""
    write_entry(tmp_path / "entries", "FAQ-0042")
    assert ready("import", tmp_path / "entries", "--publish").code == 0
    path = write_lines(
        tmp_path / "golden.jsonl",
        {"query": "百万医疗险等待期多久", "relevant": ["FAQ-0042"], "product": "百万医疗险"},
        {"query": "宠物险怎么买", "relevant": ["FAQ-0077", "FAQ-0078"]},
    )
    said = ready("golden", "import", path)
    assert (said.code, said.out) == (0, "新增或更改 2 个检验问题。\n")
    return ready


def test_questions_are_imported_once_and_listed(asked: Kb, tmp_path: Path) -> None:
    assert asked("golden", "import", tmp_path / "golden.jsonl").out == "新增或更改 0 个检验问题。\n"
    assert sorted(asked("golden", "list").out.splitlines()) == [
        "宠物险怎么买\tFAQ-0077 FAQ-0078\t",
        "百万医疗险等待期多久\tFAQ-0042\t百万医疗险",
    ]


def test_the_first_run_is_the_measure_and_a_second_finds_no_change(asked: Kb) -> None:
    first = asked("golden", "run")
    assert (first.code, first.out) == (0, "queries\t2\nhit@1\t0.5\nhit@5\t0.5\n这次的结果是新的基准。\n")
    second = asked("golden", "run")
    assert (second.code, second.out) == (0, "queries\t2\nhit@1\t0.5\nhit@5\t0.5\n")


def test_a_lost_question_is_named_and_the_exit_code_is_1_until_it_is_accepted(asked: Kb, desk: Desk) -> None:
    desk.goldens.record(SYSTEM, {"百万医疗险等待期多久": 8, "宠物险怎么买": 3}, reason="上线", accept=True)
    said = asked("golden", "run")
    assert said.code == 1
    assert said.out.splitlines()[3:] == ["失去答案\t第 3 位 → 前十之外\t宠物险怎么买", "得到答案\t第 8 位 → 第 1 位\t百万医疗险等待期多久"]
    accepted = asked("golden", "run", "--accept", "--reason", "产品停售")
    assert (accepted.code, accepted.out.splitlines()[-1]) == (0, "这次的结果是新的基准。")
    last = desk.goldens.last_accepted()
    assert (last.reason, last.by, last.ranks["宠物险怎么买"]) == ("产品停售", "system", 0)
    assert asked("golden", "run").code == 0


def test_a_script_reads_the_changes_as_json(asked: Kb, desk: Desk) -> None:
    desk.goldens.record(SYSTEM, {"百万医疗险等待期多久": 0, "宠物险怎么买": 5}, reason="上线", accept=True)
    said = asked("golden", "run", "--json")
    assert said.code == 1
    assert json.loads(said.out) == {
        "queries": 2, "hit@1": 0.5, "hit@5": 0.5, "accepted": False,
        "lost": [{"query": "宠物险怎么买", "before": 5, "now": 0}],
        "gained": [{"query": "百万医疗险等待期多久", "before": 0, "now": 1}],
    }  # fmt: skip


def test_accepting_asks_for_a_reason_before_anything_is_run(asked: Kb, desk: Desk) -> None:
    said = asked("golden", "run", "--accept")
    assert (said.code, said.err) == (3, "请写明原因。\n")
    assert desk.goldens.last_accepted() is None


def test_without_questions_there_is_nothing_to_run(ready: Kb) -> None:
    said = ready("golden", "run")
    assert (said.code, said.err) == (4, "还没有检验问题，请先用 kb golden import 导入。\n")


def test_a_broken_line_is_named_and_nothing_is_taken_up(asked: Kb, desk: Desk, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "more.jsonl", {"query": "怎么退", "relevant": ["FAQ-0001"]}, {"query": "怎么退"})
    said = asked("golden", "import", path)
    assert said.code == 3
    assert said.err.startswith("第 2 行看不懂")
    assert len(desk.goldens.all()) == 2


def test_a_file_that_is_not_there_is_a_sentence(ready: Kb, tmp_path: Path) -> None:
    assert ready("golden", "import", tmp_path / "none.jsonl").code == 8
