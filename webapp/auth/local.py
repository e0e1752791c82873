"""Where a visitor may be sent back to, and whether the demo is open to them."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import request

from kb.domain.errors import N_, Invalid
from kb.settings import Settings
from webapp.current import HOME, NEXT_MOST, desk

_LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
# A proxy in front means that the caller may be anywhere, however local the connection looks.
_PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via")


def safe_next(target: str | None) -> str:
    """``target`` if it is an address within this application, else the home page.

    >>> safe_next("/search?q=退保"), safe_next("//evil.example"), safe_next("/\\\\evil.example")
    ('/search?q=退保', '/', '/')
    """
    if not target or len(target) > NEXT_MOST or not target.startswith("/") or target.startswith("//"):
        return HOME
    # Browsers drop tabs and line ends from addresses and read a backslash as a slash.
    if "\\" in target or any(ord(c) <= 0x20 or ord(c) == 0x7F for c in target):
        return HOME
    parts = urlsplit(target)
    return HOME if parts.scheme or parts.netloc else target


def check_demo(settings: Settings) -> None:
    """Refuse to make an application whose demo could be reached from another machine.

    Raises:
        Invalid: the demo is on and the server would listen on more than this machine.
    """
    if settings.demo and not _is_local(settings.host):
        raise Invalid(N_("演示模式只能在本机（127.0.0.1）上使用，现在的监听地址是 {host}。"), field="host", host=settings.host)


def demo_is_open() -> bool:
    """Whether this very request may use the demo: asked for by this machine, at its own name, with no proxy between."""
    if not desk().settings.demo or not _is_local(desk().settings.host):
        return False
    if any(header in request.headers for header in _PROXY_HEADERS):
        return False
    try:
        # Another name for this address (DNS rebinding) does not count.
        asked_for = urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
        return asked_for in _LOCAL_NAMES and ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _is_local(host: str) -> bool:
    return host.strip("[]").lower() in _LOCAL_NAMES
