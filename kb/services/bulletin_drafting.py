"""What the next list has to tell: computed from what no list has covered yet, and from what began or ended since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from kb.domain.bulletin import ITEMS_MOST, BulletinItem, Cause, Change, CheckQuestion, LeftOut
from kb.domain.bulletin_edits import Edits, overlaid, state_of
from kb.domain.bulletin_effect import Effect, Told, effect
from kb.domain.bulletin_words import EXPIRED, difference, suggested_question, to_read_aloud, what_changed
from kb.domain.entry import Entry
from kb.ports import UnitOfWork

KNOWN_MOST = 5_000  # differences kept


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinDraft:
    """The list as it would be issued now.

    ``items`` as edited and in order, ``computed`` without the edits. ``settled``: codes of entries that were published
    and taken back, nothing to tell. ``outdated``: codes whose edits were made for another change and do not count.
    ``first``: no list was ever issued. ``total`` counts the entries that no list has told of; with ``too_many`` there
    are more of them than a list takes and ``items`` is empty: the library is to be taken as the starting point.
    ``version`` goes with ``Bulletins.edit`` and ``issue``; ``mark`` changes with anything that is shown here.
    ``coverage``: numbers of the publications told, by code.
    """

    items: tuple[BulletinItem, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    settled: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    computed: Mapping[str, BulletinItem] = field(default_factory=dict)
    coverage: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    edits: Edits = field(default_factory=Edits)
    version: int = 0
    edited_by: str = ""
    edited_at: datetime | None = None
    first: bool = False
    total: int = 0
    too_many: bool = False
    until: datetime
    mark: str = ""


class Differences:
    """What two revisions of an entry say differently, and the question about it: worked out once, they never change."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self._known: dict[tuple[str, int, int, bool], tuple[str, CheckQuestion | None]] = {}

    def between(self, entry: Entry, item: BulletinItem) -> tuple[str, CheckQuestion | None]:
        """The line and the question for an ``item`` that has ``before`` and ``revision``."""
        assert item.before is not None and item.revision is not None
        key = (entry.code, item.before, item.revision, item.announced or item.cause is Cause.START)
        found = self._known.get(key)
        if found is None:
            old, new = entry.revision(item.before).content, entry.revision(item.revision).content
            found = difference(old, new, item, self.zone), suggested_question(old, new)
            if len(self._known) >= KNOWN_MOST:
                self._known.clear()
            self._known[key] = found
        return found


def draft_of(
    uow: UnitOfWork, differences: Differences, at: datetime, codes: Sequence[str] | None = None
) -> BulletinDraft:
    """The draft at ``at``, of ``codes`` alone when they are given."""
    head, ordinary, state = uow.bulletins.head(), uow.bulletins.last_ordinary(), uow.bulletins.state()
    total, latest = uow.bulletins.untold()
    # Never before what was told or recorded already: neither list nor clock can go back.
    until = max(moment for moment in (at, head.until if head else None, latest) if moment)
    base = BulletinDraft(
        until=until, first=head is None, total=total, edits=state.edits, version=state.version, edited_by=state.by,
        edited_at=state.at,
    )  # fmt: skip
    since = ordinary.until if ordinary else None
    if codes is None:
        turned = uow.bulletins.turned(since, until, ITEMS_MOST + 1) if since else []
        codes = list(dict.fromkeys([*uow.bulletins.untold_codes(ITEMS_MOST + 1), *turned]))
    if len(codes) > ITEMS_MOST:
        return replace(base, too_many=True, mark=_mark(base))
    told = _told(uow, codes, since, ordinary.number if ordinary else 0)
    entries = uow.entries.get_many(codes)
    effects = {
        code: _unless_same(entry, effect(entry.publications, told[code], until)) for code, entry in entries.items()
    }
    items = [_item(entries[code], found, differences) for code, found in effects.items() if found.change is not None]
    items = _with_replacements(uow, items)
    kept, out, outdated = overlaid(items, state.edits)
    quiet = [code for code, found in effects.items() if found.change is None and found.publications]
    filled = replace(
        base, items=tuple(kept), left_out=tuple(out), settled=tuple(sorted(quiet)), outdated=tuple(outdated),
        computed={item.code: item for item in items},
        coverage={code: found.publications for code, found in effects.items() if found.publications},
    )  # fmt: skip
    return replace(filled, mark=_mark(filled))


def _unless_same(entry: Entry, found: Effect) -> Effect:
    """Nothing to tell when the text that holds now is the one that held: a release that was taken back, a restored
    revision."""
    if found.change is not Change.CHANGED or found.before is None or found.revision is None:
        return found
    same = entry.revision(found.before).content.digest == entry.revision(found.revision).content.digest
    return replace(found, change=None) if same and not (found.upcoming or found.cancelled or found.announced) else found


def _told(uow: UnitOfWork, codes: Sequence[str], since: datetime | None, ordinary: int) -> dict[str, Told]:
    """How far each entry was told of: by the last ordinary list, or by an urgent one after it."""
    covered = uow.bulletins.covered(codes)
    urgent = {item.code: b.until for b in uow.bulletins.urgent_after(ordinary) for item in b.items}
    return {code: Told(covered.get(code, 0), urgent.get(code, since)) for code in codes}


def _mark(draft: BulletinDraft) -> str:
    """Stands for everything that a coordinator sees, so that nothing else is issued than what was looked at."""
    states = [state_of(item) for item in draft.items] + [f"-{o.code}{o.publications}" for o in draft.left_out]
    said = "\n".join([str(draft.version), str(draft.total if draft.too_many else 0), *states, *draft.settled])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _item(entry: Entry, found: Effect, differences: Differences) -> BulletinItem:
    assert found.change is not None
    number = found.revision or found.before or found.cancelled[0].revision
    new = entry.revision(number).content
    old = entry.revision(found.before).content if found.before is not None else None
    removed = found.change is Change.REMOVED
    decided = found.decided_by
    replacement = (decided.replaced_by if decided else new.replaced_by) if removed else ""
    item = BulletinItem(
        code=entry.code, change=found.change, title=new.title, kind=new.kind, product=new.product,
        revision=None if removed else found.revision, before=found.before, publications=found.publications,
        cause=found.cause, announced=found.announced, starts=found.starts, ends=found.ends, upcoming=found.upcoming,
        cancelled=found.cancelled, reason=decided.reason if decided else EXPIRED, by=decided.by if decided else "",
        at=found.at, replaced_by=replacement, speakable="" if removed else new.speakable, roles=new.roles,
        title_before=old.title if old else "", roles_before=old.roles if old else (),
    )  # fmt: skip
    differs = item.before is not None and item.revision is not None and item.before != item.revision
    summary, question = differences.between(entry, item) if differs else ("", None)
    return replace(item, summary=what_changed(item, summary, differences.zone), question=question)


def _with_replacements(uow: UnitOfWork, items: Sequence[BulletinItem]) -> list[BulletinItem]:
    """With the titles of replacements that nobody is kept out of, and with what to read aloud."""
    codes = {item.replaced_by for item in items if item.replaced_by}
    contents = {code: entry.latest.content for code, entry in uow.entries.get_many(codes).items()}
    titles = {code: content.title for code, content in contents.items() if not content.roles}
    named = [replace(item, replaced_title=titles.get(item.replaced_by, "")) for item in items]
    return [replace(item, read_aloud=to_read_aloud(item)) for item in named]
