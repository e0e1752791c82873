"""考务: the organiser's pages."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook

from kb.domain.exams.question import QuestionType
from kb.domain.exams.scoring import MarkKind
from kb.domain.exams.sitting import Batch, SittingState
from kb.domain.person import Role
from tests.exam_factories import a_paper, held, keep, people
from tests.factories import Clock
from tests.webapp.conftest import Browser
from webapp.wiring import Desk

For = Callable[[Role], Browser]
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def leader(client_for: For) -> Browser:
    return client_for(Role.SHIFT_LEADER)


def form(desk: Desk, clock: Clock, number: int, **fields: object) -> dict[str, object]:
    at = lambda hours: (clock() + timedelta(hours=hours)).astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")  # noqa: E731
    return {
        "paper": number,
        "kind": "regular",
        "shift": "早班",
        "opens_at": at(1),
        "closes_at": at(3),
        "teams": "一组",
    } | fields


def sittings(desk: Desk, batch: int) -> list[tuple[str, str, SittingState, float | None]]:
    with desk.store.read() as uow:
        return [(s.person, s.form, s.state, s.score) for s in uow.sittings.many([batch])]


def test_a_team_is_seated_with_forms_that_alternate(desk: Desk, clock: Clock, leader: Browser) -> None:
    people(desk.store, 3)
    done = leader.submit("/sittings", form(desk, clock, keep(desk.store, a_paper())))
    assert done.status_code == 303
    assert [(p, f) for p, f, _, _ in sittings(desk, 1)] == [("agent-1", "A"), ("agent-2", "B"), ("agent-3", "A")]
    assert "第 1 场" in leader.get("/sittings").text


def test_somebody_in_two_batches_of_a_paper_is_refused_by_name(desk: Desk, clock: Clock, leader: Browser) -> None:
    people(desk.store, 3)
    paper = keep(desk.store, a_paper())
    leader.submit("/sittings", form(desk, clock, paper, teams="", people="agent-2"))
    refused = leader.submit("/sittings", form(desk, clock, paper))
    assert refused.status_code == 409
    assert "座席t2 已经在这份试卷的另一场考试里，一个人不能考两次。" in refused.text
    skipped = leader.submit("/sittings", form(desk, clock, paper, skip_seated="1"))
    assert skipped.status_code == 303
    assert [p for p, *_ in sittings(desk, 2)] == ["agent-1", "agent-3"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"opens_at": ""}, "请填写开始和结束时间。"),
        ({"minutes": "999"}, "答题时间应在 1 到 600 分钟之间。"),
        ({"minutes": "121"}, "开放时间比答题时间短"),
        ({"closes_at": "2020-01-01T09:00"}, "结束时间要晚于开始时间。"),
        ({"teams": "", "people": "nobody"}, "没有叫“nobody”的在职人员。"),
        ({"teams": ""}, "请选择参加考试的人"),
        ({"paper": "99"}, "请选择主任已批准的试卷"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_plan_that_does_not_fit_is_told_and_what_was_typed_stays(
    desk: Desk, clock: Clock, leader: Browser, fields: dict[str, object], said: str
) -> None:
    people(desk.store, 2)
    keep(desk.store, a_paper())
    answer = leader.submit("/sittings", form(desk, clock, 1, title="晚班考试", **fields))
    assert answer.status_code in (400, 409)
    assert said in answer.text
    assert "晚班考试" in answer.text


def test_leave_needs_a_reason_and_opens_the_way_to_a_make_up(desk: Desk, clock: Clock, leader: Browser) -> None:
    people(desk.store, 2)
    batch = held(desk.store, clock)
    assert "请写请假的原因。" in leader.submit("/sittings/1/people/1", {"act": "excuse"}).text
    leader.submit("/sittings/1/people/1", {"act": "excuse", "note": "病假"})
    assert sittings(desk, 1)[0][2] is SittingState.EXCUSED
    leader.submit("/sittings", form(desk, clock, batch.paper, kind="make_up", teams=""))
    assert [p for p, *_ in sittings(desk, 2)] == ["agent-1"]


class OnPaper:
    def __init__(self, desk: Desk, clock: Clock) -> None:
        people(desk.store, 3)
        self.batch: Batch = held(desk.store, clock, on_paper=True)
        clock.forward(hours=4)


def workbook(rows: list[list[object]], merge: str = "") -> io.BytesIO:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    if merge:
        book.worksheets[0].merge_cells(merge)
    data = io.BytesIO()
    book.save(data)
    data.seek(0)
    return data


def test_one_bad_row_of_a_sheet_is_told_and_the_others_are_taken(desk: Desk, clock: Clock, leader: Browser) -> None:
    OnPaper(desk, clock)
    rows = [
        ["登录名", "姓名", "成绩"],
        ["agent-1", "", 42.5],
        ["ghost", "", 30],
        ["", "座席t2", "八十"],
        ["agent-3", "", "缺考"],
    ]
    told = leader.submit("/sittings/1/scores/file", {"file": (workbook(rows), "成绩.xlsx")})
    assert told.status_code == 400
    assert "第 3 行 ghost：这场考试的名单里没有“ghost”。" in told.text
    assert "第 4 行 座席t2：成绩“八十”不是数字" in told.text
    assert sittings(desk, 1) == [
        ("agent-1", "A", SittingState.HANDED_IN, 42.5),
        ("agent-2", "B", SittingState.ASSIGNED, None),
        ("agent-3", "A", SittingState.ABSENT, None),
    ]


def test_a_formula_without_a_value_and_merged_cells_are_told(desk: Desk, clock: Clock, leader: Browser) -> None:
    OnPaper(desk, clock)
    rows = [["登录名", "成绩"], ["agent-1", "=20+20"], ["agent-2", 41]]
    told = leader.submit("/sittings/1/scores/file", {"file": (workbook(rows), "成绩.xlsx")})
    assert "第 2 行" in told.text
    assert [s for *_, s in sittings(desk, 1)] == [None, 41.0, None]
    merged = [["登录名", "成绩"], ["agent-1", 44]]
    told = leader.submit("/sittings/1/scores/file", {"file": (workbook(merged, "A2:B2"), "成绩.xlsx")})
    assert told.status_code == 400
    assert [s for *_, s in sittings(desk, 1)] == [None, 41.0, None]


@pytest.mark.parametrize("data", [b"", b"no workbook", b"PK\x03\x04"], ids=["empty", "text", "half"])
def test_a_file_that_is_no_workbook_is_told(desk: Desk, clock: Clock, leader: Browser, data: bytes) -> None:
    OnPaper(desk, clock)
    told = leader.submit("/sittings/1/scores/file", {"file": (io.BytesIO(data), "成绩.xlsx")})
    assert told.status_code == 400
    assert 'class="error"' in told.text


def test_the_sheet_comes_back_with_everybody_and_reads_again(desk: Desk, clock: Clock, leader: Browser) -> None:
    OnPaper(desk, clock)
    book = load_workbook(io.BytesIO(leader.get("/sittings/1/scores.xlsx").data))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet["A"]] == ["登录名", "agent-1", "agent-2", "agent-3"]
    for line, score in enumerate((50, 40, 30), start=2):
        sheet.cell(line, 5).value = score
    data = io.BytesIO()
    book.save(data)
    data.seek(0)
    assert leader.submit("/sittings/1/scores/file", {"file": (data, "成绩.xlsx")}).status_code == 303
    assert [s for *_, s in sittings(desk, 1)] == [50.0, 40.0, 30.0]


def test_scores_are_entered_on_the_page_and_the_rest_is_absent_when_it_is_closed(
    desk: Desk, clock: Clock, leader: Browser
) -> None:
    OnPaper(desk, clock)
    leader.submit("/sittings/1/scores", {"s1": "45", "s2": "51"})
    assert [s for *_, s in sittings(desk, 1)] == [45.0, None, None]
    leader.submit("/sittings/1/close")
    assert [state for *_, state, _ in sittings(desk, 1)] == [
        SittingState.HANDED_IN,
        SittingState.ABSENT,
        SittingState.ABSENT,
    ]


def a_written_sitting(desk: Desk, clock: Clock) -> None:
    agents = people(desk.store, 1)
    held(desk.store, clock, a_paper([QuestionType.SHORT, QuestionType.SINGLE]))
    clock.forward(hours=1)
    desk.examinations.start(agents[0], 1)
    desk.examinations.save(agents[0], 1, 101, ["先安抚，再说时限"], int(clock().timestamp() * 1000))
    desk.examinations.hand_in(agents[0], 1)


def test_two_scorers_who_differ_have_to_settle(desk: Desk, clock: Clock, client_for: For) -> None:
    a_written_sitting(desk, clock)
    leader, trainer = client_for(Role.SHIFT_LEADER), client_for(Role.TRAINER)
    path = "/sittings/1/marking"
    assert "先安抚，再说时限" in leader.get(path).text
    assert "座席t1" not in leader.get(path).text
    assert leader.submit(f"{path}/1/101", {"kind": "first", "parts": ["4", "3"]}).status_code == 303
    assert sittings(desk, 1)[0][3] == 7.0
    assert leader.submit(f"{path}/1/101", {"kind": "second", "parts": ["4", "6"]}).status_code == 403
    trainer.submit(f"{path}/1/101", {"kind": "second", "parts": ["4", "6"]})
    assert "相差 3 分" in trainer.get(f"{path}?show=differ").text
    assert sittings(desk, 1)[0][3] == 0.0
    trainer.submit(f"{path}/1/101", {"kind": "settled", "parts": ["4", "5"], "note": "时限说得不全"})
    assert sittings(desk, 1)[0][3] == 9.0
    with desk.store.read() as uow:
        kinds = [mark.kind for mark in uow.sittings.marks([1])[1] if mark.question == 101]
    assert kinds == [MarkKind.FIRST, MarkKind.SECOND, MarkKind.SETTLED]


@pytest.mark.parametrize("parts", [["5", "0"], ["-1", "0"], ["4"], ["x", "1"], ["nan", "1"]], ids=str)
def test_points_that_the_rubric_does_not_have_are_refused(
    desk: Desk, clock: Clock, leader: Browser, parts: list[str]
) -> None:
    a_written_sitting(desk, clock)
    answer = leader.submit("/sittings/1/marking/1/101", {"kind": "first", "parts": parts})
    assert answer.status_code == 400
    assert sittings(desk, 1)[0][3] == 0.0


def test_who_is_to_sit_the_paper_does_not_see_its_answers_while_it_runs(
    desk: Desk, clock: Clock, client_for: For
) -> None:
    leader = client_for(Role.SHIFT_LEADER)
    people(desk.store, 1)
    held(desk.store, clock, people="a-shift_leader")
    assert leader.get("/sittings/1/marking").status_code == 403
