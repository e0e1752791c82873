"""Questions on a number in a sentence: single choice, cloze, and true or false by altering just this number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.domain.exams.distractors import Distractor, Origin, distractors
from kb.domain.exams.facts import Fact, FactKind, facts_of
from kb.domain.exams.passages import Shape
from kb.domain.exams.propose import proposal as why
from kb.domain.exams.propose.guards import fair_lengths, in_quotes, is_fit
from kb.domain.exams.propose.proposal import Proposal, Task
from kb.domain.exams.propose.stems import BLANK, CHOICE, STEM_MOST, label_of, limits_of, short_limits, tells, trimmed
from kb.domain.exams.question import QuestionContent, QuestionType
from kb.domain.exams.values import Amount, Said, answers, bare, in_minutes, same
from kb.domain.quantities import Bound

LEAST_AROUND = 5  # characters besides the number
KINDS = frozenset({FactKind.AMOUNT, FactKind.PERCENT, FactKind.PERIOD, FactKind.AGE, FactKind.COUNT})
_IN_A_ROW = re.compile(r"\d ?[万千]?元?(?:、|和)$|[\d一二两三四五六七八九十] ?[万千]?(?:元|年|个月|天|日|级|次)?(?:或者?) ?$")
_ROW_ON = re.compile(r"[万千]?元?(?:、|和) ?\d|(?:或者?) ?[\d一二两三四五六七八九十]")
FORBIDDEN = re.compile(r"不要|不许|不该|不能|禁止|不对|错在|别说|不说|不应|千万别|红线")
_RESULT = re.compile(r"^[^，。；]{0,6}，即 ?[\d,]+ ?元")
_OPEN = re.compile(r" ?(?:可以|能|可|不能|不可|的?(?:客户|人)?(?:可以|不能))")
_DUTY = re.compile(
    r"(?:不超过|不低于|不高于|不少于|最高|最多|至多|最长|最晚|最迟|至少|最少|上限|限额|限)[^，。；]{0,4}$"
)
_CASE = re.compile(
    r" ?(?:（[^）]*）)?(?:及?以[上下内]|[之以]?内|以外)?[^，。；]{0,14}的|^ ?及?以[上下内](?:$|[，可能即就都均])"
)
_SINCE_BEFORE, _SINCE = (
    re.compile(r"(?:过了?|满|届满|等)$"),
    re.compile(r"[^，。；]{0,5}(?:起|[之以]?后)|[^，。；]{0,8}仍"),
)
_MAY = re.compile(r"可以?[^，。；]{0,4}$")
_UPPER, _LOWER = (Bound.WITHIN, Bound.AT_MOST, Bound.LESS), (Bound.AT_LEAST, Bound.MORE)


def propose_amounts(task: Task, fact: Fact) -> Iterator[Proposal]:
    if fact.kind not in KINDS or fact.passage.shape is Shape.CELL or not _states(fact):
        return
    if fact.part == "conditions" or _said_twice(task, fact):
        return  # a condition is no statement: it stands in the stems of the others
    text, start, end = trimmed(fact.passage, *fact.at)
    if text[start:end] != fact.value or not is_fit(text) or text[start - 1 : start] + text[end : end + 1] == "（）":
        return
    stem = _stem(task, fact, text, start, end, CHOICE)
    if stem is None:
        return
    wrong = distractors(
        fact, task.content, stem=stem, before=task.before, sisters=task.sisters, rng=task.rng(fact, "wrong")
    )
    yield from _single(task, fact, stem, wrong)
    yield from _cloze(task, fact, text, start, end)
    yield from _judged(task, fact, text, start, end, wrong)


def _states(fact: Fact) -> bool:
    """Whether the sentence states the number as a rule that its other words do not tell."""
    before, after = fact.sentence[: fact.at[0]].rstrip(), fact.sentence[fact.at[1] :]
    if Said.of(fact.value) is None or fact.upper is not None or in_quotes(fact.sentence, *fact.at):
        return False
    if len(bare(before + after)) < LEAST_AROUND:
        return False  # 3,000 元含本数
    if fact.bound is Bound.EXACT and _OPEN.match(after):
        return False  # 65 周岁可以投: so can whoever is younger
    if fact.kind is FactKind.AGE and before.endswith("满") and _CASE.match(after):
        return False  # who turns 66 keeps the cover, and so does who turns 60
    if _IN_A_ROW.search(before) or _ROW_ON.match(after) or _RESULT.match(after):
        return False  # 10 万、30 万、50 万元三档; 最多 180 天，即 9,000 元
    # What must not be done is no statement, but what it costs is.
    return "扣" in fact.sentence or not FORBIDDEN.search(fact.passage.heading)


def _said_twice(task: Task, fact: Fact) -> bool:
    """Whether the entry says the same words with another number too: 本账户的管理费为 1%, of another account 2%."""
    here = _words_around(fact)
    return any(
        other.number != fact.number and _words_around(other) == here
        for other in facts_of(task.content)
        if other.kind is fact.kind and other.start != fact.start
    )


def _words_around(fact: Fact) -> tuple[str, str, str]:
    start, end = fact.at
    return bare(fact.sentence[:start]), bare(fact.sentence[end:]), fact.passage.heading


def _stem(task: Task, fact: Fact, text: str, start: int, end: int, blank: str) -> str | None:
    """None when the stem cannot be put without telling the key."""
    asked = f"{label_of(task.content, fact.passage)}{text[:start].rstrip()}{blank}{text[end:].lstrip()}"
    for limits in (limits_of(task.content, fact.passage, text), short_limits(task.content, fact.passage)):
        if not tells(asked + limits, fact):
            return asked + limits if len(asked + limits) <= STEM_MOST else None
    return None


def _single(task: Task, fact: Fact, stem: str, wrong: list[Distractor]) -> Iterator[Proposal]:
    options = [fact.value, *(one.text for one in wrong)]
    if len(wrong) < 3 or not fair_lengths(fact.value, options[1:]):
        return
    amounts = dict(zip(options, [Amount.of(fact), *(one.amount for one in wrong)], strict=True))
    options.sort(key=lambda text: (str(amounts[text].unit), amounts[text].number))
    yield _proposal(
        task, fact, "amount-single", _why(fact, wrong),
        QuestionContent(
            type=QuestionType.SINGLE, stem=stem, options=tuple(options), key=(options.index(fact.value),), shuffle=False,
            difficulty=0.45 if wrong[0].origin is Origin.SUPERSEDED else 0.35,
        ),
    )  # fmt: skip


def _cloze(task: Task, fact: Fact, text: str, start: int, end: int) -> Iterator[Proposal]:
    said = Said.of(fact.value)
    right = answers(fact)
    if said is None or not right:
        return
    blank = f"{said.prefix}{BLANK}{(said.scale + said.rest).lstrip()}"
    stem = _stem(task, fact, text, start, end, blank)
    if stem:
        yield _proposal(
            task, fact, "amount-cloze", _why(fact, []),
            QuestionContent(type=QuestionType.CLOZE, stem=stem, blanks=(right,), difficulty=0.5),
        )  # fmt: skip


def _judged(task: Task, fact: Fact, text: str, start: int, end: int, wrong: list[Distractor]) -> Iterator[Proposal]:
    rng = task.rng(fact, "judged")
    limits = limits_of(task.content, fact.passage, text)
    label = label_of(task.content, fact.passage)
    if len(label + text + limits) > STEM_MOST:
        return
    false = [one for one in wrong if _certainly_false(fact, one)]
    if rng.random() < 0.4 or not false:
        # A stem whose label says the amount judges itself.
        if not tells(label, fact) and not tells(limits, fact):
            yield _proposal(
                task, fact, "amount-true", _why(fact, []),
                QuestionContent(type=QuestionType.TRUE_FALSE, stem=f"{label}{text}{limits}", key=(0,), difficulty=0.25),
            )  # fmt: skip
        return
    altered = f"{text[:start]}{false[0].text}{text[end:]}"
    if not tells(label + limits + text[:start] + text[end:], fact):
        yield _proposal(
            task, fact, "amount-false", _why(fact, false),
            QuestionContent(type=QuestionType.TRUE_FALSE, stem=f"{label}{altered}{limits}", key=(1,), difficulty=0.35),
        )  # fmt: skip


def _certainly_false(fact: Fact, other: Distractor) -> bool:
    """Whether the altered sentence does not follow from the true one.

    Within 10 days follows from within 5: of what must be done, only a stricter limit is false. Of the cases that a
    rule is for it is the other way: what holds for 30 days and more holds for 45 and more, but not for 20.
    """
    mine = Amount.of(fact)
    if other.amount.number is None or mine.number is None or same(other.amount, mine):
        return False
    same_unit = other.amount.unit is mine.unit
    less = other.amount.number < mine.number if same_unit else in_minutes(other.amount) < in_minutes(mine)
    before, after = fact.sentence[: fact.at[0]].rstrip(), fact.sentence[fact.at[1] :]
    if fact.kind is FactKind.AGE and _CASE.match(after):
        return False
    if fact.bound is Bound.EXACT and _MAY.search(before):
        return not less
    duty = bool(_DUTY.search(before)) and not _CASE.match(after)
    if fact.bound in _LOWER or _SINCE_BEFORE.search(before) or (fact.bound is Bound.EXACT and _SINCE.match(after)):
        return less != duty
    return less != bool(_CASE.match(after)) if fact.bound in _UPPER else True


def _why(fact: Fact, wrong: list[Distractor]) -> str:
    if wrong and wrong[0].origin is Origin.SUPERSEDED:
        return why.CHANGED
    if any(one.origin is Origin.SISTER for one in wrong):
        return why.SISTERS
    return why.SPOKEN if fact.part == "speakable" else why.BY_VALUE


def _proposal(task: Task, fact: Fact, rule: str, reason: str, content: QuestionContent) -> Proposal:
    return Proposal(content=content, rule=rule, score=0.0, reason=reason, sentence=fact.sentence)
