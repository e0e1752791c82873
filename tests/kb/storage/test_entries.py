from __future__ import annotations

from datetime import timedelta
from math import inf

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from kb.domain.entry import Entry
from kb.domain.errors import Conflict, NotFound
from kb.domain.person import Role
from kb.domain.today import Held
from kb.storage import known, open_store
from kb.storage.entries import SqlEntryRepository
from tests.factories import NOW, Clock, a_content, a_person, published

HOUR = timedelta(hours=1)
COORDINATOR = a_person()


def add(store, code, *, publish=True, **fields):
    with store.write() as uow:
        entry = Entry(code)
        entry.submit(a_content(**fields), by=COORDINATOR, at=NOW, reason="新编")
        if publish:
            entry.publish(1, by=COORDINATOR, at=NOW, reason="上线")
        uow.entries.add(entry)
        uow.commit()


def test_an_entry_comes_back_as_it_was_stored(store):
    content = a_content(effective_to=NOW + 9 * HOUR, roles=("trainer", "agent"))
    with store.write() as uow:
        entry = Entry("FAQ-0042")
        entry.submit(content, by=COORDINATOR, at=NOW, reason="新编")
        entry.publish(1, by=COORDINATOR, at=NOW + HOUR, reason="上线")
        uow.entries.add(entry)
        uow.commit()
    with store.read() as uow:
        loaded = uow.entries.get("FAQ-0042")
    assert (loaded.revisions, loaded.publications) == (entry.revisions, entry.publications)
    assert loaded.latest.content.digest == content.digest
    assert loaded.timeline() == entry.timeline()


def test_what_is_not_committed_is_rolled_back(store):
    with store.write() as uow:
        uow.entries.add(Entry("FAQ-0042"))
    with store.read() as uow, pytest.raises(NotFound):
        uow.entries.get("FAQ-0042")


def test_an_error_inside_leaves_nothing_behind(store):
    with pytest.raises(ZeroDivisionError), store.write() as uow:
        entry = Entry("FAQ-0042")
        entry.submit(a_content(), by=COORDINATOR, at=NOW, reason="新编")
        uow.entries.add(entry)
        uow.entries.flush()
        raise ZeroDivisionError
    with store.read() as uow:
        assert uow.entries.find("FAQ-0042") is None


def test_a_second_writer_that_read_the_same_state_is_told_so(store):
    with store.read() as uow:
        first = uow.entries.find("FAQ-0042")
    assert first is None
    add(store, "FAQ-0042")
    with pytest.raises(Conflict):
        add(store, "FAQ-0042", title="另一个人的同一编号")


def test_in_force_gives_only_what_holds_at_that_moment(store):
    add(store, "FAQ-0001")
    add(store, "FAQ-0002", effective_from=NOW + 2 * HOUR)
    add(store, "FAQ-0003", effective_to=NOW + HOUR)
    add(store, "FAQ-0004", publish=False)
    codes = ["FAQ-0001", "FAQ-0002", "FAQ-0003", "FAQ-0004", "FAQ-9999"]

    def held(at):
        with store.read() as uow:
            return sorted(uow.entries.in_force(codes, at)), [d.code for d in uow.entries.all_in_force(at)]

    assert held(NOW) == (["FAQ-0001", "FAQ-0003"], ["FAQ-0001", "FAQ-0003"])
    assert held(NOW + HOUR) == (["FAQ-0001"], ["FAQ-0001"])
    assert held(NOW + 2 * HOUR) == (["FAQ-0001", "FAQ-0002"], ["FAQ-0001", "FAQ-0002"])
    assert held(NOW - HOUR) == ([], [])


def test_asking_what_is_in_force_is_one_query_once_it_was_read(store, monkeypatch):
    monkeypatch.setattr(known, "LOOK_AGAIN", inf)  # the first time only
    for n in range(7):
        add(store, f"FAQ-000{n}")
    statements = []
    if store.engine.dialect.name == "sqlite":  # some are asked past SQLAlchemy: the driver hears all of them
        event.listen(store.engine, "checkout", lambda driver, *_: driver.set_trace_callback(statements.append))
    else:
        event.listen(store.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    asked = []
    for _ in range(3):
        statements.clear()
        with store.read() as uow:
            assert len(uow.entries.in_force([f"FAQ-000{n}" for n in range(7)], NOW)) == 7
        asked.append(len([s for s in statements if s.startswith("SELECT")]))
    assert asked == [3, 1, 1]


def test_what_was_read_of_another_database_is_forgotten(store, empty_database_url, monkeypatch):
    monkeypatch.setattr(known, "LOOK_AGAIN", 0.0)
    put_back = open_store(empty_database_url, migrate=True)
    remembered = known.Remembered()

    def titles(database) -> list[str]:
        with database.engine.connect() as connection:
            found = SqlEntryRepository(connection, remembered).in_force(["FAQ-0042"], NOW + timedelta(hours=2))
        return [dated.revision.content.title for dated in found.values()]

    for database, seconds, title in ((store, 0, "导错的规则"), (put_back, 9, "改对的规则")):
        clock = Clock(NOW + timedelta(seconds=seconds))
        published(database, clock, "FAQ-0042", title=title, effective_from=NOW + timedelta(hours=1))
    assert titles(store) == ["导错的规则"]
    assert titles(put_back) == ["改对的规则"]
    put_back.close()


def test_what_was_read_before_is_not_taken_for_what_holds_now(store, clock):
    published(store, clock, "FAQ-0042", title="旧规则")

    def titles() -> list[str]:
        with store.read() as uow:
            found = uow.entries.in_force(["FAQ-0042", "FAQ-0099"], clock())
        return [dated.revision.content.title for dated in found.values()]

    assert titles() == titles() == ["旧规则"]
    clock.forward(hours=3)
    published(store, clock, "FAQ-0042", title="新规则")
    assert titles() == titles() == ["新规则"]
    with store.write() as uow:
        uow.entries.get("FAQ-0042").withdraw(by=COORDINATOR, at=clock(), reason="停售")
        assert uow.entries.in_force(["FAQ-0042"], clock())  # not written yet
        uow.commit()
    assert titles() == []


def test_dated_tells_every_period_of_an_entry(store, clock):
    published(store, clock, "FAQ-0042", title="旧规则")
    clock.forward(hours=3)
    published(store, clock, "FAQ-0042", title="新规则")
    with store.read() as uow:
        periods = uow.entries.dated(["FAQ-0042"])["FAQ-0042"]
        assert list(uow.entries.all_dated()) == periods
    assert [(d.revision.content.title, d.period.starts, d.period.ends) for d in periods] == [
        ("旧规则", NOW, NOW + 3 * HOUR),
        ("新规则", NOW + 3 * HOUR, None),
    ]


def test_held_tells_the_same_periods_without_their_texts(store, clock):
    published(store, clock, "FAQ-0042", title="旧规则", roles=(Role.AGENT,))
    clock.forward(hours=3)
    published(store, clock, "FAQ-0042", title="新规则", effective_to=NOW + 9 * HOUR)
    published(store, clock, "FAQ-0043")
    with store.read() as uow:
        dated = uow.entries.dated(["FAQ-0042", "FAQ-9999"])
        held = uow.entries.held(["FAQ-0042", "FAQ-9999"])
    assert held == {"FAQ-0042": [Held.by(d.period, d.revision.content) for d in dated["FAQ-0042"]]}
    assert [h.effective_to for h in held["FAQ-0042"]] == [None, NOW + 9 * HOUR]


def test_standings_compare_the_latest_with_what_is_in_force(store, clock):
    published(store, clock, "FAQ-0001")
    add(store, "FAQ-0002", publish=False, title="未发布")
    with store.read() as uow:
        standings = uow.entries.standings(NOW)
    assert standings["FAQ-0001"].in_force_digest == a_content().digest
    assert (standings["FAQ-0002"].latest, standings["FAQ-0002"].in_force_digest) == (1, "")


def test_the_next_code_follows_the_highest_of_its_prefix(store):
    for code in ("FAQ-0009", "FAQ-0042", "POL-0100", "FAQ-X"):
        add(store, code)
    with store.read() as uow:
        assert [uow.entries.next_code(p) for p in ("FAQ", "POL", "CASE")] == ["FAQ-0043", "POL-0101", "CASE-0001"]


def test_products_and_categories_are_those_in_force(store):
    add(store, "FAQ-0001", product="住院医疗险", category="健康险")
    add(store, "FAQ-0002", product="旧产品", category="旧类", effective_to=NOW + HOUR)
    with store.read() as uow:
        assert uow.entries.names_in_force(NOW + 2 * HOUR, Role.AGENT) == (["住院医疗险"], ["健康险"])


def test_products_that_a_role_may_not_see_are_not_named_to_it(store):
    add(store, "FAQ-0001", product="未公布的新产品", category="筹备", roles=(Role.DIRECTOR,))
    with store.read() as uow:
        assert uow.entries.names_in_force(NOW, Role.AGENT) == ([], [])
        assert uow.entries.names_in_force(NOW, Role.DIRECTOR) == (["未公布的新产品"], ["筹备"])


@pytest.mark.parametrize("table", ["entries", "revisions", "publications", "audit", "index_jobs"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET {}"])
def test_the_database_itself_refuses_to_change_history(store, clock, table, statement):
    published(store, clock)
    column = {"entries": "code", "revisions": "title", "publications": "reason", "audit": "hash", "index_jobs": "code"}[
        table
    ]
    with store.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(statement.format(table, f"{column} = 'x'")))
