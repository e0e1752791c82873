"""The headers of every answer: what a browser may load, keep and tell others."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

from webapp import static_files

# Nothing inline and nothing from elsewhere: call floors have no internet, and an injected script finds no place.
CONTENT_SECURITY_POLICY = "; ".join((
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
))
FOR_THIS_BROWSER = "private, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = _caching(response)
    return response


def _caching(response: Response) -> str:
    """Pages hold what one role may see: no copy stays behind on a shared desk. A picture's address is known to nobody
    who may not see it, and what it names never changes."""
    if request.endpoint == "images.show" and response.status_code in (200, 304):
        return FOR_THIS_BROWSER
    if request.endpoint != "static" or response.status_code not in (200, 206, 304):
        return "no-store"
    return static_files.caching(current_app)
