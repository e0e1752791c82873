"""Send a question that nothing answers: one key on the search page, or its form without a script."""

from __future__ import annotations

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import KbError
from kb.domain.person import Permission
from kb.services.gaps import Sent
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.gaps.blueprint import blueprint
from webapp.messages import sentence
from webapp.search.asked import QUESTION_MOST
from webapp.security import needs


@blueprint.post("")
@needs(Permission.RECORD)
def send() -> Response | tuple[Response, int]:
    """JSON for a script, which shows ``said`` where the key was pressed; else back to the question."""
    text, wants_json = request.form.get("text", "")[:QUESTION_MOST], "X-Requested-With" in request.headers
    back = redirect(url_for("search.page", q=text), 303)
    try:
        sent = desk().gaps.send(
            person(), text, product=request.form.get("product", "")[:QUESTION_MOST], urgent=request.form.get("urgent") == "1"
        )
    except KbError as error:
        if wants_json:
            return jsonify(said=sentence(error)), status_of(error)[0]
        flash(sentence(error), "error")
        return back
    said = _said(sent)
    if wants_json:
        return jsonify(number=sent.gap.number, urgent=sent.gap.urgent, said=said)
    flash(said, "done")
    return back


def _said(sent: Sent) -> str:
    if sent.is_new:
        said = gettext("已报给信息协调岗，第 {number} 号知识缺口；有结果会告诉您。")
    elif sent.counted:
        said = gettext("这个问题已经报过，第 {number} 号知识缺口；记上您这一次，有结果会告诉您。")
    elif sent.gap.urgent:
        said = gettext("您已报过，第 {number} 号知识缺口，按紧急处理；有结果会告诉您。")
    else:
        said = gettext("您已报过，第 {number} 号知识缺口；有结果会告诉您。")
    said = said.format(number=sent.gap.number)
    return said + (gettext("其中的个人信息已隐去。") if sent.masked else "")
