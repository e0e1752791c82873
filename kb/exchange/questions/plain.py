"""Questions as plain text, as people send them around: numbered, options A to J, 【答案】 and what follows it.

    1.【单选】百万医疗险的等待期是多少天？
    A. 30 天
    B. 60 天
    【答案】A
    【解析】见条款第 3 条。

Written by others the type may be missing (it is then guessed from answer and options), the marks may be 答案： instead of
【答案】, the answer may stand in the stem （A）, and a heading 一、单选题 may name the type for all that follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from kb.domain.errors import N_, Invalid, KbError
from kb.domain.exams.checks import LETTERS
from kb.domain.exams.question import QUESTION_TYPE_NAMES, QuestionContent, QuestionType
from kb.exchange.questions import words
from kb.exchange.questions.results import Read, Refused
from kb.exchange.rows import refuse

_FIELDS = ("答案", "解析", "难度", "知识点", "标签", "来源", "原文", "评分要点", "选项固定")
_ALSO = {"参考答案": "答案", "正确答案": "答案", "标准答案": "答案", "答案解析": "解析", "试题解析": "解析", "考点": "知识点", "评分标准": "评分要点"}
_NAMES = "|".join(sorted((*_FIELDS, *_ALSO), key=len, reverse=True))
_FIELD = re.compile(rf"(?:【(?P<mark>{_NAMES})】[：:]?|(?P<word>{_NAMES})[：:])\s?(?P<rest>.*)")
_START = re.compile(r"(?:\d{1,5}\s?[.．、)）]|第\s?\d{1,5}\s?题[.．、：:]?)\s?(?:[【\[(（](?P<type>[一-鿿]{2,6})[】\])）])?(?P<rest>.*)")
_TYPED = re.compile(r"【(?P<type>[一-鿿]{2,6})】(?P<rest>.*)")
_OPTION = re.compile(r"(?P<letter>[A-JＡ-Ｊ])\s?[.．、:：)）]\s?(?P<rest>.*)")
_HEADING = re.compile(r"[一二三四五六七八九十]{1,3}\s?[、.．]\s?(?P<type>[一-鿿]{2,8}题)")
_CHOSEN = (QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.ORDER)
LINES_MOST = 1_000  # of one question
BACKSLASH = "\\"
_SWALLOWED = "：: \u3000\\"  # what a reader takes away after a mark
_IN_STEM = re.compile(r"[（(]\s*([A-JＡ-Ｊ]{1,10}|[√×对错])\s*[)）]")


def write(contents: Sequence[QuestionContent]) -> bytes:
    blocks = (_block(number, content) for number, content in enumerate(contents, start=1))
    return ("\n\n".join(blocks) + "\n").encode()


def read(text: str) -> Iterator[Read | Refused]:
    """The questions in their order; ``line`` is where one starts."""
    heading = ""
    block: list[tuple[str, str]] = []
    start = 0
    found = False
    for number, line in enumerate([*text.split("\n"), "1."], start=1):
        is_heading = _HEADING.match(line.strip())
        if is_heading or _START.match(line) or (_TYPED.match(line) and not _FIELD.match(line)):
            if block:
                found = True
                yield _question(block, heading, start) if number - start <= LINES_MOST else _too_long(start)
                block = []
            if is_heading:
                heading = is_heading["type"]
                continue
            start = number
            match = _START.match(line) or _TYPED.match(line)
            assert match
            block = [("type", match["type"] or ""), ("stem", match["rest"])]
        elif block and number - start < LINES_MOST:
            _go_on(block, line)
    if not found:
        yield Refused(0, str(Invalid(N_("没有找到试题：每题请以题号开头，例如“1.【单选】……”。"))))


def _too_long(start: int) -> Refused:
    return Refused(start, str(Invalid(N_("这一题超过 {most} 行，没有读取：请检查后面的题是否都有题号。"), most=LINES_MOST)))


def _block(number: int, content: QuestionContent) -> str:
    lines = [f"{number}.【{QUESTION_TYPE_NAMES[content.type]}】{_kept(content.stem)}"]
    lines += [f"{letter}. {option}" for letter, option in zip(LETTERS, content.options, strict=False)]
    source = content.source
    place = f"{source.code}@{source.revision} {words.place_of(source)}" if source.code else ""
    for name, value in (
        ("答案", words.answer_of(content)), ("解析", content.explanation), ("难度", repr(float(content.difficulty))),
        ("知识点", content.point), ("标签", words.tags_of(content.tags)), ("来源", place), ("原文", source.text),
        ("评分要点", words.rubric_of(content.rubric)), ("选项固定", "" if content.shuffle else "是"),
    ):  # fmt: skip
        if value:
            lines.append(f"【{name}】{BACKSLASH if value[0] in _SWALLOWED else ''}{_kept(value)}")
    return "\n".join(lines)


def _kept(text: str) -> str:
    """Lines after the first that look like something else, or begin with a backslash, get one."""
    first, *rest = text.split("\n")
    return "\n".join([first, *(f"\\{line}" if _looks_otherwise(line) else line for line in rest)])


def _looks_otherwise(line: str) -> bool:
    marks = (_START, _TYPED, _OPTION, _FIELD)
    return line.startswith(BACKSLASH) or any(mark.match(line) for mark in marks) or bool(_HEADING.match(line.strip()))


def _go_on(block: list[tuple[str, str]], line: str) -> None:
    option, field = _OPTION.match(line), _FIELD.match(line)
    if field:
        name = field["mark"] or field["word"]
        block.append((_ALSO.get(name, name), field["rest"].removeprefix(BACKSLASH)))
    elif option and not any(name in _FIELDS for name, _ in block):
        block.append(("option", option["rest"]))
        block.extend(("option", rest) for rest in _same_line(block))
    else:
        name, before = block[-1]
        block[-1] = (name, f"{before}\n{line[1:] if line.startswith(BACKSLASH) else line}")


def _same_line(block: list[tuple[str, str]]) -> list[str]:
    """A. 甲  B. 乙  C. 丙 on one line: what follows the first."""
    parts = re.split(r"(?:\s{2,}|\t)[A-JＡ-Ｊ]\s?[.．、:：)）]\s?", block[-1][1])
    block[-1] = ("option", parts[0].rstrip() if len(parts) > 1 else parts[0])
    return [part.rstrip() for part in parts[1:]]


def _question(block: list[tuple[str, str]], heading: str, line: int) -> Read | Refused:
    said: dict[str, str] = {}
    for name, value in block:
        said.setdefault(name, value.strip("\n"))
    options = tuple(value.strip() for name, value in block if name == "option")
    try:
        return Read(_content(said, options, heading), line)
    except KbError as error:
        refused = refuse(error, "", line)
        return Refused(line, refused.reason, refused.field)


def _content(said: dict[str, str], options: tuple[str, ...], heading: str) -> QuestionContent:
    stem, answer = said["stem"], said.get("答案", "")
    inside = _IN_STEM.search(stem)
    if not answer and inside:
        stem, answer = f"{stem[: inside.start()]}（　）{stem[inside.end() :]}", inside[1]
    typed = said["type"] or ("" if options and heading and words.type_of(heading) not in _CHOSEN else heading)
    kind = words.type_of(typed) if typed else _guessed(stem, options, answer)
    if not answer and kind not in (QuestionType.SHORT, QuestionType.ORAL, QuestionType.PRACTICAL):
        raise Invalid(N_("没有写答案。"), field="key")
    if kind is QuestionType.TRUE_FALSE:
        answer = words.truth_of(answer, options)
    read: dict[str, Any] = {
        "type": kind, "stem": stem.strip("\n"), "options": () if kind is QuestionType.TRUE_FALSE else options,
        "explanation": said.get("解析", ""), "difficulty": words.difficulty_of(said.get("难度", "")),
        "point": said.get("知识点", ""), "tags": words.read_tags(said.get("标签", "")),
        "rubric": words.read_rubric(said.get("评分要点", "")), "shuffle": not said.get("选项固定", "").strip(),
        "source": _source(said.get("来源", ""), said.get("原文", "")),
    }  # fmt: skip
    return words.made(read | words.read_answer(kind, answer))


def _source(said: str, text: str) -> Any:
    code, _, rest = said.strip().partition("@")
    revision, _, place = rest.partition(" ")
    return words.source_of(code, revision, place, text)


def _guessed(stem: str, options: Sequence[str], answer: str) -> QuestionType:
    letters = re.sub(r"[\s,，、]", "", answer)
    if options:
        return QuestionType.MULTIPLE if len(letters) > 1 else QuestionType.SINGLE
    if "___" in stem:
        return QuestionType.CLOZE
    try:
        words.read_answer(QuestionType.TRUE_FALSE, answer)
    except Invalid:
        return QuestionType.SHORT
    return QuestionType.TRUE_FALSE if letters and not letters.isascii() else QuestionType.SHORT
