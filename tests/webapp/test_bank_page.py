"""题库: the list, one question, the editor of every type, the review of many, what waits because its entry changed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from kb.domain.exams.question import Question, QuestionState, QuestionType
from kb.domain.person import Role
from kb.ports import BankFilter
from tests.factories import Clock, a_content, a_person, published
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import look, of_class, words
from webapp.wiring import Desk

CHEN = a_person(Role.TRAINER, login="a-trainer")
QUOTE = "自合同生效日起算 30 天"
SINGLE = {
    "type": "single", "stem": "等待期自合同生效日起算多少天？", "option-0": "60 天", "option-1": "30 天", "option-3": "90 天",
    "key": "1", "difficulty": "35", "code": "FAQ-0042", "quote": QUOTE, "tags": "等待期、必考", "point": "健康险/等待期",
}  # fmt: skip


@pytest.fixture
def trainer(client_for: Callable[[Role], Browser], desk: Desk, clock: Clock) -> Browser:
    published(desk.store, clock)
    return client_for(Role.TRAINER)


@pytest.fixture
def director(client_for: Callable[[Role], Browser]) -> Browser:
    return client_for(Role.DIRECTOR)


def write(client: Browser, data: dict[str, object] | None = None, **changed: object) -> Question:
    response = client.submit("/bank/new", (data or SINGLE) | changed)
    assert response.status_code == 303, words(look(response), of_class("error"))
    return the(client, int(str(response.location).rsplit("/", 1)[1]))


def the(client: Browser, number: int) -> Question:
    desk: Desk = client.application.extensions["desk"]
    return desk.bank.get(CHEN, number)


def ready(trainer: Browser, director: Browser, **changed: object) -> Question:
    made = write(trainer, **changed)
    director.submit("/bank/move", {"number": made.number, "step": "review"})
    trainer.submit("/bank/move", {"number": made.number, "step": "release"})
    found = the(trainer, made.number)
    assert found.state is QuestionState.READY
    return found


def change_the_entry(desk: Desk) -> None:
    by = a_person()
    _, revision = desk.knowledge.submit(
        by, a_content(body="## 说明\n\n自合同生效日起算 60 天。"), reason="修订", code="FAQ-0042"
    )
    desk.knowledge.publish(by, "FAQ-0042", revision.number, reason="修订")


def test_what_is_written_is_kept_and_shown_with_its_sentence(trainer: Browser) -> None:
    made = write(trainer)
    assert made.content.options == ("60 天", "30 天", "90 天") and made.content.key == (1,)
    assert (made.content.difficulty, made.content.tags) == (0.35, ("等待期", "必考"))
    page = look(trainer.get(f"/bank/{made.number}"))
    assert words(page, "//blockquote/mark") == QUOTE
    assert "30 天" in words(page, of_class("is-right")) and "60 天" not in words(page, of_class("is-right"))
    assert page.xpath("//a[@href='/entries/FAQ-0042']")


@pytest.mark.parametrize(
    ("typed", "key", "more"),
    [
        ({"type": "multiple", "option-0": "甲", "option-1": "乙", "option-2": "丙", "key": ["0", "2"]}, (0, 2), {}),
        ({"type": "order", "option-0": "报案", "option-1": "查勘", "option-2": "赔付"}, (0, 1, 2), {}),
        ({"type": "true_false", "key": "1"}, (1,), {}),
        (
            {"type": "cloze", "stem": "等待期____天，犹豫期____天。", "blanks": "30 | 三十\n15"},
            (), {"blanks": (("30", "三十"), ("15",))},
        ),
        ({"type": "short", "rubric-0": "说天数", "share-0": "60", "rubric-1": "说起算", "share-1": "40%", "model": "三十天"}, (), {}),
        ({"type": "oral", "rubric-0": "语气", "share-0": "100"}, (), {}),
        ({"type": "practical", "rubric-0": "操作", "share-0": "100"}, (), {}),
    ],
)  # fmt: skip
def test_every_type_can_be_written_opened_again_and_saved_as_it_was(
    trainer: Browser, typed: dict[str, object], key: tuple[int, ...], more: dict[str, object]
) -> None:
    made = write(trainer, {"stem": "题干在此", **typed})
    assert (made.content.type, made.content.key) == (QuestionType(str(typed["type"])), key)
    for name, value in more.items():
        assert getattr(made.content, name) == value
    form = look(trainer.get(f"/bank/{made.number}/edit")).xpath("//form[contains(@class, 'bank-form')]")[0]
    again = {name: form.fields[name] for name in form.fields if form.fields[name] is not None} | {"reason": "再存一次"}
    again["key"] = [box.get("value") for box in form.xpath(".//input[@name='key'][@checked]")]
    response = trainer.post(f"/bank/{made.number}/edit", data=again)
    assert response.status_code == 409 and "没有变化" in words(look(response), of_class("error"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"stem": " "}, "请写题干。"),
        ({"key": []}, "还没有标出正确答案。"),
        ({"key": ["0", "1"]}, "单选题只能有一个正确答案，现有 2 个。"),
        ({"key": "8"}, "答案“I”不在选项里。"),
        ({"option-0": "30 天 "}, "选项 A 和 B 相同。"),
        ({"option-0": "", "option-1": "30 天", "option-3": ""}, "应有 2 到 10 个选项，现有 1 个。"),
        ({"difficulty": "很难"}, "难度请写 0 到 100 之间的数"),
        ({"difficulty": "nan"}, "难度请写 0 到 100 之间的数"),
        ({"code": "FAQ-0777"}, "来源条目 FAQ-0777 不存在"),
        ({"quote": "九十天"}, "没有这句原文"),
        ({"code": ""}, "写了原句，请也写来源条目的编号。"),
        ({"type": "oral", "rubric-0": "语气", "share-0": "90"}, "评分要点合计应为 100%，现在是 90%。"),
        ({"type": "oral", "rubric-0": "语气", "share-0": "十"}, "评分要点的百分比“十”不是整数。"),
        ({"type": "cloze", "stem": "等待期多久"}, "题干里没有空"),
        ({"type": "cloze", "stem": "____和____", "blanks": "30"}, "题干里有 2 个空，答案却有 1 个。"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    trainer: Browser, changed: dict[str, object], said: str
) -> None:
    response = trainer.submit("/bank/new", SINGLE | changed)
    page = look(response)
    assert response.status_code == 400 and said in words(page, of_class("error"))
    kept = (SINGLE | changed)["tags"]
    assert page.xpath("//input[@name='tags']/@value") == [kept]
    desk: Desk = trainer.application.extensions["desk"]
    assert desk.bank.page(CHEN, BankFilter()).total == 0


def test_another_type_or_line_keeps_what_was_typed(trainer: Browser) -> None:
    page = look(trainer.submit("/bank/new", SINGLE | {"type": "multiple", "retype": "1"}))
    assert page.xpath("//input[@name='option-1']/@value") == ["30 天"]
    assert page.xpath("//input[@name='key'][@type='checkbox'][@checked]/@value") == ["1"]
    assert len(page.xpath("//input[starts-with(@name, 'option-')]")) == 5


def test_its_author_cannot_review_it_and_a_colleague_can(trainer: Browser, director: Browser) -> None:
    made = write(trainer)
    page = look(trainer.get(f"/bank/{made.number}"))
    assert page.xpath("//button[@value='review']") == [] and "请另一位同事" in words(page, of_class("muted"))
    response = trainer.submit("/bank/move", {"number": made.number, "step": "review", "one": made.number})
    assert response.status_code == 403 and "是您自己写的" in words(look(response), of_class("error"))
    response = director.submit("/bank/move", {"number": made.number, "step": "review", "one": made.number})
    assert response.location == f"/bank/{made.number}"
    assert the(trainer, made.number).state is QuestionState.REVIEWED


def test_many_are_moved_at_once_and_those_left_are_told(trainer: Browser, director: Browser) -> None:
    first, second = write(trainer), write(trainer, stem="续保有没有等待期的天数规定？")
    response = director.submit(
        "/bank/move?state=draft", {"number": [first.number, second.number, 99], "step": "review"}
    )
    assert response.status_code == 303 and str(response.location).startswith("/bank?state=draft")
    page = look(director.get("/bank"))
    assert "2 道题：审核通过。" in page.text_content()
    assert "没有试题 Q-0099。" in page.text_content()
    response = trainer.submit("/bank/move", {"step": "retire", "number": []})
    assert response.status_code == 400 and "请先勾选试题。" in words(look(response), of_class("error"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2), ("?type=true_false", 1), ("?state=ready", 0), ("?state=draft", 2), ("?tag=必考", 1), ("?entry=faq-0042", 1),
        ("?q=续保", 1), ("?point=健康险/等待期", 1), ("?type=nonsense&page=99", 2), ("?q=%25", 0),
    ],
)  # fmt: skip
def test_the_list_shows_what_is_filtered(trainer: Browser, query: str, found: int) -> None:
    write(trainer)
    write(trainer, {"type": "true_false", "stem": "续保有等待期。", "key": "1"})
    page = look(trainer.get(f"/bank{query}"))
    assert len(page.xpath("//li[@class='bank-row']")) == found
    assert words(page, "//h2[@id='found-heading']") == f"{found} 道题"


def test_the_print_has_every_filtered_question_with_its_key(trainer: Browser) -> None:
    write(trainer)
    write(trainer, {"type": "true_false", "stem": "续保有等待期。", "key": "1"})
    page = look(trainer.get("/bank/print?type=single"))
    assert len(page.xpath("//article")) == 1 and "答案 B" in words(page, of_class("bank-answer"))


def test_versions_show_what_each_changed(trainer: Browser) -> None:
    made = write(trainer)
    response = trainer.submit(
        f"/bank/{made.number}/edit", SINGLE | {"option-3": "45 天", "based_on": "1", "reason": "换干扰项"}
    )
    assert response.status_code == 303
    page = look(trainer.get(f"/bank/{made.number}"))
    assert words(page, "//del") == "90 天" and words(page, "//ins") == "45 天"
    stale = trainer.submit(f"/bank/{made.number}/edit", SINGLE | {"based_on": "1", "reason": "旧页面"})
    assert stale.status_code == 409 and "第 2 版" in words(look(stale), of_class("error"))


def test_a_question_whose_fact_changed_waits_with_both_texts_and_one_click_keeps_it(
    trainer: Browser, director: Browser, desk: Desk
) -> None:
    made = ready(trainer, director)
    change_the_entry(desk)
    page = look(trainer.get("/bank/stale"))
    before, now = page.xpath("//div[@class='bank-both']//blockquote")
    assert "30 天" in before.text_content() and "60 天" in now.text_content()
    assert look(director.get("/bank/stale")).xpath("//form[contains(@action, '/confirm')]") == []
    old = trainer.submit(f"/bank/{made.number}/confirm", {"based_on": "7"})
    assert old.status_code == 409 and "刚刚被改过" in words(look(old), of_class("error"))
    assert trainer.submit(f"/bank/{made.number}/confirm", {"based_on": "1"}).location == "/bank/stale"
    assert the(trainer, made.number).state is QuestionState.READY
    assert "没有待复核的试题" in look(trainer.get("/bank/stale")).text_content()


def test_a_stale_question_is_mended_at_the_sentence_that_holds_now(
    trainer: Browser, director: Browser, desk: Desk
) -> None:
    made = ready(trainer, director)
    change_the_entry(desk)
    data = SINGLE | {"key": "0", "based_on": "1", "reason": "等待期改为 60 天"}
    kept = trainer.submit(f"/bank/{made.number}/edit", data)
    assert kept.status_code == 400 and "没有这句原文" in words(look(kept), of_class("error"))
    mended = trainer.submit(f"/bank/{made.number}/edit", data | {"quote": "自合同生效日起算 60 天"})
    assert mended.status_code == 303
    found = the(trainer, made.number)
    assert (found.state, found.content.source.revision, found.content.key) == (QuestionState.DRAFT, 2, (0,))


def test_a_stale_answer_is_doubted_and_the_editor_begins_with_the_new_value(
    trainer: Browser, director: Browser, desk: Desk
) -> None:
    made = ready(trainer, director)
    change_the_entry(desk)
    page = look(trainer.get("/bank/stale"))
    assert "“30 天”在现在的原句里没有了" in words(page, of_class("bank-doubt"))
    (first,) = page.xpath(f"//*[@id='q{made.number}']//*[contains(@class, 'button-primary')]")
    assert first.get("href") == f"/bank/{made.number}/edit"
    options = look(trainer.get(f"/bank/{made.number}/edit")).xpath("//input[starts-with(@name, 'option-')]/@value")
    assert options[:3] == ["30 天", "60 天", "90 天"]
    assert "请逐处核对" in trainer.get(f"/bank/{made.number}/edit").text


def test_a_withdrawn_entry_takes_its_questions_along_and_the_page_says_why(
    trainer: Browser, director: Browser, desk: Desk
) -> None:
    made = ready(trainer, director)
    desk.knowledge.withdraw(a_person(), "FAQ-0042", reason="产品停售")
    page = look(trainer.get(f"/bank/{made.number}"))
    assert words(page, of_class("bank-state")) == "停用" and "下线原因：产品停售" in page.text_content()


def test_nothing_that_is_not_there_breaks_a_page(trainer: Browser) -> None:
    assert trainer.get("/bank/99").status_code == 404
    assert trainer.get("/bank/99/edit").status_code == 404
    assert trainer.submit("/bank/99/confirm", {}).status_code == 404
    assert trainer.submit("/bank/move", {"number": "x", "step": "nonsense"}).status_code == 400


def test_the_key_is_nowhere_for_an_agent(client_for: Callable[[Role], Browser], trainer: Browser) -> None:
    made = write(trainer)
    for path in ("/bank", f"/bank/{made.number}", "/bank/print", "/bank/stale", "/bank/proposals"):
        response = client_for(Role.AGENT).get(path)
        assert response.status_code == 403 and not re.search("30 天", response.text)


def test_what_is_too_long_is_named_as_the_form_names_it(trainer: Browser) -> None:
    response = trainer.submit("/bank/new", SINGLE | {"stem": "长" * 2_001})
    assert response.status_code == 413 and "“题干”最多 2000 个字" in words(look(response), of_class("error"))
