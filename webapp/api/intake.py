"""Departments' systems hand in their notices, and ask what came of them."""

from __future__ import annotations

from flask import Response, jsonify, url_for

from kb.domain.intake import Intake
from kb.domain.person import Permission
from webapp.api import body, query
from webapp.api.views import blueprint
from webapp.current import desk, person
from webapp.security import needs

FIELDS = ("department", "title", "text", "received_at", "due_at", "reference")


@blueprint.post("/intake")
@needs(Permission.SUBMIT)
def file_notice() -> tuple[Response, int]:
    """201 with the new notice; 200 with the first one when this sender's reference was here before."""
    query.only()
    given = body.fields(*FIELDS)
    filed = desk().intake.file(
        person(), department=given.get("department", ""), title=given.get("title", ""), text=given.get("text", ""),
        received_at=body.moment(given, "received_at"), due_at=body.moment(given, "due_at"), reference=given.get("reference", ""),
    )  # fmt: skip
    return jsonify(_shape(filed.intake)), 201 if filed.is_new else 200


@blueprint.get("/intake/<int(max=999999999):number>")
@needs(Permission.SUBMIT)
def notice(number: int) -> Response:
    query.only()
    return jsonify(_shape(desk().intake.get(person(), number)))


def _shape(one: Intake) -> dict[str, object]:
    return {
        "number": one.number,
        "reference": one.reference,
        "department": one.department,
        "title": one.title,
        "state": str(one.state),
        "received_at": body.local(one.at),
        "due_at": body.local(one.due_at),
        "code": one.code,
        "outcome": one.outcome,
        "done_at": body.local(one.done_at) if one.done_at else None,
        "url": url_for("intake.show", number=one.number),
    }

