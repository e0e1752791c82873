"""Blueprints, forms and questions as plain values for JSON, and back.

A field that has its default is left out: a field that is added later does not change the hash of what was frozen before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Made = TypeVar("Made")


def to_plain(value: Any) -> Any:
    """Dataclasses become dicts without what has its default, tuples lists, enums and days text."""
    if is_dataclass(value):
        return {
            field.name: to_plain(held)
            for field in fields(value)
            if (held := getattr(value, field.name)) != _default(field)
        }
    if isinstance(value, tuple | list):
        return [to_plain(one) for one in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


def from_plain(kind: type[Made], values: Mapping[str, Any]) -> Made:
    """The inverse of ``to_plain``. What this program does not know is left out."""
    hints = _hints(kind)  # type: ignore[arg-type]
    return kind(**{name: _made(hints[name], value) for name, value in values.items() if name in hints})


def digest(*values: Any) -> str:
    """SHA-256 over the canonical JSON of ``values``: keys sorted, no blanks. 64 hexadecimal digits."""
    text = json.dumps(to_plain(values), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _made(hint: Any, value: Any) -> Any:
    if get_origin(hint) is tuple:
        inner = get_args(hint)
        if inner[-1] is Ellipsis:
            return tuple(_made(inner[0], one) for one in value)
        return tuple(_made(kind, one) for kind, one in zip(inner, value, strict=True))
    if is_dataclass(hint):
        return from_plain(hint, value)  # type: ignore[arg-type]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    if isinstance(hint, type) and issubclass(hint, date) and isinstance(value, str):
        return hint.fromisoformat(value)
    return float(value) if hint is float else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _default(field: Any) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default
