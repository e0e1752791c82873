"""The words of an item before a coordinator touches them: what to read out, and what to ask.

Lists are documents of the call centre: their words are Chinese and stay as they were issued.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, tzinfo

from kb.domain.bulletin import OPTION_MOST, QUESTION_MOST, BulletinItem, Cause, Change, CheckQuestion
from kb.domain.content import Content
from kb.domain.diff import diff_contents
from kb.domain.diff_words import Mark, diff_words
from kb.domain.summary import summary_of

EXPIRED = "有效期届满"
BLANK = "____"
_SEARCHED = 4_000  # characters of a body in which a changed number is looked for
_CLAUSE_END = re.compile(r"[。；！？;!?\n]")
_NUMBER = re.compile(r"\d|[零一二两三四五六七八九十百千万亿半]+(?:个|天|日|月|年|周|元|次|小时|分|%|％|成|万)")
_MARKUP = re.compile(r"[#*`>|~]+|\[([^\]]*)\]\([^)]*\)")


def local_day(moment: datetime, zone: tzinfo) -> str:
    """``11月22日``, with the time unless it is midnight: ``11月22日 08:30``."""
    here = moment.astimezone(zone)
    day = f"{here.month}月{here.day}日"
    return day if (here.hour, here.minute, here.second) == (0, 0, 0) else f"{day} {here:%H:%M}"


def difference(old: Content, new: Content, item: BulletinItem, zone: tzinfo) -> str:
    """What ``new`` says differently, on one line. When ``item`` tells by itself from when it holds, that is left out."""
    changes = diff_contents(old, new)
    if item.announced or item.cause is Cause.START:
        changes = [change for change in changes if change.field != "effective_from"]
    return summary_of(changes).says(zone=zone)


def what_changed(item: BulletinItem, summary: str, zone: tzinfo) -> str:
    """The line for an item: its ``summary`` of the difference, with when it starts and what else is announced."""
    parts = [summary] if summary else []
    if item.announced and item.starts is not None:
        parts.insert(0, f"{local_day(item.starts, zone)}起生效")
    elif item.cause is Cause.START and item.starts is not None:
        parts.insert(0, f"{local_day(item.starts, zone)}起已生效")
    if item.cause is not Cause.EXPIRY:
        parts += [f"原定{local_day(u.starts, zone)}起的第 {u.revision} 版取消" for u in item.cancelled]
    parts += [f"第 {u.revision} 版{local_day(u.starts, zone)}起生效" for u in item.upcoming]
    return "；".join(parts)


def to_read_aloud(item: BulletinItem) -> str:
    """What a shift leader can read out at the meeting before the shift."""
    if item.change is Change.REMOVED:
        replacement = item.replaced_title or item.replaced_by
        more = f"，请改用“{replacement}”" if replacement else ""
        return f"“{item.title}”已移除，原因：{item.reason or EXPIRED}{more}。"
    opening = f"新增“{item.title}”" if item.change is Change.NEW else f"“{item.title}”有变化"
    # The most important change is heard; the rest can be read. The sentence to say follows anyway.
    most = 2 if item.announced or item.cause is Cause.START else 1
    heard = "，".join(part.removeprefix("口径：") for part in item.summary.split("；")[:most])
    said = f"{opening}：{heard}。" if heard else f"{opening}。"
    return f"{said}现在这样说：{item.speakable}" if item.speakable else said


def suggested_question(old: Content, new: Content) -> CheckQuestion | None:
    """The sentence in which a number changed, with a blank for it; old and new number to choose from.

    None when no number was replaced by another.
    """
    for before, after in ((old.speakable, new.speakable), *_notes(old, new)):
        for was, now, sentence in _replaced_numbers(before, after):
            text = f"{new.title}：{sentence}"
            if len(text) <= QUESTION_MOST and max(len(was), len(now)) <= OPTION_MOST:
                options = tuple(sorted((was, now)))  # the right one does not always stand in the same place
                return CheckQuestion(text, options, options.index(now))
    return None


def _notes(old: Content, new: Content) -> Iterator[tuple[str, str]]:
    yield old.conditions, new.conditions
    yield old.exceptions, new.exceptions
    yield old.body[:_SEARCHED], new.body[:_SEARCHED]


def _replaced_numbers(before: str, after: str) -> Iterator[tuple[str, str, str]]:
    """Old number, new number, and the new sentence with a blank in its place."""
    if before == after or not before or not after:
        return
    at, was = 0, ""
    for segment in diff_words(before, after):
        if segment.mark is Mark.REMOVED:
            was = segment.text
            continue
        old, now = " ".join(was.split()), " ".join(segment.text.split())
        if segment.mark is Mark.ADDED and _NUMBER.search(old) and _NUMBER.search(now) and old != now:
            yield old, now, _with_blank(after, at, at + len(segment.text))
        was = ""
        at += len(segment.text)


def _with_blank(text: str, start: int, end: int) -> str:
    ends = [match.end() for match in _CLAUSE_END.finditer(text, 0, start)]
    left = ends[-1] if ends else 0
    stop = _CLAUSE_END.search(text, end)
    right = stop.start() if stop else len(text)
    sentence = f"{text[left:start]}{BLANK}{text[end:right]}"
    return " ".join(_MARKUP.sub(lambda m: m[1] or "", sentence).split()).lstrip("-+ ")
