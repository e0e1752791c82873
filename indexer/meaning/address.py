"""Vectors from an address that speaks as OpenAI's ``/v1/embeddings`` does."""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Sequence

import numpy as np

from indexer.meaning.embedder import Unreachable, Vectors, unit

_ANSWER_MOST = 64_000_000  # bytes
_DIMENSIONS_MOST = 8_192


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key goes to the address that was set, and nowhere else."""

    def redirect_request(self, *args: object, **more: object) -> None:
        return None


class AddressEmbedder:
    """Args: ``url`` up to and with ``/v1`` or ``/v1/embeddings``; ``key`` may be empty; ``model`` as the service names it."""

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
        try:
            with self._opener.open(request, timeout=seconds) as answer:
                found = json.loads(answer.read(_ANSWER_MOST))
            rows = sorted(found["data"], key=lambda row: row["index"])
            vectors = np.array([row["embedding"] for row in rows], np.float32)
        except (OSError, ValueError, KeyError, TypeError, urllib.error.URLError) as error:
            raise Unreachable(str(error)) from error
        if vectors.shape[0] != len(texts) or vectors.ndim != 2 or not 0 < vectors.shape[1] <= _DIMENSIONS_MOST:
            raise Unreachable(f"{len(texts)} texts, vectors of shape {vectors.shape}")
        if not np.isfinite(vectors).all():
            raise Unreachable("vectors with numbers that are none")
        return unit(vectors)
