"""Two people wrote on one entry: what the second one sees and decides, field by field."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.content import Content
from kb.domain.errors import Invalid
from kb.domain.person import Role
from tests.factories import a_content
from tests.webapp.desk_pages import look, words
from tests.webapp.editing.conftest import Writer
from tests.webapp.editing.test_views import written
from webapp.editing.merging import TEXTS, merged_fields, resolved
from webapp.wiring import Desk

ZONE = ZoneInfo("Asia/Shanghai")
LINES = st.lists(st.sampled_from(["甲", "乙", "丙", "", "丁 30 天"]), max_size=6).map("\n".join)
CONTENTS = st.builds(
    a_content, title=st.sampled_from(["题一", "题二"]), body=LINES, conditions=LINES,
    tags=st.lists(st.sampled_from("子丑寅"), unique=True, max_size=3).map(tuple),
    roles=st.lists(st.sampled_from([Role.AGENT, Role.DIRECTOR]), max_size=2).map(tuple),
)  # fmt: skip


def outcomes(base: Content, mine: Content, theirs: Content) -> dict[str, str]:
    return {f.name: f.outcome for f in merged_fields(base, mine, theirs, {})}


def test_each_changed_field_says_who_changed_it() -> None:
    base = a_content(body="一\n\n二", conditions="旧")
    mine = a_content(body="一改\n\n二", conditions="同", owner="我的岗", title="我的标题")
    theirs = a_content(body="一\n\n二改", conditions="同", owner="他的岗", product="新产品")
    assert outcomes(base, mine, theirs) == {
        "title": "mine", "product": "theirs", "conditions": "same", "owner": "clash", "body": "both",
    }  # fmt: skip


def test_without_a_decision_nothing_is_chosen_in_silence() -> None:
    base, mine, theirs = a_content(owner="甲岗"), a_content(owner="乙岗"), a_content(owner="丙岗")
    with pytest.raises(Invalid) as refused:
        resolved(base, mine, theirs, {}, ZONE)
    assert refused.value.field == "result:owner:0"
    assert resolved(base, mine, theirs, {"result:owner:0": "theirs"}, ZONE)["owner"] == "丙岗"


@given(CONTENTS, CONTENTS, CONTENTS)
def test_as_long_as_nobody_decides_otherwise_the_lines_of_both_are_kept(
    base: Content, mine: Content, theirs: Content
) -> None:
    fields = merged_fields(base, mine, theirs, {})
    sent = {p.name: p.result or "mine" for f in fields for p in f.places}
    sent |= {p.name: p.result for f in fields if f.name in TEXTS for p in f.places}
    result = resolved(base, mine, theirs, sent, ZONE)
    for name in TEXTS:
        before = set(getattr(base, name).split("\n"))
        for side in (mine, theirs):
            assert set(getattr(side, name).split("\n")) - before <= {*str(result[name]).split("\n"), ""}


@given(CONTENTS, CONTENTS, CONTENTS)
def test_whatever_differs_is_on_the_page(base: Content, mine: Content, theirs: Content) -> None:
    shown = {f.name: f for f in merged_fields(base, mine, theirs, {})}
    for name in ("title", "body", "conditions", "tags", "roles"):
        before, one, other = (getattr(content, name) for content in (base, mine, theirs))
        assert (name in shown) == (one != before or other != before)
        if name in shown:
            assert (shown[name].my_change is not None) == (one != before)
            assert (shown[name].their_change is not None) == (other != before)


def behind(writer: Writer, desk: Desk, **theirs: object) -> str:
    """A draft whose entry got a newer revision meanwhile; its address."""
    address = writer.send("save", written(writer, conditions="我的条件", owner="我的岗")).location
    from tests.factories import a_person

    desk.knowledge.submit(
        a_person(Role.TRAINER), a_content(**({"owner": "他的岗"} | theirs)), reason="先交", code="FAQ-0042"
    )
    return address


def test_handing_in_behind_a_newer_revision_leads_to_merging(writer: Writer, stocked: Desk) -> None:
    address = behind(writer, stocked, exceptions="他的例外")
    form = written(writer, address)
    assert "已提交第 2 版，您的草稿从第 1 版开始" in writer.browser.get(address).text
    assert "已提交第 2 版，提交前要先合并" in writer.send("save", form, script=True).json["behind"]
    form = written(writer, address, reason="改")
    response = writer.send("submit", form)
    if response.status_code == 400:
        page = look(response)
        reasons = dict.fromkeys(page.xpath("//*[@id='pane-check']//input/@name"), "试")
        response = writer.send("submit", writer.form(page) | reasons)
    assert response.location == f"{address}/merge"
    page = look(writer.browser.get(response.location))
    assert words(page, "//fieldset[@data-place]/legend") == "负责岗位"
    assert "他的例外" in words(page, "//section[@aria-label='例外情形']")
    assert "我的条件" in words(page, "//section[@aria-label='适用条件']")


def test_what_was_put_together_around_a_clash_is_on_the_page_too(writer: Writer, stocked: Desk) -> None:
    body = written(writer)["body"]
    address = behind(writer, stocked, body=body.replace("30", "60") + "\n\n他补的一段。")
    writer.send("save", written(writer, address, body="我补的一段。\n\n" + body.replace("30", "90")))
    page = look(writer.browser.get(f"{address}/merge"))
    shown = words(page, "//details[@class='merge-whole']")
    assert "他补的一段。" in shown
    assert "我补的一段。" in shown


def test_the_decision_becomes_the_draft_onto_the_newer_revision(writer: Writer, stocked: Desk) -> None:
    address = behind(writer, stocked, exceptions="他的例外")
    version = written(writer, address)["version"]
    undecided = writer.browser.submit(f"{address}/merge", {"version": version, "theirs": "2"})
    assert undecided.status_code == 400
    assert "还有一处没有选" in words(look(undecided), "//*[@role='alert']")
    decided = {"version": version, "theirs": "2", "result:owner:0": "mine"}
    assert writer.browser.submit(f"{address}/merge", decided).location == address
    form = written(writer, address)
    assert (form["owner"], form["conditions"], form["exceptions"]) == ("我的岗", "我的条件", "他的例外")
    assert form["based_on"] == "2"
    assert writer.browser.get(f"{address}/merge").location == address


def test_a_draft_that_was_saved_since_the_page_was_made_is_not_overwritten(writer: Writer, stocked: Desk) -> None:
    address = behind(writer, stocked)
    form = written(writer, address)
    writer.send("save", form | {"conditions": "又改了"})
    stale = {"version": form["version"], "theirs": "2", "result:owner:0": "theirs"}
    response = writer.browser.submit(f"{address}/merge", stale)
    assert response.status_code == 400
    assert "另一个窗口" in response.text
    assert written(writer, address)["conditions"] == "又改了"


def test_mistakes_in_the_draft_are_mended_before_merging(writer: Writer, stocked: Desk) -> None:
    address = behind(writer, stocked)
    writer.send("save", written(writer, address, title=""))
    page = writer.browser.get(f"{address}/merge")
    assert page.status_code == 400
    assert look(page).xpath("//*[@aria-invalid]/@name") == ["title"]


def test_a_revision_that_does_not_exist_cannot_be_merged_in(writer: Writer, stocked: Desk) -> None:
    address = behind(writer, stocked)
    version = written(writer, address)["version"]
    for theirs in ("9", "x", ""):
        assert writer.browser.submit(f"{address}/merge", {"version": version, "theirs": theirs}).status_code == 404
