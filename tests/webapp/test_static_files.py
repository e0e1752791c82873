"""A browser keeps what it has loaded until it changes, and what a module imports with it."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask

from tests.webapp.conftest import Browser

FOR_A_YEAR = "public, max-age=31536000, immutable"


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "js").mkdir(parents=True)
    (folder / "page.css").write_text("a{}")
    (folder / "js" / "page.js").write_text('import "./other.js"')
    (folder / "js" / "other.js").write_text("1")
    app.static_folder = str(folder)
    return folder


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return app.url_for("static", filename=name)


def caching(browser: Browser, path: str) -> str:
    with browser.get(path) as answer:
        assert answer.status_code == 200
        return answer.headers["Cache-Control"]


def test_a_static_file_is_kept_for_a_year_and_so_is_what_it_imports(
    app: Flask, anonymous: Browser, folder: Path
) -> None:
    page = address(app, "js/page.js")
    assert caching(anonymous, page) == FOR_A_YEAR
    assert caching(anonymous, urljoin(page, "./other.js")) == FOR_A_YEAR


def test_when_any_file_changes_all_have_another_address_and_the_one_before_is_no_longer_kept(
    app: Flask, anonymous: Browser, folder: Path
) -> None:
    before = address(app, "page.css")
    (folder / "js" / "other.js").write_text("22")
    assert address(app, "page.css") != before
    assert caching(anonymous, before) == "no-cache"


def test_the_address_is_the_same_on_every_machine(app: Flask, folder: Path) -> None:
    before = address(app, "page.css")
    app.static_folder = str(folder.rename(folder.with_name("elsewhere")))
    assert address(app, "page.css") == before


def test_a_static_file_that_is_not_there_is_not_kept(app: Flask, anonymous: Browser) -> None:
    response = anonymous.get(address(app, "nowhere.css"))
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["../../wiring.py", "..%2F..%2Fwiring.py", "/etc/passwd"])
def test_nothing_outside_the_folder_is_served(app: Flask, anonymous: Browser, name: str) -> None:
    assert anonymous.get(address(app, "css/") + name).status_code == 404


def test_static_files_ask_nobody_who_they_are(app: Flask, anonymous: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(app.extensions["desk"].people, "person_of_session", asked.append)
    with anonymous.session_transaction() as session:
        session["secret"] = "any"
    anonymous.get(address(app, "nowhere.css"))
    assert asked == []


def test_every_module_names_what_it_imports_beside_itself() -> None:
    scripts = Path("webapp/static/js")
    for script in scripts.glob("*.js"):
        for name in re.findall(r'^import .* from "(.+?)";', script.read_text(encoding="utf-8"), re.M):
            assert re.fullmatch(r"\./[\w-]+\.js", name), (script, name)
            assert (scripts / name).is_file(), (script, name)
