"""自动出题: the offers with the sentence that they come from; accept, change, reject, by form and by script."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb.domain.exams.question import QuestionState
from kb.domain.person import Role
from kb.ports import BankFilter
from kb.services.proposing import Proposing
from tests.factories import Clock, a_person, published
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import Page, look, of_class, words
from webapp.wiring import Desk

CHEN = a_person(Role.TRAINER, login="a-trainer")


@pytest.fixture
def trainer(client_for: Callable[[Role], Browser], desk: Desk, clock: Clock) -> Browser:
    published(desk.store, clock)
    return client_for(Role.TRAINER)


def offers(trainer: Browser, query: str = "") -> list[Page]:
    return look(trainer.get(f"/bank/proposals{query}")).xpath("//article")


def form_of(offer: Page, name: str) -> tuple[str, dict[str, str]]:
    (form,) = offer.xpath(f".//form[@data-{name}]")
    return form.get("action"), {key: form.fields[key] or "" for key in form.fields if key != "csrf_token"}


def kept(desk: Desk) -> list[tuple[QuestionState, str]]:
    return [(one.state, one.content.stem) for one in desk.bank.page(CHEN, BankFilter()).rows]


def test_this_months_entries_are_offered_with_their_sentence_marked(trainer: Browser, desk: Desk) -> None:
    found = offers(trainer)
    assert found
    for offer in found:
        assert words(offer, ".//blockquote/mark")
        assert words(offer, f".{of_class('bank-stem')}")


def test_accepting_keeps_it_and_it_is_offered_no_more(trainer: Browser, desk: Desk) -> None:
    first, *rest = offers(trainer, "?scope=entries&codes=FAQ-0042")
    address, data = form_of(first, "accept")
    response = trainer.submit(address, data)
    assert response.status_code == 303 and response.location == "/bank/proposals?scope=entries&codes=FAQ-0042"
    ((state, stem),) = kept(desk)
    assert state is QuestionState.REVIEWED and " ".join(stem.split()) == words(first, f".{of_class('bank-stem')}")
    assert len(offers(trainer, "?scope=entries&codes=FAQ-0042")) == len(rest)
    again = trainer.submit(address, data)
    assert again.status_code == 409 and "已经处理过" in words(look(again), of_class("error"))


def test_rejecting_needs_a_reason_and_the_page_stays_where_it_was(trainer: Browser, desk: Desk) -> None:
    address, data = form_of(offers(trainer)[0], "reject")
    empty = trainer.submit(address, data | {"reason": ""})
    assert empty.status_code == 400 and "请写明原因" in words(look(empty), of_class("error"))
    assert trainer.submit(address, data | {"reason": "不值得考"}).status_code == 303
    assert data["digest"] not in trainer.get("/bank/proposals").text and kept(desk) == []


def test_a_script_gets_its_answers_as_json(trainer: Browser) -> None:
    address, data = form_of(offers(trainer)[0], "accept")
    said = trainer.submit(address, data, headers={"Accept": "application/json"})
    assert said.status_code == 200 and said.get_json() == {"said": "已采纳：Q-0001。", "address": "/bank/1"}
    again = trainer.submit(address, data, headers={"Accept": "application/json"})
    assert again.status_code == 409 and "已经处理过" in again.get_json()["error"]


def test_a_proposal_is_changed_in_the_editor_and_kept_with_its_rule(trainer: Browser, desk: Desk) -> None:
    address = offers(trainer)[0].xpath(".//a[@data-edit]/@href")[0]
    (form,) = look(trainer.get(address)).xpath("//form[contains(@class, 'bank-form')]")
    data = {name: form.fields[name] for name in form.fields if form.fields[name] is not None}
    data["key"] = [box.get("value") for box in form.xpath(".//input[@name='key'][@checked]")]
    response = trainer.post(form.get("action"), data=data | {"stem": f"请问：{data['stem']}"})
    assert response.status_code == 303
    one = desk.bank.get(CHEN, 1)
    assert one.state is QuestionState.DRAFT and one.rule and one.content.source.text
    with desk.store.read() as uow:
        assert uow.bank.acceptance()[one.rule] == (1, 1)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?month=2020-01", "这个月没有新增或变更的条目"),
        ("?month=十一月", "看不懂月份“十一月”"),
        ("?scope=entries&codes=FAQ-0777", "没有生效的条目 FAQ-0777。"),
        ("?scope=entries", "请填条目编号。"),
        ("?scope=category", "请选一个分类。"),
        ("?scope=opened", "最近三十天没有这样的记录。"),
        ("?scope=flagged", "最近三十天没有这样的记录。"),
        ("?start=99", "后面没有可出的题了。"),
    ],
)
def test_an_empty_page_says_what_to_do(trainer: Browser, query: str, said: str) -> None:
    response = trainer.get(f"/bank/proposals{query}")
    assert response.status_code == 200 and said in look(response).text_content()


def test_an_invented_proposal_is_one_sentence(trainer: Browser, desk: Desk) -> None:
    for data in ({"code": "FAQ-0042", "digest": "f" * 64}, {"code": "nonsense", "digest": "x"}, {}):
        response = trainer.submit("/bank/proposals/accept", data)
        assert response.status_code in (400, 409) and words(look(response), of_class("error"))
    assert isinstance(desk.proposing, Proposing) and kept(desk) == []
