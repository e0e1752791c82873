"""``kb questions``: list, propose, stale."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.domain.exams.lifecycle import Step
from kb.domain.exams.question import QuestionContent, QuestionType, Source
from kb.domain.person import Role
from kb.services.people import SYSTEM
from tests.factories import a_person
from tests.webapp.cli.conftest import Kb, write_entry
from webapp.wiring import Desk

QUOTE = "自合同生效日起算 30 天"


@pytest.fixture
def kept(ready: Kb, tmp_path: Path, desk: Desk) -> Kb:
    """An entry, and a ready question that comes from it."""
    write_entry(tmp_path / "entries", "FAQ-0042", body=f"{QUOTE}。")
    assert ready("import", tmp_path / "entries", "--publish").code == 0
    content = QuestionContent(
        type=QuestionType.SINGLE, stem="等待期自合同生效日起算多少天？", options=("60 天", "30 天"), key=(1,),
        source=Source(code="FAQ-0042", text=QUOTE),
    )  # fmt: skip
    made = desk.bank.add(SYSTEM, content, reason="新编")
    desk.bank.move(a_person(Role.TRAINER), [made.number], Step.REVIEW)
    desk.bank.move(SYSTEM, [made.number], Step.RELEASE)
    return ready


def test_questions_are_listed_with_their_state_and_source(kept: Kb) -> None:
    assert kept("questions", "list").out == "Q-0001\t可用\t单选\tFAQ-0042\t等待期自合同生效日起算多少天？\n"
    (one,) = json.loads(kept("questions", "list", "--state", "ready", "--entry", "faq-0042", "--json").out)
    assert (one["number"], one["key"], one["source"]["text"]) == (1, [1], QUOTE)
    assert kept("questions", "list", "--type", "order").out == ""


def test_nothing_is_stale_until_the_fact_changes(kept: Kb, tmp_path: Path) -> None:
    assert (kept("questions", "stale").code, kept("questions", "stale").out) == (0, "")
    write_entry(tmp_path / "entries", "FAQ-0042", body="自合同生效日起算 60 天。")
    assert kept("import", tmp_path / "entries", "--publish").code == 0
    said = kept("questions", "stale")
    assert said.code == 1
    assert f"  − {QUOTE}\n" in said.out and "  + 自合同生效日起算 60 天" in said.out
    (one,) = json.loads(kept("questions", "stale", "--json").out)
    assert (one["state"], one["revision_now"]) == ("stale", 2)


def test_proposals_of_an_entry_are_printed_and_not_kept(kept: Kb) -> None:
    said = kept("questions", "propose", "--entry", "FAQ-0042")
    assert said.code == 0 and said.out.startswith("FAQ-0042\t第 1 版\t") and said.out.count("\n") > 1
    found = json.loads(kept("questions", "propose", "--json").out)
    assert {one["code"] for one in found} == {"FAQ-0042"} and all(one["source"]["text"] for one in found)
    assert kept("questions", "list").out.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [(("--month", "十一月"), 3, "看不懂月份“十一月”"), (("--entry", "FAQ-0777"), 4, "没有生效的条目 FAQ-0777。")],
)
def test_what_cannot_be_proposed_from_is_one_sentence(kept: Kb, options: tuple[str, ...], code: int, said: str) -> None:
    result = kept("questions", "propose", *options)
    assert result.code == code and said in result.err


def test_what_is_exported_is_imported_into_another_bank_and_doubles_nothing(kept: Kb, tmp_path: Path) -> None:
    for name in ("a.xlsx", "a.csv", "a.txt", "a.gift", "a.xml", "a.zip"):
        said = kept("questions", "export", tmp_path / name)
        assert (said.code, said.out) == (0, "导出 1 道题。\n")
        again = kept("questions", "import", tmp_path / name)
        assert (again.code, again.out) == (0, "新题 0 道，题库里已有 1 道，没有导入 0 道。\n")


def test_a_file_with_a_fault_names_the_line_and_ends_with_findings(ready: Kb, tmp_path: Path) -> None:
    path = tmp_path / "题.txt"
    path.write_text("1.【单选】甲？\nA. 一\nB. 二\n【答案】A\n\n2.【单选】乙？\nA. 一\nB. 二\n", encoding="utf-8")
    said = ready("questions", "import", path, "--strict")
    assert (said.code, said.out) == (1, "新题 0 道，题库里已有 0 道，没有导入 1 道。\n")
    said = ready("questions", "import", path)
    assert (said.code, said.out) == (1, "新题 1 道，题库里已有 0 道，没有导入 1 道。\n")
    assert "题.txt:6\t没有写答案。" in said.err
