"""The tables of reports: sums of whole days, kept so that a month of calls need not be counted again for each reader."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kb.storage.tables import Base
from kb.storage.types import Json


class ReportDayRow(Base):
    """How often anything that counts for a day has changed, and after which change its sums were kept.

    Triggers count the changes (``kb.storage.migrations.stale_days``): however a row comes in, no report misses it.
    """

    __tablename__ = "report_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    changes: Mapped[int] = mapped_column(Integer)
    kept: Mapped[int] = mapped_column(Integer)


class ReportPartRow(Base):
    """Sums of one day: of a person in a team and shift (``level`` person), or what a team or the whole centre was asked."""

    __tablename__ = "report_parts"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    level: Mapped[str] = mapped_column(String(10), primary_key=True)
    team: Mapped[str] = mapped_column(String(80), primary_key=True)
    shift: Mapped[str] = mapped_column(String(40), primary_key=True)
    person: Mapped[str] = mapped_column(String(80), primary_key=True)
    sums: Mapped[dict[str, int]] = mapped_column(Json)
