from __future__ import annotations

import shutil
import sqlite3
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kb.bell import Bell
from kb.domain.errors import Busy, Invalid, Unavailable
from kb.storage import database, open_store
from kb.storage.tables import Base
from tests.factories import NOW, Clock, published


def test_the_migrations_make_the_tables_that_the_code_expects(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_a_database_made_by_the_first_migration_is_upgraded_with_what_it_holds(empty_database_url):
    store = open_store(empty_database_url)
    store.upgrade("0001")
    as_the_first_program_would(store)
    store.upgrade()
    with store.read() as uow:
        assert uow.entries.get("FAQ-0042").latest.content.title == "等待期多久"
        assert uow.people.find("li").team == ""
        assert uow.audit.broken_at() is None
    published(store, Clock(), "FAQ-0043")
    assert store.healthy()
    store.close()


def as_the_first_program_would(store):
    """An entry in force and a person, as rows of the first tables: written without today's code."""
    revision = {
        "code": "FAQ-0042", "number": 1, "digest": "0" * 64, "author": "li", "at": "2026-11-21 01:00:00.000000",
        "reason": "新编", "kind": "faq", "title": "等待期多久", "product": "", "category": "", "tags": "[]",
        "audience": "internal", "speakable": "三十天。", "asked_as": "[]", "conditions": "", "exceptions": "",
        "roles": "[]", "owner": "", "replaced_by": "", "body": "",
    }  # fmt: skip
    with store.write() as uow:
        run = lambda statement, **values: uow._connection.execute(text(statement), values)  # noqa: E731
        run("INSERT INTO people (login, name, role, password_hash, preferences) VALUES ('li', '李', 'agent', 'x', '{}')")
        run("INSERT INTO entries (code) VALUES ('FAQ-0042')")
        columns = ", ".join(revision)
        run(f"INSERT INTO revisions ({columns}) VALUES ({', '.join(':' + name for name in revision)})", **revision)
        run(
            "INSERT INTO publications (code, number, action, revision, by, at, starts, reason, replaced_by) VALUES "
            "('FAQ-0042', 1, 'publish', 1, 'li', :at, :at, '上线', '')", at=revision["at"],
        )  # fmt: skip
        run(
            "INSERT INTO periods (code, starts, revision, publication) VALUES ('FAQ-0042', :at, 1, 1)", at=revision["at"]
        )
        uow.commit()


def test_upgrading_twice_changes_nothing(store):
    store.upgrade()
    assert store.healthy()


def test_the_newest_migration_is_the_one_that_alembic_goes_up_to():
    scripts = ScriptDirectory(str(database.MIGRATIONS))
    assert database.newest() == scripts.get_current_head()


def test_a_database_of_an_older_or_newer_edition_is_not_served(empty_database_url):
    store = open_store(empty_database_url)
    store.upgrade("0011")
    assert not store.healthy()
    store.upgrade()
    with store.write() as uow:
        uow._connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        uow.commit()
    assert not store.healthy()
    store.close()


def test_a_database_without_tables_says_what_to_do(empty_database_url):
    store = open_store(empty_database_url)
    assert not store.healthy()
    with pytest.raises(Unavailable, match="kb init"), store.read() as uow:
        uow.entries.find("FAQ-0042")
    store.close()


@pytest.mark.parametrize("url", ["nonsense", "nosuchdb://x/y"])
def test_an_address_that_names_no_database_is_one_sentence(url):
    with pytest.raises(Unavailable, match="KB_DATABASE_URL"):
        open_store(url)


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    (tmp_path / "kb.sqlite3").write_bytes(b"this is not a database, it is a letter" * 200)
    with pytest.raises(Unavailable, match="备份"):
        open_store(f"sqlite:///{tmp_path / 'kb.sqlite3'}", migrate=True)


def test_a_disk_without_a_byte_left_is_named():
    with pytest.raises(Unavailable, match="磁盘空间"), database._clear_errors():
        raise OperationalError("SELECT 1", None, sqlite3.OperationalError("disk I/O error"))


def test_a_writer_that_does_not_get_its_turn_is_told_to_wait(database_url, monkeypatch):
    monkeypatch.setattr(database, "WAIT_SECONDS", 1)
    first, second = open_store(database_url), open_store(database_url)
    with first.write(), pytest.raises(Busy), second.write():
        pass
    first.close()
    second.close()


def test_half_a_character_is_a_mistake_of_the_sender(store):
    with pytest.raises(Invalid, match="无法保存"), store.read() as uow:
        uow.people.find("wang\ud800")


def test_a_moment_before_all_time_is_a_mistake_of_the_sender(store):
    east = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8)))
    with pytest.raises(Invalid, match="无法保存"), store.read() as uow:
        uow.bank.ready(east)


def test_a_number_without_end_is_a_mistake_of_the_sender(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'kb.sqlite3'}", migrate=True)
    with pytest.raises(Invalid, match="无法保存"), store.read() as uow:
        uow.solutions.find(10**30)
    store.close()


def test_readers_go_on_while_somebody_writes(database_url, clock):
    store = open_store(database_url)
    published(store, clock, "FAQ-0042")
    seen = []

    def read():
        with store.read() as uow:
            seen.append(uow.entries.get("FAQ-0042").code)

    with store.write() as uow:
        uow.questions.record("写到一半", clock())
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(timeout=20)
        assert seen == ["FAQ-0042"]
    store.close()


def test_writers_take_turns_and_job_numbers_follow_the_commits(store, clock):
    def work(start):
        for n in range(start, start + 5):
            published(store, clock, f"FAQ-{n:04d}")

    threads = [threading.Thread(target=work, args=(100 * t,)) for t in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as uow:
        jobs = uow.jobs.after(0)
        assert [job.number for job in jobs] == list(range(1, 16))
        assert len({job.code for job in jobs}) == 15
        assert uow.audit.broken_at() is None


def test_the_bell_rings_when_index_jobs_are_committed_and_not_before(tmp_path):
    bell = Bell(tmp_path / "bell")
    store = open_store(f"sqlite:///{tmp_path / 'kb.sqlite3'}", migrate=True, bell=bell)
    with store.write() as uow:
        uow.questions.record("等待期多久", NOW)
        uow.commit()
    with store.write() as uow:
        uow.jobs.add(["FAQ-0001"], NOW)
        assert bell.heard() is None
    assert bell.heard() is None
    with store.write() as uow:
        uow.jobs.add(["FAQ-0001"], NOW)
        uow.commit()
    assert bell.heard() is not None
    store.close()


def test_a_file_put_in_its_place_is_read_and_written_from_then_on(tmp_path, migrated_sqlite, clock):
    path, backup = tmp_path / "kb.sqlite3", tmp_path / "backup.sqlite3"
    for copy in (path, backup):
        shutil.copy(migrated_sqlite, copy)
    store, other = open_store(f"sqlite:///{path}"), open_store(f"sqlite:///{backup}")
    published(store, clock, "FAQ-0001")
    published(other, clock, "FAQ-0002")
    other.close()

    def codes() -> set[str]:
        with store.read() as uow:
            return set(uow.entries.in_force(["FAQ-0001", "FAQ-0002", "FAQ-0003"], clock()))

    assert codes() == {"FAQ-0001"}
    path.rename(tmp_path / "old.sqlite3")
    for suffix in ("-wal", "-shm"):  # as README has it
        Path(f"{path}{suffix}").unlink()
    assert codes() == {"FAQ-0001"}  # while there is none, no empty one is made
    assert not path.exists()
    backup.rename(path)
    assert codes() == {"FAQ-0002"}
    published(store, clock, "FAQ-0003")
    store.close()
    again = open_store(f"sqlite:///{path}")
    with again.read() as uow:
        assert uow.entries.in_force(["FAQ-0003"], clock())
    again.close()
