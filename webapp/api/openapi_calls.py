"""The part of the description that is about calls and their solutions."""

from __future__ import annotations

from typing import Any

from kb.domain.calls import EXEMPT
from kb.domain.privacy import PersonalData
from kb.domain.solutions import FollowUp, SolutionKind
from kb.services.solutions import ASKED_MOST, KEY_MOST, NOTE_MOST, RESULT_MOST, TEXT_MOST, TYPE_MOST
from kb.services.telephony import REFERENCE_MOST

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "integer", "minimum": 1}
_MOMENT: Json = {"type": "string", "format": "date-time"}
_MAYBE: Json = {"oneOf": [_MOMENT, {"type": "null"}]}
_KIND: Json = {"type": "string", "enum": [str(kind) for kind in SolutionKind]}
_AT: Json = {**_MOMENT, "description": "Now when left out; a time in the future counts as now, clocks differ."}


def paths() -> Json:
    call_id = {
        "name": "call_id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": REFERENCE_MOST},
        "description": "The telephony system's own id.",
    }  # fmt: skip
    return {
        "/api/v1/calls": {
            "post": {
                "operationId": "callOpened",
                "summary": "A call has reached an agent",
                "description": "Sending it again, or after its end, changes nothing but what was missing. Never refused "
                "for solutions that the agent owes. Needs a token of a coordinator or administrator.",
                "requestBody": _body("NewCall"),
                "responses": {
                    "201": _answer("Call", "Opened"),
                    "200": _answer("Call", "Known already"),
                    **_refusals("400", "401", "403", "404", "409", "413", "503"),
                },
            }
        },
        "/api/v1/calls/{call_id}": {
            "get": {
                "operationId": "call",
                "summary": "A call and what it owes",
                "parameters": [call_id],
                "responses": {"200": _answer("Call", "The call"), **_refusals("400", "401", "403", "404", "503")},
            }
        },
        "/api/v1/calls/{call_id}/end": {
            "post": {
                "operationId": "callEnded",
                "summary": "A call has ended",
                "description": "From now on it owes a solution. Sending it again changes nothing. Sent before the "
                "beginning was told it keeps the call, and needs `agent`.",
                "parameters": [call_id],
                "requestBody": {**_body("EndOfCall"), "required": False},
                "responses": {
                    "200": _answer("Call", "The call as it is now"),
                    **_refusals("400", "401", "403", "404", "409", "413", "503"),
                },
            }
        },
        "/api/v1/solutions": {
            "post": {
                "operationId": "recordSolution",
                "summary": "Record what solved a call",
                "description": "Kept once for each `key`. Personal data is masked before it is kept; `hidden` says what. "
                "A program names the `agent` for whom it speaks; an agent's session speaks for itself.",
                "requestBody": _body("NewSolution"),
                "responses": {
                    "201": _answer("RecordedSolution", "Kept"),
                    "200": _answer("RecordedSolution", "Was here already"),
                    **_refusals("400", "401", "403", "404", "409", "413", "503"),
                },
            }
        },
    }


def schemas() -> Json:
    agent = {"type": "string", "description": "The agent's login name."}
    new_call = {
        "call_id": {"type": "string", "minLength": 1, "maxLength": REFERENCE_MOST},
        "agent": agent, "line": _TEXT, "product": _TEXT, "at": _AT,
    }  # fmt: skip
    call = {
        "number": _NUMBER, "call_id": _TEXT, "agent": agent, "line": _TEXT, "product": _TEXT, "opened_at": _MOMENT,
        "ended_at": _MAYBE,
        "due_at": {**_MAYBE, "description": "By when it owes its solution."},
        "settled_at": _MAYBE,
        "settled_as": {"type": "string", "enum": ["", EXEMPT, *(str(kind) for kind in SolutionKind)]},
    }  # fmt: skip
    new = {
        "call": {**_NUMBER, "description": "The call's number here; or `call_id`."},
        "call_id": {"type": "string", "maxLength": REFERENCE_MOST, "description": "Only with a token that may connect."},
        "agent": agent,
        "key": {"type": "string", "minLength": 1, "maxLength": KEY_MOST, "description": "The sender's own; kept once. With another content it is refused (409)."},
        "kind": _KIND,
        "code": {"type": "string", "description": "The entry that it speaks of; not needed for `added`."},
        "revision": _NUMBER,
        "problem_type": {"type": "string", "maxLength": TYPE_MOST},
        "product": _TEXT,
        "asked": {"type": "string", "maxLength": ASKED_MOST, "description": "What the caller asked."},
        "text": {"type": "string", "maxLength": TEXT_MOST, "description": "Steps, what is wrong, or the better text."},
        "result": {"type": "string", "maxLength": RESULT_MOST},
        "follow_up": {"type": "string", "enum": [str(state) for state in FollowUp]},
        "follow_due": {**_MOMENT, "description": "When the caller was promised to hear."},
        "follow_note": {"type": "string", "maxLength": NOTE_MOST},
        "anyway": {"type": "boolean", "description": "The entry was right in this call although it is out of force."},
    }  # fmt: skip
    kinds = {"type": "array", "items": {"type": "string", "enum": [str(kind) for kind in PersonalData]}}
    kept = {
        "number": _NUMBER, "call": _NUMBER, "kind": _KIND, "code": _TEXT,
        "revision": {"oneOf": [_NUMBER, {"type": "null"}]}, "asked": _TEXT, "text": _TEXT, "version": _NUMBER,
        "at": _MOMENT,
        "hidden": {**kinds, "description": "What was masked."},
        "warned": {**kinds, "description": "What may be personal and was left."},
    }  # fmt: skip
    return {
        "NewCall": _object(new_call, "call_id", "agent"),
        "EndOfCall": _object({"agent": agent, "at": _AT}),
        "Call": _object(call, *call),
        "NewSolution": _object(new, "key", "kind"),
        "RecordedSolution": _object(kept, *kept),
    }


def _object(properties: Json, *required: str) -> Json:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _body(schema: str) -> Json:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"required": True, "content": {"application/json": {"schema": reference}}}


def _answer(schema: str, description: str) -> Json:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _refusals(*statuses: str) -> Json:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in (*statuses, "500")}
