from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from kb.domain.errors import NotSignedIn, Unavailable
from kb.domain.person import Role
from kb.exchange import Row, read_paths
from kb.services.people import SYSTEM
from kb.settings import Settings
from tests.webapp.cli.conftest import Kb, runner
from webapp.cli import demo_lists
from webapp.cli.demo import add_people, starter_library
from webapp.cli.words import spoken
from webapp.wiring import Desk


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_init_makes_a_home_that_only_its_owner_can_open(home: Path, kb: Kb) -> None:
    assert kb("init").code == 0
    assert mode(home) == 0o700
    assert mode(home / "secret_key") == 0o600
    assert len((home / "secret_key").read_text().strip()) >= 32


def test_init_prints_a_password_with_which_the_administrator_signs_in(kb: Kb, desk: Desk) -> None:
    password = re.search(r"密码（只显示这一次）：(\S+)", kb("init").out)
    assert password
    person, _ = desk.people.sign_in("admin", password[1])
    assert person.role is Role.ADMINISTRATOR


def test_a_second_init_prints_no_password_and_keeps_the_key(home: Path, ready: Kb) -> None:
    key = (home / "secret_key").read_text()
    again = ready("init")
    assert again.code == 0
    assert "密码" not in again.out
    assert (home / "secret_key").read_text() == key


def test_init_completes_a_home_whose_making_was_cut_short(home: Path, empty_database_url: str) -> None:
    home.mkdir(mode=0o755)
    kb = runner({"KB_HOME": str(home), "KB_DATABASE_URL": empty_database_url})
    assert kb("init").code == 0
    assert mode(home) == 0o700
    assert kb("check").code == 0


def test_init_makes_the_folders_above_the_home_too(tmp_path: Path, kb: Kb) -> None:
    deep = tmp_path / "a" / "b" / "home"
    assert kb("--home", deep, "init").code == 0
    assert (deep / "secret_key").is_file()


def test_the_home_may_stand_after_the_command_too(tmp_path: Path, kb: Kb) -> None:
    assert kb("init", "--home", tmp_path / "other").code == 0
    assert (tmp_path / "other" / "secret_key").is_file()


def test_a_home_that_cannot_be_made_is_one_sentence(tmp_path: Path, kb: Kb) -> None:
    (tmp_path / "file").write_text("not a folder")
    said = kb("--home", tmp_path / "file" / "home", "init")
    assert said.code == 8
    assert "上级不是目录" in said.err


@pytest.mark.slow
def test_the_demonstration_has_the_starter_library_in_force_and_a_person_for_each_role(kb: Kb, desk: Desk) -> None:
    said = kb("init", "--demo")
    assert (said.code, said.err) == (0, "")
    people = {p.login: p.role for p in desk.people.all(SYSTEM)}
    assert {login: role for login, role in people.items() if re.fullmatch("demo-[a-z_]+", login)} == {
        f"demo-{r}": r for r in Role
    }
    assert {p.team for p in desk.people.all(SYSTEM) if p.role is Role.AGENT} == {"一组", "二组"}
    with desk.store.read() as uow:
        in_force = list(uow.entries.all_in_force(desk.clock()))
    assert len(in_force) >= 150 and {d.revision.content.digest for d in in_force} <= starter_digests()
    with desk.store.read() as uow:
        ready = uow.bank.ready(desk.clock())
    assert len(ready) >= 30 and {question.content.source.code for question in ready} <= {d.code for d in in_force}
    listed = desk.bulletins.latest(SYSTEM)
    assert listed is not None and sorted(item.change for item in listed.items) == ["changed", "new", "removed"]
    assert desk.bulletins.draft(SYSTEM).items == ()
    assert (desk.receipts.board(SYSTEM, listed.number).done, desk.receipts.board(SYSTEM, listed.number).total) == (1, 7)
    assert len(desk.goldens.all()) >= 300
    again = kb("init", "--demo")
    assert again.code == 0
    assert re.search(r"^新增\t0$", again.out, re.MULTILINE)
    assert desk.bulletins.latest(SYSTEM) == listed
    assert kb("check").code == 0


@pytest.mark.slow
def test_a_demonstration_that_was_cut_short_is_completed(kb: Kb, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as cut:
        cut.setattr(demo_lists, "change", lambda *_: (_ for _ in ()).throw(Unavailable("断电")))
        assert kb("init", "--demo").code == 8
    assert kb("init", "--demo").code == 0
    listed = desk.bulletins.latest(SYSTEM)
    assert listed is not None and sorted(item.change for item in listed.items) == ["changed", "new", "removed"]
    with desk.store.read() as uow:
        assert {d.revision.content.digest for d in uow.entries.all_in_force(desk.clock())} <= starter_digests()


def starter_digests() -> set[str]:
    rows = read_paths([starter_library()], zone=Settings(Path(), "").zone)
    return {row.content.digest for row in rows if isinstance(row, Row)}


def test_a_demo_person_cannot_sign_in_with_a_password(ready: Kb, desk: Desk) -> None:
    with spoken():
        add_people(desk)
    for password in ("", "demo", "demo-agent", "password"):
        with pytest.raises(NotSignedIn):
            desk.people.sign_in("demo-agent", password)
