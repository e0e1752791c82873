"""What the pages of an import show: rows by kind, in parts, each with what it would change in a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flask_babel import gettext

from kb.domain.content import Content
from kb.domain.diff import FIELDS, FieldChange, Form, Mark, Segment, diff_contents
from kb.domain.errors import N_, KbError
from kb.domain.person import Role
from kb.domain.summary import one_line
from kb.services.preview import Outcome
from kb.services.upload_values import Head, Upload
from webapp import messages
from webapp.current import desk

ROWS = 50
_LONG = 30_000  # characters: longer texts are compared only when somebody asks
_AROUND, _FOLDED = 60, 160  # characters kept around a change; longer quiet stretches are folded
_LINE_MOST = 110

SHOWN: dict[str, str] = {
    "todo": N_("有变化和拒收"),
    "new": N_("新增"),
    "changed": N_("变更"),
    "rejected": N_("拒收"),
    "waits": N_("待审批"),
    "stays_back": N_("不会生效"),
    "left_out": N_("已略过"),
    "unchanged": N_("未变"),
    "all": N_("全部"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as the list shows it. ``line`` says in one line what it would change or why it is refused."""

    head: Head
    line: str
    taken: bool


def belongs(head: Head, show: str, upload: Upload) -> bool:
    match show:
        case "todo":
            return head.outcome != Outcome.UNCHANGED
        case "waits":
            return head.waits
        case "stays_back":
            return head.stays_back
        case "left_out":
            return head.changes and head.code in upload.left_out
        case "all":
            return True
    return head.outcome == show


def counts(heads: Sequence[Head], upload: Upload) -> dict[str, int]:
    """How many rows each choice of ``SHOWN`` has."""
    return {show: sum(belongs(head, show, upload) for head in heads) for show in SHOWN}


def shown(head: Head, upload: Upload) -> Shown:
    return Shown(head, _line(head, upload), head.changes and head.code not in upload.left_out)


def _line(head: Head, upload: Upload) -> str:
    if head.outcome == Outcome.REJECTED:
        field = messages.field_name(head.field) if head.field else ""
        return f"{field}{gettext('：')}{head.reason}" if field else head.reason
    if head.outcome == Outcome.UNCHANGED:
        return gettext("与知识库一致")
    row = desk().uploads.row(upload, head)
    if row.new is None:
        return ""
    if row.old is None:
        return " ".join((row.new.speakable or row.new.body)[:_LINE_MOST].split())
    if row.old.digest == row.new.digest:
        return gettext("内容不变，只是发布")
    if _size(row.old) + _size(row.new) > _LONG:
        names = [messages.field_name(f) for f in FIELDS if getattr(row.old, f) != getattr(row.new, f)]
        return gettext("改动：{names}").format(names=gettext("、").join(names))
    return one_line(row.old, row.new).says(gettext, desk().settings.zone, _LINE_MOST)


def _size(content: Content) -> int:
    return len(content.body) + len(content.speakable) + len(content.conditions) + len(content.exceptions)


def changes(old: Content, new: Content) -> list[FieldChange]:
    """The fields that differ; long stretches of a text that stay the same are folded."""
    return [_folded(change) for change in diff_contents(old, new)]


def _folded(change: FieldChange) -> FieldChange:
    if change.form is not Form.TEXT:
        return change
    last = len(change.segments) - 1
    parts = tuple(_fold(s, n == 0, n == last) for n, s in enumerate(change.segments))
    return FieldChange(change.field, change.form, change.old, change.new, parts)


def _fold(segment: Segment, is_first: bool, is_last: bool) -> Segment:
    if segment.mark is not Mark.KEPT or len(segment.text) <= _FOLDED:
        return segment
    start = "" if is_first else segment.text[:_AROUND]
    end = "" if is_last else segment.text[-_AROUND:]
    return Segment(Mark.KEPT, f"{start}\n……\n{end}".strip("\n") if start or end else "")


def fields(content: Content) -> list[tuple[str, str]]:
    """All fields that say something, with their values as a person reads them."""
    return [(name, said(getattr(content, name))) for name in FIELDS if getattr(content, name)]


def said(value: object) -> str:
    """A value as a person reads it."""
    match value:
        case StrEnum():
            return messages.name(value)
        case datetime():
            return messages.local(value)
        case date():
            return value.isoformat()
        case tuple():
            return gettext("、").join(said(part) for part in value)
    return str(value) if value else gettext("（空）")


def item(field: str, text: str) -> str:
    """One item of a list of ``field``: a role by its name."""
    return messages.name(Role(text)) if field == "roles" else text


def trouble(upload: Upload) -> str:
    """What went wrong last, as a sentence; empty when nothing did."""
    if upload.trouble is None:
        return ""
    message, values = upload.trouble
    return messages.sentence(KbError(message, **values))
