"""The coordinators' dictionary in a running process: taken up when it changes, and the index cut anew where it matters.

Every process follows the newest dictionary (within a fifth of a second for questions, at once for whoever writes), and the
writer's lock is held while entries are cut, so nobody writes with older words than the index has. Of the index only
those entries are cut anew in which a changed word stands: found by its pairs of characters, which do not depend on any
dictionary.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from indexer.documents import document_of
from indexer.text import normal
from indexer.tokens import Tokenizer, bigrams
from indexer.whoosh_index import WhooshIndex
from kb.domain.lexicon import EMPTY, Lexicon
from kb.ports import Store


class LiveWords:
    """One for each process. ``tokenizer`` and ``index`` are told of each change; ``lexicon`` is what they know already."""

    def __init__(self, tokenizer: Tokenizer, index: WhooshIndex, store: Store, lexicon: Lexicon = EMPTY) -> None:
        self._tokenizer, self._index, self._store = tokenizer, index, store
        self._taken = lexicon.number, lexicon.at
        self._lock = threading.Lock()

    def refresh(self) -> bool:
        """Take up the newest dictionary; whether it is another than before."""
        with self._store.read() as uow:
            if uow.lexicons.newest() == self._taken:
                return False
            state = uow.lexicons.current() or EMPTY
        self.take(state)
        return True

    def take(self, state: Lexicon) -> None:
        with self._lock:
            words = state.word_set()
            if self._tokenizer.fingerprint_with(words) != self._tokenizer.fingerprint:
                self._tokenizer.use(words)
            self._index.lexicon = state.number
            self._taken = state.number, state.at

    def recut(self) -> None:
        """Cut anew what the index holds with other words than those of now; by whoever holds the writer's lock.

        Does nothing when the index was made by another program or dictionary file: then it is built anew as a whole.
        """
        held, number = self._index.held_fingerprint()
        if held == self._index.fingerprint or number < 0:
            return
        with self._store.read() as uow:
            states = {state.number: state for state in uow.lexicons.all()} | {0: EMPTY}
        before, now = states.get(number), states.get(self._index.lexicon)
        if before is None or now is None:
            return
        then = self._tokenizer.fingerprint_with(before.word_set())
        if held != self._index.fingerprint_of(number, then):
            return
        codes = self._holding(before.word_set() ^ now.word_set())
        if codes is not None:
            with self._store.read() as uow:
                dated, learned = uow.entries.dated(codes), uow.learned.used(codes)
            documents = {code: [document_of(d, learned) for d in dated.get(code, ())] for code in codes}
            # Those of ``now``: a search may have taken up still newer ones, whose entries are not among these.
            fingerprint = self._index.fingerprint_of(now.number, self._tokenizer.fingerprint_with(now.word_set()))
            self._index.recut(documents, fingerprint)

    def _holding(self, words: Iterable[str]) -> set[str] | None:
        """Codes of the entries in which one of ``words`` may stand; None: that cannot be told."""
        codes: set[str] = set()
        for word in words:
            pairs = bigrams(normal(word))
            if not pairs:
                return None
            codes |= self._index.collection.holding(pairs)
        return codes
