"""The tables of reports: sums of whole days, kept so that a month of calls need not be counted again for each reader."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kb.storage.tables import Base
from kb.storage.types import Json


class ReportBlockRow(Base):
    """Sums of the calls of one day among a thousand calls in the order of their numbers, how often anything that counts
    for them has changed, and after which change the sums were kept.

    Triggers count the changes (``kb.storage.migrations.stale_blocks``): however a row comes in, no report misses it.
    """

    __tablename__ = "report_blocks"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    block: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    changes: Mapped[int] = mapped_column(Integer)
    kept: Mapped[int] = mapped_column(Integer)
    people: Mapped[list[object]] = mapped_column(Json)
    topics: Mapped[list[object]] = mapped_column(Json)


class ReportPartRow(Base):
    """Sums of one day over its blocks: of a person in a team and shift (``level`` person), or what a team or the whole centre was asked.

    Apart, because they are long: how long was waited, and texts (of a person's solutions, or of callers)."""

    __tablename__ = "report_parts"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    level: Mapped[str] = mapped_column(String(10), primary_key=True)
    team: Mapped[str] = mapped_column(String(80), primary_key=True)
    shift: Mapped[str] = mapped_column(String(40), primary_key=True)
    person: Mapped[str] = mapped_column(String(80), primary_key=True)
    sums: Mapped[dict[str, int]] = mapped_column(Json)
    waits: Mapped[list[int]] = mapped_column(Json)
    texts: Mapped[dict[str, int]] = mapped_column(Json)
