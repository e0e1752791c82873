"""Learn how callers ask: keep their wordings beside the entries that answered, and take one back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.domain import solutions
from kb.domain.content import Content
from kb.domain.entry import check_reason
from kb.domain.errors import N_, Conflict, NotFound
from kb.domain.learning import KEPT_MOST, LearnedPhrasing, Source, Turn, form, heard, used
from kb.domain.person import Permission, Person
from kb.domain.privacy import mask
from kb.ports import Store, UnitOfWork
from kb.ports.harvest import Answer
from kb.services.outcomes import settle


class Outcome(StrEnum):
    NEW = "new"
    COUNTED = "counted"  # heard before
    WRITTEN = "written"  # the entry's author has it as title or phrasing
    FULL = "full"  # the entry has as many as are kept


@dataclass(frozen=True, slots=True)
class Wording:
    """What a caller said and the entry that answered it."""

    code: str
    phrasing: str
    source: Source


class Learning:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def learn(self, person: Person, wordings: Iterable[Wording]) -> Counter[Outcome]:
        """Keep all of them in one transaction with the index jobs of the entries that are searched differently now.

        Raises:
            Invalid, TooLarge: one says nothing, is too long, or holds personal data; then nothing is kept.
            NotFound: there is no such entry.
        """
        person.require(Permission.PUBLISH)
        with self._store.write() as uow:
            outcomes = hear(uow, wordings, by=person.login, at=self._clock())
            uow.commit()
        return outcomes

    def mend(self, person: Person, code: str, phrasing: str, *, reason: str, losing: Sequence[str] = ()) -> None:
        """Let search find the entry by this phrasing from now on, also when it was taken back before.

        Args:
            losing: golden questions that lose their answer by it, as the person was told; kept in the audit log.

        Raises:
            Invalid: it says nothing, holds personal data, or there is no reason. TooLarge: it is too long.
            Conflict: the entry says so already, or has as many as are kept.
        """
        person.require(Permission.PUBLISH)
        said, at = mask(check_reason(reason)).text, self._clock()
        with self._store.write() as uow:
            outcomes = hear(uow, [Wording(code, phrasing, Source.MEND)], by=person.login, at=at)
            if outcomes[Outcome.WRITTEN]:
                raise Conflict(N_("这句话已经是它的标题或相似问了。"))
            if outcomes[Outcome.FULL]:
                raise Conflict(N_("{code} 学到的说法已满，先收回几条不用的。"), code=code)
            turn(uow, code, phrasing, back=False, by=person.login, at=at, reason=said)
            detail = {"phrasing": phrasing, "reason": said} | ({"losing": list(losing)} if losing else {})
            uow.audit.add(at=at, by=person.login, action="phrasing.mend", subject=code, detail=detail)
            uow.commit()

    def of(self, person: Person, code: str) -> list[LearnedPhrasing]:
        """All of an entry, taken back ones included: heard most often first."""
        person.require(Permission.SEE_QUESTIONS)
        with self._store.read() as uow:
            found = uow.learned.of([code]).get(code, [])
        return sorted(found, key=lambda one: (one.taken_back_at is not None, -one.times, one.at))

    def take_back(self, person: Person, code: str, phrasing: str, *, reason: str) -> LearnedPhrasing:
        """From now on it is not searched, however often it is heard again."""
        self.turn_all(person, [(code, phrasing)], back=True, reason=reason)
        return self._one(code, phrasing)

    def put_back(self, person: Person, code: str, phrasing: str, *, reason: str) -> LearnedPhrasing:
        """It counts again."""
        self.turn_all(person, [(code, phrasing)], back=False, reason=reason)
        return self._one(code, phrasing)

    def turn_all(self, person: Person, chosen: Iterable[tuple[str, str]], *, back: bool, reason: str) -> int:
        """Take these (code, phrasing) back, or put them back, in one transaction; how many were different before.

        Whoever recorded one that is taken back is told, as of a solution that was declined.

        Raises:
            NotFound: one of them was never learned. Invalid: no reason.
        """
        person.require(Permission.PUBLISH)
        said, at = mask(check_reason(reason)).text, self._clock()
        with self._store.write() as uow:
            turned = [turn(uow, *one, back=back, by=person.login, at=at, reason=said) for one in chosen]
            uow.commit()
        return sum(turned)

    def _one(self, code: str, phrasing: str) -> LearnedPhrasing:
        with self._store.read() as uow:
            return _found(uow, code, phrasing)


def turn(uow: UnitOfWork, code: str, phrasing: str, *, back: bool, by: str, at: datetime, reason: str) -> bool:
    """Take a phrasing back or put it back within a transaction of somebody else's, who commits; False: it was so."""
    found = _found(uow, code, phrasing)
    after = found.taken_back(by=by, at=at) if back else found.put_back()
    if after == found:
        return False
    uow.learned.put([after])
    uow.learned.note(Turn(code, after.form, back, by, at, reason))
    uow.jobs.add([code], at)
    if back:
        said_so = [one for one in uow.harvest.accepted(code) if form(one.asked) == after.form]
        settle(uow, said_so, Answer(outcome=solutions.Outcome.DECLINED, reason=reason, by=by, at=at))
    action = "phrasing.take_back" if back else "phrasing.put_back"
    uow.audit.add(at=at, by=by, action=action, subject=code, detail={"phrasing": after.phrasing, "reason": reason})
    return True


def _found(uow: UnitOfWork, code: str, phrasing: str) -> LearnedPhrasing:
    found = next((one for one in uow.learned.of([code]).get(code, []) if one.form == form(phrasing)), None)
    if found is None:
        raise NotFound(N_("{code} 没有学到过“{phrasing}”。"), code=code[:40], phrasing=phrasing[:100])
    return found


def hear(uow: UnitOfWork, wordings: Iterable[Wording], *, by: str, at: datetime) -> Counter[Outcome]:
    """Keep wordings within a transaction of somebody else's, who commits: see ``Learning.learn``."""
    asked = list(wordings)
    codes = list(dict.fromkeys(one.code for one in asked))
    entries = uow.entries.get_many(codes)
    missing = next((code for code in codes if code not in entries), None)
    if missing is not None:
        raise NotFound(N_("没有编号为 {code} 的条目。"), code=missing[:40])
    kept = {code: {one.form: one for one in found} for code, found in uow.learned.of(codes).items()}
    before = {code: used(found.values()) for code, found in kept.items()}
    written = {code: _written(entry.latest.content) for code, entry in entries.items()}
    outcomes: Counter[Outcome] = Counter()
    changed: dict[tuple[str, str], LearnedPhrasing] = {}
    for one in asked:
        first, of_entry = heard(one.code, one.phrasing, source=one.source, by=by, at=at), kept.setdefault(one.code, {})
        outcome = _outcome(first, of_entry, written[one.code])
        outcomes[outcome] += 1
        if outcome in (Outcome.NEW, Outcome.COUNTED):
            old = of_entry.get(first.form)
            of_entry[first.form] = changed[first.code, first.form] = old.heard_again(at, one.source) if old else first
    uow.learned.put(list(changed.values()))
    touched = [code for code in codes if used(kept.get(code, {}).values()) != before.get(code, ())]
    uow.jobs.add(touched, at)
    if changed:
        detail = {"entries": len(touched), **{str(outcome): count for outcome, count in sorted(outcomes.items())}}
        uow.audit.add(at=at, by=by, action="phrasing.learn", subject=codes[0] if len(codes) == 1 else "", detail=detail)
    return outcomes


def _written(content: Content) -> frozenset[str]:
    return frozenset(form(line) for line in (content.title, *content.asked_as))


def _outcome(first: LearnedPhrasing, kept: dict[str, LearnedPhrasing], written: frozenset[str]) -> Outcome:
    if first.form in written:
        return Outcome.WRITTEN
    if first.form in kept:
        return Outcome.COUNTED
    standing = sum(one.taken_back_at is None for one in kept.values())
    return Outcome.FULL if standing >= KEPT_MOST else Outcome.NEW
