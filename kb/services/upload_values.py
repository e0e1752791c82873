"""What is known of an upload, as values that can be kept in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from kb.domain.content import Content
from kb.domain.errors import KbError
from kb.services.preview import Outcome, PreviewRow

BYTES_MOST = 20 * 2**20  # of one upload, all files together
FILES_MOST, ROWS_MOST = 20, 20_000
PER_PERSON_MOST, ALL_MOST = 10, 60
KEPT = timedelta(days=1)
NAME_MOST = 120


class Stage(StrEnum):
    NEW = "new"  # uploaded, no preview yet
    READY = "ready"
    FAILED = "failed"  # the files cannot be read as a whole
    LANDED = "landed"


@dataclass(frozen=True, slots=True)
class UploadFile:
    """``name`` only for showing; ``stored``: the name on our disk. ``size`` in bytes."""

    name: str
    stored: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """``counts``: rows by outcome, and ``waits`` and ``stays_back`` among them. ``left_out``: codes not to be taken.

    ``trouble``: message and values of what went wrong last. ``result``: codes of what landed, by outcome.
    """

    id: str
    person: str
    at: datetime
    files: tuple[UploadFile, ...]
    publish: bool
    stage: Stage = Stage.NEW
    counts: Mapping[str, int] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    trouble: tuple[str, Mapping[str, object]] | None = None
    reason: str = ""
    landed_at: datetime | None = None
    result: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def ends_at(self) -> datetime:
        """When it is removed by itself."""
        return self.at + KEPT

    @property
    def names(self) -> list[str]:
        return [file.name for file in self.files]

    def troubled(self, error: KbError | None) -> Upload:
        if error is None:
            return replace(self, trouble=None)
        values = {k: v if isinstance(v, int | float | str) else str(v) for k, v in error.values.items()}
        return replace(self, trouble=(error.message, values))

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id, "person": self.person, "at": self.at.isoformat(), "publish": self.publish,
            "files": [[f.name, f.stored, f.size] for f in self.files], "stage": str(self.stage),
            "counts": dict(self.counts), "left_out": sorted(self.left_out), "trouble": self.trouble,
            "reason": self.reason, "landed_at": self.landed_at.isoformat() if self.landed_at else None,
            "result": dict(self.result),
        }  # fmt: skip

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Upload:
        landed_at, trouble = values["landed_at"], values["trouble"]
        return cls(
            id=values["id"], person=values["person"], at=datetime.fromisoformat(values["at"]),
            files=tuple(UploadFile(*f) for f in values["files"]), publish=values["publish"],
            stage=Stage(values["stage"]), counts=values["counts"], left_out=frozenset(values["left_out"]),
            trouble=(trouble[0], trouble[1]) if trouble else None, reason=values["reason"],
            landed_at=datetime.fromisoformat(landed_at) if landed_at else None, result=values["result"],
        )  # fmt: skip


class Head(NamedTuple):
    """A row of the preview in short; ``start``: where its texts begin. See ``PreviewRow``."""

    number: int
    outcome: str
    code: str
    title: str
    kind: str
    file: str
    line: int
    waits: bool
    stays_back: bool
    field: str
    reason: str
    mark: str
    start: int

    @property
    def kind_of(self) -> Outcome:
        return Outcome(self.outcome)

    @property
    def changes(self) -> bool:
        """Whether something would come of it, which a person may leave out."""
        return self.outcome in (Outcome.NEW, Outcome.CHANGED)


def head_to(row: PreviewRow, start: int) -> Head:
    return Head(
        row.number, str(row.outcome), row.code, row.title, row.kind, row.file, row.line, row.waits, row.stays_back,
        row.field, row.reason, row.mark, start,
    )  # fmt: skip


def row_to(row: PreviewRow) -> dict[str, Any]:
    """The texts of a row: what is and what would be."""
    return {"old": row.old.to_dict() if row.old else None, "new": row.new.to_dict() if row.new else None}


def content_from(values: dict[str, object] | None) -> Content | None:
    return Content.from_dict(values) if values else None
