"""Just enough of JSON Schema to hold answers to what OpenAPI says. An unknown keyword is an error, not a pass."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

_TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "null": type(None), "boolean": bool,
}  # fmt: skip
_FORMATS: dict[str, Any] = {
    "date-time": lambda text: datetime.fromisoformat(text).tzinfo is not None,
    "date": lambda text: bool(date.fromisoformat(text)),
    "uri-reference": lambda text: text.startswith("/"),
}
_SAYS_NOTHING = {"description", "examples", "default"}


def resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow ``$ref`` within ``document``; KeyError when it leads nowhere."""
    while "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


def breaches(document: dict[str, Any], schema: dict[str, Any], value: object, at: str = "$") -> list[str]:
    """Where ``value`` is not what ``schema`` says; empty when it is."""
    schema = resolve(document, schema)
    found: list[str] = _type(document, schema, schema["type"], value, at) if "type" in schema else []
    if found:
        return found
    for keyword, said in schema.items():
        if keyword not in _SAYS_NOTHING:
            found += _CHECKS[keyword](document, schema, said, value, at)
    return found


def _check(condition: bool, at: str, what: object) -> list[str]:
    return [] if condition else [f"{at}: {what}"]


def _type(_d: Any, _s: Any, said: str, value: Any, at: str) -> list[str]:
    fits = isinstance(value, _TYPES[said]) and not (isinstance(value, bool) and said in ("integer", "number"))
    return _check(fits, at, f"{value!r} is no {said}")


def _properties(document: Any, schema: Any, said: dict[str, Any], value: Any, at: str) -> list[str]:
    value = value if isinstance(value, dict) else {}
    return [b for name, below in said.items() if name in value for b in breaches(document, below, value[name], f"{at}.{name}")]


def _items(document: Any, _s: Any, said: Any, value: Any, at: str) -> list[str]:
    return [b for n, item in enumerate(value or []) for b in breaches(document, said, item, f"{at}[{n}]")]


_CHECKS: dict[str, Any] = {
    "type": _type,
    "properties": _properties,
    "items": _items,
    "required": lambda d, s, said, v, at: _check(set(said) <= set(v), at, f"missing {set(said) - set(v)}"),
    "additionalProperties": lambda d, s, said, v, at: _check(
        said is False and set(v) <= set(s["properties"]), at, f"not described: {set(v) - set(s['properties'])}"
    ),
    "enum": lambda d, s, said, v, at: _check(v in said, at, f"{v!r} is none of {said}"),
    "oneOf": lambda d, s, said, v, at: _check(
        sum(not breaches(d, one, v) for one in said) == 1, at, [breaches(d, one, v, at) for one in said]
    ),
    "minimum": lambda d, s, said, v, at: _check(v >= said, at, f"{v} < {said}"),
    "maximum": lambda d, s, said, v, at: _check(v <= said, at, f"{v} > {said}"),
    "minItems": lambda d, s, said, v, at: _check(len(v) >= said, at, f"fewer than {said}"),
    "maxItems": lambda d, s, said, v, at: _check(len(v) <= said, at, f"more than {said}"),
    "minLength": lambda d, s, said, v, at: _check(len(v) >= said, at, f"shorter than {said}"),
    "maxLength": lambda d, s, said, v, at: _check(len(v) <= said, at, f"longer than {said}"),
    "format": lambda d, s, said, v, at: _check(_FORMATS[said](v), at, f"{v!r} is no {said}"),
}
