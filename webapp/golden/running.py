"""Run the questions, show what changed, accept the result as the new measure."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from indexer.golden import run as ask
from kb.domain.errors import N_, Conflict, Invalid, NotFound, TooLarge
from kb.domain.person import Permission
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.golden.results import RUN_MOST, UNANSWERED_MOST, entries_of, result
from webapp.golden.views import blueprint
from webapp.messages import sentence
from webapp.security import needs

RUN = "/runs/<int(max=999999999):number>"


@blueprint.post("/run")
@needs(Permission.PUBLISH)
def run() -> Response:
    questions = desk().goldens.all()
    if not questions:
        raise NotFound(N_("还没有检验问题，请先添加或导入。"))
    if len(questions) > RUN_MOST:
        raise TooLarge(N_("问题超过 {most} 个，请在命令行用 kb golden run 运行。"), most=RUN_MOST)
    ranks = ask(desk().search, questions)
    number, _ = desk().goldens.record(person(), ranks, reason=gettext("运行检验"), accept=False)
    return redirect(url_for("golden.show_run", number=number), 303)


@blueprint.get(RUN)
@needs(Permission.PUBLISH)
def show_run(number: int) -> str:
    return _page(number)


@blueprint.post(f"{RUN}/accept")
@needs(Permission.PUBLISH)
def accept(number: int) -> str | tuple[str, int] | Response:
    reason = request.form.get("reason", "")[:2_000]
    try:
        desk().goldens.accept(person(), number, reason=reason)
    except (Invalid, Conflict) as error:
        return _page(number, reason=reason, mistake=sentence(error)), status_of(error)[0]
    flash(gettext("第 {number} 次运行的结果是新的基准。").format(number=number), "done")
    return redirect(url_for("golden.index"), 303)


def _page(number: int, *, reason: str = "", mistake: str = "") -> str:
    found, before = desk().goldens.run(person(), number)
    shown = result(found, before, desk().goldens.all())
    last = desk().goldens.last_accepted()
    with desk().store.read() as uow:
        entries = entries_of(uow, shown.codes(), desk().clock())
    return render_template(
        "golden/run.html", result=shown, entries=entries, reason=reason, mistake=mistake, most=UNANSWERED_MOST,
        may_accept=last is not None and last.number < number,
    )  # fmt: skip
