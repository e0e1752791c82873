"""Reports: each figure is counted again from the rows, in plain Python, and must be the same."""

from __future__ import annotations

from collections import Counter
from datetime import date
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.domain.calls import Act, ActKind, Call, Exemption
from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.domain.person import Person, Role
from kb.domain.report import By, Report, Span, figures_of
from kb.domain.report_figures import FIGURES
from kb.domain.solutions import Outcome, Solution, SolutionKind
from kb.ports import Scope
from kb.services.reports import Reports
from kb.services.rules import Rulebook
from kb.storage import Database
from tests.factories import Clock, a_person
from tests.report_rows import NOON, ZONE, Filler, Raw

DIRECTOR = a_person(Role.DIRECTOR)


@pytest.fixture
def reports(store: Database, clock: Clock) -> Reports:
    return Reports(store, clock, ZONE)


@pytest.fixture
def filler(store: Database) -> Filler:
    return Filler(store)


def month(reports: Reports, person: Person = DIRECTOR, by: By = By.PERSON) -> Report:
    return reports.draw(person, reports.period(Span.MONTH), by)


RAWS = st.lists(
    st.builds(
        Raw,
        person=st.sampled_from(["zhao", "qian", "sun"]),
        team=st.sampled_from(["甲组", "乙组"]),
        shift=st.sampled_from(["早班", "晚班"]),
        day=st.sampled_from([date(2026, 11, 1), date(2026, 11, 20), date(2026, 11, 21), date(2026, 10, 10)]),
        settled=st.sampled_from([None, 0, 4.9, 5, 5.1, 600]),
        exempt=st.sampled_from([None, None, None, Exemption.SILENT, Exemption.INTERNAL]),
    ),
    max_size=12,
)
SOLVED = st.builds(
    dict,
    kind=st.sampled_from(SolutionKind),
    minutes=st.sampled_from([1, 2, 232, 233, 234, 241]),
    text=st.sampled_from(["", "好", "请客户补交诊断书。", "请 客户补交诊断书", "另一种办法"]),
    opened=st.booleans(),
    outcome=st.sampled_from([Outcome.WAITING, Outcome.CORRECTION, Outcome.DECLINED]),
    code=st.sampled_from(["", "FAQ-0042", "FAQ-0007"]),
)
DONE = st.builds(
    dict,
    kind=st.sampled_from(ActKind),
    minutes=st.sampled_from([-3, -1, 3]),
    hits=st.sampled_from([0, 7, None]),
    waited=st.sampled_from([None, 0.5, 12.9, 61.0]),
)


@st.composite
def many_calls(draw: st.DrawFn) -> list[Raw]:
    calls = draw(RAWS)
    for raw in calls:
        for solved in draw(st.lists(SOLVED, max_size=3)):
            raw.solved(**solved)
        for done in draw(st.lists(DONE, max_size=3)):
            raw.did(**done)
    return calls


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def again(calls: list[Raw]) -> dict[str, float | None]:
    """Every figure of these calls, counted from scratch."""
    solutions = [(raw, s) for raw in calls for s in raw.solutions]
    acts = [(raw, a) for raw in calls for a in raw.acts]
    owing = [raw.call for raw in calls if raw.exempt is None]
    in_time = [c for c in owing if c.settled_at and c.settled_at <= c.due_at]
    late = [c for c in owing if c.settled_at and c.settled_at > c.due_at]
    searched = [
        raw for raw in calls
        if raw.exempt is None and raw.call.settled_at
        and any(a.kind is ActKind.SEARCH and a.at <= raw.call.settled_at for a in raw.acts)
    ]  # fmt: skip
    asked = [a for _, a in acts if a.kind is ActKind.SEARCH]
    waits = [int(a.waited) for _, a in acts if a.kind is ActKind.OPEN and a.waited is not None]
    proposed = [s for _, s in solutions if s.kind is not SolutionKind.USED and s.outcome is not Outcome.WAITING]
    said = Counter((raw.person, letters(s.text)) for raw, s in solutions if letters(s.text))
    used = [s for _, s in solutions if s.kind is SolutionKind.USED]
    return {
        "use": len(in_time) / len(owing) if owing else None,
        "ended": len(calls),
        "exempt": len(calls) - len(owing),
        "in_time": len(in_time),
        "late": len(late),
        "owed": len([c for c in owing if c.settled_at is None]),
        "confirmed": len([s for s in used if s.opened]),
        "flagged": len([s for _, s in solutions if s.kind is SolutionKind.FLAGGED]),
        "improved": len([s for _, s in solutions if s.kind is SolutionKind.IMPROVED]),
        "added": len([s for _, s in solutions if s.kind is SolutionKind.ADDED]),
        "accepted": len([s for s in proposed if s.outcome is not Outcome.DECLINED]) / len(proposed)
        if proposed
        else None,
        "linked": len([s for _, s in solutions if s.code]),
        "searched": len(searched) / len(in_time + late) if in_time + late else None,
        "waited": median(waits) if waits else None,
        "zero": len([a for a in asked if a.hits == 0]) / len(asked) if asked else None,
        "repeated": sum(n for n in said.values() if n >= 3),
        "unopened": len([s for s in used if not s.opened]),
        "short": len(
            [
                s
                for _, s in solutions
                if len(letters(s.text)) < 4 and (letters(s.text) or s.kind is not SolutionKind.USED)
            ]
        ),
        "burst": burst_again(solutions),
    }


def burst_again(solutions: list[tuple[Raw, Solution]]) -> int:
    """All end at 12:00; the early shift ends at 16:00: 232 to 234 minutes on lie in its last half hour."""
    found = 0
    for person in {raw.person for raw, _ in solutions}:
        late = [
            s.at
            for raw, s in solutions
            if raw.person == person and 210 <= (s.at - raw.ended_at).total_seconds() / 60 < 240
        ]
        if len(late) >= 5:  # they all lie within two minutes
            found += len(late)
    return found


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=many_calls(), by=st.sampled_from(By))
def test_every_figure_is_the_sum_of_its_rows(calls: list[Raw], by: By, store: Database, clock: Clock) -> None:
    filler, reports = Filler(store), Reports(store, clock, ZONE)
    filler.clear()
    filler.put(*calls)
    report = month(reports, by=by)
    this_month = [raw for raw in calls if raw.day.month == 11]
    assert figures_of(report.use.total) == again(this_month)
    groups = {key: figures_of(sums)["ended"] for key, sums in report.use.groups.items()}
    assert groups == Counter(str(getattr(raw, by)) for raw in this_month)
    assert figures_of(report.before.total)["ended"] == len(calls) - len(this_month)
    for key in FIGURES:
        listed = reports.rows(DIRECTOR, report.period, key, size=1000)
        assert listed.total == len(listed.rows)
        if key not in ("use", "accepted", "searched", "waited", "zero"):
            assert listed.total == again(this_month)[key], key


def test_a_kept_sum_follows_whatever_happens_to_its_rows(reports: Reports, filler: Filler, store: Database) -> None:
    filler.put(Raw(settled=None).did(ActKind.SEARCH, hits=0))
    assert figures_of(month(reports).use.total)["owed"] == 1
    with store.write() as uow:
        call = uow.calls.find(1)
        assert call is not None
        from dataclasses import replace

        uow.calls.put(replace(call, settled_at=call.due_at, settled_as="used"))
        uow.calls.add_act(Act(person="zhao", call=1, at=NOON, kind=ActKind.SEARCH, hits=3))
        uow.commit()
    figures = figures_of(month(reports).use.total)
    assert (figures["owed"], figures["in_time"], figures["zero"]) == (0, 1, 0.5)


def test_what_happens_outside_ended_calls_is_not_counted(reports: Reports, store: Database) -> None:
    with store.write() as uow:
        uow.calls.add_act(Act(person="zhao", call=None, at=NOON, kind=ActKind.SEARCH, hits=0))
        number = uow.calls.add(Call(person="zhao", opened_at=NOON))
        uow.calls.add_act(Act(person="zhao", call=number, at=NOON, kind=ActKind.SEARCH, hits=0))
        uow.commit()
    assert month(reports).use.groups == {}


def test_a_team_leader_sees_the_own_team_only(reports: Reports, filler: Filler) -> None:
    filler.put(Raw(), Raw(person="qian", team="乙组").solved(asked="多少钱"), Raw(person="sun", team="乙组"))
    leader = Person(7, "leader", "组长", Role.TEAM_LEADER, team="乙组")
    report = month(reports, leader)
    assert list(report.use.groups) == ["qian", "sun"]
    assert [(one.name, one.times) for one in report.asked] == [("多少钱", 1)]
    assert reports.rows(leader, report.period, "ended").total == 2
    assert reports.rows(leader, report.period, "ended", Scope(person="zhao")).total == 0
    with pytest.raises(NotAllowed):
        reports.rows(leader, report.period, "ended", Scope(team="甲组"))
    with pytest.raises(Conflict, match="没有编入班组"):
        month(reports, Person(8, "nobody", "组长", Role.TEAM_LEADER))


def test_an_agent_sees_nobody_else(reports: Reports, filler: Filler) -> None:
    filler.put(Raw(), Raw(person="qian"), Raw(person="qian", day=date(2026, 11, 19)))
    agent = a_person(Role.AGENT, login="qian")
    mine = reports.mine(agent, reports.period(Span.MONTH))
    assert {day: sums["ended"] for day, sums in mine.use.groups.items()} == {"2026-11-19": 1, "2026-11-20": 1}
    assert reports.rows(agent, mine.period, "ended", Scope(person="qian")).total == 2
    for scope in (Scope(), Scope(person="zhao"), Scope(team="甲组")):
        with pytest.raises(NotAllowed):
            reports.rows(agent, mine.period, "ended", scope)
    with pytest.raises(NotAllowed):
        month(reports, agent)


def test_rows_are_paged_over_days_newest_day_first(reports: Reports, filler: Filler) -> None:
    filler.put(*(Raw(day=date(2026, 11, 20 - n % 3)) for n in range(7)))
    period = reports.period(Span.MONTH)
    pages = [reports.rows(DIRECTOR, period, "ended", page=n, size=3) for n in (1, 2, 3)]
    assert [[row.day.day for row in page.rows] for page in pages] == [[20, 20, 20], [19, 19, 18], [18]]
    numbers = [row.case.call.number for page in pages for row in page.rows]
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6, 7]
    assert reports.rows(DIRECTOR, period, "ended", page=99, size=3).number == 3
    with pytest.raises(NotFound):
        reports.rows(DIRECTOR, period, "nothing")


def test_types_and_questions_are_ranked_with_share_and_change(reports: Reports, filler: Filler) -> None:
    filler.put(
        Raw().solved(), Raw().solved(asked="等待期 多久"), Raw().solved(problem_type="保全", asked="等待期多久"),
        Raw(day=date(2026, 10, 5)).solved(problem_type="保全"),
    )  # fmt: skip
    report = month(reports)
    assert [(t.name, t.times, round(t.share, 2), t.change) for t in report.types] == [
        ("理赔", 2, 0.67, 2),
        ("保全", 1, 0.33, 0),
    ]
    assert [(q.name, q.times, q.before) for q in report.asked] == [("等待期多久", 2, 1), ("等待期 多久", 1, 0)]


def test_a_day_that_has_not_come_has_no_report(reports: Reports) -> None:
    with pytest.raises(Invalid):
        reports.period(Span.DAY, date(2026, 11, 22))
    assert reports.period(Span.WEEK, date(2026, 11, 22)).through == date(2026, 11, 21)
    with pytest.raises(Invalid):
        reports.period(Span.DAY, date(1999, 12, 31))


def test_taking_a_report_out_leaves_a_trace(reports: Reports, store: Database) -> None:
    reports.note_export(DIRECTOR, reports.period(Span.WEEK), "xlsx")
    with store.read() as uow:
        [row] = uow.audit.of("report", "report")
    assert (row.by, row.detail) == (DIRECTOR.login, {"span": "week", "day": "2026-11-16", "form": "xlsx"})


def test_a_rule_that_changes_today_leaves_what_was_counted_as_it_was_and_its_rows_with_it(
    reports: Reports, filler: Filler, store: Database, clock: Clock
) -> None:
    filler.put(Raw().solved(SolutionKind.ADDED, text="请补交诊断书"))
    assert month(reports).use.total["short"] == 0
    rules = Rulebook(store, clock)
    rules.save(a_person(Role.DIRECTOR), {"solution_least": 50}, reason="写得更全", based_on=0)
    period = reports.period(Span.MONTH)
    assert month(reports).use.total["short"] == reports.rows(DIRECTOR, period, "short").total == 0
    clock.forward(minutes=10)
    later = Raw(day=date(2026, 11, 21), ended_at=clock()).solved(SolutionKind.ADDED, text="请补交诊断书")
    filler.put(later)
    assert month(reports).use.total["short"] == reports.rows(DIRECTOR, period, "short").total == 1


def test_what_was_kept_up_leaves_nothing_for_the_reader_to_count(
    reports: Reports, filler: Filler, store: Database
) -> None:
    filler.put(Raw(), Raw(day=date(2026, 11, 3)))
    with store.read() as uow:
        assert uow.reports.stale(date(2026, 11, 1), date(2026, 11, 21))
    reports.keep_up()
    with store.read() as uow:
        assert not uow.reports.stale(date(2026, 11, 1), date(2026, 11, 21))
