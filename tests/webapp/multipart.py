"""Large forms and files as a browser sends them. Werkzeug's own encoder would leave a temporary file open."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.test import TestResponse

from tests.webapp.conftest import Browser

BOUNDARY = "----a-boundary-of-the-tests"


def send(
    client: Browser, path: str, fields: Mapping[str, object], *, file: tuple[str, bytes] | None = None,
    field: str = "file", headers: Mapping[str, str] | None = None,
) -> TestResponse:  # fmt: skip
    """Post ``fields`` (a list: one part each), the CSRF token and perhaps a file (name, content) in ``field`` as
    ``multipart/form-data``."""
    parts = [
        _part(f'name="{name}"', str(value).encode("utf-8", "surrogatepass"))
        for name, values in {"csrf_token": client.csrf_token(), **fields}.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    if file is not None:
        parts.append(_part(f'name="{field}"; filename="{file[0]}"', file[1], "Content-Type: text/plain\r\n"))
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={BOUNDARY}", headers=headers)


def _part(disposition: str, content: bytes, more: str = "") -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n{more}\r\n"
    return head.encode() + content + b"\r\n"
