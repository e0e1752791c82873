"""The words of the domain in the visitor's language: errors, roles, kinds, fields.

The domain marks its sentences with ``N_`` and knows no framework; here they are translated and filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from flask import Flask
from flask_babel import gettext

from kb.domain.bulletin import CHANGE_NAMES
from kb.domain.calls import EXEMPTION_NAMES
from kb.domain.content import AUDIENCE_NAMES, KIND_NAMES
from kb.domain.errors import N_, KbError
from kb.domain.exams.calendar import EXAM_STEP_NAMES
from kb.domain.exams.lifecycle import STEP_NAMES
from kb.domain.exams.paper import PAPER_STATE_NAMES
from kb.domain.exams.question import QUESTION_STATE_NAMES, QUESTION_TYPE_NAMES
from kb.domain.exams.sitting import BATCH_KIND_NAMES, SITTING_STATE_NAMES
from kb.domain.fields import FIELD_NAMES
from kb.domain.gaps import GAP_NAMES, GAP_SOURCE_NAMES
from kb.domain.intake import INTAKE_NAMES
from kb.domain.person import ROLE_NAMES, Permission
from kb.domain.privacy import PERSONAL_DATA_NAMES
from kb.domain.release import RELEASE_NAMES
from kb.domain.review import STAGE_NAMES, VERDICT_NAMES
from kb.domain.solutions import FOLLOW_UP_NAMES, OUTCOME_NAMES, SOLUTION_NAMES
from webapp import i18n
from webapp.current import desk

PERMISSION_NAMES: dict[Permission, str] = {
    Permission.SEARCH: N_("检索与查看"),
    Permission.SUBMIT: N_("提交修改"),
    Permission.APPROVE: N_("审批"),
    Permission.PUBLISH: N_("发布与下线"),
    Permission.ANNOUNCE: N_("宣导与提醒"),
    Permission.SEE_RECEIPTS: N_("查看确认情况"),
    Permission.MANAGE_RULES: N_("修改审批规则"),
    Permission.EXPORT: N_("导出"),
    Permission.SEE_QUESTIONS: N_("查看未答问题"),
    Permission.SEE_AUDIT: N_("查看审计日志"),
    Permission.MANAGE_PEOPLE: N_("管理账号"),
    Permission.RECORD: N_("接听与补记"),
    Permission.CONNECT: N_("对接话务系统"),
    Permission.GRANT_CALLS: N_("准许再接来电"),
    Permission.SEE_REPORTS: N_("查看报表"),
    Permission.KEEP_QUESTIONS: N_("管理题库"),
    Permission.APPROVE_PAPERS: N_("审批试卷"),
    Permission.HOLD_SITTINGS: N_("组织考试"),
    Permission.SEE_RESULTS: N_("查看考试成绩"),
    Permission.SEE_ITEMS: N_("查看题目分析"),
    Permission.SIT: N_("参加考试"),
}

# What a person fills in that is no field of an entry.
OTHER_FIELD_NAMES: dict[str, str] = {
    "words": N_("词典"),
    "synonyms": N_("同义词"),
    "query": N_("问题"),
    "relevant": N_("应答条目"),
    "department": N_("提交部门"),
    "text": N_("内容"),
    "asked": N_("来电者怎么问"),
    "result": N_("结果"),
    "problem_type": N_("问题类型"),
    "follow_note": N_("跟进说明"),
    "line": N_("线路"),
    "outcome": N_("答复"),
    "remarks": N_("意见"),
    "reference": N_("文号"),
    "call_id": N_("来电编号"),
    "summary": N_("变化说明"),
    "read_aloud": N_("宣读词"),
    "question": N_("检查题"),
    "answer": N_("检查题"),
    "left_out": N_("不列入的原因"),
    "note": N_("说明"),
    "team": N_("班组"),
    "day": N_("日期"),
    "shift": N_("班次"),
    "stem": N_("题干"),
    "options": N_("选项"),
    "key": N_("答案"),
    "blanks": N_("填空答案"),
    "rubric": N_("评分要点"),
    "model": N_("参考答案"),
    "explanation": N_("解析"),
    "difficulty": N_("难度"),
    "point": N_("知识点"),
    "type": N_("题型"),
    "source": N_("来源"),
}

# By class too: members of two enumerations with the same text are equal.
_NAMES: dict[tuple[type[StrEnum], str], str] = {
    (type(member), str(member)): text
    for names in (
        ROLE_NAMES, CHANGE_NAMES, KIND_NAMES, AUDIENCE_NAMES, PERMISSION_NAMES, STAGE_NAMES, VERDICT_NAMES, RELEASE_NAMES,
        EXAM_STEP_NAMES, PAPER_STATE_NAMES, BATCH_KIND_NAMES, SITTING_STATE_NAMES, INTAKE_NAMES, QUESTION_TYPE_NAMES, QUESTION_STATE_NAMES, STEP_NAMES, GAP_NAMES, GAP_SOURCE_NAMES, EXEMPTION_NAMES, PERSONAL_DATA_NAMES, SOLUTION_NAMES, FOLLOW_UP_NAMES, OUTCOME_NAMES,
    )
    for member, text in names.items()
}


def init_app(app: Flask) -> None:
    """Give templates ``{{ role|name }}``, ``{{ "speakable"|field_name }}``, ``{{ moment|local }}``, ``{{ text|t }}``
    ``{{ why|reason }}`` and ``{{ error|sentence }}``."""
    app.jinja_env.filters.update(
        name=name, field_name=field_name, local=local, t=translate, reason=reason, sentence=sentence
    )


def translate(message: str) -> str:
    """A sentence marked with ``N_`` elsewhere, in the visitor's language."""
    return i18n.text(message) if message else ""


def reason(why: str) -> str:
    """Why an entry was found, its label translated and the words left as they are: ``Title: 等待期、退保``."""
    if i18n.is_chinese():
        return why
    label, colon, words = why.partition("：")
    return f"{translate(label)}{gettext('：')}{words}" if colon else translate(why)


def reasons(why: Sequence[str]) -> list[str]:
    """``reason`` of each."""
    return list(why) if i18n.is_chinese() else [reason(one) for one in why]


def name(value: StrEnum) -> str:
    """What a person calls a role, kind, audience or permission: ``Role.AGENT`` is 座席代表."""
    found = _NAMES.get((type(value), str(value)))
    return i18n.text(found) if found else str(value)


def field_name(field: str) -> str:
    """What a person calls a field of an entry: ``speakable`` is 口径."""
    found = FIELD_NAMES.get(field) or OTHER_FIELD_NAMES.get(field)
    return i18n.text(found) if found else field


def sentence(error: KbError) -> str:
    """The one clear sentence of ``error`` in the visitor's language."""
    values = {key: _shown(key, value) for key, value in error.values.items()}
    if isinstance(error.__cause__, KbError) and "reason" in values:
        values["reason"] = sentence(error.__cause__)
    text = gettext(error.message)
    return text.format(**values) if values else text


def _shown(key: str, value: object) -> object:
    if isinstance(value, StrEnum):
        return name(value)
    return field_name(value) if key == "name" and isinstance(value, str) else value


def local(moment: datetime | None, form: str = "%Y-%m-%d %H:%M") -> str:
    """An aware moment on the clocks of the call centre: ``2026-11-21 09:00``; nothing for None."""
    return moment.astimezone(desk().settings.zone).strftime(form) if moment else ""
