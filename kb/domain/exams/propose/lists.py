"""Questions on lists as the entry gives them: which belong to it, and in which order steps come."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.domain.exams.facts import Fact, FactKind, facts_of
from kb.domain.exams.propose import proposal as why
from kb.domain.exams.propose.cells import alike, is_advice, is_parallel
from kb.domain.exams.propose.guards import is_member, is_option
from kb.domain.exams.propose.proposal import Proposal, Task
from kb.domain.exams.propose.stems import STEM_MOST, label_of
from kb.domain.exams.question import QuestionContent, QuestionType
from kb.domain.exams.values import bare

OPTION_MOST, STEP_MOST = 36, 40
_PAPERS = re.compile(r"材料|资料|凭据|单证|清单|证明|要交|凭什么|带什么")
_NOT = re.compile(r"不赔|不保|除外|不属于|不能|不扣|不算|不含|不可|不受理|不收|不许|不得|不管|不用|不要|不该")
_YES = re.compile(r"可以|能[赔保办退看申]|包含|包括|保什么|属于|要做|该[做说]|必须")
_PAPER = re.compile(r"证|票|书|单|病历|记录|报告|照片|账户|协议|回执|凭据|复印件|材料|录像|视频|身份")
_COMMON = re.compile(r"身份证|保单|申请书|银行卡|账户|报案|发票|病历")
_ORDERED = re.compile(r"步|流程|次序|顺序|先后|前后|路线")
_ORDERED_TITLE = re.compile(r"步骤|流程")
_SEQUENCE = re.compile(r"^先|再|然后|随后|之后|最后|接着|结束|完成后|后[，,]|满")
_BRANCH = re.compile(
    r"^(?:若|如果|如|没有|已经|客户[说不问要]|来电者[说不问要]|对方|超过|无法|仍|另|不|别|还|也|同时|其他|其余|只有|凡|涉及|需要时|可以)|"
    r"的[，：,]|的$|不能|不得|不要|不说|只[有能]|说：|例如"
)


def propose_members(task: Task, fact: Fact) -> Iterator[Proposal]:
    """Which of these does the entry list? Wrong ones come from its opposite list, else from a sister's like list."""
    kind = _class(fact)
    right = [text for text in map(_member, fact.values) if text]
    if kind == "papers":
        right = [text for text in right if _is_paper(text)]
    if not kind or len(right) < 2 or fact.kind not in (FactKind.MEMBERS, FactKind.STEPS):
        return
    rng = task.rng(fact, "members")
    right = rng.sample(right, min(len(right), 3))
    wrong = _wrong(task, fact, kind)[: 5 - len(right)]
    stem = f"{label_of(task.content, fact.passage)}关于“{fact.value.rstrip('？?：:')}”，下列哪些是条目列明的？"
    if len(wrong) < 2 or len(stem) > STEM_MOST:
        return
    options = [*right, *wrong]
    rng.shuffle(options)
    yield Proposal(
        content=QuestionContent(
            type=QuestionType.MULTIPLE, stem=stem, options=tuple(options), difficulty=0.55,
            key=tuple(n for n, text in enumerate(options) if text in right),
        ),
        rule="list-multiple", score=0.0, reason=why.BY_LIST, sentence="；".join(v.rstrip("。；") for v in fact.values),
    )  # fmt: skip


def propose_order(task: Task, fact: Fact) -> Iterator[Proposal]:
    """In which order? Only where the list is a sequence, not a numbered enumeration; what is done only in some cases
    is left out."""
    if fact.kind is not FactKind.STEPS:
        return
    steps = [step for step in map(_step, fact.values) if step][:6]
    if len(steps) < 3 or len(steps) < 0.6 * min(6, len(fact.values)) or not _is_sequence(task, fact):
        return
    if any(alike(a, b) > 0.6 for n, a in enumerate(steps) for b in steps[n + 1 :]):
        return
    options = list(steps)
    task.rng(fact, "order").shuffle(options)
    if options == steps:
        options = [*options[1:], options[0]]
    yield Proposal(
        content=QuestionContent(
            type=QuestionType.ORDER, stem=f"{label_of(task.content, fact.passage)}请按先后次序排列下列各步。",
            options=tuple(options), key=tuple(options.index(step) for step in steps), difficulty=0.5,
        ),
        rule="steps-order", score=0.0, reason=why.BY_STEPS, sentence="；".join(v.rstrip("。；") for v in fact.values),
    )  # fmt: skip


def _is_sequence(task: Task, fact: Fact) -> bool:
    """Whether heading or words say that the order counts."""
    if _ORDERED.search(fact.value) or sum(bool(_SEQUENCE.search(text)) for text in fact.values) >= 2:
        return True
    return "受理" in fact.value and bool(_ORDERED_TITLE.search(task.content.title))


def propose_enumerated(task: Task, fact: Fact) -> Iterator[Proposal]:
    """What belongs to a row of a table that enumerates: 名称、税号、地址. Wrong ones stand in other rows only."""
    passage = fact.passage
    own = _enumerated(fact.value)
    if fact.kind is not FactKind.CELL or len(own) < 2 or not passage.corner or "《" in passage.row:
        return
    if len(own) == 2 and not _PAPERS.search(f"{task.content.title}{passage.heading}{passage.column}"):
        return
    if is_parallel(task.content, passage) or is_advice(task, passage):
        return
    others = [
        text for one in facts_of(task.content)
        if one.kind is FactKind.CELL and one.start != fact.start
        and (one.part, one.passage.group, one.passage.column) == (fact.part, passage.group, passage.column)
        for text in _enumerated(one.value)
    ]  # fmt: skip
    rng = task.rng(fact, "enumerated")
    right = rng.sample(own, min(3, len(own)))
    wrong: list[str] = []
    for text in rng.sample(others, len(others)):
        if all(alike(text, one) < 0.5 and text not in one and one not in text for one in [*own, *wrong]):
            wrong.append(text)
    wrong = wrong[: 5 - len(right)]
    row = passage.row.rstrip("。；")
    stem = f"{label_of(task.content, passage)}“{passage.corner}”为“{row}”时，“{passage.column}”一栏列有下列哪些？"
    if len(wrong) < 2 or len(stem) > STEM_MOST:
        return
    options = [*right, *wrong]
    rng.shuffle(options)
    yield Proposal(
        content=QuestionContent(
            type=QuestionType.MULTIPLE, stem=stem, options=tuple(options), difficulty=0.5,
            key=tuple(n for n, text in enumerate(options) if text in right),
        ),
        rule="cell-multiple", score=0.0, reason=why.BY_TABLE, sentence=f"{passage.row} · {passage.column}：{fact.value}",
    )  # fmt: skip


def _enumerated(text: str) -> list[str]:
    """名称、税号和地址 gives its members; [] when the text says anything besides."""
    if not re.search("、", text) or re.search(r"[，。；：“]", text.rstrip("。；")):
        return []
    members = re.split(r"、|(?<=[\u4e00-\u9fff])(?:和|及|以及)(?=[\u4e00-\u9fff])", text.rstrip("。；"))
    return members if all(2 <= len(m) <= 14 and is_option(m) for m in members) else []


def _class(fact: Fact) -> str:
    classes = (("not", _NOT), ("papers", _PAPERS), ("yes", _YES))
    return next((name for name, pattern in classes if pattern.search(fact.value)), "")


def _member(text: str) -> str:
    said = re.split(r"[。；]", text)[0].strip()
    return said if is_member(said, most=OPTION_MOST) else ""


def _is_paper(text: str) -> bool:
    return bool(_PAPER.search(text)) and len(text) <= 26 and "：" not in text


def _step(text: str) -> str:
    said = re.split(r"[。；]", text)[0].strip()
    return said if is_member(said, most=STEP_MOST) and len(said) >= 4 and not _BRANCH.search(said) else ""


def _wrong(task: Task, fact: Fact, kind: str) -> list[str]:
    """Members of the entry's opposite list; for papers also papers that other entries ask for and this one never names."""
    whole = bare(task.content.body + task.content.speakable + task.content.conditions + task.content.exceptions)
    found = [
        text for one in facts_of(task.content)
        if one.values and one.start != fact.start and {_class(one), kind} == {"not", "yes"}
        for text in map(_member, one.values) if text
    ]  # fmt: skip
    nearby = [
        text for _, other in task.sisters for one in facts_of(other)
        if kind == "papers" and one.values and _class(one) == kind
        for text in map(_member, one.values)
        if text and _is_paper(text) and not _COMMON.search(text) and alike(text, whole) < 0.35
    ]  # fmt: skip
    task.rng(fact, "wrong").shuffle(nearby)
    kept: list[str] = []
    for text in [*found, *nearby]:
        if all(alike(text, other) < 0.4 for other in [*fact.values, *kept]):
            kept.append(text)
    return kept
