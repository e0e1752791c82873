"""One line per request: method, route, status, time. Never the query string nor the path's own values."""

from __future__ import annotations

import logging
import time

from flask import Flask, Response, g, request

log = logging.getLogger("zhixi.access")


def init_app(app: Flask) -> None:
    # First in, last out: the time of every other step counts.
    app.before_request(_start)
    app.after_request(_note)


def _start() -> None:
    g.started = time.perf_counter()


def _note(response: Response) -> Response:
    # The rule (/entries/<code>), not the address: an address that leads nowhere may hold anything.
    route = request.url_rule.rule if request.url_rule else "-"
    took = (time.perf_counter() - g.started) * 1000 if "started" in g else 0.0
    log.info("%s %s %d %.0fms", request.method, route, response.status_code, took)
    return response
