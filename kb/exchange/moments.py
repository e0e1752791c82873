"""Dates and times as people write them in files, and back.

A date without a time means midnight in the desk's zone. As an end of validity it means the end of that day, which is
kept as the next midnight, exclusive. 9999-12-31, with which tables say "for good", is no end at all.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kb.domain.errors import N_, Invalid

_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)", re.ASCII
)
_TIME = re.compile(
    r"[ T]\s*(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\s*(Z|[+-]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?", re.ASCII
)
_FOR_GOOD = date(9999, 12, 31)
_DAY = timedelta(days=1)


def to_date(value: str | datetime | date, *, field: str) -> date:
    """A calendar day: ``2026-11-21``, ``2026/11/21``, ``2026.11.21`` or ``2026年11月21日``.

    Raises:
        Invalid: it is none, or states a time.
    """
    moment = _read(value, field)
    if isinstance(moment, datetime):
        raise Invalid(N_("“{value}”不是日期，请只写年月日，如 2026-11-21。"), field=field, value=str(value))
    return moment


def to_start(value: str | datetime | date, *, zone: ZoneInfo, field: str) -> datetime:
    """The moment from which something holds, aware. A date means its first moment in ``zone``."""
    moment = _read(value, field)
    return moment if isinstance(moment, datetime) and moment.tzinfo else _local(moment, zone, field)


def to_end(value: str | datetime | date, *, zone: ZoneInfo, field: str) -> datetime | None:
    """The first moment at which something holds no more, aware. A date means that it still holds on that day."""
    moment = _read(value, field)
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else _local(moment, zone, field)
    return None if moment == _FOR_GOOD else _local(moment + _DAY, zone, field)


def start_to_text(moment: datetime, zone: ZoneInfo) -> str:
    """What ``to_start`` reads as the same moment: a date where that will do."""
    day = _day(moment, zone)
    return day.isoformat() if day and _same(day, moment, zone) else _full(moment, zone)


def end_to_text(moment: datetime, zone: ZoneInfo) -> str:
    """What ``to_end`` reads as the same moment: the last day where that will do."""
    day = _day(moment, zone)
    if day and day > date.min and _same(day, moment, zone):
        return (day - _DAY).isoformat()
    return _full(moment, zone)


def _read(value: str | datetime | date, field: str) -> datetime | date:
    if isinstance(value, datetime):
        return value.date() if value.time() == time.min and value.tzinfo is None else value
    if isinstance(value, date):
        return value
    text = value.strip()
    found = _DATE.match(text)
    try:
        if found:
            year, month, day = (int(group) for group in found.groups() if group)
            if found.end() == len(text):
                return date(year, month, day)
            if clock := _TIME.fullmatch(text, found.end()):
                hour = clock[1].rjust(len(clock[1]) + (clock[1][1] == ":"), "0")
                return datetime.fromisoformat(f"{year:04d}-{month:02d}-{day:02d}T{hour}{clock[2] or ''}")
    except ValueError:
        pass
    raise Invalid(N_("“{value}”不是有效的日期，请写成 2026-11-21 或 2026-11-21 08:30。"), field=field, value=text[:40])


def _local(moment: datetime | date, zone: ZoneInfo, field: str) -> datetime:
    naive = moment if isinstance(moment, datetime) else datetime.combine(moment, time.min)
    try:
        return naive.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        raise Invalid(N_("“{value}”超出了能保存的日期范围。"), field=field, value=str(moment)) from None


def _day(moment: datetime, zone: ZoneInfo) -> date | None:
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return None


def _same(day: date, moment: datetime, zone: ZoneInfo) -> bool:
    try:
        return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC) == moment.astimezone(UTC)
    except OverflowError:
        return False


def _full(moment: datetime, zone: ZoneInfo) -> str:
    """ISO 8601 with offset, in the zone where a person reads it; the offset keeps it exact when clocks go back."""
    try:
        return moment.astimezone(zone).isoformat()
    except OverflowError:
        return moment.astimezone(UTC).isoformat()
