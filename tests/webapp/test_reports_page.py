"""报表: figures with the way to their rows, for each role what it may see; charts that our policy lets through; the workbook."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest

from kb.domain.calls import ActKind, Exemption
from kb.domain.person import Role
from kb.domain.solutions import SolutionKind
from tests.report_rows import Filler, Raw
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import Page, furnish, look, of_class, words
from webapp.wiring import Desk

ADDED = SolutionKind.ADDED


@pytest.fixture
def director(client_for: Callable[[Role], Browser], desk: Desk) -> Browser:
    furnish(desk)
    Filler(desk.store).put(
        Raw().did(ActKind.SEARCH, text="等待期", hits=3).did(ActKind.OPEN, waited=12.4, code="FAQ-0042").solved(),
        Raw(settled=9).solved(ADDED, 9, problem_type="保全", asked="怎么改地址", text="=1+1 请携带身份证"),
        Raw(person="qian", team="乙组", settled=None),
        Raw(person="qian", team="乙组", exempt=Exemption.SILENT),
        Raw(day=date(2026, 11, 19)).solved(opened=False),
    )
    return client_for(Role.DIRECTOR)


def tile(page: Page, label: str) -> str:
    return words(page, f"//*[contains(@class, 'report-tile')]/dt[text()='{label}']/following-sibling::dd")


def row(page: Page, label: str) -> list[str]:
    return [words(cell, ".") for cell in page.xpath(f"//tr[th[1][normalize-space()='{label}']]/td")]


def test_the_page_shows_figures_with_those_of_the_period_before(director: Browser) -> None:
    page = look(director.get("/reports?span=day&day=2026-11-20"))
    assert words(page, "//h1") == "日报 2026-11-20"
    assert tile(page, "知识库使用率") == "33.3%上期 100.0%"
    assert [tile(page, label) for label in ("结束的通话", "免记", "逾时", "没有补记", "问到答")] == [
        "4上期 1", "1上期 0", "1上期 0", "1上期 0", "12 秒上期 —",
    ]  # fmt: skip
    assert row(page, "qian")[:6] == ["0.0%", "2", "1", "0", "0", "1"]
    assert row(page, "保全") == ["1", "50.0%", "0", "+1"]
    assert row(page, "等待期多久") == ["1", "50.0%", "1", "0"]


def test_every_figure_leads_to_its_rows(director: Browser) -> None:
    page = look(director.get("/reports?span=week&day=2026-11-20"))
    links = {words(a, "."): a.get("href") for a in page.xpath("//dl//dd/a")}
    assert links
    for dd in page.xpath("//section[@aria-labelledby='use-heading' or @aria-labelledby='verify-heading']//dd/a"):
        listed = look(director.get(dd.get("href")))
        shown = len(listed.xpath("//tbody/tr"))
        assert shown >= 1
        if words(dd, ".").isdecimal():
            assert shown == int(words(dd, "."))
    topic = look(director.get("/reports/rows?span=week&day=2026-11-20&topic=asked&key=怎么改地址"))
    assert "新增 · 保全" in words(topic, "//tbody//td").replace("新增 保全", "新增 · 保全")


def test_rows_of_one_person_are_that_persons(director: Browser) -> None:
    page = look(director.get("/reports/rows?span=day&day=2026-11-20&figure=ended&person=qian"))
    assert words(page, "//h1").startswith("结束的通话 · qian")
    assert [words(tr, "./td[2]") for tr in page.xpath("//tbody/tr")] == ["没有补记", "免记 无声来电"]


def test_charts_hold_no_style_no_script_and_have_words(director: Browser) -> None:
    page = look(director.get("/reports?span=week&day=2026-11-20&by=day"))
    charts = page.xpath("//figure/*[local-name()='svg']")
    assert len(charts) == 2
    for chart in charts:
        assert chart.xpath(".//*[local-name()='style' or local-name()='script'] | .//@style") == []
        assert chart.get("role") == "img" and "数字见旁边的表" in chart.get("aria-label")
    assert page.xpath("//*[@style]") == []


def test_names_of_types_are_never_markup(director: Browser, desk: Desk) -> None:
    Filler(desk.store).put(Raw(person="<b>x", team="<i>").solved(problem_type="<script>alert(1)</script>"))
    answer = director.get("/reports?span=day&day=2026-11-20&by=team").text
    assert "<script>alert" not in answer and "&lt;i&gt;" in answer


def test_a_period_without_calls_says_so(director: Browser) -> None:
    page = look(director.get("/reports?span=month&day=2026-01-05"))
    assert words(page, of_class("report-empty")).startswith("这一期还没有结束的通话")


@pytest.mark.parametrize(
    ("day", "said"), [("2026-11-22", "还没有到"), ("昨天", "看不懂日期"), ("1999-01-01", "最早从 2000-01-01")]
)
def test_a_day_that_cannot_be_shown_is_said_at_its_field(director: Browser, day: str, said: str) -> None:
    response = director.get("/reports", query_string={"day": day})
    assert response.status_code == 400
    assert said in words(look(response), "//*[@id='day-mistake']")


@pytest.mark.parametrize("query", ["figure=nothing", "topic=nothing&key=x", ""])
def test_a_figure_that_does_not_exist_is_not_found(director: Browser, query: str) -> None:
    assert director.get(f"/reports/rows?{query}").status_code == 404


def test_an_agent_sees_the_own_figures_only(client_for: Callable[[Role], Browser], desk: Desk) -> None:
    agent = client_for(Role.AGENT)
    Filler(desk.store).put(Raw(person="a-agent").solved(), Raw(person="qian"))
    page = look(agent.get("/reports/mine?span=week&day=2026-11-20"))
    assert tile(page, "结束的通话").startswith("1")
    listed = look(agent.get("/reports/mine/rows?span=week&day=2026-11-20&figure=ended&person=qian"))
    assert len(listed.xpath("//tbody/tr")) == 1 and "qian" not in words(listed, "//table")
    assert agent.get("/reports/rows?figure=ended&person=qian").status_code == 403


def test_the_workbook_holds_the_same_figures_and_no_formula(director: Browser, desk: Desk) -> None:
    response = director.get("/reports/report.xlsx?span=day&day=2026-11-20")
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    assert book.sheetnames == ["总览", "按座席", "问题类型", "问题", "条目", "久未用上"]
    overview = {r[0].value: r[1].value for r in book["总览"].iter_rows()}
    assert (overview["结束的通话"], round(overview["知识库使用率"], 3)) == (4, 0.333)
    assert [r[0].value for r in book["按座席"].iter_rows(min_row=2)] == ["qian", "zhao"]
    assert "f" not in {cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line}
    with desk.store.read() as uow:
        assert [r.action for r in uow.audit.of("report", "report")] == ["report.export"]
