"""The coordinators' page of golden questions and its runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from kb.domain.golden import GoldenQuestion
from kb.domain.person import Role
from tests.factories import a_person
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import Page, furnish, look, of_class, words
from tests.webapp.multipart import send
from webapp.golden import running
from webapp.wiring import Desk

COORDINATOR = a_person(Role.COORDINATOR, login="wang")


@pytest.fixture
def coordinator(client_for: Callable[[Role], Browser]) -> Browser:
    return client_for(Role.COORDINATOR)


@pytest.fixture
def asked(desk: Desk) -> Desk:
    """Three questions; an entry answers the first two."""
    furnish(desk)
    put(desk, ("百万医疗险等待期多久", "FAQ-0042"), ("车险怎么报案", "PRO-0007"), ("宠物险怎么买", "FAQ-9999"))
    return desk


def put(desk: Desk, *questions: tuple[str, str]) -> None:
    desk.goldens.put(COORDINATOR, [GoldenQuestion(query, (code,), "百万医疗险") for query, code in questions])


def accept(desk: Desk, **ranks: int) -> None:
    desk.goldens.record(COORDINATOR, ranks, reason="上线时", accept=True)


def table(page: Page, id: str) -> list[str]:
    return [words(row, ".") for row in page.xpath(f"//*[@aria-labelledby='{id}-heading']//tbody/tr")]


def queries(desk: Desk) -> list[str]:
    return [question.query for question in desk.goldens.all()]


def new(**changed: str) -> dict[str, str]:
    return {"query": "怎么退保", "codes": "faq-0042，PRO-0007", "product": "百万医疗险", **changed}


def import_file(client: Browser, content: bytes) -> TestResponse:
    return send(client, "/golden/import", {}, file=("golden.jsonl" if content else "", content))


def test_a_question_is_added_and_shown(coordinator: Browser, asked: Desk) -> None:
    assert coordinator.submit("/golden", new()).status_code == 303
    [added] = [q for q in asked.goldens.all() if q.query == "怎么退保"]
    assert (added.relevant, added.product, added.author) == (("FAQ-0042", "PRO-0007"), "百万医疗险", "a-coordinator")
    [row] = [row for row in table(look(coordinator.get("/golden")), "list") if "怎么退保" in row]
    assert row == "怎么退保 FAQ-0042 PRO-0007 百万医疗险 更改"


def test_entries_in_force_are_linked_and_others_are_marked(coordinator: Browser, asked: Desk) -> None:
    page = look(coordinator.get("/golden"))
    assert set(page.xpath("//td//a[@class='code']/@href")) == {"/entries/PRO-0007", "/entries/FAQ-0042"}
    assert words(page, of_class("golden-missing") + "/..") == "FAQ-9999 未生效"


@pytest.mark.parametrize(
    ("changed", "status", "sentence"),
    [
        ({"query": " "}, 400, "问题不能为空。"),
        ({"query": "问" * 201}, 413, "“问题”最多 200 个字，现有 201 个。"),
        ({"codes": ""}, 400, "请写明 1 到 10 个应当命中的条目编号。"),
        ({"codes": "等待期"}, 400, "编号“等待期”不合要求"),
        ({"product": "险" * 201}, 413, "“产品”最多 200 个字"),
        ({"query": "宠物险怎么买"}, 409, "这个问题已经有了，请直接更改它。"),
    ],
)
def test_a_mistake_in_a_new_question_is_a_sentence_beside_what_was_typed(
    coordinator: Browser, asked: Desk, changed: dict[str, str], status: int, sentence: str
) -> None:
    before = asked.goldens.all()
    response = coordinator.submit("/golden", new(**changed))
    page = look(response)
    assert response.status_code == status
    assert sentence in words(page, "//*[@id='new-mistake']")
    typed = {name: page.get_element_by_id(f"new-{name}").get("value") for name in ("query", "codes", "product")}
    assert typed == {name: text.strip() for name, text in new(**changed).items()}
    assert asked.goldens.all() == before


def test_a_question_is_changed_under_new_words(coordinator: Browser, asked: Desk) -> None:
    page = look(coordinator.get("/golden/question?query=" + quote("宠物险怎么买")))
    assert page.get_element_by_id("question-codes").get("value") == "FAQ-9999"
    assert "2026-11-21 09:00 由 wang 写入" in words(page, of_class("muted"))
    data = new(old="宠物险怎么买", query="宠物险 在哪买", codes="FAQ-0043")
    assert coordinator.submit("/golden/question", data).status_code == 303
    assert "宠物险怎么买" not in queries(asked)
    [changed] = [q for q in asked.goldens.all() if q.query == "宠物险 在哪买"]
    assert changed.relevant == ("FAQ-0043",)


@pytest.mark.parametrize(
    ("old", "query", "sentence"),
    [
        ("宠物险怎么买", "车险怎么报案", "已经有一个同样的问题，请直接更改它。"),
        ("别人删了的", "新的问法", "这个问题刚被别人更改或删除，请刷新后再改。"),
    ],
)
def test_a_change_that_meets_another_is_a_sentence(
    coordinator: Browser, asked: Desk, old: str, query: str, sentence: str
) -> None:
    before = asked.goldens.all()
    response = coordinator.submit("/golden/question", new(old=old, query=query))
    page = look(response)
    assert (response.status_code, words(page, of_class("error"))) == (409, sentence)
    assert page.get_element_by_id("question-query").get("value") == query
    assert asked.goldens.all() == before


def test_a_question_is_removed(coordinator: Browser, asked: Desk) -> None:
    assert coordinator.submit("/golden/remove", {"query": "宠物险怎么买"}).status_code == 303
    assert sorted(queries(asked)) == ["百万医疗险等待期多久", "车险怎么报案"]
    assert coordinator.submit("/golden/remove", {"query": "宠物险怎么买"}).status_code == 404
    assert coordinator.get("/golden/question?query=x").status_code == 404


@pytest.mark.parametrize(("wanted", "found"), [("报案", "车险怎么报案"), ("pro-0007", "车险怎么报案"), ("宠物", "宠物险怎么买")])
def test_the_list_is_searched_in_questions_and_codes(coordinator: Browser, asked: Desk, wanted: str, found: str) -> None:
    page = look(coordinator.get(f"/golden?q={quote(wanted)}"))
    assert [row.split()[0] for row in table(page, "list")] == [found]
    assert "找到 1 个" in words(page, "//form[@role='search']")


def test_a_long_list_is_paged_and_the_pages_keep_what_is_looked_for(coordinator: Browser, desk: Desk) -> None:
    put(desk, *((f"问题{number:03d}", "FAQ-0042") for number in range(120)), ("别的", "FAQ-0042"))
    page = look(coordinator.get(f"/golden?q={quote('问题')}&page=2"))
    assert [row.split()[0] for row in table(page, "list")] == [f"问题{number:03d}" for number in range(50, 100)]
    assert page.xpath("//a[@rel='next']/@href") == [f"/golden?page=3&q={quote('问题')}"]


def test_json_lines_are_imported(coordinator: Browser, asked: Desk) -> None:
    lines = [
        {"query": "宠物险怎么买", "relevant": ["FAQ-0044"], "product": "宠物险"},
        {"query": "怎么退保", "relevant": ["FAQ-0042", "FAQ-0043"]},
    ]
    content = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    assert import_file(coordinator, content.encode("utf-8-sig")).status_code == 303
    kept = {q.query: (q.relevant, q.product) for q in asked.goldens.all()}
    assert kept["宠物险怎么买"] == (("FAQ-0044",), "宠物险")
    assert kept["怎么退保"] == (("FAQ-0042", "FAQ-0043"), "")
    assert "新增或更改 2 个检验问题。" in coordinator.get("/golden").text


GOOD = '{"query": "怎么退保", "relevant": ["FAQ-0042"]}\n'


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"", 400, "请先选择文件。"),
        (b"\n\n", 400, "文件里没有问题。"),
        ((GOOD + "怎么退保").encode(), 400, "第 2 行看不懂"),
        ((GOOD + "[" * 100_000).encode(), 400, "第 2 行看不懂"),
        ((GOOD + '{"query": "怎么退保", "relevant": "FAQ-0042"}').encode(), 400, "第 2 行看不懂"),
        ((GOOD + '{"query": "怎么退保", "relevant": ["等待期"]}').encode(), 400, "第 2 行：编号“等待期”不合要求"),
        ((GOOD + '{"query": "\\ud800", "relevant": ["FAQ-0042"]}').encode(), 400, "第 2 行：“问题”里有无法保存的字符"),
        (GOOD.encode("gb18030"), 400, "文件不是 UTF-8 编码的文本"),
        ((GOOD * 5_001).encode(), 413, "一次最多导入 5000 个问题。"),
        (b" " * 1_200_000, 413, "提交的内容太大。"),
    ],
    ids=range(10),
)
def test_a_file_that_cannot_be_read_is_a_sentence_and_changes_nothing(
    coordinator: Browser, asked: Desk, content: bytes, status: int, sentence: str
) -> None:
    before = asked.goldens.all()
    response = import_file(coordinator, content)
    assert (response.status_code, sentence in words(look(response), "//main")) == (status, True)
    assert asked.goldens.all() == before


def test_the_first_run_is_the_measure(coordinator: Browser, asked: Desk) -> None:
    response = coordinator.submit("/golden/run")
    assert (response.status_code, response.location) == (303, "/golden/runs/1")
    page = look(coordinator.get("/golden/runs/1"))
    assert "这是第一次运行，它的结果就是基准。" in words(page, of_class("notice"))
    assert asked.goldens.last_accepted().ranks == {"百万医疗险等待期多久": 1, "车险怎么报案": 1, "宠物险怎么买": 0}
    assert words(page, of_class("golden-figures")) == "排在第一（hit@1）66.7% 排在前五（hit@5）66.7%"
    assert table(page, "unanswered") == ["宠物险怎么买 FAQ-9999 未生效 没有问过 前十之外"]


def test_a_run_names_what_was_lost_and_gained_with_entries_and_ranks(coordinator: Browser, asked: Desk) -> None:
    accept(asked, 百万医疗险等待期多久=7, 宠物险怎么买=3)
    coordinator.submit("/golden/run")
    page = look(coordinator.get("/golden/runs/2"))
    assert table(page, "lost") == ["宠物险怎么买 FAQ-9999 未生效 第 3 位 前十之外"]
    assert table(page, "gained") == ["百万医疗险等待期多久 FAQ-0042 第 7 位 第 1 位"]
    assert page.xpath("//*[@aria-labelledby='gained-heading']//td//a/@href") == ["/entries/FAQ-0042"]
    assert "其中 1 个问题那时还没有" in words(page, of_class("muted"))
    assert "原来 0.0%" in words(page, of_class("golden-figures"))
    assert asked.goldens.last_accepted().number == 1


def test_a_run_is_accepted_as_it_was_seen_and_with_a_reason(coordinator: Browser, asked: Desk) -> None:
    accept(asked, 宠物险怎么买=3)
    coordinator.submit("/golden/run")
    refused = coordinator.submit("/golden/runs/2/accept", {"reason": " "})
    assert (refused.status_code, words(look(refused), of_class("error"))) == (400, "请写明原因。")
    put(asked, ("后来的问题", "FAQ-0042"))
    assert coordinator.submit("/golden/runs/2/accept", {"reason": "产品停售"}).status_code == 303
    last = asked.goldens.last_accepted()
    assert (last.reason, last.by, last.ranks["宠物险怎么买"]) == ("产品停售", "a-coordinator", 0)
    assert "后来的问题" not in last.ranks
    assert "产品停售" in words(look(coordinator.get("/golden")), of_class("golden-words"))


def test_a_run_that_is_overtaken_is_not_accepted_any_more(coordinator: Browser, asked: Desk) -> None:
    accept(asked, 宠物险怎么买=3)
    coordinator.submit("/golden/run")
    accept(asked, 宠物险怎么买=1)
    response = coordinator.submit("/golden/runs/2/accept", {"reason": "产品停售"})
    assert response.status_code == 409
    assert "第 2 次运行之后已有新的基准，请重新运行。" in response.text
    assert look(coordinator.get("/golden/runs/2")).xpath("//form[contains(@action, 'accept')]") == []
    assert asked.goldens.last_accepted().number == 3


def test_without_questions_there_is_nothing_to_run(coordinator: Browser) -> None:
    assert look(coordinator.get("/golden")).xpath("//form[@data-run]") == []
    response = coordinator.submit("/golden/run")
    assert (response.status_code, "还没有检验问题，请先添加或导入。" in response.text) == (404, True)
    assert coordinator.get("/golden/runs/1").status_code == 404
    assert coordinator.get(f"/golden/runs/{'9' * 30}").status_code == 404


def test_more_questions_than_a_request_may_ask_are_left_to_the_command_line(
    coordinator: Browser, asked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "RUN_MOST", 2)
    response = coordinator.submit("/golden/run")
    assert (response.status_code, "请在命令行用 kb golden run 运行" in response.text) == (413, True)
    assert asked.goldens.last_accepted() is None


def test_only_those_who_publish_find_the_page(client_for: Callable[[Role], Browser], asked: Desk) -> None:
    trainer = client_for(Role.TRAINER)
    for path in ("/golden", "/golden/import", "/golden/run", "/golden/remove"):
        assert trainer.submit(path, new()).status_code == 403
    assert "/golden" not in trainer.get("/").text
    assert len(queries(asked)) == 3


def test_a_question_is_text_and_not_markup(coordinator: Browser, asked: Desk) -> None:
    hostile = '"><script>x</script>'
    put(asked, (hostile, "FAQ-9998"))
    accept(asked, **{hostile: 1})
    coordinator.submit("/golden/run")
    for path in ("/golden", "/golden/runs/2", f"/golden/question?query={quote(hostile)}"):
        response = coordinator.get(path)
        assert response.status_code == 200
        assert "<script>x" not in response.text
