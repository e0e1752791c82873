"""The audit log, to be read by those who may."""

from __future__ import annotations

from flask import Blueprint, render_template

from kb.domain.person import Permission
from webapp.audit import words
from webapp.current import desk
from webapp.security import needs

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

blueprint.add_app_template_filter(words.action_name, "action_name")
blueprint.add_app_template_filter(words.detail, "detail")

ROWS_MOST = 500


@blueprint.get("")
@needs(Permission.SEE_AUDIT)
def index() -> str:
    with desk().store.read() as uow:
        rows, broken_at = uow.audit.rows(ROWS_MOST), uow.audit.broken_at()
    return render_template("audit/list.html", rows=rows, broken_at=broken_at, most=ROWS_MOST)
