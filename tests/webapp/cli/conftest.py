"""The command line over a home folder and a database of the test's own, run in this process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from kb.domain.content import Content
from kb.exchange import to_markdown
from kb.settings import Settings
from tests.factories import a_content
from webapp.cli import main
from webapp.wiring import Desk


@dataclass
class Said:
    code: int
    out: str
    err: str


Kb = Callable[..., Said]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def kb(home: Path, database_url: str) -> Kb:
    """``kb("search", "退保")`` runs the command and gives exit code and what it said. Fails on a traceback."""
    return runner({"KB_HOME": str(home), "KB_DATABASE_URL": database_url})


def runner(environ: dict[str, str]) -> Kb:
    def run(*arguments: object, input: str | None = None, **more: str) -> Said:
        result = CliRunner().invoke(main, [str(a) for a in arguments], input=input, env={**environ, **more})
        assert "Traceback" not in result.output
        assert isinstance(result.exception, SystemExit | None), result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder as ``kb init`` makes it, to be copied: reading the dictionary anew takes longer than most tests."""
    home = tmp_path_factory.mktemp("made") / "home"
    assert runner({"KB_HOME": str(home)})("init").code == 0
    return home


@pytest.fixture
def ready(kb: Kb, home: Path, database_url: str, made_home: Path) -> Kb:
    """``kb`` over a home folder that is made."""
    shutil.copytree(made_home, home, ignore=shutil.ignore_patterns("kb.sqlite3*"))
    if database_url.startswith("sqlite:///"):
        shutil.copy(made_home / "kb.sqlite3", database_url.removeprefix("sqlite:///"))
    else:
        assert kb("init").code == 0
    return kb


@pytest.fixture
def desk(home: Path, database_url: str) -> Iterator[Desk]:
    """A look at what the commands left behind."""
    found = Desk(Settings(home=home, database_url=database_url))
    yield found
    found.close()


def write_entry(folder: Path, code: str, **fields: object) -> Path:
    """One entry as a Markdown file of the exchange format."""
    content: Content = a_content(**fields)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{code}.md"
    path.write_text(to_markdown(code, content, zone=Settings(Path(), "").zone), encoding="utf-8")
    return path


def write_lines(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path
