"""The parts of a question as words: answers, difficulty, rubric, source. Tables and plain text write them alike."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from kb.domain.errors import N_, Invalid
from kb.domain.exams.checks import LETTERS
from kb.domain.exams.question import (
    QUESTION_TYPE_NAMES,
    QuestionContent,
    QuestionType,
    RubricLine,
    Source,
)

TYPES: dict[str, QuestionType] = {
    **{name: kind for kind, name in QUESTION_TYPE_NAMES.items()},
    "单项选择": QuestionType.SINGLE,
    "选择": QuestionType.SINGLE,
    "多项选择": QuestionType.MULTIPLE,
    "不定项": QuestionType.MULTIPLE,
    "不定项选择": QuestionType.MULTIPLE,
    "是非": QuestionType.TRUE_FALSE,
    "对错": QuestionType.TRUE_FALSE,
    "问答": QuestionType.SHORT,
    "论述": QuestionType.SHORT,
    "口试": QuestionType.ORAL,
    "口头": QuestionType.ORAL,
    "实操": QuestionType.PRACTICAL,
    "操作": QuestionType.PRACTICAL,
    "情景": QuestionType.PRACTICAL,
}
TRUE, FALSE = "对", "错"
_TRUE = {"对", "√", "✓", "✔", "正确", "是", "t", "true", "y", "yes", "1", "a"}
_FALSE = {"错", "×", "✗", "✘", "x", "错误", "不对", "不正确", "否", "f", "false", "n", "no", "0", "b"}
_TICKS = str.maketrans({"\ufe0f": "", "☑": "√", "☒": "×", "❌": "×", "✅": "√"})
_LEVELS = {
    "易": 0.2,
    "容易": 0.2,
    "简单": 0.2,
    "较易": 0.35,
    "中": 0.5,
    "中等": 0.5,
    "一般": 0.5,
    "较难": 0.65,
    "难": 0.8,
    "困难": 0.8,
}
_SHARE = re.compile(r"(.*?)[：:（(]?\s*(\d{1,3})\s*[%％分]?[)）]?\s*$")
_PLACE = re.compile(r"([a-z_]+):(\d+)-(\d+)")
_ESCAPED = re.compile(r"\\(.)")


def type_of(text: str) -> QuestionType:
    """单选, 单选题, 【单选题】, 单项选择题. Raises ``Invalid``."""
    name = re.sub(
        r"[\s【】\[\]（）()]|题$", "", unicodedata.normalize("NFKC", text).strip().removesuffix("】").removesuffix("题")
    )
    found = TYPES.get(name) or TYPES.get(name.removesuffix("题"))
    if found is None:
        raise Invalid(N_("不认识题型“{type}”。"), field="type", type=text[:20])
    return found


def answer_of(content: QuestionContent) -> str:
    """B; ABD; CABD for an order; 对; the answers to the blanks; the model answer."""
    if content.type is QuestionType.TRUE_FALSE:
        return TRUE if content.key == (0,) else FALSE
    if content.type is QuestionType.CLOZE:
        return "；".join("|".join(_escape(answer, "；;|\\") for answer in blank) for blank in content.blanks)
    if content.options:
        return "".join(LETTERS[place] for place in content.key)
    return content.model


def read_answer(kind: QuestionType, text: str) -> dict[str, Any]:
    """The inverse of ``answer_of``: the fields that it fills. Letters may be parted by commas and blanks.

    Raises:
        Invalid: it is no answer to a question of that type.
    """
    said = text.strip()
    if kind is QuestionType.TRUE_FALSE:
        plain = unicodedata.normalize("NFKC", said).translate(_TICKS).casefold().strip("。. ")
        if plain not in _TRUE | _FALSE:
            raise Invalid(N_("判断题的答案请写“对”或“错”，现在是“{answer}”。"), field="key", answer=said[:20])
        return {"key": (0,) if plain in _TRUE else (1,)}
    if kind is QuestionType.CLOZE:
        return {"blanks": tuple(tuple(_split(blank, "|")) for blank in _split(said, "；;"))}
    if kind in (QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.ORDER):
        letters = re.sub(r"[\s,，、;；/\->→|.。+和与及]+", "", unicodedata.normalize("NFKC", said).upper())
        if not letters or any(letter not in LETTERS for letter in letters):
            raise Invalid(N_("答案请写选项的字母，现在是“{answer}”。"), field="key", answer=said[:20])
        return {"key": tuple(LETTERS.index(letter) for letter in letters)}
    return {"model": text.strip()}


def truth_of(answer: str, options: Sequence[str]) -> str:
    """What the answer to a true-or-false question says: of A where A is 错误, that it is wrong."""
    letter = unicodedata.normalize("NFKC", answer).strip().upper()
    place = LETTERS.find(letter) if len(letter) == 1 else -1
    return options[place] if 0 <= place < len(options) and options[place] else answer


def difficulty_of(text: str) -> float:
    """0.35, 35%, 易 中 难, or 1 to 5 (1 the easiest): the share of people expected to get it wrong. Empty is 0.5.

    Raises:
        Invalid: none of these.
    """
    said = unicodedata.normalize("NFKC", text).strip().removesuffix("题")
    if not said:
        return 0.5
    if said in _LEVELS:
        return _LEVELS[said]
    if re.fullmatch("[1-5]", said):
        return round(0.1 + 0.2 * (int(said) - 1), 2)
    if said == "0" or (
        re.fullmatch(r"\d{1,3}(\.\d{1,20})?(e-\d{1,3})?", said) and not said.isdecimal() and float(said) <= 1
    ):
        return float(said)
    if re.fullmatch(r"\d{1,3}%", said) and int(said[:-1]) <= 100:
        return int(said[:-1]) / 100
    raise Invalid(
        N_("难度请写 0.00 到 1.00（预计答错的比例）、易/中/难或 1 到 5，现在是“{text}”。"),
        field="difficulty",
        text=said[:20],
    )


def rubric_of(lines: Sequence[RubricLine]) -> str:
    return "\n".join(f"{line.text}：{line.share}%" for line in lines)


def read_rubric(text: str) -> tuple[RubricLine, ...]:
    """One point a line, its share in percent at the end. Raises ``Invalid``."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        match = _SHARE.fullmatch(line.strip())
        if match is None or not match[1].strip():
            raise Invalid(N_("评分要点请一行一条，末尾写占比，例如“说明等待期：40%”。"), field="rubric")
        found.append(RubricLine(text=match[1].strip(), share=int(match[2])))
    return tuple(found)


def place_of(source: Source) -> str:
    return f"{source.part}:{source.start}-{source.end}" if source.code else ""


def source_of(code: str, revision: str, place: str, text: str) -> Source:
    """Raises ``Invalid`` when the revision is no number or the place cannot be read."""
    if not code.strip():
        return Source()
    number = revision.strip().removeprefix("第").removesuffix("版").strip()
    if number and not (number.isdecimal() and len(number) < 9):
        raise Invalid(N_("来源版本应是一个整数，现在是“{text}”。"), field="source", text=number[:20])
    match = _PLACE.fullmatch(place.strip())
    if place.strip() and match is None:
        raise Invalid(N_("来源位置请写成 body:10-25 这样。"), field="source")
    part, start, end = (match[1], int(match[2]), int(match[3])) if match else ("body", 0, 0)
    return Source(code=code.strip().upper(), revision=int(number or 0), part=part, start=start, end=end, text=text)


def tags_of(tags: Sequence[str]) -> str:
    said = "|".join(_escape(tag, "|\\") for tag in tags)
    return f"{said}|" if len(tags) == 1 and re.search("[；;、]", said) else said


def read_tags(text: str) -> tuple[str, ...]:
    """Parted by ``|``; where there is none, by the marks that people write between words."""
    parts = _split(text, "|") if "|" in text else [_ESCAPED.sub(r"\1", part) for part in re.split("[；;、]", text)]
    return tuple(part.strip() for part in parts if part.strip())


def remark_of(content: QuestionContent, *fields: str) -> str:
    """``fields`` of ``content`` as JSON on one line, fit for an XML comment."""
    values = asdict(content)
    said = json.dumps({name: values[name] for name in fields}, ensure_ascii=False, separators=(",", ":"))
    return said.replace("--", "-\\u002d").replace("->", "-\\u003e")


def read_remark(text: str) -> dict[str, Any]:
    """The inverse of ``remark_of``: fields for ``QuestionContent``; what is no such remark says nothing."""
    try:
        values = json.loads(text)
        known = QuestionContent.from_dict({"type": "single", "stem": "", **values})
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
    return {name: getattr(known, name) for name in values}


def made(values: Mapping[str, Any]) -> QuestionContent:
    return QuestionContent(**values)


def _escape(text: str, marks: str) -> str:
    return "".join(f"\\{char}" if char in marks else char for char in text)


def _split(text: str, marks: str) -> list[str]:
    """Parts between ``marks`` that no backslash protects; the other escapes stay for the next split."""
    parts, part, place = [], "", 0
    last = marks == "|"
    while place < len(text):
        char = text[place]
        if char == "\\" and place + 1 < len(text):
            part += text[place + 1] if last else text[place : place + 2]
            place += 2
            continue
        if char in marks:
            parts.append(part)
            part = ""
        else:
            part += char
        place += 1
    return [one.strip() for one in (*parts, part)]
