"""The learned phrasings that are searched, held beside the state of the index that was made with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kb.ports import Store

Learned = Mapping[str, Sequence[str]]  # code: phrasings


class LearnedPhrasings:
    """Read anew when the index has another state: whatever is learned or taken back leaves an index job. By threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: tuple[object, Learned] = (None, {})

    def of(self, state: object) -> Learned:
        """Those of all entries, read once for each ``state`` (an index's collection)."""
        held, learned = self._held
        if held is not state:
            with self._store.read() as uow:
                learned = uow.learned.used()
            self._held = (state, learned)
        return learned
