"""The OpenAPI 3.1 description of the interface for programs."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from indexer.forgiveness.values import Step
from kb.domain.content import Audience, Kind
from kb.domain.today import State
from webapp.api import openapi_bulletins, openapi_calls, openapi_gaps, openapi_intake, openapi_solutions
from webapp.api.query import LIMIT_DEFAULT, LIMIT_MOST, QUESTION_MOST
from webapp.errors import HTTP_SENTENCES, SOME_SENTENCE, STATUSES

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_COUNT: Json = {"type": "integer", "minimum": 0}
_NUMBER: Json = {"type": "integer", "minimum": 1}
_MOMENT: Json = {"type": "string", "format": "date-time"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_KIND: Json = {"type": "string", "enum": [str(k) for k in Kind]}
_AUDIENCE: Json = {
    "type": "string",
    "enum": [str(a) for a in Audience],
    "description": "`caller` may be told to the caller, `internal` is for staff only.",
}
_URL: Json = {"type": "string", "format": "uri-reference", "description": "The entry's page on this server."}


def document() -> Json:
    """The whole description, as JSON values."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "知席 Zhixi",
            "version": version("zhixi"),
            "description": "Search and read the call centre's knowledge. Texts are Chinese; errors are one sentence.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"session": []}],
        "paths": {
            "/api/v1/search": {"get": _search()},
            "/api/v1/entries/{code}": {"get": _entry()},
            **openapi_bulletins.paths(_parameter, _json, _refusals),
            **openapi_intake.paths(),
            **openapi_calls.paths(),
            **openapi_gaps.paths(),
            **openapi_solutions.paths(),
            "/api/v1/openapi.json": {"get": _self()},
            "/healthz": {"get": _health()},
        },
        "components": {"schemas": _schemas(), "responses": _responses(), "securitySchemes": _security()},
    }


def _search() -> Json:
    return {
        "operationId": "search",
        "summary": "Find the entries that answer a question",
        "description": "The same search as on the page. Unknown parameters are refused.",
        "parameters": [
            _parameter("q", {"type": "string", "minLength": 1, "maxLength": QUESTION_MOST}, "What the caller asks, in everyday words.", required=True),
            _parameter("product", _TEXTS, "Keep these products; repeat it for several."),
            _parameter("kind", {"type": "array", "items": _KIND}, "Keep these kinds; repeat it for several."),
            _parameter("category", _TEXT, "Keep this node of the tree and all below it; `/` stands between levels."),
            _parameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT_DEFAULT},
                "How many hits at most.",
            ),
            _parameter("undone", _TEXT, "A word to search as it stands, without repairing it; may be repeated."),
            _as_of(),
        ],
        "responses": {"200": _json("What was found", "SearchResult"), **_refusals("400", "401", "403", "413", "503")},
    }


def _entry() -> Json:
    code = {
        "name": "code",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "examples": ["FAQ-0042"]},
        "description": "The entry's stable code; capitals or not.",
    }
    return {
        "operationId": "entry",
        "summary": "Read the revision of an entry that is in force",
        "parameters": [code, _as_of()],
        "responses": {
            "200": _json("The revision in force", "Entry"),
            **_refusals("400", "401", "403", "404", "413", "503"),
        },
    }


def _self() -> Json:
    answer = {"description": "This document", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {
        "operationId": "openapi",
        "summary": "This document",
        "responses": {"200": answer, **_refusals("401", "503")},
    }


def _health() -> Json:
    return {
        "operationId": "healthz",
        "summary": "Whether database and index answer",
        "security": [],
        "responses": {"200": _json("All answer", "Health"), "503": _json("At least one does not answer", "Health")},
    }


def _as_of() -> Json:
    return _parameter(
        "as_of",
        {"type": "string", "examples": ["2026-11-21", "2026-11-21T08:00:00+08:00"]},
        "The moment whose rule counts, ISO 8601; now when left out. A date alone is its first moment; without an "
        "offset the centre's time zone counts.",
    )


def _parameter(name: str, schema: Json, description: str, *, required: bool = False) -> Json:
    out: Json = {"name": name, "in": "query", "required": required, "schema": schema, "description": description}
    return {**out, "style": "form", "explode": True} if schema.get("type") == "array" else out


def _json(description: str, schema: str) -> Json:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _refusals(*statuses: str) -> Json:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in (*statuses, "500")}


def _responses() -> Json:
    meanings = {
        "400": "A parameter is missing or cannot be understood",
        "401": "No valid token and no session",
        "403": "The role may not do this",
        "404": "Not there, or not for this role; an entry: nothing in force at that moment",
        "409": "The state has moved on, or the reference was used for something else",
        "413": "The address or a value is too long",
        "500": "A fault of the server; the sentence names its number in the log",
        "503": "Busy or not available; try again after `Retry-After` seconds",
    }
    return {status: _json(meaning, "Error") for status, meaning in meanings.items()}


def _security() -> Json:
    return {
        "token": {"type": "http", "scheme": "bearer", "description": "Made with `kb token create --role ROLE`."},
        "session": {"type": "apiKey", "in": "cookie", "name": "zhixi_session"},
    }


def _object(properties: Json, **more: object) -> Json:
    """A schema all of whose properties are always there."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


def _schemas() -> Json:
    hit = _hit()
    answer = {**hit, "conditions": _TEXT, "exceptions": _TEXT, "audience": _AUDIENCE}
    option = _object({"value": _TEXT, "hits": _COUNT})
    return {
        "SearchResult": _object({
            "query": _TEXT,
            "took_ms": {"type": "number", "minimum": 0},
            "total": _COUNT,
            "answer": {
                "oneOf": [{"$ref": "#/components/schemas/Answer"}, {"type": "null"}],
                "description": "The best hit, when it is clear.",
            },
            "clarify": {"type": "array", "items": {"$ref": "#/components/schemas/Clarify"}},
            "hits": {"type": "array", "items": {"$ref": "#/components/schemas/Hit"}},
            "repairs": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Repair"},
                "description": "What the question was read as where its own words found too little.",
            },
            "tombstones": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Tombstone"},
                "description": "What answered the question once and is no longer in force.",
            },
            "partial": {
                "type": "boolean",
                "description": "The question was too long, or too much in it unreadable, to be searched as a whole.",
            },
        }),
        "Tombstone": _object({
            "code": _TEXT,
            "title": _TEXT,
            "ended": _MOMENT,
            "withdrawn": {"type": "boolean", "description": "By a withdrawal; otherwise it expired."},
            "reason": _TEXT,
            "replaced_by": {"type": ["string", "null"], "description": "The entry in force to use instead."},
            "url": _TEXT,
        }),
        "Repair": _object({
            "before": _TEXT,
            "after": _TEXT,
            "step": {"enum": [str(step) for step in Step]},
            "replaces": {"type": "boolean", "description": "Instead of the word, or searched beside it."},
        }),
        "Today": _object(_today()),
        "Hit": _object(hit),
        "Answer": _object(answer),
        "Clarify": _object({
            "field": {"type": "string", "description": "The parameter to narrow with, such as `product`."},
            "question": {"type": "string", "description": "What to ask the caller."},
            "options": {"type": "array", "items": option, "minItems": 2, "maxItems": 4},
        }),
        "Entry": _object(_entry_fields()),
        **openapi_bulletins.schemas(_object),
        **openapi_intake.schemas(),
        **openapi_calls.schemas(),
        **openapi_gaps.schemas(),
        **openapi_solutions.schemas(),
        "Health": _object({
            "status": {"enum": ["ok", "unavailable"]},
            "database": {"enum": ["ok", "unavailable"]},
            "index": {"enum": ["ok", "unavailable"]},
        }),
        "Error": _object({"error": _object({"code": {"enum": _codes()}, "message": _TEXT})}),
    }


def _hit() -> Json:
    span = {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2}
    return {
        "code": _TEXT,
        "title": _TEXT,
        "kind": _KIND,
        "product": _TEXT,
        "speakable": {"type": "string", "description": "What can be read aloud to the caller."},
        "snippet": {"type": "string", "description": "Plain text."},
        "marks": {
            "type": "array",
            "items": span,
            "description": "Highlighted parts of the snippet: start (inclusive) and end (exclusive) in code points.",
        },
        "score": {"type": "number"},
        "why": {**_TEXTS, "description": "Short reasons why it was found."},
        "revision": _NUMBER,
        "in_force_since": _MOMENT,
        "url": _URL,
        "today": {
            "oneOf": [{"$ref": "#/components/schemas/Today"}, {"type": "null"}],
            "description": "What is different today; null unless `as_of` was given.",
        },
    }


def _today() -> Json:
    return {
        "state": {
            "enum": [str(state) for state in State],
            "description": "`same`: today's rule says the same; `changed`: another revision is the rule today; "
            "`withdrawn`, `expired`, `not_yet`: no rule today.",
        },
        "revision": {"oneOf": [_NUMBER, {"type": "null"}], "description": "Today's rule."},
        "url": {**_URL, "description": "The page with the difference from today, or the entry's own page."},
    }


def _entry_fields() -> Json:
    return {
        "code": _TEXT,
        "title": _TEXT,
        "kind": _KIND,
        "product": _TEXT,
        "category": {"type": "string", "description": "A path, `/` between levels."},
        "tags": _TEXTS,
        "speakable": _TEXT,
        "conditions": _TEXT,
        "exceptions": _TEXT,
        "audience": _AUDIENCE,
        "asked_as": {**_TEXTS, "description": "Other ways in which callers ask for it."},
        "body": {"type": "string", "description": "Markdown."},
        "owner": _TEXT,
        "review_by": {"oneOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
        "revision": _NUMBER,
        "updated_at": _MOMENT,
        "in_force_since": _MOMENT,
        "in_force_until": {"oneOf": [_MOMENT, {"type": "null"}]},
        "url": _URL,
        "today": {
            "oneOf": [
                _object({**_today(), "change": {"type": "string", "description": "What changed, in one line."}}),
                {"type": "null"},
            ],
            "description": "What is different today; null unless `as_of` was given.",
        },
    }


def _codes() -> list[str]:
    codes = [code for _, code in STATUSES.values()] + [code for code, _ in HTTP_SENTENCES.values()]
    return sorted({*codes, SOME_SENTENCE[0]})
