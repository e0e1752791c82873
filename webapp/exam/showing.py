"""Questions and answers as pages show them: options in the examinee's own order, values as words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from kb.domain.exams.paper import Item
from kb.domain.exams.question import QuestionContent, QuestionType
from kb.domain.exams.scoring import is_spoken
from kb.domain.exams.shuffle import shuffled
from kb.services.exam_forms import Seen

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BLANK = "____"


@dataclass(frozen=True)
class Option:
    """``place`` as shown, from 0; ``rank`` in a question on order, from 1, 0 for none."""

    place: int
    text: str
    is_chosen: bool = False
    rank: int = 0
    is_key: bool = False

    @property
    def letter(self) -> str:
        return LETTERS[self.place % 26]


@dataclass(frozen=True)
class Posed:
    """A question as it is put to an examinee. ``parts``: the stem around its blanks; ``texts``: what was written."""

    item: Item
    options: list[Option]
    parts: list[str]
    texts: list[str]
    is_answered: bool

    @property
    def content(self) -> QuestionContent:
        return self.item.content

    @property
    def is_spoken(self) -> bool:
        return is_spoken(self.item.content)


def posed(item: Item, seed: int | str, value: Sequence[int | str] = (), *, with_key: bool = False) -> Posed:
    """``with_key`` only for what has been judged: the options then know which of them are right."""
    content = item.content
    options = _options(item, seed, value, content.key if with_key else ())
    parts = content.stem.split(BLANK) if content.type is QuestionType.CLOZE else [content.stem]
    count = len(content.blanks) if content.type is QuestionType.CLOZE else 1
    words = [str(one) for one in value] if content.type in (QuestionType.CLOZE, QuestionType.SHORT) else []
    return Posed(item, options, parts, (words + [""] * count)[: max(count, len(words))], bool(value))


def _options(item: Item, seed: int | str, value: Sequence[int | str], key: Sequence[int] = ()) -> list[Option]:
    content = item.content
    if content.type is QuestionType.TRUE_FALSE:
        texts, mapping = (gettext("正确"), gettext("错误")), (0, 1)
    else:
        texts, mapping = shuffled(item, seed)  # type: ignore[assignment]
    rank = {place: n for n, place in enumerate(value, 1)} if content.type is QuestionType.ORDER else {}
    return [
        Option(shown, text, mapping[shown] in value, rank.get(mapping[shown], 0), mapping[shown] in key)
        for shown, text in enumerate(texts)
    ]


@dataclass(frozen=True)
class Answered:
    """A question of a result: what was said, what is right, what it brought. ``points`` None waits for a scorer."""

    item: Item
    content: QuestionContent
    options: list[Option]
    said: str
    right: str
    points: float | None
    is_void: bool
    is_corrected: bool
    late: str
    notes: list[str]


def answered(seen: Seen) -> list[Answered]:
    """All questions of a sitting with their keys. Only for those who may see keys."""
    points = seen.points
    return [_answered(seen, item, points[item.question]) for item in seen.form.items]


def _answered(seen: Seen, item: Item, points: float | None) -> Answered:
    question = item.question
    correction = seen.corrections.get(question)
    content = correction.content if correction else item.content
    value, late = seen.answers.get(question, ()), seen.late.get(question, ())
    options = _options(item, seen.sitting.seed, value, content.key)
    marks = seen.standings[question].marks if question in seen.standings else ()
    return Answered(
        item, content, options, said_of(item, seen.sitting.seed, value), said_of(item, seen.sitting.seed, key_value(content)),
        points, bool(correction and correction.is_void), correction is not None, said_of(item, seen.sitting.seed, late),
        [mark.note for mark in marks if mark.note and mark.kind != "auto"],
    )  # fmt: skip


def key_value(content: QuestionContent) -> tuple[int | str, ...]:
    if content.type is QuestionType.CLOZE:
        return tuple(" / ".join(blank) for blank in content.blanks)
    return (
        content.key
        if content.options or content.type is QuestionType.TRUE_FALSE
        else ((content.model,) if content.model else ())
    )


def said_of(item: Item, seed: int | str, value: Sequence[int | str]) -> str:
    """``A、C`` for a choice, ``B → A → C`` for an order, else the words; "" for nothing."""
    content = item.content
    if content.type in (QuestionType.CLOZE, QuestionType.SHORT, QuestionType.ORAL, QuestionType.PRACTICAL):
        return "；".join(str(one) for one in value)
    if content.type is QuestionType.TRUE_FALSE:
        return "、".join((gettext("正确"), gettext("错误"))[int(place)] for place in value)
    mapping = shuffled(item, seed)[1]
    letters = [LETTERS[mapping.index(place) % 26] for place in value if place in mapping]
    return " → ".join(letters) if content.type is QuestionType.ORDER else "、".join(sorted(letters))


def typed_value(item: Item, form: MultiDict[str, str]) -> list[int | str]:
    """The answer to ``item`` in a submitted form, in shown places; [] for none."""
    name, kind = f"q{item.question}", item.content.type
    if kind is QuestionType.CLOZE:
        texts: list[int | str] = [form.get(f"{name}.{n}", "")[:1000] for n in range(len(item.content.blanks))]
        return texts if any(texts) else []
    if kind is QuestionType.SHORT:
        text = form.get(name, "").replace("\r\n", "\n")[:10_000]
        return [text] if text.strip() else []
    if kind is QuestionType.ORDER:
        ranks = {place: form.get(f"{name}.{place}", "") for place in range(len(item.content.options))}
        given = [(int(rank), place) for place, rank in ranks.items() if rank.isdecimal() and len(rank) < 3]
        return [place for _, place in sorted(given)]
    return [int(place) for place in form.getlist(name) if place.isdecimal() and len(place) < 3]
