"""The question bank: written, reviewed by somebody else, made ready, kept true to its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from kb.domain.entry import check_reason
from kb.domain.errors import N_, Conflict, Invalid, KbError, NotFound
from kb.domain.exams.checks import require_correct
from kb.domain.exams.lapses import lapse_of
from kb.domain.exams.lifecycle import Step, confirm, require_stale, revise, steps_of, take
from kb.domain.exams.likeness import SAME_FACT, BankIndex
from kb.domain.exams.question import Question, QuestionContent, QuestionState, Source, state_at
from kb.domain.exams.staleness import anchored
from kb.domain.person import Permission, Person
from kb.ports import AuditRow, BankFilter, Store, UnitOfWork
from kb.services.anchoring import Place, place_of, placed

AT_ONCE_MOST = 500  # questions moved by one click
LIKE = 0.7


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of the list: ``total`` fit the filter, ``counts`` are of the whole bank by state."""

    rows: list[Question]
    total: int
    counts: dict[QuestionState, int]
    points: list[str]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question with its versions (newest first), what happened to it, and what this person may do with it."""

    question: Question
    versions: list[Question]
    place: Place | None
    history: list[AuditRow]
    steps: list[Step]
    like: list[tuple[Question, float]]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why one of many was not taken: its place in what was sent (from 0) or its number, and the reason."""

    which: int
    error: KbError


@dataclass(frozen=True, slots=True)
class Done:
    """What came of many at once: the numbers of those taken, and the others."""

    numbers: list[int]
    refused: list[Refused]


class Bank:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._turn = Lock()
        self._index = BankIndex()
        self._indexed: dict[int, int] = {}

    def page(self, person: Person, wanted: BankFilter, *, limit: int = 50, offset: int = 0) -> Listed:
        """Newest first."""
        person.require(Permission.REVIEW_QUESTIONS)
        at = self._clock()
        with self._store.read() as uow:
            rows = uow.bank.select(wanted, at, limit=limit, offset=offset)
            return Listed(rows, uow.bank.count(wanted, at), uow.bank.counts(at), uow.bank.points())

    def open(self, person: Person, number: int) -> OpenQuestion:
        person.require(Permission.REVIEW_QUESTIONS)
        at = self._clock()
        with self._store.read() as uow:
            question = _the(uow, number, at)
            found = self._like(uow, question.content, but=number)
            known = uow.bank.many((like for like, _ in found), at)
            return OpenQuestion(
                question, uow.bank.versions(number)[::-1], place_of(uow, person, question, at),
                uow.audit.of(str(number), "bank"), steps_of(question, person),
                [(known[like], share) for like, share in found if like in known],
            )  # fmt: skip

    def place(self, person: Person, question: Question) -> Place | None:
        """Where ``question`` comes from, as this person may see it."""
        person.require(Permission.REVIEW_QUESTIONS)
        with self._store.read() as uow:
            return place_of(uow, person, question, self._clock())

    def points(self, person: Person) -> list[str]:
        """Knowledge points in use."""
        person.require(Permission.REVIEW_QUESTIONS)
        with self._store.read() as uow:
            return uow.bank.points()

    def get(self, person: Person, number: int) -> Question:
        person.require(Permission.REVIEW_QUESTIONS)
        with self._store.read() as uow:
            return _the(uow, number, self._clock())

    def stale(self, person: Person) -> list[tuple[Question, Place | None]]:
        """All that wait to be looked at again because their entry changed, with both texts."""
        person.require(Permission.REVIEW_QUESTIONS)
        at = self._clock()
        with self._store.read() as uow:
            found = uow.bank.select(BankFilter(state=QuestionState.STALE), at, limit=AT_ONCE_MOST)
            return [(question, place_of(uow, person, question, at)) for question in found]

    def export(self, person: Person, numbers: Iterable[int] | None = None) -> list[Question]:
        """These questions, or all that are not retired, by number."""
        person.require(Permission.REVIEW_QUESTIONS)
        at = self._clock()
        with self._store.read() as uow:
            if numbers is not None:
                return sorted(uow.bank.many(numbers, at).values(), key=lambda q: q.number)
            return [question for question in uow.bank.all(at) if question.state is not QuestionState.RETIRED]

    def like(self, person: Person, content: QuestionContent, *, but: int = 0) -> Sequence[tuple[Question, float]]:
        """Questions of the bank that ask nearly the same, with how much they are alike, most alike first."""
        person.require(Permission.REVIEW_QUESTIONS)
        at = self._clock()
        with self._store.read() as uow:
            found = self._like(uow, content, but=but)
            known = uow.bank.many((number for number, _ in found), at)
            return [(known[number], share) for number, share in found if number in known]

    def add(
        self, person: Person, content: QuestionContent, *, reason: str, rule: str = "", is_read: bool = False
    ) -> Question:
        """Keep a new question, as a draft. ``is_read``: a rule wrote it and ``person`` has read it, so it is reviewed.

        Raises:
            Invalid: see ``kb.domain.exams.checks.faults``; or its source is not where it says.
        """
        person.require(Permission.KEEP_QUESTIONS)
        with self._store.write() as uow:
            question = add_question(uow, person, content, self._clock(), reason=reason, rule=rule, is_read=is_read)
            uow.commit()
            return question

    def add_many(
        self, person: Person, contents: Sequence[QuestionContent], *, reason: str, all_or_none: bool = True
    ) -> Done:
        """Keep many new ones in one transaction. With ``all_or_none`` nothing is kept when one is refused."""
        person.require(Permission.KEEP_QUESTIONS)
        reason, at = check_reason(reason), self._clock()
        numbers, refused = [], []
        with self._store.write() as uow:
            for place, content in enumerate(contents):
                try:
                    numbers.append(add_question(uow, person, content, at, reason=reason).number)
                except KbError as error:
                    refused.append(Refused(place, error))
            if refused and all_or_none:
                return Done([], refused)  # nothing was committed
            uow.commit()
        return Done(numbers, refused)

    def edit(self, person: Person, number: int, content: QuestionContent, *, based_on: int, reason: str) -> Question:
        """Keep a changed question as its next version, a draft again.

        Raises:
            Conflict: somebody else has changed it since version ``based_on``, or nothing is different.
        """
        person.require(Permission.KEEP_QUESTIONS)
        at = self._clock()
        with self._store.write() as uow:
            before = _the(uow, number, at)
            if before.version != based_on:
                raise Conflict(
                    N_("{name} 已被 {author} 改到第 {number} 版，请刷新后再改。"), name=before.name,
                    author=before.author, number=before.version,
                )  # fmt: skip
            source = placed(uow, person, content.source, at)
            clean = require_correct(replace(content, source=source))
            after = revise(before, clean, by=person, at=at, reason=reason)
            return _kept(uow, person, after, "bank.edit", at, reason=after.reason)

    def confirm(self, person: Person, number: int, *, based_on: int) -> Question:
        """仍然正确: the changed entry still bears it out. It is anchored to what holds now.

        Raises:
            Conflict: it is not stale, or it was changed since version ``based_on``, or nothing of the entry holds.
        """
        person.require(Permission.KEEP_QUESTIONS)
        at = self._clock()
        with self._store.write() as uow:
            before = _the(uow, number, at)
            if before.version != based_on:
                raise Conflict(N_("{name} 刚刚被改过，请刷新后再看。"), name=before.name)
            require_stale(before)
            source = self._now(uow, before)
            after = confirm(before, source, by=person, at=at, reason=N_("仍然正确"))
            return _kept(uow, person, after, "bank.confirm", at, revision=source.revision)

    def move(self, person: Person, numbers: Sequence[int], step: Step, *, reason: str = "") -> Done:
        """Take ``step`` with each; those that cannot are told, the others go through, in one transaction."""
        person.require(Permission.REVIEW_QUESTIONS)
        wanted = list(dict.fromkeys(numbers))
        if not wanted:
            raise Invalid(N_("请先勾选试题。"), field="numbers")
        if len(wanted) > AT_ONCE_MOST:
            raise Invalid(N_("一次最多处理 {most} 道题。"), field="numbers", most=AT_ONCE_MOST)
        at, done, refused = self._clock(), [], []
        with self._store.write() as uow:
            known = uow.bank.many(wanted, at)
            for number in wanted:
                try:
                    if number not in known:
                        raise _unknown(number)
                    after = take(known[number], step, by=person, reason=reason)
                    uow.bank.put(after)
                    detail: dict[str, object] = {"version": after.version, **({"reason": reason} if reason else {})}
                    uow.audit.add(at=at, by=person.login, action=f"bank.{step}", subject=str(number), detail=detail)
                    done.append(number)
                except KbError as error:
                    refused.append(Refused(number, error))
            uow.commit()
        return Done(done, refused)

    def nearest(self, uow: UnitOfWork, content: QuestionContent) -> int:
        """The number of the question that asks the same fact already, 0 for none."""
        found = self._known(uow).like(content, least=SAME_FACT, most=1)
        return int(str(found[0][0])) if found else 0

    def _now(self, uow: UnitOfWork, question: Question) -> Source:
        """The source in the revision that overtook it: at the sentence that took its place, else without a place."""
        source, lapse = question.content.source, question.lapse
        if lapse is None or not lapse.revision:
            raise Conflict(N_("{code} 现在没有生效的版本，不能确认仍然正确。"), code=source.code)
        entry = uow.entries.get(source.code)
        known = {revision.number: revision.content for revision in entry.revisions}
        now = anchored(source, known[source.revision], known[lapse.revision]) if source.revision in known else None
        return replace(now or Source(code=source.code), revision=lapse.revision)

    def _like(self, uow: UnitOfWork, content: QuestionContent, *, but: int) -> list[tuple[int, float]]:
        found = self._known(uow).like(content, least=LIKE, most=5, but=[but])
        return [(int(str(number)), share) for number, share in found]

    def _known(self, uow: UnitOfWork) -> BankIndex:
        """The bank by its words, brought up to what is kept now. Threads take turns: one builds it for all."""
        with self._turn:
            newest = uow.bank.newest()
            changed = [number for number, version in newest.items() if self._indexed.get(number) != version]
            for number, question in uow.bank.many(changed, self._clock()).items():
                self._index.add(number, question.content)
                self._indexed[number] = question.version
            return self._index


def add_question(
    uow: UnitOfWork, person: Person, content: QuestionContent, at: datetime, *, reason: str, rule: str = "",
    is_read: bool = False,
) -> Question:  # fmt: skip
    """Keep a new question in this transaction; nothing is committed here."""
    clean = require_correct(replace(content, source=placed(uow, person, content.source, at)))
    kept = QuestionState.REVIEWED if is_read and rule else QuestionState.DRAFT
    question = Question(
        kept=kept, state=kept, content=clean, author=person.login, at=at, reason=check_reason(reason), rule=rule
    )
    question = _settled(uow, question, at)
    question = replace(question, number=uow.bank.add(question))
    detail: dict[str, object] = {"reason": question.reason, **({"rule": rule} if rule else {})}
    uow.audit.add(at=at, by=person.login, action="bank.add", subject=str(question.number), detail=detail)
    return question


def _kept(uow: UnitOfWork, person: Person, question: Question, action: str, at: datetime, **detail: object) -> Question:
    question = _settled(uow, question, at)
    uow.bank.put(question)
    known: dict[str, object] = {"version": question.version, **detail}
    uow.audit.add(at=at, by=person.login, action=action, subject=str(question.number), detail=known)
    uow.commit()
    return question


def _settled(uow: UnitOfWork, question: Question, at: datetime) -> Question:
    """With what will overtake it, as its entry is announced now."""
    code = question.content.source.code
    entry = uow.entries.find(code) if code else None
    lapse = lapse_of(question.content, entry, at) if entry else None
    return replace(question, lapse=lapse, state=state_at(question.kept, lapse, at))


def _the(uow: UnitOfWork, number: int, at: datetime) -> Question:
    question = uow.bank.find(number, at)
    if question is None:
        raise _unknown(number)
    return question


def _unknown(number: int) -> NotFound:
    return NotFound(N_("没有试题 Q-{number:04}。"), number=number)
