"""Golden questions from text: JSON lines as in ``content/golden.jsonl``, and the codes that a person types."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from kb.domain.content import NAME_MOST
from kb.domain.errors import N_, Invalid, TooLarge
from kb.domain.golden import GoldenQuestion
from kb.domain.text import single_line

QUESTIONS_MOST = 5_000
_EXAMPLE = '{"query": "…", "relevant": ["FAQ-0042"]}'
_PARTING = re.compile(r"[\s,，、;；]+")


def decoded(source: bytes) -> str:
    """The text of a file. Raises ``Invalid`` unless it is UTF-8."""
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(N_("文件不是 UTF-8 编码的文本，请另存为 UTF-8 后再试。"), field="file") from None


def questions_of(text: str) -> list[GoldenQuestion]:
    """Lines ``{"query": "…", "relevant": ["FAQ-0042"], "product"?: "…"}``; empty lines are skipped.

    Raises:
        Invalid: a line is not like that, or there is none; the sentence names the line and the reason.
        TooLarge: more than ``QUESTIONS_MOST`` questions.
    """
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            found.append(_question(line, number))
        if len(found) > QUESTIONS_MOST:
            raise TooLarge(N_("一次最多导入 {most} 个问题。"), field="file", most=QUESTIONS_MOST)
    if not found:
        raise Invalid(N_("文件里没有问题。"), field="file")
    return found


def question(query: str, codes: Iterable[str], product: str) -> GoldenQuestion:
    """A question in normal form. Raises ``Invalid`` for a part that breaks a rule."""
    return GoldenQuestion(query, tuple(codes), single_line(product, field="product", most=NAME_MOST))


def codes_of(text: str) -> tuple[str, ...]:
    """``"FAQ-0042，pro-0007"`` are two codes, as typed."""
    return tuple(code for code in _PARTING.split(text) if code)


def _question(line: str, number: int) -> GoldenQuestion:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not _is_whole(found):
        raise Invalid(N_("第 {line} 行看不懂，应像 {example} 这样。"), field="file", line=number, example=_EXAMPLE)
    try:
        return question(found["query"], found["relevant"], found.get("product", ""))
    except Invalid as error:
        raise Invalid(N_("第 {line} 行：{reason}"), field="file", line=number, reason=str(error)) from error


def _is_whole(found: dict[str, object]) -> bool:
    relevant = found.get("relevant")
    return (
        isinstance(found.get("query"), str)
        and isinstance(relevant, list)
        and all(isinstance(code, str) for code in relevant)
        and isinstance(found.get("product", ""), str)
    )
