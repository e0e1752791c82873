"""The real application on a free port, and a real Chromium that drives it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from kb.domain.golden import GoldenQuestion
from kb.domain.person import Role
from kb.services.people import SYSTEM, People
from kb.settings import Settings
from tests.browser.contexts import Contexts
from tests.browser.contexts import act_when_loaded as act_when_loaded  # for desks of their own
from tests.factories import Clock
from tests.webapp.conftest import PASSWORD, cheap_hasher
from tests.webapp.desk_pages import furnish
from webapp import create_app
from webapp.wiring import Desk

WIDE, NARROW = (1440, 900), (390, 844)
QUESTION, PRODUCTS = "百万医疗险等待期多少天", "医疗险的等待期是多少天"

Open = Callable[..., Page]
expect.set_options(timeout=15_000)  # ms: machines are slow now and then, and what is right comes in the end


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            # Werkzeug leaves a file of static/ to the collector when a page goes away while it is being sent.
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


@pytest.fixture(scope="session")
def desk_for_browsers(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("browser") / "home"
    home.mkdir()
    (home / "secret_key").write_text("a key for tests only")
    shutil.copy(migrated_sqlite, home / "kb.sqlite3")
    clock = Clock()
    desk = Desk(Settings(home=home, database_url=f"sqlite:///{home / 'kb.sqlite3'}", demo=True), clock)
    desk.__dict__["people"] = People(desk.store, clock, session_hours=12, hasher=cheap_hasher())
    for role in Role:
        desk.people.add(SYSTEM, f"demo-{role}", f"演示{role}", role, PASSWORD)
    furnish(desk)
    keep_words_and_questions(desk)
    yield desk
    desk.close()


def keep_words_and_questions(desk: Desk) -> None:
    """A state of the dictionary, and a run in which one golden question lost its answer and one gained it."""
    desk.lexicons.save(SYSTEM, words="惠民保", synonyms="退保 = 解除合同", reason="新品上市", based_on=0)
    desk.goldens.put(SYSTEM, [GoldenQuestion("等待期多久", ("FAQ-0042",)), GoldenQuestion("宠物险", ("FAQ-9999",))])
    for ranks in ({"等待期多久": 9, "宠物险": 2}, {"等待期多久": 1, "宠物险": 0}):
        desk.goldens.record(SYSTEM, ranks, reason="上线", accept=False)


@pytest.fixture(scope="session")
def app_for_browsers(desk_for_browsers: Desk) -> Flask:
    return create_app(desk_for_browsers.settings, desk=desk_for_browsers)


@pytest.fixture(scope="session")
def address(app_for_browsers: Flask) -> Iterator[str]:
    yield from served(app_for_browsers)


def served(app: Flask) -> Iterator[str]:
    """The address at which ``app`` answers until the iterator goes on."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("KB_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def session_of(app_for_browsers: Flask, desk_for_browsers: Desk) -> Callable[[Role], str]:
    """The cookie of a signed-in session of a role, as the server would set it."""
    signer = app_for_browsers.session_interface.get_signing_serializer(app_for_browsers)

    @cache
    def sign_in(role: Role) -> str:
        _, secret = desk_for_browsers.people.sign_in_as(f"demo-{role}")
        return signer.dumps({"secret": secret})

    return sign_in


@pytest.fixture(scope="session")
def contexts(chromium: Browser, address: str) -> Iterator[Contexts]:
    contexts = Contexts(chromium, address)
    yield contexts
    contexts.close()


@pytest.fixture
def open_page(
    contexts: Contexts, address: str, session_of: Callable[[Role], str], desk_for_browsers: Desk
) -> Iterator[Open]:
    """Open an address as somebody of a role; at the end nothing may have been reported on the console.

    ``own=True`` for a test that uses the context up; the rest as for ``Browser.new_context``.
    """
    said: list[str] = []

    def open_(path: str = "/", *, role: Role = Role.AGENT, size: tuple[int, int] = WIDE, **more: Any) -> Page:
        context = contexts.take(size=size, **more)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        context.add_cookies([{"name": "zhixi_session", "value": session_of(role), "url": address}])
        page.goto(path)
        return page

    yield open_
    contexts.give_back()
    for person in desk_for_browsers.people.all(SYSTEM):
        desk_for_browsers.people.save_preferences(person, {})
    unexpected = [text for text in said if "Failed to load resource" not in text]
    assert unexpected == []
