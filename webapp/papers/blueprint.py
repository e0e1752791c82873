"""The one blueprint of papers, and what all its pages show."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.domain.exams.assembly import number_text

blueprint = Blueprint("papers", __name__, url_prefix="/papers")
blueprint.add_app_template_filter(number_text, "points")

NUMBER = "<int(max=999999999):number>"


def sent_number(name: str) -> int:
    """A whole number from the form or the address; 0 for what is none."""
    typed = request.values.get(name, "")[:9]
    return int(typed) if typed.isdecimal() else 0


def to_paper(number: int, said: str) -> Response:
    flash(said, "done")
    return redirect(url_for("papers.show", number=number), 303)
