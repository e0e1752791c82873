"""Times of a notice as a person reads and types them."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext

from kb.domain.errors import N_, Invalid
from webapp.current import desk

SOON = timedelta(hours=4)


def span(length: timedelta) -> str:
    """``timedelta(hours=3, minutes=20)`` is 3 小时 20 分; from two days on, days and hours."""
    minutes = int(abs(length).total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60, minutes % 60
    if hours >= 48:
        return gettext("{d} 天 {h} 小时").format(d=days, h=hours % 24)
    if hours:
        return gettext("{h} 小时 {m} 分").format(h=hours, m=rest)
    return gettext("{m} 分").format(m=rest)


def clock(left: timedelta) -> str:
    """剩 3 小时 20 分, or 已超时 2 小时 5 分."""
    said = gettext("已超时 {span}") if left < timedelta() else gettext("剩 {span}")
    return said.format(span=span(left))


def urgency(left: timedelta) -> str:
    """``late``, ``soon`` (within ``SOON``) or ``calm``."""
    return "late" if left < timedelta() else "soon" if left <= SOON else "calm"


def typed(text: str, field: str) -> datetime | None:
    """A moment as a browser's field gives it, on the centre's clocks: ``2026-11-21T09:00``. None when left empty.

    Raises:
        Invalid: it is no moment.
    """
    text = text.strip()
    if not text:
        return None
    found = read(text)
    if found is None:
        raise Invalid(N_("看不懂时间“{value}”，请写成 2026-11-21 09:00。"), field=field, value=text[:40])
    return found


def read(text: str) -> datetime | None:
    """ISO 8601; without an offset on the centre's clocks. None for what is no moment of our time."""
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    if not 1900 <= found.year <= 9000:
        return None
    return found if found.tzinfo else found.replace(tzinfo=desk().settings.zone)
