from __future__ import annotations

from datetime import timedelta

from kb.domain.blame import BlamedLine, blame
from kb.domain.entry import Entry
from tests.factories import NOW, a_content, a_person

FIRST, SECOND = a_person(login="zhang", id=5), a_person(login="li", id=6)


def an_entry() -> Entry:
    entry = Entry("FAQ-0042")
    entry.submit(a_content(body="甲\n乙", tags=("子",)), by=FIRST, at=NOW, reason="新编")
    entry.submit(
        a_content(body="甲\n丙\n乙", tags=("子", "丑"), effective_from=NOW + timedelta(days=9)),
        by=SECOND, at=NOW + timedelta(hours=1), reason="补一段",
    )  # fmt: skip
    return entry


def brought(lines: list[BlamedLine], field: str) -> list[tuple[str, int]]:
    return [(line.text, line.revision) for line in lines if line.field == field]


def test_each_line_names_the_revision_that_brought_it():
    lines = blame(an_entry().revisions)
    assert brought(lines, "body") == [("甲", 1), ("丙", 2), ("乙", 1)]
    assert brought(lines, "tags") == [("子", 1), ("丑", 2)]
    assert brought(lines, "title") == [("百万医疗险的等待期是多少天", 1)]
    assert brought(lines, "effective_from") == [("2026-11-30T01:00:00+00:00", 2)]
    assert brought(lines, "review_by") == []


def test_a_line_says_who_brought_it_when_and_why():
    added = next(line for line in blame(an_entry().revisions) if line.text == "丙")
    assert added == BlamedLine("body", 2, "丙", 2, "li", NOW + timedelta(hours=1), "补一段")


def test_the_order_in_which_revisions_come_does_not_matter():
    revisions = an_entry().revisions
    assert blame(revisions[::-1]) == blame(revisions)


def test_what_a_restored_revision_brings_back_is_credited_to_where_it_came_from():
    entry = an_entry()
    entry.submit(a_content(body="全换了"), by=SECOND, at=NOW + timedelta(hours=2), reason="重写")
    entry.restore(2, by=FIRST, at=NOW + timedelta(hours=3), reason="改错了")
    assert brought(blame(entry.revisions), "body") == [("甲", 1), ("丙", 2), ("乙", 1)]


def test_nothing_has_no_lines():
    assert blame([]) == []
