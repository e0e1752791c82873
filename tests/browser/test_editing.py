"""Writing in a browser: pasting, saving by itself, losing the network, two windows, pictures, merging."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from kb.domain.person import Role
from kb.services.people import SYSTEM
from tests.browser import clipboards
from tests.browser.conftest import NARROW, Open
from tests.factories import a_content
from tests.pictures import a_picture
from webapp.wiring import Desk

PASTE = """(area, { html, text, picture }) => {
  const held = new DataTransfer();
  if (html) held.setData("text/html", html);
  if (text) held.setData("text/plain", text);
  if (picture) held.items.add(new File([Uint8Array.from(atob(picture), (c) => c.charCodeAt(0))], "image.png", { type: "image/png" }));
  area.focus();
  return area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true }));
}"""
SAVED = "已保存 09:00"
CODE = "PRO-0901"


@pytest.fixture(autouse=True)
def own_entry(desk_for_browsers: Desk) -> Iterator[None]:
    """An entry that no search finds, and no drafts left over."""
    desk = desk_for_browsers
    with desk.store.read() as uow:
        there = uow.entries.find(CODE)
    if there is None:
        body = "第一段。\n\n第二段。\n\n第三段。"
        desk.knowledge.submit(
            SYSTEM, a_content(title="停车场怎么开票", body=body, asked_as=()), reason="新编", code=CODE
        )
    yield
    people = {person.login: person for person in desk.people.all(SYSTEM)}
    with desk.store.read() as uow:
        drafts = uow.drafts.newest(100)
    for draft in drafts:
        desk.drafts.discard(people[draft.author], draft.id)


@pytest.fixture
def editor(open_page: Open) -> Page:
    page = open_page("/edit/new?kind=faq", role=Role.COORDINATOR)
    page.locator("#body").fill("")
    return page


def state(page: Page) -> object:
    return expect(page.locator("[data-state]"))


def paste(page: Page, **held: str) -> bool:
    """Whether the browser would have pasted by itself."""
    return bool(page.locator("#body").evaluate(PASTE, held))


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ({"html": clipboards.WORD}, clipboards.WORD_MARKDOWN),
        ({"html": clipboards.EXCEL, "text": "医疗\t档次"}, clipboards.EXCEL_MARKDOWN),
        ({"html": clipboards.WEB}, clipboards.WEB_MARKDOWN),
        ({"html": clipboards.ONE_CELL}, "只有一格"),
        ({"text": '档\t额\r\n一\t"1,000\n元"\r\n'}, "| 档 | 额 |\n| --- | --- |\n| 一 | 1,000 元 |"),
    ],
    ids=["word", "excel", "web", "one cell", "tabs"],
)
def test_what_is_pasted_from_office_becomes_markdown(editor: Page, held: dict[str, str], expected: str) -> None:
    assert not paste(editor, **held)
    expect(editor.locator("#body")).to_have_value(expected)


def test_pasted_markdown_and_plain_text_are_left_to_the_browser(editor: Page) -> None:
    assert paste(editor, html=clipboards.CODE_EDITOR, text="**已是 Markdown**")
    assert paste(editor, text="一句话")
    assert paste(editor, text="一句话\n带\t一个制表符")


def test_nothing_of_a_pasted_page_runs_or_is_loaded(editor: Page) -> None:
    asked: list[str] = []
    editor.on("request", lambda request: asked.append(request.url))
    editor.evaluate("() => { window.alert = () => { window.wasRun = true; }; }")
    paste(
        editor,
        html=clipboards.WEB + "<table><tr><td onclick=alert(1)><svg onload=alert(1)></td><td>b</td></tr></table>",
    )
    expect(editor.locator("[data-preview-of]")).to_contain_text("怎么退")
    assert not editor.evaluate("window.wasRun")
    assert [url for url in asked if "evil" in url] == []


def test_a_pasted_table_stands_alone_and_can_be_undone(editor: Page) -> None:
    editor.locator("#body").fill("前后")
    editor.evaluate("document.getElementById('body').setSelectionRange(1, 1)")
    paste(editor, html=clipboards.EXCEL)
    expect(editor.locator("#body")).to_have_value(f"前\n\n{clipboards.EXCEL_MARKDOWN}\n\n后")
    editor.keyboard.press("Control+Z")
    expect(editor.locator("#body")).to_have_value("前后")


def test_the_draft_saves_itself_and_the_page_shows_how_it_will_look(open_page: Open) -> None:
    page = open_page("/edit/new?kind=faq", role=Role.COORDINATOR)
    page.locator("#title").fill("停车费能不能报")
    page.locator("#speakable").fill("可以，凭发票。")
    page.locator("#body").fill("## 怎么报\n\n**发票**")
    expect(page.locator("[data-preview-of] #s-怎么报")).to_have_text("怎么报")
    expect(page.locator(".preview-speakable")).to_have_text("可以，凭发票。")
    expect(page.locator("[data-count-of=speakable]")).to_have_text("7 / 120 字")
    state(page).to_have_text(SAVED)
    assert "/edit/draft/" in page.url
    page.reload()
    expect(page.locator("#body")).to_have_value("## 怎么报\n\n**发票**")
    expect(page.locator("[data-local]")).to_be_hidden()
    expect(page.locator(".asked-tokens").first).to_contain_text("停车")


def test_without_the_network_the_text_stays_and_is_offered_again(open_page: Open) -> None:
    page = open_page(f"/edit/{CODE}", role=Role.COORDINATOR)
    page.context.set_offline(True)
    page.locator("#conditions").fill("断网时写的")
    page.locator("#conditions").blur()
    expect(page.locator("[data-trouble-said]")).to_contain_text("文字已留在这台电脑上")
    page.route("**/edit/save", lambda route: route.abort())
    page.context.set_offline(False)
    page.goto(f"/edit/{CODE}")
    expect(page.locator("[data-local-said]")).to_contain_text("没来得及保存到服务器")
    expect(page.locator("#conditions")).not_to_have_value("断网时写的")
    page.unroute("**/edit/save")
    page.locator("[data-local-take]").click()
    expect(page.locator("#conditions")).to_have_value("断网时写的")
    state(page).to_have_text(SAVED)
    page.reload()
    expect(page.locator("[data-local]")).to_be_hidden()
    expect(page.locator("#conditions")).to_have_value("断网时写的")


def test_after_the_session_has_ended_the_text_waits_for_the_next_login(
    open_page: Open, desk_for_browsers: Desk, session_of: object
) -> None:
    page = open_page(f"/edit/{CODE}", role=Role.TRAINER)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.locator("#conditions").fill("登录过期后写的")
    page.locator("#conditions").blur()
    expect(page.locator("[data-trouble-said]")).to_contain_text("登录已过期")
    expect(page.locator("[data-relogin]")).to_have_attribute("href", f"/login?next=%2Fedit%2F{CODE}")
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.goto(f"/edit/{CODE}")
    page.locator("[data-local-take]").click()
    state(page).to_have_text(SAVED)


def test_two_windows_on_one_draft_lose_nothing(open_page: Open) -> None:
    one = open_page(f"/edit/{CODE}", role=Role.COORDINATOR)
    one.locator("#conditions").fill("开始")
    state(one).to_have_text(SAVED)
    other = one.context.new_page()
    other.goto(one.url)
    one.locator("#conditions").fill("窗口一")
    one.keyboard.press("Control+s")
    state(one).to_have_text(SAVED)
    expect(one.locator("#editor [data-trouble]")).to_be_hidden()
    other.locator("#conditions").fill("窗口二")
    other.keyboard.press("Control+s")
    expect(other.locator("[data-trouble-said]")).to_contain_text("在另一个窗口改过")
    other.locator("[data-see-both]").click()
    expect(other.locator("#here-conditions")).to_have_value("窗口二")
    expect(other.locator("#there-conditions")).to_have_value("窗口一")
    other.get_by_role("button", name="留下这个窗口的").click()
    expect(other.locator("#conditions")).to_have_value("窗口二")


def test_the_keys_of_the_text(editor: Page) -> None:
    area = editor.locator("#body")
    area.focus()
    editor.keyboard.type("- 一")
    editor.keyboard.press("Enter")
    editor.keyboard.type("二")
    expect(area).to_have_value("- 一\n- 二")
    editor.keyboard.press("Enter")
    editor.keyboard.press("Enter")
    editor.keyboard.type("重")
    editor.keyboard.press("Shift+ArrowLeft")
    editor.keyboard.press("Control+b")
    expect(area).to_have_value("- 一\n- 二\n\n**重**")
    editor.keyboard.press("Control+Alt+h")
    expect(area).to_have_value("- 一\n- 二\n\n## **重**")
    editor.keyboard.press("Tab")
    expect(editor.locator("#asked_as")).to_be_focused()


def test_a_link_to_another_entry_is_found_by_searching(editor: Page) -> None:
    editor.locator("#body").focus()
    editor.keyboard.press("Control+k")
    editor.locator("#link-query").fill("车险事故怎么报案")
    expect(editor.locator("#link-found [aria-selected=true]")).to_contain_text("PRO-0007")
    editor.keyboard.press("Enter")
    expect(editor.locator("#body")).to_have_value("[车险事故怎么报案](kb:PRO-0007)")
    expect(editor.locator("#body")).to_be_focused()
    expect(editor.locator("[data-preview-of] a.link-kb")).to_have_attribute("href", "/entries/PRO-0007")


def test_a_pasted_picture_wants_words_and_is_shown(editor: Page) -> None:
    import base64

    paste(editor, picture=base64.b64encode(a_picture()).decode())
    dialog = editor.locator("#image-dialog")
    expect(dialog).to_be_visible()
    editor.keyboard.press("Enter")
    expect(dialog.locator("#image-mistake")).to_have_text("请写一句说明。")
    editor.keyboard.type("报案入口[右上]")
    editor.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert editor.locator("#body").input_value().startswith("![报案入口\\[右上\\]](kb-image:")
    shown = editor.locator("[data-preview-of] img")
    expect(shown).to_have_attribute("alt", "报案入口[右上]")
    expect(shown).to_have_js_property("naturalWidth", 30)


def test_what_is_no_picture_is_told_in_the_dialog(editor: Page) -> None:
    editor.locator("#body").focus()
    editor.keyboard.press("Control+Alt+i")
    editor.locator("#image-file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"<svg/>"})
    editor.locator("#image-alt").fill("x")
    editor.locator("[data-insert]").click()
    expect(editor.locator("#image-mistake")).to_contain_text("这不是 PNG、JPEG、GIF 或 WebP 图片")


def test_handing_in_with_mistakes_leads_to_the_first_field_and_keeps_all(open_page: Open) -> None:
    page = open_page("/edit/new?kind=notice", role=Role.COORDINATOR)
    page.locator("#speakable").fill("今天不丢")
    page.locator("[data-submit]").click()
    expect(page.locator("#title")).to_be_focused()
    expect(page.locator("#title-mistake")).to_be_visible()
    expect(page.locator("#body-mistake")).to_contain_text("还有没填的提示")
    expect(page.locator("#reason-mistake")).to_be_visible()
    expect(page.locator("#speakable")).to_have_value("今天不丢")


def test_the_second_to_hand_in_merges_and_nobody_loses_anything(open_page: Open, desk_for_browsers: Desk) -> None:
    page = open_page(f"/edit/{CODE}", role=Role.TRAINER)
    page.locator("#body").fill("第一段，我改。\n\n第二段，我改。\n\n第三段。")
    page.locator("#owner").fill("我的岗")
    page.locator("#reason").fill("我的原因")
    state(page).to_have_text(SAVED)
    content = a_content(
        title="停车场怎么开票", body="第一段。\n\n第二段，他改。\n\n第三段。\n\n他加。", asked_as=(), owner="他的岗"
    )
    desk_for_browsers.knowledge.submit(SYSTEM, content, reason="先交", code=CODE)
    page.locator("[data-submit]").click()
    override_all(page)
    expect(page.locator("h1")).to_contain_text("合并")
    expect(page.locator("[data-place]")).to_have_count(2)
    body = page.locator("[data-place]", has_text="第二段")
    expect(body.locator("[data-result]")).to_have_value("第二段，我改。\n第二段，他改。")
    body.locator("[data-pick=theirs]").click()
    page.locator("[data-place]", has_text="我的岗").get_by_label("用我的").check()
    page.get_by_role("button", name="采用合并结果").click()
    expect(page.locator("#body")).to_have_value("第一段，我改。\n\n第二段，他改。\n\n第三段。\n\n他加。")
    expect(page.locator("#owner")).to_have_value("我的岗")


def override_all(page: Page) -> None:
    """Go on in spite of what the check finds in this small library."""
    if "/merge" in page.url:
        return
    for reason in page.locator(".finding-reason input").all():
        page.locator("[data-tab=check]").click()
        reason.fill("试")
    page.locator("#reason").fill("我的原因")
    page.locator("[data-submit]").click()


def test_on_a_narrow_screen_one_pane_at_a_time(open_page: Open) -> None:
    page = open_page(f"/edit/{CODE}", role=Role.COORDINATOR, size=NARROW)
    expect(page.locator("#title")).to_be_visible()
    page.get_by_role("tab", name="预览").click()
    expect(page.locator("#title")).to_be_hidden()
    expect(page.locator("[data-preview-of]")).to_contain_text("第二段")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#pane-check")).to_be_visible()
    expect(page.locator("[data-preview-of]")).to_be_hidden()


def test_without_a_script_there_is_a_plain_form(open_page: Open) -> None:
    page = open_page(f"/edit/{CODE}", role=Role.COORDINATOR, java_script_enabled=False)
    page.locator("#conditions").fill("没有脚本")
    page.get_by_role("button", name="预览").click()
    expect(page.locator("#pane-preview")).to_contain_text("第二段")
    expect(page.locator("#conditions")).to_have_value("没有脚本")
    page.locator("[data-keep]").click()
    expect(page.locator(".notice-done")).to_have_text("草稿已保存。")
    expect(page.locator("#conditions")).to_have_value("没有脚本")
