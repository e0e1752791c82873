"""A quantity said otherwise, and another quantity said in the same way: what answers and distractors are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kb.domain.exams.facts import Fact
from kb.domain.numbers import in_chinese, number_of
from kb.domain.quantities import Bound, Quantity, Unit, quantities

_MINUTES_A_DAY = 1440
_SAID = re.compile(
    r"(?P<number>\d[\d,]*(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+)(?P<scale> ?[万亿千]?)(?P<rest>.*)", re.DOTALL
)
_PERCENT_SAID = re.compile(r"百分之(?P<number>[零〇一二两三四五六七八九十百\d.]+)(?P<rest>)")
_CLOSE = Decimal("1.05")
_COMMON = {
    "秒": (5, 10, 15, 20, 30, 45, 60, 90, 120), "分钟": (5, 10, 15, 20, 30, 45, 60, 90, 120),
    "小时": (1, 2, 4, 6, 8, 12, 24, 36, 48, 72), "天": (1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 365),
    "工作日": (1, 2, 3, 5, 7, 10, 15, 20, 30), "月": (1, 2, 3, 6, 9, 12, 18, 24), "年": (1, 2, 3, 4, 5, 10),
    "周岁": (14, 16, 18, 20, 22, 25, 45, 50, 55, 60, 65, 70, 75, 80),
}  # fmt: skip
_UNIT_WORDS = (
    ("工作日", "工作日"), ("小时", "小时"), ("分钟", "分钟"), ("秒", "秒"), ("岁", "周岁"), ("月", "月"), ("年", "年"),
    ("天", "天"), ("日", "天"),
)  # fmt: skip
_POINTS = (1, 2, 3, 5, 8, 10, 15, 20)
_STEPS = (Decimal("0.5"), Decimal(2), Decimal("1.5"), Decimal(3), Decimal("0.8"), Decimal("1.2"))


@dataclass(frozen=True, slots=True)
class Said:
    """How a quantity is written: ``number`` as it stands, ``scale`` 万 or "", ``rest`` the unit and what follows."""

    number: str
    scale: str
    rest: str
    prefix: str = ""

    @classmethod
    def of(cls, text: str) -> Said | None:
        """None for a range, or for what has no single number."""
        if match := _PERCENT_SAID.fullmatch(text):
            return cls(match["number"], "", "", "百分之")
        match = _SAID.fullmatch(text)
        if not match or re.search(r"\d|[至到~–—-]", match["rest"]):
            return None
        return cls(match["number"], match["scale"], match["rest"])

    @property
    def value(self) -> Decimal | None:
        return number_of(self.number)

    def with_number(self, value: Decimal) -> str:
        """The same words around another number, written as this one is: 3,000 元, 三天, 1.5万元."""
        if re.search(r"\d", self.number):
            whole = value == value.to_integral_value()
            said = f"{value:,.0f}" if whole and "," in self.number else f"{value.normalize():f}"
            if (
                whole
                and "," not in self.number
                and value >= 1000
                and len(self.number) < 4
                and not self.scale
                and "元" in self.rest
            ):
                said = f"{value:,.0f}" if " " in self.rest else said
        else:
            said = in_chinese(int(value)) if value == value.to_integral_value() else f"{value.normalize():f}"
            said = "两" if said == "二" else said
        return f"{self.prefix}{said}{self.scale}{self.rest}"


@dataclass(frozen=True, slots=True)
class Amount:
    """``number`` in the base of ``unit``; ``counted`` what is counted."""

    number: Decimal | None
    unit: Unit | None
    counted: str = ""

    @classmethod
    def of(cls, one: Quantity | Fact) -> Amount:
        if isinstance(one, Fact):
            return cls(one.number, one.unit, one.counted)
        return cls(one.value, one.unit, one.counted)


def same(one: Amount, other: Amount) -> bool:
    """Whether both say the same, or so nearly that an examinee could plead for either: 7 天 and 一周, 30 天 and 一个月,
    5 个工作日 and 7 天."""
    if one.unit is other.unit:
        return one.number == other.number and one.counted == other.counted
    low, high = min(in_minutes(one), in_minutes(other)), max(in_minutes(one), in_minutes(other))
    return low > 0 and high / low <= _CLOSE


def reads_same(one: str, other: str) -> bool:
    """The same for two texts: equal but for blanks and punctuation, or with equal quantities and nothing else."""
    if bare(one) == bare(other):
        return True
    mine, theirs = list(quantities(one)), list(quantities(other))
    if len(mine) != 1 or len(theirs) != 1:
        return False
    rests = [bare(t[: q[0].start] + t[q[0].end :]) for t, q in ((one, mine), (other, theirs))]
    return rests[0] == rests[1] and same(Amount.of(mine[0]), Amount.of(theirs[0]))


def answers(fact: Fact) -> tuple[str, ...]:
    """What may be filled in for the number of ``fact`` where its unit stands in the stem: 24, 二十四."""
    said = Said.of(fact.value)
    if said is None or said.value is None:
        return ()
    value = said.value
    found = [said.number, f"{value.normalize():f}"]
    if value == value.to_integral_value() and value < 100_000_000:
        found += [f"{value:,.0f}", in_chinese(int(value)), *(["两"] if value == 2 else [])]
    return tuple(dict.fromkeys(found))


def said_with(fact: Fact, number: Decimal) -> str | None:
    """``number`` (in the base of the fact's unit) written as the fact's value is; None when that would look odd."""
    said = Said.of(fact.value)
    if said is None or not said.value or not fact.number:
        return None
    shown = number / (fact.number / said.value)
    if shown != shown.to_integral_value() and (shown * 10) != (shown * 10).to_integral_value():
        return None
    return said.with_number(shown)


def neighbours(fact: Fact) -> Iterator[tuple[str, Amount]]:
    """Values that somebody who half remembers might give, the nearest first; 工作日 and 自然日 mixed up foremost."""
    said = Said.of(fact.value)
    if said is None or said.value is None or said.value <= 0 or fact.number is None:
        return
    days = Amount(said.value, Unit.WORKDAYS)
    if fact.unit is Unit.TIME and "（自然日）" in said.rest:
        yield f"{said.number}{said.scale.rstrip()} 个工作日", days
    elif fact.unit is Unit.WORKDAYS and "个工作日" in said.rest:
        rest = said.rest.replace("个工作日", "日（自然日）")
        yield f"{said.number}{said.scale}{rest}", Amount(said.value * _MINUTES_A_DAY, Unit.TIME)
    ratio = fact.number / said.value
    for value in _near(said, said.value, fact.unit, fact.bound):
        yield said.with_number(value), Amount(value * ratio, fact.unit, fact.counted)


def _near(said: Said, value: Decimal, unit: Unit | None, bound: Bound) -> list[Decimal]:
    if unit is Unit.PERCENT:
        most = Decimal(100) if value >= 100 or bound is Bound.EXACT else Decimal(99)
        step = _step(value)
        near = [value + n * step for n in (-1, 1, -2, 2, -3, 3)]
        return [v for v in near if 0 < v <= max(most, value)]
    if unit is Unit.COUNT and said.rest.lstrip().startswith("分"):
        near = sorted((Decimal(n) for n in _POINTS if n != value), key=lambda n: abs(n - value))
        return near[:5]
    if unit is Unit.COUNT and said.rest.strip() == "级":
        return []  # nobody believes in a hospital of the fifth class
    if unit is Unit.COUNT and value <= 12:
        return [value + n for n in (1, -1, 2, -2, 3) if value + n > 0]
    words = next((name for word, name in _UNIT_WORDS if word in said.rest), "")
    if words and not said.scale.strip() and (words != "周岁" or value >= 16):
        common = [Decimal(n) for n in _COMMON[words] if n != value]
        common.sort(key=lambda n: n / value if n > value else value / n)
        return common[:5]
    return _round(value)


def _step(value: Decimal) -> Decimal:
    """How far apart shares of this kind usually are."""
    for step in (10, 5, 1):
        if value % step == 0:
            return Decimal(step)
    return Decimal("0.5")


def _round(value: Decimal) -> list[Decimal]:
    """Half, double and the like, as far as they look like amounts that somebody would set."""
    tenths = value < 100 and value != value.to_integral_value()
    made = [value * step for step in _STEPS]
    return [v for v in made if v == v.to_integral_value() or (tenths and v * 10 == (v * 10).to_integral_value())]


def in_minutes(amount: Amount) -> Decimal:
    """A time in minutes for comparing across units, 0 for what is none."""
    days = {Unit.MONTHS: Decimal("30.4"), Unit.WORKDAYS: Decimal("1.4")}
    if amount.number is None or (amount.unit is not Unit.TIME and amount.unit not in days):
        return Decimal(0)
    return amount.number if amount.unit is Unit.TIME else amount.number * _MINUTES_A_DAY * days[amount.unit]


def bare(text: str) -> str:
    """Only what can be read out: no blanks, no punctuation."""
    return re.sub(r"[\W_]+", "", text)
