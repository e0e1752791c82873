"""The entries that a text or a withdrawal leads to, as far as the reader may open them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from flask import request, url_for

from kb.domain.entry import Revision
from kb.domain.errors import NotFound
from kb.domain.person import Person, may_see
from kb.services.knowledge import EntryView
from webapp.current import desk

LINKS_MOST = 60


def entry_address(code: str, **more: str) -> str:
    """Where the entry is read. ``more`` goes into the query string, what is empty is left out."""
    said = {name: value for name, value in more.items() if value}
    return url_for("entries.show", code=code, **said) if said else _entry_address(request.script_root, code)


@lru_cache(maxsize=10_000)
def _entry_address(_mounted_at: str, code: str) -> str:
    """Ten of them are asked for with each search, and making one takes Flask as long as reading a session."""
    return url_for("entries.show", code=code)


@dataclass(frozen=True, slots=True)
class Related:
    code: str
    title: str
    address: str


def readable(person: Person, codes: Sequence[str], at: datetime) -> dict[str, Related]:
    """Of these, the entries that the person may open; one that is no longer in force opens on its banner."""
    with desk().store.read() as uow:
        in_force = uow.entries.in_force(codes, at)
    found: dict[str, Related] = {}
    for code in codes:
        dated = in_force.get(code)
        if dated is None:
            try:
                title = named(desk().knowledge.read(person, code, at=at)).content.title
            except NotFound:
                continue
        elif may_see(person.role, dated.revision.content.roles):
            title = dated.revision.content.title
        else:
            continue
        found[code] = Related(code, title, url_for("entries.show", code=code))
    return found


def named(view: EntryView) -> Revision:
    """The revision that gives a silent entry its title: the last that was published."""
    published = [p.revision for p in view.entry.publications if p.revision is not None]
    return view.entry.revision(published[-1]) if published else view.entry.latest
