"""The coordinators' page of dictionary and synonyms."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from kb.domain.person import Role
from tests.webapp.conftest import Browser, browser, login_of
from tests.webapp.desk_pages import Page, furnish, look, of_class, words
from tests.webapp.multipart import send
from webapp.lexicon.difference import difference
from webapp.wiring import Desk


@pytest.fixture
def coordinator(client_for: Callable[[Role], Browser]) -> Browser:
    return client_for(Role.COORDINATOR)


def fields(**changed: object) -> dict[str, object]:
    return {"words": "惠民保\n百万医疗险", "synonyms": "退保 = 解除合同", "reason": "新品上市", "based_on": "0", **changed}


def area(page: Page, name: str) -> str:
    return str(page.get_element_by_id(name).text or "").removeprefix("\n")


def value(page: Page, name: str) -> str:
    return str(page.xpath(f"//form[@data-lexicon]//input[@name='{name}']/@value")[0])


def upload(client: Browser, content: bytes, **changed: object) -> Page:
    return look(send(client, "/lexicon/file", fields(**changed), file=("词典.txt" if content else "", content)))


def test_what_is_saved_is_kept_shown_and_dated(coordinator: Browser, desk: Desk) -> None:
    response = coordinator.submit("/lexicon", fields())
    assert (response.status_code, response.location) == (303, "/lexicon")
    saved = desk.lexicons.current()
    assert (saved.number, saved.words, saved.synonyms) == (1, "惠民保\n百万医疗险", "退保 = 解除合同")
    assert (saved.author, saved.reason) == (login_of(Role.COORDINATOR), "新品上市")
    page = look(coordinator.get("/lexicon"))
    assert (area(page, "words"), area(page, "synonyms"), value(page, "based_on")) == (saved.words, saved.synonyms, "1")
    assert words(page, "//tbody/tr") == "第 1 版 2026-11-21 09:00 a-coordinator 新品上市"
    assert "已保存为第 1 版。" in words(page, of_class("notice"))


def test_a_word_that_changes_the_segmentation_has_its_entries_indexed_again(coordinator: Browser, desk: Desk) -> None:
    furnish(desk)
    coordinator.submit("/lexicon", fields(words="保护好现场"))
    with desk.store.read() as uow:
        assert [job.code for job in uow.jobs.after(desk.sync.applied() or 0)] == ["PRO-0007"]


@pytest.mark.parametrize(
    ("changed", "field", "sentence", "line"),
    [
        ({"words": f"好词\n# 备注\n{'长' * 61}"}, "words", "第 3 行的词太长，最多 60 个字。", "3"),
        ({"synonyms": "退保 = 解除合同\r\n\r\n孤单"}, "synonyms", "第 3 行不是一组同义词", "3"),
        ({"synonyms": "甲 -> 乙 -> 丙"}, "synonyms", "第 1 行不是一组同义词", "1"),
        ({"synonyms": f"{'长' * 41} = 短"}, "synonyms", "第 1 行：同义词“长长长长长长长长长长…”太长，最多 40 个字。", "1"),
        ({"words": "好词\x00"}, "words", "“词典”里有无法保存的字符（U+0000）", ""),
    ],
)
def test_a_mistake_names_the_line_and_keeps_what_was_typed(
    coordinator: Browser, desk: Desk, changed: dict[str, str], field: str, sentence: str, line: str
) -> None:
    response = coordinator.submit("/lexicon", fields(**changed))
    page = look(response)
    assert response.status_code == 400
    assert sentence in words(page, f"//*[@id='{field}-mistake']")
    assert (page.get_element_by_id(field).get("data-line") or "").strip("0") == line
    sent = {name: str(text).replace("\r\n", "\n").replace("\x00", "�") for name, text in fields(**changed).items()}
    assert {n: area(page, n).replace("\x00", "�") for n in ("words", "synonyms")} == {n: sent[n] for n in ("words", "synonyms")}
    assert value(page, "reason") == "新品上市"
    assert desk.lexicons.current().number == 0


def test_a_mistake_quotes_the_line(coordinator: Browser) -> None:
    page = look(coordinator.submit("/lexicon", fields(synonyms="退保 = 解除合同\n\n  孤单 # 备注")))
    assert words(page, "//*[@id='synonyms-mistake']/code") == "孤单 # 备注"


def test_a_mistake_is_told_in_the_language_of_the_visitor(coordinator: Browser) -> None:
    coordinator.set_cookie("language", "en")
    page = look(coordinator.submit("/lexicon", fields(synonyms=f"{'长' * 41} = 短")))
    told = str(page.xpath("//*[@id='synonyms-mistake']/text()")[0])
    assert told.startswith("Line 1: ")
    assert set(re.findall("[\u4e00-\u9fff]", told)) == {"长"}


def test_without_a_reason_nothing_is_saved_and_nothing_lost(coordinator: Browser, desk: Desk) -> None:
    response = coordinator.submit("/lexicon", fields(reason="  "))
    page = look(response)
    assert (response.status_code, words(page, "//*[@id='reason-mistake']")) == (400, "请写明原因。")
    assert area(page, "words") == "惠民保\n百万医疗险"
    assert desk.lexicons.current().number == 0


def test_the_second_of_two_editors_keeps_their_texts_and_sees_what_the_first_changed(
    coordinator: Browser, client_for: Callable[[Role], Browser], desk: Desk
) -> None:
    coordinator.submit("/lexicon", fields(words="惠民保\n宠物险"))
    second = client_for(Role.ADMINISTRATOR)
    response = second.submit("/lexicon", fields(synonyms="车子 -> 机动车", reason="同名产品"))
    page = look(response)
    assert response.status_code == 409
    assert "a-coordinator 刚才把词典改到了第 1 版，您的文字还没有保存" in words(page, of_class("error"))
    assert (area(page, "words"), area(page, "synonyms")) == ("惠民保\n百万医疗险", "车子 -> 机动车")
    assert (value(page, "reason"), value(page, "based_on")) == ("同名产品", "1")
    assert words(page, of_class("line-removed") + "//code") == "宠物险 退保 = 解除合同"
    assert words(page, of_class("line-added") + "//code") == "百万医疗险 车子 -> 机动车"
    assert desk.lexicons.current().words == "惠民保\n宠物险"
    assert second.submit("/lexicon", fields(words="惠民保\n宠物险\n百万医疗险", based_on="1")).status_code == 303


def test_saving_without_a_change_is_a_sentence(coordinator: Browser, desk: Desk) -> None:
    coordinator.submit("/lexicon", fields())
    response = coordinator.submit("/lexicon", fields(based_on="1"))
    assert response.status_code == 409
    assert "词典没有变化，无需保存。" in words(look(response), of_class("error"))
    assert desk.lexicons.current().number == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_words_of_a_file_are_added_to_the_text_and_not_saved_yet(
    coordinator: Browser, desk: Desk, encoding: str
) -> None:
    page = upload(coordinator, "惠民保 5 n\n等待期\n# 备注\n犹豫期 3\n".encode(encoding), synonyms="半句")
    assert area(page, "words") == "惠民保\n百万医疗险\n等待期\n犹豫期"
    assert area(page, "synonyms") == "半句"
    assert "新词 2 个，原来就有 1 个。还没有保存" in words(page, of_class("notice"))
    assert desk.lexicons.current().number == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "请先选择文件。"),
        (b"# nothing\n", "文件里没有词。"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff", "文件不是 UTF-8 或 GB18030 编码的文本，或者已损坏。"),
        ("HMB\n".encode("utf-16-le"), "文件不是 UTF-8 或 GB18030 编码的文本，或者已损坏。"),
        ("等待期".encode("utf-16"), "文件不是 UTF-8 或 GB18030 编码的文本，或者已损坏。"),
        (f"等待期\n{'长' * 70}".encode(), "第 2 行的词太长，最多 60 个字。"),
        (("等待期\n" * 200_001).encode(), "文件太大：词典最多 200000 个字。"),
        ("".join(f"{n:06}险\n" for n in range(30_000)).encode(), "文件太大：词典最多 200000 个字。"),
    ],
)
def test_a_file_that_is_no_dictionary_is_a_sentence_and_keeps_what_was_typed(
    coordinator: Browser, content: bytes, sentence: str
) -> None:
    page = upload(coordinator, content)
    assert words(page, "//*[@id='file-mistake']") == sentence
    assert area(page, "words") == "惠民保\n百万医疗险"


def test_texts_at_the_bound_are_saved_though_a_form_is_bounded_elsewhere(coordinator: Browser, desk: Desk) -> None:
    long = "\n".join(f"{number:05d}、" + "药" * 50 for number in range(3_500))
    response = send(coordinator, "/lexicon", fields(words=long))
    assert response.status_code == 303
    assert len(desk.lexicons.current().words) == len(long)


@pytest.mark.parametrize(
    ("lines", "status", "sentence"),
    [
        (100_000, 400, "“同义词”最多 200000 个字，现有"),
        (1_000_000, 413, "内容太多，没有保存：词典和同义词各最多 200000 个字。"),
    ],
)
def test_very_many_pasted_synonyms_are_a_sentence(
    coordinator: Browser, desk: Desk, lines: int, status: int, sentence: str
) -> None:
    pasted = "退保 = 解除合同\n" * lines
    response = send(coordinator, "/lexicon", fields(synonyms=pasted))
    assert (response.status_code, sentence in response.text) == (status, True)
    assert desk.lexicons.current().number == 0


def test_more_than_a_page_of_states_is_paged(coordinator: Browser) -> None:
    for number in range(22):
        coordinator.submit("/lexicon", fields(words=f"词{number}", based_on=str(number)))
    assert len(look(coordinator.get("/lexicon")).xpath("//tbody/tr")) == 20
    assert words(look(coordinator.get("/lexicon?page=2")), "//tbody/tr/th") == "第 2 版 第 1 版"
    assert words(look(coordinator.get("/lexicon?page=99")), "//tbody/tr/th") == "第 2 版 第 1 版"


def test_a_state_shows_what_it_changed_and_can_be_restored(coordinator: Browser, desk: Desk) -> None:
    coordinator.submit("/lexicon", fields())
    coordinator.submit("/lexicon", fields(words="惠民保\n等待期", based_on="1", reason="第二次"))
    page = look(coordinator.get("/lexicon/2"))
    assert words(page, of_class("line-removed") + "//code") == "百万医疗险"
    assert words(page, of_class("line-added") + "//code") == "等待期"
    assert page.xpath("//form[contains(@action, 'restore')]") == []
    assert coordinator.submit("/lexicon/1/restore", {"reason": ""}).status_code == 400
    assert coordinator.submit("/lexicon/1/restore", {"reason": "改错了"}).status_code == 303
    now = desk.lexicons.current()
    assert (now.number, now.words, now.reason) == (3, "惠民保\n百万医疗险", "改错了")
    assert coordinator.submit("/lexicon/9/restore", {"reason": "改错了"}).status_code == 404
    assert coordinator.get("/lexicon/9").status_code == 404


def test_words_are_text_and_not_markup(coordinator: Browser) -> None:
    hostile = "</textarea><script>x</script>"
    coordinator.submit("/lexicon", fields(words=hostile))
    for path in ("/lexicon", "/lexicon/1"):
        response = coordinator.get(path)
        assert "<script>x" not in response.text
        assert area(look(response), "words") == hostile


def test_only_those_who_publish_find_the_page(client_for: Callable[[Role], Browser], desk: Desk) -> None:
    trainer = client_for(Role.TRAINER)
    assert trainer.get("/lexicon").status_code == 403
    assert trainer.submit("/lexicon", fields()).status_code == 403
    assert "/lexicon" not in trainer.get("/").text
    assert 'href="/lexicon"' in client_for(Role.COORDINATOR).get("/").text
    assert desk.lexicons.current().number == 0


def test_a_form_from_elsewhere_changes_nothing(coordinator: Browser, desk: Desk) -> None:
    assert coordinator.post("/lexicon", data=fields()).status_code == 400
    assert desk.lexicons.current().number == 0


def test_the_length_of_a_text_is_looked_at_only_when_the_person_may_send_one(desk: Desk, anonymous: Browser) -> None:
    response = browser(anonymous.application).post("/lexicon", data=fields(words="词" * 4_000_000))
    assert response.status_code == 401


def test_what_was_changed_is_in_the_audit_log_in_words(
    coordinator: Browser, client_for: Callable[[Role], Browser]
) -> None:
    coordinator.submit("/lexicon", fields())
    row = words(look(client_for(Role.DIRECTOR).get("/audit")), "//tbody/tr[td[3]='改词典与同义词']")
    assert "原因 新品上市；增减的词 2" in row


def test_the_difference_counts_lines_that_stand_twice() -> None:
    found = difference("甲\n乙\n乙", "乙\n\n丙")
    assert [(line.added, line.number, line.text) for line in found.lines] == [
        (False, 1, "甲"), (False, 3, "乙"), (True, 3, "丙"),
    ]  # fmt: skip
    assert (found.removed, found.added, found.moved) == (2, 1, False)


def test_lines_that_only_moved_are_no_other_lines() -> None:
    assert difference("甲\n乙", "乙\n甲").moved
    assert not difference("甲\n乙", "甲\n乙").moved


def test_a_long_difference_is_cut_and_counted() -> None:
    found = difference("", "\n".join(map(str, range(9_000))))
    assert (len(found.lines), found.added) == (500, 9_000)
