"""Triggers that count, day by day, each change to what reports are drawn from. Used by migrations; never changed itself.

A day whose count is ahead of that of its kept sums is counted again by the next report that needs it.
"""

from __future__ import annotations

from alembic import op

_UPSERT = (
    "INSERT INTO report_days (day, changes, kept) SELECT {day} WHERE {when} "
    "ON CONFLICT (day) DO UPDATE SET changes = report_days.changes + 1"
)
_OF_CALL = (
    "INSERT INTO report_days (day, changes, kept) SELECT calls.day, 1, 0 FROM calls "
    "WHERE calls.number = {row}.call AND calls.day IS NOT NULL "
    "ON CONFLICT (day) DO UPDATE SET changes = report_days.changes + 1"
)


def count_changes() -> None:
    """From now on each change to calls, acts and solutions is counted for its day."""
    for table in ("calls", "acts", "solutions"):
        for verb, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            _trigger(table, verb, "; ".join(_statement(table, row) for row in rows))


def _statement(table: str, row: str) -> str:
    if table == "calls":
        return _UPSERT.format(day=f"{row}.day, 1, 0", when=f"{row}.day IS NOT NULL")
    return _OF_CALL.format(row=row)


def _trigger(table: str, verb: str, body: str) -> None:
    name = f"{table}_{verb.lower()}_counts"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} AFTER {verb} ON {table} BEGIN {body}; END")
        return
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$")
    op.execute(f"CREATE TRIGGER {name} AFTER {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
