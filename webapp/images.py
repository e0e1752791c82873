"""Pictures of entries: taken from those who write, shown to those who may see the entry."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from kb.domain.errors import N_, Invalid, KbError, TooLarge
from kb.domain.images import BYTES_MOST
from kb.domain.person import Permission
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence
from webapp.security import needs

REQUEST_MOST = 16 * 1024 * 1024  # bytes: enough to tell somebody who sends a photograph in words how large it may be

blueprint = Blueprint("images", __name__, url_prefix="/images")


@blueprint.url_value_preprocessor
def _take_pictures(_endpoint: str | None, _values: object) -> None:
    request.max_content_length = REQUEST_MOST


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> AnyResponse:
    error = TooLarge(N_("图片太大：最多 {most} MB，请先缩小或另存为 JPEG。"), most=BYTES_MOST // 1024 // 1024)
    return _mistake(error)


@blueprint.post("")
@needs(Permission.SUBMIT)
def add() -> AnyResponse:
    """Keep the picture in the field ``image``; answers its address in Markdown, or a sentence."""
    file = request.files.get("image")
    try:
        if file is None:
            raise Invalid(N_("请先选择图片。"), field="image")
        image = desk().images.add(person(), file.stream.read(REQUEST_MOST))
    except KbError as error:
        return _mistake(error)
    return jsonify(digest=image.digest, address=f"kb-image:{image.digest}", width=image.width, height=image.height)


@blueprint.get("/<digest>")
@needs(Permission.SEARCH)
def show(digest: str) -> AnyResponse:
    image = desk().images.read(person(), digest, code=request.args.get("entry", "")[:40])
    response = Response(image.data, mimetype=image.media_type)
    response.headers["Content-Disposition"] = f'inline; filename="{image.file_name}"'
    response.set_etag(image.digest)
    return response.make_conditional(request)


def addresses(digests: Iterable[str], code: str = "") -> dict[str, str]:
    """Where each picture is shown: to everybody who may see the entry ``code``, without one to those who write."""
    return {d: url_for("images.show", digest=d, **({"entry": code} if code else {})) for d in digests}


def _mistake(error: KbError) -> AnyResponse:
    response = jsonify(error=sentence(error))
    response.status_code = status_of(error)[0]
    return response
