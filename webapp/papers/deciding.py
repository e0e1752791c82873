"""Between trainer and director: hand in, approve, return, open again, put away."""

from __future__ import annotations

from collections.abc import Callable

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.errors import Conflict, Invalid, NotAllowed
from kb.domain.exams.paper import Paper
from kb.domain.person import Permission
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.papers.blueprint import NUMBER, blueprint, sent_number, to_paper
from webapp.papers.views import page
from webapp.security import needs


@blueprint.post(f"/{NUMBER}/submit")
@needs(Permission.KEEP_QUESTIONS)
def submit(number: int) -> tuple[str, int] | Response:
    act = lambda: desk().paper_approval.submit(person(), number, version=sent_number("version"))  # noqa: E731
    return _do(number, act, gettext("已提交，主任会收到提醒。"))


@blueprint.post(f"/{NUMBER}/approve")
@needs(Permission.APPROVE_PAPERS)
def approve(number: int) -> tuple[str, int] | Response:
    seen = request.form.get("seen", "")[:64]
    return _do(
        number, lambda: desk().paper_approval.approve(person(), number, seen=seen), gettext("已批准，试卷已冻结。")
    )


@blueprint.post(f"/{NUMBER}/return")
@needs(Permission.APPROVE_PAPERS)
def send_back(number: int) -> tuple[str, int] | Response:
    remarks = request.form.get("remarks", "")[:5_000].replace("\r\n", "\n")
    act = lambda: desk().paper_approval.send_back(person(), number, remarks=remarks)  # noqa: E731
    return _do(number, act, gettext("已退回，出题人会看到您的意见。"))


@blueprint.post(f"/{NUMBER}/reopen")
@needs(Permission.KEEP_QUESTIONS)
def reopen(number: int) -> tuple[str, int] | Response:
    act = lambda: desk().paper_approval.reopen(person(), number, version=sent_number("version"))  # noqa: E731
    return _do(number, act, gettext("已取回，可以修改；改好后要重新提交审批。"))


@blueprint.post(f"/{NUMBER}/archive")
@needs(Permission.KEEP_QUESTIONS)
def archive(number: int) -> tuple[str, int] | Response:
    act = lambda: desk().paper_approval.archive(person(), number, version=sent_number("version"))  # noqa: E731
    return _do(number, act, gettext("已归档。"))


def _do(number: int, act: Callable[[], Paper], said: str) -> tuple[str, int] | Response:
    """One step. What is refused is said on the page, which shows how things stand now."""
    try:
        act()
    except (Invalid, Conflict, NotAllowed) as error:
        return page(number, sentence(error)), status_of(error)[0]
    return to_paper(number, said)
