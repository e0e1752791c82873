"""What the strip, the bar and the pages of calls show, and what a person has typed into them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, request
from flask_babel import gettext

from kb.domain.calls import Call
from kb.domain.errors import N_, Invalid, NotFound
from kb.domain.person import Person, Role
from kb.domain.privacy import PersonalData
from kb.domain.solutions import FollowUp, Solution, SolutionKind
from kb.services.calls import LINE_MOST
from kb.services.knowledge import EntryView
from kb.services.prefill import Prefill
from webapp.current import desk
from webapp.intake import times
from webapp.messages import name
from webapp.pulse import QUIET, token_of

PROBLEM_TYPES = (N_("咨询"), N_("报案"), N_("救援"), N_("投诉"), N_("回访"), N_("其他"))
TEXTS = {SolutionKind.FLAGGED: "text_flagged", SolutionKind.IMPROVED: "text_improved", SolutionKind.ADDED: "text_added"}
FIELDS = ("asked", "problem_type", "product", "result", "follow_note")
TYPED_MOST = 100_000  # characters of one field that are looked at: enough to say in words how much is too much
TYPE_MOST, CODES_MOST = 40, 10


@dataclass(frozen=True, slots=True)
class Strip:
    """``owed``: newest first. ``next_follow_up``: the promise that comes due next. ``is_quiet``: nothing to show
    to somebody whose work is not taking calls."""

    person: Person
    token: str
    call: Call | None
    owed: list[Call]
    late: int
    follow_ups: int
    follow_ups_late: int
    next_follow_up: datetime | None
    now: datetime
    is_quiet: bool

    @property
    def mark(self) -> str:
        """As ``Calls.marks`` has it, so that a page knows whether it shows what the pulse tells."""
        if not self.call and not self.owed:
            return QUIET
        return f"{self.call.number if self.call else 0}.{len(self.owed)}.{sum(c.number for c in self.owed)}"


def strip(person: Person) -> Strip:
    now = desk().clock()
    call, owing, promises = desk().calls.duty(person)
    owed, promised = owing[::-1], [one.follow_due for one in promises if one.follow_due]
    is_at_calls = person.role is Role.AGENT or request.blueprint in ("search", "entries", "calls")
    return Strip(
        person=person, token=token_of(str(current_app.secret_key), person.login), call=call, owed=owed,
        late=sum(1 for one in owed if one.due_at and one.due_at < now), follow_ups=len(promised),
        follow_ups_late=sum(1 for due in promised if due < now), next_follow_up=next((due for due in promised if due > now), None),
        now=now, is_quiet=not (is_at_calls or call or owed or promised),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one call. ``codes``: what was opened or copied in it, with titles, the last first; ``replacement`` is the
    title of the entry that stands in the place of the one opened."""

    call: Call
    prefill: Prefill
    kind: SolutionKind
    codes: dict[str, str]
    replacement: str
    solutions: list[Solution]
    now: datetime

    @property
    def types(self) -> list[str]:
        category = self.prefill.category[:TYPE_MOST]
        return list(dict.fromkeys([*([category] if category else []), *PROBLEM_TYPES]))


def form_of(person: Person, number: int) -> Form:
    """Raises ``NotFound`` when it is not this person's call."""
    call, found = desk().calls.get(person, number), desk().calls.prefill(person, number)
    codes = dict.fromkeys(act.code for act in reversed(desk().calls.acts(person, number)) if act.code)
    titles = titles_of(person, [found.replaced_by, *codes])
    kind = SolutionKind.USED if found.code and found.is_in_force else SolutionKind.ADDED
    return Form(
        call, found, kind, {code: titles[code] for code in codes if code in titles}, titles.get(found.replaced_by, ""),
        desk().solutions.of_call(person, number), desk().clock(),
    )  # fmt: skip


def titles_of(person: Person, codes: Iterable[str]) -> dict[str, str]:
    """The title of each of these entries that the person may see; at most ``CODES_MOST`` of them."""
    found = {}
    for code in [code for code in codes if code][:CODES_MOST]:
        try:
            found[code] = title_of(desk().knowledge.read(person, code))
        except NotFound:
            continue
    return found


def title_of(view: EntryView) -> str:
    """The title in force, else the last one that was."""
    if view.dated:
        return view.dated.revision.content.title
    return (view.entry.revision(view.ended.revision) if view.ended else view.entry.latest).content.title


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent with the form of a solution."""

    kind: SolutionKind
    code: str
    revision: int | None
    follow_up: FollowUp
    follow_due: datetime | None
    texts: Mapping[str, str]


def typed() -> Typed:
    """Raises ``Invalid`` for a kind or a time that is none."""
    sent = {key: value[:TYPED_MOST].replace("\r\n", "\n") for key, value in request.form.items()}
    try:
        kind = SolutionKind(sent.get("kind", ""))
    except ValueError:
        raise Invalid(N_("请选“用了”“有误”“改进”或“新增”。"), field="kind") from None
    texts = {field: sent.get(field, "") for field in FIELDS}
    texts["text"] = sent.get(TEXTS.get(kind, ""), "")
    follows = bool(sent.get("follow_up"))
    is_added = kind is SolutionKind.ADDED
    if not is_added:
        texts["result"] = ""
    if not follows:
        texts["follow_note"] = ""
    revision = sent.get("revision", "")
    return Typed(
        kind=kind, code="" if is_added else sent.get("code", "").strip().upper()[:80],
        revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 7 else None,
        follow_up=FollowUp.OPEN if follows else FollowUp.NONE,
        follow_due=times.typed(sent.get("follow_due", ""), "follow_due") if follows else None, texts=texts,
    )  # fmt: skip


def counted(kinds: Iterable[PersonalData]) -> str:
    """``手机号 1 处、姓名 2 处``; "" for none."""
    found = Counter(kinds)
    parts = [gettext("{what} {n} 处").format(what=name(kind), n=count) for kind, count in found.items()]
    return gettext("、").join(parts)


def line_and_product() -> dict[str, str]:
    return {"line": request.form.get("line", "")[:LINE_MOST], "product": request.form.get("product", "")[:200]}


def lasting(call: Call, now: datetime) -> str:
    """How long it lasted, or has lasted: ``3:05``."""
    seconds = int(((call.ended_at or now) - call.opened_at) / timedelta(seconds=1))
    minutes, seconds = divmod(max(0, seconds), 60)
    return f"{minutes}:{seconds:02}"
