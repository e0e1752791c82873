"""What a file gives: rows that are good, additions to entries that exist, and rows that are refused with a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kb.domain.content import Content
from kb.domain.errors import KbError

_SHOWN_MOST = 80
# What would break a terminal, a report or its encoding: controls, lone surrogates, marks that turn the writing direction.
_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture beside a file, looked over and not kept in memory. ``digest`` is what its bytes must give again."""

    digest: str
    media_type: str
    width: int
    height: int
    path: Path


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as a file states it. ``line`` counts from 1: line, row of the sheet, or paragraph of the document.

    ``pictures``: those that its text names and that lie beside the file.
    """

    code: str
    content: Content
    file: str
    line: int
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Patch:
    """Further phrasings for the entry ``code``, which exists or stands in the same import."""

    code: str
    asked_as: tuple[str, ...]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a row was refused: ``reason`` is a finished Chinese sentence.

    ``line`` is 0 when the whole file is meant, ``field`` is a field's name or a foreign key as it stands there, or
    empty; ``code`` is known only if the row could be read that far.
    """

    file: str
    line: int
    field: str
    reason: str
    code: str = ""


Item = Row | Patch | Rejection


def refuse(error: KbError, file: str, line: int, *, code: str = "") -> Rejection:
    """The rejection that says what ``error`` says."""
    values = {name: shown(value, 200) if isinstance(value, str) else value for name, value in error.values.items()}
    reason = error.message.format(**values) if values else error.message
    return Rejection(file, line, shown(getattr(error, "field", "")), reason, code)


def shown(text: str, most: int = _SHOWN_MOST) -> str:
    """``text`` short and fit for a report: what cannot be shown stands there as ``\\ud800``."""
    safe = _UNSHOWABLE.sub(lambda m: m[0].encode("unicode_escape").decode(), text[: most + 1])
    return safe if len(text) <= most else safe[:most] + "…"


def name_of(path: Path) -> str:
    """The path as a report names it. A name that is not UTF-8 has its odd bytes escaped."""
    return shown(str(path), most=4096)
