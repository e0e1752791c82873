from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kb.services.people import SYSTEM
from tests.factories import a_content
from tests.webapp.cli.conftest import Kb, write_entry
from webapp.wiring import Desk


@pytest.fixture
def filled(tmp_path: Path, ready: Kb) -> Kb:
    write_entry(tmp_path / "library", "FAQ-0042")
    assert ready("import", tmp_path / "library", "--publish").code == 0
    return ready


def test_check_is_content_when_the_index_equals_the_database(filled: Kb) -> None:
    said = filled("check")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("一致")


def test_check_applies_jobs_that_a_killed_writer_left_open(filled: Kb, desk: Desk) -> None:
    _, revision = desk.knowledge.submit(SYSTEM, a_content(title="没来得及进索引"), reason="试", code="FAQ-0043")
    desk.knowledge.publish(SYSTEM, "FAQ-0043", revision.number, reason="试")
    said = filled("check")
    assert said.code == 0
    assert "补上了 1 个索引任务" in said.out
    assert "FAQ-0043" in filled("search", "没来得及进索引").out


def test_check_names_what_differs_and_reindex_repairs_it(filled: Kb, desk: Desk, home: Path) -> None:
    with desk.store.read() as uow:
        documents = uow.jobs.last()
    desk.sync.index.replace({"FAQ-0042": []}, applied=documents)
    said = filled("check")
    assert said.code == 1
    assert "FAQ-0042" in said.err
    assert "kb reindex" in said.err
    assert filled("reindex").code == 0
    assert filled("check").code == 0


def test_a_broken_audit_log_is_named(filled: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.storage.audit.SqlAuditLog.broken_at", lambda self: 3)
    said = filled("check")
    assert said.code == 1
    assert "审计日志从第 3 行起不连续" in said.err


def test_an_index_folder_that_was_removed_is_made_again(filled: Kb, home: Path) -> None:
    shutil.rmtree(home / "index")
    said = filled("search", "等待期")
    assert said.code in (0, 8)
    assert len(said.err.strip().splitlines()) <= 1
    assert filled("check").code in (0, 1)
    assert filled("reindex").code == 0
    assert filled("check").code == 0
    assert "FAQ-0042" in filled("search", "等待期").out
