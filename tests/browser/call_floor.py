"""A desk of its own for the tests of calls: what an agent owes would stand on the pages of everybody else's tests."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from kb.domain.calls import ActKind
from kb.domain.person import Person, Role
from kb.services.people import SYSTEM, People
from kb.settings import Settings
from tests.browser.conftest import WIDE, served
from tests.browser.contexts import Contexts
from tests.factories import Clock
from tests.webapp.conftest import PASSWORD, cheap_hasher
from tests.webapp.desk_pages import furnish
from webapp import create_app
from webapp.wiring import Desk

_numbers = itertools.count(1)


@dataclass
class Seat:
    """One person at the floor, with as many browsers as they like."""

    floor: Floor
    person: Person
    context: BrowserContext

    def page(self, path: str = "/") -> Page:
        page = self.context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.floor.said.append(f"{error} {error.stack}"))
        page.goto(path)
        return page

    def sign_in(self) -> None:
        _, secret = self.floor.desk.people.sign_in_as(self.person.login)
        signer = self.floor.app.session_interface.get_signing_serializer(self.floor.app)
        cookie = {"name": "zhixi_session", "value": signer.dumps({"secret": secret}), "url": self.floor.address}
        self.context.add_cookies([cookie])  # type: ignore[list-item]

    def solutions(self, call: int) -> list[tuple[str, str, str]]:
        """Kind, question and text of what was recorded of a call."""
        with self.floor.desk.store.read() as uow:
            return [(one.kind, one.asked, one.text) for one in uow.solutions.of_call(call)]

    def ended_call(self, code: str = "FAQ-0042") -> int:
        """A call that was opened and ended by the telephony system, in which ``code`` was opened ("": nothing)."""
        calls, system = self.floor.desk.calls, self.floor.system
        reference = f"t-{next(_numbers)}"
        self.floor.desk.telephony.connect(system, reference=reference, login=self.person.login, line="理赔热线", product="百万医疗险")
        if code:
            calls.act(self.person, ActKind.SEARCH, text="等待期多少天", hits=3)
            calls.act(self.person, ActKind.OPEN, code=code, revision=1)
        return self.floor.desk.telephony.hang_up(system, reference=reference).number


@dataclass
class Floor:
    desk: Desk
    app: Flask
    address: str
    contexts: Contexts
    system: Person
    clock: Clock
    said: list[str] = field(default_factory=list)

    def seat(
        self, role: Role = Role.AGENT, *, size: tuple[int, int] = WIDE, signed_in: bool = True, **more: object
    ) -> Seat:
        login = f"{role}-{next(_numbers)}"
        person = self.desk.people.add(SYSTEM, login, f"座席{login[-2:]}", role, PASSWORD)
        context = self.contexts.take(size=size, **more)
        seat = Seat(self, person, context)
        if signed_in:
            seat.sign_in()
        return seat


@contextmanager
def a_floor(folder: Path, migrated_sqlite: Path, chromium: Browser) -> Iterator[Callable[[], Floor]]:
    """Gives the floor, with nobody left at it from the test before."""
    home = folder / "home"
    home.mkdir()
    (home / "secret_key").write_text("a key for tests only")
    shutil.copy(migrated_sqlite, home / "kb.sqlite3")
    clock = Clock()
    desk = Desk(Settings(home=home, database_url=f"sqlite:///{home / 'kb.sqlite3'}", demo=True), clock)
    desk.__dict__["people"] = People(desk.store, clock, session_hours=12, hasher=cheap_hasher())
    furnish(desk)
    app = create_app(desk.settings, desk=desk)
    system = desk.people.add(SYSTEM, "telephony", "电话系统", Role.COORDINATOR, PASSWORD)
    server = served(app)
    address = next(server)
    floor = Floor(desk, app, address, Contexts(chromium, address), system, clock)
    try:
        yield lambda: floor
    finally:
        floor.contexts.close()
        next(server, None)
        desk.close()
