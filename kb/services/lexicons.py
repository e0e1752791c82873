"""Keep the dictionary words and synonyms; have entries indexed again whose segmentation changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from kb.domain.entry import check_reason
from kb.domain.errors import N_, Conflict, NotFound
from kb.domain.lexicon import EMPTY, Lexicon, clean_lexicon
from kb.domain.person import Permission, Person
from kb.ports import Store, UnitOfWork


class Lexicons:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def current(self) -> Lexicon:
        with self._store.read() as uow:
            return uow.lexicons.current() or EMPTY

    def history(self, person: Person) -> list[Lexicon]:
        """Newest first."""
        person.require(Permission.PUBLISH)
        with self._store.read() as uow:
            return uow.lexicons.all()

    def save(
        self, person: Person, *, words: str, synonyms: str, reason: str, based_on: int, losing: Sequence[str] = ()
    ) -> Lexicon:
        """Add a state. In one transaction with the index jobs of the entries whose segmentation it changes.

        Args:
            losing: golden questions that lose their answer by it, as the person was told; kept in the audit log.

        Raises:
            Conflict: somebody else has saved since ``based_on``, or nothing is different.
        """
        person.require(Permission.PUBLISH)
        words, synonyms = clean_lexicon(words, field="words"), clean_lexicon(synonyms, field="synonyms")
        with self._store.write() as uow:
            before = uow.lexicons.current() or EMPTY
            if before.number != based_on:
                raise Conflict(
                    N_("词典已被 {author} 改到第 {number} 版，请刷新后再改。"),
                    author=before.author,
                    number=before.number,
                )
            if (before.words, before.synonyms) == (words, synonyms):
                raise Conflict(N_("词典没有变化，无需保存。"))
            return self._add(uow, person, before, words, synonyms, reason, losing)

    def restore(self, person: Person, number: int, *, reason: str, losing: Sequence[str] = ()) -> Lexicon:
        """Make an old state the newest again. ``losing``: see ``save``."""
        person.require(Permission.PUBLISH)
        with self._store.write() as uow:
            old = next((x for x in uow.lexicons.all() if x.number == number), None)
            if old is None:
                raise NotFound(N_("词典没有第 {number} 版。"), number=number)
            current = uow.lexicons.current() or EMPTY
            return self._add(uow, person, current, old.words, old.synonyms, reason, losing)

    def _add(
        self,
        uow: UnitOfWork,
        person: Person,
        before: Lexicon,
        words: str,
        synonyms: str,
        reason: str,
        losing: Sequence[str] = (),
    ) -> Lexicon:
        at = self._clock()
        after = Lexicon(before.number + 1, words, synonyms, person.login, at, check_reason(reason))
        changed = before.word_set() ^ after.word_set()
        # Synonyms alone cut no entry anew: reading all of 27,413 kept other writers out for two seconds.
        touched = uow.entries.containing(sorted(changed)) if changed else []
        uow.lexicons.add(after)
        uow.jobs.add(touched, at)
        detail: dict[str, object] = {"reason": after.reason, "words_changed": len(changed), "entries": len(touched)}
        if losing:
            detail["losing"] = list(losing)
        uow.audit.add(at=at, by=person.login, action="lexicon", subject=str(after.number), detail=detail)
        uow.commit()
        return after
