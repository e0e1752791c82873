"""The coordinators' queue of solutions: gathered by entry and likeness, dealt with a group at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb.domain.content import check_code
from kb.domain.draft import Draft
from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.harvest import SORTS, Group, InOneWord, Sort, Waiting, as_it_stands, gather, in_order, is_learnable
from kb.domain.learning import Source, form
from kb.domain.person import Permission, Person
from kb.domain.privacy import mask
from kb.domain.solutions import Outcome, Solution, SolutionKind
from kb.domain.text import single_line
from kb.ports import Store, UnitOfWork
from kb.ports.harvest import Answer
from kb.services import learning
from kb.services.drafts import Drafts
from kb.services.learning import Wording
from kb.services.outcomes import settle

LOOKED_AT_MOST = 20_000  # waiting solutions in one queue, the newest
SHOWN_MOST = 500  # solutions of one group that are dealt with together
REASON_MOST = 300
SETTLES_AFTER = timedelta(hours=24)  # until then the author may still change it


@dataclass(frozen=True, slots=True)
class Queue:
    """``groups`` in the order in which they want to be dealt with; ``is_cut``: older solutions wait besides."""

    groups: list[Group]
    is_cut: bool

    def count(self, sort: Sort | None = None) -> int:
        return sum(sort is None or group.sort is sort for group in self.groups)


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """A group with its newest ``SHOWN_MOST`` solutions, the drafts that are being written from them, and the entry's
    other groups. ``title`` is that of the entry."""

    group: Group
    solutions: list[Solution]
    title: str
    drafts: list[Draft]
    beside: list[Group]


class Harvest:
    """``synonyms``: what makes several words for the same thing one, from coordinators' lines of synonyms."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], *, synonyms: Callable[[str], InOneWord] = lambda _: as_it_stands
    ) -> None:
        self._store = store
        self._clock = clock
        self._synonyms = synonyms

    def queue(self, person: Person) -> Queue:
        """What waits. A wording that the entry has already asks nothing of anybody and is left out."""
        person.require(Permission.PUBLISH)
        with self._store.read() as uow:
            waiting = uow.harvest.waiting(LOOKED_AT_MOST)
            groups = gather(_unknown(uow, waiting), self._in_one_word(uow))
        return Queue(in_order(groups, self._clock()), sum(one.times for one in waiting) >= LOOKED_AT_MOST)

    def titles(self, person: Person, groups: Sequence[Group]) -> dict[str, str]:
        person.require(Permission.PUBLISH)
        with self._store.read() as uow:
            return uow.harvest.titles({group.code for group in groups if group.code})

    def overdue(self, person: Person) -> int:
        """Flags past their time; 0 for those who do not deal with them."""
        if not person.may(Permission.PUBLISH):
            return 0
        with self._store.read() as uow:
            return uow.harvest.count_overdue(self._clock())

    def open(self, person: Person, number: int) -> OpenGroup:
        """The group to which solution ``number`` belongs.

        Raises:
            NotFound: there is no such solution, or it is waiting no more.
        """
        person.require(Permission.PUBLISH)
        with self._store.read() as uow:
            one = next(iter(uow.harvest.many([number])), None)
            if one is None or one.outcome is not Outcome.WAITING:
                raise NotFound(N_("第 {number} 条记录已经处理，不在队列里了。"), number=number)
            kinds = [kind for kind, sort in SORTS.items() if sort is SORTS[one.kind]]
            waiting = [w for w in uow.harvest.waiting(LOOKED_AT_MOST, kinds) if w.code == one.code]
            groups = gather(_unknown(uow, waiting), self._in_one_word(uow))
            group = next((g for g in groups if _holds(g, one)), None)
            if group is None:
                raise NotFound(N_("第 {number} 条记录已经处理，不在队列里了。"), number=number)
            solutions = _solutions(uow, group, kinds)
            drafts = [uow.drafts.get(id) for id in sorted({s.draft for s in solutions if s.draft})]
            title = uow.harvest.titles([group.code]).get(group.code, "") if group.code else ""
            beside = _beside(uow, group)
        return OpenGroup(group, solutions, title, [draft for draft in drafts if draft is not None], beside)

    def learn(self, person: Person, numbers: Sequence[int], code: str) -> int:
        """Keep the words of these solutions as phrasings of the entry, which search learns at once; how many.

        Raises:
            NotFound: no such entry. Conflict: all of them were dealt with, or the entry has as many phrasings as are kept.
            Invalid: a wording says nothing or is too long.
        """
        person.require(Permission.PUBLISH)
        code, at = check_code(code), self._clock()
        with self._store.write() as uow:
            solutions = _waiting(uow, numbers)
            bad = next((one for one in solutions if not is_learnable(one.asked)), None)
            if bad is not None:
                raise Invalid(N_("“{asked}”不能收为相似问：太短、太长，或者有个人信息。"), asked=bad.asked[:60])
            wordings = [Wording(code, one.asked, Source.SOLUTION) for one in solutions]
            outcomes = learning.hear(uow, wordings, by=person.login, at=at)
            if outcomes[learning.Outcome.FULL]:
                raise Conflict(N_("{code} 学到的说法已满，先收回几条不用的。"), code=code)
            settle(uow, solutions, Answer(outcome=Outcome.PHRASING, code=code, by=person.login, at=at))
            self._note(uow, person, Outcome.PHRASING, code, solutions)
            uow.commit()
        return len(solutions)

    def write(
        self, person: Person, numbers: Sequence[int], drafts: Drafts, fields: Mapping[str, object], *, code: str = "",
        based_on: int = 0,
    ) -> int:  # fmt: skip
        """Begin a draft from these solutions (``code`` "": of a new entry), or go on with this person's own; its id.

        They wait until it is handed in, and wait again when it is thrown away.
        """
        person.require(Permission.PUBLISH)
        with self._store.read() as uow:
            _waiting(uow, numbers)  # says so before a draft is made when a colleague was first
        draft = drafts.begin(person, code, fields, based_on=based_on)
        with self._store.write() as uow:
            solutions = _waiting(uow, numbers)
            uow.harvest.begin([one.number for one in solutions], draft.id)
            self._note(uow, person, "write", code, solutions)
            uow.commit()
        return draft.id

    def corrected(self, person: Person, numbers: Sequence[int]) -> int:
        """The entry of these solutions has been put right; how many.

        Raises:
            Conflict: all were dealt with. Invalid: one speaks of no entry.
        """
        person.require(Permission.PUBLISH)
        at = self._clock()
        with self._store.write() as uow:
            solutions = _waiting(uow, numbers)
            if not all(one.code for one in solutions):
                raise Invalid(N_("新增的记录没有对应的条目，不能按更正处理。"))
            for code in sorted({one.code for one in solutions}):
                own = [one for one in solutions if one.code == code]
                settle(uow, own, Answer(outcome=Outcome.CORRECTION, code=code, by=person.login, at=at))
                self._note(uow, person, Outcome.CORRECTION, code, own)
            uow.commit()
        return len(solutions)

    def decline(self, person: Person, numbers: Sequence[int], reason: str) -> int:
        """Nothing comes of these, for a reason that their authors are told; how many.

        Raises:
            Conflict: all were dealt with. Invalid: no reason.
        """
        person.require(Permission.PUBLISH)
        said, at = _reason(reason), self._clock()
        with self._store.write() as uow:
            solutions = _waiting(uow, numbers)
            settle(uow, solutions, Answer(outcome=Outcome.DECLINED, reason=said, by=person.login, at=at))
            self._note(uow, person, Outcome.DECLINED, "", solutions, reason=said)
            uow.commit()
        return len(solutions)

    def take_back(self, person: Person, number: int, reason: str) -> int:
        """A phrasing that was learned from this solution was no good after all: it is searched no more, and every
        solution that said the same counts as declined. How many.

        Raises:
            NotFound: no such solution. Conflict: it was not accepted as a phrasing. Invalid: no reason.
        """
        person.require(Permission.PUBLISH)
        said, at = _reason(reason), self._clock()
        with self._store.write() as uow:
            one = _find(uow, number)
            if one.outcome is not Outcome.PHRASING:
                raise Conflict(N_("第 {number} 条记录没有收为相似问，无可收回。"), number=number)
            accepted = uow.harvest.accepted(one.outcome_code)
            same = [s for s in accepted if form(s.asked) == form(one.asked)]
            if not learning.turn(uow, one.outcome_code, one.asked, back=True, by=person.login, at=at, reason=said):
                settle(uow, same, Answer(outcome=Outcome.DECLINED, reason=said, by=person.login, at=at))
            self._note(uow, person, "take_back", one.outcome_code, same, reason=said)
            uow.commit()
        return len(same)

    def reopen(self, person: Person, number: int) -> Solution:
        """Put what was declined, or held to be corrected, back into the queue. Saying it again changes nothing."""
        person.require(Permission.PUBLISH)
        with self._store.write() as uow:
            one = _find(uow, number)
            if one.outcome is Outcome.WAITING:
                return one
            if one.outcome not in (Outcome.DECLINED, Outcome.CORRECTION):
                raise Conflict(N_("这条记录已经写进知识库，不能放回队列；要改，请改条目。"))
            settle(uow, [one], Answer(outcome=Outcome.WAITING))
            self._note(uow, person, "reopen", one.code, [one])
            uow.commit()
            return _find(uow, number)

    def tidy(self) -> int:
        """Settle used ones a day old whose words their entries have: they ask nothing of anybody. How many."""
        at = self._clock()
        with self._store.read() as uow:
            old = uow.harvest.used_before(at - SETTLES_AFTER, LOOKED_AT_MOST)
            known = uow.harvest.known({code for _, code, _ in old})
        numbers = [number for number, code, asked in old if _is_known(known, code, asked)]
        if numbers:
            with self._store.write() as uow:
                uow.harvest.settle(numbers, Answer(outcome=Outcome.KNOWN, at=at))
                uow.commit()
        return len(numbers)

    def _in_one_word(self, uow: UnitOfWork) -> InOneWord:
        state = uow.lexicons.current()
        return self._synonyms(state.synonyms if state else "")

    def _note(
        self,
        uow: UnitOfWork,
        person: Person,
        action: str,
        subject: str,
        solutions: Sequence[Solution],
        **detail: object,
    ) -> None:
        numbers = [one.number for one in solutions]
        uow.audit.add(
            at=self._clock(), by=person.login, action=f"solutions.{action}", subject=subject,
            detail={"solutions": numbers, **detail},
        )  # fmt: skip


def _unknown(uow: UnitOfWork, waiting: Sequence[Waiting]) -> list[Waiting]:
    known = uow.harvest.known({one.code for one in waiting if one.kind is SolutionKind.USED})
    return [o for o in waiting if o.kind is not SolutionKind.USED or not _is_known(known, o.code, o.asked)]


def _is_known(known: Mapping[str, frozenset[str]], code: str, asked: str) -> bool:
    said = form(asked)
    return not said or said in known.get(code, frozenset())


def _holds(group: Group, one: Solution) -> bool:
    return group.code == one.code and any(wording.asked == one.asked for wording in group.wordings)


def _solutions(uow: UnitOfWork, group: Group, kinds: Sequence[SolutionKind]) -> list[Solution]:
    if group.code:
        said = {one.asked for one in group.wordings}
        return [one for one in uow.harvest.of_entry(group.code, kinds, SHOWN_MOST) if one.asked in said]
    return uow.harvest.saying(SolutionKind.ADDED, [one.asked for one in group.wordings], SHOWN_MOST)


def _beside(uow: UnitOfWork, group: Group) -> list[Group]:
    """The other groups of the same entry."""
    if not group.code:
        return []
    others = [kind for kind, sort in SORTS.items() if sort not in (group.sort, Sort.ADD)]
    found = [w for w in uow.harvest.waiting(LOOKED_AT_MOST, others) if w.code == group.code]
    return gather(_unknown(uow, found))


def _waiting(uow: UnitOfWork, numbers: Sequence[int]) -> list[Solution]:
    if not numbers:
        raise Invalid(N_("请至少选一条。"))
    found = [one for one in uow.harvest.many(numbers[:SHOWN_MOST]) if one.outcome is Outcome.WAITING]
    if not found:
        raise Conflict(N_("这些记录刚由同事处理过，请刷新队列。"))
    return found


def _find(uow: UnitOfWork, number: int) -> Solution:
    found = uow.solutions.find(number)
    if found is None:
        raise NotFound(N_("没有第 {number} 条记录。"), number=number)
    return found


def _reason(text: str) -> str:
    said = mask(single_line(text[: REASON_MOST * 4], field="reason", most=REASON_MOST)).text
    if not said:
        raise Invalid(N_("请写一句原因，座席会看到。"), field="reason")
    return said
