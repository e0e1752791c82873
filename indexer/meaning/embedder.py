"""The port: texts to vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[Any]  # float32, one unit vector a row


class Unreachable(Exception):
    """No vectors now; search goes on with words. ``after``: seconds in which it is no use to ask again, 0: unknown."""

    def __init__(self, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.after = after


class Refused(Unreachable):
    """No vectors for these texts, or for one of them; for others perhaps. The reason does not repeat what they say."""


class Embedder(Protocol):
    @property
    def name(self) -> str:
        """What made the vectors: those of another model cannot be compared with them."""

    @property
    def batch(self) -> int:
        """How many passages it is best asked for at once."""

    def queries(self, texts: Sequence[str], *, seconds: float) -> Vectors:
        """One unit vector for each question. Raises ``Unreachable``, ``Refused``; gives up after about ``seconds``."""

    def passages(self, texts: Sequence[str], *, seconds: float) -> Vectors:
        """One unit vector for each passage. Raises as ``queries`` does."""


def unit(vectors: Vectors) -> Vectors:
    """Each row at length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)
