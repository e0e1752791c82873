"""Which days a person asks for: one, a week, or any range."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import request, url_for
from flask_babel import gettext as _

from kb.domain.errors import N_, Invalid
from webapp.current import desk


@dataclass(frozen=True, slots=True)
class Days:
    """Both days are included."""

    since: date
    until: date

    @property
    def is_one(self) -> bool:
        return self.since == self.until


@dataclass(frozen=True, slots=True)
class Shortcut:
    label: str
    address: str
    is_current: bool


def today() -> date:
    return desk().clock().astimezone(desk().settings.zone).date()


def asked() -> Days | None:
    """``?day=2026-11-21`` or ``?since=…&until=…`` (one of them alone: up to today, or that day); None: neither.

    Raises:
        Invalid: no such day.
    """
    day, since, until = (_day(name) for name in ("day", "since", "until"))
    if day is not None:
        return Days(day, day)
    if since is None and until is None:
        return None
    return Days(since or until or today(), until or max(since or today(), today()))


def shortcuts(chosen: Days | None) -> list[Shortcut]:
    """今天 昨天 本周 上周 上月, weeks from Monday."""
    now = today()
    monday = now - timedelta(days=now.weekday())
    month = now.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    spans = [
        (_("昨天"), Days(now - timedelta(days=1), now - timedelta(days=1))),
        (_("本周"), Days(monday, now)),
        (_("上周"), Days(monday - timedelta(days=7), monday - timedelta(days=1))),
        (_("上月"), Days(last_month, month - timedelta(days=1))),
    ]
    first = Shortcut(_("今天"), url_for("bulletins.index"), chosen is None)
    return [first, *(Shortcut(label, _address(span), chosen == span) for label, span in spans)]


def _address(span: Days) -> str:
    if span.is_one:
        return url_for("bulletins.index", day=span.since.isoformat())
    return url_for("bulletins.index", since=span.since.isoformat(), until=span.until.isoformat())


def _day(name: str) -> date | None:
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 9000 or len(text) > 10:
        raise Invalid(N_("“{value}”不是日期，请写成 2026-11-21。"), field=name, value=text[:40])
    return found
