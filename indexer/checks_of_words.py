"""What can be said against the text of an entry by itself, without asking the index."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from indexer.check_report import Finding, Level, Place, finding_id
from kb.domain.content import Content, Kind
from kb.domain.errors import N_
from kb.domain.privacy import PERSONAL_DATA_NAMES, POLICY_PATTERNS, PersonalData, find

SPEAKABLE_LONG = 120  # characters: what can be said in one breath and kept in mind
_REFUSED = re.compile(
    '(?:不|不能|无法|不会|不得|不可|不要|未|没有?|勿|别)(?:向[^，。；]{0,6})?(?:作出|做出|随意|口头)?[“"「]?$'
)
# The address of a branch or its telephone may stand in an entry with a reason; these never.
_NEVER = frozenset({PersonalData.IDENTITY, PersonalData.CARD, PersonalData.MOBILE})
_MUST_SPEAK = frozenset({Kind.FAQ, Kind.POLICY})


def findings_in_words(
    content: Content, promises: Sequence[str], policy_patterns: Sequence[str] = POLICY_PATTERNS
) -> Iterator[Finding]:
    """See the table in ``indexer.checking``."""
    yield from _speakable(content)
    yield from _promises(content, promises)
    yield from _personal_data(content, policy_patterns)


def _speakable(content: Content) -> Iterator[Finding]:
    if not content.speakable:
        level = Level.BLOCK if content.kind in _MUST_SPEAK else Level.WARN
        message = N_("没有口径：座席没有可以照念的话。")
        yield Finding(finding_id("no-speakable"), "no-speakable", level, "speakable", message)
    elif (size := len(content.speakable)) > SPEAKABLE_LONG:
        yield Finding(
            finding_id("long-speakable", content.speakable), "long-speakable", Level.WARN, "speakable",
            N_("口径有 {size} 个字，超过 {most} 个字，念起来太长。"), {"size": size, "most": SPEAKABLE_LONG},
            places=(Place("speakable", SPEAKABLE_LONG, size),),
        )  # fmt: skip


def _promises(content: Content, promises: Sequence[str]) -> Iterator[Finding]:
    for promise in dict.fromkeys(word.strip() for word in promises):
        start = _promised(content.speakable, promise)
        if start < 0:
            continue
        yield Finding(
            finding_id("promise", promise, content.speakable), "promise", Level.BLOCK, "speakable",
            N_("口径里有禁止的承诺“{promise}”。"), {"promise": promise},
            places=(Place("speakable", start, start + len(promise), sentence=content.speakable),),
        )  # fmt: skip


def _promised(speakable: str, promise: str) -> int:
    """Where ``promise`` is promised and not refused, or -1: 不能保证 promises nothing."""
    if not promise:
        return -1
    start = speakable.find(promise)
    while start >= 0 and _REFUSED.search(speakable[max(0, start - 16) : start]):
        start = speakable.find(promise, start + len(promise))
    return start


def _personal_data(content: Content, policy_patterns: Sequence[str]) -> Iterator[Finding]:
    for field, line, text in _texts(content):
        for found in find(text, policy_patterns):
            said = text[found.start : found.end]
            message = (
                N_("有个人信息（{what}）：{said}，请删去。")
                if found.certain
                else N_("可能有个人信息（{what}）：{said}。")
            )
            yield Finding(
                finding_id("personal-data", found.kind, said), "personal-data",
                Level.BLOCK if found.certain else Level.NOTE, field, message,
                {"what": PERSONAL_DATA_NAMES[found.kind], "said": said},
                overridable=found.kind not in _NEVER, places=(Place(field, found.start, found.end, line),),
            )  # fmt: skip


def _texts(content: Content) -> Iterator[tuple[str, int, str]]:
    """Every text of an entry: field, line, text."""
    for field in ("title", "speakable", "conditions", "exceptions", "body"):
        yield field, 0, getattr(content, field)
    for line, phrasing in enumerate(content.asked_as):
        yield "asked_as", line, phrasing
