"""A blueprint as it is typed into the editor, and back. Nothing of what was typed is lost when it is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import inf

from kb.domain.errors import N_, Invalid
from kb.domain.exams.assembly import CELLS_MOST, number_text
from kb.domain.exams.paper import Blueprint, Cell
from kb.domain.exams.question import QuestionType
from kb.domain.text import single_line

PLAIN = ("title", "month", "minutes", "pass_score", "fresh_share", "unseen_months", "enemies")
CELL = ("type", "point", "easiest", "hardest", "count", "score")
SPARE_ROWS = 2
_PAIR = re.compile(r"[Qq]?[-－]?0*(\d{1,9})\s*[,，、;；/\s]\s*[Qq]?[-－]?0*(\d{1,9})")


@dataclass(slots=True)
class Typed:
    """What stands in the fields. ``rows``: for each row of the table the texts by the names of ``CELL``."""

    texts: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)
    apart: bool = True

    @property
    def shown(self) -> list[dict[str, str]]:
        """The rows with a few empty ones below them."""
        spare = [dict.fromkeys(CELL, "") for _ in range(SPARE_ROWS)]
        return (self.rows + spare)[:CELLS_MOST]


def typed_of(blueprint: Blueprint) -> Typed:
    """``blueprint`` as it stands in the fields."""
    texts = {
        "title": blueprint.title, "month": f"{blueprint.month:%Y-%m}", "minutes": str(blueprint.minutes),
        "pass_score": number_text(blueprint.pass_score), "fresh_share": number_text(100 * blueprint.fresh_share),
        "unseen_months": str(blueprint.unseen_months),
        "enemies": "\n".join(f"Q-{one:04} Q-{other:04}" for one, other in blueprint.enemies),
    }  # fmt: skip
    rows = [
        {
            "type": str(cell.type), "point": cell.point, "count": str(cell.count), "score": number_text(cell.score),
            "easiest": number_text(100 * cell.easiest), "hardest": number_text(100 * cell.hardest),
        }
        for cell in blueprint.cells
    ]  # fmt: skip
    return Typed(texts, rows, blueprint.apart)


def read(form: Mapping[str, str]) -> Typed:
    """What a browser sent; rows without a count are left out."""
    rows = []
    for number in range(CELLS_MOST):
        row = {name: form.get(f"{name}-{number}", "").strip()[:300] for name in CELL}
        if row["count"] and row["count"] != "0":
            rows.append(row)
    texts = {name: form.get(name, "").strip()[:5_000] for name in PLAIN}
    return Typed(texts, rows, "apart" in form)


def blueprint_of(typed: Typed) -> Blueprint:
    """Raises ``Invalid`` with the field for what is no number, month or pair."""
    texts = typed.texts
    return Blueprint(
        title=single_line(texts["title"], field="title", most=80),
        month=month(texts["month"]),
        cells=tuple(_cell(row, number) for number, row in enumerate(typed.rows, 1)),
        minutes=int(_number(texts["minutes"], "minutes")),
        pass_score=_number(texts["pass_score"], "pass_score"),
        fresh_share=_number(texts["fresh_share"] or "0", "fresh_share") / 100,
        unseen_months=int(_number(texts["unseen_months"] or "0", "unseen_months")),
        enemies=tuple(_pairs(texts["enemies"])),
        apart=typed.apart,
    )


def month(text: str) -> date:
    """``2026-11`` is its first day. Raises ``Invalid``."""
    try:
        found = date.fromisoformat(f"{text.strip()}-01")
    except ValueError:
        found = date.min
    if not 1990 <= found.year <= 9000:
        raise Invalid(N_("请写月份，例如 2026-11。"), field="month")
    return found


def _cell(row: Mapping[str, str], number: int) -> Cell:
    if row["type"] not in set(QuestionType):
        raise Invalid(N_("第 {number} 行：请选择题型。"), field="cells", number=number)
    try:
        easiest, hardest = (_share(row[name], usual) for name, usual in (("easiest", 0.0), ("hardest", 1.0)))
        count, score = int(row["count"]), float(row["score"])
    except ValueError:
        raise Invalid(N_("第 {number} 行：题数、分数和难度请写数字。"), field="cells", number=number) from None
    point = single_line(row["point"], field="point", most=300)
    return Cell(type=QuestionType(row["type"]), point=point, easiest=easiest, hardest=hardest, count=count, score=score)


def _share(text: str, usual: float) -> float:
    return float(text) / 100 if text else usual


def _number(text: str, field: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = inf
    if not -1e6 < found < 1e6:
        raise Invalid(N_("这里请写数字。"), field=field)
    return found


def _pairs(text: str) -> list[tuple[int, int]]:
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        match = _PAIR.fullmatch(line.strip())
        if match is None:
            raise Invalid(N_("互斥的题一行写一对，例如 Q-0012 Q-0047。"), field="enemies")
        found.append((int(match[1]), int(match[2])))
    return found
