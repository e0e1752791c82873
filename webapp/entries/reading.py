"""What the page of an entry shows to one person at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from indexer.port import Filters
from indexer.search import SearchRequest
from kb.domain.entry import Action, Period, Publication, Revision
from kb.domain.errors import N_, KbError, NotFound
from kb.domain.person import Permission, Person, may_see
from kb.domain.solutions import Solution
from kb.domain.today import Today
from kb.ports import Dated
from kb.services.history import Rule, rules_of
from kb.services.knowledge import EntryView
from webapp.cards import Card, of_entry
from webapp.current import desk
from webapp.history.strip import Strip, strip
from webapp.history.today import today
from webapp.history.words import today_word
from webapp.images import addresses
from webapp.linked import LINKS_MOST, Related, named, readable
from webapp.rendering import Rendered, linked_codes, linked_images, render

RELATED_MOST = 6


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the history: a revision handed in, or a publication. One of the two is None."""

    at: datetime
    revision: Revision | None = None
    publication: Publication | None = None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """``shown`` is the revision whose text is on the page: the rule (``card`` is its answer card), or, for editors
    only, another one. ``state`` is one of in_force, announced, expired, withdrawn, draft.

    ``rules`` are the periods that the person may read, oldest first, with where to read each; ``today`` is what is
    different today, when the page tells of another moment, and ``change`` that difference in one line. ``flags``: open
    ones, for editors only.
    """

    view: EntryView
    state: str
    title: str
    shown: Revision | None
    card: Card | None
    body: Rendered | None
    linked: list[Related]
    related: list[Related]
    history: list[Event]
    upcoming: Period | None
    replacement: Related | None
    rules: list[Rule]
    strip: Strip | None
    today: Today | None
    today_word: str
    change: str
    flags: list[Solution]


def entry_page(person: Person, code: str, *, at: datetime | None, revision: int | None) -> EntryPage:
    """Raises ``NotFound`` for what the person may not see, old revisions included."""
    view = desk().knowledge.read(person, code, at=at)
    moment = at or desk().clock()
    shown = _shown(view, person, revision)
    differing, change = today(view, person, at)
    rules = rules_of(view, person, desk().clock())
    is_rule = view.dated is not None and shown is view.dated.revision
    body = linked = None
    if shown:
        codes = linked_codes(shown.content.body)[:LINKS_MOST]
        found = readable(person, codes, moment)
        linked = list(found.values())
        pictures = addresses(linked_images(shown.content.body), view.code)
        body = render(shown.content.body, {r.code: r.address for r in linked}, pictures)
    return EntryPage(
        view=view,
        state=_state(view, moment),
        title=(shown or named(view)).content.title,
        shown=shown,
        card=of_entry(view.dated) if is_rule and view.dated else None,
        body=body,
        linked=linked or [],
        related=_related(person, view.dated, {r.code for r in linked or []}, at) if is_rule and view.dated else [],
        history=_history(view) if person.may(Permission.SUBMIT) else [],
        upcoming=next((p for p in view.entry.timeline() if p.starts > moment), None),
        replacement=_replacement(person, view, moment),
        rules=rules,
        strip=strip(rules, desk().clock()),
        today=differing,
        today_word=today_word(differing, at, desk().clock()) if differing and at else "",
        change=change,
        flags=_flags(person, view.code),
    )


def _flags(person: Person, code: str) -> list[Solution]:
    """What agents say is wrong in it, for those who write. A page without them is still the page."""
    try:
        return desk().solution_lists.flags(person, code)
    except KbError:
        return []


def _shown(view: EntryView, person: Person, number: int | None) -> Revision | None:
    """What is not the rule is read by those who write, by nobody else: it must not be read out to a caller."""
    if person.may(Permission.SUBMIT):
        if number is not None:
            revision = view.entry.revision(number)
            if not may_see(person.role, revision.content.roles):
                raise NotFound(N_("没有这个版本。"))
            return revision
        return view.dated.revision if view.dated else view.entry.latest
    return view.dated.revision if view.dated else None


def _state(view: EntryView, at: datetime) -> str:
    if view.dated:
        return "in_force"
    if view.ended is None:
        return "draft"
    if view.ended.action is Action.WITHDRAW:
        return "withdrawn"
    return "announced" if view.ended.starts > at else "expired"


def _replacement(person: Person, view: EntryView, at: datetime) -> Related | None:
    if view.dated:
        return None
    code = (view.ended.replaced_by if view.ended else "") or named(view).content.replaced_by
    return readable(person, [code], at).get(code) if code else None


def _related(person: Person, dated: Dated, besides: set[str], at: datetime | None) -> list[Related]:
    """The nearest of the same product and category. A page without them is still the page."""
    content = dated.revision.content
    filters = Filters(products=frozenset({content.product} - {""}), category=content.category)
    if not filters:
        return []
    asked = SearchRequest(content.title, person.role, filters, RELATED_MOST + len(besides) + 1, at)
    try:
        hits = desk().search.run(asked).hits
    except KbError:
        return []
    others = [hit for hit in hits if hit.code not in besides | {dated.code}]
    return [Related(h.code, h.title, url_for("entries.show", code=h.code)) for h in others[:RELATED_MOST]]


def _history(view: EntryView) -> list[Event]:
    """Newest first. At the same moment what was published was handed in before."""
    events = [(r.at, 0, r.number, Event(r.at, revision=r)) for r in view.entry.revisions]
    events += [(p.at, 1, p.number, Event(p.at, publication=p)) for p in view.entry.publications]
    return [event for *_, event in sorted(events, key=lambda e: e[:3], reverse=True)]
