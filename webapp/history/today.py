"""How the rule of another moment stands to today's, for one person."""

from __future__ import annotations

from datetime import datetime

from kb.domain.errors import N_, NotFound
from kb.domain.person import Person, may_see
from kb.domain.today import Held, Today, today_of
from kb.services.knowledge import EntryView
from webapp.current import desk
from webapp.history.words import change_line


def today(view: EntryView, person: Person, at: datetime | None) -> tuple[Today | None, str]:
    """How today's rule stands to the one shown, and the difference in one line; None when no other moment is asked
    for, or nothing held then.

    Raises:
        NotFound: today's rule is closed to the person, and so is what was the rule before.
    """
    if at is None or view.dated is None:
        return None, ""
    now, shown = desk().clock(), view.dated.revision.content
    periods = [Held.by(period, view.entry.revision(period.revision).content) for period in view.entry.timeline()]
    found = today_of(shown.digest, periods, now)
    if found.revision is None:
        return found, ""
    other = view.entry.revision(found.revision).content
    if not may_see(person.role, other.roles):
        raise NotFound(N_("没有编号为 {code} 的条目，或您的岗位不能查看。"), code=view.code)
    return found, change_line(other, shown) if at > now else change_line(shown, other)
