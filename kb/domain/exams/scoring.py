"""What an answer is worth: objective items at once, the others by the points that a scorer gives for each line.

Single choice, true/false: right or nothing. Multiple choice: all or nothing; where the batch gives partial credit, some
of the right options and no wrong one get half. Ordering: the whole order or nothing; with partial credit the share of
neighbouring pairs that follow one another as they should. Cloze: each blank its equal share.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from kb.domain.errors import N_, Invalid
from kb.domain.exams.paper import Item
from kb.domain.exams.question import OBJECTIVE, QuestionContent, QuestionType
from kb.domain.numbers import NUMERAL, number_of
from kb.domain.text import multi_line, single_line

Value = tuple[int, ...] | tuple[str, ...]

SHORT_MOST, BLANK_MOST = 4000, 200
_CHOSEN = {QuestionType.SINGLE, QuestionType.TRUE_FALSE, QuestionType.MULTIPLE, QuestionType.ORDER}
_SPOKEN = {QuestionType.ORAL, QuestionType.PRACTICAL}
_PERCENT = re.compile(rf"百分之((?:{NUMERAL}|[\d.])+)")
_NUMBER = re.compile(rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?[千万亿]?|{NUMERAL}{{1,16}}")
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_BETWEEN = re.compile(r"(?<=\d)[,、;。:]+(?=\d)")
_PASSES = 4  # one changes what another can read: 1.0.0
_SILENT = re.compile(r"[\s\u200b\ufeff。,;:!?、“”\"'‘’()\[\]《》「」…·]+")


class MarkKind(StrEnum):
    AUTO = "auto"  # by the key
    FIRST = "first"  # by a scorer
    SECOND = "second"  # by another one, who looks again
    SETTLED = "settled"  # what they agreed on
    PAPER = "paper"  # the whole sheet, scored on paper; ``question`` is 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What was given for an item, and by whom. Never changed: a later one counts instead. ``parts``: points for each
    line of the rubric."""

    number: int = 0
    sitting: int
    question: int
    kind: MarkKind
    score: float
    parts: tuple[float, ...] = ()
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an item stands: ``score`` None while nobody has scored it, or two scorers differ and have not settled it.
    ``difference`` between the two, in points."""

    score: float | None = None
    difference: float = 0.0
    marks: tuple[Mark, ...] = field(default_factory=tuple)

    def last(self, kind: MarkKind) -> Mark | None:
        return next((mark for mark in reversed(self.marks) if mark.kind is kind), None)


def is_objective(content: QuestionContent) -> bool:
    return content.type in OBJECTIVE


def is_spoken(content: QuestionContent) -> bool:
    """Done before a scorer: nothing is written by the examinee."""
    return content.type in _SPOKEN


def read_value(content: QuestionContent, given: object) -> Value:
    """An answer as it arrived, in its normal form; () is one taken back. Places are those of the question itself.

    Raises:
        Invalid: it does not fit the question. TooLarge: it is too long.
    """
    if not isinstance(given, list | tuple) or is_spoken(content):
        raise Invalid(N_("这道题不能这样作答，请刷新页面。"), field="value")
    if content.type in _CHOSEN:
        return _places(content, given)
    texts = [one for one in given if isinstance(one, str)]
    if len(texts) != len(given):
        raise Invalid(N_("这道题不能这样作答，请刷新页面。"), field="value")
    if content.type is QuestionType.CLOZE:
        blanks = tuple(single_line(text, field="value", most=BLANK_MOST) for text in texts[: len(content.blanks)])
        return blanks if any(blanks) else ()
    text = multi_line("\n".join(texts), field="value", most=SHORT_MOST)
    return (text,) if text else ()


def _places(content: QuestionContent, given: Sequence[object]) -> tuple[int, ...]:
    most = 2 if content.type is QuestionType.TRUE_FALSE else len(content.options)
    places = tuple(p for p in given if isinstance(p, int) and not isinstance(p, bool) and 0 <= p < most)
    if len(places) != len(given) or len(set(places)) != len(places):
        raise Invalid(N_("选项不在这道题里，请刷新页面。"), field="value")
    if content.type in (QuestionType.SINGLE, QuestionType.TRUE_FALSE) and len(places) > 1:
        raise Invalid(N_("这道题只能选一项。"), field="value")
    return places if content.type is QuestionType.ORDER else tuple(sorted(places))


def score(content: QuestionContent, value: Sequence[int | str], worth: float, *, partial: bool = False) -> float:
    """Points of ``worth`` that an objective answer gets; nothing for no answer."""
    if not value:
        return 0.0
    if content.type is QuestionType.CLOZE:
        right = sum(_fits(str(said), wanted) for said, wanted in zip(value, content.blanks, strict=False))
        return worth * right / len(content.blanks) if content.blanks else 0.0
    if content.type is QuestionType.MULTIPLE:
        chosen, key = set(value), set(content.key)
        return worth if chosen == key else worth / 2 if partial and chosen < key else 0.0
    if tuple(value) == content.key:
        return worth
    if content.type is QuestionType.ORDER and partial and len(content.key) > 1:
        wanted = set(pairwise(content.key))
        kept = sum(pair in wanted for pair in pairwise(value))
        return worth * kept / (len(content.key) - 1)
    return 0.0


def _fits(said: str, wanted: Iterable[str]) -> bool:
    form = normal_form(said)
    return bool(form) and form in {normal_form(one) for one in wanted}


def normal_form(text: str) -> str:
    """What of a filled-in answer counts: width, case, blanks and punctuation do not, nor how a number is written.

    >>> normal_form("三十 日"), normal_form("３０天"), normal_form("百分之八十"), normal_form("1万元")
    ('30天', '30天', '80%', '10000元')

    工作日 and 自然日 stay apart: which of them holds may be just what is asked.
    """
    for _ in range(_PASSES):
        before, text = text, _normalised(text)
        if text == before:
            break
    return text


def _normalised(text: str) -> str:
    plain = _SPACE.sub("", unicodedata.normalize("NFKC", text).casefold())
    plain = _PERCENT.sub(lambda m: f"{m[1]}%", plain)
    plain = _NUMBER.sub(_digits, plain)
    plain = _BETWEEN.sub("/", plain)  # 30、60 is not 3060
    plain = _SILENT.sub("", plain).removesuffix(".")
    plain = re.sub(r"(?<=\d)个(?=工作日|自然日|月|小时|星期)", "", plain)
    return re.sub(r"(?<=\d)日(?![期内])", "天", plain)


def _digits(match: re.Match[str]) -> str:
    number = number_of(match[0])
    if number is None:
        return match[0]
    return f"{number.normalize():f}"


def rubric_parts(item: Item, given: Sequence[float]) -> tuple[float, ...]:
    """Points for each line of the rubric, or one for the whole answer where there is none.

    Raises:
        Invalid: too many or too few, negative, or above what a line may get.
    """
    limits = rubric_limits(item)
    if len(given) != len(limits):
        raise Invalid(N_("请给每一条评分点打分。"), field="parts")
    for points, most in zip(given, limits, strict=True):
        if not 0 <= points <= most + 1e-9:
            raise Invalid(N_("得分应在 0 到 {most} 之间。"), field="parts", most=f"{most:g}")
    return tuple(round(float(points), 2) for points in given)


def rubric_limits(item: Item) -> tuple[float, ...]:
    """Most points for each line of the rubric."""
    lines = item.content.rubric
    return tuple(item.score * line.share / 100 for line in lines) if lines else (item.score,)


def standing(marks: Iterable[Mark]) -> Standing:
    """Where an item stands after ``marks``, oldest first. What was settled after the last second look counts; two
    scorers who agree count; one alone counts; two who differ have to settle it."""
    kept = tuple(marks)
    found = Standing(marks=kept)
    auto, settled = found.last(MarkKind.AUTO), found.last(MarkKind.SETTLED)
    first, second = found.last(MarkKind.FIRST), found.last(MarkKind.SECOND)
    if first is None:
        return Standing(score=auto.score if auto else None, marks=kept)
    if second is None:
        return Standing(score=first.score, marks=kept)
    difference = round(second.score - first.score, 2)
    if settled is not None and settled.number > max(first.number, second.number):
        return Standing(score=settled.score, difference=difference, marks=kept)
    return Standing(score=first.score if abs(difference) < 0.005 else None, difference=difference, marks=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The key of a question on a paper, put right for everybody who took it. ``is_void``: everybody gets its points."""

    number: int = 0
    paper: int
    question: int
    version: int
    content: QuestionContent
    is_void: bool = False
    reason: str
    by: str
    at: datetime


def worth_of(
    item: Item, value: Sequence[int | str], corrections: Mapping[int, Correction], *, partial: bool = False
) -> float:
    """Points of an objective item, by the key that holds now."""
    correction = corrections.get(item.question)
    if correction is None:
        return round(score(item.content, value, item.score, partial=partial), 2)
    if correction.is_void:
        return item.score
    return round(score(correction.content, value, item.score, partial=partial), 2)
