"""True or false on the side of a limit alone: 含 for 不含, 较早 for 较晚, every other word as it stands."""

from __future__ import annotations

from collections.abc import Iterator

from kb.domain.exams.edges import edges
from kb.domain.exams.facts import Fact, FactKind
from kb.domain.exams.passages import Shape
from kb.domain.exams.propose import proposal as why
from kb.domain.exams.propose.cells import lead_of
from kb.domain.exams.propose.guards import in_quotes, is_fit, is_option
from kb.domain.exams.propose.proposal import Proposal, Task
from kb.domain.exams.propose.stems import STEM_MOST, label_of, limits_of, short_limits, trimmed
from kb.domain.exams.question import QuestionContent, QuestionType
from kb.domain.exams.values import bare

# 两年内（不含两年） follows from 两年内（含两年）: what is asked is how the entry counts, and the stem says so.
_AS_WRITTEN = "（界限含不含，按条目的写法判断）"


def propose_edges(task: Task, fact: Fact) -> Iterator[Proposal]:
    if fact.kind is not FactKind.EDGE or fact.part == "conditions" or in_quotes(fact.sentence, *fact.at):
        return
    opposite = next((turned for *at, turned in edges(fact.sentence) if tuple(at) == fact.at), "")
    told = task.rng(fact, "edge").random() < 0.4
    stem = _stem(task, fact, fact.value if told else opposite)
    if not stem or not opposite or sum(1 for _ in edges(fact.sentence)) > 1:
        return  # with two limits in one sentence, one turned round contradicts the other
    yield Proposal(
        content=QuestionContent(type=QuestionType.TRUE_FALSE, stem=stem, key=(0,) if told else (1,), difficulty=0.45),
        rule="edge-true" if told else "edge-false", score=0.0, reason=why.BY_EDGE, sentence=fact.sentence,
    )  # fmt: skip


def _stem(task: Task, fact: Fact, said: str) -> str:
    """ "" when it cannot be put without telling the key."""
    note = _AS_WRITTEN if "含" in said or "包括" in said else ""
    start, end = fact.at
    if fact.passage.shape is Shape.CELL:
        text, label = f"{fact.sentence[:start]}{said}{fact.sentence[end:]}".rstrip("。；"), lead_of(task, fact)
        return f"{label}：{text}。{note}" if is_option(text) and len(label) <= STEM_MOST - 60 else ""
    text, start, end = trimmed(fact.passage, start, end)
    if text[start:end] != fact.value or not is_fit(text):
        return ""
    label, limits = label_of(task.content, fact.passage), limits_of(task.content, fact.passage, text)
    if any(True for _ in edges(limits)):
        limits = short_limits(task.content, fact.passage)
    if any(True for _ in edges(label)) or bare(fact.value) in bare(limits):
        return ""
    stem = f"{label}{text[:start]}{said}{text[end:]}{limits}{note}"
    return stem if len(stem) <= STEM_MOST else ""
