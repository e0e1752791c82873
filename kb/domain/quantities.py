"""Quantities in Chinese policy text: how much of what, for what, under which condition.

等待期为三十天            30, days, topic 等待期
出险后四十八小时内报案     48, hours, within, topic 报案
年免赔额 1 万元           10000, money, topic 年免赔额
赔付比例百分之八十         80, percent, topic 赔付比例
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kb.domain.numbers import NUMERAL, WAN, YI, number_of
from kb.domain.skeleton import skeleton
from kb.domain.topics import Clause, clauses_of, condition_of, topic_of


class Unit(StrEnum):
    """Classes within which values can be compared. Calendar days and hours are both time: in minutes."""

    TIME = "time"  # minutes
    WORKDAYS = "workdays"
    MONTHS = "months"
    MONEY = "money"  # yuan
    PERCENT = "percent"
    AGE = "age"  # years of life
    COUNT = "count"  # of what ``Quantity.counted`` says


class Bound(StrEnum):
    EXACT = "exact"
    WITHIN = "within"  # 30 天内
    AT_MOST = "at_most"  # 不超过, 以下
    LESS = "less"  # 不足, 以下（不含）
    AT_LEAST = "at_least"  # 至少, 以上, 满
    MORE = "more"  # 超过, 以上（不含）


_MINUTES = {"秒": Decimal(1) / 60, "分钟": Decimal(1), "小时": Decimal(60), "天": Decimal(1440), "周": Decimal(10080)}
_SAME = {
    "钟头": "小时",
    "日": "天",
    "自然日": "天",
    "星期": "周",
    "岁": "周岁",
    "块": "元",
    "块钱": "元",
    "人民币": "元",
}
_UNITS = "工作日|自然日|天|日|周岁|岁|周|星期|月|年|小时|钟头|分钟|秒|元|块钱|块|%|折|倍|次|公里|座|级|份"
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,4})?"
_SAID = rf"(?:{_DIGITS} ?[千万亿]?|半|{NUMERAL}{{1,16}})"
# Not an ordinal, a date, a code, part of a word (一次性), or part of a longer number.
_QUANTITY = re.compile(
    rf"(?<![\dA-Z.第\-])(?P<said>{_SAID})(?: ?(?:至|到|-|~|—|–) ?(?P<upper>{_SAID}))?"
    rf"(?: ?(?P<each>个) ?)?(?: ?(?P<unit>{_UNITS}))(?![性般号度旦份岁]|月\d|(?<=年)(?:[龄代]|金(?!额)))"
    rf"|百分之(?P<percent>{_SAID})(?: ?(?:至|到|-|~) ?(?:百分之)?(?P<percents>{_SAID}))?"
    rf"|(?<![\dA-Z.第\-])(?P<plain>\d[\d,.]* ?[万亿])(?= ?[/、或和到至])"
)
_MORE_BEFORE = (
    (re.compile("(?:超过|高于|大于|多于|超出)$"), Bound.MORE),
    (re.compile("(?:至少|最少|最低|不少于|不低于|不小于|满|届满|起付)$"), Bound.AT_LEAST),
)
_LESS_BEFORE = (
    (re.compile("(?:不超过|不高于|不大于|不多于|最高|最多|至多|最长|最晚|上限|限额|最迟)[为是:]?$"), Bound.AT_MOST),
    (re.compile("(?:(?<!不)(?:少于|小于|低于)|不足|不到|未满|不满)$"), Bound.LESS),
)
_AFTER = re.compile(
    r"^ ?\(?(?P<without>不含)?(?P<with>含)?\)?(?P<word>以上|及以上|以下|及以下|以内|之内|内|起|前|封顶)(?: ?\((?P<note>不含|含)[^)]{0,4}\))?"
)
_ORDINAL = re.compile(rf"第 ?{NUMERAL}{{0,6}}$")  # of 第一百八十日 a part looks like a quantity too
_SENTENCE_MOST = 160


@dataclass(frozen=True, slots=True)
class Quantity:
    """``value`` in the base of its ``unit`` (see ``Unit``), up to ``upper`` where a range is given.

    ``start`` and ``end`` are places in the text; ``topic`` is what it is for ("" when the words do not tell);
    ``condition`` the words around that limit it; ``sentence`` what stands around, for showing.
    """

    value: Decimal
    unit: Unit
    text: str
    start: int
    end: int
    topic: str = ""
    condition: str = ""
    sentence: str = ""
    bound: Bound = Bound.EXACT
    upper: Decimal | None = None
    counted: str = ""


def quantities(text: str) -> Iterator[Quantity]:
    """Every quantity of ``text`` (Markdown is fine), by place. Ordinals, dates and clause numbers are none.

    >>> [(str(q.value), q.unit.value, q.topic) for q in quantities("等待期为三十天，赔付比例百分之八十。")]
    [('43200', 'time', '等待期'), ('80', 'percent', '赔付比例')]
    """
    seen = skeleton(text)
    for clause in clauses_of(seen.plain):
        for match in _QUANTITY.finditer(seen.plain, clause.start, clause.end):
            found = _read(match)
            if found is None or _is_date(seen.plain, match):
                continue
            value, upper, unit, counted = found
            start, end = seen.span(match.start(), match.end())
            yield Quantity(
                value, unit, text[start:end], start, end,
                topic=topic_of(clause, match.start(), match.end()),
                condition=condition_of(clause, match.start(), match.end()),
                sentence=_sentence(clause), bound=_bound(seen.plain, match), upper=upper, counted=counted,
            )  # fmt: skip


def _read(match: re.Match[str]) -> tuple[Decimal, Decimal | None, Unit, str] | None:
    if match["percent"]:
        return _values(match["percent"], match["percents"], Unit.PERCENT, Decimal(1), "")
    if match["plain"]:
        return _values(match["plain"], None, Unit.MONEY, Decimal(1), "")
    unit = _SAME.get(match["unit"], match["unit"])
    if unit == "年" and re.fullmatch(r"\d{4}|[一二][零〇一二三四五六七八九]{3}", match["said"].strip()):
        return None  # 2026 年 is a year
    if unit == "月" and not match["each"]:
        return None  # 3 月 is March
    if unit in _MINUTES:
        return _values(match["said"], match["upper"], Unit.TIME, _MINUTES[unit], "")
    kinds = {
        "工作日": (Unit.WORKDAYS, 1), "月": (Unit.MONTHS, 1), "年": (Unit.MONTHS, 12), "元": (Unit.MONEY, 1),
        "%": (Unit.PERCENT, 1), "折": (Unit.PERCENT, 10), "周岁": (Unit.AGE, 1),
    }  # fmt: skip
    kind, scale = kinds.get(unit, (Unit.COUNT, 1))
    return _values(match["said"], match["upper"], kind, Decimal(scale), unit if kind is Unit.COUNT else "")


def _values(
    said: str, upper: str | None, unit: Unit, scale: Decimal, counted: str
) -> tuple[Decimal, Decimal | None, Unit, str] | None:
    low = _number(said)
    high = _number(upper) if upper else None
    if low is None or (upper and high is None):
        return None
    if upper and upper[-1:] in "万亿" and said[-1:] not in "万亿千":
        low *= {"万": WAN, "亿": YI}[upper[-1]]  # 10-15 万元
    return low * scale, high * scale if high is not None else None, unit, counted


def _number(said: str) -> Decimal | None:
    return Decimal("0.5") if said == "半" else number_of(said)


def _is_date(text: str, match: re.Match[str]) -> bool:
    """11 月 21 日, 2026-11-21, 次日: the day of a date is no duration."""
    before = text[max(0, match.start() - 2) : match.start()].rstrip()
    if _ORDINAL.search(text[max(0, match.start() - 8) : match.start()]):
        return True
    unit = match["unit"]
    day = unit == "日" and match["said"].strip().isdigit() and int(match["said"]) <= 31
    if day and text[match.end() : match.end() + 1] == "前":
        return True  # 25 日前交
    return (unit == "日" and before[-1:] in ("月", "次", "当", "即", "每")) or (unit == "月" and before[-1:] == "年")


def _bound(text: str, match: re.Match[str]) -> Bound:
    before, after = (
        text[max(0, match.start() - 6) : match.start()].rstrip(),
        _AFTER.match(text[match.end() : match.end() + 12]),
    )
    for pattern, bound in (*_LESS_BEFORE, *_MORE_BEFORE):
        if pattern.search(before):
            return bound
    if after is None:
        return Bound.EXACT
    without = "不含" in (after["without"], after["note"])
    if after["word"] in ("以上", "及以上", "起"):
        return Bound.MORE if without else Bound.AT_LEAST
    if after["word"] in ("以下", "及以下", "封顶"):
        return Bound.LESS if without else Bound.AT_MOST
    return Bound.WITHIN


def _sentence(clause: Clause) -> str:
    return " ".join(clause.sentence.split())[:_SENTENCE_MOST]
