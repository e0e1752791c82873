"""Solutions: recorded after a call, exactly once however often they are sent; edited with every version kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from kb.domain.calls import EXEMPT, ActKind, Call
from kb.domain.content import NAME_MOST, check_code
from kb.domain.errors import N_, Conflict, Invalid, NotFound, TooLarge
from kb.domain.fields import FIELD_NAMES
from kb.domain.person import Permission, Person, may_see
from kb.domain.privacy import PersonalData, mask, patterns_of
from kb.domain.rules import Rules
from kb.domain.solutions import FollowUp, Outcome, Solution, SolutionKind
from kb.domain.text import multi_line, single_line
from kb.ports import Store, UnitOfWork
from kb.services.calls import own_call
from kb.services.prefill import replacement_of

Clock = Callable[[], datetime]
Hook = Callable[[UnitOfWork, Solution], None]

KEY_MOST, ASKED_MOST, TYPE_MOST, TEXT_MOST, RESULT_MOST, NOTE_MOST = 80, 300, 40, 4_000, 1_000, 500
_LINES = {"problem_type": TYPE_MOST, "product": NAME_MOST, "asked": ASKED_MOST}
_TEXTS = {"text": TEXT_MOST, "result": RESULT_MOST, "follow_note": NOTE_MOST}
PROMISED_MOST = timedelta(days=366)
_CLOCKS_APART = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Recorded:
    """``is_new`` False: it was sent before. ``hidden``: what was masked in it, in order; ``warned``: what may be personal
    and was left."""

    solution: Solution
    is_new: bool
    hidden: tuple[PersonalData, ...] = ()
    warned: tuple[PersonalData, ...] = ()


class Solutions:
    """``on_flag`` is told of each flag within the transaction that keeps it."""

    def __init__(self, store: Store, clock: Clock, *, on_flag: Hook | None = None) -> None:
        self._store = store
        self._clock = clock
        self._on_flag = on_flag

    def record(
        self, person: Person, call: int, *, key: str, kind: SolutionKind, code: str = "", revision: int | None = None,
        follow_up: FollowUp = FollowUp.NONE, follow_due: datetime | None = None, anyway: bool = False, **texts: str,
    ) -> Recorded:  # fmt: skip
        """Keep a solution of this person's call and settle what the call owes. The same ``key`` again gives the first one,
        when it says the same.

        ``texts``: problem_type, product, asked, text, result, follow_note; what is certainly personal in them is masked.
        ``anyway``: the entry was the right one in this call although it is out of force now.

        Raises:
            NotFound: it is not this person's call, or no entry that they may see.
            Conflict: the entry is out of force and ``anyway`` is not said; ``values["replaced_by"]`` names the one in its
                place ("" for none). Or the ``key`` has another content or call; it is ``values["used_key"]`` then.
            Invalid, TooLarge: something is missing, or longer than may be kept.
        """
        person.require(Permission.RECORD)
        now = self._clock()
        key = _key(key)
        bounded = _bounded(texts)
        with self._store.write() as uow:
            rules = uow.rules.current()
            kept, hidden, warned = _masked(bounded, rules)
            there = uow.solutions.by_key(person.login, key)
            if there is not None:
                if not _is_first_state(uow, there, {**kept, "call": call, "kind": kind, "code": code.strip().upper()}):
                    raise Conflict(N_("编号（key）“{used_key}”已经记下另一份内容，这一份没有保存；请换一个编号。"), used_key=key)
                return Recorded(there, False, hidden, warned)
            held = own_call(uow, person, call)
            made = Solution(
                call=held.number, key=key, person=person.login, team=person.team, at=now, kind=kind,
                code=check_code(code) if code.strip() else "", revision=revision, masked=len(hidden),
                follow_up=follow_up, follow_due=follow_due if follow_up is not FollowUp.NONE else None, **kept,
            )  # fmt: skip
            _check(made, now)
            made = _linked(uow, person, made, held, now, anyway=anyway)
            if kind is SolutionKind.FLAGGED:
                made = replace(made, flag_due=now + timedelta(hours=rules.flag_hours))
            made = replace(made, number=uow.solutions.add(made))
            if not held.settled_at or held.settled_as == EXEMPT:
                settled = held.settled_at if held.settled_as == EXEMPT else now
                uow.calls.put(replace(held, settled_at=settled, settled_as=str(kind), exemption=None))
            if kind is SolutionKind.FLAGGED and self._on_flag:
                self._on_flag(uow, made)
            uow.commit()
        return Recorded(made, True, hidden, warned)

    def edit(
        self, person: Person, number: int, *, based_on: int, kind: SolutionKind | None = None, code: str | None = None,
        follow_up: FollowUp | None = None, follow_due: datetime | None = None, **texts: str,
    ) -> Recorded:  # fmt: skip
        """Change one's own solution: a new version, the old one is kept. Fields that are not given stay.

        Raises:
            NotFound: it is not this person's. Conflict: it was changed meanwhile, or a coordinator has dealt with it.
            Invalid, TooLarge: see ``record``.
        """
        person.require(Permission.RECORD)
        now = self._clock()
        bounded = _bounded(texts)
        with self._store.write() as uow:
            before = _own(uow, person, number)
            if before.version != based_on:
                raise Conflict(N_("这条记录刚在别处改过，请刷新后再改。"))
            if before.outcome is not Outcome.WAITING:
                raise Conflict(N_("这条记录已经由信息协调岗处理，不能再改。"))
            rules = uow.rules.current()
            kept, hidden, warned = _masked(bounded, rules)
            follow = before.follow_up if follow_up is None else follow_up
            due = follow_due or before.follow_due
            after = replace(
                before, kind=kind or before.kind, code=before.code if code is None else check_code(code) if code else "",
                follow_up=follow, follow_due=None if follow is FollowUp.NONE else due, masked=before.masked + len(hidden),
                **kept,
            )  # fmt: skip
            if after == before:
                return Recorded(before, False, hidden, warned)
            _check(after, now, promised_before=before.follow_due)
            if after.code != before.code:
                after = _linked(uow, person, replace(after, revision=None), own_call(uow, person, before.call), now)
            if after.kind is SolutionKind.FLAGGED and after.flag_due is None:
                after = replace(after, flag_due=now + timedelta(hours=rules.flag_hours))
            after = replace(after, version=before.version + 1)
            uow.solutions.put(after, at=now)
            if after.kind is SolutionKind.FLAGGED and before.kind is not SolutionKind.FLAGGED and self._on_flag:
                self._on_flag(uow, after)
            _settle_as_first(uow, after)
            uow.commit()
        return Recorded(after, True, hidden, warned)

    def get(self, person: Person, number: int) -> Solution:
        """One's own. Raises ``NotFound``."""
        person.require(Permission.RECORD)
        with self._store.read() as uow:
            return _own(uow, person, number)

    def of_call(self, person: Person, call: int) -> list[Solution]:
        person.require(Permission.RECORD)
        with self._store.read() as uow:
            own_call(uow, person, call)
            return uow.solutions.of_call(call)

    def versions(self, person: Person, number: int) -> list[tuple[int, datetime, dict[str, object]]]:
        """Every version of one's own: number, moment, values; oldest first."""
        person.require(Permission.RECORD)
        with self._store.read() as uow:
            _own(uow, person, number)
            return uow.solutions.versions(number)

    def follow_ups(self, person: Person) -> list[Solution]:
        """What this person has promised and not done yet, the earliest due first."""
        person.require(Permission.RECORD)
        with self._store.read() as uow:
            return uow.solutions.follow_ups(person.login)

    def finish_follow_up(self, person: Person, number: int, *, note: str) -> Solution:
        """Done what was promised. Saying it again changes nothing.

        Raises:
            NotFound: it is not this person's. Conflict: nothing was promised. Invalid: no note.
        """
        person.require(Permission.RECORD)
        bounded = _bounded({"follow_note": note})
        with self._store.write() as uow:
            before = _own(uow, person, number)
            if before.follow_up is FollowUp.DONE:
                return before
            if before.follow_up is FollowUp.NONE:
                raise Conflict(N_("这条记录没有要跟进的事。"))
            kept, hidden, _ = _masked(bounded, uow.rules.current())
            if not kept["follow_note"]:
                raise Invalid(N_("请写一句跟进的结果。"), field="follow_note")
            after = replace(
                before, follow_up=FollowUp.DONE, version=before.version + 1, masked=before.masked + len(hidden), **kept
            )
            uow.solutions.put(after, at=self._clock())
            uow.commit()
            return after


def _own(uow: UnitOfWork, person: Person, number: int) -> Solution:
    found = uow.solutions.find(number)
    if found is None or found.person != person.login:
        raise NotFound(N_("没有第 {number} 条记录。"), number=number)
    return found


def _is_first_state(uow: UnitOfWork, there: Solution, sent: dict[str, Any]) -> bool:
    """Whether ``sent`` is what ``there`` was recorded from; it may have been changed since."""
    number, _, first = uow.solutions.versions(there.number)[0]
    if number != 1:
        return True
    sent = {"asked": "", "text": "", "result": "", "follow_note": "", "problem_type": "", **sent}
    if not sent.get("product"):
        sent["product"] = first["product"]  # it was the entry's
    return all(str(first[name]) == str(value) for name, value in sent.items())


def _key(text: str) -> str:
    key = single_line(text[: KEY_MOST * 4], field="key", most=KEY_MOST)
    if not key:
        raise Invalid(N_("请写明这次提交的编号（key），重发时用同一个。"), field="key")
    return key


def _bounded(texts: dict[str, str]) -> dict[str, str]:
    """In normal form, within bounds. Looked at before the writers' turn is asked for: 50,000 characters hold up nobody."""
    kept = {}
    for name, text in texts.items():
        most = _LINES.get(name) or _TEXTS[name]
        if len(text) > most * 4:
            raise TooLarge(
                N_("“{name}”最多 {most} 个字，现有 {size} 个。"),
                field=name, name=FIELD_NAMES.get(name, name), most=most, size=len(text),
            )  # fmt: skip
        kept[name] = (single_line if name in _LINES else multi_line)(text, field=name, most=most)
    return kept


def _masked(
    texts: dict[str, str], rules: Rules
) -> tuple[dict[str, Any], tuple[PersonalData, ...], tuple[PersonalData, ...]]:
    patterns = patterns_of(rules.policy_shapes)
    kept: dict[str, Any] = {}
    hidden: list[PersonalData] = []
    warned: list[PersonalData] = []
    for name, text in texts.items():
        found = mask(text, patterns)
        kept[name] = found.text
        for finding in found.findings:
            (hidden if finding.certain else warned).append(finding.kind)
    return kept, tuple(hidden), tuple(warned)


def _check(made: Solution, now: datetime, *, promised_before: datetime | None = None) -> None:
    if made.kind is SolutionKind.ADDED:
        if not made.asked:
            raise Invalid(N_("请写一句来电者问了什么。"), field="asked")
        if not made.text:
            raise Invalid(N_("请写一句您是怎么答的。"), field="text")
    elif not made.code:
        raise Invalid(N_("请写明是哪一条知识；没有合适的，请选“新增”。"), field="code")
    if made.kind is SolutionKind.FLAGGED and not made.text:
        raise Invalid(N_("请写一句哪里不对。"), field="text")
    if made.kind is SolutionKind.IMPROVED and not made.text:
        raise Invalid(N_("请写下更好的说法。"), field="text")
    if made.follow_up is FollowUp.OPEN:
        if made.follow_due is None:
            raise Invalid(N_("请写明答应来电者的时间。"), field="follow_due")
        if made.follow_due != promised_before and not now - _CLOCKS_APART <= made.follow_due <= now + PROMISED_MOST:
            raise Invalid(N_("答应的时间应在今后一年之内。"), field="follow_due")


def _linked(
    uow: UnitOfWork, person: Person, made: Solution, call: Call, now: datetime, *, anyway: bool = False
) -> Solution:
    """With the entry's revision, and whether the call shows that it was looked at."""
    if not made.code:
        return replace(made, revision=None, opened=False)
    entry = uow.entries.find(made.code)
    period = entry.period_at(now) if entry else None
    shown = entry.revision(period.revision) if entry and period else None
    newest = shown or (entry.latest if entry and entry.publications else None)
    if entry is None or newest is None or not may_see(person.role, newest.content.roles):
        raise NotFound(N_("没有编号为 {code} 的条目。"), code=made.code)
    if shown is None and made.kind is SolutionKind.USED and not anyway:
        other = replacement_of(uow, person, made.code)
        said = N_("{code} 已经下线，现行的是 {replaced_by}。") if other else N_("{code} 已经下线，没有替代条目。")
        raise Conflict(said, code=made.code, replaced_by=other)
    numbers = {revision.number for revision in entry.revisions}
    acts = [act for act in uow.calls.acts_of(call.number) if act.code == made.code and act.kind is not ActKind.SEARCH]
    seen = next((act.revision for act in reversed(acts) if act.revision in numbers), None)
    given = made.revision if made.revision in numbers else None
    product = made.product or newest.content.product
    return replace(made, revision=given or seen or newest.number, opened=bool(acts), product=product)


def _settle_as_first(uow: UnitOfWork, after: Solution) -> None:
    """A call is counted as what its first solution is, also after that was changed."""
    call = uow.calls.find(after.call)
    first = uow.solutions.of_call(after.call)[0]
    if call is not None and first.number == after.number and call.settled_as != str(after.kind):
        uow.calls.put(replace(call, settled_as=str(after.kind)))
