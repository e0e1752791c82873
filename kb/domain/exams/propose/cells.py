"""Questions on a table: the value for a row and a column, with the other rows' values as wrong answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kb.domain.content import Content, Kind
from kb.domain.exams.distractors import distractors, older
from kb.domain.exams.facts import Fact, FactKind, facts_of
from kb.domain.exams.passages import Passage, Shape, passages_of
from kb.domain.exams.propose import proposal as why
from kb.domain.exams.propose.guards import fair_lengths, is_cell, is_option
from kb.domain.exams.propose.proposal import Proposal, Task
from kb.domain.exams.propose.stems import BLANK, CHOICE, STEM_MOST, label_of
from kb.domain.exams.question import QuestionContent, QuestionType
from kb.domain.exams.values import Said, answers, bare, reads_same
from kb.domain.quantities import quantities

_NOT_ASKED = re.compile(r"举例|示例|例子|备注|序号|^例|编号|用哪条|见哪|看哪|条目")
_ALIKE_MOST = 0.5
_DIGIT = re.compile(r"\d|[一二两三四五六七八九十百]+[个日天次倍]")


def propose_cells(task: Task, fact: Fact) -> Iterator[Proposal]:
    passage = fact.passage
    if fact.kind is not FactKind.CELL or not passage.row or not passage.column or not is_option(fact.value):
        return
    if is_advice(task, passage):
        return
    if _NOT_ASKED.search(passage.column) or _NOT_ASKED.search(passage.row) or not is_cell(passage.row):
        return
    if is_parallel(task.content, passage):
        return
    lead = lead_of(task, fact)
    if len(lead) > STEM_MOST or bare(fact.value) in bare(lead):
        return
    others = _others(task, fact)
    yield from _single(task, fact, lead, others)
    yield from _cloze(task, fact, lead)
    yield from _judged(task, fact, lead, others)


def is_parallel(content: Content, passage: Passage) -> bool:
    """Whether the columns are lists side by side (可以, 不可以), so that a row says nothing of itself."""
    cells = [p for p in passages_of(content) if (p.part, p.group, p.shape) == (passage.part, passage.group, Shape.CELL)]
    heads = {passage.corner, *(cell.column for cell in cells)}
    return any(_opposite(one, other) for one in heads for other in heads if one != other)


def _opposite(corner: str, column: str) -> bool:
    opposite = re.sub(r"[不少多]", "", corner) == re.sub(r"[不少多]", "", column) and corner != column
    return opposite or (corner[-1:] == column[-1:] and len(corner) == len(column) > 1)


def is_advice(task: Task, passage: Passage) -> bool:
    """Whether it is advice in a table's clothes: 项目 “时间”, 说明 “大约几点打的”."""
    if task.content.kind is Kind.CASE:
        return bool(re.search(r"毛病|问题|错|表现|结果", passage.column))
    return task.content.kind is Kind.SCRIPT and passage.column in ("说明", "内容", "要点")


def lead_of(task: Task, fact: Fact) -> str:
    """Which row and column of the table is asked."""
    passage = fact.passage
    row = passage.row.rstrip("。；")
    if _compares(fact):
        return f"{label_of(task.content, passage)}“{row}”一项，“{passage.column}”是"
    return f"{label_of(task.content, passage)}“{passage.corner}”为“{row}”时，对应的“{passage.column}”是"


def _compares(fact: Fact) -> bool:
    """Whether the table sets things side by side: its rows are then unlike, and only the row's other cells compare."""
    return not fact.passage.corner or fact.passage.corner == fact.passage.row


def _others(task: Task, fact: Fact) -> list[str]:
    """What the column says for other rows (or the row in other columns), as far as it cannot be taken for this row's."""
    here = fact.passage
    found: list[str] = []
    for other in facts_of(task.content):
        there = other.passage
        if other.kind is not FactKind.CELL or (there.part, there.group) != (here.part, here.group):
            continue
        along = there.row == here.row if _compares(fact) else there.column == here.column
        if not along or other.start == fact.start or not _of_a_kind(fact.value, other.value):
            continue
        apart = not any(
            _points(other.value) == _points(text)
            or reads_same(other.value, text)
            or alike(other.value, text) > _ALIKE_MOST
            for text in [fact.value, *found]
        )
        if apart and is_option(other.value):
            found.append(other.value)
    return found


def _of_a_kind(one: str, other: str) -> bool:
    """Whether both are numbers or both words, and neither is much longer: else nobody would be tempted."""
    short, long = sorted((len(one), len(other)))
    units = {q.unit for q in quantities(one)}
    if units and not units & {q.unit for q in quantities(other)}:
        return False
    return bool(_DIGIT.search(one)) == bool(_DIGIT.search(other)) and long <= 3 * short + 4


def _points(text: str) -> str:
    """2 of 2 分/通 and of 2 分/单: the same to whoever is asked for points."""
    found = re.match(r"([\d–-]+) ?分", text)
    return found[1] if found else text


def _single(task: Task, fact: Fact, lead: str, others: list[str]) -> Iterator[Proposal]:
    rng = task.rng(fact, "cell")
    old = older(fact, task.before)
    told = [old.value] if old and is_option(old.value) and not reads_same(old.value, fact.value) else []
    others = [text for text in others if not any(reads_same(text, one) for one in told)]
    wrong = [*told, *sorted(others, key=lambda text: (abs(len(text) - len(fact.value)), rng.random()))][:3]
    number = _number(task, fact)
    if len(wrong) < 3 and number:
        made = distractors(number, task.content, stem=lead + "".join(wrong), before=task.before, sisters=(), rng=rng)
        wrong += [fact.value.replace(number.value, one.text) for one in made][: 3 - len(wrong)]
    if len(wrong) < 3 or not fair_lengths(fact.value, wrong):
        return
    options = [fact.value, *wrong]
    rng.shuffle(options)
    yield Proposal(
        content=QuestionContent(
            type=QuestionType.SINGLE, stem=f"{lead}{CHOICE}。", options=tuple(text.rstrip("。；") for text in options),
            key=(options.index(fact.value),), difficulty=0.4,
        ),
        rule="cell-single", score=0.0, reason=why.CHANGED if told else why.BY_TABLE, sentence=_sentence(fact),
    )  # fmt: skip


def _cloze(task: Task, fact: Fact, lead: str) -> Iterator[Proposal]:
    number = _number(task, fact)
    said = Said.of(number.value) if number else None
    right = answers(number) if number else ()
    if number and said and right:
        asked = f"{said.prefix}{BLANK}{(said.scale + said.rest).lstrip()}"
        yield Proposal(
            content=QuestionContent(
                type=QuestionType.CLOZE, stem=f"{lead}{fact.value.replace(number.value, asked)}。", blanks=(right,),
                difficulty=0.5,
            ),
            rule="cell-cloze", score=0.0, reason=why.BY_TABLE, sentence=_sentence(fact),
        )  # fmt: skip


def _judged(task: Task, fact: Fact, lead: str, others: list[str]) -> Iterator[Proposal]:
    rng = task.rng(fact, "cell-judged")
    if not others:
        return
    true = rng.random() < 0.5
    said = fact.value if true else rng.choice(others)
    yield Proposal(
        content=QuestionContent(
            type=QuestionType.TRUE_FALSE, stem=f"{lead}：{said.rstrip('。；')}。", key=(0,) if true else (1,), difficulty=0.3
        ),
        rule="cell-true" if true else "cell-false", score=0.0, reason=why.BY_TABLE, sentence=_sentence(fact),
    )  # fmt: skip


def _number(task: Task, fact: Fact) -> Fact | None:
    """The number of a cell that holds nothing much besides."""
    inside = [
        one for one in facts_of(task.content)
        if one.number is not None and one.upper is None and one.part == fact.part
        and fact.start <= one.start and one.end <= fact.end
    ]  # fmt: skip
    if len(inside) != 1 or len(bare(fact.value)) > len(bare(inside[0].value)) + 6:
        return None
    return inside[0] if Said.of(inside[0].value) else None


def _sentence(fact: Fact) -> str:
    return f"{fact.passage.row} · {fact.passage.column}：{fact.value}"


def alike(one: str, other: str) -> float:
    """Share of the shorter text's pairs of characters that the longer one holds, 0 to 1."""
    small, large = sorted(({a + b for a, b in pairwise(bare(text))} for text in (one, other)), key=len)
    return len(small & large) / len(small) if small else 0.0
