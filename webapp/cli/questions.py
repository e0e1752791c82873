"""Read a file of questions with the codes that answer them: one JSON object a line."""

from __future__ import annotations

import json
from pathlib import Path

from kb.domain.errors import N_, Invalid

Question = dict[str, object]


def read_questions(path: Path) -> list[Question]:
    """Lines ``{"query": "…", "relevant": ["FAQ-0042"], "product"?: "…"}``; empty lines are skipped.

    Raises:
        Invalid: a line is not like that; the sentence names it.
    """
    questions = []
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                questions.append(_question(line, path, number))
    if not questions:
        raise Invalid(N_("“{path}”里没有问题。"), field="file", path=str(path))
    return questions


def _question(line: str, path: Path, number: int) -> Question:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not _is_whole(found):
        raise Invalid(
            N_("{path} 第 {line} 行看不懂，应像 {example} 这样。"), field="file", path=str(path), line=number,
            example='{"query": "…", "relevant": ["FAQ-0042"]}',
        )  # fmt: skip
    return found


def _is_whole(found: dict[str, object]) -> bool:
    relevant = found.get("relevant")
    return (
        isinstance(found.get("query"), str)
        and isinstance(relevant, list)
        and bool(relevant)
        and all(isinstance(code, str) for code in relevant)
        and isinstance(found.get("product", ""), str)
    )
