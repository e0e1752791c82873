"""Reading the body of a request: an object whose fields are known and of their type."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import request

from kb.domain.errors import N_, Invalid
from webapp.current import desk
from webapp.intake import times


def fields(*texts: str, numbers: tuple[str, ...] = (), truths: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of the body that say something: ``texts`` are strings, ``numbers`` whole numbers, ``truths`` booleans.

    Raises:
        Invalid: it is no such object, a field is not known, or a value is not of its type.
    """
    body: Any = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid(N_("请求的内容应是一个 JSON 对象（Content-Type: application/json）。"))
    for name, value in body.items():
        if name not in (*texts, *numbers, *truths):
            raise Invalid(N_("不认识字段“{parameter}”。"), field=name[:40], parameter=name[:40])
        if value is not None and name in texts and not isinstance(value, str):
            raise Invalid(N_("字段“{parameter}”应是文字。"), field=name, parameter=name)
        if value is not None and name in numbers and not (type(value) is int and 0 <= value < 2**31):
            raise Invalid(N_("字段“{parameter}”应是整数。"), field=name, parameter=name)
        if value is not None and name in truths and not isinstance(value, bool):
            raise Invalid(N_("字段“{parameter}”应是 true 或 false。"), field=name, parameter=name)
    return {name: value for name, value in body.items() if value not in (None, "")}


def moment(given: dict[str, Any], name: str) -> datetime | None:
    """ISO 8601; without an offset on the centre's clocks. Raises ``Invalid``."""
    text = given.get(name, "").strip()
    if not text:
        return None
    found = times.read(text)
    if found is None:
        raise Invalid(N_("{parameter} 应是 2026-11-21T08:00:00+08:00 这样的时间。"), field=name, parameter=name)
    return found


def local(at: datetime) -> str:
    """ISO 8601 to the second, on the centre's clocks."""
    return at.astimezone(desk().settings.zone).isoformat(timespec="seconds")
