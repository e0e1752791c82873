"""Two revisions of an entry as the page of their difference shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from flask import request, url_for

from kb.domain.diff import FieldChange, diff_contents
from kb.domain.diff_lines import Fold, Row, fold
from kb.domain.entry import Revision
from kb.domain.errors import N_, NotFound
from kb.domain.summary import ORDER
from kb.services.history import EntryHistory, pair_of
from webapp.api import query
from webapp.current import person
from webapp.history import marked
from webapp.history.words import line_of
from webapp.linked import LINKS_MOST, readable
from webapp.rendering import Rendered, linked_codes

SIDE, INLINE = "side", "inline"
SOURCE, RENDERED = "source", "rendered"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines shown together; ``folded``: put away until somebody asks. ``pairs`` are the rows side by side, each a left
    and a right one, which are the same row for a line of both texts."""

    rows: tuple[Row, ...]
    folded: bool = False

    @property
    def pairs(self) -> list[tuple[Row | None, Row | None]]:
        return _pairs(self.rows)


@dataclass(frozen=True, slots=True)
class Shown:
    """A field that differs. ``stretches`` for a text; ``texts`` when its Markdown is shown converted: the older and
    the newer one, or a single one with both marked."""

    change: FieldChange
    stretches: list[Stretch] = field(default_factory=list)
    texts: list[Rendered] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Comparison:
    history: EntryHistory
    old: Revision
    new: Revision
    view: str
    text: str
    fields: list[Shown]
    line: str
    earlier: str  # address of the comparison before this one, "" for none
    later: str

    @property
    def title(self) -> str:
        return self.new.content.title

    def address(self, **changes: object) -> str:
        """This page with something else chosen."""
        chosen = {"from": self.old.number, "to": self.new.number, "view": self.view, "text": self.text, **changes}
        return url_for("history.diff", code=self.history.code, **chosen)


def comparison(history: EntryHistory, now: datetime) -> Comparison:
    """Read the request: ``from``, ``to``, ``view``, ``text``.

    Raises:
        NotFound: a revision that is not there, or not for this person.
    """
    old, new = pair_of(history, number("from"), number("to"), now)
    view, text = _choice("view", SIDE, INLINE), _choice("text", SOURCE, RENDERED)
    changes = diff_contents(old.content, new.content)
    numbers = list(history.revisions)
    before = [n for n in numbers if n < min(old.number, new.number)]
    after = [n for n in numbers if n > max(old.number, new.number)]
    pair = sorted((old.number, new.number))

    def address(one: int, other: int) -> str:
        chosen = {"from": one, "to": other, "view": view, "text": text}
        return url_for("history.diff", code=history.code, **chosen)

    return Comparison(
        history, old, new, view, text,
        fields=[_shown(change, view, text, now) for change in sorted(changes, key=lambda c: ORDER.index(c.field))],
        line=line_of(changes),
        earlier=address(before[-1], pair[0]) if before else "",
        later=address(pair[1], after[0]) if after else "",
    )  # fmt: skip


def _shown(change: FieldChange, view: str, text: str, now: datetime) -> Shown:
    if change.field != "body" or text == SOURCE:
        return Shown(change, stretches=stretches(change.rows))
    codes = linked_codes(f"{change.old}\n{change.new}")[:LINKS_MOST]
    targets = {one.code: one.address for one in readable(person(), codes, now).values()}
    if view == SIDE:
        return Shown(change, texts=[marked.left(change.rows, targets), marked.right(change.rows, targets)])
    return Shown(change, texts=[marked.both(change.rows, targets)])


def stretches(rows: Sequence[Row]) -> list[Stretch]:
    """The rows with what is far from any change put away."""
    found: list[Stretch] = []
    for is_fold, parts in groupby(fold(rows), key=lambda part: isinstance(part, Fold)):
        if is_fold:
            found += [Stretch(part.rows, folded=True) for part in parts if isinstance(part, Fold)]
        else:
            found.append(Stretch(tuple(part for part in parts if isinstance(part, Row))))
    return found


def _pairs(rows: Sequence[Row]) -> list[tuple[Row | None, Row | None]]:
    """Lines that went beside lines that came in their place, though they have nothing in common."""
    found: list[tuple[Row | None, Row | None]] = []
    for is_one_sided, group in groupby(rows, key=lambda r: r.old_line is None or r.new_line is None):
        part = list(group)
        if not is_one_sided:
            found += [(row, row) for row in part]
            continue
        gone = [row for row in part if row.new_line is None]
        come = [row for row in part if row.old_line is None]
        for n in range(max(len(gone), len(come))):
            found.append((gone[n] if n < len(gone) else None, come[n] if n < len(come) else None))
    return found


def number(name: str) -> int | None:
    """A revision's number from the address. Anything else names no revision, which is what it is told."""
    given = query.one(name)
    if not given:
        return None
    if not given.isascii() or not given.isdecimal() or len(given) > 6:
        raise NotFound(N_("没有这个版本。"))
    return int(given)


def _choice(name: str, *choices: str) -> str:
    return request.args[name] if request.args.get(name) in choices else choices[0]
