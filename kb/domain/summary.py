"""What changed between two contents, in one line that can be read aloud.

    口径：“30 天”改为“60 天”；新增例外情形

The line is built from sentences that an interface can translate (see ``errors.N_``), the most important change first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum

from kb.domain.content import AUDIENCE_NAMES, KIND_NAMES, Audience, Content, Kind
from kb.domain.diff import FieldChange, Form, Mark, Segment, diff_contents
from kb.domain.diff_words import likeness, weight
from kb.domain.errors import N_
from kb.domain.fields import FIELD_NAMES
from kb.domain.person import ROLE_NAMES, Role

LINE_MOST = 80  # characters
QUOTE_MOST = 16
LIKE_ENOUGH = 0.3

ORDER = (
    "speakable", "conditions", "exceptions", "effective_from", "effective_to", "body", "title", "replaced_by", "product",
    "audience", "roles", "asked_as", "kind", "category", "tags", "review_by", "owner",
)  # fmt: skip

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Phrase:
    """``message`` is a gettext message id with ``{named}`` places. Among the values ``name`` is itself a message id, and
    so is every value of an enumeration; moments are aware."""

    message: str
    values: tuple[tuple[str, object], ...] = ()

    def says(self, translate: Translate, zone: tzinfo) -> str:
        return translate(self.message).format(**{key: _shown(key, v, translate, zone) for key, v in self.values})


@dataclass(frozen=True, slots=True)
class Summary:
    """Phrases, the most important first. Empty when nothing changed."""

    phrases: tuple[Phrase, ...]

    def says(self, translate: Translate = str, zone: tzinfo = UTC, most: int = LINE_MOST) -> str:
        """The line, at most ``most`` characters: phrases that do not fit are counted at its end."""
        said = [phrase.says(translate, zone) for phrase in self.phrases]
        for shown in range(len(said), 0, -1):
            rest = len(said) - shown
            more = [translate(_MORE).format(count=rest)] if rest else []
            line = translate(_BETWEEN).join([*said[:shown], *more])
            if len(line) <= most:
                return line
        return f"{said[0][: most - 1]}…" if said else ""

    def __str__(self) -> str:
        return self.says()


_EVERYONE = tuple(Role)
_BETWEEN, _MORE, _ITEM_BETWEEN = N_("；"), N_("另改 {count} 处"), N_("、")


def one_line(old: Content, new: Content) -> Summary:
    """What ``new`` says differently.

    >>> str(one_line(Content(title="甲", speakable="等 30 天。"), Content(title="甲", speakable="等 60 天。")))
    '口径：“30 天”改为“60 天”'
    """
    return summary_of(diff_contents(old, new))


def summary_of(changes: Sequence[FieldChange]) -> Summary:
    """The same from changes that are known already."""
    ordered = sorted(changes, key=lambda change: ORDER.index(change.field))
    return Summary(tuple(_phrase(change) for change in ordered))


def _phrase(change: FieldChange) -> Phrase:
    name = ("name", FIELD_NAMES[change.field])
    if change.field == "roles" or change.form is Form.VALUE:
        return _of_value(name, change)
    if not change.old:
        return Phrase(N_("新增{name}"), (name,))
    if not change.new:
        return Phrase(N_("删去{name}"), (name,))
    return _of_text(name, change) if change.form is Form.TEXT else _of_items(name, change)


def _of_text(name: tuple[str, object], change: FieldChange) -> Phrase:
    if change.field in ("product", "category", "owner"):
        return Phrase(_CHANGED, (name, ("old", _quote(str(change.old))), ("new", _quote(str(change.new)))))
    edits = [edit for edit in _edits(change.segments) if weight("".join(edit))]
    if not edits:
        return Phrase(N_("{name}：只改了标点或格式"), (name,))
    # Numbers first: they are what a caller is promised. Of equals the first that is read.
    removed, added = min(edits, key=lambda edit: (not _has_number(edit), not (edit[0] and edit[1])))
    tells_numbers = _has_number((removed, "")) and _has_number((added, "")) and len(removed + added) <= 2 * QUOTE_MOST
    if likeness(change.segments) < LIKE_ENOUGH and weight(str(change.old)) > QUOTE_MOST and not tells_numbers:
        return Phrase(N_("{name}重写"), (name,))
    values: list[tuple[str, object]] = [name]
    values += [(key, _quote(text)) for key, text in (("old", removed), ("new", added)) if text]
    if len(edits) > 1:
        values.append(("count", len(edits)))
    message = _TEXT[bool(removed), bool(added), len(edits) > 1]
    return Phrase(message, tuple(values))


_CHANGED = N_("{name}：“{old}”改为“{new}”")
_TEXT = {
    (True, True, False): _CHANGED,
    (False, True, False): N_("{name}：增加“{new}”"),
    (True, False, False): N_("{name}：删去“{old}”"),
    (True, True, True): N_("{name}：“{old}”改为“{new}”等 {count} 处"),
    (False, True, True): N_("{name}：增加“{new}”等 {count} 处"),
    (True, False, True): N_("{name}：删去“{old}”等 {count} 处"),
}


def _edits(segments: Sequence[Segment]) -> list[tuple[str, str]]:
    """What was replaced by what, in reading order; one of the two may be empty."""
    found: list[tuple[str, str]] = []
    follows = False
    for segment in segments:
        if segment.mark is Mark.REMOVED:
            found.append((segment.text, ""))
        elif segment.mark is Mark.ADDED and follows:
            found[-1] = (found[-1][0], segment.text)
        elif segment.mark is Mark.ADDED:
            found.append(("", segment.text))
        follows = segment.mark is Mark.REMOVED
    return found


def _of_items(name: tuple[str, object], change: FieldChange) -> Phrase:
    old, new = set(_items(change.old)), set(_items(change.new))
    come, gone = len(new - old), len(old - new)
    if come and gone:
        return Phrase(N_("{name}增 {come} 条、减 {gone} 条"), (name, ("come", come), ("gone", gone)))
    if come:
        return Phrase(N_("{name}增 {come} 条"), (name, ("come", come)))
    if gone:
        return Phrase(N_("{name}减 {gone} 条"), (name, ("gone", gone)))
    return Phrase(N_("{name}换了次序"), (name,))


def _of_value(name: tuple[str, object], change: FieldChange) -> Phrase:
    old, new = change.old, change.new
    if change.field == "roles":
        old, new = old or _EVERYONE, new or _EVERYONE
    if not new:
        return Phrase(N_("取消{name}"), (name,))
    if not old:
        return Phrase(N_("{name}定为{new}"), (name, ("new", new)))
    return Phrase(N_("{name}由{old}改为{new}"), (name, ("old", old), ("new", new)))


def _items(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _has_number(edit: tuple[str, str]) -> bool:
    return any(re.search(r"\d|[一二两三四五六七八九十百千万亿][个天日月年元周次小分%成]", text) for text in edit)


def _quote(text: str) -> str:
    """A stretch of text on one line, short enough to be read out, without the punctuation around it."""
    line = " ".join(text.split()).strip("，。；、,;| ") or " ".join(text.split())
    if len(line) <= QUOTE_MOST:
        return line
    number = re.search(r"\d[\d.,:/-]*\s?\w{0,2}", line)
    if number and number.end() > QUOTE_MOST - 2:
        return f"…{line[max(0, number.start() - 5) : number.start() + QUOTE_MOST - 7]}…"
    return f"{line[: QUOTE_MOST - 1]}…"


def _shown(key: str, value: object, translate: Translate, zone: tzinfo) -> object:
    if isinstance(value, datetime):
        here = value.astimezone(zone)
        return f"{here:%Y-%m-%d}" if here.time() == time() else f"{here:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if value == _EVERYONE:
        return translate(N_("所有岗位"))
    if isinstance(value, tuple):
        return translate(_ITEM_BETWEEN).join(str(_shown(key, item, translate, zone)) for item in value)
    if isinstance(value, StrEnum):
        return translate(_name(value))
    return translate(value) if key == "name" and isinstance(value, str) else value


def _name(value: StrEnum) -> str:
    if isinstance(value, Kind):
        return KIND_NAMES[value]
    if isinstance(value, Audience):
        return AUDIENCE_NAMES[value]
    return ROLE_NAMES[value] if isinstance(value, Role) else str(value)
