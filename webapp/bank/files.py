"""Questions in and out as files."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import quote

from flask import Response as FlaskResponse
from flask import render_template, request
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge

from kb.domain.errors import N_, Conflict, Invalid, TooLarge
from kb.domain.person import Permission
from kb.exchange.questions import FORMATS, Format, format_of
from kb.ports import BankFilter
from kb.services.question_files import QUESTIONS_MOST, TakenIn
from webapp.bank.blueprint import blueprint
from webapp.bank.views import wanted
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.security import needs

MIB = 1024 * 1024
FILE_MOST = 20 * MIB
SHOWN_MOST = 200


@blueprint.url_value_preprocessor
def _take_file(endpoint: str | None, _values: object) -> None:
    """Before the guard, which reads the form only after it knows that the person may send one."""
    if endpoint == "bank.take_in":
        request.max_content_length = FILE_MOST + MIB


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
    return _page(mistake=sentence(TooLarge(N_("文件太大：最多 {most} MB。"), most=FILE_MOST // MIB))), 413


@blueprint.get("/files")
@needs(Permission.REVIEW_QUESTIONS)
def files() -> str:
    return _page()


@blueprint.post("/files")
@needs(Permission.KEEP_QUESTIONS)
def take_in() -> str | tuple[str, int]:
    """Take the questions of an uploaded file into the bank, as drafts; the page says what came of each."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(mistake=gettext("请选择文件。")), 400
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"questions{Path(sent.filename).suffix.lower()[:10]}"
        sent.save(path)
        try:
            with path.open("rb") as file:
                format_of(sent.filename, file.read(512))
            taken = desk().question_files.take_in(
                person(), path, reason=request.form.get("reason", "")[:500] or gettext("文件导入"),
                all_or_none=request.form.get("strict") == "1",
            )  # fmt: skip
        except (Invalid, Conflict) as error:
            return _page(mistake=sentence(error)), status_of(error)[0]
    return _page(taken=taken, name=sent.filename[:120])


@blueprint.get("/export")
@needs(Permission.REVIEW_QUESTIONS)
def export() -> FlaskResponse | tuple[str, int]:
    """The questions that the list's filter shows, or all that are not retired."""
    chosen = request.args.get("format", "")
    if chosen not in set(Format):
        return _page(mistake=gettext("请选择导出的格式。")), 400
    found = wanted()
    numbers = None
    if found != BankFilter():
        numbers = [one.number for one in desk().bank.page(person(), found, limit=QUESTIONS_MOST).rows]
    try:
        given = desk().question_files.give_out(person(), Format(chosen), numbers)
    except Invalid as error:
        return _page(mistake=sentence(error)), status_of(error)[0]
    ending, media_type, _ = FORMATS[Format(chosen)]
    if given.left_out and not request.args.get("anyway"):
        return _page(left_out=given.left_out, format=Format(chosen)), 200
    response = FlaskResponse(given.data, content_type=media_type)
    name = quote(f"{gettext('题库')}-{desk().clock().astimezone(desk().settings.zone):%Y%m%d}")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}{ending}"
    return response


def _page(
    *,
    mistake: str = "",
    taken: TakenIn | None = None,
    name: str = "",
    left_out: object = (),
    format: Format | None = None,
) -> str:
    counts = desk().bank.page(person(), BankFilter(), limit=1).counts
    return render_template(
        "bank/files.html", formats=FORMATS, mistake=mistake, taken=taken, name=name, left_out=left_out, chosen=format,
        counts=counts, wanted=wanted(), most=SHOWN_MOST, file_most=FILE_MOST // MIB, questions_most=QUESTIONS_MOST,
    )  # fmt: skip
