"""GIFT, as Moodle defined it: one question a paragraph, its answers in braces. It has no ordering and one gap at most.

What GIFT has no word for goes along in a comment, with the types that become an essay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from kb.domain.errors import N_, Invalid, KbError
from kb.domain.exams.checks import BLANK
from kb.domain.exams.question import QuestionContent, QuestionType
from kb.exchange.questions import words
from kb.exchange.questions.results import LeftOut, Read, Refused
from kb.exchange.questions.xml import plain_of
from kb.exchange.rows import refuse

_MARKS = "\\~=#{}:"
_REMARK = "// zhixi "
_KEPT = ("difficulty", "point", "tags", "source", "rubric", "model", "shuffle")
_ESSAYS = frozenset({QuestionType.SHORT, QuestionType.ORAL, QuestionType.PRACTICAL})
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,6})?)%")


def write(contents: Sequence[QuestionContent], names: Sequence[str]) -> tuple[bytes, list[LeftOut]]:
    blocks, left_out = [], []
    for place, (content, name) in enumerate(zip(contents, names, strict=True)):
        if content.type is QuestionType.ORDER:
            left_out.append(LeftOut(place, N_("GIFT 没有排序题，请改用 Moodle XML 或 QTI。")))
        elif content.type is QuestionType.CLOZE and len(content.blanks) != 1:
            left_out.append(LeftOut(place, N_("GIFT 一题只能有一个空，请改用 Moodle XML 或 QTI。")))
        else:
            blocks.append(_block(content, name))
    return ("\n\n".join(blocks) + "\n").encode(), left_out


def _block(content: QuestionContent, name: str) -> str:
    more = {QuestionType.CLOZE: ("stem",), **dict.fromkeys(_ESSAYS, ("type",))}.get(content.type, ())
    fields = (*_KEPT, *more)
    lines = [f"{_REMARK}{words.remark_of(content, *fields)}", f"// [id:{name}]"]
    feedback = f"####{_escape(content.explanation)}" if content.explanation else ""
    if content.type is QuestionType.TRUE_FALSE:
        body = f"{_escape(content.stem)} {{{'T' if content.key == (0,) else 'F'}{feedback}}}"
    elif content.type is QuestionType.CLOZE:
        before, after = BLANK.split(content.stem, maxsplit=1)
        answers = " ".join(f"={_escape(answer)}" for answer in content.blanks[0])
        body = f"{_escape(before)}{{{answers}{feedback}}}{_escape(after)}"
    elif content.options:
        body = f"{_escape(content.stem)} {{\n{_options(content)}\n{feedback}}}"
    else:
        body = f"{_escape(content.stem)} {{{feedback}}}"
    return "\n".join([*lines, f"::{_escape(name)}::[plain]{body}"])


def _options(content: QuestionContent) -> str:
    right, wrong = len(content.key), max(1, len(content.options) - len(content.key))
    lines = []
    for place, option in enumerate(content.options):
        if content.type is QuestionType.SINGLE:
            lines.append(f"{'=' if place in content.key else '~'}{_escape(option)}")
        else:
            share = f"%{100 / right:.5g}%" if place in content.key else f"%-{100 / wrong:.5g}%"
            lines.append(f"~{share}{_escape(option)}")
    return "\n".join(lines)


def _escape(text: str) -> str:
    return "".join(f"\\{char}" if char in _MARKS else "\\n" if char == "\n" else char for char in text)


def read(text: str) -> Iterator[Read | Refused]:
    found = False
    for line, block in _blocks(text):
        found = True
        try:
            yield Read(_content(block), line)
        except KbError as error:
            said = refuse(error, "", line)
            yield Refused(line, said.reason, said.field)
    if not found:
        yield Refused(0, str(Invalid(N_("没有找到 GIFT 试题。"))))


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Paragraphs: a blank line ends a question, unless its braces are open still."""
    lines: list[str] = []
    start, depth = 1, 0
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        said = line.strip()
        if said.startswith("$CATEGORY"):
            continue
        if said or depth > 0:
            start = start if lines else number
            lines.append(line)
            depth += 0 if said.startswith("//") else _depth(line)
        elif _says(lines):
            yield start, "\n".join(lines)
            lines, depth = [], 0
    if _says(lines):
        yield start, "\n".join(lines)


def _says(lines: Sequence[str]) -> bool:
    """Whether there is more than comments, which belong to what follows them."""
    return any(line.strip() and not line.strip().startswith("//") for line in lines)


def _depth(text: str) -> int:
    plain = re.sub(r"\\.", "", text, flags=re.DOTALL)
    return plain.count("{") - plain.count("}")


def _content(block: str) -> QuestionContent:
    remark: dict[str, Any] = {}
    body = []
    for line in block.split("\n"):
        if line.startswith(_REMARK):
            remark = words.read_remark(line.removeprefix(_REMARK))
        elif not line.strip().startswith("//"):
            body.append(line)
    said = "\n".join(body).strip()
    if title := re.match(r"::(?:\\.|[^\\])*?::", said, flags=re.DOTALL):
        said = said[title.end() :].strip()
    is_html = said.startswith("[html]")
    said = re.sub(r"^\[(?:plain|html|markdown|moodle)\]", "", said)
    start, end = _brace(said, "{", 0), None
    if start is not None:
        end = _brace(said, "}", start)
    if start is None or end is None:
        raise Invalid(N_("没有找到花括号里的答案。"), field="key")
    stem, answers, after = said[:start], said[start + 1 : end], said[end + 1 :]
    parsed = _parsed(stem, answers, after)
    return words.made({"explanation": "", **(_without_tags(parsed) if is_html else parsed), **remark})


def _without_tags(parsed: dict[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(plain(one) for one in value)
        return plain_of(value) if type(value) is str else value

    return {name: plain(value) for name, value in parsed.items()}


def _parsed(stem: str, answers: str, after: str) -> dict[str, Any]:
    inner, feedback = _cut(answers, "####")
    read: dict[str, Any] = {"explanation": _plain(feedback)}
    said = inner.strip()
    if not said:
        return read | {"type": QuestionType.SHORT, "stem": _plain(f"{stem.rstrip()}{after}")}
    truth = re.fullmatch(r"(T|TRUE|F|FALSE)(?:#.*)?", said, flags=re.DOTALL | re.IGNORECASE)
    if truth:
        key = (0,) if truth[1].upper().startswith("T") else (1,)
        return read | {"type": QuestionType.TRUE_FALSE, "stem": _plain(f"{stem.rstrip()}{after}"), "key": key}
    if said.startswith("#"):
        raise Invalid(N_("还不能导入 GIFT 的数值题，请改成填空。"), field="type")
    choices = _choices(said)
    if any("->" in text for _, _, text in choices):
        raise Invalid(N_("还不能导入 GIFT 的配对题。"), field="type")
    if all(mark == "=" and weight is None for mark, weight, _ in choices):
        gap = f"{_plain_open(stem)}____{_plain_open(after)}" if after.strip() else f"{_plain_open(stem)}____"
        return read | {"type": QuestionType.CLOZE, "stem": gap, "blanks": (tuple(_plain(text) for *_, text in choices),)}
    options = tuple(_plain(text) for *_, text in choices)
    right = tuple(n for n, (mark, weight, _) in enumerate(choices) if mark == "=" or (weight or 0) > 0)
    is_single = any(mark == "=" for mark, *_ in choices) or len(right) == 1
    kind = QuestionType.SINGLE if is_single else QuestionType.MULTIPLE
    if is_single:
        right = tuple(n for n in right if choices[n][0] == "=") or right
    stem = _plain(f"{stem.rstrip()}{'____' if after.strip() else ''}{after}")
    return read | {"type": kind, "stem": stem, "options": options, "key": right}


def _choices(said: str) -> list[tuple[str, float | None, str]]:
    """Mark, weight in percent or None, and text of each answer, feedback left out."""
    found = []
    for match in re.finditer(r"([=~])((?:\\.|[^\\=~])*)", said, flags=re.DOTALL):
        text = match[2].strip()
        weight = _WEIGHT.match(text)
        text = text[weight.end() :] if weight else text
        found.append((match[1], float(weight[1]) if weight else None, _cut(text, "#")[0].strip()))
    if not found:
        raise Invalid(N_("花括号里的答案读不懂。"), field="key")
    return found


def _brace(text: str, brace: str, start: int) -> int | None:
    place = start
    while place < len(text):
        if text[place] == "\\":
            place += 2
            continue
        if text[place] == brace:
            return place
        place += 1
    return None


def _cut(text: str, mark: str) -> tuple[str, str]:
    """What stands before and after the first ``mark`` that no backslash protects."""
    place = 0
    while place < len(text):
        if text[place] == "\\":
            place += 2
            continue
        if text.startswith(mark, place):
            return text[:place], text[place + len(mark) :]
        place += 1
    return text, ""


def _plain(text: str) -> str:
    return _plain_open(text).strip()


def _plain_open(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text, flags=re.DOTALL)
