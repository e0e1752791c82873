"""Pictures over the web: sent by those who write, shown to those who may see the entry."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb.domain.person import Role
from tests.factories import published
from tests.pictures import a_picture
from tests.webapp import multipart
from tests.webapp.conftest import Browser
from tests.webapp.desk_pages import look
from webapp.wiring import Desk

SignIn = Callable[[Role], Browser]


def send(browser: Browser, data: bytes, name: str = "a.png"):
    return multipart.send(browser, "/images", {}, file=(name, data), field="image")


@pytest.fixture
def digest(client_for: SignIn) -> str:
    return send(client_for(Role.TRAINER), a_picture()).json["digest"]


def test_a_picture_is_known_by_what_it_holds_and_not_by_its_name(client_for: SignIn) -> None:
    writer = client_for(Role.COORDINATOR)
    answer = send(writer, a_picture("JPEG", (12, 34)), "notes.txt").json
    assert (answer["width"], answer["height"]) == (12, 34)
    shown = writer.get(f"/images/{answer['digest']}")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")


@pytest.mark.parametrize(
    ("data", "status", "told"),
    [(b"<svg onload=alert(1)>", 400, "不是 PNG"), (b"", 400, "不是 PNG"), (b"x" * 3_000_000, 413, "最多 2 MB"), (b"x" * 17_000_000, 413, "最多 2 MB")],
    ids=["svg", "empty", "3 MB", "17 MB"],
)  # fmt: skip
def test_anything_else_is_refused_with_a_sentence(client_for: SignIn, data: bytes, status: int, told: str) -> None:
    response = send(client_for(Role.COORDINATOR), data, "evil.png")
    assert response.status_code == status
    assert told in response.json["error"]


def test_without_a_file_it_says_so(client_for: SignIn) -> None:
    assert client_for(Role.COORDINATOR).submit("/images").json["error"] == "请先选择图片。"


def test_the_entry_page_shows_it_to_an_agent_and_the_browser_keeps_it(
    desk: Desk, client_for: SignIn, digest: str
) -> None:
    published(desk.store, desk.clock, body=f"![入口在右上角](kb-image:{digest})")
    desk.sync.drain()
    agent = client_for(Role.AGENT)
    (image,) = look(agent.get("/entries/FAQ-0042")).xpath("//article//img")
    assert (image.get("alt"), image.get("src")) == ("入口在右上角", f"/images/{digest}?entry=FAQ-0042")
    shown = agent.get(image.get("src"))
    assert shown.status_code == 200
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    again = agent.get(image.get("src"), headers={"If-None-Match": shown.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_nobody_else_sees_it(desk: Desk, client_for: SignIn, anonymous: Browser, digest: str) -> None:
    published(desk.store, desk.clock, "NOT-0001", body=f"![x](kb-image:{digest})", roles=(Role.SHIFT_LEADER,))
    published(desk.store, desk.clock, "FAQ-0042")
    path = f"/images/{digest}"
    assert anonymous.get(f"{path}?entry=NOT-0001").location.startswith("/login")
    agent = client_for(Role.AGENT)
    for address in (path, f"{path}?entry=NOT-0001", f"{path}?entry=FAQ-0042", f"{path}?entry='", "/images/x"):
        assert agent.get(address).status_code == 404
        assert "no-store" in agent.get(address).headers["Cache-Control"]
    assert client_for(Role.SHIFT_LEADER).get(f"{path}?entry=NOT-0001").status_code == 200


def test_an_agent_may_not_send_one(client_for: SignIn) -> None:
    assert send(client_for(Role.AGENT), a_picture()).status_code == 403
