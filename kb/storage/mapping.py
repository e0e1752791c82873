"""A dataclass whose fields are the columns of its table, as a row and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from sqlalchemy import Row

Made = TypeVar("Made")


def to_row(made: Any, *, without: str = "number") -> dict[str, object]:
    """The values of every field except the one that the database gives. An enum is its text; None of one is ""."""
    kinds = _enums(type(made))  # type: ignore[arg-type]
    row: dict[str, object] = {}
    for field in fields(made):
        value = getattr(made, field.name)
        if field.name in kinds:
            value = str(value) if value is not None else ""
        elif isinstance(value, Mapping):
            value = dict(value)
        elif isinstance(value, tuple):
            value = list(value)
        row[field.name] = value
    row.pop(without, None)
    return row


def from_row(kind: type[Made], row: Row[Any]) -> Made:
    """The inverse of ``to_row``: a row with a column for each field."""
    values = row._mapping
    kinds, lists = _enums(kind), _tuples(kind)  # type: ignore[arg-type]
    made: dict[str, object] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        value = values[field.name]
        if field.name in kinds:
            value = kinds[field.name](value) if value else None
        elif field.name in lists:
            value = tuple(value)
        made[field.name] = value
    return kind(**made)


@cache
def _enums(kind: type) -> dict[str, type[StrEnum]]:
    """Fields that hold a ``StrEnum``, or one or None."""
    found = {}
    for name, hint in get_type_hints(kind).items():
        options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
        enum = next((one for one in options if isinstance(one, type) and issubclass(one, StrEnum)), None)
        if enum is not None:
            found[name] = enum
    return found


@cache
def _tuples(kind: type) -> frozenset[str]:
    return frozenset(name for name, hint in get_type_hints(kind).items() if get_origin(hint) is tuple)
