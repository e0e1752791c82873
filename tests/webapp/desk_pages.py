"""What the tests of the search page and the entry page share: entries in the index, and HTML to look into."""

from __future__ import annotations

from lxml import html as parser
from werkzeug.test import TestResponse

from kb.domain.content import Audience, Kind
from tests.factories import published
from webapp.wiring import Desk

Page = parser.HtmlElement


def furnish(desk: Desk) -> None:
    """Four entries, two of them competing products, indexed."""
    add = lambda code, **fields: published(desk.store, desk.clock, code, **fields)  # noqa: E731
    add("FAQ-0042")
    add(
        "FAQ-0043", title="住院医疗险的等待期是多少天", product="住院医疗险", speakable="住院医疗险的等待期是六十天。",
        asked_as=("住院险多久能用",), conditions="", exceptions="", tags=("等待期", "住院"),
    )  # fmt: skip
    add(
        "PRO-0007", title="车险事故怎么报案", kind=Kind.PROCEDURE, product="家用车商业险", category="车险/报案",
        speakable="请您先保护好现场，出险后四十八小时内报案。", asked_as=("撞车了怎么办",), tags=("报案",),
        body="## 步骤\n\n1. 记录\n2. 派查勘\n\n## 之后\n\n见 [另一条](kb:FAQ-0042) 与 [没有](kb:FAQ-9999)。",
        conditions="在保险期间内。", exceptions="", audience=Audience.INTERNAL,
    )  # fmt: skip
    add(
        "NOT-0003", title="内部排班公告", kind=Kind.NOTICE, product="", category="内部", speakable="按新排班表上岗。",
        asked_as=(), tags=("排班",), conditions="", exceptions="", audience=Audience.INTERNAL,
        roles=("shift_leader",),
    )  # fmt: skip
    desk.sync.drain()


def look(response: TestResponse) -> Page:
    return parser.fromstring(response.get_data(as_text=True))


def words(page: Page, path: str) -> str:
    """The text of everything that the XPath finds, blanks folded; empty when it finds nothing."""
    return " ".join(" ".join(e.text_content() for e in page.xpath(path)).split())


def of_class(name: str) -> str:
    """An XPath for the elements of a class."""
    return f"//*[contains(concat(' ', @class, ' '), ' {name} ')]"
