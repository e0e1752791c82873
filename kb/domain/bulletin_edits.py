"""What a coordinator changes in a list before it is issued: words, order, emphasis, what stays out.

An edit belongs to the change that it was made for. When the entry changes again before the list is issued, its words
would be wrong: they are dropped, and the item says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from kb.domain.bulletin import BulletinItem, Change, CheckQuestion, LeftOut
from kb.domain.errors import N_, Invalid
from kb.domain.text import multi_line, single_line

TITLE_MOST, NOTE_MOST, LINE_MOST, READ_ALOUD_MOST, REASON_MOST = 100, 2_000, 300, 1_000, 500
_ORDER = (Change.NEW, Change.CHANGED, Change.REMOVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEdit:
    """None: as computed. ``question`` counts when ``asks`` is True; with ``asks`` False nothing is asked.

    ``left_out`` is the reason for which the item stays off the list, "" for none. ``made_for`` is filled in when the
    edit is kept: see ``fitting``.
    """

    summary: str | None = None
    read_aloud: str | None = None
    asks: bool | None = None
    question: CheckQuestion | None = None
    emphasis: bool | None = None
    left_out: str = ""
    made_for: str = ""

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        if self.summary is not None:
            put("summary", single_line(self.summary, field="summary", most=LINE_MOST))
        if self.read_aloud is not None:
            put("read_aloud", multi_line(self.read_aloud, field="read_aloud", most=READ_ALOUD_MOST))
        put("left_out", single_line(self.left_out, field="left_out", most=REASON_MOST))
        if self.asks and self.question is None:
            raise Invalid(N_("检查题要写明题目和每个选项。"), field="question")

    def is_empty(self) -> bool:
        return replace(self, made_for="") == ItemEdit()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """Everything that was changed in the list. ``order``: codes, first those named here, then the rest as computed."""

    title: str = ""
    note: str = ""
    order: tuple[str, ...] = ()
    items: Mapping[str, ItemEdit] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", single_line(self.title, field="title", most=TITLE_MOST))
        object.__setattr__(self, "note", multi_line(self.note, field="note", most=NOTE_MOST))
        object.__setattr__(self, "order", tuple(dict.fromkeys(self.order)))
        kept = {code: edit for code, edit in sorted(self.items.items()) if not edit.is_empty()}
        object.__setattr__(self, "items", MappingProxyType(kept))

    def made_for(self, items: Sequence[BulletinItem]) -> Edits:
        """The same, each edit marked with the change that it was made for; one that is marked already stays so."""
        states = {item.code: state_of(item) for item in items}
        marked = {
            code: edit if edit.made_for or code not in states else replace(edit, made_for=states[code])
            for code, edit in self.items.items()
        }
        return replace(self, items=marked)

    def without(self, codes: Sequence[str]) -> Edits:
        """What remains when ``codes`` were issued by themselves."""
        gone = set(codes)
        items = {code: edit for code, edit in self.items.items() if code not in gone}
        return replace(self, order=tuple(c for c in self.order if c not in gone), items=items)

    def to_dict(self) -> dict[str, object]:
        items = {code: _edit_to_dict(edit) for code, edit in self.items.items()}
        return {"title": self.title, "note": self.note, "order": list(self.order), "items": items}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Edits:
        items = {code: _edit_from_dict(edit) for code, edit in values.get("items", {}).items()}
        order = tuple(values.get("order", ()))
        return cls(title=values.get("title", ""), note=values.get("note", ""), order=order, items=items)


def state_of(item: BulletinItem) -> str:
    """A word for the change that an item tells: the same for the same change, whenever it is computed."""
    now = f"{item.revision}@{item.starts.isoformat()}" if item.announced and item.starts else str(item.revision)
    return f"{item.change}:{item.before}>{now}:{','.join(map(str, item.publications))}"


def overlaid(items: Sequence[BulletinItem], edits: Edits) -> tuple[list[BulletinItem], list[LeftOut], list[str]]:
    """The items as edited and in order, those left out, and codes whose edits were made for another change."""
    kept, out, outdated = [], [], []
    for item in items:
        edit = edits.items.get(item.code)
        if edit is not None and edit.made_for not in ("", state_of(item)):
            outdated.append(item.code)
            edit = None
        if edit is not None and edit.left_out:
            out.append(LeftOut(item.code, item.title, item.change, item.publications, edit.left_out))
        else:
            kept.append(_edited(item, edit) if edit is not None else item)
    places = {code: place for place, code in enumerate(edits.order)}
    kept.sort(key=lambda i: (places.get(i.code, len(places)), _ORDER.index(i.change), i.kind, i.product, i.code))
    return kept, out, outdated


def _edited(item: BulletinItem, edit: ItemEdit) -> BulletinItem:
    question = item.question if edit.asks is None else edit.question if edit.asks else None
    return replace(
        item,
        summary=item.summary if edit.summary is None else edit.summary,
        read_aloud=item.read_aloud if edit.read_aloud is None else edit.read_aloud,
        question=question,
        emphasis=item.emphasis if edit.emphasis is None else edit.emphasis,
    )


def _edit_to_dict(edit: ItemEdit) -> dict[str, object]:
    question = edit.question
    asked = {"text": question.text, "options": list(question.options), "right": question.right} if question else None
    return {
        "summary": edit.summary, "read_aloud": edit.read_aloud, "asks": edit.asks, "question": asked,
        "emphasis": edit.emphasis, "left_out": edit.left_out, "made_for": edit.made_for,
    }  # fmt: skip


def _edit_from_dict(values: Mapping[str, Any]) -> ItemEdit:
    given = dict(values)
    asked = given.pop("question", None)
    question = CheckQuestion(asked["text"], tuple(asked["options"]), asked["right"]) if asked else None
    return ItemEdit(question=question, **given)
