"""Questions on what must not be said, who decides, and whether something is allowed or paid."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.domain.content import Kind
from kb.domain.exams.facts import Fact, FactKind, facts_of
from kb.domain.exams.passages import Shape, passages_of, sentences
from kb.domain.exams.propose import proposal as why
from kb.domain.exams.propose.amounts import FORBIDDEN
from kb.domain.exams.propose.cells import alike
from kb.domain.exams.propose.guards import fair_lengths, in_quotes, is_fit
from kb.domain.exams.propose.proposal import Proposal, Task
from kb.domain.exams.propose.stems import BLANK, CHOICE, STEM_MOST, label_of, limits_of, trimmed
from kb.domain.exams.question import QuestionContent, QuestionType
from kb.domain.exams.values import bare
from kb.domain.person import ROLE_NAMES, Role

RULING_MOST = 60
_POLITE = re.compile(r"^(?:您|请|好的|我|对不起|谢谢|感谢|抱歉|麻烦|让您)")
_GOOD_COLUMN = re.compile(r"换成|这样说|可以说|改成|该说")
_CALLED = frozenset({Role.AGENT, Role.TEAM_LEADER, Role.SHIFT_LEADER, Role.COORDINATOR, Role.TRAINER, Role.DIRECTOR})
# What turns a ruling round; the rest of the sentence stays.
_OPPOSITES = {
    "不予赔付": "予以赔付", "不赔": "可以赔", "可以赔": "不赔", "不能": "可以", "不可以": "可以", "可以": "不可以", "必须": "可以不",
    "不得": "可以", "无须": "须", "不需要": "需要", "不扣": "要扣", "不算": "算", "不计": "计入", "不退": "可以退", "不收": "要收",
    "不负责": "负责", "不属于": "属于", "属于": "不属于",
}  # fmt: skip
_GOES_ON = frozenset({"可以", "不可以", "必须", "属于", "不属于"})
_CASE = re.compile(r"[^，。；]{0,10}?的(?=[，；：\d需按由]|$)|[^，。；]{1,6}?的(?=[\u4e00-\u9fff])")
_CONDITION = re.compile(r"(?:的|时|后|前|如果[^，。]*|若[^，。]*)，")
_NOT_TURNED = re.compile(
    r"是否|能不能|可不可|赔不赔|还是|要不要|不能(?:正常|证明|说明|确定|及时|动|自理|行驶|使用|当|只|光)|才|只|必须的|不算(?:数|是)|可以(?:吗|先|请|再|参|照|介绍|建议|说|问|顺|看|用|打|把|告)|可能(?:不|可)|同样|不行|不计(?![，。；])|可以不|可以(?:考虑|登记)|：(?:不?可以|能|不能)[，。]|^(?:核对|确认|问清|查)[^，。]*属于|也可以|[您我们]可以|可以.*可[在以]|“[^”]*”|并不|以免|否则"
)


def propose_forbidden(task: Task, fact: Fact) -> Iterator[Proposal]:
    if fact.kind is not FactKind.FORBIDDEN or len(fact.value) < 4 or re.search(r"[【《…]", fact.value):
        return
    rng = task.rng(fact, "forbidden")
    allowed = [text for text in _allowed(task) if alike(text, fact.value) < 0.4]
    rng.shuffle(allowed)
    allowed.sort(key=lambda text: abs(len(text) - len(fact.value)) // 8)
    wrong: list[str] = []
    for text in allowed:
        if len(wrong) < 3 and all(alike(text, other) < 0.5 for other in wrong):
            wrong.append(text)
    if len(wrong) < 3 or not fair_lengths(fact.value, wrong):
        return
    options = [fact.value, *wrong]
    rng.shuffle(options)
    yield Proposal(
        content=QuestionContent(
            type=QuestionType.SINGLE, stem=f"{label_of(task.content, fact.passage)}{_situation(fact)}下列哪一句是条目写明不能说的？",
            options=tuple(f"“{text}”" for text in options), key=(options.index(fact.value),), difficulty=0.25,
        ),
        rule="forbidden-single", score=0.0, reason=why.BY_WORDS, sentence=fact.sentence,
    )  # fmt: skip


def _situation(fact: Fact) -> str:
    """What stands before the forbidding words: when they must not be said."""
    before = fact.sentence[: fact.at[0]] if fact.passage.column == "" else ""
    before = re.split(r"(?:不|别|禁止|切勿)[\u4e00-\u9fff]{0,4}[：:]?“", before)[0].rstrip("，；、：绝也都千万就")
    return f"{before}，" if before and is_fit(f"{before}。", least=3, most=50) and "：" not in before else ""


def _allowed(task: Task) -> list[str]:
    """What agents may well say: polite sentences of scripts, and what stands in the column of better words."""
    found: list[str] = []
    for content in (task.content, *(other for _, other in task.sisters if other.kind is Kind.SCRIPT)):
        for passage in passages_of(content):
            if passage.part == "speakable" and content.kind is Kind.SCRIPT:
                found += [one.text.rstrip("。") for one in sentences(passage) if 6 <= len(one.text) <= 30]
            elif passage.row and _GOOD_COLUMN.search(passage.column):
                found.append(passage.text.rstrip("。"))
    return list(dict.fromkeys(text for text in found if _POLITE.search(text) and not re.search(r"[【…《“]", text)))


def propose_decider(task: Task, fact: Fact) -> Iterator[Proposal]:
    if fact.kind is not FactKind.DECIDER or in_quotes(fact.sentence, *fact.at):
        return
    text, start, end = trimmed(fact.passage, *fact.at)
    stem = f"{label_of(task.content, fact.passage)}{text[:start]}{CHOICE}{text[end:]}{limits_of(task.content, fact.passage, text)}"
    if not is_fit(text) or len(stem) > STEM_MOST or fact.value in stem:
        return
    rng = task.rng(fact, "decider")
    wrong = [who for who in _deciders(task, fact) if who not in text]
    rng.shuffle(wrong)
    if len(wrong) >= 3:
        options = [fact.value, *wrong[:3]]
        rng.shuffle(options)
        yield Proposal(
            content=QuestionContent(
                type=QuestionType.SINGLE, stem=stem, options=tuple(options), key=(options.index(fact.value),), difficulty=0.3
            ),
            rule="decider-single", score=0.0, reason=why.BY_PERSON, sentence=fact.sentence,
        )  # fmt: skip
    yield Proposal(
        content=QuestionContent(
            type=QuestionType.CLOZE, stem=stem.replace(CHOICE, BLANK), blanks=((fact.value,),), difficulty=0.4
        ),
        rule="decider-cloze", score=0.0, reason=why.BY_PERSON, sentence=fact.sentence,
    )  # fmt: skip


def _deciders(task: Task, fact: Fact) -> list[str]:
    """Others of the same sort: departments for a department, roles for a role, outside bodies for one outside."""
    roles = {ROLE_NAMES[role] for role in _CALLED}
    owners = {other.owner for _, other in task.sisters if other.owner} - roles
    named = {f.value for _, other in task.sisters for f in facts_of(other) if f.kind is FactKind.DECIDER}
    for group in (roles, owners, named - roles - owners):
        if fact.value in group or (group is owners and fact.value.endswith("部")):
            return sorted(group - {fact.value})
    return sorted(named - roles - owners - {fact.value})


def _before(task: Task, fact: Fact) -> str:
    """The sentence before that of ``fact`` in its line, "" where there is none."""
    line = getattr(task.content, fact.part)
    near = (
        p.text for p in passages_of(task.content)
        if p.part == fact.part and p.shape is Shape.SENTENCE and p.end <= fact.passage.start
        and not line[p.end : fact.passage.start].strip(" ；;") and "\n" not in line[p.end : fact.passage.start]
    )  # fmt: skip
    return next(near, "")


def propose_ruling(task: Task, fact: Fact) -> Iterator[Proposal]:
    if fact.kind is not FactKind.RULING or fact.part == "conditions" or in_quotes(fact.sentence, *fact.at):
        return
    text, start, end = trimmed(fact.passage, *fact.at)
    if text[start:end] != fact.value or start < 2 or not is_fit(text, most=RULING_MOST) or _NOT_TURNED.search(text):
        return
    if _CASE.match(text[end:]) or FORBIDDEN.search(fact.passage.heading):
        return  # it says in which case, not what holds; or what must not be done
    if not _CONDITION.search(text) and _CONDITION.search(_before(task, fact)):
        return  # 保险人要求解除的，合同随即解除。不得收取手续费。: the case that it holds for stands in the sentence before
    opposite = _OPPOSITES.get(fact.value)
    label, limits = label_of(task.content, fact.passage), limits_of(task.content, fact.passage, text)
    if fact.value == "可以" and (len(text) > 45 or task.content.kind in (Kind.SCRIPT, Kind.CASE)):
        return  # an agent's liberty, not a rule
    if not opposite or len(label + text + limits) > STEM_MOST or bare(text[max(0, start - 4) : end]) in bare(label):
        return
    # What follows from a liberty would contradict the statement that there is none.
    goes_on = fact.value in _GOES_ON and "，" in re.split("[；。]", text[end:])[0]
    turned = task.rng(fact, "ruling").random() < 0.6 and not goes_on
    said = f"{text[:start]}{opposite}{text[end:]}" if turned else text
    yield Proposal(
        content=QuestionContent(
            type=QuestionType.TRUE_FALSE, stem=f"{label}{said}{limits}", key=(1,) if turned else (0,), difficulty=0.3
        ),
        rule="ruling-false" if turned else "ruling-true", score=0.0, reason=why.BY_RULING, sentence=fact.sentence,
    )  # fmt: skip
