"""Other words for the same thing: two-way groups, and one-way pairs from what people say to what entries say.

A question is expanded once, from the words that stand in it; what was added is not expanded again. So groups may
overlap or point in a circle without a loop, and a chain of groups never drifts from one meaning to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kb.domain.errors import N_, Invalid, TooLarge

GROUPS_MOST = 20_000
PHRASES_MOST = 50  # of one side of a group
PHRASE_MOST = 40  # characters
TOTAL_MOST = 200_000  # phrases of all groups
ADDED_MOST = 6  # phrases that one phrase of the question adds
_START = 2  # phrases are looked up by their first characters


@dataclass(frozen=True, slots=True)
class Group:
    """``phrases`` say the same; with ``targets`` the group is one-way: each phrase means the targets, not the reverse."""

    phrases: tuple[str, ...]
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expansion:
    """``phrase`` stands at ``position``; ``added`` says the same."""

    phrase: str
    position: int
    added: tuple[str, ...]

    @property
    def end(self) -> int:
        return self.position + len(self.phrase)


class SynonymTable:
    """Looks up groups whose phrases are in normal form.

    Raises:
        TooLarge: more groups, phrases or characters than the bounds above.
        Invalid: a group with an empty phrase, or with only one phrase and no target.
    """

    def __init__(self, groups: Iterable[Group] = ()) -> None:
        self._added: dict[str, tuple[str, ...]] = {}
        self._by_start: dict[str, tuple[int, ...]] = {}
        self.groups: tuple[Group, ...] = _checked(groups)
        for group in self.groups:
            for phrase in group.phrases:
                others = group.targets or group.phrases
                known = self._added.get(phrase, ())
                fresh = tuple(other for other in others if other not in known)
                self._added[phrase] = (known + fresh)[: 4 * ADDED_MOST]
        lengths: dict[str, set[int]] = {}
        for phrase in self._added:
            lengths.setdefault(phrase[:_START], set()).add(len(phrase))
        self._by_start = {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}

    def __len__(self) -> int:
        return len(self.groups)

    def expansions(self, text: str) -> list[Expansion]:
        """What the phrases in ``text`` (normal form) add; the longest phrase at each place, none inside another."""
        found = []
        for phrase, place in self.phrases(text):
            added = [other for other in self._added[phrase] if other not in text]
            if added:
                found.append(Expansion(phrase, place, tuple(added[:ADDED_MOST])))
        return found

    def first_of(self, phrase: str) -> str:
        """One phrase for all that say the same: of a one-way group its first target."""
        return min(self._added[phrase])

    def phrases(self, text: str) -> Iterator[tuple[str, int]]:
        """The phrases of the table that stand in ``text``, and where."""
        place = 0
        while place < len(text):
            phrase = self._at(text, place)
            if phrase:
                yield phrase, place
            place += len(phrase) or 1

    def _at(self, text: str, place: int) -> str:
        for length in self._by_start.get(text[place : place + _START], ()):
            phrase = text[place : place + length]
            if phrase in self._added and not _inside_latin(text, place, place + length):
                return phrase
        return ""


def _inside_latin(text: str, start: int, end: int) -> bool:
    """Whether a Latin phrase is only part of a longer word: ``ap`` in ``app``."""
    return any(
        0 < place < len(text) and all(char.isascii() and char.isalnum() for char in text[place - 1 : place + 1])
        for place in (start, end)
    )


def _checked(groups: Iterable[Group]) -> tuple[Group, ...]:
    taken: list[Group] = []
    total = 0
    for group in groups:
        total += len(group.phrases) + len(group.targets)
        if len(taken) == GROUPS_MOST or total > TOTAL_MOST:
            raise TooLarge(
                N_("同义词太多：最多 {groups} 组、{total} 个词。"),
                field="synonyms",
                groups=GROUPS_MOST,
                total=TOTAL_MOST,
            )
        for side in (group.phrases, group.targets):
            check_side(side)
        if not group.phrases or (len(set(group.phrases)) < 2 and not group.targets):
            raise Invalid(N_("一组同义词至少要有两个不同的词。"), field="synonyms")
        taken.append(group)
    return tuple(taken)


def check_side(phrases: Sequence[str]) -> None:
    """Raise ``Invalid`` for a phrase or a number of phrases that breaks the bounds."""
    if len(phrases) > PHRASES_MOST:
        raise TooLarge(N_("一组同义词最多 {most} 个词。"), field="synonyms", most=PHRASES_MOST)
    for phrase in phrases:
        if not phrase:
            raise Invalid(N_("同义词里有空的词。"), field="synonyms")
        if len(phrase) > PHRASE_MOST:
            raise TooLarge(
                N_("同义词“{phrase}…”太长，最多 {most} 个字。"), field="synonyms", phrase=phrase[:10], most=PHRASE_MOST
            )
