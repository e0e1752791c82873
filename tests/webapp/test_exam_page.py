"""考试: the examinee's pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from lxml import html as parser

from kb.domain.exams.paper import Paper
from kb.domain.exams.question import QuestionType
from kb.domain.exams.shuffle import shuffled
from kb.domain.exams.sitting import GRACE, Sitting
from kb.domain.person import Role
from kb.services.people import SYSTEM
from tests.exam_factories import OBJECTIVE_TYPES, a_paper, held, key_of
from tests.factories import Clock
from tests.webapp.conftest import Browser
from webapp.wiring import Desk

For = Callable[[Role], Browser]
EXPLANATION = "第 101 题的解析"


class Seat:
    """The agent's browser, and the sitting that waits for it."""

    def __init__(self, desk: Desk, clock: Clock, client_for: For, paper: Paper | None = None) -> None:
        self.desk, self.clock = desk, clock
        self.browser = client_for(Role.AGENT)
        self.agent = next(p for p in desk.people.all(SYSTEM) if p.login == "a-agent")
        self.batch = held(desk.store, clock, paper, teams=(), people="a-agent")
        clock.forward(hours=1)
        self.path = f"/exam/{self.sitting.number}"

    @property
    def sitting(self) -> Sitting:
        return self.desk.examinations.own(self.agent)[0].sitting

    def start(self) -> str:
        self.browser.submit(f"{self.path}/start")
        return self.browser.get(self.path).text

    def send(self, question: object, value: object, sequence: object = None):
        sequence = sequence or int(self.clock().timestamp() * 1000)
        sent = {"question": question, "value": value, "sequence": sequence}
        return self.browser.post(f"{self.path}/answers", json=sent, headers={"X-CSRFToken": self.browser.csrf_token()})

    def right(self, n: int) -> dict[str, Sequence[object]]:
        """The fields of the form that answer question ``n`` right, in this examinee's order."""
        item = next(
            i for i in self.desk.examinations.take(self.agent, self.sitting.number).form.items if i.question == n
        )
        name, key = f"q{n}", key_of(item)
        if item.content.type is QuestionType.CLOZE:
            return {f"{name}.{place}": [text] for place, text in enumerate(key)}
        mapping = shuffled(item, self.sitting.seed)[1] or (0, 1)
        shown = [mapping.index(place) for place in key]
        if item.content.type is QuestionType.ORDER:
            return {f"{name}.{place}": [rank] for rank, place in enumerate(shown, 1)}
        return {name: shown}


@pytest.fixture
def seat(desk: Desk, clock: Clock, client_for: For) -> Seat:
    return Seat(desk, clock, client_for)


def test_the_list_leads_to_what_can_be_taken_now_and_the_bar_counts_it(seat: Seat) -> None:
    page = seat.browser.get("/exam").text
    assert seat.path in page
    assert "场考试可以作答" in page


def test_before_the_paper_begins_the_rules_stand_there_and_no_question(seat: Seat) -> None:
    page = seat.browser.get(seat.path).text
    assert "以服务器时间为准" in page
    assert "题问什么" not in page


def test_no_key_and_no_explanation_leaves_before_the_window_closes(seat: Seat) -> None:
    pages = [seat.start(), seat.send(101, [0]).text]
    seat.browser.submit(f"{seat.path}/hand-in", {"scripted": "1"})
    pages += [
        seat.browser.get(f"{seat.path}/result").text,
        seat.browser.get("/exam").text,
        seat.browser.get("/exam/mistakes").text,
    ]
    for page in pages:
        assert EXPLANATION not in page
        assert "一个月" not in page  # the other right form of a blank
        assert "is-key" not in page


def test_an_answer_sent_by_the_page_is_there_after_a_reload(seat: Seat) -> None:
    seat.start()
    answer = seat.send(101, [3])
    page = parser.fromstring(seat.browser.get(seat.path).text)
    assert (answer.status_code, answer.json["newest"]) == (200, True)
    assert [field.get("value") for field in page.xpath("//input[@name='q101'][@checked]")] == ["3"]


@pytest.mark.parametrize(
    ("question", "value", "sequence"),
    [
        (101, [9], None),
        (999, [0], None),
        ("x", [0], None),
        (101, {"a": 1}, None),
        (101, [0], "soon"),
        (101, [0], 10**15),
    ],
)
def test_an_answer_that_makes_no_sense_is_told_in_a_sentence(
    seat: Seat, question: object, value: object, sequence: object
) -> None:
    seat.start()
    answer = seat.send(question, value, sequence)
    assert answer.status_code == 400
    assert answer.json["said"].endswith("。")


def test_a_body_that_is_no_json_is_told_in_a_sentence(seat: Seat) -> None:
    seat.start()
    answer = seat.browser.post(f"{seat.path}/answers", data="{", headers={"X-CSRFToken": seat.browser.csrf_token()})
    assert (answer.status_code, answer.json["said"][-1]) == (400, "。")


def test_an_answer_after_time_says_that_it_does_not_count(seat: Seat) -> None:
    seat.start()
    due = seat.sitting.due_at
    assert due
    seat.clock.at = due + GRACE + timedelta(seconds=1)
    answer = seat.send(101, [0])
    assert answer.json["late"]
    assert "不计分" in answer.json["said"]


def test_without_a_script_the_form_saves_everything_and_hands_it_in(seat: Seat) -> None:
    seat.start()
    form: dict[str, object] = {}
    for n in range(101, 101 + len(OBJECTIVE_TYPES)):
        form |= seat.right(n)
    saved = seat.browser.submit(f"{seat.path}/hand-in", {**form, "then": "go_on"})
    assert saved.location.endswith(seat.path)
    done = seat.browser.submit(f"{seat.path}/hand-in", {**form, "then": "done"})
    assert (done.status_code, seat.sitting.score) == (303, 50.0)


def test_the_scripted_hand_in_does_not_write_old_fields_over_newer_answers(seat: Seat) -> None:
    seat.start()
    right = seat.right(101)["q101"]
    seat.send(101, right)
    seat.browser.submit(f"{seat.path}/hand-in", {"scripted": "1", "q101": "0" if right != [0] else "1"})
    assert seat.sitting.score == 10.0


def test_after_the_window_the_result_shows_keys_explanations_and_the_entry(seat: Seat) -> None:
    seat.start()
    seat.send(101, seat.right(101)["q101"])
    seat.browser.submit(f"{seat.path}/hand-in", {"scripted": "1"})
    seat.clock.at = seat.batch.closes_at + GRACE
    page = seat.browser.get(f"{seat.path}/result").text
    assert EXPLANATION in page
    assert "/entries/FAQ-0042" in page
    assert "✓ 您选了，正确" in page


def test_the_wrong_answer_is_in_the_own_book_until_it_is_answered_right_in_practice(seat: Seat) -> None:
    seat.start()
    seat.browser.submit(f"{seat.path}/hand-in", {"scripted": "1"})
    seat.clock.at = seat.batch.closes_at + GRACE
    assert len(seat.desk.practice.mistakes(seat.agent)) == 5
    assert "第 101 题问什么" in seat.browser.get("/exam/mistakes").text


def test_somebody_elses_paper_and_result_are_not_there(seat: Seat, client_for: For) -> None:
    coordinator = client_for(Role.COORDINATOR)
    for path in (seat.path, f"{seat.path}/result"):
        assert coordinator.get(path).status_code == 404


def test_a_team_leader_sees_the_results_of_the_own_team_only(seat: Seat, client_for: For) -> None:
    seat.start()
    seat.browser.submit(f"{seat.path}/hand-in", {"scripted": "1"})
    leader = client_for(Role.TEAM_LEADER)
    seat.desk.people.set_team(SYSTEM, "a-team_leader", "一组")
    assert leader.get(f"{seat.path}/result").status_code == 404


def test_the_page_carries_nothing_that_runs_inline(seat: Seat) -> None:
    page = parser.fromstring(seat.start())
    assert not page.xpath("//script[not(@src)] | //style | //*[@style] | //*[@onclick]")
    assert json.loads(page.xpath("//form[@data-exam]/@data-due")[0]) > 0


def test_practice_asks_judges_and_explains(desk: Desk, client_for: For) -> None:
    browser = client_for(Role.AGENT)
    ready(desk, 31)
    page = parser.fromstring(browser.get("/exam/practice/pre_job").text)
    fields = {name: page.xpath(f"//input[@name='{name}']/@value")[0] for name in ("question", "version", "seed")}
    action = page.xpath("//form[@data-practice]/@action")[0]
    judged = browser.submit(action, {**fields, f"q{fields['question']}": "0"}).text
    assert "第 31 题的解析" in judged
    assert 'href="/exam/practice/pre_job" data-next' in judged
    assert "没有答对" in judged or "答对了" in judged


def test_an_empty_set_says_so(client_for: For) -> None:
    assert "没有可以练的题目" in client_for(Role.AGENT).get("/exam/practice/remedial").text
    assert client_for(Role.AGENT).get("/exam/practice/nothing").status_code == 404


def ready(desk: Desk, n: int, type: QuestionType = QuestionType.SINGLE) -> int:
    from kb.domain.exams.question import Question, QuestionState
    from tests.exam_factories import a_question

    with desk.store.write() as uow:
        number = uow.bank.add(
            Question(kept=QuestionState.READY, content=a_question(type, n), author="trainer", at=desk.clock())
        )
        uow.commit()
    return number


def test_the_paper_of_all_types_offers_every_field(desk: Desk, clock: Clock, client_for: For) -> None:
    seat = Seat(desk, clock, client_for, a_paper([*OBJECTIVE_TYPES, QuestionType.SHORT, QuestionType.ORAL]))
    page = parser.fromstring(seat.start())
    assert len(page.xpath("//fieldset[@data-question]")) == 7
    assert page.xpath("//textarea[@name='q106']")
    assert "考官现场评分" in page.text_content()


def test_a_written_answer_in_practice_is_laid_beside_the_reference_and_judged_by_oneself(
    desk: Desk, client_for: For
) -> None:
    browser = client_for(Role.AGENT)
    ready(desk, 31, QuestionType.SHORT)
    page = parser.fromstring(browser.get("/exam/practice/pre_job").text)
    fields = {name: page.xpath(f"//input[@name='{name}']/@value")[0] for name in ("question", "version", "seed")}
    action = page.xpath("//form[@data-practice]/@action")[0]
    own = browser.submit(action, {**fields, f"q{fields['question']}": "先安抚<b>"}).text
    assert "先安抚再说时限" in own
    assert "先安抚&lt;b&gt;" in own
    kept = browser.submit(f"{action}/own", {**fields, "text": "先安抚<b>", "reached": ["1"]})
    assert kept.status_code == 303
    assert "答到 60%" in browser.get("/exam/practice/pre_job").text
    assert "说清时限" in browser.get("/exam/mistakes").text
