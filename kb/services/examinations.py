"""The examinee's side: what waits, begin, each answer saved at once, hand in, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.exams.paper import Form, Item
from kb.domain.exams.question import QuestionType
from kb.domain.exams.scoring import is_spoken, read_value
from kb.domain.exams.shuffle import shuffled as shuffle
from kb.domain.exams.shuffle import stored
from kb.domain.exams.sitting import Answer, Batch, Sitting, SittingState
from kb.domain.notifications import Notification
from kb.domain.person import Permission, Person
from kb.domain.privacy import mask, patterns_of
from kb.ports import Store, UnitOfWork
from kb.services.exam_forms import Forms, Seen, batch_of, is_examinee, keys_open, look, may_look, rescore
from kb.services.paper_sources import usable

AHEAD_MOST = timedelta(minutes=5)  # an examinee's page may count ahead of our clock by this much


@dataclass(frozen=True, slots=True)
class Own:
    """A sitting of one's own as the list shows it."""

    batch: Batch
    sitting: Sitting
    keys_open: bool


@dataclass(frozen=True, slots=True)
class Taking:
    """A sitting under way. ``answers`` in places of the question itself; ``sequence`` the highest of them."""

    batch: Batch
    sitting: Sitting
    form: Form
    answers: dict[int, tuple[int | str, ...]]
    sequence: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Saved:
    """What is kept now. ``is_newest`` False: a later change of the same answer had arrived before. ``late``: it came
    after time and does not count."""

    value: tuple[int | str, ...]
    sequence: int
    is_newest: bool
    late: bool


class Examinations:
    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._forms = Forms()

    def own(self, person: Person) -> list[Own]:
        """This person's sittings, the latest first."""
        person.require(Permission.SIT)
        self.finish_due()
        now = self._clock()
        with self._store.read() as uow:
            sittings = uow.sittings.of_person(person.login)
            batches = uow.sittings.batches_by(one.batch for one in sittings)
            opened = {paper: keys_open(uow, paper, now) for paper in {one.paper for one in sittings}}
            return [Own(batches[one.batch], one, opened[one.paper]) for one in sittings]

    def waiting(self, person: Person) -> int:
        """How many papers this person can take right now."""
        now = self._clock()
        with self._store.read() as uow:
            open_ = [one for one in uow.sittings.of_person(person.login) if one.state in (SittingState.ASSIGNED, SittingState.STARTED)]  # fmt: skip
            if not open_:
                return 0
            batches = uow.sittings.batches_by(one.batch for one in open_)
        return sum(batches[one.batch].is_open(now) and not batches[one.batch].on_paper and not one.is_over(now) for one in open_)  # fmt: skip

    def get(self, person: Person, number: int) -> Own:
        person.require(Permission.SIT)
        with self._store.read() as uow:
            one = _own(uow, person, number)
            return Own(batch_of(uow, one.batch), one, keys_open(uow, one.paper, self._clock()))

    def start(self, person: Person, number: int) -> Sitting:
        """Begin, or go on.

        Raises:
            Conflict: it is not the time, or the paper must be approved again first.
        """
        person.require(Permission.SIT)
        now = self._clock()
        with self._store.write() as uow:
            one = _own(uow, person, number)
            batch = batch_of(uow, one.batch)
            after = one.start(batch, now)
            if after == one:
                return one
            if not uow.sittings.has_started(batch.number):
                batch = self._check_paper(uow, batch)
            uow.sittings.put(after)
            uow.audit.add(
                at=now, by=person.login, action="exam.start", subject=str(batch.number), detail={"sitting": number}
            )
            uow.commit()
            return after

    def take(self, person: Person, number: int) -> Taking:
        """A sitting under way, to go on with. Raises ``Conflict`` when it has not begun or is over."""
        person.require(Permission.SIT)
        now = self._clock()
        with self._store.read() as uow:
            one = _own(uow, person, number)
            if one.state is not SittingState.STARTED or one.is_over(now):
                raise Conflict(N_("这场考试现在不能作答。"))
            batch = batch_of(uow, one.batch)
            kept = [a for a in uow.sittings.answers([number]).get(number, []) if not a.late]
            return Taking(
                batch, one, self._forms.of(uow, batch, one.form), {a.question: tuple(a.value) for a in kept},
                max((a.sequence for a in kept), default=0), now,
            )  # fmt: skip

    def save(
        self, person: Person, number: int, question: int, given: object, sequence: int, *, shown: bool = True
    ) -> Saved:
        """Keep an answer. Sending it again changes nothing; of two the one with the higher ``sequence`` stays. After
        time, or after handing in, it is kept apart and does not count. ``shown``: chosen places are those of this examinee's order.

        Raises:
            Invalid: it does not fit the question. Conflict: not begun.
        """
        person.require(Permission.SIT)
        now = self._clock()
        if not isinstance(sequence, int) or not 0 < sequence <= (now + AHEAD_MOST).timestamp() * 1000:
            raise Invalid(N_("您电脑的时间和服务器相差太大，请刷新页面。"), field="sequence")
        with self._store.write() as uow:
            one = _own(uow, person, number)
            item = self._item(uow, one, question)
            value = read_value(item.content, _unshuffled(item, one, given) if shown else given)
            if item.content.type is QuestionType.SHORT and value:
                value = (mask(str(value[0]), patterns_of(uow.rules.current().policy_shapes)).text,)
            late = one.is_over(now) or one.state is SittingState.HANDED_IN
            answer = Answer(sitting=number, question=question, late=late, sequence=sequence, value=value, at=now)
            kept = uow.sittings.save(answer)
            if late and kept is answer:
                uow.sittings.put(replace(one, late=one.late + 1))
            uow.commit()
        return Saved(tuple(kept.value), kept.sequence, kept.sequence <= sequence, late)

    def hand_in(self, person: Person, number: int) -> Sitting:
        """Close it and score what the key decides. Handing in again changes nothing."""
        person.require(Permission.SIT)
        now = self._clock()
        with self._store.write() as uow:
            one = _own(uow, person, number)
            after = one.hand_in(now)
            if after == one:
                return one
            batch = batch_of(uow, one.batch)
            uow.sittings.put(after)
            changed = rescore(uow, self._forms, batch, [after], at=now)
            uow.audit.add(
                at=now, by=person.login, action="exam.hand_in", subject=str(batch.number), detail={"sitting": number}
            )
            uow.commit()
            return changed[0][1] if changed else after

    def result(self, person: Person, number: int) -> Seen:
        """A sitting with its answers, for whoever may see it. Whether this person may see the keys too is ``keys_open``:
        who sits the paper only when every batch of it is over."""
        person.require(Permission.SIT)
        self.finish_due()
        with self._store.read() as uow:
            one = uow.sittings.find(number)
            if one is None or not may_look(person, one):
                raise NotFound(N_("没有第 {number} 份答卷。"), number=number)
            seen = look(uow, self._forms, one, self._clock())
            if one.person == person.login or is_examinee(uow, person, one.paper):
                return seen
            return replace(seen, keys_open=True)

    def finish_due(self) -> int:
        """Close and score every batch whose time is over; returns how many. Whoever looks at results does this."""
        now = self._clock()
        with self._store.read() as uow:
            if not any(batch.is_over(now) for batch in uow.sittings.unfinished(now)):
                return 0
        done = 0
        with self._store.write() as uow:
            for batch in uow.sittings.unfinished(now):
                if batch.is_over(now) and not batch.on_paper:
                    finish(uow, self._forms, batch, now)
                    done += 1
            uow.commit()
        return done

    def _item(self, uow: UnitOfWork, one: Sitting, question: int) -> Item:
        form = self._forms.of(uow, batch_of(uow, one.batch), one.form)
        item = next((item for item in form.items if item.question == question), None)
        if one.state is SittingState.ASSIGNED or one.due_at is None:
            raise Conflict(N_("这场考试您还没有开始作答。"))
        if item is None or is_spoken(item.content):
            raise Invalid(N_("这份卷子里没有这道题，请刷新页面。"), field="question")
        return item

    def _check_paper(self, uow: UnitOfWork, batch: Batch) -> Batch:
        """Before the first one begins: the paper must be approved as it stands. Approved anew it is taken as it is now."""
        paper = uow.papers.approved(batch.paper)
        if paper is None:
            raise Conflict(N_("试卷的来源有变，正等主任重新批准，请稍候并告知值班长。"))
        paper = usable(uow, batch.paper, self._clock())  # a change that nobody has noticed yet
        if paper.hash != batch.hash:
            batch = replace(batch, hash=paper.hash, total=paper.blueprint.total, pass_score=paper.blueprint.pass_score)
            uow.sittings.keep_forms(paper.number, paper.hash, paper.forms)
            uow.sittings.put_batch(batch)
        return batch


def finish(uow: UnitOfWork, forms: Forms, batch: Batch, now: datetime) -> None:
    """Close everybody's sitting of a batch that is over: what was begun is handed in, who never came was absent."""
    sittings = []
    for one in uow.sittings.many([batch.number]):
        after = one
        if one.state is SittingState.STARTED:
            after = one.hand_in(now)
        elif one.state is SittingState.ASSIGNED:
            after = one.miss(SittingState.ABSENT, one.note)
        if after != one:
            uow.sittings.put(after)
        sittings.append(after)
    rescore(uow, forms, batch, sittings, at=now)
    text = N_("考试“{title}”已结束，可以看您的成绩。")
    uow.notifications.add(
        [
            Notification(person=one.person, at=now, text=text, values={"title": batch.title}, address=f"/exam/{one.number}/result")
            for one in sittings
            if one.state is SittingState.HANDED_IN
        ]
    )  # fmt: skip
    uow.sittings.put_batch(replace(batch, finished_at=now))
    uow.audit.add(
        at=now, by="system", action="exam.finish", subject=str(batch.number), detail={"people": len(sittings)}
    )


def _own(uow: UnitOfWork, person: Person, number: int) -> Sitting:
    one = uow.sittings.find(number)
    if one is None or one.person != person.login:
        raise NotFound(N_("没有第 {number} 场您的考试。"), number=number)
    return one


def _unshuffled(item: Item, one: Sitting, given: object) -> object:
    """Chosen places of this examinee's order as those of the question; what is none of them stays, to be refused."""
    if item.content.type in (QuestionType.CLOZE, QuestionType.SHORT) or not isinstance(given, list | tuple):
        return given
    options, mapping = shuffle(item, one.seed)
    if not options or not all(type(place) is int and 0 <= place < len(mapping) for place in given):
        return given
    return list(stored(mapping, given))
