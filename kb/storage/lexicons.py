"""Dictionary and synonyms in the database: one row a state, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from kb.domain.lexicon import Lexicon
from kb.storage.tables import LexiconRow


class SqlLexiconRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self) -> tuple[int, datetime | None]:
        query = select(LexiconRow.number, LexiconRow.at).order_by(LexiconRow.number.desc())
        row = self._connection.execute(query.limit(1)).first()
        return (0, None) if row is None else (row.number, row.at)

    def current(self) -> Lexicon | None:
        row = self._connection.execute(_newest_first().limit(1)).first()
        return None if row is None else _lexicon(row)

    def all(self) -> list[Lexicon]:
        return [_lexicon(row) for row in self._connection.execute(_newest_first())]

    def add(self, lexicon: Lexicon) -> None:
        values = {name: getattr(lexicon, name) for name in ("number", "words", "synonyms", "author", "at", "reason")}
        self._connection.execute(insert(LexiconRow).values(values))


def _newest_first() -> Any:
    return select(*LexiconRow.__table__.columns).order_by(LexiconRow.number.desc())


def _lexicon(row: Row[Any]) -> Lexicon:
    return Lexicon(row.number, row.words, row.synonyms, row.author, row.at, row.reason)
