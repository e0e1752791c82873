"""From when a question is not borne out by its entry any more: a fact changes, its validity ends, it is withdrawn.

Always asked anew of the whole timeline, so that an announced change counts from its own moment, and one that is taken
back counts for nothing.
"""

from __future__ import annotations

from datetime import datetime

from kb.domain.content import Content
from kb.domain.entry import Action, Entry, Period, Revision
from kb.domain.errors import N_
from kb.domain.exams.question import Lapse, QuestionContent
from kb.domain.exams.staleness import staleness

UNKNOWN = N_("题目写明的来源版本不在库里。")
UNPLACED = N_("条目改了，而这道题没有指出原句。")
EXPIRED = N_("来源条目的有效期已过。")
WITHDRAWN = N_("来源条目已下线。")


def lapse_of(content: QuestionContent, entry: Entry, at: datetime) -> Lapse | None:
    """What overtakes ``content`` first, now or announced for later; None while nothing does.

    Compared is always the revision that the question was written from: it said the fact.
    """
    held = [period for period in entry.timeline() if period.ends is None or period.ends > at]
    if not held:
        return _gone(entry)
    source = next((revision for revision in entry.revisions if revision.number == content.source.revision), None)
    if source is None:  # written from something that this base does not hold: nobody can say that it still stands
        return Lapse(since=held[0].starts, revision=held[0].revision, reason=UNKNOWN)
    for period, following in zip(held, [*held[1:], None], strict=True):
        found = _change(content, source, entry.revision(period.revision))
        if found is not None:
            reason, text = found
            return Lapse(since=period.starts, revision=period.revision, reason=reason, text=text)
        if period.ends is not None and (following is None or following.starts > period.ends):
            return Lapse(since=period.ends, reason=EXPIRED)
    return None


def _change(content: QuestionContent, source: Revision, now: Revision) -> tuple[str, str] | None:
    """Why ``content`` does not hold under ``now``, and what its source says there; None while it holds."""
    if now.number == source.number:
        return None
    if not content.source.text:
        return None if _says_the_same(source.content, now.content) else (UNPLACED, "")
    found = staleness(content, source.content, now.content)
    return (found.reason, found.new) if found else None


def _says_the_same(one: Content, other: Content) -> bool:
    return all(getattr(one, part) == getattr(other, part) for part in ("body", "speakable", "conditions", "exceptions"))


def _gone(entry: Entry) -> Lapse | None:
    last = max(entry.publications, key=lambda p: p.number, default=None)
    if last is None:  # never published: it was written ahead of its entry
        return None
    if last.action is Action.WITHDRAW:
        return Lapse(since=last.starts, withdrawn=True, reason=WITHDRAWN, text=last.reason)
    ended = max((period.ends for period in entry.timeline() if period.ends is not None), default=last.at)
    return Lapse(since=ended, reason=EXPIRED)


def period_for(entry: Entry, at: datetime) -> Period | None:
    """What a question should be written from now: what is in force, else what is announced first."""
    return entry.period_at(at) or next((period for period in entry.timeline() if period.starts > at), None)
