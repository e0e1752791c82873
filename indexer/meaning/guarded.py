"""An embedder that is left alone for a while after it failed, and whose vectors can be compared with those kept."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from indexer.meaning.embedder import Embedder, Refused, Unreachable, Vectors

AGAIN = 30.0  # seconds without asking after a failure
_PLAIN = "知识"  # no embedder that works refuses it

_log = logging.getLogger(__name__)


class Guarded:
    """Whatever goes wrong with ``embedder`` is ``Unreachable``, told in the log once each time.

    Where a text may be at fault a plain word is asked for too. If that gets a vector, the text is ``Refused``, nothing is
    told, and others may ask on.

    Args:
        kept: the number of dimensions of the vectors kept, 0 for none, and where they lie. Vectors of another number
            are refused: a service that answers with another model for once must not cost all that was made.
    """

    def __init__(self, embedder: Embedder, kept: Callable[[], tuple[int, object]]) -> None:
        self._embedder, self._kept = embedder, kept
        self._off_until = 0.0

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def batch(self) -> int:
        return self._embedder.batch

    @property
    def resting(self) -> bool:
        return time.monotonic() < self._off_until

    def queries(self, texts: Sequence[str], *, seconds: float) -> Vectors:
        return self._asked(self._embedder.queries, texts, seconds)

    def passages(self, texts: Sequence[str], *, seconds: float) -> Vectors:
        return self._asked(self._embedder.passages, texts, seconds)

    def _asked(self, ask: Callable[..., Vectors], texts: Sequence[str], seconds: float) -> Vectors:
        try:
            return self._fitting(ask, texts, seconds)
        except Refused as refused:
            try:
                self._fitting(ask, [_PLAIN], seconds)
            except Unreachable as error:
                raise self._failed(error) from error
            raise refused
        except Unreachable as error:
            raise self._failed(error) from error

    def _fitting(self, ask: Callable[..., Vectors], texts: Sequence[str], seconds: float) -> Vectors:
        try:
            vectors = ask(texts, seconds=seconds)
        except Unreachable:
            raise
        except Exception as error:  # an adapter's fault must cost no answer either
            said = f": {error}" if texts == [_PLAIN] else ""  # of others it may repeat what they say
            raise Refused(f"{type(error).__name__}{said}") from error
        dimensions, place = self._kept()
        if dimensions not in (0, vectors.shape[1]):
            found = f"{vectors.shape[1]} dimensions, those kept have {dimensions}; another model? then remove {place}"
            raise Refused(found)
        return vectors

    def _failed(self, error: Unreachable) -> Unreachable:
        """Leave the embedder alone for a while."""
        self._off_until = time.monotonic() + max(AGAIN, error.after)
        _log.warning("no vectors, searching with words alone: %s", error)
        return Unreachable(str(error), error.after)
