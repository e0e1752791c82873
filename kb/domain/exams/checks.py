"""Whether a question can be asked: what makes it wrong, and what makes it doubtful."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from kb.domain.content import TITLE_MOST
from kb.domain.errors import N_, Invalid
from kb.domain.exams.question import QuestionContent, QuestionType, RubricLine
from kb.domain.text import multi_line, single_line

STEM_MOST, OPTION_MOST, OPTIONS_MOST, ANSWERS_MOST, EXPLANATION_MOST, RUBRIC_MOST = 2_000, 500, 10, 20, 5_000, 20
POINT_MOST, TAG_MOST, TAGS_MOST = TITLE_MOST, 50, 20
BLANK = re.compile("_{3,}")
LETTERS = "ABCDEFGHIJ"

_WITH_OPTIONS = frozenset({QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.ORDER})
BY_RUBRIC = frozenset({QuestionType.SHORT, QuestionType.ORAL, QuestionType.PRACTICAL})
_LONGER = 1.6  # a right option so many times as long as the others gives itself away


def cleaned(content: QuestionContent) -> QuestionContent:
    """``content`` in normal form, with nothing in it that its type does not use.

    Raises:
        TooLarge, Invalid: a text is too long or cannot be kept; ``error.field`` names the field.
    """
    kind = content.type
    options = tuple(single_line(option, field="options", most=OPTION_MOST) for option in content.options)
    blanks = tuple(
        tuple(
            dict.fromkeys(single_line(answer, field="blanks", most=OPTION_MOST) for answer in blank if answer.strip())
        )
        for blank in content.blanks
    )
    rubric = tuple(
        RubricLine(text=single_line(r.text, field="rubric", most=OPTION_MOST), share=r.share) for r in content.rubric
    )
    tags = dict.fromkeys(single_line(tag, field="tags", most=TAG_MOST) for tag in content.tags)
    return replace(
        content,
        stem=multi_line(content.stem, field="stem", most=STEM_MOST).strip(),
        options=options if kind in _WITH_OPTIONS else (),
        key=_key(content),
        blanks=blanks if kind is QuestionType.CLOZE else (),
        rubric=rubric if kind in BY_RUBRIC else (),
        model=multi_line(content.model, field="model", most=EXPLANATION_MOST).strip() if kind in BY_RUBRIC else "",
        explanation=multi_line(content.explanation, field="explanation", most=EXPLANATION_MOST).strip(),
        point="/".join(
            part for level in content.point.split("/") if (part := single_line(level, field="point", most=POINT_MOST))
        ),
        tags=tuple(tag for tag in tags if tag)[:TAGS_MOST],
    )


def _key(content: QuestionContent) -> tuple[int, ...]:
    if content.type is QuestionType.ORDER:
        return content.key
    return tuple(sorted(set(content.key))) if content.type in _WITH_OPTIONS | {QuestionType.TRUE_FALSE} else ()


def faults(content: QuestionContent) -> list[Invalid]:
    """All that makes it no question, each with its field; empty when it can be asked."""
    found = [] if content.stem.strip() else [Invalid(N_("请写题干。"), field="stem")]
    if not 0 <= content.difficulty <= 1:
        found.append(Invalid(N_("难度应在 0 到 1 之间：预计答错的人占几成。"), field="difficulty"))
    if content.type in _WITH_OPTIONS:
        found += _option_faults(content)
    return [*found, *_KEY_FAULTS[content.type](content)]


def require_correct(content: QuestionContent) -> QuestionContent:
    """``content`` in normal form. Raises the first of its ``faults``."""
    clean = cleaned(content)
    for fault in faults(clean):
        raise fault
    return clean


def doubts(content: QuestionContent) -> list[Invalid]:
    """What a trainer should look at again; it may still be right."""
    found = []
    source = content.source
    if not source.code:
        found.append(Invalid(N_("没有写来源条目：条目变了，这道题不会转为待复核。"), field="source"))
    elif not source.text:
        found.append(Invalid(N_("没有指出来源的原句：条目一改，不论改的是哪里，这道题都要复核。"), field="source"))
    if not content.explanation:
        found.append(Invalid(N_("没有解析：答错的人看不到为什么。"), field="explanation"))
    if content.type is QuestionType.SINGLE and len(content.key) == 1 and _gives_itself_away(content):
        found.append(Invalid(N_("正确选项明显比别的选项长，容易被猜中。"), field="options"))
    if content.type is QuestionType.MULTIPLE and content.options and len(content.key) == len(content.options):
        found.append(Invalid(N_("所有选项都对，全选就能得分。"), field="key"))
    return found


def _gives_itself_away(content: QuestionContent) -> bool:
    right = len(content.options[content.key[0]])
    others = [len(option) for place, option in enumerate(content.options) if place != content.key[0]]
    return bool(others) and right >= 8 and right > _LONGER * max(others)


def same_form(text: str) -> str:
    """What two options have in common that an examinee cannot tell apart: widths, blanks, case and closing marks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold().rstrip("。.;；,，、")


def _option_faults(content: QuestionContent) -> Iterator[Invalid]:
    count = len(content.options)
    if not 2 <= count <= OPTIONS_MOST:
        yield Invalid(N_("应有 2 到 {most} 个选项，现有 {count} 个。"), field="options", most=OPTIONS_MOST, count=count)
    seen: dict[str, int] = {}
    for place, option in enumerate(content.options[:OPTIONS_MOST]):
        form = same_form(option)
        if not form:
            yield Invalid(N_("选项 {letter} 是空的。"), field="options", letter=LETTERS[place])
        elif form in seen:
            yield Invalid(
                N_("选项 {first} 和 {second} 相同。"), field="options", first=LETTERS[seen[form]], second=LETTERS[place]
            )
        else:
            seen[form] = place


def _outside(content: QuestionContent) -> list[Invalid]:
    for place in content.key:
        if not 0 <= place < len(content.options):
            letter = LETTERS[place] if 0 <= place < len(LETTERS) else str(place + 1)
            return [Invalid(N_("答案“{letter}”不在选项里。"), field="key", letter=letter)]
    return []


def _single(content: QuestionContent) -> list[Invalid]:
    if not content.key:
        return [Invalid(N_("还没有标出正确答案。"), field="key")]
    if len(content.key) > 1:
        return [Invalid(N_("单选题只能有一个正确答案，现有 {count} 个。"), field="key", count=len(content.key))]
    return _outside(content)


def _multiple(content: QuestionContent) -> list[Invalid]:
    if not content.key:
        return [Invalid(N_("还没有标出正确答案。"), field="key")]
    if len(content.key) < 2:
        return [Invalid(N_("多选题至少要有两个正确答案；只有一个的，请改为单选。"), field="key")]
    return _outside(content)


def _true_false(content: QuestionContent) -> list[Invalid]:
    if content.key not in ((0,), (1,)):
        return [Invalid(N_("请标明这句话是对还是错。"), field="key")]
    return []


def _order(content: QuestionContent) -> list[Invalid]:
    if sorted(content.key) != list(range(len(content.options))):
        return [Invalid(N_("排序题的答案要把每个选项恰好排一次。"), field="key")]
    return []


def _cloze(content: QuestionContent) -> list[Invalid]:
    gaps = len(BLANK.findall(content.stem))
    if not gaps:
        return [Invalid(N_("题干里没有空：请在要填的地方写“____”。"), field="stem")]
    if gaps != len(content.blanks):
        return [
            Invalid(
                N_("题干里有 {gaps} 个空，答案却有 {count} 个。"), field="blanks", gaps=gaps, count=len(content.blanks)
            )
        ]
    for place, answers in enumerate(content.blanks, start=1):
        if not answers:
            return [Invalid(N_("第 {place} 个空没有答案。"), field="blanks", place=place)]
        if len(answers) > ANSWERS_MOST:
            return [
                Invalid(
                    N_("第 {place} 个空的答案太多，最多 {most} 个。"), field="blanks", place=place, most=ANSWERS_MOST
                )
            ]
    return []


def _rubric(content: QuestionContent) -> list[Invalid]:
    if not content.rubric:
        if content.type is QuestionType.SHORT and content.model:
            return []
        return [Invalid(N_("请写评分要点和各占的百分比。"), field="rubric")]
    if len(content.rubric) > RUBRIC_MOST:
        return [Invalid(N_("评分要点最多 {most} 条。"), field="rubric", most=RUBRIC_MOST)]
    for line in content.rubric:
        if not line.text:
            return [Invalid(N_("有一条评分要点没有写内容。"), field="rubric")]
        if not 1 <= line.share <= 100:
            return [Invalid(N_("“{text}”占的百分比应在 1 到 100 之间。"), field="rubric", text=line.text)]
    total = sum(line.share for line in content.rubric)
    if total != 100:
        return [Invalid(N_("评分要点合计应为 100%，现在是 {total}%。"), field="rubric", total=total)]
    return []


_KEY_FAULTS = {
    QuestionType.SINGLE: _single,
    QuestionType.MULTIPLE: _multiple,
    QuestionType.TRUE_FALSE: _true_false,
    QuestionType.ORDER: _order,
    QuestionType.CLOZE: _cloze,
    QuestionType.SHORT: _rubric,
    QuestionType.ORAL: _rubric,
    QuestionType.PRACTICAL: _rubric,
}
