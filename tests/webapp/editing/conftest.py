"""Somebody who writes, with entries that are there already and an index that knows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kb.domain.person import Role
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import Page, furnish
from tests.webapp.multipart import send
from webapp.wiring import Desk


class Writer:
    """A browser on the pages of the editor: types into a form and sends it, as a person does."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def form(self, page: Page) -> dict[str, Any]:
        """What the form of the editor on ``page`` holds."""
        held: dict[str, Any] = {"roles": page.xpath("//form[@id='editor']//input[@name='roles'][@checked]/@value")}
        for field in page.xpath("//form[@id='editor']//*[@name]"):
            name = field.get("name")
            if name in ("roles", "csrf_token"):
                continue
            if field.tag == "textarea":
                held[name] = re.sub(r"^\n", "", field.text or "")
            elif field.tag == "select":
                held[name] = next(iter(field.xpath("./option[@selected]/@value")), "")
            else:
                held[name] = field.get("value", "")
        return held

    def send(self, where: str, form: dict[str, Any], *, script: bool = False) -> TestResponse:
        headers = {"X-Requested-With": "fetch"} if script else {}
        return send(self.browser, f"/edit/{where}", form, headers=headers)


@pytest.fixture
def stocked(desk: Desk) -> Desk:
    furnish(desk)
    return desk


@pytest.fixture
def writer(stocked: Desk, client_for: Callable[[Role], Browser]) -> Writer:
    return Writer(client_for(Role.COORDINATOR))


@pytest.fixture
def second(stocked: Desk, client_for: Callable[[Role], Browser]) -> Writer:
    return Writer(client_for(Role.TRAINER))
