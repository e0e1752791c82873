"""The month as it goes: what is done is seen by itself, and each reminder is said once to those it concerns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kb.domain.content import Content
from kb.domain.errors import NotAllowed
from kb.domain.exams.calendar import ExamStep
from kb.domain.exams.digest import digest_text
from kb.domain.exams.question import QuestionType
from kb.domain.person import Role
from kb.services.drafts import Drafts
from kb.services.exam_calendar import ExamCalendar
from kb.services.examinations import Examinations
from kb.services.training_digest import TrainingDigest
from kb.storage import Database
from tests import exam_factories
from tests.factories import Clock, a_person
from tests.kb.domain.exams.papers import MONTH
from tests.kb.services.paper_bank import DIRECTOR, NEW, OLD, TRAINER, blueprint, furnish, republish, services

LEADER = a_person(Role.SHIFT_LEADER, login="zhao", id=8)


@pytest.fixture
def calendar(store: Database, clock: Clock) -> ExamCalendar:
    furnish(store, clock)
    with store.write() as uow:
        for person in (TRAINER, DIRECTOR, LEADER):
            uow.people.add(replace(person, id=0), "x")
        uow.commit()
    return ExamCalendar(store, clock, UTC)


def on(clock: Clock, day: int) -> None:
    clock.at = datetime(2026, 11, day, 2, tzinfo=UTC)


def told(store: Database, login: str) -> list[str]:
    with store.read() as uow:
        return [one.text.format(**one.values) for one in uow.notifications.of(login)]


def done(calendar: ExamCalendar) -> list[ExamStep]:
    return [one.step for one in calendar.look(TRAINER).deadlines if one.is_done]


def test_a_reminder_is_said_once_to_those_it_concerns(calendar: ExamCalendar, store: Database, clock: Clock) -> None:
    on(clock, 5)
    assert calendar.remind() == 0
    on(clock, 8)
    assert (calendar.remind(), calendar.remind()) == (1, 0)
    assert told(store, "chen") == ["11 月的要点汇总和培训应在 10 日前完成，还有 2 天。"]
    assert told(store, "zhao") == []
    on(clock, 26)
    calendar.remind()
    assert len(told(store, "wang")) == 3 and len(told(store, "zhao")) == 1


def test_a_paper_in_the_directors_hands_is_done(calendar: ExamCalendar, store: Database, clock: Clock) -> None:
    papers, approval = services(store, clock)
    made = papers.build(TRAINER, blueprint(), seed=3)
    assert done(calendar) == []
    approval.submit(TRAINER, made.number, version=made.version)
    assert done(calendar) == [ExamStep.PAPER]
    assert [paper.number for paper in calendar.look(DIRECTOR).papers] == [made.number]


def test_the_digest_is_a_draft_then_an_entry_and_then_done(
    calendar: ExamCalendar, store: Database, clock: Clock
) -> None:
    republish(store, clock, OLD)
    drafts = Drafts(store, clock)
    digests = TrainingDigest(store, clock, UTC, drafts)
    material = digests.material(TRAINER, MONTH)
    assert ([one.code for one in material.new], [one.code for one in material.changed]) == ([NEW], [OLD])
    id = digests.begin(TRAINER, MONTH)
    assert digests.begin(TRAINER, MONTH) == id
    draft = drafts.open(TRAINER, id).draft
    assert draft.fields["title"] == "2026年11月培训要点"
    assert f"(kb:{NEW})" in str(draft.fields["body"]) and f"(kb:{OLD})" in str(draft.fields["body"])
    code, _ = drafts.hand_in(
        TRAINER, id, Content(title="11月培训要点", body="要点"), version=draft.version, reason="培训"
    )
    assert done(calendar) == [ExamStep.TRAINING]
    found = calendar.look(TRAINER).digest
    assert found is not None and found.code == code
    again = digests.begin(TRAINER, MONTH)
    drafts.discard(TRAINER, again)
    other = drafts.begin(TRAINER, "", {"title": "别的"}, based_on=0)
    drafts.hand_in(TRAINER, other.id, Content(title="别的"), version=other.version, reason="新编")
    with store.read() as uow:
        kept = uow.papers.digest_of(MONTH)
    assert kept is not None and (kept.draft, kept.code) == (0, "")


def test_entries_closed_to_the_trainer_stay_out_of_the_digest(
    calendar: ExamCalendar, store: Database, clock: Clock
) -> None:
    from tests.factories import published

    published(store, clock, "FAQ-0099", title="只给值班长", roles=(Role.SHIFT_LEADER,))
    material = TrainingDigest(store, clock, UTC, Drafts(store, clock)).material(TRAINER, MONTH)
    assert [one.code for one in material.new] == [NEW]


def test_agents_see_no_calendar(calendar: ExamCalendar) -> None:
    with pytest.raises(NotAllowed):
        calendar.look(a_person(Role.AGENT))


def test_what_most_got_wrong_last_month_is_an_error_prone_point(store: Database, clock: Clock) -> None:
    """Everybody answers every question of form A rightly but the second; the next month's digest names it."""
    single = exam_factories.a_paper((QuestionType.SINGLE, QuestionType.SINGLE))
    exam_factories.people(store, 12)
    exam_factories.held(store, clock, single)
    clock.forward(hours=1)
    hall = Examinations(store, clock)
    with store.read() as uow:
        agents = [one for one in uow.people.all() if one.role is Role.AGENT]
    for agent in agents:
        number = hall.own(agent)[0].sitting.number
        hall.start(agent, number)
        for place, item in enumerate(hall.take(agent, number).form.items):
            right = exam_factories.key_of(item)[0]
            chosen = right if place == 0 else (int(right) + 1) % 4
            hall.save(agent, number, item.question, [chosen], int(clock().timestamp() * 1000) + place, shown=False)
        hall.hand_in(agent, number)
    digests = TrainingDigest(store, clock, UTC, Drafts(store, clock))
    assert digests.material(TRAINER, MONTH).failed == []
    clock.forward(days=14)
    failed = digests.material(TRAINER, MONTH.replace(month=12)).failed
    assert sorted(failed) == [("第 102 题问什么", 1.0), ("第 202 题问什么", 1.0)]
    assert "容易出错：上次考试错得多的" in digest_text(digests.material(TRAINER, MONTH.replace(month=12)))
