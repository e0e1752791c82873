"""A part of a long list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

Row = TypeVar("Row")
ROWS = 50


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """``rows`` are those of page ``number`` (from 1) of ``last``; ``total`` counts all."""

    rows: Sequence[Row]
    number: int
    last: int
    total: int


def part_of(rows: Sequence[Row], size: int = ROWS, wanted: int | None = None) -> Part[Row]:
    """The part that the request's ``page`` names, or ``wanted``; what is no page of the list becomes the nearest one."""
    last = max(1, -(-len(rows) // size))
    typed = request.args.get("page", "")[:6]
    asked = wanted if wanted is not None else int(typed) if typed.isdecimal() else 1
    number = min(max(asked, 1), last)
    return Part(rows[(number - 1) * size : number * size], number, last, len(rows))
