"""Writing without a script: drafts, preview, check, handing in, and what stands in the way."""

from __future__ import annotations

from typing import Any

import pytest

from kb.domain.content import BODY_MOST, Kind
from kb.domain.person import Role
from tests.factories import a_person
from tests.webapp.conftest import PASSWORD, browser
from tests.webapp.desk_pages import look, of_class, words
from tests.webapp.editing.conftest import Writer
from webapp.editing.kinds import KIND_TEMPLATES
from webapp.wiring import Desk


def written(writer: Writer, path: str = "/edit/FAQ-0042", **typed: Any) -> dict[str, Any]:
    """The form at ``path`` with something typed into it."""
    return writer.form(look(writer.browser.get(path))) | typed


def good(writer: Writer, **typed: Any) -> dict[str, Any]:
    """A new entry that nothing stands against."""
    fields = {
        "title": "宠物门诊费用怎么报销", "speakable": "宠物门诊费用按发票报销，每年最多两千元。", "body": "带发票和病历。",
        "product": "宠物险", "reason": "新产品",
    }  # fmt: skip
    return written(writer, "/edit/new?kind=faq", **(fields | typed))


def test_a_new_entry_begins_with_the_template_of_its_kind(writer: Writer) -> None:
    for kind, template in KIND_TEMPLATES.items():
        held = written(writer, f"/edit/new?kind={kind}")
        assert held["body"] == template.body
        assert "【写：" in held["body"]
        assert (held["kind"], held["audience"], held["id"]) == (str(kind), str(template.audience), "0")
    assert writer.browser.get("/edit/new?kind=poem").status_code == 404
    assert set(KIND_TEMPLATES) == set(Kind)


def test_looking_at_an_entry_begins_no_draft_but_saving_does(writer: Writer, stocked: Desk) -> None:
    form = written(writer, title="百万医疗险的等待期有多长")
    me = stocked.people.sign_in("a-coordinator", PASSWORD)[0]
    assert stocked.drafts.mine(me) == []
    response = writer.send("save", form)
    assert response.status_code == 303
    (draft,) = stocked.drafts.mine(me)
    assert (draft.code, draft.based_on, draft.fields["title"]) == ("FAQ-0042", 1, "百万医疗险的等待期有多长")
    assert response.location == f"/edit/draft/{draft.id}"
    assert writer.browser.get("/edit/FAQ-0042").location == response.location
    assert "草稿已保存" in writer.browser.get(response.location).text


def test_every_field_comes_back_as_it_was_saved(writer: Writer) -> None:
    form = written(
        writer, "/edit/new?kind=faq", title="标 题", speakable=" 念", body="\n\n## 一\n\n| a |\n|---|\n", asked_as="甲\n乙",
        tags="一、二", roles=["agent", "trainer"], effective_from="2026-12-01T09:30", effective_to="2027-01-01T00:00",
        review_by="2026-12-31", replaced_by="faq-0042", conditions="只限\n首次", exceptions="x", owner="理赔部", category="甲/乙",
    )  # fmt: skip
    kept = written(writer, writer.send("save", form).location)
    changing = {"id", "version", "body"}
    assert {n: v for n, v in kept.items() if n not in changing} == {n: v for n, v in form.items() if n not in changing}
    assert kept["body"] == form["body"].lstrip("\n")


def test_a_draft_belongs_to_its_author(writer: Writer, second: Writer) -> None:
    address = writer.send("save", written(writer, title="我的")).location
    for path in (address, f"{address}/state", f"{address}/merge"):
        assert second.browser.get(path).status_code == 404
    theirs = written(second) | {"id": address.rsplit("/", 1)[1], "version": "1", "title": "抢来的"}
    assert second.send("save", theirs, script=True).status_code == 404
    assert second.send("discard", theirs).status_code == 404


def test_the_list_names_what_others_are_writing(writer: Writer, second: Writer) -> None:
    writer.send("save", written(writer, title="等待期新说法"))
    writer.send("save", written(writer, "/edit/new?kind=notice", title="只给值班长看的草稿", roles=["shift_leader"]))
    page = look(second.browser.get("/edit"))
    others = words(page, "//section[@aria-labelledby='others-heading']")
    assert "某coordinator" in others
    assert "等待期新说法" in others
    assert "只给值班长看的草稿" not in others
    assert "某coordinator 也在写这一条" in second.browser.get("/edit/FAQ-0042").text


def test_handing_in_leads_to_the_revision_and_names_the_next_step(writer: Writer, stocked: Desk) -> None:
    response = writer.send("submit", good(writer))
    assert response.status_code == 303, words(look(response), "//*[@role='alert']")
    assert response.location == "/entries/FAQ-0044?revision=1"
    assert "已提交为第 1 版。下一步：发布。" in writer.browser.get(response.location).text
    assert stocked.drafts.mine(a_person()) == []


def test_a_policy_waits_for_approval_and_a_trainer_for_the_coordinator(writer: Writer, second: Writer) -> None:
    said = writer.browser.get(writer.send("submit", good(writer, kind="policy")).location).text
    assert "下一步：待审批，需要 1 人通过" in said
    said = second.browser.get(second.send("submit", good(second, title="宠物牙科能不能报")).location).text
    assert "由信息协调岗发布" in said


def test_all_mistakes_are_told_at_once_each_at_its_field_and_nothing_is_lost(writer: Writer) -> None:
    form = good(
        writer, title="", body="正文\x0b", category="/".join("一二三四五六七"), replaced_by="不是编号", reason="",
        effective_from="2026-13-01T00:00", speakable="我写的口径，不能丢",
    )  # fmt: skip
    response = writer.send("submit", form)
    page = look(response)
    assert response.status_code == 400
    wrong = {"title", "body", "category", "replaced_by", "effective_from", "reason"}
    assert set(page.xpath("//*[@aria-invalid]/@name")) == wrong
    assert {e.get("id").removesuffix("-mistake") for e in page.xpath("//span[@class='error']")} == wrong
    assert "有 6 处要改" in words(page, "//*[@role='alert']")
    held = writer.form(page)
    assert (held["speakable"], held["category"]) == (form["speakable"], form["category"])
    kept = written(writer, f"/edit/draft/{held['id']}")
    assert kept["speakable"] == form["speakable"]


def test_an_end_before_the_start_is_told_at_the_end(writer: Writer) -> None:
    form = good(writer, effective_from="2026-12-02T00:00", effective_to="2026-12-01T23:59")
    page = look(writer.send("submit", form))
    assert page.xpath("//*[@aria-invalid]/@name") == ["effective_to"]


def test_a_prompt_that_nobody_replaced_stops_the_handing_in(writer: Writer) -> None:
    page = look(writer.send("submit", good(writer, body="## 规定\n\n1. 【写：一条一句】")))
    assert "还有没填的提示“【写：一条一句】”" in words(page, "//*[@id='body-mistake']")


def test_a_finding_wants_a_reason_and_the_reason_goes_into_the_audit_log(writer: Writer, stocked: Desk) -> None:
    form = good(writer, speakable="宠物门诊费用保证报销。")
    refused = writer.send("submit", form)
    page = look(refused)
    assert refused.status_code == 400
    assert "禁止的承诺“保证”" in words(page, of_class("is-block"))
    (name,) = page.xpath("//*[@id='pane-check']//input/@name")
    form |= {"id": writer.form(page)["id"], "version": writer.form(page)["version"]}
    assert writer.send("submit", form | {name: "   "}).status_code == 400
    form |= {"version": str(int(form["version"]) + 1)}
    handed_in = writer.send("submit", form | {name: "引用监管原文", "override:made-up": "x"})
    assert handed_in.status_code == 303
    with stocked.store.read() as uow:
        (row,) = (r for r in uow.audit.rows() if r.action == "submit" and r.subject == "FAQ-0044")
    assert row.detail["overrides"] == {name.removeprefix("override:"): "引用监管原文"}


def test_an_unchanged_text_is_not_handed_in_again(writer: Writer) -> None:
    response = writer.send("submit", written(writer, reason="没改"))
    assert response.status_code == 409
    assert "与第 1 版完全相同" in words(look(response), "//*[@role='alert']")


@pytest.mark.parametrize("where", ["save", "submit", "preview", "check"])
def test_five_million_characters_are_answered_with_one_sentence(writer: Writer, where: str) -> None:
    response = writer.send(where, good(writer, body="保" * 5_000_000))
    assert response.status_code in (200, 400, 413)
    told = {"save": "草稿最多 400000 个字", "submit": "草稿最多 400000 个字"}.get(
        where, "“正文”最多 200000 个字，现有 5000000 个。"
    )
    assert told in response.text  # not parsed: a text so long is more than the parser takes


def test_a_request_beyond_all_bounds_is_one_sentence_too(writer: Writer) -> None:
    response = writer.send("save", good(writer, body="x" * 17_000_000))
    assert (response.status_code, "没有保存：正文最多 200000 个字" in response.text) == (413, True)


def test_a_text_at_its_bound_is_handed_in(writer: Writer) -> None:
    body = "保险 " * (BODY_MOST // 3)
    assert writer.send("save", good(writer, body=body)).status_code == 303


def test_what_an_entry_has_to_the_second_is_not_rounded_by_the_form(writer: Writer, stocked: Desk) -> None:
    from datetime import timedelta

    from tests.factories import NOW, published

    start = NOW - timedelta(days=3, microseconds=77)
    published(
        stocked.store, stocked.clock, "FAQ-0050", title="精确到秒的条目", effective_from=start, tags=("甲、乙", "丙")
    )
    stocked.sync.drain()
    response = writer.send("submit", written(writer, "/edit/FAQ-0050", conditions="改了条件", reason="改"))
    if response.status_code == 400:
        page = look(response)
        form = writer.form(page) | dict.fromkeys(page.xpath("//*[@id='pane-check']//input/@name"), "旧条目")
        response = writer.send("submit", form)
    assert response.status_code == 303
    with stocked.store.read() as uow:
        content = uow.entries.get("FAQ-0050").latest.content
    assert (content.effective_from, content.tags, content.conditions) == (start, ("甲、乙", "丙"), "改了条件")


def test_writing_can_begin_from_an_older_revision(writer: Writer, stocked: Desk) -> None:
    from tests.factories import published

    published(stocked.store, stocked.clock, "FAQ-0042", title="第二版的标题")
    assert written(writer)["title"] == "第二版的标题"
    older = written(writer, "/edit/FAQ-0042?from_revision=1")
    assert (older["title"], older["based_on"]) == ("百万医疗险的等待期是多少天", "2")
    assert writer.browser.get("/edit/FAQ-0042?from_revision=9").status_code == 404
    assert writer.browser.get("/edit/FAQ-0042?from_revision=x").status_code == 404


def test_what_is_not_there_or_not_for_the_role_is_not_found(writer: Writer, second: Writer) -> None:
    assert writer.browser.get("/edit/FAQ-9999").status_code == 404
    assert writer.browser.get("/edit/draft/99").status_code == 404
    assert second.browser.get("/edit/NOT-0003").status_code == 404  # for shift leaders alone


def test_the_preview_without_a_script_shows_the_text_and_keeps_the_form(writer: Writer, stocked: Desk) -> None:
    form = good(writer, body="## 小标题\n\n<script>alert(1)</script> 见 [它](kb:PRO-0007) 和 [无](kb:FAQ-9999)")
    page = look(writer.send("preview", form))
    assert words(page, "//*[@id='pane-preview']//h2[@id]") == "小标题"
    assert page.xpath("//*[@id='pane-preview']//a[@class='link-kb']/@href") == ["/entries/PRO-0007"]
    assert not page.xpath("//*[@id='pane-preview']//script")
    assert writer.form(page)["body"] == form["body"]
    assert stocked.drafts.mine(a_person()) == []


def test_a_script_gets_the_parts_alone(writer: Writer) -> None:
    form = good(writer)
    preview, check = (writer.send(where, form, script=True).text for where in ("preview", "check"))
    assert preview.strip() == "<p>带发票和病历。</p>"
    assert "<form" not in check
    assert "宠物" in check
    assert "第 1" in words(look(writer.send("check", form, script=True)), of_class("asked-rank"))


def test_a_script_saves_and_is_told_the_version_and_the_time(writer: Writer, stocked: Desk) -> None:
    form = good(writer)
    first = writer.send("save", form, script=True).json
    assert (first["version"], first["saved"], first["behind"]) == (1, "09:00", "")
    second = writer.send("save", form | {"id": first["id"], "version": "1"}, script=True).json
    assert (second["id"], second["version"]) == (first["id"], 2)
    stale = writer.send("save", form | {"id": first["id"], "version": "1"}, script=True)
    assert (stale.status_code, "另一个窗口" in stale.json["error"]) == (409, True)


def test_a_session_that_ended_is_told_and_a_new_token_is_to_be_had(writer: Writer, app: Any) -> None:
    form = good(writer)
    assert browser(app).submit("/edit/save", form, headers={"X-Requested-With": "fetch"}).status_code == 401
    kept = writer.send("save", form, script=True).json
    state = writer.browser.get(f"{kept['address']}/state").json
    assert state["version"] == 1
    assert state["csrf_token"]


def test_of_two_windows_both_texts_are_shown_and_either_may_be_kept(writer: Writer) -> None:
    address = writer.send("save", written(writer, conditions="开始")).location
    one, other = (
        written(writer, address, conditions="窗口一"),
        written(writer, address, conditions="窗口二", roles=["agent"]),
    )
    assert writer.send("save", one).status_code == 303
    for where in ("save", "submit"):
        clash = writer.send(where, other)
        assert clash.status_code == 409
        page = look(clash)
        assert words(page, "//textarea[@readonly]") == "窗口二 窗口一 座席代表"
    mine = {
        e.get("name"): e.get("value") or (e.text or "").removeprefix("\n") for e in page.xpath("//main//form//*[@name]")
    }
    assert (mine["conditions"], mine["roles"]) == ("窗口二", "agent")
    assert writer.send("save", mine).status_code == 303
    assert written(writer, address)["conditions"] == "窗口二"


def test_two_windows_that_begin_at_once_do_not_overwrite_each_other(writer: Writer) -> None:
    one, other = written(writer, conditions="窗口一"), written(writer, conditions="窗口二")
    writer.send("save", one)
    assert writer.send("save", other).status_code == 409
    assert writer.send("save", other, script=True).status_code == 409


def test_a_draft_can_be_thrown_away(writer: Writer) -> None:
    address = writer.send("save", written(writer)).location
    assert writer.send("discard", written(writer, address)).location == "/edit"
    assert writer.browser.get(address).status_code == 404


def test_the_entry_page_leads_to_the_editor(writer: Writer, client_for: Any) -> None:
    assert look(writer.browser.get("/entries/FAQ-0042")).xpath("//a[@href='/edit/FAQ-0042']")
    assert not look(client_for(Role.AGENT).get("/entries/FAQ-0042")).xpath("//a[@href='/edit/FAQ-0042']")
