"""The words of a stem: what it is about, the sentence, and under which condition it holds."""

from __future__ import annotations

import re
from itertools import pairwise

from kb.domain.content import Content
from kb.domain.exams.facts import Fact
from kb.domain.exams.passages import Passage, Shape
from kb.domain.exams.values import Amount, Said, bare, same
from kb.domain.quantities import quantities

CHOICE, BLANK = "（　　）", "____"
CONDITION_MOST, LEAD_MOST, STEM_MOST = 36, 30, 150
_PART_NAMES = {"conditions": "适用条件", "exceptions": "例外情形"}
_CLAUSE = re.compile(r"[^，；。]*[，；。]?")
_REFERS = re.compile(
    r"(?:见|看|用|按|照|走|参照|参考|参见|转|依|区别|说明)\s*《[^》]*》?[^，。；》]{0,6}$|》的?[\u4e00-\u9fff]{0,4}(?:办理|处理|受理|申请)?$"
)
_DENIED = re.compile(r"[未没无]有?([\u4e00-\u9fff]{2,4})")
_CASE = re.compile(r"[^，。；：]{3,30}的(?=，)")


def label_of(content: Content, passage: Passage) -> str:
    """【家庭财产险盗抢赔付要满足的条件 · 例外情形】: product, title, and the heading over a passage of the body."""
    title = content.title.rstrip("？?。")
    parts = [title]
    if content.product and not _names(title, content.product):
        parts.insert(0, content.product)
    if passage.part in _PART_NAMES:
        parts.append(_PART_NAMES[passage.part])
    elif passage.heading and bare(passage.heading) not in bare(title):
        parts.append(passage.heading.rstrip("？?：:"))
    return f"【{' · '.join(parts)}】"


def _names(title: str, product: str) -> bool:
    return product in title or all(char in title for char in product)


def trimmed(passage: Passage, start: int, end: int) -> tuple[str, int, int]:
    """The sentence without clauses that only point to another entry, and where ``start`` to ``end`` stands in it."""
    text, found, place = passage.text, "", 0
    for match in _CLAUSE.finditer(text):
        clause, at = match.group(), match.start()
        holds = at < end and match.end() > start
        if not holds and "《" in clause and _REFERS.search(clause.rstrip("，；。")):
            continue
        if match.start() <= start < match.end():
            place = len(found) + start - at
        found += clause
    if text.endswith(("：", ":")):
        return text, start, end  # it announces what follows: unfit
    found = found.rstrip("，；、：; ")
    if found and found[-1] not in "。！？…”":
        found += "。"
    return found, place, place + end - start


def stem_of(content: Content, passage: Passage, text: str) -> str:
    """Label, the line before a list, the sentence, and the condition under which the entry holds."""
    lead = ""
    if passage.shape is Shape.ITEM and passage.lead and len(passage.lead) <= LEAD_MOST and not passage.heading:
        lead = passage.lead
    return f"{label_of(content, passage)}{lead}{text}{limits_of(content, passage, text)}"


def limits_of(content: Content, passage: Passage, text: str) -> str:
    """What the entry's condition and exceptions add, in brackets; "" where the passage is one of them."""
    if passage.part in _PART_NAMES:
        return ""
    said = []
    condition = content.conditions.strip().rstrip("。").replace("\n", "")
    if condition and bare(condition) not in bare(text) and not _against(text, condition):
        short = (
            len(condition) <= CONDITION_MOST
            and "《" not in condition
            and "[" not in condition
            and "。" not in condition
        )
        said.append(f"适用条件：{condition}" if short else "在适用条件内")
    if content.exceptions.strip() and not _is_exception(text, content.exceptions):
        said.append("不属于例外情形")
    return f"（{'；'.join(said)}）" if said else ""


def _against(text: str, condition: str) -> bool:
    """Whether the sentence speaks of the very case that the condition leaves out: 已发生理赔的 under 未发生理赔."""
    return any(f"{sign}{match[1]}" in text for match in _DENIED.finditer(condition) for sign in ("已", "有", "已经"))


def _is_exception(text: str, exceptions: str) -> bool:
    """Whether the sentence is about one of the exceptions itself."""
    pairs = {a + b for a, b in pairwise(bare(exceptions))}
    for match in _CASE.finditer(text):
        case = {a + b for a, b in pairwise(bare(match.group()))}
        if len(case) >= 3 and len(case & pairs) >= 0.6 * len(case):
            return True
    return False


def short_limits(content: Content, passage: Passage) -> str:
    """The same in few words, for a stem in which the condition's own words would tell the key."""
    if passage.part in _PART_NAMES or not (content.conditions.strip() or content.exceptions.strip()):
        return ""
    return "（在适用条件内，不属于例外情形）"


def tells(stem: str, fact: Fact) -> bool:
    """Whether the stem says the amount of ``fact`` besides the blank, in whatever words."""
    if fact.number is None:
        return bare(fact.value) in bare(stem)
    mine = Amount.of(fact)
    said = Said.of(fact.value)
    if said and len(said.number) > 1 and re.search(rf"(?<![\d.,]){re.escape(said.number)}(?![\d.,])", stem):
        return True  # 满 10 不满 18 周岁 tells the 10
    return any(same(Amount.of(found), mine) for found in quantities(stem)) or bare(fact.value) in bare(stem)
