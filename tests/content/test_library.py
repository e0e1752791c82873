"""The starter library keeps to its own rules: complete, speakable, consistent, and asked about in callers' words."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kb.domain.content import Audience, Content, Kind
from kb.exchange import Row, read_paths

CONTENT = Path(__file__).parents[2] / "content"
PRODUCTS = {"交强险", "家用车商业险", "综合意外险", "百万医疗险", "重大疾病险", "住院医疗险", "家庭财产险"}
PROMISES = ("保证", "一定赔", "肯定能", "绝对", "百分之百赔")
LINK = re.compile(r"\]\(kb:([A-Z]+-\d+)\)")

# The standard-wording situations of the handbook, by a word that its script's title must hold.
SITUATIONS = (
    "开头语", "问好", "静默", "免提", "同事", "系统反应慢", "打错", "难打进", "设备故障", "辱骂", "办理速度慢", "姓名",
    "态度", "差错", "建议", "耐心", "感谢", "答不上", "听懂", "报案受理后的结束语", "查询咨询类电话的结束语", "十字", "禁用",
)  # fmt: skip

# What the library says about a product wherever it says it (days).
WAITING = {"百万医疗险": "30", "住院医疗险": "30", "重大疾病险": "90"}
HESITATION = {"百万医疗险": "15", "重大疾病险": "15", "住院医疗险": "10"}


@cache
def library() -> dict[str, Content]:
    rows = list(read_paths([CONTENT], zone=ZoneInfo("Asia/Shanghai")))
    assert [row for row in rows if not isinstance(row, Row)] == []
    return {row.code: row.content for row in rows if isinstance(row, Row)}


@cache
def golden() -> list[dict[str, object]]:
    return [json.loads(line) for line in (CONTENT / "golden.jsonl").read_text("utf-8").splitlines()]


def bare(text: str) -> str:
    return "".join(ch for ch in unicodedata.normalize("NFKC", text).lower() if ch.isalnum())


def everything(content: Content) -> str:
    parts = (content.title, content.speakable, content.conditions, content.exceptions, content.body, *content.asked_as)
    return "\n".join(parts)


def test_there_are_at_least_150_entries_of_every_kind():
    kinds = Counter(content.kind for content in library().values())
    assert kinds.total() >= 150 and set(kinds) == set(Kind)


def test_every_entry_says_what_a_caller_needs():
    lacking = {
        code: missing
        for code, c in library().items()
        if (
            missing := [
                n for n in ("speakable", "body", "category", "owner", "review_by", "asked_as") if not getattr(c, n)
            ]
        )
    }
    assert lacking == {}


def test_every_question_and_answer_has_three_phrasings():
    assert [code for code, c in library().items() if c.kind is Kind.FAQ and len(c.asked_as) < 3] == []


def test_every_speakable_answer_can_be_read_aloud_and_promises_nothing():
    wrong = {
        code: c.speakable
        for code, c in library().items()
        if not 20 <= len(c.speakable) <= 120 or any(p in c.speakable for p in PROMISES)
    }
    assert wrong == {}


@pytest.mark.parametrize("word", SITUATIONS)
def test_every_situation_of_the_handbook_has_its_script(word):
    assert any(word in c.title for c in library().values() if c.kind is Kind.SCRIPT)


def test_products_are_those_of_the_company():
    assert {c.product for c in library().values()} - {""} == PRODUCTS


def test_links_lead_to_entries():
    broken = {(code, to) for code, c in library().items() for to in LINK.findall(c.body) if to not in library()}
    assert broken == set()


def test_no_title_and_no_phrasing_stands_twice():
    said = Counter(bare(text) for c in library().values() for text in (c.title, *c.asked_as))
    assert [text for text, times in said.items() if times > 1] == []


@pytest.mark.parametrize(("subject", "days"), [("等待期", WAITING), ("犹豫期", HESITATION)])
def test_periods_in_days_are_the_same_wherever_they_are_told(subject, days):
    """`等待期 30 天` and `30 天的等待期` of a product's entries give that product's number."""
    said = re.compile(rf"{subject}(?:是|为|有|：|均为|都是)?\s*(\d+)\s*天|(\d+)\s*天的?{subject}")
    wrong = [
        (code, match.group())
        for code, c in library().items()
        if c.product in days
        for match in said.finditer(everything(c))
        if (match.group(1) or match.group(2)) != days[c.product]
        and not any(other in everything(c) for other in days if other != c.product and days[other] != days[c.product])
    ]
    assert wrong == []


def test_no_personal_data_and_no_markup_stand_in_it():
    personal = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|\d{17}[\dXx]|[\w.]+@[\w.]+|<(?:script|img|div|span|iframe)")
    assert [code for code, c in library().items() if personal.search(everything(c))] == []


def test_three_hundred_golden_questions_ask_for_entries_that_are_there():
    assert len(golden()) == 300
    there = set(library())
    assert [q for q in golden() if not set(q["relevant"]) <= there] == []
    assert [q for q in golden() if q.get("product") and q["product"] not in PRODUCTS] == []


def test_no_golden_question_copies_a_title_or_a_phrasing():
    taken = {bare(text) for c in library().values() for text in (c.title, *c.asked_as)}
    assert [q["query"] for q in golden() if bare(str(q["query"])) in taken] == []
    assert len({bare(str(q["query"])) for q in golden()}) == 300


def test_what_a_caller_must_not_hear_is_marked_internal():
    floor = [c for c in library().values() if "扣分" in c.title or "考核" in c.title]
    assert floor and all(c.audience is Audience.INTERNAL for c in floor)
