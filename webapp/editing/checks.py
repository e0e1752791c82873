"""The check before publication as the editor shows it: beside the text while it is typed, and once more on handing in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.check_report import CheckReport, Finding
from indexer.checking import check
from kb.domain.content import Content
from kb.domain.errors import KbError, NotFound
from kb.services.drafts import OpenDraft
from webapp.current import desk, person
from webapp.editing.fields import FieldErrors
from webapp.editing.sheet import Sheet, content_of
from webapp.messages import sentence


@dataclass(frozen=True)
class Checked:
    """``report`` is None when there is none: ``errors`` must be mended first (sentences by field), or ``trouble`` says
    why. ``waiting``: ids of the findings that still want a reason."""

    report: CheckReport | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""
    overrides: Mapping[str, str] = field(default_factory=dict)

    @property
    def waiting(self) -> list[Finding]:
        given = [id for id, reason in self.overrides.items() if reason]
        return self.report.waiting(given) if self.report else []


def report_on(content: Content, code: str) -> CheckReport:
    """Raises ``Unavailable`` when the index cannot be read."""
    return check(desk().search, content, code, promises=desk().rulebook.current().promises)


def checked(sheet: Sheet, opened: OpenDraft | None) -> Checked:
    """Never raises: what stands against a report stands in it."""
    try:
        content = content_of(sheet, opened)
        return Checked(report_on(content, sheet.code), overrides=sheet.overrides)
    except FieldErrors as found:
        return Checked(errors=sentences(found))
    except KbError as error:
        return Checked(trouble=sentence(error))


def sentences(found: FieldErrors) -> dict[str, str]:
    return {name: sentence(error) for name, error in found.errors.items()}


def opened_of(sheet: Sheet) -> OpenDraft | None:
    """What the draft of the sheet started from; None for a new entry, and for what is gone meanwhile."""
    try:
        if sheet.id:
            return desk().drafts.open(person(), sheet.id)
        return desk().drafts.look(person(), sheet.code) if sheet.code else None
    except NotFound:
        return None
