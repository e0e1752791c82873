"""Upload, look row by row, leave rows out, land, drop."""

from __future__ import annotations

import io
from collections.abc import Callable
from urllib.parse import quote

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from kb.domain.entry import REASON_MOST, check_reason
from kb.domain.errors import N_, Conflict, Invalid, NotFound, TooLarge
from kb.domain.person import Permission
from kb.exchange.template_file import template_workbook
from kb.services.preview import Outcome
from kb.services.upload_values import BYTES_MOST, FILES_MOST, ROWS_MOST, Stage, Upload
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.importing import showing, work
from webapp.messages import sentence
from webapp.paging import part_of
from webapp.rejections import write_rows
from webapp.security import needs

MIB = 2**20
_FORM = MIB  # bytes of the request beside the files
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("importing", __name__, url_prefix="/import")


@blueprint.url_value_preprocessor
def _take_files(endpoint: str | None, _values: object) -> None:
    """Before the guard, which reads the form only after it knows that the person may send one."""
    if endpoint == "importing.upload":
        request.max_content_length = BYTES_MOST + _FORM


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
    error = TooLarge(N_("一次最多上传 {most} MB，请分几次。"), most=BYTES_MOST // MIB)
    return _start(mistake=sentence(error)), 413


@blueprint.get("")
@needs(Permission.PUBLISH)
def index() -> str:
    return _start()


@blueprint.post("")
@needs(Permission.PUBLISH)
def upload() -> tuple[str, int] | Response:
    files = [(file.filename, file.stream) for file in request.files.getlist("files") if file.filename]
    publish = request.form.get("publish") == "1"
    try:
        made = desk().uploads.put(person(), files, publish=publish)
    except (Invalid, Conflict) as error:
        return _start(mistake=sentence(error), publish=publish), status_of(error)[0]
    return _work(made.id, desk().uploads.read)


@blueprint.get("/template.xlsx")
@needs(Permission.PUBLISH)
def template() -> Response:
    return _download(template_workbook(), _XLSX, gettext("知识条目模板"), "xlsx")


@blueprint.get("/<id>")
@needs(Permission.PUBLISH)
def show(id: str) -> str:
    return _page(desk().uploads.get(person(), id))


@blueprint.get("/<id>/state")
@needs(Permission.PUBLISH)
def state(id: str) -> Response:
    """How far the work is, for a page that waits: ``{"working": true, "said": "已读 1,400 行"}``."""
    progress = desk().uploads.progress(person(), id)
    return jsonify({"working": progress is not None, "said": _said(progress) if progress else ""})


@blueprint.post("/<id>/read")
@needs(Permission.PUBLISH)
def read(id: str) -> Response:
    """Read anew: after an interruption, or with the other choice of what happens on landing."""
    if "publish" in request.form:
        try:
            desk().uploads.set_publish(person(), id, request.form["publish"] == "1")
        except Conflict as error:
            return _back(id, sentence(error), "error")
    return _work(id, desk().uploads.read)


@blueprint.post("/<id>/choose")
@needs(Permission.PUBLISH)
def choose(id: str) -> Response:
    """Keep which rows of a part are taken, or take or leave all rows of one kind."""
    try:
        chosen = _choose(id)
    except Conflict as error:
        if _by_script():
            answer = jsonify({"said": sentence(error)})
            answer.status_code = 409
            return answer
        return _back(id, sentence(error), "error")
    if _by_script():
        return jsonify({"taken": _taken(chosen), "left_out": len(chosen.left_out)})
    return redirect(_here(id), 303)


@blueprint.get("/<id>/rows/<int(max=999999999):number>")
@needs(Permission.PUBLISH)
def row(id: str, number: int) -> str:
    """One row in full: as a page, or as the part of one for a script that opens it in its place."""
    held = desk().uploads.get(person(), id)
    head = next((head for head in desk().uploads.heads(held) if head.number == number), None)
    if head is None:
        raise NotFound(N_("这份导入没有第 {number} 行。"), number=number)
    whole = desk().uploads.row(held, head)
    changes = showing.changes(whole.old, whole.new) if whole.old and whole.new else []
    return render_template(
        "importing/_row.html" if _by_script() else "importing/row.html", upload=held, row=whole, changes=changes,
        fields=showing.fields(whole.new) if whole.new and not whole.old else [], item=showing.item, said=showing.said,
    )  # fmt: skip


@blueprint.get("/<id>/rejected.csv")
@needs(Permission.PUBLISH)
def rejected(id: str) -> Response:
    heads = desk().uploads.heads(desk().uploads.get(person(), id))
    text = io.StringIO(newline="")
    write_rows(text, ((h.file, h.line, h.field, h.reason) for h in heads if h.outcome == Outcome.REJECTED))
    data = text.getvalue().encode("utf-8-sig", "backslashreplace")
    return _download(data, "text/csv; charset=utf-8", gettext("拒收的行"), "csv")


@blueprint.post("/<id>/confirm")
@needs(Permission.PUBLISH)
def confirm(id: str) -> str | tuple[str, int] | Response:
    reason = request.form.get("reason", "")[:2_000]
    held = desk().uploads.get(person(), id)
    if held.stage is Stage.LANDED:
        return _back(id, gettext("这份文件已经导入，没有再做一次。"), "error")
    try:
        held = _choose(id)
        reason = check_reason(reason)
    except Invalid as error:
        return _page(held, reason=reason, mistake=sentence(error)), status_of(error)[0]
    except Conflict as error:
        return _back(id, sentence(error), "error")
    uploads, who = desk().uploads, person()
    work.start(uploads, who, id, lambda: uploads.land(who, id, reason=reason))
    return redirect(url_for("importing.show", id=id), 303)


@blueprint.post("/<id>/drop")
@needs(Permission.PUBLISH)
def drop(id: str) -> Response:
    desk().uploads.drop(person(), id)
    flash(gettext("已放弃这份上传，没有导入任何内容。"), "done")
    return redirect(url_for("importing.index"), 303)


def _start(*, mistake: str = "", publish: bool = False) -> str:
    return render_template(
        "importing/start.html", mine=desk().uploads.mine(person()), mistake=mistake, publish=publish,
        most=BYTES_MOST // MIB, bytes_most=BYTES_MOST, files_most=FILES_MOST, rows_most=ROWS_MOST,
    )  # fmt: skip


def _page(held: Upload, *, reason: str = "", mistake: str = "") -> str:
    progress = desk().uploads.progress(person(), held.id)
    if progress is not None:
        return render_template("importing/working.html", upload=held, said=_said(progress))
    if held.stage in (Stage.NEW, Stage.FAILED):
        return render_template("importing/stopped.html", upload=held, trouble=showing.trouble(held))
    heads = desk().uploads.heads(held)
    counts = showing.counts(heads, held)
    show = request.args.get("show", "")
    show = show if show in showing.SHOWN else _first(counts)
    part = part_of([head for head in heads if showing.belongs(head, show, held)], showing.ROWS)
    return render_template(
        "importing/preview.html", upload=held, counts=counts, kinds=showing.SHOWN, show=show, part=part,
        rows=[showing.shown(head, held) for head in part.rows], trouble=showing.trouble(held), taken=_taken(held),
        reason=reason, mistake=mistake, reason_most=REASON_MOST,
    )  # fmt: skip


def _first(counts: dict[str, int]) -> str:
    return "todo" if counts["todo"] else "all"


def _said(progress: dict[str, object]) -> str:
    match progress.get("phase"):
        case "reading":
            return gettext("正在读取，已读 {rows} 行。").format(rows=f"{progress.get('rows', 0):,}")
        case "comparing":
            return gettext("已读 {rows} 行，正在与知识库逐条对照。").format(rows=f"{progress.get('rows', 0):,}")
    return gettext("正在写入知识库：全部一次写入，中途出错就一行也不写。")


def _choose(id: str) -> Upload:
    """Keep what the form says of its rows: ``codes`` are those it shows, ``take`` those that are ticked."""
    taken = set(request.form.getlist("take"))
    codes = request.form.get("codes", "").split()
    every = request.form.get("every", "")
    if every:
        held = desk().uploads.get(person(), id)
        show = request.form.get("show", "")
        codes = [h.code for h in desk().uploads.heads(held) if h.changes and showing.belongs(h, show, held)]
        taken = set(codes) if every == "take" else set()
    if not codes:
        return desk().uploads.get(person(), id)
    return desk().uploads.choose(
        person(), id, take=[c for c in codes if c in taken], leave=[c for c in codes if c not in taken]
    )


def _taken(held: Upload) -> int:
    """How many rows would land."""
    return held.counts.get("new", 0) + held.counts.get("changed", 0) - len(held.left_out)


def _work(id: str, act: Callable[..., object]) -> Response:
    uploads, who = desk().uploads, person()
    uploads.get(who, id)
    work.start(uploads, who, id, lambda: act(who, id))
    return redirect(url_for("importing.show", id=id), 303)


def _back(id: str, said: str, category: str) -> Response:
    flash(said, category)
    return redirect(_here(id), 303)


def _here(id: str) -> str:
    page = request.form.get("page", "")[:6]
    return url_for("importing.show", id=id, show=request.form.get("show") or None, page=page or None)


def _by_script() -> bool:
    return "X-Requested-With" in request.headers


def _download(data: bytes, media_type: str, name: str, suffix: str) -> Response:
    response = Response(data, content_type=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{suffix}"
    return response
