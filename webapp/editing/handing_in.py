"""Handing in: everything that is wrong at once, then the draft becomes a revision."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from indexer.check_report import CheckReport
from kb.domain.content import Content
from kb.domain.entry import check_reason
from kb.domain.errors import Invalid, Unavailable
from kb.domain.person import Permission
from kb.services.drafts import OpenDraft
from webapp.current import desk, person
from webapp.editing.checks import Checked, report_on, sentences
from webapp.editing.fields import FieldErrors
from webapp.editing.sheet import Sheet, content_of
from webapp.messages import sentence


class Refused(Exception):
    """What must be mended: sentences by field, a sentence for the whole, findings that want a reason."""

    def __init__(self, checked: Checked, errors: Mapping[str, str], trouble: str) -> None:
        super().__init__(trouble)
        self.checked, self.errors, self.trouble = checked, errors, trouble


def hand_in(sheet: Sheet, opened: OpenDraft) -> tuple[str, int, str]:
    """Code and number of the new revision, and a sentence that names the next step.

    Raises:
        Refused: fields break rules, or findings have no reason to go on in spite of them.
        Conflict, Invalid: see ``Drafts.hand_in``.
    """
    content = _checked_fields(sheet, opened)
    try:
        found = Checked(report_on(content, sheet.code), overrides=sheet.overrides)
    except Unavailable as error:
        raise Refused(
            Checked(trouble=sentence(error)), {}, gettext("检查暂时做不了，请稍后再提交；草稿已保存。")
        ) from None
    if found.waiting:
        trouble = gettext("还有 {count} 处要改正或写明理由，见“检查”。").format(count=len(found.waiting))
        raise Refused(found, {}, trouble)
    code, revision = desk().drafts.hand_in(
        person(), sheet.id, content, version=sheet.version, reason=sheet.reason,
        overrides=_overridden(found.report, sheet.overrides),
    )  # fmt: skip
    return code, revision.number, _next_step(content, revision.number)


def _checked_fields(sheet: Sheet, opened: OpenDraft) -> Content:
    errors: dict[str, str] = {}
    content = None
    try:
        content = content_of(sheet, opened)
    except FieldErrors as found:
        errors = sentences(found)
    try:
        check_reason(sheet.reason)
    except Invalid as error:
        errors["reason"] = sentence(error)
    if content is None or errors:
        said = gettext("还没有提交：有 {count} 处要改，都标在下面。草稿已保存。").format(count=len(errors))
        raise Refused(Checked(errors=errors), errors, said)
    return content


def _overridden(report: CheckReport | None, reasons: Mapping[str, str]) -> dict[str, str]:
    """Only what the check has found now: a reason for something mended since then says nothing."""
    ids = {finding.id for finding in report.findings} if report else set()
    return {id: reason for id, reason in reasons.items() if reason and id in ids}


def _next_step(content: Content, number: int) -> str:
    needed = desk().rulebook.current().needed(content.kind)
    if needed:
        return gettext("已提交为第 {number} 版。下一步：待审批，需要 {needed} 人通过。").format(
            number=number, needed=needed
        )
    if person().may(Permission.PUBLISH):
        return gettext("已提交为第 {number} 版。下一步：发布。").format(number=number)
    return gettext("已提交为第 {number} 版。下一步：由信息协调岗发布。").format(number=number)
