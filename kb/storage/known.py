"""What is in force of many entries, asked at every search: few small columns, and revisions that were read before."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from sys import intern
from typing import Any, cast

from sqlalchemy import Connection, Select, and_, bindparam, func, literal_column, or_, select

from kb.domain.entry import Period
from kb.ports import Dated
from kb.recent import Recent
from kb.storage.prepared import Prepared, among
from kb.storage.rows import REVISION_COLUMNS, revision_from
from kb.storage.tables import IndexJobRow, PeriodRow, RevisionRow

LOOK_AGAIN = 0.2  # seconds after which another database under the same address is noticed
_MOST = 40_000_000  # bytes: all that is in force of a large base, what is asked for of a huge one
_REST, _CHARACTER = 1_300, 2  # bytes of a revision beside its body, as measured; and of a Chinese character
_REPEATED = ("product", "category", "owner", "author", "reason")  # of thousands of revisions the same


# What makes a revision in force the same as one that was read before: code, number, publication, starts, ends. A
# revision never changes, so its row, beside which the body lies, need not be read for that. Moments as the driver gives
# them.
Key = tuple[str, int, int, object, object]
Known = Recent[Key, Dated]


class Remembered:
    """Revisions that were read before, by one process, for as long as it is the same database that is read.

    Into one put back from a backup the same numbers may be written with another text; then all are forgotten.
    """

    def __init__(self) -> None:
        self._known = _nothing_known()
        self._last: tuple[Any, ...] | None = None  # the last index job that was seen
        self._looked = float("-inf")

    def of(self, connection: Connection) -> Known:
        """Those of the database of ``connection``. Looks no more often than every ``LOOK_AGAIN`` seconds."""
        now = time.monotonic()
        if now - self._looked >= LOOK_AGAIN:
            self._looked = now
            if self._last and _JOB.rows(connection, {"number": self._last[0]}) != [self._last]:
                self._known = _nothing_known()
            self._last = next(iter(_LAST_JOB.rows(connection, {})), None)
        return self._known


def _nothing_known() -> Known:
    return Recent(_MOST, lambda dated: _REST + _CHARACTER * len(dated.revision.content.body))


def keys_in_force(connection: Connection, codes: Sequence[str], at: datetime) -> Sequence[Key]:
    """One for each of ``codes`` that is in force at that moment."""
    return cast("Sequence[Key]", _KEYS.rows(connection, {"codes": codes, "at": at}))


def read_in_force(connection: Connection, codes: Sequence[str], at: datetime) -> dict[str, Dated]:
    """Those of ``codes`` that are in force at that moment, whole."""
    found = {}
    for row in _WHOLE.rows(connection, {"codes": codes, "at": at}):
        values = dict(zip(_NAMES, row, strict=True))
        for name in _REPEATED:
            values[name] = intern(values[name])
        period = Period(values["number"], values["publication"], values["starts"], values["ends"])
        found[values["code"]] = Dated(values["code"], revision_from(values), period)
    return found


def _in_force(query: Select[Any], *, sqlite: bool) -> Select[Any]:
    at = bindparam("at", type_=PeriodRow.starts.type)
    holds = and_(PeriodRow.starts <= at, or_(PeriodRow.ends.is_(None), PeriodRow.ends > at))
    return query.where(among(PeriodRow.code, "codes", sqlite=sqlite), holds)


def _keys(sqlite: bool) -> Select[Any]:
    # Literal columns come as they are: turning 48 moments into Python's would take half of the time.
    columns: tuple[Any, ...] = (
        PeriodRow.code, PeriodRow.revision, PeriodRow.publication,
        literal_column("periods.starts"), literal_column("periods.ends"),
    )  # fmt: skip
    return _in_force(select(*columns), sqlite=sqlite)


def _whole(sqlite: bool) -> Select[Any]:
    of_revision = and_(PeriodRow.code == RevisionRow.code, PeriodRow.revision == RevisionRow.number)
    columns = (*REVISION_COLUMNS, PeriodRow.publication, PeriodRow.starts, PeriodRow.ends)
    return _in_force(select(*columns).join(PeriodRow, of_revision), sqlite=sqlite)


_KEYS, _WHOLE = Prepared(_keys), Prepared(_whole)
_JOB_COLUMNS: tuple[Any, ...] = (IndexJobRow.number, IndexJobRow.code, IndexJobRow.at)
_NEWEST = select(func.max(IndexJobRow.number)).scalar_subquery()
_JOB = Prepared(lambda sqlite: select(*_JOB_COLUMNS).where(IndexJobRow.number == bindparam("number")))
_LAST_JOB = Prepared(lambda sqlite: select(*_JOB_COLUMNS).where(IndexJobRow.number == _NEWEST))
_NAMES = (*(column.name for column in REVISION_COLUMNS), "publication", "starts", "ends")
