"""试卷: the trainer builds, exchanges and hands in; the director reads, approves or returns; nobody else sees a key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kb.domain.exams.paper import Paper, PaperState
from kb.domain.person import Role
from tests.kb.services.paper_bank import furnish, republish
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import look, of_class, words
from webapp.papers import form as typing
from webapp.wiring import Desk

ROWS = {
    "type-0": "single", "count-0": "3", "score-0": "2", "type-1": "cloze", "count-1": "1", "score-1": "4.5",
    "point-1": "限额", "easiest-1": "20", "hardest-1": "60",
}  # fmt: skip
FORM = {
    "title": "11月考试", "month": "2026-11", "minutes": "40", "pass_score": "8", "fresh_share": "25", "unseen_months": "3",
    "enemies": "Q-0001 Q-0002\n4，5", "apart": "on", "seed": "3", **ROWS,
}  # fmt: skip


@pytest.fixture
def trainer(client_for: Callable[[Role], Browser], desk: Desk) -> Browser:
    furnish(desk.store, desk.clock)  # type: ignore[arg-type]
    return client_for(Role.TRAINER)


@pytest.fixture
def director(client_for: Callable[[Role], Browser]) -> Browser:
    return client_for(Role.DIRECTOR)


def build(client: Browser, **changed: str) -> str:
    response = client.submit("/papers/new", FORM | changed)
    assert response.status_code == 303, words(look(response), of_class("error"))
    return str(response.location)


def paper(desk: Desk) -> Paper:
    with desk.store.read() as uow:
        return uow.papers.all()[0]


def test_the_trainer_builds_both_forms_from_a_blueprint(trainer: Browser, desk: Desk) -> None:
    assert "2026年11月月度考试" in trainer.get("/papers/new").text
    page = look(trainer.get(build(trainer)))
    assert words(page, "//h1") == "11月考试 草稿"
    assert len(page.xpath("//ol[@class='form-items']/li")) == 8
    assert "4 题，10.5 分，40 分钟，8 分及格" in words(page, of_class("paper-facts"))
    found = paper(desk).blueprint
    assert (found.enemies, found.fresh_share, found.unseen_months, found.apart) == (((1, 2), (4, 5)), 0.25, 3, True)
    assert (found.cells[1].point, found.cells[1].easiest, found.cells[1].hardest) == ("限额", 0.2, 0.6)


def test_what_the_bank_is_short_of_is_said_and_nothing_typed_is_lost(trainer: Browser) -> None:
    response = trainer.submit("/papers/new", FORM | {"count-1": "4", "point-1": ""})
    page = look(response)
    assert response.status_code == 409
    assert "第 2 行（填空）两卷要 8 题，题库里只有 6 题，缺 2 题。" in words(page, of_class("lacks"))
    assert page.xpath("//input[@name='count-1']/@value") == ["4"]
    assert words(page, "//textarea[@name='enemies']") == "Q-0001 Q-0002 4，5"


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"title": " "}, "title", "请写试卷名称。"),
        ({"month": "2026-13"}, "month", "请写月份，例如 2026-11。"),
        ({"minutes": "x"}, "minutes", "这里请写数字。"),
        ({"pass_score": "99"}, "pass_score", "及格分应在 0 到总分 10.5 之间。"),
        ({"enemies": "Q-1"}, "enemies", "互斥的题一行写一对，例如 Q-0012 Q-0047。"),
        ({"count-0": "两"}, "cells", "第 1 行：题数、分数和难度请写数字。"),
        ({"type-1": "essay"}, "cells", "第 2 行：请选择题型。"),
        ({"count-0": "", "count-1": ""}, "cells", "蓝图里还没有题目，请至少写一行。"),
        ({"minutes": "1e999"}, "minutes", "这里请写数字。"),
        ({"score-0": "nan"}, "cells", "第 1 行：题数至少 1，每题分数在 0 到 100 之间。"),
    ],
)
def test_a_mistake_stands_at_its_field(trainer: Browser, changed: dict[str, str], field: str, said: str) -> None:
    response = trainer.submit("/papers/new", FORM | changed)
    assert (response.status_code, words(look(response), f"//*[@id='{field}-mistake']")) == (400, said)


def test_a_blueprint_comes_back_into_the_editor_as_it_was_typed(trainer: Browser, desk: Desk) -> None:
    build(trainer)
    blueprint = paper(desk).blueprint
    assert typing.blueprint_of(typing.typed_of(blueprint)) == blueprint


def test_one_question_is_exchanged(trainer: Browser, desk: Desk) -> None:
    address = build(trainer)
    page = look(trainer.get(f"{address}/swap?form=B&place=1"))
    form = page.xpath("//li[@class='swap-row']//form")[0]
    sent = dict(form.form_values())
    response = trainer.submit(f"{address}/swap", sent)
    assert response.location == f"{address}#B1"
    assert paper(desk).form("B").items[0].question == int(sent["question"])
    again = trainer.submit(f"{address}/swap", sent)
    assert again.status_code == 409
    assert "不能放在这里" in words(look(again), of_class("error"))


def test_assembling_anew_by_the_editor_keeps_the_number(trainer: Browser, desk: Desk) -> None:
    address = build(trainer)
    version = look(trainer.get(f"{address}/blueprint")).xpath("//input[@name='version']/@value")[0]
    before = paper(desk).forms
    response = trainer.submit(f"{address}/blueprint", FORM | {"version": version, "seed": "12", "minutes": "55"})
    assert response.location == address
    assert paper(desk).blueprint.minutes == 55 and paper(desk).forms != before
    late = trainer.submit(f"{address}/blueprint", FORM | {"version": version})
    assert (late.status_code, words(look(late), of_class("error"))) == (
        409,
        "这份试卷刚刚被改过，请看过现在的样子再继续。",
    )


def test_the_director_reads_and_approves_what_was_handed_in(trainer: Browser, director: Browser, desk: Desk) -> None:
    address = build(trainer)
    trainer.submit(f"{address}/submit", {"version": "1"})
    page = look(director.get(address))
    seen = page.xpath("//input[@name='seen']/@value")[0]
    response = director.submit(f"{address}/approve", {"seen": "0" * 64})
    assert response.status_code == 409
    assert words(look(response), of_class("error")) == "试卷和提交审批时的不一样，不能批准。请退回，由出题人重新提交。"
    assert director.submit(f"{address}/approve", {"seen": seen}).status_code == 303
    assert paper(desk).state is PaperState.APPROVED and paper(desk).hash == seen
    assert "已批准" in words(look(trainer.get("/papers")), of_class("papers-row"))


def test_a_returned_paper_shows_what_the_director_wrote(trainer: Browser, director: Browser) -> None:
    address = build(trainer)
    trainer.submit(f"{address}/submit", {"version": "1"})
    response = director.submit(f"{address}/return", {"remarks": " "})
    assert (response.status_code, words(look(response), of_class("error"))) == (400, "请写明要改什么，出题人会看到。")
    director.submit(f"{address}/return", {"remarks": "第 2 题太偏"})
    page = look(trainer.get(address))
    assert words(page, of_class("remarks")) == "第 2 题太偏" and "退回修改" in words(page, "//h1")


def test_a_source_that_changed_blocks_the_paper_on_the_page(trainer: Browser, director: Browser, desk: Desk) -> None:
    address = build(trainer)
    trainer.submit(f"{address}/submit", {"version": "1"})
    director.submit(f"{address}/approve", {"seen": paper(desk).hash})
    desk.clock.at += timedelta(hours=1)  # type: ignore[attr-defined]
    item = next(i for form in paper(desk).forms for i in form.items if i.content.source.code == "FAQ-0042")
    republish(desk.store, desk.clock, **{f"n{item.question}": "这一项保障每年最高赔99万元。"})  # type: ignore[arg-type]
    page = look(trainer.get(address))
    assert "须重新审批" in words(page, "//h1")
    assert "来源 FAQ-0042 的内容变了" in words(page, of_class("is-blocked"))
    assert trainer.submit(f"{address}/reopen", {"version": str(paper(desk).version)}).status_code == 303
    assert paper(desk).state is PaperState.DRAFT


def test_the_month_shows_what_is_due_and_the_director_sets_the_days(
    trainer: Browser, director: Browser, desk: Desk
) -> None:
    page = look(trainer.get("/papers"))
    assert words(page, of_class("is-late")).startswith("10 日前 汇总要点并培训 已过 11 天")
    assert words(page, of_class("is-near")).startswith("25 日前 分批考试 还有 4 天") is False
    days = {"exam_training_day": "12", "exam_paper_day": "22", "exam_sitting_day": "24", "based_on": "0"}
    wrong = director.submit("/papers/days", days | {"exam_paper_day": "11", "reason": "x"})
    assert (wrong.status_code, words(look(wrong), of_class("error"))) == (
        400, "先培训、再交卷、后考试：三个日期应一个比一个晚。",
    )  # fmt: skip
    assert director.submit("/papers/days", days | {"reason": "本月放假"}).status_code == 303
    assert "22 日前" in words(look(trainer.get("/papers")), of_class("is-near"))


def test_the_digest_goes_into_the_editor(trainer: Browser, desk: Desk) -> None:
    page = trainer.get("/papers/digest?month=2026-11").text
    assert "本月新增" in page and "另一份保障的限额" in page
    response = trainer.submit("/papers/digest", {"month": "2026-11"})
    assert response.location.startswith("/edit/draft/")
    assert trainer.get("/papers/digest?month=x").status_code == 400


@pytest.mark.parametrize(("part", "has_key"), [("paper", False), ("key", True), ("sheet", False)])
def test_each_part_is_printed_with_or_without_the_key(trainer: Browser, desk: Desk, part: str, has_key: bool) -> None:
    address = build(trainer)
    page = look(trainer.get(f"{address}/print?form=B&part={part}"))
    assert "B 卷" in words(page, "//article//h1")
    assert ("答案" in words(page, "//ol[contains(@class, 'sheet-items')]")) is has_key
    first = paper(desk).form("B").items[0].content
    assert (first.stem in words(page, "//article")) is (part != "sheet")
    assert trainer.get(f"{address}/print?part=other").status_code == 400
    assert trainer.get(f"{address}/print?form=C").status_code == 400


def test_agents_and_shift_leaders_reach_no_paper(trainer: Browser, client_for: Callable[[Role], Browser]) -> None:
    address = build(trainer)
    for role in (Role.AGENT, Role.SHIFT_LEADER, Role.TEAM_LEADER):
        client = client_for(role)
        for path in ("/papers", address, f"{address}/print?part=key"):
            assert client.get(path).status_code == 403


def test_a_paper_that_is_not_there_is_not_found(trainer: Browser) -> None:
    for path in ("/papers/99", "/papers/99/blueprint", "/papers/99/print", "/papers/99/swap?form=A&place=1"):
        assert trainer.get(path).status_code == 404
    assert trainer.submit("/papers/99/submit", {"version": "1"}).status_code == 404


def test_reminders_stand_on_the_page_until_they_are_put_away(trainer: Browser, director: Browser) -> None:
    address = build(trainer)
    trainer.submit(f"{address}/submit", {"version": "1"})
    page = look(director.get("/papers"))
    assert "第 1 份试卷《11月考试》等您审批。" in words(page, of_class("notes"))
    assert address in page.xpath("//section[contains(@class, 'notes')]//a/@href")
    assert director.submit("/papers/seen").status_code == 303
    assert words(look(director.get("/papers")), of_class("notes")) == ""


def test_what_a_director_was_told_is_counted_in_the_bar_of_every_page(trainer: Browser, director: Browser) -> None:
    trainer.submit(f"{build(trainer)}/submit", {"version": "1"})
    director.get("/papers")
    count = words(look(director.get("/")), "//nav//a[@href='/papers']")
    assert count.endswith("条新通知")
    assert "件新的" in words(look(director.get("/")), "//details[@data-more]/summary")
    director.submit("/papers/seen")
    assert "件新的" not in words(look(director.get("/")), "//details[@data-more]/summary")


def test_the_director_reads_the_sentence_that_each_question_rests_on(trainer: Browser, director: Browser) -> None:
    page = look(director.get(build(trainer)))
    origins = page.xpath(of_class("q-origin"))
    assert len(origins) == 8
    assert all("每年最高赔" in one.text_content() for one in origins)


def test_a_question_to_exchange_is_searched_for(trainer: Browser) -> None:
    address = f"{build(trainer)}/swap?form=B&place=2"
    everything = look(trainer.get(address)).xpath(of_class("swap-row"))
    found = look(trainer.get(f"{address}&q=FAQ-0042")).xpath(of_class("swap-row"))
    assert 0 < len(found) < len(everything)
    assert "没有找到" in trainer.get(f"{address}&q=没有的字").text
