"""A remembered answer is the one that would be given anew, whatever happened in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.budget import Budget
from indexer.forgiveness.keeper import Keeper
from indexer.forgiveness.word_files import parse_synonyms
from indexer.memory_index import MemoryIndex
from indexer.remembering import RememberingSearch
from indexer.search import SearchRequest, SearchResult
from indexer.solved import SolvedCalls
from indexer.sync import Sync
from indexer.tokens import Tokenizer
from indexer.tombstones import Tombstones
from kb.domain.learning import Source
from kb.domain.person import Role
from kb.services.knowledge import Knowledge
from kb.services.learning import Learning, Wording
from kb.storage import Database
from tests.factories import NOW, Clock, a_person, published
from tests.solving import used

BY = a_person()
CODES = ("FAQ-0001", "FAQ-0002", "FAQ-0003")
QUESTIONS = ("等待期多少天", "观望期", "狗能买保险吗")


class Floor:
    """A desk with everything that an answer depends on. The index follows only when ``catch_up`` is called."""

    def __init__(self, store: Database, tokenizer: Tokenizer, clock: Clock, folder: Path) -> None:
        self.store, self.clock = store, clock
        index = MemoryIndex(tokenizer)
        self.sync = Sync(store, index, folder / "lock")
        self.keeper = Keeper(lambda word: word in tokenizer.words(word))
        forgiving = lambda at: self.keeper.over(index.collection, at)  # noqa: E731
        self.search = RememberingSearch(
            index, store, tokenizer, clock, forgiving, Tombstones(index, store, tokenizer)
        )
        self.search.solved = SolvedCalls(store, seconds=0)
        self.knowledge = Knowledge(store, clock)
        self.published = 0

    def publish(self, number: int, **fields: object) -> None:
        self.published += 1  # the same content twice would be no change
        published(self.store, self.clock, CODES[number], **({"body": f"第 {self.published} 稿"} | fields))

    def withdraw(self, number: int) -> None:
        self.knowledge.withdraw(BY, CODES[number], reason="停售")

    def learn(self, number: int, phrasing: str) -> None:
        Learning(self.store, self.clock).learn(BY, [Wording(CODES[number], phrasing, Source.IMPORT)])

    def catch_up(self) -> None:
        self.sync.drain()

    def ask(self, question: str, role: Role = Role.AGENT) -> SearchResult:
        return self.search.run(SearchRequest(question, role))

    def ask_anew(self, question: str, role: Role = Role.AGENT) -> SearchResult:
        return self.search.run_anew(SearchRequest(question, role))

    def codes(self, question: str = QUESTIONS[0]) -> list[str]:
        return [hit.code for hit in self.ask(question).hits]


@pytest.fixture
def floor(store: Database, tokenizer: Tokenizer, clock: Clock, tmp_path: Path) -> Iterator[Floor]:
    made = Floor(store, tokenizer, clock, tmp_path)
    made.publish(0)
    made.catch_up()
    yield made
    made.keeper.settle()


def test_the_second_answer_is_the_first_with_its_own_time(floor: Floor) -> None:
    first, second = floor.ask(QUESTIONS[0]), floor.ask(QUESTIONS[0])
    assert second.hits is first.hits
    assert replace(second, took_ms=first.took_ms) == first


def test_another_role_or_filter_is_another_question(floor: Floor) -> None:
    floor.publish(1, title="等待期内部口径", roles=(Role.SHIFT_LEADER,))
    floor.catch_up()
    assert floor.codes() == ["FAQ-0001"]
    found = floor.ask(QUESTIONS[0], Role.SHIFT_LEADER)
    assert {hit.code for hit in found.hits} == {"FAQ-0001", "FAQ-0002"}
    assert floor.codes() == ["FAQ-0001"]


def test_a_withdrawn_entry_is_gone_before_the_index_knows_of_it(floor: Floor) -> None:
    assert floor.codes() == ["FAQ-0001"]
    floor.withdraw(0)
    assert floor.codes() == []


def test_what_expires_is_gone_at_its_minute(floor: Floor) -> None:
    floor.publish(0, effective_to=NOW + timedelta(hours=1))
    floor.catch_up()
    assert floor.codes() == ["FAQ-0001"]
    floor.clock.forward(minutes=59, seconds=55)
    assert floor.codes() == ["FAQ-0001"]
    floor.clock.forward(seconds=5)
    assert floor.codes() == []
    assert [stone.code for stone in floor.ask(QUESTIONS[0]).tombstones] == ["FAQ-0001"]


def test_what_was_announced_answers_from_its_minute_on(floor: Floor) -> None:
    floor.publish(1, effective_from=NOW + timedelta(hours=1))
    floor.catch_up()
    assert floor.codes() == ["FAQ-0001"]
    floor.clock.forward(hours=1)
    assert sorted(floor.codes()) == ["FAQ-0001", "FAQ-0002"]


@pytest.mark.parametrize(("seconds", "revision"), [((-1, 0), 1), ((0, -1), 2)])
def test_a_clock_that_moves_over_the_minute_while_somebody_asks_does_no_harm(
    floor: Floor, seconds: tuple[int, int], revision: int
) -> None:
    begins = NOW + timedelta(hours=1)
    floor.publish(0, effective_from=begins)
    floor.catch_up()
    floor.search.forgiving = None  # while its terms are still to be made, it is the same before and after
    moments = [begins + timedelta(seconds=second) for second in seconds]
    floor.search.clock = lambda: moments.pop(0)
    floor.ask(QUESTIONS[0])
    floor.search.clock = floor.clock
    floor.clock.at = begins + timedelta(seconds=seconds[0])
    assert [hit.revision for hit in floor.ask(QUESTIONS[0]).hits] == [revision]


def test_an_answer_of_an_index_that_is_behind_is_not_kept(floor: Floor) -> None:
    floor.publish(0, effective_to=NOW + timedelta(hours=1))
    assert floor.ask(QUESTIONS[0]).hits is not floor.ask(QUESTIONS[0]).hits


def test_what_was_learned_counts_at_once(floor: Floor) -> None:
    assert floor.codes("观望期") == []
    floor.learn(0, "观望期")
    floor.catch_up()
    assert floor.codes("观望期") == ["FAQ-0001"]


def test_synonyms_and_words_count_as_soon_as_the_process_knows_them(floor: Floor) -> None:
    assert floor.codes("观望期") == []
    floor.keeper.use(parse_synonyms("观望期, 等待期"))
    assert floor.codes("观望期") == ["FAQ-0001"]


def test_solved_calls_change_places_at_once(floor: Floor) -> None:
    floor.publish(1, product="乐享医疗险")
    floor.publish(0, product="安心医疗险")
    floor.catch_up()
    assert floor.codes() == ["FAQ-0001", "FAQ-0002"]
    for _ in range(9):
        used(floor.store, floor.clock, QUESTIONS[0], "FAQ-0002")
    assert floor.codes() == ["FAQ-0002", "FAQ-0001"]


def test_a_partial_answer_and_a_pasted_page_are_not_kept(floor: Floor) -> None:
    page = QUESTIONS[0] * 30
    assert floor.ask(page).hits is not floor.ask(page).hits
    floor.search.budget = lambda: Budget(0)
    assert floor.ask("等侍期").partial
    floor.search.budget = Budget
    assert not floor.ask("等侍期").partial


def test_a_question_as_of_a_moment_is_looked_up_each_time(floor: Floor) -> None:
    request = SearchRequest(QUESTIONS[0], Role.AGENT, at=floor.clock())
    assert floor.search.run(request).hits is not floor.search.run(request).hits


STEPS = st.one_of(
    st.tuples(
        st.just("publish"), st.sampled_from(range(3)), st.sampled_from(["等待期多少天", "狗能买保险吗", "退保手续"]),
        st.sampled_from([None, 10, 90]), st.sampled_from([(), (Role.SHIFT_LEADER,)]),
    ),
    st.tuples(st.just("withdraw"), st.sampled_from(range(3))),
    st.tuples(st.just("learn"), st.sampled_from(range(3)), st.sampled_from(["观望期", "狗能买保险吗"])),
    st.tuples(st.just("synonyms"), st.sampled_from(["", "观望期, 等待期", "狗, 犬"])),
    st.tuples(st.just("catch up")),
    st.tuples(st.just("wait"), st.sampled_from([1, 10, 60])),
)  # fmt: skip


@given(st.lists(STEPS, max_size=8))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_a_remembered_answer_is_the_one_given_anew(floor: Floor, steps: list[tuple]) -> None:
    for step in steps:
        _do(floor, step)
        floor.keeper.settle()
        for question in QUESTIONS:
            for role in (Role.AGENT, Role.SHIFT_LEADER):
                remembered, anew = floor.ask(question, role), floor.ask_anew(question, role)
                assert replace(remembered, took_ms=0) == replace(anew, took_ms=0), (step, question, role)


def _do(floor: Floor, step: tuple) -> None:
    match step:
        case ("publish", number, title, minutes, roles):
            ends = floor.clock() + timedelta(minutes=minutes) if minutes else None
            floor.publish(number, title=title, asked_as=(), effective_to=ends, roles=roles)
        case ("withdraw", number):
            with floor.store.read() as uow:
                if CODES[number] not in uow.entries.in_force(CODES, floor.clock()):
                    return
            floor.withdraw(number)
        case ("learn", number, phrasing):
            with floor.store.read() as uow:
                if uow.entries.find(CODES[number]) is None:
                    return
            floor.learn(number, phrasing)
        case ("synonyms", text):
            floor.keeper.use(parse_synonyms(text))
        case ("catch up",):
            floor.catch_up()
        case ("wait", minutes):
            floor.clock.forward(minutes=minutes)
