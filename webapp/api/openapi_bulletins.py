"""The part of the OpenAPI description that tells of the daily lists."""

from __future__ import annotations

from typing import Any

from kb.domain.bulletin import OPTIONS_LEAST, OPTIONS_MOST, Change
from kb.domain.content import Kind
from webapp.api.query import LIMIT_DEFAULT, LIMIT_MOST

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_FLAG: Json = {"type": "boolean"}
_NUMBER: Json = {"type": "integer", "minimum": 1}
_NUMBER_OR_NONE: Json = {"oneOf": [_NUMBER, {"type": "null"}]}
_DAY: Json = {"type": "string", "format": "date"}
_MOMENT: Json = {"type": "string", "format": "date-time"}
_MOMENT_OR_NONE: Json = {"oneOf": [_MOMENT, {"type": "null"}]}
_URL: Json = {"type": "string", "format": "uri-reference"}


def paths(parameter: Any, answer: Any, refusals: Any) -> Json:
    """``parameter``, ``answer`` and ``refusals`` are the builders of ``openapi``."""
    limit = {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT_DEFAULT}
    number = {"name": "number", "in": "path", "required": True, "schema": _NUMBER, "description": "The list's number."}
    return {
        "/api/v1/bulletins": {
            "get": {
                "operationId": "bulletins",
                "summary": "The daily lists, newest first",
                "parameters": [
                    parameter("since", _DAY, "The first day, included."),
                    parameter("until", _DAY, "The last day, included."),
                    parameter("limit", limit, "How many at most."),
                ],
                "responses": {"200": answer("The lists", "Bulletins"), **refusals("400", "401", "403", "413", "503")},
            }
        },
        "/api/v1/bulletins/{number}": {
            "get": {
                "operationId": "bulletin",
                "summary": "One daily list with the items that the role may see",
                "parameters": [number],
                "responses": {
                    "200": answer("The list", "Bulletin"),
                    **refusals("400", "401", "403", "404", "413", "503"),
                },
            }
        },
    }


def schemas(object_: Any) -> Json:
    head = {
        "number": _NUMBER,
        "day": _DAY,
        "urgent": _FLAG,
        "corrects": {**_NUMBER_OR_NONE, "description": "The list whose words this one puts right."},
        "title": _TEXT,
        "note": _TEXT,
        "count": {"type": "integer", "minimum": 0},
        "issued_at": _MOMENT,
        "issued_by": _TEXT,
        "hash": {**_TEXT, "description": "SHA-256 over the whole list and the hash of the list before it."},
        "previous_hash": _TEXT,
        "url": _URL,
    }
    items = {"type": "array", "items": {"$ref": "#/components/schemas/BulletinItem"}}
    heads = {"type": "array", "items": {"$ref": "#/components/schemas/BulletinHead"}}
    return {
        "Bulletins": object_({"bulletins": heads}),
        "BulletinHead": object_(head),
        "Bulletin": object_({**head, "items": items}),
        "BulletinItem": object_(_item(object_)),
    }


def _item(object_: Any) -> Json:
    options = {"type": "array", "items": _TEXT, "minItems": OPTIONS_LEAST, "maxItems": OPTIONS_MOST}
    return {
        "code": _TEXT,
        "change": {"type": "string", "enum": [str(change) for change in Change]},
        "title": _TEXT,
        "kind": {"type": "string", "enum": [str(kind) for kind in Kind]},
        "product": _TEXT,
        "revision": {**_NUMBER_OR_NONE, "description": "What holds, or will hold; null when removed."},
        "before": {**_NUMBER_OR_NONE, "description": "What held when the entry was told of last."},
        "summary": {**_TEXT, "description": "What changed, in one line."},
        "speakable": _TEXT,
        "read_aloud": {**_TEXT, "description": "What is read out at the meeting before the shift."},
        "reason": _TEXT,
        "replaced_by": _TEXT,
        "emphasis": _FLAG,
        "announced": {**_FLAG, "description": "It takes effect later, at `starts`."},
        "starts": _MOMENT_OR_NONE,
        "ends": _MOMENT_OR_NONE,
        "question": {"oneOf": [object_({"text": _TEXT, "options": options}), {"type": "null"}]},
        "url": _URL,
    }
