"""自动出题: what the rules propose, entry by entry, with the sentence that it comes from; accept, change or reject."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import N_, Invalid, KbError
from kb.domain.exams.checks import LETTERS
from kb.domain.exams.propose import RULE_NAMES
from kb.domain.person import Permission
from kb.services.proposing import SCOPE_NAMES, Batch, Scope, Wanted
from webapp.bank.blueprint import blueprint
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.security import needs

ENTRIES, OFFERS, MOST = 3, 6, 40  # entries on a page; offers of each before the rest is folded away; at most
REASONS = (
    N_("答案有误"), N_("题意不清"), N_("干扰项不合适"), N_("不值得考"), N_("与已有试题重复"),
)  # fmt: skip


@blueprint.get("/proposals")
@needs(Permission.KEEP_QUESTIONS)
def proposals() -> str:
    return _page()


def _page(mistake: str = "", digest: str = "") -> str:
    batch, wanted = Batch([], 0, None), Wanted()
    try:
        wanted = wanted_of(dict(request.args))
        batch = desk().proposing.batch(person(), wanted, start=_start(), size=ENTRIES)
    except KbError as error:
        mistake = mistake or sentence(error)
    _, categories = desk().names.now(person())
    return render_template(
        "bank/proposals.html", batch=batch, wanted=wanted, scopes=SCOPE_NAMES, rules=RULE_NAMES, letters=LETTERS,
        rates=desk().proposing.rates(person()), reasons=REASONS, shown=OFFERS, mistake=mistake,
        wrong=digest if any(offer.digest == digest for group in batch.groups for offer in group.offers[:MOST]) else "", most=MOST,
        args=request.args.to_dict(), start=_start(), categories=categories,
    )  # fmt: skip


def wanted_of(args: dict[str, str]) -> Wanted:
    """What the address or a form asks to propose from. Raises ``Invalid`` for a month that is none."""
    scope, month = args.get("scope", ""), args.get("month", "").strip()
    codes = tuple(args.get("codes", "")[:4_000].replace("，", " ").replace(",", " ").replace("、", " ").split())
    return Wanted(
        scope=Scope(scope) if scope in set(Scope) else Scope.MONTH, month=month_named(month) if month else None,
        category=args.get("category", "")[:300], codes=codes,
    )  # fmt: skip


def month_named(text: str) -> date:
    """``2026-11`` as its first day. Raises ``Invalid``."""
    try:
        found = date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        raise Invalid(N_("看不懂月份“{value}”，请写成 2026-11。"), field="month", value=text[:20]) from None
    if not 1900 <= found.year <= 9000:
        raise Invalid(N_("看不懂月份“{value}”，请写成 2026-11。"), field="month", value=text[:20])
    return found


@blueprint.post("/proposals/accept")
@needs(Permission.KEEP_QUESTIONS)
def accept() -> Response | tuple[str, int]:
    code, digest = request.form.get("code", "")[:40], request.form.get("digest", "")[:64]
    try:
        kept = desk().proposing.accept(person(), code, digest)
    except KbError as error:
        return _failed(error, digest)
    return _done(gettext("已采纳：{name}。").format(name=kept.name), address=url_for("bank.show", number=kept.number))


@blueprint.post("/proposals/reject")
@needs(Permission.KEEP_QUESTIONS)
def reject() -> Response | tuple[str, int]:
    code, digest = request.form.get("code", "")[:40], request.form.get("digest", "")[:64]
    try:
        desk().proposing.reject(person(), code, digest, reason=request.form.get("reason", "")[:500])
    except KbError as error:
        return _failed(error, digest)
    return _done(gettext("已退掉，这道题不会再出现。"))


def _is_script() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _done(said: str, **more: str) -> Response:
    if _is_script():
        return {"said": said, **more}  # type: ignore[return-value]
    flash(said, "done")
    return redirect(url_for("bank.proposals", **request.args.to_dict()), 303)  # type: ignore[arg-type]


def _failed(error: KbError, digest: str) -> tuple[str, int]:
    if _is_script():
        return {"error": sentence(error)}, status_of(error)[0]  # type: ignore[return-value]
    return _page(sentence(error), digest), status_of(error)[0]


def _start() -> int:
    typed = request.args.get("start", "")[:6]
    return int(typed) if typed.isdecimal() else 0
