"""Send a delivery over http: signed, to the address that the operator set and to no other, without following anybody."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import urllib.error
import urllib.request
from typing import Any

from kb.ports import Delivery

TIMEOUT = 5.0  # seconds
SIGNATURE, NUMBER, EVENT = "X-KB-Signature", "X-KB-Delivery", "X-KB-Event"


def signing_key(secret_key: str) -> str:
    """What the receiver of a webhook is given to check signatures with: the key of the cookies cannot be learnt from it."""
    return hmac.new(secret_key.encode(), b"webhook", hashlib.sha256).hexdigest()


def signature(key: str, delivery: Delivery) -> str:
    """``sha256=`` and the HMAC of number, a dot and the body: a message cannot be passed off as another one."""
    said = f"{delivery.number}.".encode() + delivery.body.encode()
    return f"sha256={hmac.new(key.encode(), said, hashlib.sha256).hexdigest()}"


class Sender:
    """``kb.services.deliveries.Send``."""

    def __init__(self, secret_key: str, *, timeout: float = TIMEOUT) -> None:
        self._key, self._timeout = signing_key(secret_key), timeout
        # No proxies from the surroundings and no redirects: what is signed goes where the operator said.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())

    def __call__(self, delivery: Delivery) -> str:
        headers = {
            "Content-Type": "application/json; charset=utf-8", "User-Agent": "zhixi",
            EVENT: delivery.event, NUMBER: str(delivery.number), SIGNATURE: signature(self._key, delivery),
        }  # fmt: skip
        try:
            url, body = delivery.url, delivery.body.encode()  # the settings let nothing else than http and https pass
            request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310
            with self._opener.open(request, timeout=self._timeout) as answer:
                status = int(answer.status)
        except urllib.error.HTTPError as error:
            status = error.code
            error.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            return f"{type(error).__name__}: {error}"
        return "" if 200 <= status < 300 else f"HTTP {status}"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None
