"""成绩: results, ranking, item statistics, corrected keys, coverage; only what the role may see."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from kb.domain.exams.paper import Paper
from kb.domain.exams.question import Question, QuestionState, QuestionType
from kb.domain.exams.scoring import MarkKind
from kb.domain.exams.sitting import GRACE, Batch
from kb.domain.person import Person, Role
from kb.services.people import SYSTEM
from tests.exam_factories import MONTH, SHIFT_LEADER, a_paper, a_question, held, people
from tests.factories import Clock, a_content, a_person, published
from tests.webapp.conftest import Browser
from webapp.wiring import Desk

For = Callable[[Role], Browser]


class Month:
    """A month's sitting of a team of five who get the more right the earlier they stand in the list."""

    def __init__(
        self, desk: Desk, clock: Clock, agents: list[Person], month: date = MONTH, paper: Paper | None = None
    ) -> None:
        self.desk, self.clock = desk, clock
        self.batch: Batch = held(desk.store, clock, paper or a_paper([QuestionType.SINGLE] * 5, month=month))
        clock.forward(hours=1)
        for n, agent in enumerate(agents):
            self.take(agent, right=5 - n)
        clock.at = self.batch.closes_at + GRACE

    def take(self, agent: Person, right: int) -> None:
        exams = self.desk.examinations
        one = exams.own(agent)[0].sitting
        exams.start(agent, one.number)
        for n, item in enumerate(exams.take(agent, one.number).form.items):
            value = [2] if n < right else [0]
            exams.save(agent, one.number, item.question, value, int(self.clock().timestamp() * 1000), shown=False)
        exams.hand_in(agent, one.number)


@pytest.fixture
def agents(desk: Desk) -> list[Person]:
    return people(desk.store, 5)


def scores(desk: Desk, batch: int) -> list[float | None]:
    with desk.store.read() as uow:
        return [one.score for one in uow.sittings.many([batch])]


def test_the_month_shows_scores_places_and_the_last_two(
    desk: Desk, clock: Clock, agents: list[Person], client_for: For
) -> None:
    Month(desk, clock, agents)
    page = client_for(Role.TRAINER).get("/results?month=2026-11").text
    assert page.count("末两位</span>") == 2
    assert "一组第 1 / 5" in page
    assert "60.0%" in page  # the mean of 100, 80, 60, 40, 20


def test_a_team_leader_sees_the_own_team_and_no_item_analysis(
    desk: Desk, clock: Clock, agents: list[Person], client_for: For
) -> None:
    Month(desk, clock, agents)
    leader = client_for(Role.TEAM_LEADER)
    assert "座席t1" not in leader.get("/results").text
    desk.people.set_team(SYSTEM, "a-team_leader", "一组")
    leader = client_for(Role.TEAM_LEADER)
    assert "座席t1" in leader.get("/results").text
    assert leader.get("/results/papers/1").status_code == 403


def test_the_workbook_has_a_row_for_each_sitting(
    desk: Desk, clock: Clock, agents: list[Person], client_for: For
) -> None:
    Month(desk, clock, agents)
    sheet = load_workbook(
        io.BytesIO(client_for(Role.DIRECTOR).get("/results/results.xlsx?month=2026-11").data)
    ).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:5] == ("月份", "试卷", "性质", "班组", "登录名")
    assert [(row[4], row[7], row[9], row[10], row[11]) for row in rows[1:3]] == [
        ("agent-1", 50, "100.0%", "合格", 1),
        ("agent-2", 40, "80.0%", "合格", 2),
    ]


def test_a_name_that_looks_like_a_formula_stays_text(desk: Desk, clock: Clock, client_for: For) -> None:
    with desk.store.write() as uow:
        made = uow.people.add(Person(0, "agent-9", "=1+1", Role.AGENT, team="一组"), "")
        uow.commit()
    Month(desk, clock, [made])
    sheet = load_workbook(io.BytesIO(client_for(Role.DIRECTOR).get("/results/results.xlsx").data)).worksheets[0]
    assert (sheet["F2"].value, sheet["F2"].data_type) == ("=1+1", "s")


def test_three_months_running_among_the_last_two_lead_to_the_remedial_list(
    desk: Desk, clock: Clock, agents: list[Person], client_for: For
) -> None:
    for month in (9, 10, 11):
        Month(desk, clock, agents, date(2026, month, 1))
    before, after = (client_for(Role.TRAINER).get(f"/results?month=2026-{month}").text for month in (10, 11))
    assert "没有连续三个月在末两位的人" in before
    assert "2026-09" in after.split("再培训名单")[1]
    assert [one.run.person for one in desk.results.remedial(SHIFT_LEADER, MONTH)] == ["agent-5", "agent-4"]


def test_a_corrected_key_rescores_everybody_and_keeps_the_old_marks(
    desk: Desk, clock: Clock, agents: list[Person], client_for: For
) -> None:
    batch = Month(desk, clock, agents).batch
    assert scores(desk, batch.number) == [50, 40, 30, 20, 10]
    trainer = client_for(Role.TRAINER)
    done = trainer.submit("/results/papers/1/keys/103", {"key": "0", "reason": "新政策下第一项才对"})
    assert done.status_code == 303
    assert scores(desk, batch.number) == [40, 40, 20, 20, 20]  # form A: 1, 3, 5; form B has another question
    with desk.store.read() as uow:
        marks = [m for m in uow.sittings.marks([1])[1] if m.question == 103]
        told = [row.action for row in uow.audit.rows(5)]
    assert [(m.kind, m.score) for m in marks] == [(MarkKind.AUTO, 10.0), (MarkKind.AUTO, 0.0)]
    assert "exam.correct_key" in told
    assert "新政策下第一项才对" in trainer.get("/results/papers/1").text


def test_a_void_question_gives_its_points_to_everybody(
    desk: Desk, clock: Clock, agents: list[Person], client_for: For
) -> None:
    batch = Month(desk, clock, agents).batch
    client_for(Role.TRAINER).submit("/results/papers/1/keys/105", {"void": "1", "key": "2", "reason": "题目有歧义"})
    assert scores(desk, batch.number) == [50, 40, 40, 20, 20]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"key": "2", "reason": "x"}, "答案没有变化。"),
        ({"key": "9", "reason": "x"}, "更正后的答案和题型对不上。"),
        ({"reason": "x"}, "更正后的答案和题型对不上。"),
        ({"key": ["0", "1"], "reason": "x"}, "更正后的答案和题型对不上。"),
        ({"key": "0", "reason": ""}, "原因"),
    ],
    ids=str,
)
def test_a_correction_that_does_not_fit_changes_nothing(
    desk: Desk, clock: Clock, agents: list[Person], client_for: For, fields: dict[str, object], said: str
) -> None:
    batch = Month(desk, clock, agents).batch
    answer = client_for(Role.TRAINER).submit("/results/papers/1/keys/103", fields)
    assert answer.status_code == 400
    assert said in answer.text
    assert scores(desk, batch.number) == [50, 40, 30, 20, 10]


def test_who_is_to_sit_the_paper_sees_no_statistics_before_it_is_over(
    desk: Desk, clock: Clock, agents: list[Person], client_for: For
) -> None:
    shift_leader = client_for(Role.SHIFT_LEADER)
    batch = held(desk.store, clock, people="a-shift_leader")
    assert shift_leader.get("/results/papers/1").status_code == 403
    clock.at = batch.closes_at + GRACE
    assert shift_leader.get("/results/papers/1").status_code == 200


def test_the_item_analysis_shows_figures_with_their_uncertainty(
    desk: Desk, clock: Clock, agents: list[Person], client_for: For
) -> None:
    Month(desk, clock, agents)
    page = client_for(Role.DIRECTOR).get("/results/papers/1").text
    assert "KR-20" in page
    assert "[.44, 1.00]" in page  # three of three right: Wilson
    assert "更正答案" not in page  # the director approves papers and keeps no questions


def test_a_make_up_counts_in_the_month_and_an_absence_counts_nothing(
    desk: Desk, clock: Clock, agents: list[Person], client_for: For
) -> None:
    month = Month(desk, clock, agents[:3])
    from kb.services.sittings import Plan

    plan = Plan(
        paper=month.batch.paper,
        kind="make_up",
        opens_at=clock(),
        closes_at=clock() + timedelta(hours=2),
        people="agent-4",  # type: ignore[arg-type]
    )
    desk.examinations.finish_due()
    desk.sittings.plan(SHIFT_LEADER, plan)
    month.take(agents[3], right=5)
    ranking = {one.person: (one.share, one.place) for one, _ in desk.results.month(SHIFT_LEADER, MONTH).ranking}
    assert ranking["agent-4"] == (1.0, 1)
    assert ranking["agent-5"] == (0.0, 5)


def test_coverage_counts_only_the_revision_that_holds_now(
    desk: Desk, clock: Clock, agents: list[Person], client_for: For
) -> None:
    published(desk.store, clock)  # FAQ-0042, revision 1, on which every question rests
    Month(desk, clock, agents[:4])
    trainer = client_for(Role.TRAINER)
    assert "4 / 5" in trainer.get("/results/coverage").text
    code, revision = desk.knowledge.submit(SYSTEM, a_content(title="新的等待期"), reason="改", code="FAQ-0042")
    desk.knowledge.publish(SYSTEM, code, revision.number, reason="改")
    found = desk.results.coverage(SHIFT_LEADER)[0]
    assert (found.revision, found.examined, found.older) == (2, 0, 4)
    assert "还有 5 人没有考过第 2 版" in trainer.get("/results/coverage?code=FAQ-0042").text


def test_coverage_names_no_entry_that_the_reader_may_not_see(desk: Desk, clock: Clock, agents: list[Person]) -> None:
    published(desk.store, clock, roles=(Role.SHIFT_LEADER,))
    Month(desk, clock, agents[:1])
    assert [one.code for one in desk.results.coverage(SHIFT_LEADER)] == ["FAQ-0042"]
    assert desk.results.coverage(a_person(Role.TRAINER)) == []


def test_a_re_entry_paper_has_no_question_that_the_person_ever_had(
    desk: Desk, clock: Clock, agents: list[Person], client_for: For
) -> None:
    paper = a_paper([QuestionType.SINGLE, QuestionType.SINGLE])
    Month(desk, clock, agents, paper=paper)
    trainer = client_for(Role.TRAINER)
    short = trainer.submit("/results/re-entry", {"person": "agent-1"}, follow_redirects=True)
    assert 'role="alert"' in short.text  # the bank is empty: it says what is missing
    kept = in_the_bank(desk, 112)
    made = trainer.submit("/results/re-entry", {"person": "agent-1"})
    assert made.location.startswith("/papers/")
    with desk.store.read() as uow:
        again = uow.papers.all(1)[0]
    assert again.blueprint.title == "再上岗考试 座席t1"
    assert again.questions <= set(kept)
    assert not again.questions & {101, 102}


def in_the_bank(desk: Desk, count: int) -> list[int]:
    """Ready questions from number 1 on, with those that the paper has under the same numbers."""
    with desk.store.write() as uow:
        numbers = [
            uow.bank.add(Question(kept=QuestionState.READY, content=a_question(n=n), author="trainer", at=desk.clock()))
            for n in range(count)
        ]
        uow.commit()
    return numbers
