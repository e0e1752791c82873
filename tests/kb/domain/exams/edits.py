"""Seeded edits of an entry: such as change a fact, and such as only word it otherwise. The measure of staleness."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from kb.domain.content import Content
from kb.domain.exams.edges import edges
from kb.domain.exams.facts import Fact, FactKind, facts_of
from kb.domain.exams.passages import Shape
from kb.domain.exams.propose.amounts import KINDS
from kb.domain.exams.question import QuestionContent, QuestionType
from kb.domain.exams.values import neighbours
from kb.domain.numbers import in_chinese


@dataclass(frozen=True)
class Edit:
    """``before`` became ``after``. ``changed`` is the place (part, start, end) in ``before`` whose fact changed, None
    for a rewording; ``only`` the types of question that ask it (all when empty)."""

    name: str
    before: Content
    after: Content
    changed: tuple[str, int, int] | None = None
    only: tuple[QuestionType, ...] = ()

    def concerns(self, question: QuestionContent) -> bool:
        """Whether the fact that ``question`` asks is the one that changed."""
        if self.changed is None:
            return False
        part, start, end = self.changed
        source = question.source
        there = source.part == part and source.start < end and start < source.end
        return there and (not self.only or question.type in self.only)


def _put(content: Content, part: str, start: int, end: int, text: str) -> Content:
    old = getattr(content, part)
    return replace(content, **{part: old[:start] + text + old[end:]})


def _fact(content: Content, rng: random.Random, wanted: Callable[[Fact], bool]) -> Fact | None:
    found = [fact for fact in facts_of(content) if wanted(fact)]
    return rng.choice(found) if found else None


def _sentence(content: Content, fact: Fact) -> tuple[str, int, int]:
    return fact.part, fact.passage.start, fact.passage.end


# --- the fact changes


def another_value(content: Content, rng: random.Random) -> Edit | None:
    fact = _fact(content, rng, lambda f: f.kind in KINDS and f.upper is None and bool(list(neighbours(f))))
    if fact is None:
        return None
    text = rng.choice([said for said, _ in neighbours(fact)])
    return Edit(
        "value", content, _put(content, fact.part, fact.start, fact.end, text), (fact.part, fact.start, fact.end)
    )


def another_unit(content: Content, rng: random.Random) -> Edit | None:
    swaps = (("个工作日", "天"), ("工作日", "日"), ("小时", "分钟"), ("天", "个工作日"), ("个月", "年"), ("万元", "元"))

    def swapped(fact: Fact) -> str | None:
        return next((fact.value.replace(a, b) for a, b in swaps if fact.value.endswith(a)), None)

    fact = _fact(content, rng, lambda f: f.kind in KINDS and swapped(f) is not None)
    if fact is None:
        return None
    after = _put(content, fact.part, fact.start, fact.end, swapped(fact) or "")
    return Edit("unit", content, after, (fact.part, fact.start, fact.end))


def another_bound(content: Content, rng: random.Random) -> Edit | None:
    swaps = (
        ("及以上", "以下"),
        ("及以下", "以上"),
        ("以上", "以下"),
        ("以内", "以上"),
        ("不超过", "不低于"),
        ("最高", "最低"),
        ("（含）", "（不含）"),
    )
    places = [
        (part, m.start(), m.end(), new)
        for part in ("speakable", "exceptions", "body")
        for old, new in swaps
        for m in re.finditer(
            rf"(?<=[\d元天日月岁次级] ){old}|(?<=[\d元天日月岁次级]){old}|{old}(?= ?\d)", getattr(content, part)
        )
    ]
    if not places:
        return None
    part, start, end, new = rng.choice(places)
    return Edit("bound", content, _put(content, part, start, end, new), (part, start, end))


def another_condition(content: Content, rng: random.Random) -> Edit | None:
    turns = {
        "首次": "再次",
        "有责": "无责",
        "未经": "已经",
        "本人": "家属",
        "投保人": "受益人",
        "住院": "门诊",
        "已": "未",
        "未": "已",
        "超过": "不足",
        "市区": "郊区",
        "全责": "次责",
    }
    places = []
    for part in ("speakable", "body", "exceptions"):
        for clause in re.finditer(r"[^，。；\n|]{2,40}的(?=，)", getattr(content, part)):
            for old, new in turns.items():
                at = clause.group().find(old)
                if at >= 0:
                    places.append((part, clause.start() + at, clause.start() + at + len(old), new))
    if not places:
        return None
    part, start, end, new = rng.choice(places)
    return Edit("condition", content, _put(content, part, start, end, new), (part, start, end))


def an_exception_more(content: Content, rng: random.Random) -> Edit | None:
    fact = _fact(
        content, rng, lambda f: f.kind in KINDS and f.passage.shape is not Shape.CELL and f.sentence.endswith("。")
    )
    if fact is None:
        return None
    said = rng.choice(("，但法定节假日除外", "，报案时已说明原因的除外", "，团体保单不适用"))
    end = fact.passage.end - 1
    return Edit("exception", content, _put(content, fact.part, end, end, said), _sentence(content, fact))


def another_decider(content: Content, rng: random.Random) -> Edit | None:
    fact = _fact(content, rng, lambda f: f.kind is FactKind.DECIDER)
    if fact is None:
        return None
    who = rng.choice([who for who in ("理赔部", "承保部", "值班长", "财务部", "业务组长") if who != fact.value])
    return Edit(
        "decider", content, _put(content, fact.part, fact.start, fact.end, who), (fact.part, fact.start, fact.end)
    )


def another_ruling(content: Content, rng: random.Random) -> Edit | None:
    turned = {
        "不赔": "可以赔",
        "不能": "可以",
        "可以": "不可以",
        "不扣": "要扣",
        "不退": "可以退",
        "必须": "可以不",
        "不得": "可以",
        "可以赔": "不赔",
    }
    fact = _fact(content, rng, lambda f: f.kind is FactKind.RULING and f.value in turned)
    if fact is None:
        return None
    after = _put(content, fact.part, fact.start, fact.end, turned[fact.value])
    return Edit("ruling", content, after, (fact.part, fact.start, fact.end))


def a_member_less(content: Content, rng: random.Random) -> Edit | None:
    fact = _fact(content, rng, lambda f: f.kind in (FactKind.MEMBERS, FactKind.STEPS) and len(f.values) > 2)
    if fact is None:
        return None
    gone = rng.choice(fact.passages)
    text = getattr(content, fact.part)
    start = text.rfind("\n", 0, gone.start) + 1
    end = text.find("\n", gone.end)
    after = _put(content, fact.part, start, len(text) if end < 0 else end + 1, "")
    return Edit(
        "member", content, after, (fact.part, fact.start, fact.end), (QuestionType.MULTIPLE, QuestionType.ORDER)
    )


def another_order(content: Content, rng: random.Random) -> Edit | None:
    fact = _fact(content, rng, lambda f: f.kind is FactKind.STEPS and len(f.values) > 2)
    if fact is None:
        return None
    n = rng.randrange(len(fact.passages) - 1)
    one, other = fact.passages[n], fact.passages[n + 1]
    text = getattr(content, fact.part)
    swapped = text[other.start : other.end] + text[one.end : other.start] + text[one.start : one.end]
    after = _put(content, fact.part, one.start, other.end, swapped)
    return Edit("order", content, after, (fact.part, fact.start, fact.end), (QuestionType.ORDER,))


def another_cell(content: Content, rng: random.Random) -> Edit | None:
    fact = _fact(content, rng, lambda f: f.kind is FactKind.CELL and len(f.value) > 3 and not re.search(r"\d", f.value))
    if fact is None:
        return None
    said = rng.choice(("须先报值班长同意", "由客户自行决定", "只在工作时间受理"))
    return Edit(
        "cell", content, _put(content, fact.part, fact.start, fact.end, said), (fact.part, fact.start, fact.end)
    )


def a_sentence_gone(content: Content, rng: random.Random) -> Edit | None:
    fact = _fact(content, rng, lambda f: f.kind in KINDS and f.part == "body" and f.passage.shape is not Shape.CELL)
    if fact is None:
        return None
    _, start, end = _sentence(content, fact)
    return Edit("gone", content, _put(content, fact.part, start, end, ""), (fact.part, start, end))


def another_side(content: Content, rng: random.Random) -> Edit | None:
    """含 for 不含, and the other way."""
    places = [
        (part, fact.start, fact.end, opposite)
        for fact in facts_of(content)
        if fact.kind is FactKind.EDGE and (part := fact.part)
        for start, end, opposite in edges(fact.passage.text)
        if (start, end) == fact.at
    ]
    if not places:
        return None
    part, start, end, new = rng.choice(places)
    return Edit("side", content, _put(content, part, start, end, new), (part, start, end))


# --- the wording changes


def _swap_words(content: Content, rng: random.Random, name: str, swaps: tuple[tuple[str, str], ...]) -> Edit | None:
    places = [
        (part, match.start(), match.end(), match.expand(new))
        for part in ("speakable", "body", "conditions", "exceptions")
        for old, new in swaps
        for match in re.finditer(old, getattr(content, part))
    ]
    if not places:
        return None
    part, start, end, new = rng.choice(places)
    return Edit(name, content, _put(content, part, start, end, new))


def other_punctuation(content: Content, rng: random.Random) -> Edit | None:
    return _swap_words(
        content, rng, "punctuation", (("；(?=[^\n])", "，"), ("，", ", "), ("。(?=[^\n”])", "；"), ("、", "，"))
    )


def other_politeness(content: Content, rng: random.Random) -> Edit | None:
    swaps = (
        ("(?<![邀申])请", "麻烦"),
        ("必须", "应当"),
        ("应当", "须"),
        ("须(?!知)", "需要"),
        ("(?<=[，。])可以", "可"),
        ("马上", "尽快"),
        ("您", "客户"),
    )
    return _swap_words(content, rng, "politeness", swaps)


def other_words(content: Content, rng: random.Random) -> Edit | None:
    swaps = (
        ("材料", "资料"),
        ("提交", "递交"),
        ("告诉", "告知"),
        ("我们", "本公司"),
        ("以内", "之内"),
        ("办理", "处理"),
        ("不需要", "无须"),
        ("来电者", "客户"),
        ("拨打?(?=客服)", "致电"),
    )
    return _swap_words(content, rng, "synonym", swaps)


def another_writing_of_a_number(content: Content, rng: random.Random) -> Edit | None:
    def other(fact: Fact) -> str | None:
        match = re.fullmatch(r"(\d[\d,]*)( ?)((?:个工作日|天|日|小时|元|个月|年|次|分钟|周岁)[^\d]*)", fact.value)
        if not match:
            return None
        number = int(match[1].replace(",", ""))
        plain = f"{number:,}" if "," not in match[1] and number > 999 else str(number)
        return (
            f"{plain}{'' if match[2] else ' '}{match[3]}"
            if plain != match[1] or rng.random() < 0.5
            else f"{in_chinese(number)}{match[3]}"
        )

    fact = _fact(content, rng, lambda f: f.kind in KINDS and other(f) is not None)
    if fact is None:
        return None
    return Edit("number", content, _put(content, fact.part, fact.start, fact.end, other(fact) or fact.value))


def another_layout(content: Content, rng: random.Random) -> Edit | None:
    body = content.body
    chosen = rng.randrange(5)
    if chosen == 0:
        body = re.sub(r"^- ", "* ", body, flags=re.MULTILINE)
    elif chosen == 1:
        body = re.sub(r"^## ", "### ", body, flags=re.MULTILINE)
    elif chosen == 2:
        body = re.sub(r"(?<=\|) ([^|\n]+?) (?=\|)", r"  \1   ", body)
    elif chosen == 3:
        body = re.sub(r"(\d+ ?(?:个工作日|小时|天|元))", r"**\1**", body.replace("**", ""))
    else:
        body = re.sub(r"\n\n", "\n\n\n", body)
    return Edit("layout", content, replace(content, body=body)) if body != content.body else None


def more_elsewhere(content: Content, rng: random.Random) -> Edit | None:
    more = rng.choice(
        (
            "\n\n## 补充\n\n客户问起来历的，照实说明即可。",
            "\n\n更新后请在班前会上念一遍。",
            "\n\n- 通话结束前问一句还有什么可以帮忙。",
        )
    )
    return Edit("more", content, replace(content, body=content.body + more, tags=(*content.tags, "更新")))


def moved(content: Content, rng: random.Random) -> Edit | None:
    sections = re.split(r"(?m)^(?=## )", content.body)
    if len(sections) < 3:
        return None
    n = rng.randrange(1, len(sections) - 1)
    sections[n], sections[n + 1] = sections[n + 1].rstrip("\n") + "\n\n", sections[n].rstrip("\n") + "\n\n"
    return Edit("moved", content, replace(content, body="".join(sections)))


def a_slip_mended(content: Content, rng: random.Random) -> Edit | None:
    """A word that stands elsewhere in the entry was written with a wrong character in one place."""
    places = []
    for part in ("body", "speakable"):
        text = getattr(content, part)
        for match in re.finditer(r"报案|理赔|保单|登记|客户|核定|材料|发票|记录|证明", text):
            if text.count(match.group()) > 2:
                places.append((part, match.start()))
    if not places:
        return None
    part, at = rng.choice(places)
    wrong = {
        "报": "抱",
        "理": "里",
        "保": "堡",
        "登": "等",
        "客": "克",
        "核": "合",
        "材": "才",
        "发": "罚",
        "记": "计",
        "证": "征",
    }
    text = getattr(content, part)
    before = _put(content, part, at, at + 1, wrong.get(text[at], "某"))
    return Edit("slip", before, content)


def other_facts_about_it(content: Content, rng: random.Random) -> Edit | None:
    return Edit("fields", content, replace(content, owner="信息协调岗二组", asked_as=(*content.asked_as, "这个怎么算")))


def an_example_more(content: Content, rng: random.Random) -> Edit | None:
    fact = _fact(content, rng, lambda f: f.kind in KINDS and f.part == "body" and f.passage.shape is Shape.SENTENCE)
    if fact is None or not fact.sentence.endswith("。"):
        return None
    said = rng.choice(("例如周一来电的，当天就登记。", "比如：客户说不清楚，就请他慢慢说。", "举个例子，同事代接的也照此登记。"))
    return Edit("example", content, _put(content, fact.part, fact.passage.end, fact.passage.end, said))


def in_traditional(content: Content, rng: random.Random) -> Edit | None:
    from opencc import OpenCC  # type: ignore[import-untyped]

    body = OpenCC("s2t").convert(content.body)
    return Edit("traditional", content, replace(content, body=body)) if len(body) == len(content.body) else None


def in_full_width(content: Content, rng: random.Random) -> Edit | None:
    body = content.body.translate({ord(char): chr(ord(char) + 0xFEE0) for char in "0123456789%"})
    table = "|" in body or re.search(r"^[０-９]+[.、]", body, re.MULTILINE) or "](" in body
    return Edit("full-width", content, replace(content, body=body)) if body != content.body and not table else None


def other_paragraphs(content: Content, rng: random.Random) -> Edit | None:
    """The paragraphs (of a text on one line: its sentences, two and two) in another order."""
    parts = content.body.split("\n\n")
    if any(re.match(r"#|\||\s*(?:[-*]|\d+[.)])\s|.*[：:]$", part) for part in parts) or len(parts) < 3:
        return None
    rng.shuffle(parts)
    return Edit("paragraphs", content, replace(content, body="\n\n".join(parts)))


CHANGES = (
    another_value, another_unit, another_bound, another_condition, an_exception_more, another_decider, another_ruling,
    a_member_less, another_order, another_cell, a_sentence_gone, another_side,
)  # fmt: skip
REWORDINGS = (
    other_punctuation, other_politeness, other_words, another_writing_of_a_number, another_layout, more_elsewhere, moved,
    a_slip_mended, other_facts_about_it, an_example_more, in_traditional, in_full_width, other_paragraphs,
)  # fmt: skip
