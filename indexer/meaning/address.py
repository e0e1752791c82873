"""Vectors from an address that speaks as OpenAI's ``/v1/embeddings`` does."""

from __future__ import annotations

import hashlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException, HTTPResponse
from typing import Any

import numpy as np

from indexer.meaning.embedder import Refused, Unreachable, Vectors, unit

_DIMENSIONS_MOST = 8_192
# Bytes of an answer. Python reads JSON without letting another thread go on, so an endless one would hold up searches.
_ANSWER_MOST, _NUMBER_MOST = 16_384, 32
_VALUE_MOST = 1e15  # its square, summed over all dimensions, still is a float32
_RETRY_MOST = 600.0  # seconds
_REFUSALS = (400, 413, 422, 500)  # what services say to a text that is too long for them, among other things


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key goes to the address that was set, and nowhere else."""

    def redirect_request(self, *args: object, **more: object) -> None:
        return None


class AddressEmbedder:
    """Args: ``url`` up to and with ``/v1`` or ``/v1/embeddings``; ``key`` may be empty; ``model`` as the service names it."""

    batch = 16

    def __init__(self, url: str, key: str = "", model: str = "") -> None:
        url = url.rstrip("/")
        self._url = url if url.endswith("/embeddings") else f"{url}/embeddings"
        self._key, self._model = key, model
        self._opener = urllib.request.build_opener(_NoRedirect)

    @property
    def name(self) -> str:
        return "address-" + hashlib.sha256(f"{self._url}\n{self._model}".encode()).hexdigest()[:16]

    def queries(self, texts: Sequence[str], *, seconds: float) -> Vectors:
        return self._asked(texts, seconds)

    def passages(self, texts: Sequence[str], *, seconds: float) -> Vectors:
        return self._asked(texts, seconds)

    def _asked(self, texts: Sequence[str], seconds: float) -> Vectors:
        body = json.dumps({"model": self._model, "input": list(texts), "encoding_format": "float"}).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        request = urllib.request.Request(self._url, body, headers)  # noqa: S310 - http or https, see kb.settings
        most = _ANSWER_MOST + len(texts) * _DIMENSIONS_MOST * _NUMBER_MOST
        try:
            until = time.monotonic() + seconds
            with self._opener.open(request, timeout=seconds) as answer:
                found = json.loads(_read(answer, most, until))
        except urllib.error.HTTPError as error:
            with error:
                if error.code in _REFUSALS:
                    raise Refused(str(error)) from error
                raise Unreachable(str(error), _retry_after(error.headers.get("Retry-After", ""))) from error
        except (OSError, ValueError, RecursionError, HTTPException) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        return _vectors(found, len(texts))


def _read(answer: HTTPResponse, most: int, until: float) -> bytes:
    """All of an answer. The timeout of a connection holds for each piece only, and pieces may drip for ever."""
    pieces, size = [], 0
    while piece := answer.read1(65_536):
        size += len(piece)
        if size > most:
            raise Unreachable(f"an answer of more than {most} bytes")
        if time.monotonic() > until:
            raise Unreachable("the answer came too slowly")
        pieces.append(piece)
    return b"".join(pieces)


def _vectors(found: Any, count: int) -> Vectors:
    try:
        rows = sorted(found["data"], key=lambda row: row["index"])
        vectors = np.array([row["embedding"] for row in rows], np.float64)
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"an answer without vectors of one length: {type(error).__name__}") from error
    if vectors.shape[0] != count or vectors.ndim != 2 or not 0 < vectors.shape[1] <= _DIMENSIONS_MOST:
        raise Refused(f"{count} texts, vectors of shape {vectors.shape}")
    if not (np.abs(vectors) < _VALUE_MOST).all():  # not so for NaN either
        raise Refused("vectors with numbers that are none")
    return unit(vectors)


def _retry_after(value: str) -> float:
    """Seconds of that header; a date, which it may also be, is taken as unknown."""
    return min(float(value), _RETRY_MOST) if value.isascii() and value.isdigit() else 0.0
