"""Show the rules with their history; save the part that the person may change."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kb.domain.content import Kind
from kb.domain.errors import N_, Conflict, Invalid
from kb.domain.person import Permission
from kb.domain.rules import APPROVALS_MOST, Rules
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.security import needs

blueprint = Blueprint("rules", __name__, url_prefix="/rules")

# What a call, a flag and a gap are given, in the order of the form: field and what it is called.
CALLS: dict[str, str] = {
    "solution_minutes": N_("来电结束后几分钟内补记"),
    "owed_most": N_("欠记超过几通，手工开新通话须值班长准许"),
    "solution_least": N_("补记少于几个字算太短"),
    "flag_hours": N_("“有误”的处理时限（小时）"),
    "gap_after": N_("搜不到几次自动记为缺口（两倍为常问）"),
    "gap_hours": N_("缺口的解答时限（小时）"),
    "gap_urgent_hours": N_("紧急或常问缺口的时限（小时）"),
}
SHOWN_AT_FIELD = ("approvals", "promises", "shifts", "shift_starts", "review_ahead", "intake_hours", "policy_shapes", *CALLS)


class Mistake(NamedTuple):
    """What was wrong in which field, and what had been typed."""

    field: str = ""
    sentence: str = ""
    typed: Mapping[str, str] = MappingProxyType({})


@blueprint.get("")
@needs(Permission.SUBMIT)
def index() -> str:
    return _page(desk().rulebook.current(), Mistake())


@blueprint.post("/approval")
@needs(Permission.MANAGE_RULES)
def save_approval() -> Response | tuple[str, int]:
    """Who must approve what."""
    return _save(
        lambda: {
            "approvals": {kind: _number(f"approvals-{kind}", "approvals") for kind in Kind},
            "four_eyes": frozenset(kind for kind in Kind if request.form.get(f"four-eyes-{kind}")),
        }
    )


@blueprint.post("/wording")
@needs(Permission.PUBLISH)
def save() -> Response | tuple[str, int]:
    """What coordinators keep: forbidden promises, time limits, shifts."""
    starts = request.form.get("shift_starts")
    return _save(
        lambda: {
            **({"shift_starts": _lines(starts)} if starts is not None else {}),
            "promises": tuple(request.form.get("promises", "").splitlines()),
            "shifts": tuple(request.form.get("shifts", "").splitlines()),
            "review_ahead": _number("review_ahead", "review_ahead"),
            "intake_hours": _number("intake_hours", "intake_hours"),
        }
    )


@blueprint.post("/calls")
@needs(Permission.PUBLISH)
def save_calls() -> Response | tuple[str, int]:
    """Time limits after a call, for flags and gaps; what policy numbers look like."""
    return _save(
        lambda: {
            **{name: _number(name, name) for name in CALLS},
            "policy_shapes": _lines(request.form.get("policy_shapes", "")),
        }
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line.strip())


def _save(changes: Any) -> Response | tuple[str, int]:
    typed = {name: value[:20_000] for name, value in request.form.items() if name != "csrf_token"}
    try:
        saved = desk().rulebook.save(
            person(), changes(), reason=request.form.get("reason", ""), based_on=_number("based_on", "reason")
        )
    except (Invalid, Conflict) as error:
        mistake = Mistake(getattr(error, "field", ""), sentence(error), typed)
        return _page(desk().rulebook.current(), mistake), status_of(error)[0]
    flash(_("已保存为第 %(n)s 版，立即生效。", n=saved.number), "done")
    return redirect(url_for("rules.index"), 303)


def _number(name: str, field: str) -> int:
    text = request.form.get(name, "").strip()
    if not text.isdecimal() or len(text) > 6:
        raise Invalid(N_("请写一个整数。"), field=field)
    return int(text)


def _page(rules: Rules, mistake: Mistake) -> str:
    may_see_history = person().may(Permission.PUBLISH) or person().may(Permission.MANAGE_RULES)
    history = desk().rulebook.history(person()) if may_see_history else []
    return render_template(
        "rules/page.html", rules=rules, kinds=list(Kind), most=APPROVALS_MOST, history=history, mistake=mistake,
        limits=CALLS, shown_at_field=SHOWN_AT_FIELD,
    )
