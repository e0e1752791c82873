"""Which characters of a question the collection's words leave unexplained: only those may be wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from indexer.forgiveness.readings import is_han
from indexer.forgiveness.term_index import TermIndex

SOUND, DOUBTFUL, UNKNOWN = 0, 1, 2
_WORD_MOST = 16  # characters
_LANGUAGE_MOST = 4  # characters of a word that the language has and the collection does not
# They stand anywhere, so that they prove nothing and are seldom what was mistyped.
FUNCTION = frozenset(
    "的了是吗呢吧啊呀么嘛在有和与及或而且就都也还又这那其之以于为被把给对从到我你您他她它们个么得地着过会能要可不没怎啥"
)

IsWord = Callable[[str], bool]


def doubts(text: str, index: TermIndex, kept: Sequence[bool], is_word: IsWord | None = None) -> list[int]:
    """For each character ``SOUND`` (leave it), ``DOUBTFUL`` (it makes sense elsewhere) or ``UNKNOWN``.

    Args:
        kept: for each character whether it must stay.
        is_word: whether a string is a word of the language, known to the collection or not.
    """
    found = [SOUND if kept[place] or not is_han(char) else UNKNOWN for place, char in enumerate(text)]
    for start, end in _stretches(text, _WORD_MOST):
        if text[start:end] in index:
            found[start:end] = [SOUND] * (end - start)
    # Only for what no word explains: these questions cost more.
    for place, char in enumerate(text):
        if found[place] == UNKNOWN and (char in FUNCTION or _at_home(text, place, index)):
            found[place] = DOUBTFUL
    if is_word is not None and UNKNOWN in found:
        for start, end in _stretches(text, _LANGUAGE_MOST):
            if UNKNOWN in found[start:end] and is_word(text[start:end]):
                found[start:end] = [min(level, DOUBTFUL) for level in found[start:end]]
    return found


def _stretches(text: str, most: int) -> Iterator[tuple[int, int]]:
    """Beginning and end of what may be a word: two characters to ``most``."""
    for start in range(len(text)):
        for end in range(start + 2, min(start + most, len(text)) + 1):
            if not is_han(text[end - 1]):
                break
            yield start, end


def _at_home(text: str, place: int, index: TermIndex) -> bool:
    """A word of one character, or one that the collection has beside the same neighbour."""
    return index.single(text[place]) > 1 or any(
        index.knows_pair(text[start : start + 2]) for start in (place - 1, place) if start >= 0
    )
