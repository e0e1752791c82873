"""The telephony system tells of calls; programs record their solutions."""

from __future__ import annotations

from typing import TypeVar

from flask import Response, jsonify, request

from kb.domain.calls import Call
from kb.domain.errors import N_, Invalid
from kb.domain.person import Permission
from kb.domain.solutions import FollowUp, SolutionKind
from kb.services.solutions import Recorded
from webapp.api import body, query
from webapp.api.views import blueprint
from webapp.current import desk, person
from webapp.security import needs

OPENING, ENDING = ("call_id", "agent", "line", "product", "at"), ("agent", "at")
Chosen = TypeVar("Chosen", SolutionKind, FollowUp)
TEXTS = ("problem_type", "product", "asked", "text", "result", "follow_note")
SOLUTION = (*TEXTS, "call_id", "agent", "key", "kind", "code", "follow_up", "follow_due")


@blueprint.post("/calls")
@needs(Permission.CONNECT)
def call_opened() -> tuple[Response, int]:
    """201 for a new call; 200 when it is known, whatever came first."""
    query.only()
    given = body.fields(*OPENING)
    call, is_new = desk().telephony.connect(
        person(), reference=given.get("call_id", ""), login=given.get("agent", ""), line=given.get("line", ""),
        product=given.get("product", ""), at=body.moment(given, "at"),
    )  # fmt: skip
    return jsonify(_call(call)), 201 if is_new else 200


@blueprint.post("/calls/<path:call_id>/end")
@needs(Permission.CONNECT)
def call_ended(call_id: str) -> Response:
    """200, also when it had ended before, or its beginning was never told (then ``agent`` must be named). Telephony
    systems put slashes into their numbers."""
    query.only()
    given = body.fields(*ENDING) if request.content_length else {}
    call = desk().telephony.hang_up(
        person(), reference=call_id, login=given.get("agent", ""), at=body.moment(given, "at")
    )
    return jsonify(_call(call))


@blueprint.get("/calls/<path:call_id>")
@needs(Permission.CONNECT)
def call(call_id: str) -> Response:
    query.only()
    return jsonify(_call(desk().telephony.told(person(), call_id)))


@blueprint.post("/solutions")
@needs(Permission.SEARCH)
def record_solution() -> tuple[Response, int]:
    """201 with what was kept; 200 when the same ``key`` was here before. A program that may connect calls names the
    ``agent`` for whom it speaks; an agent's own session speaks for itself."""
    query.only()
    given = body.fields(*SOLUTION, numbers=("call", "revision"), truths=("anyway",))
    who = desk().telephony.agent(person(), given["agent"]) if "agent" in given else person()
    if "call_id" in given:
        given["call"] = desk().telephony.told(person(), given["call_id"]).number
    kept = desk().solutions.record(
        who, given.get("call", 0), key=given.get("key", ""), kind=_choice(SolutionKind, given.get("kind", ""), "kind"),
        code=given.get("code", ""), revision=given.get("revision"),
        follow_up=_choice(FollowUp, given.get("follow_up", "none"), "follow_up"),
        follow_due=body.moment(given, "follow_due"), anyway=given.get("anyway", False),
        **{name: given[name] for name in TEXTS if name in given},
    )  # fmt: skip
    return jsonify(_recorded(kept)), 201 if kept.is_new else 200


def _choice(kind: type[Chosen], value: str, name: str) -> Chosen:
    try:
        return kind(value)
    except ValueError:
        options = "、".join(kind)
        raise Invalid(N_("{parameter} 应是其中之一：{options}。"), field=name, parameter=name, options=options) from None


def _call(call: Call) -> dict[str, object]:
    return {
        "number": call.number,
        "call_id": call.reference,
        "agent": call.person,
        "line": call.line,
        "product": call.product,
        "opened_at": body.local(call.opened_at),
        "ended_at": body.local(call.ended_at) if call.ended_at else None,
        "due_at": body.local(call.due_at) if call.due_at else None,
        "settled_at": body.local(call.settled_at) if call.settled_at else None,
        "settled_as": call.settled_as,
    }


def _recorded(kept: Recorded) -> dict[str, object]:
    one = kept.solution
    return {
        "number": one.number,
        "call": one.call,
        "kind": str(one.kind),
        "code": one.code,
        "revision": one.revision,
        "asked": one.asked,
        "text": one.text,
        "version": one.version,
        "at": body.local(one.at),
        "hidden": [str(kind) for kind in kept.hidden],
        "warned": [str(kind) for kind in kept.warned],
    }
