"""A question as it is typed into the editor, and back. Nothing of what was typed is lost when it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.domain.errors import N_, Invalid
from kb.domain.exams.checks import OPTIONS_MOST, RUBRIC_MOST, STEM_MOST
from kb.domain.exams.question import QuestionContent, QuestionType, RubricLine, Source

TEXT_FIELDS = ("stem", "blanks", "model", "explanation", "point", "tags", "code", "quote", "reason")
ROWS_LEAST = {QuestionType.SINGLE: 4, QuestionType.MULTIPLE: 4, QuestionType.ORDER: 4}


@dataclass(slots=True)
class Typed:
    """What stands in the fields. ``options`` with ``right`` (places of the right ones); for ordering they are typed in
    their right order. ``rubric``: text and share. ``difficulty``: percent of people expected to get it wrong."""

    type: QuestionType = QuestionType.SINGLE
    texts: dict[str, str] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)
    right: set[int] = field(default_factory=set)
    rubric: list[tuple[str, str]] = field(default_factory=list)
    difficulty: str = "50"
    shuffle: bool = True
    based_on: int = 0

    @property
    def rows(self) -> int:
        """How many lines for options are shown: one spare one at least."""
        filled = max((place for place, option in enumerate(self.options) if option.strip()), default=-1) + 1
        return min(OPTIONS_MOST, max(4, filled + 1, len(self.options)))

    @property
    def rubric_rows(self) -> int:
        return min(RUBRIC_MOST, max(3, len(self.rubric) + 1))


def read(form: Mapping[str, str], right: list[str]) -> Typed:
    """What a browser sent; ``right`` are the values of ``key``."""
    texts = {name: form.get(name, "").replace("\r\n", "\n")[: STEM_MOST * 5] for name in TEXT_FIELDS}
    options = [form.get(f"option-{place}", "")[:2_000] for place in range(OPTIONS_MOST)]
    while options and not options[-1].strip():
        options.pop()
    rubric = [
        (form.get(f"rubric-{place}", "")[:2_000], form.get(f"share-{place}", "")[:4]) for place in range(RUBRIC_MOST)
    ]
    while rubric and not any(part.strip() for part in rubric[-1]):
        rubric.pop()
    based_on = form.get("based_on", "0")[:9]
    return Typed(
        type=type_of(form.get("type", "")), texts=texts, options=options, rubric=rubric,
        right={int(place) for place in right if place.isdecimal() and len(place) < 3},
        difficulty=form.get("difficulty", "50")[:6], shuffle="fixed" not in form,
        based_on=int(based_on) if based_on.isdecimal() else 0,
    )  # fmt: skip


def type_of(value: str) -> QuestionType:
    return QuestionType(value) if value in set(QuestionType) else QuestionType.SINGLE


def typed_from(content: QuestionContent, *, version: int = 0) -> Typed:
    """The fields filled with what there is."""
    options, right = list(content.options), set(content.key)
    if content.type is QuestionType.ORDER:
        options = [content.options[place] for place in content.key]
    return Typed(
        type=content.type,
        texts={
            "stem": content.stem, "blanks": "\n".join(" | ".join(answers) for answers in content.blanks),
            "model": content.model, "explanation": content.explanation, "point": content.point,
            "tags": "、".join(content.tags), "code": content.source.code, "quote": content.source.text,
        },
        options=options, right=right, rubric=[(line.text, str(line.share)) for line in content.rubric],
        difficulty=f"{content.difficulty * 100:g}", shuffle=content.shuffle, based_on=version,
    )  # fmt: skip


def content_of(typed: Typed, before: QuestionContent | None = None, *, is_stale: bool = False) -> QuestionContent:
    """The question that was typed. Its source stays where it was when entry and sentence are those of ``before``, unless
    that is stale: then the sentence is looked for in what holds now.

    Raises:
        Invalid: a number is none.
    """
    options, right = _options(typed)
    return QuestionContent(
        type=typed.type, stem=typed.texts["stem"], options=options, key=right,
        blanks=tuple(tuple(part.strip() for part in line.split("|")) for line in _lines(typed.texts["blanks"])),
        rubric=tuple(RubricLine(text=text, share=_share(share)) for text, share in typed.rubric if text.strip() or share.strip()),
        model=typed.texts["model"], explanation=typed.texts["explanation"], difficulty=_difficulty(typed.difficulty),
        point=typed.texts["point"], tags=tuple(typed.texts["tags"].replace("，", "、").replace(",", "、").split("、")),
        shuffle=typed.shuffle, source=_source(typed, before, is_stale),
    )  # fmt: skip


def _options(typed: Typed) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Empty lines between options are left out, and the key follows; a marked empty one stays, to be told."""
    kept = [place for place, option in enumerate(typed.options) if option.strip() or place in typed.right]
    beyond = sorted(place for place in typed.right if place >= len(typed.options))
    options = tuple(typed.options[place] for place in kept)
    if typed.type is QuestionType.ORDER:
        return options, tuple(range(len(options)))
    if typed.type is QuestionType.TRUE_FALSE:
        return (), tuple(sorted(typed.right))
    return options, (*(kept.index(place) for place in sorted(typed.right) if place in kept), *beyond)


def _source(typed: Typed, before: QuestionContent | None, is_stale: bool) -> Source:
    code, quote = typed.texts["code"].strip().upper(), typed.texts["quote"].strip()
    if not code:
        if quote:
            raise Invalid(N_("写了原句，请也写来源条目的编号。"), field="code")
        return Source()
    if before is not None and not is_stale and (code, quote) == (before.source.code, before.source.text.strip()):
        return before.source
    return Source(code=code, text=quote)


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _share(typed: str) -> int:
    number = typed.strip().removesuffix("%")
    if not number.isdecimal() or len(number) > 3:
        raise Invalid(N_("评分要点的百分比“{value}”不是整数。"), field="rubric", value=typed.strip()[:20])
    return int(number)


def _difficulty(typed: str) -> float:
    try:
        percent = float(typed.strip().removesuffix("%"))
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= 100:
        raise Invalid(N_("难度请写 0 到 100 之间的数：预计百分之几的人会答错。"), field="difficulty")
    return round(percent / 100, 4)
