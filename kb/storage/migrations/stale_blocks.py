"""Triggers that count each change to what reports are drawn from, by day and by block of a thousand calls. Used by
migrations; never changed itself.

A block whose count is ahead of that of its kept sums is counted again by the next report that needs it.
"""

from __future__ import annotations

from alembic import op

_ADDED = (
    "INSERT INTO report_blocks (day, block, changes, kept, people, topics) SELECT {row}.day, {row}.number / 1000, 1, 0, "
    "'[]', '[]' {source} {row}.day IS NOT NULL "
    "ON CONFLICT (day, block) DO UPDATE SET changes = report_blocks.changes + 1"
)


def count_changes() -> None:
    """From now on each change to calls, acts and solutions is counted for the block of its call."""
    for table in ("calls", "acts", "solutions"):
        for verb, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            _trigger(table, verb, "; ".join(_statement(table, row) for row in rows))


def _statement(table: str, row: str) -> str:
    if table == "calls":
        return _ADDED.format(row=row, source="WHERE")
    return _ADDED.format(row="calls", source=f"FROM calls WHERE calls.number = {row}.call AND")


def _trigger(table: str, verb: str, body: str) -> None:
    name = f"{table}_{verb.lower()}_counts"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} AFTER {verb} ON {table} BEGIN {body}; END")
        return
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$")
    op.execute(f"CREATE TRIGGER {name} AFTER {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
