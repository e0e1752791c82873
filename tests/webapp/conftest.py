"""An application over a database of its own, and browsers and programs that use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from kb.domain.person import Role
from kb.services.people import SYSTEM, People
from kb.settings import Settings
from tests.factories import Clock
from webapp import create_app
from webapp.wiring import Desk

Client = FlaskClient
PASSWORD = "right-horse-42"


class Browser(FlaskClient):
    """A browser that sends the CSRF token with what it submits, as the pages do."""

    def submit(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        return self.post(path, data={"csrf_token": self.csrf_token(), **(data or {})}, **more)

    def csrf_token(self) -> str:
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", "4f" * 20)
        return URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(raw)


def cheap_hasher() -> PasswordHasher:
    """argon2 at its least: what is tested here is who may sign in, not how long a thief would need."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    home = tmp_path / "home"
    home.mkdir()
    (home / "secret_key").write_text("a key for tests only")
    return Settings(home=home, database_url=database_url)


@pytest.fixture
def make_app(clock: Clock) -> Iterator[Callable[[Settings], Flask]]:
    """Make an application, with the standing clock and cheap passwords."""
    desks: list[Desk] = []

    def make(settings: Settings) -> Flask:
        desk = Desk(settings, clock)
        desk.__dict__["people"] = People(
            desk.store, clock, session_hours=settings.session_hours, hasher=cheap_hasher()
        )
        desks.append(desk)
        app = create_app(settings, desk=desk)
        app.test_client_class = Browser
        return app

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture
def app(settings: Settings, make_app: Callable[[Settings], Flask]) -> Flask:
    return make_app(settings)


@pytest.fixture
def demo_app(settings: Settings, make_app: Callable[[Settings], Flask]) -> Flask:
    """The same with the demo switched on and its seven people there."""
    app = make_app(replace(settings, demo=True))
    for role in Role:
        desk_of(app).people.add(SYSTEM, f"demo-{role}", f"演示{role}", role, PASSWORD)
    return app


@pytest.fixture
def desk(app: Flask) -> Desk:
    return desk_of(app)


@pytest.fixture
def anonymous(app: Flask) -> Browser:
    return browser(app)


@pytest.fixture
def client_for(app: Flask) -> Callable[[Role], Browser]:
    """A browser in which somebody of that role is signed in: login ``a-ROLE``, password ``PASSWORD``."""

    def sign_in(role: Role) -> Browser:
        people, login = desk_of(app).people, login_of(role)
        if login not in {p.login for p in people.all(SYSTEM)}:
            people.add(SYSTEM, login, f"某{role}", role, PASSWORD)
        _, secret = people.sign_in_as(login)
        client = browser(app)
        with client.session_transaction() as session:
            session["secret"] = secret
        return client

    return sign_in


@pytest.fixture
def token_for(desk: Desk) -> Callable[[Role], dict[str, str]]:
    """The header of a program that acts as that role."""
    tokens: dict[Role, str] = {}

    def header(role: Role) -> dict[str, str]:
        if role not in tokens:
            tokens[role] = desk.people.create_token(SYSTEM, f"program-{role}", role)
        return {"Authorization": f"Bearer {tokens[role]}"}

    return header


def login_of(role: Role) -> str:
    return f"a-{role}"


def desk_of(app: Flask) -> Desk:
    return app.extensions["desk"]


def browser(app: Flask) -> Browser:
    client = app.test_client()
    assert isinstance(client, Browser)
    return client
