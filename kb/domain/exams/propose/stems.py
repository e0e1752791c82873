"""The words of a stem: what it is about, the sentence, and under which condition it holds."""

from __future__ import annotations

import re

from kb.domain.content import Content
from kb.domain.exams.facts import Fact
from kb.domain.exams.passages import Passage, Shape
from kb.domain.exams.values import Amount, bare, same
from kb.domain.quantities import quantities

CHOICE, BLANK = "（　　）", "____"
CONDITION_MOST, LEAD_MOST, STEM_MOST = 36, 30, 150
_PART_NAMES = {"conditions": "适用条件", "exceptions": "例外情形"}
_CLAUSE = re.compile(r"[^，；。]*[，；。]?")
_REFERS = re.compile(r"(?:见|看|用|按|照|走|参照|参考|参见|转|依|区别|说明)\s*《|》[^，。；]*(?:办理|处理|受理|申请)?$")
_GENERIC = re.compile(
    r"^(?:注意|提醒|说明|座席|座席注意|规则|规定|标准|要点|步骤|办理|处理|情形|边界|原则|红线|其他|补充|记录)$"
)


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
    if condition and bare(condition) not in bare(text):
        short = (
            len(condition) <= CONDITION_MOST
            and "《" not in condition
            and "[" not in condition
            and "。" not in condition
        )
        said.append(f"适用条件：{condition}" if short else "在适用条件内")
    if content.exceptions.strip():
        said.append("不属于例外情形")
    return f"（{'；'.join(said)}）" if said else ""


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
    return any(same(Amount.of(found), mine) for found in quantities(stem)) or bare(fact.value) in bare(stem)
