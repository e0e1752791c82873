"""The part of the description that is about reading solutions."""

from __future__ import annotations

from typing import Any

from kb.domain.solutions import FollowUp, Outcome, SolutionKind
from webapp.api import openapi_calls, query

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "integer", "minimum": 1}
_MOMENT: Json = {"type": "string", "format": "date-time"}
_MAYBE: Json = {"oneOf": [_MOMENT, {"type": "null"}]}
_KIND: Json = {"type": "string", "enum": [str(kind) for kind in SolutionKind]}
_OUTCOME: Json = {"type": "string", "enum": [str(outcome) for outcome in Outcome]}


def paths() -> Json:
    """With what ``openapi_calls`` says of the same address."""
    number = {"name": "number", "in": "path", "required": True, "schema": _NUMBER, "description": "Its number here."}
    return {
        "/api/v1/solutions": {
            **openapi_calls.paths()["/api/v1/solutions"],
            "get": {
                "operationId": "solutions",
                "summary": "What agents recorded after their calls, newest first",
                "description": "Coordinators and those who see reports get all, a team leader those of the team, an agent "
                "their own. Personal data in them was masked before they were kept.",
                "parameters": _filters(),
                "responses": {"200": _answer("Solutions", "A part of them"), **_refusals("400", "401", "403", "503")},
            },
        },
        "/api/v1/solutions/{number}": {
            "get": {
                "operationId": "solution",
                "summary": "One solution and what came of it",
                "parameters": [number],
                "responses": {"200": _answer("Solution", "The solution"), **_refusals("400", "401", "404", "503")},
            }
        },
    }


def _filters() -> list[Json]:
    limit = {"type": "integer", "minimum": 1, "maximum": query.LIMIT_MOST, "default": query.LIMIT_DEFAULT}
    said: list[tuple[str, Json, str]] = [
        ("agent", _TEXT, "Only those of this login name."),
        ("team", _TEXT, "Only those of this group."),
        ("code", _TEXT, "Only those that speak of this entry."),
        ("kind", _KIND, "Only of this kind."),
        ("outcome", _OUTCOME, "Only with this outcome."),
        ("since", _MOMENT, "Recorded at this moment or later."),
        ("until", _MOMENT, "Recorded before this moment."),
        ("before", _NUMBER, "Goes on below this number: the `next` of the answer before."),
        ("limit", limit, "How many at most."),
    ]
    return [
        {"name": name, "in": "query", "required": False, "schema": schema, "description": text}
        for name, schema, text in said
    ]


def schemas() -> Json:
    one = {
        "number": _NUMBER, "call": _NUMBER,
        "agent": {**_TEXT, "description": "Login name of whoever recorded it."},
        "team": _TEXT, "at": _MOMENT,
        "version": {**_NUMBER, "description": "Counts its states."},
        "kind": _KIND, "problem_type": _TEXT, "product": _TEXT, "asked": _TEXT, "text": _TEXT, "result": _TEXT,
        "code": {**_TEXT, "description": "The entry that it speaks of; empty for `added`."},
        "revision": {"oneOf": [_NUMBER, {"type": "null"}]},
        "opened": {"type": "boolean", "description": "The entry was opened or copied in the call."},
        "follow_up": {"type": "string", "enum": [str(state) for state in FollowUp]},
        "follow_due": _MAYBE,
        "flag_due": {**_MAYBE, "description": "By when a flag is to be answered."},
        "outcome": _OUTCOME,
        "outcome_code": {**_TEXT, "description": "The entry that learned, was put right, or was written."},
        "outcome_reason": _TEXT, "outcome_at": _MAYBE,
        "url": {"type": "string", "format": "uri-reference", "description": "Its page on this server."},
    }  # fmt: skip
    part = {
        "solutions": {"type": "array", "items": {"$ref": "#/components/schemas/Solution"}},
        "next": {"oneOf": [_NUMBER, {"type": "null"}], "description": "`before` of the next part; null at the end."},
    }
    return {"Solution": _object(one), "Solutions": _object(part)}


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _answer(schema: str, description: str) -> Json:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"description": description, "content": {"application/json": {"schema": reference}}}


def _refusals(*statuses: str) -> Json:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in (*statuses, "500")}
