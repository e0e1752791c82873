"""Seeded edits of an entry that only word it otherwise: no question may wait for review because of them."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from kb.domain.content import Content
from kb.domain.exams.facts import Fact
from kb.domain.exams.passages import Shape
from kb.domain.exams.propose.amounts import KINDS
from kb.domain.numbers import in_chinese
from tests.kb.domain.exams.edits import Edit, a_fact, put


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
    return Edit(name, content, put(content, part, start, end, new))


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

    fact = a_fact(content, rng, lambda f: f.kind in KINDS and other(f) is not None)
    if fact is None:
        return None
    return Edit("number", content, put(content, fact.part, fact.start, fact.end, other(fact) or fact.value))


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
    before = put(content, part, at, at + 1, wrong.get(text[at], "某"))
    return Edit("slip", before, content)


def other_facts_about_it(content: Content, rng: random.Random) -> Edit | None:
    return Edit("fields", content, replace(content, owner="信息协调岗二组", asked_as=(*content.asked_as, "这个怎么算")))


def an_example_more(content: Content, rng: random.Random) -> Edit | None:
    fact = a_fact(content, rng, lambda f: f.kind in KINDS and f.part == "body" and f.passage.shape is Shape.SENTENCE)
    if fact is None or not fact.sentence.endswith("。"):
        return None
    said = rng.choice(("例如周一来电的，当天就登记。", "比如：客户说不清楚，就请他慢慢说。", "举个例子，同事代接的也照此登记。"))
    return Edit("example", content, put(content, fact.part, fact.passage.end, fact.passage.end, said))


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


REWORDINGS = (
    other_punctuation, other_politeness, other_words, another_writing_of_a_number, another_layout, more_elsewhere, moved,
    a_slip_mended, other_facts_about_it, an_example_more, in_traditional, in_full_width, other_paragraphs,
)  # fmt: skip
