"""In whatever order people search, send, take and answer: nobody is lost, no question has two open gaps, each asker is
told exactly once of each answer."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kb.domain.asks import is_question
from kb.domain.errors import Conflict, NotFound
from kb.domain.learning import form
from kb.domain.person import Role
from kb.services.gaps import Gaps
from kb.services.questions import Questions
from kb.storage import Database, open_store
from tests.factories import Clock, a_person, published

AGENTS = [a_person(Role.AGENT, login=login) for login in ("chen", "lin", "gao")]
COORDINATORS = [a_person(Role.COORDINATOR, login=login) for login in ("wang", "li")]
TEXTS = ["宠物险", "宠物险犹豫期", "宠物险 犹豫期？", "船险多少钱", "dengd", "等"]

agent, coordinator, text = st.sampled_from(AGENTS), st.sampled_from(COORDINATORS), st.sampled_from(TEXTS)
number = st.integers(1, 6)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("search"), agent, text),
        st.tuples(st.just("send"), agent, text, st.booleans()),
        st.tuples(st.just("wait"), st.sampled_from([20, 200, 90_000])),
        st.tuples(st.just("take"), coordinator, number),
        st.tuples(st.just("answer"), coordinator, number),
        st.tuples(st.just("decline"), coordinator, number),
    ),
    min_size=1,
    max_size=25,
)


class Floor:
    """Does steps, and remembers who has asked what since it was answered last."""

    def __init__(self, store: Database) -> None:
        self.store, self.clock = store, Clock()
        self.gaps, self.questions = Gaps(store, self.clock), Questions(store, self.clock)
        self.code = published(store, self.clock, "FAQ-0077")
        self.asked: dict[str, set[str]] = {}
        self.told: Counter[str] = Counter()

    def search(self, person, text):  # type: ignore[no-untyped-def]
        self.questions.record(person, text)
        if is_question(text, form(text)):
            self._remember(person.login, text)

    def send(self, person, text, urgent):  # type: ignore[no-untyped-def]
        if len(form(text)) > 1:
            due = {gap.form: gap.due_at for gap in self.gaps.waiting(COORDINATORS[0])}
            gap = self.gaps.send(person, text, urgent=urgent).gap
            assert gap.due_at <= due.get(gap.form, gap.due_at)
            self._remember(person.login, text)

    def _remember(self, login: str, text: str) -> None:
        self.asked.setdefault(form(text), set()).add(login)

    def wait(self, seconds):  # type: ignore[no-untyped-def]
        self.clock.forward(seconds=seconds)

    def take(self, person, number):  # type: ignore[no-untyped-def]
        self.gaps.take(person, number)

    def answer(self, person, number):  # type: ignore[no-untyped-def]
        self._close(self.gaps.answer(person, number, self.code))

    def decline(self, person, number):  # type: ignore[no-untyped-def]
        self._close(self.gaps.decline(person, number, reason="不属于本公司"))

    def _close(self, gap) -> None:  # type: ignore[no-untyped-def]
        with self.store.read() as uow:
            askers = {ask.person for ask in uow.gaps.asks_of(gap.number)}
        self.told.update(askers)
        self.asked[gap.form] = set()

    def check(self) -> None:
        with self.store.read() as uow:
            open_gaps = uow.gaps.open()
            assert len({gap.form for gap in open_gaps}) == len(open_gaps)
            held = {gap.form: uow.gaps.asks_of(gap.number) for gap in open_gaps}
            for gap in open_gaps:
                assert gap.times == len(held[gap.form])
            for asked, people in self.asked.items():
                longer = [one for one in self.asked if one.startswith(asked)]  # typed on: they ask that now
                there = [ask.person for one in longer for ask in [*held.get(one, []), *uow.gaps.waiting(one)]]
                closed = {ask.person for one in longer if one != asked for ask in _closed_asks(uow, one)}
                assert people <= set(there) | closed, asked
            got = Counter({p.login: len(uow.notifications.of(p.login)) for p in AGENTS})
        assert +got == +self.told


def _closed_asks(uow, form):  # type: ignore[no-untyped-def]
    return [ask for gap in uow.gaps.closed() if gap.form == form for ask in uow.gaps.asks_of(gap.number)]


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(doing=steps)
@example(  # one asker in two breaths, and another: told once each, and again after a second answer
    doing=[
        ("send", AGENTS[0], "船险多少钱", False), ("wait", 200), ("send", AGENTS[0], "船险多少钱", True),
        ("search", AGENTS[1], "船险多少钱"), ("answer", COORDINATORS[0], 1), ("answer", COORDINATORS[1], 1),
        ("send", AGENTS[0], "船险多少钱", False), ("decline", COORDINATORS[1], 2),
    ]
)  # fmt: skip
def test_no_asker_is_lost_and_each_is_told_once(
    tmp_path: Path, migrated_sqlite: Path, doing: list[tuple[object, ...]]
) -> None:
    path = tmp_path / "kb.sqlite3"
    for old in tmp_path.glob("kb.sqlite3*"):
        old.unlink()
    shutil.copy(migrated_sqlite, path)
    store = open_store(f"sqlite:///{path}")
    try:
        floor = Floor(store)
        for name, *values in doing:
            with suppress(Conflict, NotFound):  # a step that does not fit the state is refused, nothing more
                getattr(floor, str(name))(*values)
            floor.check()
    finally:
        store.close()
