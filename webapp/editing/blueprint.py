"""The blueprint, with the bounds of what its forms may hold."""

from __future__ import annotations

from flask import Blueprint, request
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from indexer.check_report import LEVEL_NAMES, Finding, Level
from kb.domain.content import BODY_MOST
from kb.domain.errors import N_, TooLarge
from webapp.errors import answer_mistake

# A text far over its bound still arrives, so that it can be said how much it is over and nothing typed is lost.
REQUEST_MOST = 16 * 1024 * 1024  # bytes
PARTS_MOST = 2_000  # fields of a form: a merge has one for each place where two people differ

blueprint = Blueprint("editing", __name__, url_prefix="/edit")


@blueprint.url_value_preprocessor
def _take_long_texts(_endpoint: str | None, _values: object) -> None:
    """Before the guard, which reads the form only after it knows that the person may send one."""
    request.max_content_length = request.max_form_memory_size = REQUEST_MOST
    request.max_form_parts = PARTS_MOST


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_long(_error: RequestEntityTooLarge) -> Response:
    return answer_mistake(TooLarge(N_("内容太多，没有保存：正文最多 {most} 个字。"), most=BODY_MOST))


@blueprint.app_template_filter("finding")
def finding(found: Finding) -> str:
    """What a check found, as a sentence in the visitor's language."""
    text = gettext(found.message)
    return text.format(**found.values) if found.values else text


@blueprint.app_template_filter("finding_level")
def finding_level(level: Level) -> str:
    return gettext(LEVEL_NAMES[level])
