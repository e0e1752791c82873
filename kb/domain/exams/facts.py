"""What a content states that people can be examined on: amounts, periods, limits, lists, steps, who decides.

Every fact knows its exact place, so that a question can show its source and notice when just this fact changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import groupby

from kb.domain.content import Content, Kind
from kb.domain.exams.edges import edges
from kb.domain.exams.passages import Passage, Shape, passages_of, sentences
from kb.domain.quantities import Bound, Quantity, Unit, quantities

DAY = Decimal(1440)  # minutes
LIST_MOST = 12  # items of a list that is asked about


class FactKind(StrEnum):
    AMOUNT = "amount"
    PERCENT = "percent"
    PERIOD = "period"
    AGE = "age"
    COUNT = "count"
    CELL = "cell"  # what a table says in words for a row and a column
    MEMBERS = "members"  # an unordered list
    STEPS = "steps"  # an ordered one
    FORBIDDEN = "forbidden"  # words that must not be said
    DECIDER = "decider"
    EDGE = "edge"  # on which side the limit itself falls
    RULING = "ruling"  # whether something is allowed, paid, needed


_KINDS = {
    Unit.TIME: FactKind.PERIOD, Unit.WORKDAYS: FactKind.PERIOD, Unit.MONTHS: FactKind.PERIOD, Unit.MONEY: FactKind.AMOUNT,
    Unit.PERCENT: FactKind.PERCENT, Unit.AGE: FactKind.AGE, Unit.COUNT: FactKind.COUNT,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """``value`` as it stands at ``start`` to ``end`` of the field ``part``; ``values`` are the members of a list.

    ``number`` (and ``upper`` of a range) is in the base of ``unit``, see ``kb.domain.quantities``; None for words.
    ``at`` is the place of the value in ``passage.text``, the sentence or cell around it. ``condition`` is what limits
    the fact within its sentence, ``exception`` what the sentence takes out. ``passages`` are the items of a list.
    """

    kind: FactKind
    value: str
    part: str
    start: int
    end: int
    passage: Passage
    at: tuple[int, int]
    values: tuple[str, ...] = ()
    number: Decimal | None = None
    upper: Decimal | None = None
    unit: Unit | None = None
    counted: str = ""
    bound: Bound = Bound.EXACT
    topic: str = ""
    condition: str = ""
    exception: str = ""
    passages: tuple[Passage, ...] = ()

    @property
    def sentence(self) -> str:
        return self.passage.text


_NOTE = re.compile(r" ?（(?:自然日|工作日)）")
_DATE = re.compile(r"\d ?月 ?\d{1,2} ?[日号]? ?(?:至|到|—|-|–)$")
_HOUR = re.compile(r" ?(?:\d{1,2}[:：]\d|早|晚|凌晨|白天|上午|下午|中午|起|零时)")
_NOUN = re.compile(r" ?的?(?P<noun>[\u4e00-\u9fff]{1,4}(?:期|额|费|率))(?![间限])")
_WITHIN = re.compile(r" ?[之以]?内")
_POINTS = re.compile(
    r"(?<=[扣减加计] )?(?P<said>(?<![\d.–-])\d{1,3}) ?分(?![钟之期析类别开公部行红层成散享担流配发辨])"
)
_EXCEPT = re.compile(r"[^，。；]*(?:除外|但|除非|不含|不包括|除[^，。；]{1,20}[外以])[^，。；]*")
_WHEN = re.compile(r"[^，。；：]*(?:的|时|后|前|之后|以后|期间)(?=，)|(?:如果|如|若|凡|当)[^，。；]+")
_DECIDES = re.compile(
    r"(?:由|经|报|须|需)(?P<who>[\u4e00-\u9fff]{2,8}?)(?P<verb>审批|决定|批准|核定|裁定|审核|核准|签收|签字|同意|判定|认定|评定|复核)"
)
_WHO = re.compile(
    r"[\u4e00-\u9fff]{1,6}(?:部|岗|组长|班长|主任|经理|主管|负责人|机关|法院|交警|公安|部门|机构|医院|管理员|公司|本人|委员会|查勘员)"
)
_NOBODY = re.compile(r"[和或及与]|^[本我该贵]公司$")
_FORBIDS = re.compile(
    r"(?:不说|别说|不要说|不能说|不得说|不可说|不许说|不讲|别讲|不用|不这样说|不回答|不答)[：:]?(?P<said>(?:“[^”]{3,30}”[、，和或]?)+)"
)
_QUOTE = re.compile(r"“([^”]{3,30})”")
_NO_HEADING = re.compile(r"(?:不说|别说|红线|切忌|切记|千万别|禁用|不要说|不该说|不能说|不可说)")
_RULES = re.compile(
    r"不予赔付|不赔|可以赔|能赔|不能|不可以|可以|必须|不得|不用|无须|不需要|不扣|不算|不计|不退|不收|不负责|不属于|属于|不影响|不可"
)
_STORY = re.compile(
    r"情形$|经过|背景|案情|过程$|举例|例子|算例|示例|这一件|第一次接听|调查|结果$|得与失|重来一遍|计算$|核算|怎么算的|算一算|算给|两本账|算术"
)
_WORKED = re.compile(
    r"为例|^例[：:]|算例|举例|假设|^(?:应赔|实赔|自己承担|合计|总费用|住院费|实际扣)$"
)  # what stands under such a heading are the numbers of one case
_EXAMPLE = re.compile(
    r"(?:投保|计算|理赔|保单|利益|演示)(?:示例|举例|案例)|^(?:示例|案例|例) ?[一二三四五六七八九十\d]{0,2}[：:]"
    r"|(?:^|[，。；：\s])[\u4e00-\u9fff](?:先生|女士|太太|小姐|某)(?=[，的为于在投之因今\d ])"
)
_STEPS = re.compile(
    r"步|流程|次序|顺序|先后|办理|受理|操作|处理|做法|怎么[做办交走报接]|办法|三件事|之后|通话|流转|执行|接通|路线"
)
_NARRATES = frozenset({Kind.CASE, Kind.NOTICE})


@lru_cache(maxsize=2_000)
def facts_of(content: Content) -> tuple[Fact, ...]:
    """Every fact of ``content``, by part and place; stories and worked examples state none."""
    found: list[Fact] = []
    worked = {(p.part, p.heading) for p in passages_of(content) if p.heading and _WORKED.search(p.text)}
    told = [p for p in passages_of(content) if not _is_story(content, p) and (p.part, p.heading) not in worked]
    passages = list(_without_examples(content, told))
    for passage in passages:
        if passage.shape is Shape.CELL:
            found += _of_cell(passage)
        else:
            for sentence in sentences(passage):
                found += _of_sentence(sentence)
    items = [p for p in passages if p.shape is Shape.ITEM]
    for _, grouped in groupby(items, key=lambda p: (p.part, p.group)):
        found += _of_list(list(grouped))
    return tuple(sorted(found, key=lambda fact: (fact.part, fact.start, fact.end)))


def _without_examples(content: Content, passages: Sequence[Passage]) -> Iterator[Passage]:
    """投保示例：张先生 30 周岁，……: neither that sentence nor what follows it in its line states a rule."""
    within, part, end = False, "", 0
    for passage in passages:
        if within and (passage.part != part or "\n" in getattr(content, part)[end : passage.start]):
            within = False
        within = passage.shape is Shape.SENTENCE and (within or bool(_EXAMPLE.search(passage.text)))
        part, end = passage.part, passage.end
        if not within:
            yield passage


def quantity_facts(passage: Passage) -> Iterator[Fact]:
    """The amounts, shares, periods, ages and counts in one sentence or cell."""
    text = passage.text
    taken: list[range] = []
    for quantity in quantities(text):
        if _says_nothing(text, quantity):
            continue
        start, end = quantity.start, quantity.end
        unit, number, bound = quantity.unit, quantity.value, quantity.bound
        if note := _NOTE.match(text, end):
            end = note.end()
            bound = Bound.WITHIN if _WITHIN.match(text, end) else bound
            if "工作" in note.group():
                unit = Unit.WORKDAYS
        taken.append(range(start, end))
        yield _fact(passage, _KINDS[unit], start, end, number=number, upper=quantity.upper, unit=unit,
                    counted=quantity.counted, bound=bound, topic=quantity.topic or passage.column or _noun_after(text, end),
                    condition=quantity.condition)  # fmt: skip
    for points in _POINTS.finditer(text):
        if not any(points.start() in span for span in taken):
            yield _fact(
                passage, FactKind.COUNT, points.start(), points.end(), number=Decimal(points["said"]), unit=Unit.COUNT,
                counted="分", topic=passage.column or "扣分",
            )  # fmt: skip


def _noun_after(text: str, end: int) -> str:
    """30 天等待期 is about the 等待期."""
    found = _NOUN.match(text, end)
    return found["noun"] if found else ""


def _says_nothing(text: str, quantity: Quantity) -> bool:
    """上一年, 每次, 一次说全: no rule is in them."""
    before, said = text[max(0, quantity.start - 1) : quantity.start], quantity.text
    if before and before in "上下每前同当近另再这那头后第几哪约新旧":
        return True
    if _DATE.search(text[: quantity.start]) and said[-1:] in "日号":
        return True  # 1月1日至3日
    if said[-1:] in "日号" and _HOUR.match(text[quantity.end :]):
        return True  # 13 日 8:00 以后
    if said[:1] == "一" and (said[-1:] == "年") is (quantity.bound is Bound.WITHIN):
        return True  # 比晚一分钟给完整答案重要, 一年内
    if quantity.unit is Unit.COUNT and (quantity.value <= 1 or (quantity.counted == "份" and not said[:1].isdigit())):
        return True
    if quantity.value == 0 and before in (":", "："):
        return True  # 已获补偿的金额：0 万元
    if before == "分" and quantity.unit is Unit.COUNT:
        return True  # 分两次住院
    after = text[quantity.end : quantity.end + 2]
    if after[:1] == "期" and after[1:] not in tuple("满间限内"):
        return True  # 三个日期
    if quantity.unit is Unit.TIME and quantity.value == DAY and "小时" in said and quantity.bound is Bound.EXACT:
        return True  # 24 小时受理: round the clock
    return said[:1] == "半"


def _fact(passage: Passage, kind: FactKind, start: int, end: int, **values: object) -> Fact:
    exception = _EXCEPT.search(passage.text)
    given: dict[str, object] = {"condition": _when(passage.text, start, end), **values}
    if not given["condition"]:
        given["condition"] = _when(passage.text, start, end)
    return Fact(
        kind=kind, value=passage.text[start:end], part=passage.part, start=passage.places[start],
        end=passage.places[end - 1] + 1, passage=passage, at=(start, end),
        exception=exception.group().strip("，。； ") if exception else "", **given,  # type: ignore[arg-type]
    )  # fmt: skip


def _when(text: str, start: int, end: int) -> str:
    found = [m.group().strip() for m in _WHEN.finditer(text) if m.end() <= start or m.start() >= end]
    return found[-1] if found else ""


def _is_story(content: Content, passage: Passage) -> bool:
    if passage.part != "body":
        return False
    return bool(_STORY.search(passage.heading)) or (
        content.kind in _NARRATES and passage.shape is Shape.SENTENCE and content.kind is Kind.CASE
    )


def _of_sentence(passage: Passage) -> Iterator[Fact]:
    yield from quantity_facts(passage)
    text = passage.text
    for start, end, _ in edges(text):
        yield _fact(passage, FactKind.EDGE, start, end)
    for match in _DECIDES.finditer(text):
        if _WHO.fullmatch(match["who"]) and not _NOBODY.search(match["who"]):
            yield _fact(passage, FactKind.DECIDER, match.start("who"), match.end("who"), topic=match["verb"])
    for match in _FORBIDS.finditer(text):
        for quote in _QUOTE.finditer(text, match.start("said"), match.end("said")):
            yield _fact(passage, FactKind.FORBIDDEN, quote.start(1), quote.end(1))
    rulings = list(_RULES.finditer(text))
    if len(rulings) == 1:
        yield _fact(passage, FactKind.RULING, rulings[0].start(), rulings[0].end())


def _of_cell(passage: Passage) -> Iterator[Fact]:
    if not passage.row:
        if _NO_HEADING.search(passage.column):
            yield _fact(passage, FactKind.FORBIDDEN, 0, len(passage.text))
        return
    yield from quantity_facts(passage)
    for start, end, _ in edges(passage.text):
        yield _fact(passage, FactKind.EDGE, start, end)
    yield _fact(passage, FactKind.CELL, 0, len(passage.text), topic=passage.column, condition=passage.row)


def _of_list(items: Sequence[Passage]) -> Iterator[Fact]:
    if not 2 <= len(items) <= LIST_MOST:
        return
    first, last = items[0], items[-1]
    ordered = [item.marker for item in items] == [str(n) for n in range(1, len(items) + 1)]
    kind = FactKind.STEPS if ordered and _STEPS.search(first.heading + first.lead) else FactKind.MEMBERS
    yield Fact(
        kind=kind, value=first.heading or first.lead, values=tuple(item.text for item in items), part=first.part,
        start=first.start, end=last.end, passage=first, at=(0, len(first.text)), topic=first.lead or first.heading,
        passages=tuple(items),
    )  # fmt: skip
