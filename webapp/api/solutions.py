"""Solutions for programs that read: what was recorded, and what came of it."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from flask import Response, jsonify, url_for

from kb.domain.content import check_code
from kb.domain.errors import N_, Invalid
from kb.domain.person import Permission
from kb.domain.solutions import Outcome, Solution, SolutionKind
from kb.ports.harvest import Wanted
from webapp.api import body, query
from webapp.api.views import blueprint
from webapp.current import desk, person
from webapp.intake import times
from webapp.security import needs

Chosen = TypeVar("Chosen", bound=StrEnum)


@blueprint.get("/solutions")
@needs(Permission.SEARCH)
def solutions() -> Response:
    """Newest first; ``next`` goes on where this answer ends. An agent gets their own, a team leader the team's."""
    query.only("agent", "team", "code", "kind", "outcome", "since", "until", "before", "limit")
    code, limit = query.one("code"), query.limit()
    wanted = Wanted(
        person=query.one("agent")[:80], team=query.one("team")[:80], code=check_code(code) if code else "",
        kind=_choice(SolutionKind, "kind"), outcome=_choice(Outcome, "outcome"), since=_moment("since"),
        until=_moment("until"),
    )  # fmt: skip
    found = desk().solution_lists.page(person(), wanted, before=_number("before"), limit=limit + 1)
    rows = found[:limit]
    return jsonify({
        "solutions": [shape(one) for one in rows],
        "next": rows[-1].number if len(found) > limit else None,
    })  # fmt: skip


@blueprint.get("/solutions/<int(max=999999999):number>")
@needs(Permission.SEARCH)
def solution(number: int) -> Response:
    query.only()
    return jsonify(shape(desk().solution_lists.get(person(), number).solution))


def shape(one: Solution) -> dict[str, object]:
    return {
        "number": one.number,
        "call": one.call,
        "agent": one.person,
        "team": one.team,
        "at": body.local(one.at),
        "version": one.version,
        "kind": str(one.kind),
        "problem_type": one.problem_type,
        "product": one.product,
        "asked": one.asked,
        "text": one.text,
        "result": one.result,
        "code": one.code,
        "revision": one.revision,
        "opened": one.opened,
        "follow_up": str(one.follow_up),
        "follow_due": _local(one.follow_due),
        "flag_due": _local(one.flag_due),
        "outcome": str(one.outcome),
        "outcome_code": one.outcome_code,
        "outcome_reason": one.outcome_reason,
        "outcome_at": _local(one.outcome_at),
        "url": url_for("solutions.show", number=one.number),
    }


def _local(at: datetime | None) -> str | None:
    return body.local(at) if at else None


def _choice(kind: type[Chosen], name: str) -> Chosen | None:
    text = query.one(name)
    if not text:
        return None
    found = next((member for member in kind if member == text), None)
    if found is None:
        raise Invalid(N_("{parameter} 应是其中之一：{options}。"), field=name, parameter=name, options="、".join(kind))
    return found


def _moment(name: str) -> datetime | None:
    text = re.sub(r" (?=\d{2}:?\d{2}$)", "+", query.one(name))  # in an address "+" is a blank
    if not text:
        return None
    found = times.read(text)
    if found is None:
        raise Invalid(N_("{parameter} 应是 2026-11-21T08:00:00+08:00 这样的时间。"), field=name, parameter=name)
    return found


def _number(name: str) -> int | None:
    text = query.one(name)
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Invalid(N_("{parameter} 应是整数。"), field=name, parameter=name)
    return int(text)
