"""Practice from the bank, and everybody's own book of wrong answers.

Nothing is practised that stands on a paper which somebody is still to sit: its key would be out before the day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from kb.domain.errors import N_, Conflict, NotFound
from kb.domain.exams.paper import Item, PaperState
from kb.domain.exams.practising import Attempt, PracticeKind, mistakes, next_of
from kb.domain.exams.question import OBJECTIVE, Question, QuestionContent, QuestionState, QuestionType
from kb.domain.exams.scoring import read_value, score
from kb.domain.exams.shuffle import shuffled, stored
from kb.domain.exams.sitting import SittingState
from kb.domain.person import Permission, Person, may_see
from kb.domain.privacy import mask, patterns_of
from kb.ports import Practised, Store, UnitOfWork
from kb.services.exam_forms import Forms, keys_open, look

RECENT = timedelta(days=62)
PAPERS_LOOKED_AT = 24


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to practise, options in an order of this time's own (``seed``). ``left``: questions of the set that
    were not answered right yet, this one included; of ``total``."""

    item: Item
    seed: str
    options: tuple[str, ...]
    left: int
    total: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer in practice was worth. ``value`` in places of the question itself."""

    item: Item
    value: tuple[int | str, ...]
    share: float


class Practice:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._forms = Forms()

    def sizes(self, person: Person) -> dict[PracticeKind, tuple[int, int]]:
        """For each set: questions whose latest answer was right, of how many."""
        person.require(Permission.SIT)
        with self._store.read() as uow:
            last = _last(uow, person)
            pools = self._pools(uow, person)
        return {
            kind: (sum(last.get(q.number, (None, False))[1] for q in pool), len(pool)) for kind, pool in pools.items()
        }

    def next(self, person: Person, kind: PracticeKind) -> Asked | None:
        """The next question; None when the set is empty."""
        person.require(Permission.SIT)
        with self._store.read() as uow:
            pool = self._pools(uow, person)[kind]
            last = _last(uow, person)
        number = next_of([question.number for question in pool], last)
        if number is None:
            return None
        question = next(q for q in pool if q.number == number)
        seed = f"{person.login}:{last[number][0].isoformat() if number in last else ''}"
        item = _item(question)
        left = sum(not last.get(q.number, (None, False))[1] for q in pool)
        return Asked(item, seed, shuffled(item, seed)[0], left, len(pool))

    def answer(self, person: Person, kind: PracticeKind, number: int, version: int, given: object, seed: str) -> Judged:
        """Judge an answer and keep that it was given. ``given`` in the places that ``seed`` showed.

        Raises:
            NotFound: no such question. Conflict: it is not for practice now.
        """
        person.require(Permission.SIT)
        now = self._clock()
        with self._store.write() as uow:
            item = self._practised_item(uow, person, number, version, is_written=False)
            mapping = shuffled(item, seed)[1]
            if mapping and isinstance(given, list) and all(type(p) is int and 0 <= p < len(mapping) for p in given):
                given = list(stored(mapping, given))
            value = read_value(item.content, given)
            share = score(item.content, value, 1.0)
            return _kept(uow, person, kind, Judged(item, value, share), now)

    def written(self, person: Person, number: int, version: int, text: str) -> Judged:
        """A written answer beside its model and rubric, to be judged by who wrote it. Nothing is kept yet.

        Raises:
            NotFound: no such question. Conflict: it is not for practice now.
        """
        person.require(Permission.SIT)
        with self._store.read() as uow:
            item = self._practised_item(uow, person, number, version, is_written=True)
            return Judged(item, read_value(item.content, [text]), 0.0)

    def judge_own(
        self, person: Person, kind: PracticeKind, number: int, version: int, text: str, reached: Sequence[int]
    ) -> Judged:
        """Keep what the writer of an answer found in it: ``reached`` are places of the rubric's lines (0: the model, where
        there is no rubric). Raises like ``written``."""
        person.require(Permission.SIT)
        now = self._clock()
        with self._store.write() as uow:
            item = self._practised_item(uow, person, number, version, is_written=True)
            masked = mask(text, patterns_of(uow.rules.current().policy_shapes)).text
            value = read_value(item.content, [masked])
            shares = [line.share for line in item.content.rubric] or [100]
            share = sum(shares[place] for place in set(reached) if 0 <= place < len(shares)) / sum(shares)
            return _kept(uow, person, kind, Judged(item, value, share), now)

    def mistakes(self, person: Person) -> list[Attempt]:
        """The own book of wrong answers, the latest first. Of examinations only those whose keys are open."""
        person.require(Permission.SIT)
        with self._store.read() as uow:
            return mistakes([*self._examined(uow, person), *_practised(uow, person)])

    def _practised_item(self, uow: UnitOfWork, person: Person, number: int, version: int, *, is_written: bool) -> Item:
        question = uow.bank.version(number, version)
        if question is None or not _can_be_practised(question.content) or is_written is not _is_written(question.content):
            raise NotFound(N_("没有这道练习题。"))
        if number in self._blocked(uow):
            raise Conflict(N_("这道题正用于考试，考完后再练。"))
        if not _open_to(uow, person, [q for q in uow.bank.many([number], self._clock()).values() if _is_ready(q)]):
            raise Conflict(N_("这道题现在不供练习，请换一道。"))
        return _item(question)

    def _pools(self, uow: UnitOfWork, person: Person) -> dict[PracticeKind, list[Question]]:
        """The sets, from one look at the bank. Neighbours practise in orders of their own."""
        now = self._clock()
        blocked = self._blocked(uow)
        ready = [q for q in uow.bank.ready(now) if _can_be_practised(q.content) and q.number not in blocked]
        ready = _open_to(uow, person, ready)
        wrong = mistakes([*self._examined(uow, person), *_practised(uow, person)])
        numbers, points = {one.question for one in wrong}, {one.content.point for one in wrong} - {""}
        own = [q for q in ready if q.number in numbers]
        near = [q for q in ready if q.content.point in points and q.number not in numbers]
        mixed = list(ready)
        Random(person.login).shuffle(mixed)  # noqa: S311 - no secret hangs on it
        return {
            PracticeKind.PRE_JOB: mixed,
            PracticeKind.ON_JOB: [q for q in mixed if q.at >= now - RECENT],
            PracticeKind.REMEDIAL: own + near,
        }

    def _blocked(self, uow: UnitOfWork) -> set[int]:
        now = self._clock()
        blocked: set[int] = set()
        for paper in uow.papers.all(PAPERS_LOOKED_AT):
            is_past = paper.state is PaperState.ARCHIVED or keys_open(uow, paper.number, now)
            if not is_past and now.date() - paper.blueprint.month <= RECENT:
                blocked |= paper.questions
        for number in uow.sittings.running_papers(now):
            for batch in uow.sittings.of_paper(number):
                for name in {one.form for one in uow.sittings.many([batch.number])}:
                    blocked |= {item.question for item in self._forms.of(uow, batch, name).items}
        return blocked

    def _examined(self, uow: UnitOfWork, person: Person) -> list[Attempt]:
        now = self._clock()
        found: list[Attempt] = []
        for one in uow.sittings.of_person(person.login):
            if one.state is not SittingState.HANDED_IN or not keys_open(uow, one.paper, now):
                continue
            seen = look(uow, self._forms, one, now)
            if not seen.by_item:
                continue
            for item in seen.form.items:
                points, correction = seen.points[item.question], seen.corrections.get(item.question)
                if points is not None and item.score:
                    content = correction.content if correction else item.content
                    value = tuple(seen.answers.get(item.question, ()))
                    at = one.handed_at or now
                    found.append(
                        Attempt(
                            question=item.question, version=item.version, content=content, value=value,
                            share=points / item.score, at=at, origin=seen.batch.title,
                        )
                    )  # fmt: skip
        return found


def _kept(uow: UnitOfWork, person: Person, kind: PracticeKind, judged: Judged, at: datetime) -> Judged:
    """``judged``, remembered as an answer of ``person`` to a question of the set ``kind``."""
    uow.sittings.add_practised(
        Practised(
            person=person.login, kind=str(kind), question=judged.item.question, version=judged.item.version,
            value=judged.value, share=judged.share, at=at,
        )
    )  # fmt: skip
    uow.commit()
    return judged


def _is_ready(question: Question) -> bool:
    return question.state is QuestionState.READY


def _open_to(uow: UnitOfWork, person: Person, questions: Sequence[Question]) -> list[Question]:
    """Those whose entry this person may read: a question says what its sentence says."""
    roles = uow.bulletins.roles_now({q.content.source.code for q in questions} - {""})
    return [q for q in questions if may_see(person.role, roles.get(q.content.source.code, ()))]


def _is_written(content: QuestionContent) -> bool:
    return content.type is QuestionType.SHORT


def _can_be_practised(content: QuestionContent) -> bool:
    """By the key, or in writing beside something to compare with."""
    return content.type in OBJECTIVE or (_is_written(content) and bool(content.rubric or content.model))


def _item(question: Question) -> Item:
    return Item(question=question.number, version=question.version, score=1.0, content=question.content)


def _last(uow: UnitOfWork, person: Person) -> dict[int, tuple[datetime, bool]]:
    last: dict[int, tuple[datetime, bool]] = {}
    for one in uow.sittings.practised(person.login):
        last.setdefault(one.question, (one.at, one.share >= 0.999))
    return last


def _practised(uow: UnitOfWork, person: Person) -> list[Attempt]:
    found: list[Attempt] = []
    latest: dict[int, Practised] = {}
    for one in uow.sittings.practised(person.login):
        latest.setdefault(one.question, one)
    for one in latest.values():
        question = uow.bank.version(one.question, one.version)
        if question is not None:
            found.append(
                Attempt(
                    question=one.question, version=one.version, content=question.content, value=_tuple(one.value),
                    share=one.share, at=one.at,
                )
            )  # fmt: skip
    return found


def _tuple(value: Sequence[int | str]) -> tuple[int | str, ...]:
    return tuple(value)
