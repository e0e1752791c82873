from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kb.domain.content import Content
from kb.domain.entry import Entry
from kb.domain.errors import Conflict, Invalid, NotAllowed
from kb.domain.person import Role
from kb.exchange import Item, Patch, Rejection, Row, read_paths
from kb.ports import Store
from kb.services.importing import Importing, ImportReport
from kb.services.knowledge import Knowledge
from tests.factories import NOW, Clock, a_content, a_person, published

Run = Callable[..., ImportReport]


@pytest.fixture
def run(store: Store, clock: Clock) -> Run:
    """Import as the coordinator: ``run(rows, publish=True)``."""

    def run(rows: Iterable[Item], **options: object) -> ImportReport:
        return Importing(store, clock).run(a_person(), rows, **options)  # type: ignore[arg-type]

    return run


def a_row(code: str, line: int = 3, **fields: object) -> Row:
    return Row(code, a_content(**({"title": f"关于 {code}"} | fields)), "rows.jsonl", line)


def a_patch(code: str, *phrasings: str) -> Patch:
    return Patch(code, phrasings, "more.jsonl", 8)


def in_force(store: Store, code: str, clock: Clock) -> Content | None:
    with store.read() as uow:
        dated = uow.entries.in_force([code], clock()).get(code)
    return dated.revision.content if dated else None


def numbers(store: Store, code: str) -> tuple[int, int]:
    """How many revisions and publications an entry has."""
    with store.read() as uow:
        entry = uow.entries.get(code)
    return len(entry.revisions), len(entry.publications)


def jobs(store: Store) -> list[str]:
    with store.read() as uow:
        return [job.code for job in uow.jobs.after(0)]


def test_new_rows_become_entries_that_are_in_force_when_published(run: Run, store: Store, clock: Clock) -> None:
    rows = [a_row("FAQ-3", 1), a_row("POL-1", 2)]
    report = run(rows, publish=True, reason="晨间更新")
    assert (report.new, report.changed, report.unchanged, report.rejected) == (["FAQ-3", "POL-1"], [], [], [])
    assert report.landed
    assert in_force(store, "POL-1", clock) == rows[1].content
    assert jobs(store) == ["FAQ-3", "POL-1"]
    with store.read() as uow:
        entry = uow.entries.get("FAQ-3")
        assert (entry.latest.author, entry.latest.reason, entry.latest.at) == ("a-coordinator", "晨间更新", NOW)


def test_without_publish_a_revision_waits_and_the_index_is_left_alone(run: Run, store: Store, clock: Clock) -> None:
    assert run([a_row("FAQ-3")]).new == ["FAQ-3"]
    assert in_force(store, "FAQ-3", clock) is None
    assert jobs(store) == []
    assert run([a_row("FAQ-3")]).unchanged == ["FAQ-3"]


def test_importing_again_changes_nothing(run: Run, store: Store, clock: Clock) -> None:
    run([a_row("FAQ-3"), a_row("FAQ-4")], publish=True)
    clock.forward(hours=2)
    for publish in (True, False):
        report = run([a_row("FAQ-3"), a_row("FAQ-4")], publish=publish)
        assert (report.new, report.changed, report.unchanged) == ([], [], ["FAQ-3", "FAQ-4"])
    assert numbers(store, "FAQ-3") == (1, 1)
    assert len(jobs(store)) == 2


def test_only_what_differs_gets_a_revision(run: Run, store: Store, clock: Clock) -> None:
    run([a_row("FAQ-3"), a_row("FAQ-4")], publish=True)
    clock.forward(hours=2)
    report = run([a_row("FAQ-3"), a_row("FAQ-4", speakable="现在是六十天。")], publish=True)
    assert (report.changed, report.unchanged) == (["FAQ-4"], ["FAQ-3"])
    assert (numbers(store, "FAQ-3"), numbers(store, "FAQ-4")) == ((1, 1), (2, 2))
    changed = in_force(store, "FAQ-4", clock)
    assert changed is not None
    assert changed.speakable == "现在是六十天。"


def test_a_waiting_revision_is_published_when_it_is_imported_again_with_publish(run: Run, store: Store) -> None:
    run([a_row("FAQ-3")])
    report = run([a_row("FAQ-3")], publish=True)
    assert report.changed == ["FAQ-3"]
    assert numbers(store, "FAQ-3") == (1, 1)
    assert jobs(store) == ["FAQ-3"]


def test_what_is_in_force_is_no_change_though_a_draft_waits(run: Run, store: Store, clock: Clock) -> None:
    run([a_row("FAQ-3")], publish=True)
    run([a_row("FAQ-3", speakable="草稿。")])
    for publish in (True, False):
        assert run([a_row("FAQ-3")], publish=publish).unchanged == ["FAQ-3"]
    assert numbers(store, "FAQ-3") == (2, 1)


def test_what_is_announced_already_is_not_announced_again(run: Run, store: Store, clock: Clock) -> None:
    row = a_row("NOT-1", effective_from=NOW + timedelta(days=5))
    assert run([row], publish=True).new == ["NOT-1"]
    assert in_force(store, "NOT-1", clock) is None
    assert run([row], publish=True).unchanged == ["NOT-1"]
    assert numbers(store, "NOT-1") == (1, 1)


def test_a_withdrawn_entry_that_is_imported_with_publish_is_in_force_again(
    run: Run, store: Store, clock: Clock
) -> None:
    run([a_row("FAQ-3")], publish=True)
    clock.forward(days=1)
    Knowledge(store, clock).withdraw(a_person(), "FAQ-3", reason="活动结束")
    clock.forward(days=1)
    assert run([a_row("FAQ-3")]).unchanged == ["FAQ-3"]
    assert run([a_row("FAQ-3")], publish=True).changed == ["FAQ-3"]
    assert numbers(store, "FAQ-3") == (1, 3)
    assert in_force(store, "FAQ-3", clock) is not None


def test_an_expired_entry_comes_back_with_a_new_end(run: Run, store: Store, clock: Clock) -> None:
    run([a_row("FAQ-3", effective_to=NOW + timedelta(days=1))], publish=True)
    clock.forward(days=2)
    old = run([a_row("FAQ-3", effective_to=NOW + timedelta(days=1))], publish=True)
    assert (old.unchanged, old.not_published) == (["FAQ-3"], ["FAQ-3"])
    assert run([a_row("FAQ-3", effective_to=NOW + timedelta(days=9))], publish=True).changed == ["FAQ-3"]
    assert in_force(store, "FAQ-3", clock) is not None


def test_an_entry_whose_validity_is_over_is_kept_but_not_published(run: Run, store: Store, clock: Clock) -> None:
    over = a_row("NOT-9", effective_to=NOW - timedelta(days=1))
    report = run([over, a_row("FAQ-3")], publish=True)
    assert (report.new, report.not_published, report.rejected) == (["NOT-9", "FAQ-3"], ["NOT-9"], [])
    assert numbers(store, "NOT-9") == (1, 0)
    assert jobs(store) == ["FAQ-3"]
    again = run([over], publish=True)
    assert (again.unchanged, again.not_published) == (["NOT-9"], ["NOT-9"])


def test_of_two_rows_with_one_code_the_second_is_rejected_with_both_places(
    run: Run, store: Store, clock: Clock
) -> None:
    report = run([a_row("FAQ-3", 4), a_row("FAQ-3", 17, speakable="另一说法。")], publish=True)
    assert report.new == ["FAQ-3"]
    [rejected] = report.rejected
    assert (rejected.file, rejected.line, rejected.field) == ("rows.jsonl", 17, "code")
    assert rejected.reason == "编号 FAQ-3 在本次导入中出现两次：rows.jsonl:4 和 rows.jsonl:17；只取前一处。"
    assert in_force(store, "FAQ-3", clock) == a_row("FAQ-3").content


def test_a_bad_row_hinders_no_other(run: Run, store: Store) -> None:
    bad = Rejection("a.csv", 5, "review_by", "“下周”不是有效的日期。")
    report = run([bad, a_row("FAQ-3")], publish=True)
    assert (report.new, report.rejected, report.landed) == (["FAQ-3"], [bad], True)
    assert jobs(store) == ["FAQ-3"]


def test_a_row_that_fails_half_way_leaves_nothing(run: Run, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """No state reached through the rules makes publishing fail after submitting; were there one, this must hold."""
    run([a_row("FAQ-3")], publish=True)

    def refuse(entry: Entry, *_: object, **__: object) -> None:
        raise Conflict("不能发布。")

    monkeypatch.setattr(Entry, "publish", refuse)
    over = {"effective_to": NOW - timedelta(days=1)}  # so that something else lands
    report = run([a_row("FAQ-3", speakable="改。"), a_row("FAQ-4"), a_row("FAQ-5", **over)], publish=True)
    assert (report.new, [r.code for r in report.rejected]) == (["FAQ-5"], ["FAQ-3", "FAQ-4"])
    assert numbers(store, "FAQ-3") == (1, 1)
    with store.read() as uow:
        assert uow.entries.find("FAQ-4") is None


def test_strict_lands_none_when_one_is_rejected(run: Run, store: Store, clock: Clock) -> None:
    bad = Rejection("a.csv", 5, "review_by", "“下周”不是有效的日期。")
    report = run([bad, a_row("FAQ-3")], publish=True, strict=True)
    assert (report.new, report.landed) == (["FAQ-3"], False)
    assert in_force(store, "FAQ-3", clock) is None
    assert jobs(store) == []
    assert run([a_row("FAQ-3")], publish=True, strict=True).landed


def test_a_dry_run_reports_everything_and_writes_nothing(run: Run, store: Store) -> None:
    run([a_row("FAQ-3"), a_row("FAQ-4"), a_row("FAQ-5")], publish=True)
    before = jobs(store)
    report = run(
        [a_row("FAQ-3"), a_row("FAQ-4", speakable="改了。"), a_row("FAQ-6")],
        publish=True, dry_run=True, whole_library=True,
    )  # fmt: skip
    assert (report.new, report.changed, report.unchanged, report.missing, report.landed) == (
        ["FAQ-6"], ["FAQ-4"], ["FAQ-3"], ["FAQ-5"], False,
    )  # fmt: skip
    assert jobs(store) == before
    with store.read() as uow:
        assert uow.entries.find("FAQ-6") is None
        assert len(uow.audit.rows()) == 3


def test_missing_is_what_is_in_force_here_and_not_in_a_whole_library(run: Run, store: Store, clock: Clock) -> None:
    for code in ("FAQ-1", "FAQ-2", "FAQ-4", "FAQ-5"):
        published(store, clock, code)
    clock.forward(days=1)
    Knowledge(store, clock).withdraw(a_person(), "FAQ-5", reason="停售")
    rows = [a_row("FAQ-1"), Rejection("a.csv", 5, "kind", "不对。", code="FAQ-2")]
    assert run(rows, whole_library=True).missing == ["FAQ-4"]
    assert run(rows).missing == []


def test_phrasings_are_added_to_what_is_in_force(run: Run, store: Store, clock: Clock) -> None:
    run([a_row("FAQ-3", asked_as=("甲",))], publish=True)
    clock.forward(hours=1)
    report = run([a_patch("FAQ-3", "乙", "甲"), a_patch("FAQ-3", "丙")], publish=True)
    assert report.changed == ["FAQ-3"]
    content = in_force(store, "FAQ-3", clock)
    assert content is not None
    assert content.asked_as == ("甲", "乙", "丙")
    assert numbers(store, "FAQ-3") == (2, 2)
    assert run([a_patch("FAQ-3", "丙")], publish=True).unchanged == ["FAQ-3"]


def test_phrasings_do_not_publish_a_draft_or_revive_what_was_withdrawn(run: Run, store: Store, clock: Clock) -> None:
    run([a_row("FAQ-3"), a_row("FAQ-4")], publish=True)
    run([a_row("FAQ-3", speakable="草稿。")])
    clock.forward(hours=1)
    Knowledge(store, clock).withdraw(a_person(), "FAQ-4", reason="停售")
    report = run([a_patch("FAQ-3", "乙"), a_patch("FAQ-4", "丁")], publish=True)
    assert (report.changed, report.not_published) == (["FAQ-3", "FAQ-4"], ["FAQ-4"])
    content = in_force(store, "FAQ-3", clock)
    assert content is not None
    assert (content.speakable, content.asked_as[-1]) == (a_content().speakable, "乙")
    assert in_force(store, "FAQ-4", clock) is None


def test_phrasings_for_a_row_of_the_same_import_join_it_wherever_they_stand(
    run: Run, store: Store, clock: Clock
) -> None:
    run([a_patch("FAQ-3", "早"), a_row("FAQ-3", asked_as=("中",)), a_patch("FAQ-3", "晚")], publish=True)
    content = in_force(store, "FAQ-3", clock)
    assert content is not None
    assert content.asked_as == ("中", "早", "晚")
    assert numbers(store, "FAQ-3") == (1, 1)


def test_phrasings_for_an_entry_that_does_not_exist_are_rejected(run: Run) -> None:
    [rejected] = run([a_patch("FAQ-8", "乙")], publish=True).rejected
    assert (rejected.file, rejected.line) == ("more.jsonl", 8)
    assert rejected.reason == "没有编号为 FAQ-8 的条目，相似问无处可加。"


def test_too_many_phrasings_reject_the_patch_alone(run: Run, store: Store) -> None:
    run([a_row("FAQ-3")], publish=True)
    report = run([a_patch("FAQ-3", *(f"问{n}" for n in range(500))), a_row("FAQ-4")], publish=True)
    assert report.new == ["FAQ-4"]
    [rejected] = report.rejected
    assert rejected.reason == "“相似问”最多 500 条，现有 501 条。"
    assert numbers(store, "FAQ-3") == (1, 1)


def test_a_replacement_must_exist_here_or_in_the_import_and_be_another(run: Run) -> None:
    rows = [a_row("FAQ-1", 1, replaced_by="FAQ-2"), a_row("FAQ-2", 2), a_row("FAQ-3", 3, replaced_by="FAQ-9"),
            a_row("FAQ-4", 4, replaced_by="FAQ-4")]  # fmt: skip
    report = run(rows, publish=True)
    assert report.new == ["FAQ-1", "FAQ-2"]
    assert [(r.line, r.field, r.reason) for r in report.rejected] == [
        (3, "replaced_by", "替代条目 FAQ-9 不存在。"),
        (4, "replaced_by", "替代条目不能是它自己。"),
    ]


def test_each_entry_that_changed_stands_in_the_audit_log_with_its_place(run: Run, store: Store) -> None:
    run([a_row("FAQ-3", 6)], publish=True, reason="晨间更新")
    run([a_row("FAQ-3", 6)], publish=True)
    with store.read() as uow:
        [row] = uow.audit.rows()
        assert uow.audit.broken_at() is None
    assert (row.by, row.action, row.subject) == ("a-coordinator", "import", "FAQ-3")
    assert row.detail == {"file": "rows.jsonl", "line": 6, "reason": "晨间更新", "revision": 1, "publication": 1}


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEADER, Role.SHIFT_LEADER, Role.TRAINER, Role.DIRECTOR])
def test_who_may_not_publish_may_not_import(store: Store, clock: Clock, role: Role) -> None:
    with pytest.raises(NotAllowed):
        Importing(store, clock).run(a_person(role), [a_row("FAQ-3")])


def test_a_reason_is_needed_before_anything_is_read(run: Run) -> None:
    def rows() -> Iterable[Item]:
        raise AssertionError("read")
        yield

    with pytest.raises(Invalid, match="请写明原因"):
        run(rows(), reason="  ")


def test_progress_tells_how_many_rows_were_read(run: Run) -> None:
    told: list[int] = []
    run([a_row(f"FAQ-{n}", n) for n in range(1, 451)], dry_run=True, progress=told.append)
    assert told == [200, 400, 450]


def test_files_are_read_before_the_writers_turn_is_taken(run: Run, store: Store, clock: Clock) -> None:
    def rows() -> Iterable[Item]:
        yield a_row("FAQ-3")
        published(store, clock, "FAQ-4")  # another writer, while the files are being read

    assert run(rows(), publish=True).landed


def test_the_starter_library_comes_in_and_comes_in_again_unchanged(run: Run) -> None:
    content = Path(__file__).parents[3] / "content"
    first = run(read_paths([content], zone=ZoneInfo("Asia/Shanghai")), publish=True)
    assert (first.rejected, first.changed) == ([], [])
    assert len(first.new) >= 150
    again = run(read_paths([content], zone=ZoneInfo("Asia/Shanghai")), publish=True, whole_library=True)
    assert (again.new, again.changed, again.missing, again.rejected) == ([], [], [], [])
    assert again.not_published == first.not_published
