"""The ranking of a month, and who was among the last two for three months running.

The rules, as the page states them too:

- Ranked within the own group, by the share of the points, one decimal of a percent; equal shares share a place (1, 2, 2, 4).
  Several papers in a month count by the mean of their shares.
- A make-up counts in the month of its paper like the sitting that was missed. Re-entry papers are not ranked.
- On leave (excused, and no make-up taken): not ranked; the month neither counts nor breaks the run.
- Absent without leave, and no make-up taken: ranked with nothing.
- Groups of fewer than five ranked people are ranked together. When these are still fewer than five, nobody of them is
  among the last two that month, and the month neither counts nor breaks the run.
- The last two are those behind whom fewer than two stand. Where a tie would make them more than two, none of the tied
  ones counts: a tie is decided in favour of the person, because what follows is grave.
- Three such months running among the months in which the person was ranked: remedial training, then a re-entry paper.
  After that the count begins anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

GROUP_LEAST, LAST, RUN = 5, 2, 3
TOGETHER = ""  # the group of the small groups


@dataclass(frozen=True, slots=True)
class Result:
    """What somebody got in a month: ``share`` 0 to 1; None when excused."""

    person: str
    team: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Placed:
    """``place`` in ``group`` of ``size``; ``group`` is ``TOGETHER`` for the small ones. ``is_last``: among the last two.
    ``is_counted`` False: the group was too small, the month says nothing."""

    person: str
    team: str
    group: str
    share: float
    place: int
    size: int
    is_last: bool
    is_counted: bool
    is_spared: bool  # a tie kept them out of the last two


def rank(results: Iterable[Result]) -> list[Placed]:
    """The ranking of one month, by group, place and login."""
    groups: dict[str, list[tuple[str, str, float]]] = {}
    for one in results:
        if one.share is not None:
            groups.setdefault(one.team, []).append((one.person, one.team, round(one.share, 3)))
    small = [team for team, members in groups.items() if len(members) < GROUP_LEAST or not team]
    together = [member for team in small for member in groups.pop(team)]
    placed = [one for team in sorted(groups) for one in _place(team, groups[team])]
    return placed + _place(TOGETHER, together)


def _place(group: str, members: Sequence[tuple[str, str, float]]) -> list[Placed]:
    is_counted = len(members) >= GROUP_LEAST
    shares = [share for _, _, share in members]
    placed = []
    for person, team, share in sorted(members, key=lambda m: (-m[2], m[0])):
        behind = sum(other < share for other in shares)
        tied = shares.count(share)
        near = is_counted and behind < LAST
        is_last = near and behind + tied <= LAST
        place = 1 + sum(other > share for other in shares)
        placed.append(
            Placed(person, team, group, share, place, len(members), is_last, is_counted, near and not is_last)
        )
    return placed


@dataclass(frozen=True, slots=True)
class Run:
    """``person`` was among the last two in each of ``months``, running; ``times`` so far: 1 is remedial training, 2 is
    what the handbook says of those whom it did not help."""

    person: str
    months: tuple[date, ...]
    times: int


def runs(months: Mapping[date, Sequence[Placed]]) -> list[Run]:
    """Everybody's completed runs of three, in the order in which they were completed."""
    found: list[Run] = []
    going: dict[str, tuple[date, ...]] = {}
    times: dict[str, int] = {}
    for month in sorted(months):
        for one in sorted(months[month], key=lambda p: p.person):
            if not one.is_counted:
                continue
            now = (*going.get(one.person, ()), month) if one.is_last else ()
            if len(now) == RUN:
                times[one.person] = times.get(one.person, 0) + 1
                found.append(Run(one.person, now, times[one.person]))
                now = ()
            going[one.person] = now
    return found
