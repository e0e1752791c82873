"""How history is told: what is different today, a change in one line, a value as a person reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext

from kb.domain.content import Audience, Content, Kind
from kb.domain.diff import FieldChange
from kb.domain.entry import Revision
from kb.domain.errors import N_
from kb.domain.person import Role
from kb.domain.summary import Summary, one_line, summary_of
from kb.domain.today import State, Today
from kb.services.history import Step, When
from webapp import messages
from webapp.appearance import day, moment
from webapp.current import desk

if TYPE_CHECKING:
    from indexer.results import Hit

_TODAY = {
    State.SAME: N_("今天仍是这样"),
    State.CHANGED: N_("今天已改"),
    State.WITHDRAWN: N_("今天已下线"),
    State.EXPIRED: N_("今天已失效"),
    State.NOT_YET: N_("今天还没有生效"),
}
_NOT_CHANGED_YET = N_("今天还是旧规定")

STEP_NAMES: dict[Step, str] = {
    Step.SUBMITTED: N_("提交"),
    Step.RESTORED: N_("恢复"),
    Step.COMMENTED: N_("评论"),
    Step.APPROVED: N_("批准"),
    Step.RETURNED: N_("退回"),
    Step.PUBLISHED: N_("发布"),
    Step.WITHDRAWN: N_("下线"),
}
WHEN_NAMES: dict[When, str] = {
    When.EARLIER: N_("以前"),
    When.TODAY: N_("今天"),
    When.UPCOMING: N_("将来"),
}


def today_word(today: Today, at: datetime, now: datetime) -> str:
    """What is different today from the rule of ``at``: 今天已改."""
    is_ahead = today.state is State.CHANGED and at > now
    return gettext(_NOT_CHANGED_YET if is_ahead else _TODAY[today.state])


def today_address(code: str, revision: int, today: Today, at: datetime) -> str:
    """Where the difference between ``revision``, the rule of ``at``, and today's is shown; "" when there is none."""
    if today.state is State.SAME:
        return ""
    if today.revision is None:
        return url_for("entries.show", code=code)
    pair = (today.revision, revision) if at > desk().clock() else (revision, today.revision)
    return compare_address(code, *pair)


@dataclass(frozen=True, slots=True)
class Then:
    """What a hit of another moment says of today: ``word``, and ``address`` of the difference, "" for none."""

    word: str
    address: str
    is_same: bool


def then(hit: Hit, at: datetime | None) -> Then | None:
    """None for a hit of now."""
    if hit.today is None or at is None:
        return None
    address = today_address(hit.code, hit.revision, hit.today, at)
    return Then(today_word(hit.today, at, desk().clock()), address, hit.today.state is State.SAME)


def compare_address(code: str, old: int, new: int) -> str:
    return url_for("history.diff", code=code, **{"from": old, "to": new})


def as_of_address(code: str, at: datetime) -> str:
    """The page of the entry as it stood at ``at``, to the microsecond: a rule begins with its first."""
    return url_for("entries.show", code=code, as_of=at.astimezone(desk().settings.zone).isoformat())


def change_line(old: Content, new: Content) -> str:
    """What changed, in one line in the visitor's language; empty when nothing did."""
    return said(_one_line(old, new))


def line_of(changes: list[FieldChange]) -> str:
    """The same, from changes that are known already."""
    return said(summary_of(changes))


def said(summary: Summary) -> str:
    return summary.says(gettext, desk().settings.zone)


@lru_cache(maxsize=256)
def _one_line(old: Content, new: Content) -> Summary:
    """Revisions never change, and the page of an entry is opened far more often than it is revised."""
    return one_line(old, new)


def value(content_value: object) -> str:
    """A single value of a content in words; 空 for none."""
    if isinstance(content_value, datetime):
        return moment(content_value)
    if isinstance(content_value, date):
        return day(content_value)
    if isinstance(content_value, StrEnum):
        return messages.name(content_value)
    return str(content_value) if content_value else gettext("空")


def blamed(field: str, text: str) -> str:
    """A line of ``BlamedLine`` in words: a role, kind or audience by its name, a moment as offices write it."""
    if field in ("effective_from", "effective_to"):
        return moment(datetime.fromisoformat(text))
    if field == "review_by":
        return day(date.fromisoformat(text))
    enumeration = {"roles": Role, "kind": Kind, "audience": Audience}.get(field)
    return messages.name(enumeration(text)) if enumeration else text


def item(field: str, text: str) -> str:
    """An item of a list: a role by its name, anything else as it stands."""
    return messages.name(Role(text)) if field == "roles" else text


def option(revision: Revision) -> str:
    """A revision in a list to choose from."""
    return gettext("第 {number} 版 · {at}").format(number=revision.number, at=moment(revision.at))
