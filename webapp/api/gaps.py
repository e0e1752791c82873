"""Programs send questions that nothing answers, and read the board."""

from __future__ import annotations

import re

from flask import Response, jsonify, url_for

from kb.domain.errors import N_, Invalid
from kb.domain.gaps import Gap, GapState
from kb.domain.person import Permission
from kb.ports import Unanswered
from kb.services.gaps import WEEKS_MOST
from webapp.api import body, query
from webapp.api.views import blueprint
from webapp.current import desk, person
from webapp.security import needs


@blueprint.post("/gaps")
@needs(Permission.RECORD)
def send_gap() -> tuple[Response, int]:
    """201 when it raised a gap; 200 when one of that question is open, which it joins."""
    query.only()
    given = body.fields("text", "product", truths=("urgent",))
    sent = desk().gaps.send(
        person(), given.get("text", ""), product=given.get("product", ""), urgent=given.get("urgent", False)
    )
    return jsonify(_gap(sent.gap)), 201 if sent.is_new else 200


@blueprint.get("/gaps")
@needs(Permission.SUBMIT)
def gaps() -> Response:
    """The open ones, what is due first first; with ``state=answered`` or ``declined`` the last closed, newest first."""
    query.only("state", "product")
    state, product = query.one("state"), query.one("product")
    if state and state not in set(GapState):
        options = "、".join(GapState)
        raise Invalid(N_("{parameter} 应是其中之一：{options}。"), field="state", parameter="state", options=options)
    closed = state in (GapState.ANSWERED, GapState.DECLINED)
    found = desk().gaps.closed(person()) if closed else desk().gaps.waiting(person())
    shown = [gap for gap in found if state in ("", gap.state) and product in ("", gap.product)]
    return jsonify(gaps=[_gap(gap) for gap in shown])


@blueprint.get("/gaps/<int(max=999999999):number>")
@needs(Permission.SUBMIT)
def gap(number: int) -> Response:
    query.only()
    return jsonify(_gap(desk().gaps.get(person(), number)))


@blueprint.get("/gaps/top")
@needs(Permission.SEE_QUESTIONS)
def top_gaps() -> Response:
    """What was asked most in seven days and has no answer."""
    query.only("week")
    text = query.one("week") or "0"
    if not re.fullmatch("[0-9]{1,3}", text) or int(text) > WEEKS_MOST:
        raise Invalid(N_("week 应是 0 到 {most} 的整数，0 是最近七天。"), field="week", most=WEEKS_MOST)
    found = desk().gaps.top(person(), weeks_ago=int(text))
    return jsonify(questions=[unanswered(one) for one in found])


def unanswered(one: Unanswered) -> dict[str, object]:
    return {
        "text": one.text,
        "times": one.times,
        "people": one.people,
        "product": one.product,
        "last_at": body.local(one.last_at),
        "gap": one.gap,
    }


def _gap(gap: Gap) -> dict[str, object]:
    return {
        "number": gap.number,
        "text": gap.text,
        "product": gap.product,
        "source": str(gap.source),
        "urgent": gap.urgent,
        "times": gap.times,
        "state": str(gap.state),
        "at": body.local(gap.at),
        "last_at": body.local(gap.last_at),
        "due_at": body.local(gap.due_at),
        "overdue": gap.is_overdue(desk().clock()),
        "assignee": gap.assignee,
        "code": gap.code,
        "said": gap.said,
        "done_at": body.local(gap.done_at) if gap.done_at else None,
        "earlier": gap.earlier,
        "url": url_for("gaps.show", number=gap.number),
    }
