"""The interface for programs: its shapes, its parameters, who may ask, and bad input."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from kb.domain.content import Audience, Kind
from kb.domain.person import Role
from tests.factories import Clock, a_content, a_person
from tests.webapp.conftest import Browser
from tests.webapp.schema import breaches, resolve
from webapp.api import openapi
from webapp.api.shapes import _marked
from webapp.wiring import Desk

Ask = Callable[..., TestResponse]
HIT = [
    "code", "title", "kind", "product", "speakable", "snippet", "marks", "score", "why", "revision", "in_force_since",
    "url", "today",
]  # fmt: skip
COORDINATOR = a_person(Role.COORDINATOR)


def publish(desk: Desk, code: str, *, reason: str = "新编", **fields: object) -> None:
    _, revision = desk.knowledge.submit(COORDINATOR, a_content(**fields), reason=reason, code=code)
    if revision.content.kind is Kind.POLICY:
        desk.workflow.approve(COORDINATOR, code, revision.number)
    desk.knowledge.publish(COORDINATOR, code, revision.number, reason="上线")


@pytest.fixture
def library(desk: Desk, clock: Clock) -> Desk:
    """Five entries in force since 2026-11-21 09:00 in Shanghai, and the index that holds them."""
    publish(desk, "FAQ-0042")
    publish(
        desk, "FAQ-0043", title="重大疾病险的等待期是多少天", product="重大疾病险", asked_as=("重疾险多久生效",),
        speakable="重大疾病险的等待期是九十天。", category="健康险/等待期", audience=Audience.CALLER,
    )  # fmt: skip
    publish(
        desk, "PRO-0007", title="怎样报案", kind=Kind.PROCEDURE, product="", category="理赔/报案", asked_as=(), tags=(), body="",
        speakable="请在出险后四十八小时内拨打客服热线报案。", conditions="", exceptions="", audience=Audience.CALLER,
    )  # fmt: skip
    publish(
        desk, "POL-0003", title="投诉升级的审批权限", kind=Kind.POLICY, product="", category="投诉", asked_as=(), tags=(), body="",
        speakable="升级投诉由值班长在十分钟内决定。", roles=(Role.SHIFT_LEADER,), audience=Audience.INTERNAL,
    )  # fmt: skip
    publish(
        desk, "NOT-0001", title="国庆期间柜面服务时间", kind=Kind.NOTICE, product="", category="服务时间", tags=(), body="",
        asked_as=("十一柜面开门吗",), speakable="国庆期间柜面照常服务。",
    )  # fmt: skip
    desk.sync.drain()
    return desk


@pytest.fixture
def ask(anonymous: Browser, token_for: Callable[[Role], dict[str, str]]) -> Ask:
    """Ask the search as a program of an agent: ``ask("等待期", limit=3)``. It finds what ``library`` put there."""
    headers = token_for(Role.AGENT)

    def get(q: object = None, **parameters: object) -> TestResponse:
        query = {"q": q, **parameters} if q is not None else parameters
        return anonymous.get("/api/v1/search", query_string=query, headers=headers)

    return get


@pytest.fixture
def read(anonymous: Browser, token_for: Callable[[Role], dict[str, str]]) -> Ask:
    headers = token_for(Role.AGENT)
    return lambda code, **parameters: anonymous.get(
        f"/api/v1/entries/{code}", query_string=parameters, headers=headers
    )


def conforms(answer: TestResponse, path: str) -> None:
    """The answer is what the description says for that path and status."""
    document = openapi.document()
    described = resolve(document, document["paths"][path]["get"]["responses"][str(answer.status_code)])
    assert breaches(document, described["content"]["application/json"]["schema"], answer.json) == []


def codes(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [hit["code"] for hit in answer.json["hits"]]


def message(answer: TestResponse) -> str:
    conforms(answer, "/api/v1/search")
    return answer.json["error"]["message"]


# --- search


@pytest.mark.usefixtures("library")
def test_a_search_answers_in_the_agreed_shape(ask: Ask) -> None:
    answer = ask("怎么报案")
    conforms(answer, "/api/v1/search")
    assert list(answer.json) == ["query", "took_ms", "total", "answer", "clarify", "hits", "repairs", "tombstones", "partial"]
    hit = answer.json["hits"][0]
    assert list(hit) == HIT
    assert answer.json["query"] == "怎么报案"
    assert (hit["code"], hit["title"], hit["kind"], hit["product"]) == ("PRO-0007", "怎样报案", "procedure", "")
    assert hit["speakable"] == "请在出险后四十八小时内拨打客服热线报案。"
    assert (hit["revision"], hit["in_force_since"]) == (1, "2026-11-21T09:00:00+08:00")
    assert hit["url"] == "/entries/PRO-0007"


@pytest.mark.usefixtures("library")
def test_the_answer_is_a_hit_with_what_must_be_said_along(ask: Ask) -> None:
    answer = ask("百万医疗险的等待期是多少天")
    conforms(answer, "/api/v1/search")
    best = answer.json["answer"]
    assert list(best) == [*HIT, "conditions", "exceptions", "audience"]
    assert (best["code"], best["conditions"], best["exceptions"]) == ("FAQ-0042", "首次投保。", "续保没有等待期。")
    assert best["audience"] == "caller"
    assert {name: best[name] for name in HIT} == answer.json["hits"][0]


@pytest.mark.usefixtures("library")
def test_products_that_compete_are_told_apart_by_one_question(ask: Ask) -> None:
    answer = ask("等待期多少天")
    conforms(answer, "/api/v1/search")
    (clarify,) = answer.json["clarify"]
    assert clarify["field"] == "product"
    assert {option["value"] for option in clarify["options"]} == {"百万医疗险", "重大疾病险"}
    narrowed = ask("等待期多少天", product="重大疾病险")
    assert narrowed.json["clarify"] == []
    assert codes(narrowed)[0] == "FAQ-0043"


@pytest.mark.usefixtures("library")
def test_the_page_of_a_hit_is_where_it_says(ask: Ask, client_for: Callable[[Role], Browser]) -> None:
    page = client_for(Role.AGENT).get(ask("怎么报案").json["hits"][0]["url"])
    assert page.status_code == 200
    assert "怎样报案" in page.text


@given(st.lists(st.tuples(st.text(), st.booleans())))
def test_the_marks_cut_the_highlighted_parts_out_of_the_snippet(parts: list[tuple[str, bool]]) -> None:
    text, marks = _marked(parts)
    assert text == "".join(part for part, _ in parts)
    assert [text[start:end] for start, end in marks] == [part for part, highlighted in parts if highlighted and part]


@pytest.mark.usefixtures("library")
def test_filters_keep_what_they_name_and_may_be_repeated(ask: Ask) -> None:
    assert set(codes(ask("等待期", kind="faq"))) == {"FAQ-0042", "FAQ-0043"}
    assert codes(ask("等待期", kind="procedure")) == []
    assert set(codes(ask("等待期 报案", kind=["faq", "procedure"]))) == {"FAQ-0042", "FAQ-0043", "PRO-0007"}
    assert set(codes(ask("等待期", product=["百万医疗险", "重大疾病险"]))) == {"FAQ-0042", "FAQ-0043"}
    assert codes(ask("等待期", product="百万医疗险")) == ["FAQ-0042"]
    assert codes(ask("报案", category="理赔")) == ["PRO-0007"]
    assert codes(ask("报案", category="投诉")) == []


@pytest.mark.usefixtures("library")
def test_no_more_hits_than_asked_for_and_the_total_of_all(ask: Ask) -> None:
    answer = ask("等待期", limit=1)
    assert len(codes(answer)) == 1
    assert answer.json["total"] >= 2


def test_the_rule_of_another_moment_can_be_asked_for(ask: Ask, library: Desk, clock: Clock) -> None:
    clock.forward(days=3)
    publish(library, "PRO-0007", title="怎样报案", kind=Kind.PROCEDURE, speakable="请在二十四小时内报案。", product="")
    library.sync.drain()
    now, before = ask("怎样报案"), ask("怎样报案", as_of="2026-11-23")
    assert now.json["hits"][0]["speakable"] == "请在二十四小时内报案。"
    assert (now.json["hits"][0]["revision"], before.json["hits"][0]["revision"]) == (2, 1)
    assert codes(ask("怎样报案", as_of="2026-11-21T08:59:59")) == []
    assert codes(ask("怎样报案", as_of="2026-11-21T09:00:00")) == ["PRO-0007"]


def test_a_restricted_entry_is_found_by_its_roles_only(
    library: Desk, anonymous: Browser, token_for: Callable[[Role], dict[str, str]]
) -> None:
    for role, sees in ((Role.AGENT, False), (Role.SHIFT_LEADER, True), (Role.COORDINATOR, True)):
        headers = token_for(role)
        found = anonymous.get("/api/v1/search?q=投诉升级审批", headers=headers)
        assert ("POL-0003" in codes(found)) is sees
        assert "审批权限" in found.text if sees else "审批权限" not in found.text
        assert anonymous.get("/api/v1/entries/POL-0003", headers=headers).status_code == (200 if sees else 404)


def test_a_withdrawn_entry_is_never_shown_whatever_the_index_holds(ask: Ask, library: Desk) -> None:
    library.knowledge.withdraw(COORDINATOR, "PRO-0007", reason="改版")
    assert "PRO-0007" not in codes(ask("怎样报案"))  # the index has not heard of it yet


def test_a_question_that_finds_nothing_is_kept_and_one_that_filters_emptied_is_not(ask: Ask, library: Desk) -> None:
    asked = lambda: [q.text for q in library.questions.most_frequent(COORDINATOR)]  # noqa: E731
    assert codes(ask("等待期", kind="procedure")) == []
    assert asked() == []
    assert codes(ask("xylophon 13800138000")) == []
    assert asked() == ["xylophon ＊＊＊"]


def test_a_slip_is_repaired_named_and_can_be_taken_back(library: Desk, ask: Ask) -> None:
    [repair] = ask("等侍期").json["repairs"]
    assert repair == {"before": "等侍期", "after": "等待期", "step": "neighbour", "replaces": True}
    assert ask("等侍期").json["hits"][0]["why"][0] == "同音字或错别字"
    assert ask("等侍期", undone="等侍期").json["repairs"] == []


# --- parameters


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({}, "请给出要查的问题：参数 q。"),
        ({"q": " \t"}, "请给出要查的问题：参数 q。"),
        ({"q": ["a", "b"]}, "参数“q”只能给一个值。"),
        ({"q": "报案", "kind": "kind"}, "没有“kind”这种类型，可用的是：faq, policy, procedure, script, case, notice。"),
        ({"q": "报案", "kinds": "faq"}, "不认识参数“kinds”。"),
        ({"q": "报案", "product": [f"p{n}" for n in range(21)]}, "参数“product”最多给 20 个值。"),
        ({"q": "报案", "limit": "0"}, "limit 应是 1 到 100 的整数。"),
        ({"q": "报案", "limit": "101"}, "limit 应是 1 到 100 的整数。"),
        ({"q": "报案", "limit": "-5"}, "limit 应是 1 到 100 的整数。"),
        ({"q": "报案", "limit": "５"}, "limit 应是 1 到 100 的整数。"),
        ({"q": "报案", "limit": "9" * 5000}, "limit 应是 1 到 100 的整数。"),
        ({"q": "报案", "limit": ["3", "4"]}, "参数“limit”只能给一个值。"),
    ],
)
def test_a_bad_value_is_one_clear_sentence(ask: Ask, parameters: dict[str, Any], sentence: str) -> None:
    answer = ask(**parameters)
    assert answer.status_code == 400
    assert message(answer) == sentence


@pytest.mark.usefixtures("library")
def test_a_product_that_no_entry_carries_is_a_sentence(ask: Ask) -> None:
    answer = ask("报案", product=["百万医疗险", "船舶险"])
    assert answer.status_code == 400
    assert message(answer) == "没有名为“船舶险”的产品。"


@pytest.mark.parametrize(
    "value",
    [
        "yesterday", "2026-13-01", "2026-02-30", "2026-11-21T25:00", "20261121", "2026-W47", "1899-12-31", "9001-01-01",
        "0000-00-00", "2026-11-21T08:00+99:00", "２０２６-11-21", "2026-11-21" + " " * 50 + "x", "-2026-11-21", "\x00",
        "2026-11-21x08:00", "2026-11-21" + "0" * 40, "2026-11-21T08:00:00." + "0" * 40,
    ],
)  # fmt: skip
def test_a_moment_that_cannot_be_understood_is_a_sentence(ask: Ask, read: Ask, value: str) -> None:
    for answer in (ask("报案", as_of=value), read("PRO-0007", as_of=value)):
        assert answer.status_code == 400
        assert "2026-11-21T08:00:00+08:00" in message(answer)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-21", datetime(2026, 11, 20, 16, 0, tzinfo=UTC)),  # a date is its first moment in Shanghai
        ("2026-11-21T08:30", datetime(2026, 11, 21, 0, 30, tzinfo=UTC)),
        ("2026-11-21 08:30:15", datetime(2026, 11, 21, 0, 30, 15, tzinfo=UTC)),
        ("2026-11-21 08:30", datetime(2026, 11, 21, 0, 30, tzinfo=UTC)),
        ("2026-11-21 08:30 08:00", datetime(2026, 11, 21, 0, 30, tzinfo=UTC)),
        ("2026-11-21T08:30:00Z", datetime(2026, 11, 21, 8, 30, tzinfo=UTC)),
        ("2026-11-21T08:30:00-03:00", datetime(2026, 11, 21, 11, 30, tzinfo=UTC)),
        ("2026-11-21T08:30:00 08:00", datetime(2026, 11, 21, 0, 30, tzinfo=UTC)),  # "+" in an address is a blank
    ],
)
def test_a_moment_is_read_on_the_clocks_of_the_centre(app: Flask, value: str, moment: datetime) -> None:
    from webapp.api import query

    with app.test_request_context("/", query_string={"as_of": value}):
        assert query.moment(app.extensions["desk"].settings.zone) == moment


HOSTILE = [
    "？", "！！！……", "😀🚗", "等", "' OR 1=1 --", "'; DROP TABLE people; --", "<script>alert(1)</script>", "a AND (b OR",
    'title:"报案" OR *:*', "[a TO z]", "~~~^^^", "报案\x00投诉", "\\", "%", "_", "*" * 900, "报" * 1_000, "\u202e反向",
    "{{7*7}}", "${jndi:ldap://x}", "\ufeff", "\u200b\u200b",
]  # fmt: skip


@pytest.mark.usefixtures("library")
def test_whatever_is_asked_gets_an_answer_or_a_sentence(ask: Ask) -> None:
    for text in HOSTILE:
        answer = ask(text)
        assert answer.status_code in (200, 400), text
        conforms(answer, "/api/v1/search")


def test_bytes_that_are_no_text_get_an_answer_or_a_sentence(
    library: Desk, anonymous: Browser, token_for: Callable[[Role], dict[str, str]]
) -> None:
    for raw in ("%ED%A0%80", "%ff%fe", "%", "%E7%AD", "q=%00", "a&q"):
        answer = anonymous.get(f"/api/v1/search?q={raw}", headers=token_for(Role.AGENT))
        assert answer.status_code in (200, 400), raw
        conforms(answer, "/api/v1/search")


@pytest.mark.usefixtures("library")
def test_of_a_long_question_the_beginning_is_searched_and_the_answer_says_so(ask: Ask) -> None:
    answer = ask(("怎么报案，" * 2_500)[:10_000])
    conforms(answer, "/api/v1/search")
    assert answer.json["partial"] is True
    assert answer.json["hits"][0]["code"] == "PRO-0007"
    assert ask("怎么报案").json["partial"] is False


@pytest.mark.parametrize("length", [10_001, 20_000])
def test_a_question_that_is_too_long_is_a_sentence(ask: Ask, length: int) -> None:
    answer = ask("报" * length)
    assert answer.status_code == 413
    assert "请" in message(answer)


# --- entries


@pytest.mark.usefixtures("library")
def test_an_entry_answers_with_all_its_fields(read: Ask) -> None:
    answer = read("FAQ-0042")
    conforms(answer, "/api/v1/entries/{code}")
    assert answer.json == {
        "code": "FAQ-0042",
        "title": "百万医疗险的等待期是多少天",
        "kind": "faq",
        "product": "百万医疗险",
        "category": "健康险/等待期",
        "tags": ["等待期"],
        "speakable": "百万医疗险的等待期是三十天，意外没有等待期。",
        "conditions": "首次投保。",
        "exceptions": "续保没有等待期。",
        "audience": "caller",
        "asked_as": ["买了医疗险多久能用"],
        "body": "## 说明\n\n自合同生效日起算 30 天。",
        "owner": "信息协调岗",
        "review_by": None,
        "revision": 1,
        "updated_at": "2026-11-21T09:00:00+08:00",
        "in_force_since": "2026-11-21T09:00:00+08:00",
        "in_force_until": None,
        "url": "/entries/FAQ-0042",
        "today": None,
    }


def test_the_revision_that_was_in_force_can_be_read(read: Ask, library: Desk, clock: Clock) -> None:
    clock.forward(days=2)
    publish(library, "FAQ-0042", speakable="百万医疗险的等待期是六十天。", reason="改版")
    assert read("FAQ-0042").json["speakable"] == "百万医疗险的等待期是六十天。"
    earlier = read("FAQ-0042", as_of="2026-11-22")
    conforms(earlier, "/api/v1/entries/{code}")
    assert (earlier.json["revision"], earlier.json["in_force_until"]) == (1, "2026-11-23T09:00:00+08:00")


@pytest.mark.parametrize("code", ["FAQ-9999", "faq", "FAQ-0042'--", "%2e%2e", "编号", "A" * 500])
def test_a_code_that_leads_nowhere_is_a_sentence(read: Ask, code: str) -> None:
    answer = read(code)
    assert answer.status_code == 404
    conforms(answer, "/api/v1/entries/{code}")
    assert answer.json["error"]["message"].endswith("。")


@pytest.mark.usefixtures("library")
def test_an_entry_before_its_time_is_not_there(read: Ask) -> None:
    answer = read("FAQ-0042", as_of="2026-11-20")
    assert answer.status_code == 404


def test_a_withdrawn_entry_says_what_replaces_it(read: Ask, library: Desk) -> None:
    library.knowledge.withdraw(COORDINATOR, "FAQ-0042", reason="合并", replaced_by="FAQ-0043")
    library.knowledge.withdraw(COORDINATOR, "NOT-0001", reason="过期")
    answer = read("FAQ-0042")
    assert (answer.status_code, answer.json["error"]["message"]) == (404, "FAQ-0042 已下线，由 FAQ-0043 替代。")
    assert read("NOT-0001").json["error"]["message"] == "NOT-0001 已下线。"


@pytest.mark.usefixtures("library")
def test_codes_may_be_written_small(read: Ask) -> None:
    assert read("faq-0042").json["code"] == "FAQ-0042"


def test_an_unknown_parameter_of_an_entry_is_refused(read: Ask) -> None:
    assert message(read("FAQ-0042", at="2026-11-21")) == "不认识参数“at”。"


# --- who may ask


@pytest.mark.parametrize("path", ["/api/v1/search?q=报案", "/api/v1/entries/FAQ-0042", "/api/v1/openapi.json"])
def test_nobody_gets_an_answer_without_token_or_session(
    library: Desk, anonymous: Browser, client_for: Callable[[Role], Browser], path: str
) -> None:
    refused = anonymous.get(path)
    assert (refused.status_code, refused.json["error"]["code"]) == (401, "not_signed_in")
    assert client_for(Role.AGENT).get(path).status_code == 200


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer kb_wrong", "Basic YTpi", "kb_wrong", "Bearer \xff", "Bearer a b"]
)
def test_a_token_that_is_not_valid_does_not_fall_back_on_the_session(
    client_for: Callable[[Role], Browser], header: str
) -> None:
    answer = client_for(Role.AGENT).get("/api/v1/search?q=报案", headers={"Authorization": header})
    assert answer.status_code == 401
    assert message(answer) == "访问令牌无效或已吊销。"


@pytest.mark.parametrize(("scheme", "status"), [("bearer", 200), ("BEARER", 200), ("Basic", 401), ("Token", 401)])
def test_a_token_is_sent_as_bearer_in_any_case(
    anonymous: Browser, token_for: Callable[[Role], dict[str, str]], scheme: str, status: int
) -> None:
    token = token_for(Role.AGENT)["Authorization"].removeprefix("Bearer ")
    answer = anonymous.get("/api/v1/openapi.json", headers={"Authorization": f"{scheme} {token}"})
    assert answer.status_code == status


def test_errors_are_told_in_english_to_whom_asks_for_it(anonymous: Browser) -> None:
    anonymous.set_cookie("language", "en")
    assert message(anonymous.get("/api/v1/search")) == "Please sign in first."


# --- the description


def test_the_description_names_every_route_for_programs_and_no_other(app: Flask) -> None:
    rules = {re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", r.rule) for r in app.url_map.iter_rules()}
    described = set(openapi.document()["paths"])
    assert described == {r for r in rules if r.startswith("/api/")} | {"/healthz"}


def test_the_description_is_served_as_it_is(anonymous: Browser, token_for: Callable[[Role], dict[str, str]]) -> None:
    answer = anonymous.get("/api/v1/openapi.json", headers=token_for(Role.AGENT))
    assert answer.json == openapi.document()
    assert answer.json["openapi"].startswith("3.1.")


def test_every_reference_of_the_description_leads_somewhere() -> None:
    document = openapi.document()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            resolve(document, node)
        for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            walk(below)

    walk(document)


@pytest.mark.usefixtures("library")
def test_the_description_names_the_parameters_that_the_routes_know(ask: Ask, read: Ask) -> None:
    """Each is accepted with an empty value, and nothing else is."""
    paths = openapi.document()["paths"]
    named = {p["name"] for p in paths["/api/v1/search"]["get"]["parameters"]}
    assert named == {"q", "product", "kind", "category", "limit", "as_of", "undone"}
    assert ask("报案", **dict.fromkeys(named - {"q"}, "")).status_code == 200
    assert {p["name"] for p in paths["/api/v1/entries/{code}"]["get"]["parameters"]} == {"code", "as_of"}


def test_health_is_as_described(library: Desk, anonymous: Browser) -> None:
    answer = anonymous.get("/healthz")
    conforms(answer, "/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "database": "ok", "index": "ok"})


def test_the_schema_check_itself_notices_what_is_wrong() -> None:
    document = openapi.document()
    error = document["components"]["schemas"]["Error"]
    assert breaches(document, error, {"error": {"code": "invalid", "message": "请先登录。"}}) == []
    for wrong in ({}, {"error": {"code": "odd", "message": ""}}, {"error": {"code": "invalid"}}, {"error": None}):
        assert breaches(document, error, wrong) != []
    extra = {"error": {"code": "invalid", "message": "", "trace": ""}}
    assert breaches(document, error, extra) == ["$.error: not described: {'trace'}"]
