"""Static files, at addresses that name the content of them all.

``/static/VERSION/js/search.js``: a module finds what it imports beside itself, so it too has an address of its content,
and a browser that has seen a page asks for none of its files again until one changes.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, g, request

FOR_A_YEAR = "public, max-age=31536000, immutable"
Stamp = tuple[str, int, int]  # path, when changed (ns), bytes


def init_app(app: Flask) -> None:
    """Serve the folder ``static``. The application was made without one: Flask's own route knows no version."""
    app.static_folder = "static"

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, object]) -> None:
        if endpoint == "static" and "version" not in values:
            values["version"] = version_of(app)

    @app.get("/static/<version>/<path:filename>", endpoint="static")
    def send(version: str, filename: str) -> Response:
        return app.send_static_file(filename)


def version_of(app: Flask) -> str:
    """Twelve digits that change when any static file does. Looked up once for each request."""
    if "static_version" not in g:
        g.static_version = _digest(tuple(sorted(_stamps(app.static_folder or ""))))
    return str(g.static_version)


def caching(app: Flask) -> str:
    """How long a browser may keep the file that was asked for: for good, unless the address names another content,
    as that of a page does which was read before the files changed."""
    arguments = request.view_args or {}
    return FOR_A_YEAR if arguments.get("version") == version_of(app) else "no-cache"


def _stamps(folder: str) -> list[Stamp]:
    found: list[Stamp] = []
    for entry in os.scandir(folder):
        if entry.is_dir():
            found += _stamps(entry.path)
        else:
            state = entry.stat()
            found.append((entry.path, state.st_mtime_ns, state.st_size))
    return found


@lru_cache(maxsize=8)
def _digest(stamps: tuple[Stamp, ...]) -> str:
    """Of names and contents, so that every worker and every machine says the same."""
    whole = hashlib.sha256()
    for path, _, size in stamps:
        whole.update(f"{Path(path).name} {size}\n".encode())
        whole.update(Path(path).read_bytes())
    return whole.hexdigest()[:12]
