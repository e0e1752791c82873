"""The periods of an entry as a picture: one bar a rule, from the oldest to the one announced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt

from kb.services.history import Rule

BARS_MOST = 12
LABEL_LEAST, DATE_LEAST = 14.0, 24.0  # per cent of the width that a number, a date needs
TODAY_ROOM = timedelta(days=30)  # an open end is drawn this much longer than today or the last start


@dataclass(frozen=True, slots=True)
class Bar:
    """``x`` and ``width`` in per cent of the picture."""

    rule: Rule
    x: float
    width: float

    @property
    def has_label(self) -> bool:
        return self.width >= LABEL_LEAST

    @property
    def has_date(self) -> bool:
        return self.width >= DATE_LEAST


@dataclass(frozen=True, slots=True)
class Strip:
    """``now``: where today stands, in per cent."""

    bars: list[Bar]
    now: float


def strip(rules: Sequence[Rule], now: datetime) -> Strip | None:
    """The last rules as bars; None when there are fewer than two. Time is drawn by its root, or a rule of a week would
    not be seen beside one of five years; what it holds exactly stands in the table below."""
    shown = list(rules)[-BARS_MOST:]
    if len(shown) < 2:
        return None
    last = max(now, shown[-1].period.starts) + TODAY_ROOM
    stops = [shown[0].period.starts]
    for rule in shown:
        stops += [rule.period.starts, min(rule.period.ends or last, last)]
    stops = sorted({*stops, last})
    widths = [max(1.0, sqrt((b - a).total_seconds() / 86_400)) for a, b in pairwise(stops)]
    scale = 100 / sum(widths)
    places = {stops[0]: 0.0}
    for stop, width in zip(stops[1:], widths, strict=True):
        places[stop] = list(places.values())[-1] + width * scale
    bars = []
    for rule in shown:
        x = places[rule.period.starts]
        bars.append(Bar(rule, round(x, 2), round(places[min(rule.period.ends or last, last)] - x, 2)))
    return Strip(bars, round(_place(now, stops, places), 2))


def _place(now: datetime, stops: list[datetime], places: dict[datetime, float]) -> float:
    for a, b in pairwise(stops):
        if a <= now < b:
            return places[a] + (places[b] - places[a]) * ((now - a) / (b - a))
    return 0.0 if now < stops[0] else 100.0
