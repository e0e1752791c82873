"""The golden questions as a guard: what a change of the dictionary would do to them, before it is saved."""

from __future__ import annotations

from collections import Counter

from indexer.checks_of_golden import Guarded, guard, touched_by_words
from indexer.forgiveness.synonyms import SynonymTable
from indexer.forgiveness.word_files import parse_synonyms
from indexer.whatif import with_lexicon
from kb.domain.errors import Invalid, Unavailable
from kb.domain.lexicon import Lexicon
from webapp.current import desk

SECONDS = 8.0  # of work; what is left then is said


def guarded(words: str, synonyms: str) -> Guarded:
    """What the golden questions would lose if these were the texts. Both have been checked; nothing is saved.

    Without an index there is nothing to ask, and the change is let through.
    """
    current = desk().lexicons.current()
    wanted = Lexicon(0, words, synonyms)
    questions = touched_by_words(_changed(current, wanted), desk().goldens.all())
    if not questions:
        return Guarded((), 0, 0)
    search = desk().search
    try:
        supposed = with_lexicon(search, wanted.word_set(), _table(synonyms), desk().clock())
        return guard(search, supposed, questions, seconds=SECONDS)
    except Unavailable:
        return Guarded((), 0, len(questions))


def seen(found: Guarded) -> str:
    """What the form sends back when the person was told of these questions and goes on."""
    return "|".join(sorted(query for query, _, _ in found.lost))


def _changed(before: Lexicon, after: Lexicon) -> set[str]:
    """Dictionary words, and phrases of synonym groups, that only one of the states has."""
    phrases = set(before.word_set() ^ after.word_set())
    old, new = (Counter(_table(state.synonyms).groups) for state in (before, after))
    for group in (old - new) | (new - old):
        phrases.update(group.phrases, group.targets)
    return phrases


def _table(synonyms: str) -> SynonymTable:
    """An old state that cannot be read is in force as none."""
    try:
        return parse_synonyms(synonyms)
    except Invalid:
        return SynonymTable()
