"""The part of the description that is about departments' notices."""

from __future__ import annotations

from typing import Any

from kb.domain.content import NAME_MOST, TITLE_MOST
from kb.domain.intake import REFERENCE_MOST, TEXT_MOST, IntakeState

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "integer", "minimum": 1}
_MOMENT: Json = {"type": "string", "format": "date-time"}


def paths() -> Json:
    number = {"name": "number", "in": "path", "required": True, "schema": _NUMBER, "description": "Its number here."}
    return {
        "/api/v1/intake": {
            "post": {
                "operationId": "fileNotice",
                "summary": "Hand in a department's notice",
                "description": "Sending it again under the same `reference` changes nothing and answers 200 with the "
                "first one. Personal data is masked before it is kept. Needs a token whose role may submit.",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewNotice"}}},
                },
                "responses": {
                    "201": _answer("Taken in"),
                    "200": _answer("Was here already"),
                    **_refusals("400", "401", "403", "409", "413", "503"),
                },
            }
        },
        "/api/v1/intake/{number}": {
            "get": {
                "operationId": "notice",
                "summary": "What came of a notice",
                "parameters": [number],
                "responses": {"200": _answer("The notice"), **_refusals("400", "401", "403", "404", "413", "503")},
            }
        },
    }


def schemas() -> Json:
    new = {
        "department": {"type": "string", "minLength": 1, "maxLength": NAME_MOST},
        "title": {"type": "string", "minLength": 1, "maxLength": TITLE_MOST},
        "text": {"type": "string", "minLength": 1, "maxLength": TEXT_MOST},
        "received_at": {**_MOMENT, "description": "Now when left out. Without an offset the centre's zone counts."},
        "due_at": {**_MOMENT, "description": "When left out, the centre's time limit after `received_at`."},
        "reference": {"type": "string", "maxLength": REFERENCE_MOST, "description": "The sender's own number."},
    }
    notice = {
        "number": _NUMBER,
        "reference": _TEXT,
        "department": _TEXT,
        "title": _TEXT,
        "state": {"type": "string", "enum": [str(state) for state in IntakeState]},
        "received_at": _MOMENT,
        "due_at": _MOMENT,
        "code": {"type": "string", "description": "The entry that came of it; empty while there is none."},
        "outcome": {"type": "string", "description": "What the department is told."},
        "done_at": {"oneOf": [_MOMENT, {"type": "null"}]},
        "url": {"type": "string", "format": "uri-reference", "description": "Its page on this server."},
    }
    return {
        "NewNotice": {
            "type": "object", "properties": new, "required": ["department", "title", "text"],
            "additionalProperties": False,
        },
        "Notice": {"type": "object", "properties": notice, "required": list(notice), "additionalProperties": False},
    }  # fmt: skip


def _answer(description: str) -> Json:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Notice"}}},
    }


def _refusals(*statuses: str) -> Json:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in (*statuses, "500")}
