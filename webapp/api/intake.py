"""Departments' systems hand in their notices, and ask what came of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, jsonify, request, url_for

from kb.domain.errors import N_, Invalid
from kb.domain.intake import Intake
from kb.domain.person import Permission
from webapp.api import query
from webapp.api.views import blueprint
from webapp.current import desk, person
from webapp.intake import times
from webapp.security import needs

FIELDS = ("department", "title", "text", "received_at", "due_at", "reference")


@blueprint.post("/intake")
@needs(Permission.SUBMIT)
def file_notice() -> tuple[Response, int]:
    """201 with the new notice; 200 with the first one when this sender's reference was here before."""
    query.only()
    given = _given()
    filed = desk().intake.file(
        person(), department=given.get("department", ""), title=given.get("title", ""), text=given.get("text", ""),
        received_at=_moment(given, "received_at"), due_at=_moment(given, "due_at"), reference=given.get("reference", ""),
    )  # fmt: skip
    return jsonify(_shape(filed.intake)), 201 if filed.is_new else 200


@blueprint.get("/intake/<int(max=999999999):number>")
@needs(Permission.SUBMIT)
def notice(number: int) -> Response:
    query.only()
    return jsonify(_shape(desk().intake.get(person(), number)))


def _given() -> dict[str, str]:
    """The body: an object of texts.

    Raises:
        Invalid: it is no such object, or a field is not known.
    """
    body: Any = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid(N_("请求的内容应是一个 JSON 对象（Content-Type: application/json）。"))
    for name, value in body.items():
        if name not in FIELDS:
            raise Invalid(N_("不认识字段“{parameter}”。"), field=name[:40], parameter=name[:40])
        if value is not None and not isinstance(value, str):
            raise Invalid(N_("字段“{parameter}”应是文字。"), field=name, parameter=name)
    return {name: value for name, value in body.items() if value}


def _moment(given: dict[str, str], name: str) -> datetime | None:
    """ISO 8601; without an offset on the centre's clocks."""
    text = given.get(name, "").strip()
    if not text:
        return None
    found = times.read(text)
    if found is None:
        raise Invalid(
            N_("{parameter} 应是 2026-11-21T08:00:00+08:00 这样的时间。"), field=name, parameter=name
        )
    return found


def _shape(one: Intake) -> dict[str, object]:
    return {
        "number": one.number,
        "reference": one.reference,
        "department": one.department,
        "title": one.title,
        "state": str(one.state),
        "received_at": _local(one.at),
        "due_at": _local(one.due_at),
        "code": one.code,
        "outcome": one.outcome,
        "done_at": _local(one.done_at) if one.done_at else None,
        "url": url_for("intake.show", number=one.number),
    }


def _local(moment: datetime) -> str:
    return moment.astimezone(desk().settings.zone).isoformat(timespec="seconds")
