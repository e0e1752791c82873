from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, select

from kb.domain.errors import Unavailable
from kb.storage import open_store
from kb.storage.prepared import Prepared, among
from kb.storage.tables import PeriodRow
from tests.factories import NOW, published

HOUR = timedelta(hours=1)


def _begun(sqlite):
    columns = PeriodRow.code, PeriodRow.starts, PeriodRow.ends
    begun = PeriodRow.starts <= bindparam("at", type_=PeriodRow.starts.type)
    return select(*columns).where(among(PeriodRow.code, "codes", sqlite=sqlite), begun).order_by(PeriodRow.code)


BEGUN = Prepared(_begun)


def test_rows_and_their_moments_are_those_that_sqlalchemy_gives(store):
    published(store, lambda: NOW, "FAQ-0001", effective_to=NOW + HOUR)
    published(store, lambda: NOW, "FAQ-0002")
    published(store, lambda: NOW, "FAQ-0003")
    codes = ["FAQ-0001", "FAQ-0003"]
    with store.engine.connect() as connection:
        query = select(PeriodRow.code, PeriodRow.starts, PeriodRow.ends).where(PeriodRow.code.in_(codes))
        wanted = [tuple(row) for row in connection.execute(query.order_by(PeriodRow.code))]
        found = BEGUN.rows(connection, {"codes": codes, "at": NOW + HOUR})
        assert found == wanted
        assert [row[2] for row in found] == [NOW + HOUR, None]
        assert BEGUN.rows(connection, {"codes": codes, "at": NOW - HOUR}) == []
        assert BEGUN.rows(connection, {"codes": [], "at": NOW}) == []


def test_one_query_serves_several_databases(store, tmp_path):
    with store.engine.connect() as connection:
        assert BEGUN.rows(connection, {"codes": ["FAQ-0001"], "at": NOW}) == []
    other = open_store(f"sqlite:///{tmp_path / 'other.sqlite3'}", migrate=True)
    with other.engine.connect() as connection:
        assert BEGUN.rows(connection, {"codes": ["FAQ-0001"], "at": NOW}) == []
    other.close()


def test_a_database_without_tables_is_told_in_a_sentence(tmp_path):
    empty = open_store(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with pytest.raises(Unavailable, match="kb init"), empty.read() as uow:
        uow.entries.in_force(["FAQ-0001"], NOW)
    empty.close()
