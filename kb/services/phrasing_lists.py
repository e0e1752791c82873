"""Learned phrasings as coordinators look them over: which of them search uses, and if not, why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from kb.domain.content import Content
from kb.domain.learning import LearnedPhrasing, Turn, form, used, with_learned
from kb.domain.person import Permission, Person
from kb.ports import Store, UnitOfWork
from kb.ports.words import WantedPhrasings


class Use(StrEnum):
    SEARCHED = "searched"
    WRITTEN = "written"  # the entry's author has it as title or phrasing by now
    CROWDED = "crowded"  # others of the entry come before it, and only so many are searched
    OFF = "off"  # the entry is not in force
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Row:
    """``title`` is that of the entry, ``also`` are other entries for which the same wording stands, ``turns`` tell who
    took it back and put it back, oldest first."""

    phrasing: LearnedPhrasing
    title: str
    use: Use
    also: Sequence[str] = ()
    turns: Sequence[Turn] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of an entry's phrasings stand, are searched, and were taken back."""

    standing: int = 0
    searched: int = 0
    back: int = 0


@dataclass(frozen=True, slots=True)
class _Entry:
    """``searched`` holds the forms of the learned phrasings that search uses; None when the entry is not in force."""

    title: str
    searched: frozenset[str] | None
    written: frozenset[str] = field(default=frozenset())


class PhrasingLists:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def counts(self, person: Person, wanted: WantedPhrasings) -> dict[str, int]:
        """Of what ``wanted`` narrows to: ``all``, ``standing``, ``shared`` by several entries, and taken ``back``."""
        person.require(Permission.SEE_QUESTIONS)
        plain = replace(wanted, back=None, is_shared=False)
        with self._store.read() as uow:
            back = uow.learned.count(replace(plain, back=True))
            standing = uow.learned.count(replace(plain, back=False))
            shared = uow.learned.count(replace(plain, is_shared=True))
        return {"standing": standing, "shared": shared, "back": back, "all": standing + back}

    def page(self, person: Person, wanted: WantedPhrasings, *, start: int = 0, limit: int = 50) -> list[Row]:
        person.require(Permission.SEE_QUESTIONS)
        at = self._clock()
        with self._store.read() as uow:
            found = uow.learned.page(wanted, start=start, limit=limit)
            codes = list(dict.fromkeys(one.code for one in found))
            entries = _entries(uow, codes, at)
            shared = uow.learned.sharing({one.form for one in found})
            turns = uow.learned.turns(codes)
        return [_row(one, entries[one.code], shared, turns) for one in found]

    def tally(self, person: Person, code: str) -> Tally:
        """Of one entry; zeros for one that nobody knows."""
        person.require(Permission.SEE_QUESTIONS)
        with self._store.read() as uow:
            found = uow.learned.of([code]).get(code, [])
            entry = _entries(uow, [code], self._clock())[code] if found else _Entry("", None)
        back = sum(one.taken_back_at is not None for one in found)
        return Tally(len(found) - back, len(entry.searched or ()), back)

    def last_turn(self, person: Person, code: str, phrasing: str) -> Turn | None:
        """When it was last taken back or put back."""
        person.require(Permission.SEE_QUESTIONS)
        with self._store.read() as uow:
            turns = [turn for turn in uow.learned.turns([code]) if turn.form == form(phrasing)]
        return turns[-1] if turns else None


def _entries(uow: UnitOfWork, codes: Sequence[str], at: datetime) -> dict[str, _Entry]:
    in_force, titles = uow.entries.in_force(codes, at), uow.harvest.titles(codes)
    learned = uow.learned.of(codes)
    made = {}
    for code in codes:
        dated = in_force.get(code)
        if dated is None:
            made[code] = _Entry(titles.get(code, ""), None)
        else:
            content = dated.revision.content
            made[code] = _Entry(content.title, _searched(content, learned.get(code, [])), _written(content))
    return made


def _searched(content: Content, learned: Sequence[LearnedPhrasing]) -> frozenset[str]:
    whole = with_learned(content, used(learned)).asked_as
    return frozenset(form(line) for line in whole[len(content.asked_as) :])


def _written(content: Content) -> frozenset[str]:
    return frozenset(form(line) for line in (content.title, *content.asked_as))


def _row(one: LearnedPhrasing, entry: _Entry, shared: Mapping[str, tuple[str, ...]], turns: Sequence[Turn]) -> Row:
    also = tuple(code for code in shared.get(one.form, ()) if code != one.code)
    own = tuple(turn for turn in turns if (turn.code, turn.form) == (one.code, one.form))
    return Row(one, entry.title, _use(one, entry), also, own)


def _use(one: LearnedPhrasing, entry: _Entry) -> Use:
    if one.taken_back_at is not None:
        return Use.BACK
    if entry.searched is None:
        return Use.OFF
    if one.form in entry.searched:
        return Use.SEARCHED
    return Use.WRITTEN if one.form in entry.written else Use.CROWDED
