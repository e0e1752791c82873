"""Moodle XML: multichoice, truefalse, cloze, essay and ordering."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from typing import Any

from kb.domain.errors import N_, Invalid, KbError
from kb.domain.exams.checks import BLANK
from kb.domain.exams.question import QuestionContent, QuestionType
from kb.exchange.questions import words
from kb.exchange.questions.results import Read, Refused
from kb.exchange.questions.xml import add_remark, parse, plain_of, remark_in, serialised, text_of
from kb.exchange.rows import refuse

_KEPT = ("difficulty", "point", "tags", "shuffle", "source", "rubric")
_TYPES = {
    QuestionType.SINGLE: "multichoice", QuestionType.MULTIPLE: "multichoice", QuestionType.TRUE_FALSE: "truefalse",
    QuestionType.CLOZE: "cloze", QuestionType.ORDER: "ordering",
}  # fmt: skip
_MORE: dict[QuestionType, tuple[str, ...]] = {
    QuestionType.CLOZE: ("stem", "blanks"), QuestionType.ORDER: ("options", "key"), QuestionType.SHORT: ("type",),
    QuestionType.ORAL: ("type",), QuestionType.PRACTICAL: ("type",),
}  # fmt: skip
_EMBEDDED = re.compile(r"\{\d*:(?:SHORTANSWER|SA|MW)(?:_C)?:((?:\\.|[^}\\])*)\}", re.DOTALL)

_SPECIAL = re.compile(r'[}#~/"\\]')


def write(contents: Sequence[QuestionContent], names: Sequence[str]) -> bytes:
    root = ET.Element("quiz")
    for content, name in zip(contents, names, strict=True):
        root.append(_element(content, name))
    return serialised(root)


def _element(content: QuestionContent, name: str) -> ET.Element:
    kind = _TYPES.get(content.type, "essay")
    question = ET.Element("question", type=kind)
    add_remark(question, words.remark_of(content, *_KEPT, *_MORE.get(content.type, ())))
    _text(question, "name", f"{name} {content.stem.splitlines()[0][:60] if content.stem else ''}".strip())
    stem = _embedded(content) if content.type is QuestionType.CLOZE else content.stem
    _text(question, "questiontext", stem, format="plain_text")
    _text(question, "generalfeedback", content.explanation, format="plain_text")
    if kind != "cloze":
        ET.SubElement(question, "defaultgrade").text = "1"
    ET.SubElement(question, "penalty").text = "0"
    ET.SubElement(question, "hidden").text = "0"
    ET.SubElement(question, "idnumber").text = name
    _answers(question, content)
    tags = [*content.tags, *([f"知识点:{content.point}"] if content.point else [])]
    if tags:
        listed = ET.SubElement(question, "tags")
        for tag in tags:
            _text(listed, "tag", tag)
    return question


def _answers(question: ET.Element, content: QuestionContent) -> None:
    if content.type in (QuestionType.SINGLE, QuestionType.MULTIPLE):
        ET.SubElement(question, "single").text = "true" if content.type is QuestionType.SINGLE else "false"
        ET.SubElement(question, "shuffleanswers").text = "true" if content.shuffle else "false"
        ET.SubElement(question, "answernumbering").text = "ABCD"
        right, wrong = max(1, len(content.key)), max(1, len(content.options) - len(content.key))
        minus = 0.0 if content.type is QuestionType.SINGLE else -100 / wrong
        for place, option in enumerate(content.options):
            _answer(question, option, 100 / right if place in content.key else minus)
    elif content.type is QuestionType.TRUE_FALSE:
        for text, place in (("true", 0), ("false", 1)):
            _answer(question, text, 100 if content.key == (place,) else 0)
    elif content.type is QuestionType.ORDER:
        for name, value in (
            ("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("selectcount", "0"),
            ("gradingtype", "ABSOLUTE_POSITION"), ("showgrading", "SHOW"), ("numberingstyle", "none"),
        ):  # fmt: skip
            ET.SubElement(question, name).text = value
        for number, place in enumerate(content.key, start=1):
            _answer(question, content.options[place], number)
    elif content.type is not QuestionType.CLOZE:
        ET.SubElement(question, "responseformat").text = "plain"
        _text(question, "graderinfo", content.model, format="plain_text")


def _answer(question: ET.Element, text: str, fraction: float) -> None:
    answer = ET.SubElement(question, "answer", fraction=f"{fraction:.5f}".rstrip("0").rstrip("."), format="plain_text")
    ET.SubElement(answer, "text").text = text
    _text(answer, "feedback", "", format="plain_text")


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(ET.SubElement(parent, name, attributes), "text").text = text


def _embedded(content: QuestionContent) -> str:
    blanks = iter(content.blanks)

    def gap(_: re.Match[str]) -> str:
        answers = "~".join("%100%" + _SPECIAL.sub(r"\\\g<0>", answer) for answer in next(blanks))
        return f"{{1:SHORTANSWER:{answers}}}"

    return BLANK.sub(gap, content.stem)


def read(data: bytes) -> Iterator[Read | Refused]:
    """``line`` counts the questions."""
    root = parse(data)
    if root.tag != "quiz":
        raise Invalid(N_("这不是 Moodle 试题文件（最外层应是 quiz）。"))
    number = 0
    for question in root.findall("question"):
        if question.get("type") == "category":
            continue
        number += 1
        try:
            yield Read(_content(question), number)
        except KbError as error:
            said = refuse(error, "", number)
            yield Refused(number, said.reason, said.field)
    if not number:
        yield Refused(0, str(Invalid(N_("文件里没有试题。"))))


def _content(question: ET.Element) -> QuestionContent:
    kind = question.get("type", "")
    tags = tuple(
        tag for one in question.findall("tags/tag") if (tag := text_of(one).strip()) and not tag.startswith("知识点:")
    )
    read: dict[str, Any] = {
        "stem": _said(question, "questiontext"), "explanation": _said(question, "generalfeedback"), "tags": tags,
    }  # fmt: skip
    readers = {
        "multichoice": _read_choice, "truefalse": _read_truth, "cloze": _read_cloze, "shortanswer": _read_short,
        "essay": _read_essay, "ordering": _read_order,
    }  # fmt: skip
    if kind not in readers:
        raise Invalid(N_("还不能导入 Moodle 的“{type}”题。"), field="type", type=kind[:20])
    return words.made(read | readers[kind](question, read["stem"]) | remark_in(question))


def _said(question: ET.Element, name: str) -> str:
    element = question.find(name)
    text = (element.findtext("text") or "") if element is not None else ""
    return text.strip() if element is not None and element.get("format") == "plain_text" else plain_of(text)


def _answers_of(question: ET.Element) -> list[tuple[str, float]]:
    found = []
    for answer in question.findall("answer"):
        text = answer.findtext("text") or ""
        try:
            share = float(answer.get("fraction", "0"))
        except ValueError:
            share = 0.0
        found.append((text.strip() if answer.get("format") == "plain_text" else plain_of(text), share))
    return found


def _read_choice(question: ET.Element, _: str) -> dict[str, Any]:
    answers = _answers_of(question)
    is_single = (question.findtext("single") or "true").strip() in ("true", "1")
    best = max((share for _, share in answers), default=0)
    key = tuple(n for n, (_, share) in enumerate(answers) if share > 0 and (not is_single or share == best))
    return {
        "type": QuestionType.SINGLE if is_single else QuestionType.MULTIPLE,
        "options": tuple(text for text, _ in answers), "key": key,
        "shuffle": (question.findtext("shuffleanswers") or "true").strip() in ("true", "1"),
    }  # fmt: skip


def _read_truth(question: ET.Element, _: str) -> dict[str, Any]:
    right = [text.casefold() for text, share in _answers_of(question) if share > 0]
    if right not in (["true"], ["false"]):
        raise Invalid(N_("请标明这句话是对还是错。"), field="key")
    return {"type": QuestionType.TRUE_FALSE, "key": (0,) if right == ["true"] else (1,)}


def _read_cloze(_: ET.Element, stem: str) -> dict[str, Any]:
    blanks = []
    for match in _EMBEDDED.finditer(stem):
        parts = re.split(r"(?<!\\)~", match[1])
        texts = (re.sub(r"(?<!\\)#.*$", "", re.sub(r"^(?:=|%\d+%)", "", part), flags=re.DOTALL) for part in parts)
        blanks.append(tuple(re.sub(r"\\(.)", r"\1", text).strip() for text in texts))
    if not blanks:
        raise Invalid(N_("这道填空题里没有找到能读懂的空（只认 SHORTANSWER）。"), field="blanks")
    return {"type": QuestionType.CLOZE, "stem": _EMBEDDED.sub("____", stem), "blanks": tuple(blanks)}


def _read_short(question: ET.Element, stem: str) -> dict[str, Any]:
    right = tuple(text for text, share in _answers_of(question) if share == 100)
    has_gap = bool(BLANK.search(stem))
    return {"type": QuestionType.CLOZE, "stem": stem if has_gap else f"{stem}____", "blanks": (right,)}


def _read_essay(question: ET.Element, _: str) -> dict[str, Any]:
    return {"type": QuestionType.SHORT, "model": _said(question, "graderinfo")}


def _read_order(question: ET.Element, _: str) -> dict[str, Any]:
    options = tuple(text for text, _ in _answers_of(question))
    return {"type": QuestionType.ORDER, "options": options, "key": tuple(range(len(options)))}
