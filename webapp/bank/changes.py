"""What a version of a question changed, field by field."""

from __future__ import annotations

from flask_babel import gettext

from kb.domain.diff_words import Segment, diff_words
from kb.domain.exams.checks import LETTERS
from kb.domain.exams.question import QUESTION_TYPE_NAMES, QuestionContent, QuestionType
from webapp.messages import translate

FIELDS = (
    "type", "stem", "options", "key", "blanks", "rubric", "model", "explanation", "difficulty", "point", "tags", "source",
)  # fmt: skip


def changes(before: QuestionContent, after: QuestionContent) -> list[tuple[str, tuple[Segment, ...]]]:
    """Name of the field and its text with what was removed and added, for each field that differs."""
    old, new = _texts(before), _texts(after)
    return [(name, diff_words(old[name], new[name])) for name in FIELDS if old[name] != new[name]]


def _texts(content: QuestionContent) -> dict[str, str]:
    source = content.source
    key = "".join(LETTERS[place] for place in content.key if place < len(LETTERS))
    if content.type is QuestionType.TRUE_FALSE:
        key = gettext("对") if content.key == (0,) else gettext("错")
    return {
        "type": translate(QUESTION_TYPE_NAMES[content.type]),
        "stem": content.stem,
        "options": "\n".join(f"{letter}. {option}" for letter, option in zip(LETTERS, content.options, strict=False)),
        "key": key,
        "blanks": "\n".join(" | ".join(answers) for answers in content.blanks),
        "rubric": "\n".join(f"{line.text} {line.share}%" for line in content.rubric),
        "model": content.model,
        "explanation": content.explanation,
        "difficulty": f"{content.difficulty * 100:g}%",
        "point": content.point,
        "tags": "、".join(content.tags),
        "source": f"{source.code} #{source.revision} {source.text}" if source.code else "",
    }
