"""Questions on lists as the entry gives them: which belong to it, and in which order steps come."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.domain.exams.facts import Fact, FactKind, facts_of
from kb.domain.exams.propose import proposal as why
from kb.domain.exams.propose.cells import alike
from kb.domain.exams.propose.guards import is_member
from kb.domain.exams.propose.proposal import Proposal, Task
from kb.domain.exams.propose.stems import STEM_MOST, label_of
from kb.domain.exams.question import QuestionContent, QuestionType
from kb.domain.exams.values import bare

OPTION_MOST, STEP_MOST = 34, 30
_CLASSES = {
    "papers": re.compile(r"材料|资料|凭据|单证|清单|证明|要交|准备|[带交][什哪]|附上|凭什么"),
    "not": re.compile(r"不赔|不保|除外|不属于|不能|不扣|不算|不含|不可|不受理|不收|不许|不说|红线|不得|别说|不要|不管|不用"),
    "yes": re.compile(r"可以|能[赔保办退]|包含|包括|保什么|算[^法]|属于|范围|条件|应[该当]|要做|要[写说问讲]|必|记什么|记录|登记|问什么|查什么|核对|要求|何时|什么时候|哪些"),
}  # fmt: skip
_COMMON = re.compile(r"身份证|保单|申请书|银行卡|报案|发票|病历|原因|时间|电话|工号|见《")
_ORDERED = re.compile(r"步|流程|次序|顺序|先后|前后|路线|过程")
_SEQUENCE = re.compile(r"^先|再|然后|随后|之后|最后|接着|结束|完成后|后[，,]|满")
_BRANCH = re.compile(
    r"^(?:若|如果|如|没有|已经|客户[说不问要]|来电者[说不问要]|对方|超过|无法|仍|另|不|别|还|也|同时|其他|其余|只有|凡|涉及|需要时)|的[，：,]|的$"
)


def propose_members(task: Task, fact: Fact) -> Iterator[Proposal]:
    """Which of these does the entry list? Wrong ones come from its opposite list, else from a sister's like list."""
    kind = _class(fact)
    right = [text for text in map(_member, fact.values) if text]
    if not kind or len(right) < 2 or fact.kind not in (FactKind.MEMBERS, FactKind.STEPS):
        return
    rng = task.rng(fact, "members")
    right = rng.sample(right, min(len(right), 3))
    wrong = _wrong(task, fact, kind, right)[: 5 - len(right)]
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
    """In which order? Only where the list is a sequence, not a numbered enumeration."""
    if fact.kind is not FactKind.STEPS or not 3 <= len(fact.values) <= 7:
        return
    steps = [_step(text) for text in fact.values]
    sequence = sum(bool(_SEQUENCE.search(text)) for text in fact.values)
    if not all(steps) or not (_ORDERED.search(fact.value) or sequence >= 2) or any(map(_BRANCH.search, fact.values)):
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


def _class(fact: Fact) -> str:
    return next((name for name, pattern in _CLASSES.items() if pattern.search(fact.value)), "")


def _member(text: str) -> str:
    said = re.split(r"[。；]", text)[0].strip()
    return said if is_member(said, most=OPTION_MOST) else ""


def _step(text: str) -> str:
    said = re.split(r"[。；]", text)[0].strip()
    if len(said) > STEP_MOST:
        said = re.split(r"[，：]", said)[0]
    return said if is_member(said, most=STEP_MOST) and len(said) >= 4 else ""


def _wrong(task: Task, fact: Fact, kind: str, right: list[str]) -> list[str]:
    whole = bare(task.content.body + task.content.speakable + task.content.conditions + task.content.exceptions)
    lists = [
        one for one in facts_of(task.content)
        if one.values and one.start != fact.start and {_class(one), kind} == {"not", "yes"}
    ]  # fmt: skip
    found = [text for one in lists for text in map(_member, one.values) if text]
    nearby: list[str] = []
    for _, other in task.sisters:
        for one in facts_of(other):
            if one.values and _class(one) == kind:
                nearby += [
                    t for t in map(_member, one.values) if t and not _COMMON.search(t) and alike(t, whole) < 0.35
                ]
    task.rng(fact, "wrong").shuffle(nearby)
    kept: list[str] = []
    for text in [*found, *nearby]:
        if all(alike(text, other) < 0.4 for other in [*right, *fact.values, *kept]):
            kept.append(text)
    return kept
