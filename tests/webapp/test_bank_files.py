"""Questions in and out as files, on the page."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook

from kb.domain.exams.question import QuestionState
from kb.domain.person import Role
from kb.services.people import SYSTEM
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import look, of_class, words
from tests.webapp.multipart import send
from webapp.bank import files
from webapp.wiring import Desk

GOOD = "题型,题干,选项A,选项B,答案\n单选,等待期是多少天？,30 天,60 天,A\n"
MIXED = GOOD + "单选,两个答案,甲,乙,AB\n排序,先后？,问候,查询,BA\n"


@pytest.fixture
def trainer(client_for: Callable[[Role], Browser]) -> Browser:
    return client_for(Role.TRAINER)


def take_in(client: Browser, name: str, text: str, **fields: object) -> str:
    return words(look(send(client, "/bank/files", fields, file=(name, text.encode()))), ".//main")


def test_good_questions_become_drafts_and_bad_ones_are_named_by_their_line(trainer: Browser, desk: Desk) -> None:
    page = take_in(trainer, "题.csv", MIXED)
    assert "导入了 2 道新题" in page
    assert "3单选题只能有一个正确答案，现有 2 个。" in page
    kept = desk.bank.export(SYSTEM)
    assert [(one.state, one.content.stem) for one in kept] == [
        (QuestionState.DRAFT, "等待期是多少天？"),
        (QuestionState.DRAFT, "先后？"),
    ]


def test_all_or_nothing_keeps_nothing_of_a_file_with_a_fault(trainer: Browser, desk: Desk) -> None:
    assert "整份没有导入" in take_in(trainer, "题.csv", MIXED, strict="1")
    assert desk.bank.export(SYSTEM) == []


def test_the_same_file_again_doubles_nothing(trainer: Browser, desk: Desk) -> None:
    take_in(trainer, "题.csv", GOOD)
    assert "题库里已有 1 道相同的题，没有重复导入。" in take_in(trainer, "题.csv", GOOD)
    assert len(desk.bank.export(SYSTEM)) == 1


def test_two_of_a_kind_in_one_file_are_told_apart_by_line(trainer: Browser) -> None:
    assert "3与第 2 行的试题相同。" in take_in(trainer, "题.csv", GOOD + GOOD.splitlines()[1])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [("题.pdf", "x", "认不出“.pdf”文件"), ("题.csv", "", "表格是空的。"), ("题.xml", "<a/>", "不是 Moodle 试题文件")],
)
def test_a_file_that_is_none_is_one_sentence(trainer: Browser, name: str, text: str, said: str) -> None:
    assert said in take_in(trainer, name, text)


def test_no_file_and_one_that_is_too_large_are_sentences(
    trainer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert trainer.submit("/bank/files").status_code == 400
    monkeypatch.setattr(files, "FILE_MOST", files.MIB)
    response = send(trainer, "/bank/files", {}, file=("题.csv", b"x" * (files.MIB * 5 // 2)))
    assert response.status_code == 413
    assert "文件太大：最多 1 MB。" in response.text


def test_a_source_that_does_not_exist_is_named(trainer: Browser) -> None:
    text = GOOD.replace("答案\n", "答案,来源条目\n").replace(",A\n", ",A,FAQ-7777\n")
    assert "来源条目 FAQ-7777 不存在" in take_in(trainer, "题.csv", text)


def test_the_bank_goes_out_as_a_workbook_and_is_audited(trainer: Browser, desk: Desk) -> None:
    take_in(trainer, "题.csv", MIXED)
    response = trainer.get("/bank/export?format=xlsx")
    assert "attachment" in response.headers["Content-Disposition"]
    sheet = load_workbook(BytesIO(response.data)).active
    assert sheet
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["等待期是多少天？", "先后？"]
    assert desk.people and any(row.action == "bank.export" for row in audit(desk))


def audit(desk: Desk) -> list[object]:
    with desk.store.read() as uow:
        return list(uow.audit.of("", "bank"))


def test_only_what_the_filter_shows_goes_out(trainer: Browser) -> None:
    take_in(trainer, "题.csv", MIXED)
    assert trainer.get("/bank/export?format=txt&type=order").text.count("【答案】") == 1
    nothing = trainer.get("/bank/export?format=txt&type=oral")
    assert (nothing.status_code, words(look(nothing), of_class("error"))) == (400, "没有可导出的试题。")


def test_what_a_format_cannot_hold_is_said_before_it_is_left_out(trainer: Browser) -> None:
    take_in(trainer, "题.csv", MIXED)
    page = trainer.get("/bank/export?format=gift")
    assert "这种格式装不下 1 道题" in page.text
    assert "排序" not in trainer.get("/bank/export?format=gift&anyway=1").text
    assert trainer.get("/bank/export?format=exe").status_code == 400


def test_a_director_gives_out_but_takes_nothing_in(client_for: Callable[[Role], Browser], trainer: Browser) -> None:
    take_in(trainer, "题.csv", GOOD)
    director = client_for(Role.DIRECTOR)
    assert director.get("/bank/export?format=csv").status_code == 200
    assert "导入为草稿" not in director.get("/bank/files").text
    assert send(director, "/bank/files", {}, file=("a.csv", GOOD.encode())).status_code == 403
