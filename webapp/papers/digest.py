"""The training digest of a month: looked at, then begun as a draft in the editor."""

from __future__ import annotations

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from kb.domain.exams.digest import digest_text, digest_title
from kb.domain.person import Permission
from webapp.current import desk, person
from webapp.papers.blueprint import blueprint
from webapp.papers.form import month
from webapp.security import needs


@blueprint.get("/digest")
@needs(Permission.KEEP_QUESTIONS)
def digest() -> str:
    typed = request.args.get("month", "")
    wanted = month(typed) if typed else desk().exam_calendar.today.replace(day=1)
    material = desk().training_digest.material(person(), wanted)
    return render_template(
        "papers/digest.html", month=wanted, title=digest_title(wanted), material=material, text=digest_text(material),
        digest=desk().training_digest.found(person(), wanted),
    )  # fmt: skip


@blueprint.post("/digest")
@needs(Permission.KEEP_QUESTIONS)
def begin_digest() -> Response:
    draft = desk().training_digest.begin(person(), month(request.form.get("month", "")))
    return redirect(f"/edit/draft/{draft}", 303)
