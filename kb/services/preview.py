"""What an import would do, row by row: before anything lands, and to be compared when it does."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from kb.domain.content import Content
from kb.domain.errors import N_, Conflict
from kb.exchange.rows import Rejection
from kb.services.import_batch import Batch
from kb.services.landing import Landing


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


OUTCOME_NAMES: dict[Outcome, str] = {
    Outcome.NEW: N_("新增"),
    Outcome.CHANGED: N_("变更"),
    Outcome.UNCHANGED: N_("未变"),
    Outcome.REJECTED: N_("拒收"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One row of the files. ``number`` counts from 1, in the order of the files.

    ``waits``: its kind needs approval first. ``stays_back``: it is taken up but would not be in force, because its
    validity is over or only phrasings were added to what is not in force. ``old``: what the entry says now (None: new
    or unchanged), ``new`` what it would say. ``field`` and ``reason`` are those of a rejection. ``mark`` stands for
    what would happen and to what: when it is another, the preview no longer holds.
    """

    number: int
    outcome: Outcome
    code: str
    title: str = ""
    kind: str = ""
    file: str
    line: int
    waits: bool = False
    stays_back: bool = False
    field: str = ""
    reason: str = ""
    mark: str = ""
    old: Content | None = None
    new: Content | None = None


def preview_rows(landing: Landing, batch: Batch, files: Mapping[str, int]) -> Iterator[PreviewRow]:
    """Every row of the batch in the order of the files; ``files`` gives each file's place."""
    rejected = [*batch.rejected, *landing.rejected]
    found = [*_taken(landing, batch), *(_rejected(one) for one in rejected)]
    found.sort(key=lambda row: (files.get(row.file, len(files)), row.line))
    for number, row in enumerate(found, start=1):
        yield replace(row, number=number)


def marks_of(landing: Landing) -> dict[str, str]:
    """The marks of all that would be new, changed or unchanged, by code."""
    waits, back = set(landing.waiting), set(landing.not_published)
    marks = dict.fromkeys(landing.unchanged, str(Outcome.UNCHANGED))
    for outcome, codes in ((Outcome.NEW, landing.new), (Outcome.CHANGED, landing.changed)):
        marks |= {code: _mark(landing, code, outcome, code in waits, code in back) for code in codes}
    return marks


def _mark(landing: Landing, code: str, outcome: Outcome, waits: bool, back: bool) -> str:
    before = landing.standing(code)
    stood = (before.latest, before.latest_digest, before.in_force_digest) if before else ()
    said = (str(outcome), waits, back, *stood, landing.entry(code).latest.content.digest)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _taken(landing: Landing, batch: Batch) -> Iterable[PreviewRow]:
    waits, back, marks = set(landing.waiting), set(landing.not_published), marks_of(landing)
    for outcome, codes in (
        (Outcome.NEW, landing.new), (Outcome.CHANGED, landing.changed), (Outcome.UNCHANGED, landing.unchanged),
    ):  # fmt: skip
        for code in codes:
            row = batch.rows.get(code)
            place = row or batch.patches[code][0]
            is_touched = outcome is not Outcome.UNCHANGED
            new = landing.entry(code).latest.content if is_touched or row is None else row.content
            yield PreviewRow(
                number=0, outcome=outcome, code=code, title=new.title, kind=str(new.kind), file=place.file,
                line=place.line, waits=code in waits, stays_back=code in back, mark=marks[code],
                old=_before(landing, code) if outcome is Outcome.CHANGED else None, new=new if is_touched else None,
            )  # fmt: skip


def _before(landing: Landing, code: str) -> Content:
    """What is in force, else the latest revision before this import."""
    entry, stood = landing.entry(code), landing.standing(code)
    added = {revision.number for revision in entry.new_revisions}
    earlier = sorted((r for r in entry.revisions if r.number not in added), key=lambda r: r.number, reverse=True)
    in_force = stood.in_force_digest if stood else ""
    return next((r.content for r in earlier if r.content.digest == in_force), earlier[0].content)


def _rejected(one: Rejection) -> PreviewRow:
    return PreviewRow(
        number=0, outcome=Outcome.REJECTED, code=one.code, file=one.file, line=one.line, field=one.field,
        reason=one.reason,
    )  # fmt: skip


def without(batch: Batch, codes: Collection[str]) -> Batch:
    """The batch without the rows of these codes."""
    rows = {code: row for code, row in batch.rows.items() if code not in codes}
    patches = {code: held for code, held in batch.patches.items() if code not in codes}
    return Batch(rows, patches, batch.rejected, batch.mentioned)


def check_agreed(landing: Landing, expected: Mapping[str, str], left_out: Collection[str], batch: Batch) -> None:
    """Raise ``Conflict`` unless exactly that would come of it which the preview showed: ``expected`` marks by code."""
    marks = marks_of(landing)
    if marks == expected:
        return
    for one in landing.rejected:
        row = batch.rows.get(one.code)
        if row and row.content.replaced_by in left_out:
            raise Conflict(
                N_("{code} 的替代条目 {other} 在您略过的行里，请一起导入或一起略过。"),
                code=one.code, other=row.content.replaced_by,
            )  # fmt: skip
    other = next(code for code in [*expected, *marks] if expected.get(code) != marks.get(code))
    raise Conflict(
        N_("预览之后知识库有了改动（{code}），没有导入。下面是新的预览，请核对后再确认。"), code=other
    )
