from __future__ import annotations

from datetime import timedelta

import pytest

from indexer.tokens import Tokenizer
from kb.domain.person import Role
from kb.domain.today import State, Today
from kb.storage import Database
from tests.factories import NOW, Clock, a_person
from tests.indexer.test_search import Desk, codes

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def desk(store: Database, tokenizer: Tokenizer, clock: Clock, tmp_path) -> Desk:
    desk = Desk(store, tokenizer, clock, tmp_path)
    desk.publish("FAQ-0042")
    clock.forward(days=10)
    return desk


def test_a_hit_of_another_moment_tells_what_holds_today(desk: Desk) -> None:
    (hit,) = desk.ask("等待期", at=LATER).hits
    assert hit.today == Today(State.SAME, 1)
    desk.publish("FAQ-0042", speakable="六十天。")
    (hit,) = desk.ask("等待期", at=LATER).hits
    assert (hit.revision, hit.today) == (1, Today(State.CHANGED, 2))


def test_a_hit_of_a_withdrawn_entry_tells_so(desk: Desk) -> None:
    desk.knowledge.withdraw(a_person(), "FAQ-0042", reason="停售")
    (hit,) = desk.ask("等待期", at=LATER).hits
    assert hit.today == Today(State.WITHDRAWN)


def test_a_hit_of_now_has_nothing_to_tell(desk: Desk) -> None:
    assert [hit.today for hit in desk.ask("等待期").hits] == [None]


def test_an_entry_closed_to_the_role_since_then_is_neither_found_nor_counted_nor_suggested(desk: Desk) -> None:
    desk.publish("FAQ-0042", roles=(Role.SHIFT_LEADER,))
    result = desk.ask("等待期", Role.AGENT, at=LATER)
    assert (codes(result), result.total) == ([], 0)
    assert desk.ask("期等待", Role.AGENT, at=LATER).suggestions == []
    assert codes(desk.ask("等待期", Role.SHIFT_LEADER, at=LATER)) == ["FAQ-0042"]
