"""From when a question is not borne out by its entry, read from the whole timeline."""

from __future__ import annotations

from datetime import timedelta

from kb.domain.entry import Entry
from kb.domain.exams.lapses import EXPIRED, UNKNOWN, UNPLACED, lapse_of
from kb.domain.exams.question import QuestionContent, QuestionType, Source
from tests.factories import NOW, a_content, a_person

LI = a_person()
TEXT = "自合同生效日起算 30 天"
DAY = timedelta(days=1)


def an_entry(*bodies: str, **fields: object) -> Entry:
    """An entry whose bodies were published one day after the other, beginning at ``NOW``."""
    entry = Entry("FAQ-0042")
    for place, body in enumerate(bodies):
        at = NOW + place * DAY
        revision = entry.submit(a_content(body=body, **fields), by=LI, at=at, reason="x")
        entry.publish(revision.number, by=LI, at=at, reason="x")
    return entry


def a_question(revision: int = 1, text: str = TEXT) -> QuestionContent:
    source = Source(code="FAQ-0042", revision=revision, part="body", start=0, end=len(text), text=text)
    return QuestionContent(type=QuestionType.TRUE_FALSE, stem="等待期 30 天。", key=(0,), source=source)


def test_while_the_fact_stands_nothing_lapses() -> None:
    entry = an_entry(f"{TEXT}。", f"{TEXT}。请留意。", f"{TEXT}。谢谢。")
    assert lapse_of(a_question(), entry, NOW + 9 * DAY) is None


def test_it_lapses_from_the_first_revision_that_changes_the_fact() -> None:
    entry = an_entry(f"{TEXT}。", f"{TEXT}。请留意。", "自合同生效日起算 60 天。")
    for asked in (NOW, NOW + 9 * DAY):
        lapse = lapse_of(a_question(), entry, asked)
        assert lapse is not None and (lapse.since, lapse.revision, lapse.withdrawn) == (NOW + 2 * DAY, 3, False)
        assert "60 天" in lapse.text


def test_a_change_that_was_changed_back_counts_for_nothing() -> None:
    entry = an_entry(f"{TEXT}。", "自合同生效日起算 60 天。", f"{TEXT}。再改回来。")
    assert lapse_of(a_question(), entry, NOW + 9 * DAY) is None


def test_the_end_of_validity_is_known_ahead() -> None:
    entry = an_entry(f"{TEXT}。", effective_to=NOW + 5 * DAY)
    lapse = lapse_of(a_question(), entry, NOW)
    assert lapse is not None and (lapse.since, lapse.reason, lapse.revision) == (NOW + 5 * DAY, EXPIRED, 0)
    assert lapse_of(a_question(), entry, NOW + 6 * DAY) == lapse


def test_a_withdrawal_says_why() -> None:
    entry = an_entry(f"{TEXT}。")
    entry.withdraw(by=LI, at=NOW + DAY, reason="停售")
    lapse = lapse_of(a_question(), entry, NOW + DAY)
    assert lapse is not None and (lapse.withdrawn, lapse.since, lapse.text) == (True, NOW + DAY, "停售")


def test_an_entry_never_published_and_one_of_another_base_are_told_apart() -> None:
    entry = Entry("FAQ-0042")
    entry.submit(a_content(body=f"{TEXT}。"), by=LI, at=NOW, reason="x")
    assert lapse_of(a_question(), entry, NOW) is None
    unknown = lapse_of(a_question(revision=7), an_entry(f"{TEXT}。"), NOW)
    assert unknown is not None and unknown.reason == UNKNOWN


def test_without_a_place_any_change_of_the_text_counts() -> None:
    question = a_question(text="")
    assert lapse_of(question, an_entry(f"{TEXT}。"), NOW) is None
    lapse = lapse_of(question, an_entry(f"{TEXT}。", f"{TEXT}。谢谢。"), NOW + DAY)
    assert lapse is not None and lapse.reason == UNPLACED
