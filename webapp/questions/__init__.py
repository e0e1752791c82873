"""The questions that found nothing, most frequent first."""

from __future__ import annotations

from flask import Blueprint, render_template

from kb.domain.person import Permission
from webapp.current import desk, person
from webapp.security import needs

blueprint = Blueprint("questions", __name__, url_prefix="/questions")

QUESTIONS_MOST = 200


@blueprint.get("")
@needs(Permission.SEE_QUESTIONS)
def index() -> str:
    asked = desk().questions.most_frequent(person(), QUESTIONS_MOST)
    return render_template("questions/list.html", questions=asked)
