"""One day of the desk in a real browser: a rule is changed, approved, put in force, announced, confirmed, and proved later.

Runs on a desk of its own, because time goes on in it. ``KB_WALK_PICTURES=FOLDER`` keeps a picture of each station.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from kb.domain.content import Kind
from kb.domain.person import Role
from kb.services.people import SYSTEM, People
from kb.settings import Settings
from tests.browser.conftest import act_when_loaded
from tests.factories import Clock, published
from tests.webapp.conftest import PASSWORD, cheap_hasher
from webapp import create_app
from webapp.wiring import Desk

ITEMS = "[data-items-to-confirm] [data-item]"
PICTURES = os.environ.get("KB_WALK_PICTURES", "")
Enter = Callable[[Role, str], Page]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, migrated_sqlite: Path, clock: Clock) -> Iterator[Desk]:
    home = tmp_path / "home"
    home.mkdir()
    (home / "secret_key").write_text("a key for tests only")
    shutil.copy(migrated_sqlite, home / "kb.sqlite3")
    desk = Desk(Settings(home=home, database_url=f"sqlite:///{home / 'kb.sqlite3'}", demo=True), clock)
    desk.__dict__["people"] = People(desk.store, clock, session_hours=72, hasher=cheap_hasher())
    for role in Role:
        desk.people.add(SYSTEM, f"demo-{role}", f"演示{role}", role, PASSWORD)
    with desk.store.write() as uow:
        for role in (Role.AGENT, Role.TEAM_LEADER):
            uow.people.set_team(f"demo-{role}", "一组")
        uow.commit()
    common = {"asked_as": (), "tags": (), "body": "", "conditions": "", "exceptions": ""}
    published(
        desk.store, clock, "POL-0001", kind=Kind.POLICY, title="犹豫期是多少天", product="安心医疗险",
        speakable="安心医疗险的犹豫期是十五天。", **common,
    )  # fmt: skip
    published(
        desk.store, clock, "FAQ-0002", title="安心医疗险怎么在线投保", product="安心医疗险",
        speakable="在手机应用里点投保。", **common,
    )  # fmt: skip
    published(
        desk.store,
        clock,
        "FAQ-0003",
        title="住院津贴怎么领取",
        product="住院津贴",
        speakable="凭出院小结申领。",
        **common,
    )
    desk.bulletins.start(SYSTEM, desk.bulletins.draft(SYSTEM).version, reason="起点")
    desk.sync.drain()
    yield desk
    desk.close()


@pytest.fixture
def enter(chromium: Browser, desk: Desk) -> Iterator[Enter]:
    """Open a path as somebody of a role; each role keeps its own browser."""
    app = create_app(desk.settings, desk=desk)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    signer = app.session_interface.get_signing_serializer(app)
    contexts: dict[Role, BrowserContext] = {}

    def open_(role: Role, path: str) -> Page:
        if role not in contexts:
            _, secret = desk.people.sign_in_as(f"demo-{role}")
            context = chromium.new_context(base_url=address, viewport={"width": 1440, "height": 900}, locale="zh-CN")
            context.add_cookies([{"name": "zhixi_session", "value": signer.dumps({"secret": secret}), "url": address}])
            contexts[role] = act_when_loaded(context)
        page = contexts[role].new_page()
        page.set_default_timeout(15_000)
        page.goto(path)
        return page

    yield open_
    for context in contexts.values():
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def picture(page: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def test_a_day_from_the_editor_to_the_proof_of_yesterdays_rule(enter: Enter, desk: Desk, clock: Clock) -> None:
    yesterday = clock.at
    clock.forward(days=1)

    # The coordinator edits a policy and hands it in; the old rule holds meanwhile.
    page = enter(Role.COORDINATOR, "/edit/POL-0001")
    page.locator("#speakable").fill("安心医疗险的犹豫期是二十天。")
    page.locator("#reason").fill("监管新规，犹豫期延长")
    picture(page, "1-edit")
    page.locator("[data-submit]").click()
    page.wait_for_url("**/entries/POL-0001**")
    expect(page.locator("#review")).to_contain_text("待审批")
    picture(page, "2-waiting")
    agent = enter(Role.AGENT, "/search?q=犹豫期是多少天")
    expect(agent.locator("[data-speakable]").first).to_contain_text("十五天")

    # The director approves.
    director = enter(Role.DIRECTOR, "/work")
    director.get_by_role("link", name="犹豫期是多少天").click()
    director.get_by_label("意见").fill("同意，按新规执行。")
    director.get_by_role("button", name="审批通过").click()
    expect(director.locator("#review")).to_contain_text("可发布")
    picture(director, "3-approved")

    # The coordinator publishes it, and withdraws another entry in favour of one in force.
    page = enter(Role.COORDINATOR, "/entries/POL-0001?revision=2")
    page.locator("#publish-reason").fill("监管新规")
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.locator(".speakable")).to_contain_text("二十天")
    page.goto("/entries/FAQ-0003")
    page.locator("summary", has_text="下线").click()
    page.locator("#withdraw-reason").fill("产品停售")
    page.locator("#replaced-by").fill("FAQ-0002")
    page.get_by_role("button", name="下线").click()
    expect(page.locator(".banner-stop")).to_contain_text("产品停售")
    picture(page, "4-withdrawn")
    desk.sync.drain()

    # Whoever asks for it is told so, instead of silence.
    agent.goto("/search?q=住院津贴怎么领取")
    expect(agent.locator(".tombstone")).to_contain_text("已下线")
    expect(agent.locator(".tombstone")).to_contain_text("安心医疗险怎么在线投保")
    picture(agent, "5-tombstone")

    # The list of the day is issued.
    page.goto("/bulletins/draft")
    expect(page.locator("main")).to_contain_text("犹豫期是多少天")
    expect(page.locator("main")).to_contain_text("住院津贴怎么领取")
    picture(page, "6-draft")
    page.get_by_role("link", name="预览并签发").click()
    page.locator("[name=reason]").last.fill("今日更新")
    page.locator("button", has_text="签发").last.click()
    page.wait_for_url("**/bulletins/2**")
    picture(page, "7-issued")

    # The shift leader announces it and signs.
    leader = enter(Role.SHIFT_LEADER, "/bulletins/2/announce")
    picture(leader, "8-announce")
    for _ in range(3):
        leader.keyboard.press("ArrowRight")
    leader.get_by_role("button", name="宣导完成").click()
    leader.wait_for_url("**/bulletins/2/board")
    with desk.store.read() as uow:
        assert [s.by for s in uow.receipts.sign_offs(2)] == ["demo-shift_leader"]

    # The agent confirms with keys: the check question, then the rest.
    agent.goto("/bulletins")
    picture(agent, "9-unread")
    items = agent.locator(ITEMS)
    expect(items).to_have_count(2)
    for place in items.evaluate_all("(all) => all.map((item) => item.id)"):
        item = agent.locator(f"[id='{place}']")
        expect(item).to_be_focused()
        options = item.locator("[name=answer]").all_text_contents()
        agent.keyboard.press(next((str(n) for n, text in enumerate(options, 1) if "二十" in text), "Enter"))
        expect(item.locator("[data-said]")).to_contain_text("已确认")
    expect(agent.locator("[data-left]")).to_have_text("全部确认完毕")

    # The director sees who has heard it.
    director.goto("/bulletins/2/board")
    expect(director.locator("main")).to_contain_text("演示agent")
    expect(director.locator("main")).to_contain_text("早班")
    picture(director, "10-board")

    # And what the rule was yesterday can be proved.
    then = (yesterday + timedelta(hours=1)).astimezone(desk.settings.zone).strftime("%Y-%m-%d %H:%M")
    agent.goto(f"/entries/POL-0001?as_of={then}")
    expect(agent.locator("main")).to_contain_text("十五天")
    expect(agent.locator(".banner").first).to_contain_text("规定")
    picture(agent, "11-as-of")
    agent.goto(f"/search?q=住院津贴怎么领取&as_of={then}")
    expect(agent.locator("[data-speakable]").first).to_contain_text("凭出院小结申领")
