from __future__ import annotations

import subprocess
from zoneinfo import ZoneInfo

import pytest

from kb.domain.bulletin_edits import Edits
from kb.domain.errors import Conflict, NotAllowed, Unavailable
from kb.domain.person import Person, Role
from kb.services.bulletins import Bulletins
from kb.services.git_export import export_git
from kb.services.knowledge import Knowledge
from tests.factories import a_content, a_person, published

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def coordinator(store):
    with store.write() as uow:
        person = uow.people.add(Person(0, "wang", "王 <某>", Role.COORDINATOR), "x")
        uow.commit()
        return person


@pytest.fixture
def library(store, clock, coordinator):
    """List 1: the start with FAQ-0001 and FAQ-0002; list 2 a day later: one changed, one gone, one new."""
    bulletins, knowledge = Bulletins(store, clock, ZONE), Knowledge(store, clock)
    for number in (1, 2):
        published(store, clock, f"FAQ-000{number}", title=f"第 {number} 个问题")
    bulletins.start(coordinator, 0, reason="上线")
    clock.forward(days=1)
    _, revision = knowledge.submit(
        coordinator, a_content(title="第 1 个问题", body="新的说法"), reason="改", code="FAQ-0001"
    )
    knowledge.publish(coordinator, "FAQ-0001", revision.number, reason="监管新规")
    knowledge.withdraw(coordinator, "FAQ-0002", reason="停办")
    published(store, clock, "FAQ-0003", title="第 3 个问题")
    draft = bulletins.edit(coordinator, 1, Edits(note="请班前宣导\nBulletin-Number: 9"))
    bulletins.issue(coordinator, draft.version, reason="每日清单")
    return bulletins


@pytest.fixture
def export(store, clock, coordinator):
    return lambda folder, by=coordinator: export_git(store, by, folder, at=clock(), zone=ZONE)


def git(folder, *arguments):
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_each_list_is_a_commit_with_author_date_and_reasons(library, export, tmp_path, clock):
    folder = tmp_path / "history"
    assert export(folder) == [1, 2]
    assert git(folder, "log", "--reverse", "--format=%an|%ae|%aI|%cI|%s").splitlines() == [
        "王 某|wang@zhixi.invalid|2026-11-21T09:00:00+08:00|2026-11-21T09:00:00+08:00|第 1 期 · 以现有 2 条知识为起点",
        "王 某|wang@zhixi.invalid|2026-11-22T09:00:00+08:00|2026-11-22T09:00:00+08:00|第 2 期 · 11月22日更新清单",
    ]
    said = git(folder, "log", "-1", "--format=%B")
    for word in (
        "每日清单",
        "请班前宣导",
        "变更 FAQ-0001 第 1 个问题：监管新规（wang）",
        "移除 FAQ-0002 第 2 个问题：停办",
    ):
        assert word in said


def test_each_commit_holds_the_base_as_it_stood(library, export, tmp_path):
    folder = tmp_path / "history"
    export(folder)
    assert git(folder, "ls-tree", "-r", "--name-only", "HEAD~1").splitlines() == [
        ".exported",
        "faq/FAQ-0001.md",
        "faq/FAQ-0002.md",
    ]
    assert git(folder, "ls-tree", "-r", "--name-only", "HEAD").splitlines() == [
        ".exported",
        "faq/FAQ-0001.md",
        "faq/FAQ-0003.md",
    ]
    assert "新的说法" in git(folder, "log", "-p", "-1", "--", "faq/FAQ-0001.md")
    assert git(folder, "status", "--porcelain") == ""


def test_a_second_run_adds_only_what_is_new(library, export, tmp_path, store, clock, coordinator):
    folder = tmp_path / "history"
    export(folder)
    first = git(folder, "rev-parse", "HEAD")
    assert export(folder) == []
    clock.forward(hours=1)
    published(store, clock, "FAQ-0004", title="第 4 个问题")
    library.issue(coordinator, library.draft(coordinator).version, reason="又一期")
    (folder / "README").write_text("一条自己写的说明")
    git(folder, "add", "README")
    git(folder, "-c", "user.name=x", "-c", "user.email=x@x.invalid", "commit", "-qm", "自己的提交")
    assert export(folder) == [3]
    assert git(folder, "rev-parse", "HEAD~2") == first
    assert (folder / "README").is_file()


def test_a_folder_with_open_changes_is_left_alone(library, export, tmp_path):
    folder = tmp_path / "history"
    export(folder)
    (folder / "faq" / "FAQ-0001.md").write_text("改了没提交")
    with pytest.raises(Conflict, match="没有提交"):
        export(folder)
    assert (folder / "faq" / "FAQ-0001.md").read_text() == "改了没提交"


def test_a_folder_of_something_else_is_left_alone(library, export, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_text("x")
    with pytest.raises(Conflict, match="不是空文件夹"):
        export(tmp_path / "photos")
    assert [p.name for p in (tmp_path / "photos").iterdir()] == ["a.jpg"]


def test_the_history_of_another_library_is_not_continued(library, export, tmp_path):
    folder = tmp_path / "history"
    export(folder)
    said = git(folder, "log", "-1", "--format=%B")
    forged = said.replace("Bulletin-Hash: ", "Bulletin-Hash: 00")
    git(folder, "-c", "user.name=x", "-c", "user.email=x@x.invalid", "commit", "-q", "--amend", "-m", forged)
    with pytest.raises(Conflict, match="另一个知识库"):
        export(folder)


def test_a_repository_further_up_is_not_touched(library, export, tmp_path):
    git(tmp_path, "init", "-q")
    export(tmp_path / "history")
    assert (tmp_path / "history" / ".git").is_dir()
    assert subprocess.run(
        ["git", "-C", str(tmp_path), "rev-parse", "-q", "--verify", "HEAD"], capture_output=True
    ).returncode


def test_hooks_and_the_surroundings_of_git_change_nothing(
    library, export, tmp_path, store, clock, coordinator, monkeypatch
):
    folder = tmp_path / "history"
    export(folder)
    hook = folder / ".git" / "hooks" / "post-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    published(store, clock, "FAQ-0004", title="第 4 个问题")
    library.issue(coordinator, library.draft(coordinator).version, reason="又一期")
    with monkeypatch.context() as around:
        for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
            around.setenv(name, str(tmp_path / "elsewhere"))
        around.setenv("GIT_AUTHOR_NAME", "别人")
        assert export(folder) == [3]
    assert not (tmp_path / "ran").exists() and not (tmp_path / "elsewhere").exists()
    assert git(folder, "log", "-1", "--format=%an") == "王 某"


def test_without_git_it_is_one_sentence(library, export, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="请先安装 git"):
        export(tmp_path / "history")


def test_who_may_not_export_gets_no_folder(library, export, tmp_path):
    with pytest.raises(NotAllowed):
        export(tmp_path / "history", a_person(Role.AGENT))
    assert not (tmp_path / "history").exists()
