from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.domain.content import Content, Kind
from kb.domain.errors import NotAllowed, Unavailable
from kb.domain.person import Role
from kb.exchange import Row, read_paths
from kb.ports import Store
from kb.services.exporting import export
from kb.services.importing import Importing, ImportReport
from kb.services.knowledge import Knowledge
from kb.storage import Database, open_store
from tests.factories import NOW, Clock, a_person, published
from tests.kb.exchange.hostile import codes, contents

ZONE = ZoneInfo("Asia/Shanghai")


def files(directory: Path) -> dict[str, bytes]:
    found = (path for path in sorted(directory.rglob("*")) if path.is_file())
    return {str(path.relative_to(directory)): path.read_bytes() for path in found}


def taken_in(store: Store, clock: Clock, directory: Path, *, publish: bool = True) -> ImportReport:
    rows = read_paths([directory], zone=ZONE)
    return Importing(store, clock).run(a_person(), rows, publish=publish, whole_library=True)


@pytest.fixture
def empty_store(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Database]:
    """A second store, with nothing in it."""
    shutil.copy(migrated_sqlite, tmp_path / "second.sqlite3")
    database = open_store(f"sqlite:///{tmp_path / 'second.sqlite3'}")
    yield database
    database.close()


def test_every_entry_in_force_becomes_a_file_in_the_folder_of_its_kind(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    published(store, clock, "FAQ-1")
    published(store, clock, "POL-7", kind=Kind.POLICY)
    published(store, clock, "NOT-3", kind=Kind.NOTICE, effective_from=NOW + timedelta(days=3))
    assert export(store, a_person(), tmp_path / "out", at=clock(), zone=ZONE) == 2
    assert sorted(files(tmp_path / "out")) == [".exported", "faq/FAQ-1.md", "policy/POL-7.md"]
    assert export(store, a_person(), tmp_path / "later", at=clock() + timedelta(days=4), zone=ZONE) == 3


def test_importing_an_export_changes_nothing_here_and_gives_the_same_elsewhere(
    store: Store, empty_store: Database, clock: Clock, tmp_path: Path
) -> None:
    published(store, clock, "FAQ-1", body="---\ncode: FAQ-9\n---\n", effective_to=NOW + timedelta(days=30))
    published(store, clock, "FAQ-2", title="'yes': #1", roles=(Role.TRAINER,))
    Knowledge(store, clock).submit(a_person(), Content(title="草稿"), code="FAQ-2", reason="改")
    export(store, a_person(), tmp_path / "out", at=clock(), zone=ZONE)
    for publish in (True, False):
        report = taken_in(store, clock, tmp_path / "out", publish=publish)
        assert report.unchanged == ["FAQ-1", "FAQ-2"]
        assert (report.new, report.changed, report.missing, report.rejected) == ([], [], [], [])
    assert taken_in(empty_store, clock, tmp_path / "out").new == ["FAQ-1", "FAQ-2"]
    export(empty_store, a_person(), tmp_path / "out2", at=clock(), zone=ZONE)
    assert files(tmp_path / "out2") == files(tmp_path / "out")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(library=st.dictionaries(codes, contents(replaced_by=""), max_size=8))
def test_whatever_the_texts_an_export_comes_back_unchanged(
    migrated_sqlite: Path, clock: Clock, library: dict[str, Content]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stores = []
        for name in ("here", "elsewhere"):
            shutil.copy(migrated_sqlite, Path(folder, name))
            stores.append(open_store(f"sqlite:///{Path(folder, name)}"))
        here, elsewhere = stores
        rows = [Row(code, content, "rows", n) for n, (code, content) in enumerate(library.items(), start=1)]
        assert Importing(here, clock).run(a_person(), rows, publish=True).rejected == []
        count = export(here, a_person(), Path(folder, "out"), at=clock(), zone=ZONE)
        again = taken_in(here, clock, Path(folder, "out")) if count else ImportReport()
        assert (len(again.unchanged), again.new, again.changed, again.missing) == (count, [], [], [])
        if count:
            assert len(taken_in(elsewhere, clock, Path(folder, "out")).new) == count
        export(elsewhere, a_person(), Path(folder, "out2"), at=clock(), zone=ZONE)
        assert files(Path(folder, "out2")) == files(Path(folder, "out"))
        for store in stores:
            store.close()


def test_an_unchanged_file_is_not_touched(store: Store, clock: Clock, tmp_path: Path) -> None:
    published(store, clock, "FAQ-1")
    published(store, clock, "FAQ-2")
    export(store, a_person(), tmp_path, at=clock(), zone=ZONE)
    before = {path: path.stat().st_ino for path in (tmp_path / "faq").iterdir()}
    clock.forward(hours=1)
    published(store, clock, "FAQ-2", speakable="改过的口径。")
    export(store, a_person(), tmp_path, at=clock(), zone=ZONE)
    after = {path: path.stat().st_ino for path in (tmp_path / "faq").iterdir()}
    assert after[tmp_path / "faq/FAQ-1.md"] == before[tmp_path / "faq/FAQ-1.md"]
    assert "改过的口径" in (tmp_path / "faq/FAQ-2.md").read_text("utf-8")
    assert set(after) == set(before)


def test_the_file_of_an_entry_no_longer_in_force_goes_and_files_of_others_stay(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    for code in ("FAQ-1", "FAQ-2"):
        published(store, clock, code)
    export(store, a_person(), out, at=clock(), zone=ZONE)
    (out / "faq/FAQ-77.md").write_text("mine")
    (tmp_path / "FAQ-8.md").write_text("outside")
    with (out / ".exported").open("a") as file:
        # Also by its whole name; never a file of the machine: code broken on purpose would remove it.
        file.write(f"../FAQ-8.md\nfaq/../../FAQ-8.md\n{tmp_path / 'FAQ-8.md'}\n")
    clock.forward(days=1)
    Knowledge(store, clock).withdraw(a_person(), "FAQ-2", reason="停售")
    assert export(store, a_person(), out, at=clock(), zone=ZONE) == 1
    assert sorted(files(out)) == [".exported", "faq/FAQ-1.md", "faq/FAQ-77.md"]
    assert (out / ".exported").read_text() == "faq/FAQ-1.md\n"
    assert (tmp_path / "FAQ-8.md").exists()


def test_an_entry_closed_to_the_role_is_not_exported(store: Store, clock: Clock, tmp_path: Path) -> None:
    published(store, clock, "FAQ-1", roles=(Role.TRAINER,))
    published(store, clock, "FAQ-2", roles=(Role.DIRECTOR,))
    assert export(store, a_person(Role.DIRECTOR), tmp_path / "a", at=clock(), zone=ZONE) == 1
    assert "faq/FAQ-2.md" in files(tmp_path / "a")
    assert export(store, a_person(Role.COORDINATOR), tmp_path / "b", at=clock(), zone=ZONE) == 2


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEADER, Role.SHIFT_LEADER, Role.TRAINER])
def test_who_may_not_export_gets_nothing(store: Store, clock: Clock, tmp_path: Path, role: Role) -> None:
    with pytest.raises(NotAllowed):
        export(store, a_person(role), tmp_path / "out", at=clock(), zone=ZONE)
    assert not (tmp_path / "out").exists()


def test_an_export_stands_in_the_audit_log(store: Store, clock: Clock, tmp_path: Path) -> None:
    export(store, a_person(Role.DIRECTOR), tmp_path / "out", at=clock(), zone=ZONE)
    with store.read() as uow:
        [row] = uow.audit.rows()
    assert (row.by, row.action, row.detail) == ("a-director", "export", {"directory": str(tmp_path / "out")})


def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(store: Store, clock: Clock, tmp_path: Path) -> None:
    published(store, clock, "FAQ-1")
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unavailable, match="无法写入文件夹"):
        export(store, a_person(), tmp_path / "file", at=clock(), zone=ZONE)
    full = tmp_path / "full"
    (full / "faq" / "FAQ-1.md").mkdir(parents=True)
    with pytest.raises(Unavailable, match="无法写入文件夹"):
        export(store, a_person(), full, at=clock(), zone=ZONE)
    assert [path.name for path in (full / "faq").iterdir()] == ["FAQ-1.md"]


def test_nothing_is_written_through_a_link_out_of_the_folder(store: Store, clock: Clock, tmp_path: Path) -> None:
    published(store, clock, "FAQ-1")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out/faq").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Unavailable, match="是一个链接"):
        export(store, a_person(), tmp_path / "out", at=clock(), zone=ZONE)
    assert list((tmp_path / "elsewhere").iterdir()) == []
