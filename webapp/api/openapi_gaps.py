"""The part of the description that is about questions that nothing answered."""

from __future__ import annotations

from typing import Any

from kb.domain.gaps import GapSource, GapState
from kb.services.gaps import CLOSED_MOST, WEEKS_MOST

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "integer", "minimum": 1}
_MAYBE_NUMBER: Json = {"oneOf": [_NUMBER, {"type": "null"}]}
_MOMENT: Json = {"type": "string", "format": "date-time"}
_TRUTH: Json = {"type": "boolean"}
_STATE: Json = {"type": "string", "enum": [str(state) for state in GapState]}


def paths() -> Json:
    number = {"name": "number", "in": "path", "required": True, "schema": _NUMBER, "description": "Its number."}
    return {
        "/api/v1/gaps": {
            "post": {
                "operationId": "sendGap",
                "summary": "Send a question that nothing answers",
                "description": "Joins the open gap of the same question when there is one. Personal data is masked "
                "before it is kept. Needs a role that takes calls. Webhooks are told of each new gap as event `gap`.",
                "requestBody": {"required": True, "content": _content("NewGap")},
                "responses": {
                    "201": _answer("Gap", "Raised a new gap"),
                    "200": _answer("Gap", "Joined an open one"),
                    **_refusals("400", "401", "403", "413", "503"),
                },
            },
            "get": {
                "operationId": "gaps",
                "summary": "The open gaps, what is due first first",
                "description": f"With `state` answered or declined: the last {CLOSED_MOST} closed, newest first.",
                "parameters": [
                    _parameter("state", _STATE, "Only those of this state."),
                    _parameter("product", _TEXT, "Only those of this product."),
                ],
                "responses": {"200": _answer("Gaps", "The gaps"), **_refusals("400", "401", "403", "503")},
            },
        },
        "/api/v1/gaps/{number}": {
            "get": {
                "operationId": "gap",
                "summary": "What came of a gap",
                "parameters": [number],
                "responses": {"200": _answer("Gap", "The gap"), **_refusals("400", "401", "403", "404", "503")},
            }
        },
        "/api/v1/gaps/top": {
            "get": {
                "operationId": "topGaps",
                "summary": "The fifty questions asked most in a week that have no answer",
                "parameters": [
                    _parameter(
                        "week",
                        {"type": "integer", "minimum": 0, "maximum": WEEKS_MOST, "default": 0},
                        "0: the seven days up to now, 1: the seven before.",
                    )
                ],
                "responses": {"200": _answer("TopGaps", "Most frequent first"), **_refusals("400", "401", "403", "503")},
            }
        },
    }


def schemas() -> Json:
    new = {
        "text": {**_TEXT, "minLength": 1, "description": "The caller's words."},
        "product": _TEXT,
        "urgent": _TRUTH,
    }
    gap = {
        "number": _NUMBER,
        "text": _TEXT,
        "product": _TEXT,
        "source": {"type": "string", "enum": [str(source) for source in GapSource]},
        "urgent": _TRUTH,
        "times": _NUMBER,
        "state": _STATE,
        "at": _MOMENT,
        "last_at": _MOMENT,
        "due_at": _MOMENT,
        "overdue": _TRUTH,
        "assignee": _TEXT,
        "code": {**_TEXT, "description": "The entry that answers it; while it is open, the one being written for it."},
        "said": {**_TEXT, "description": "What the askers are told."},
        "done_at": {"oneOf": [_MOMENT, {"type": "null"}]},
        "earlier": {**_MAYBE_NUMBER, "description": "The closed gap of the same question that went before."},
        "url": {"type": "string", "format": "uri-reference", "description": "Its page on this server."},
    }
    question = {
        "text": _TEXT, "times": _NUMBER, "people": _NUMBER, "product": _TEXT, "last_at": _MOMENT,
        "gap": {**_MAYBE_NUMBER, "description": "Its open gap, null for none yet."},
    }  # fmt: skip
    return {
        "NewGap": {**_object(new), "required": ["text"]},
        "Gap": _object(gap),
        "Gaps": _object({"gaps": {"type": "array", "items": {"$ref": "#/components/schemas/Gap"}}}),
        "TopGaps": _object({"questions": {"type": "array", "items": _object(question)}}),
    }


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _parameter(name: str, schema: Json, description: str) -> Json:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def _content(name: str) -> Json:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _answer(name: str, description: str) -> Json:
    return {"description": description, "content": _content(name)}


def _refusals(*statuses: str) -> Json:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in (*statuses, "500")}
