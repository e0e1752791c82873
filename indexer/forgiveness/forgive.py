"""The steps that forgive a question's faults, in their order, each for what the one before could not explain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from math import inf

from indexer.budget import Budget
from indexer.forgiveness.letters import pinyin_repairs
from indexer.forgiveness.neighbours import Together, neighbour_repairs
from indexer.forgiveness.numerals import quantities
from indexer.forgiveness.pieces import ProtectedNames, protected
from indexer.forgiveness.synonyms import Expansion, SynonymTable
from indexer.forgiveness.term_index import TermIndex
from indexer.forgiveness.values import Attempt, Repair, Step
from indexer.forgiveness.weak import IsWord, doubts

LOOKED_AT = 120  # characters of a question; what comes after is searched as it stands
REPAIRS_MOST = 12  # of one step
ALSO_MOST = 24  # phrases searched beside the question
_NOTHING: frozenset[str] = frozenset()


class Forgiveness:
    """Offers repairs of questions over one state of the collection. Immutable and shared by threads.

    Args:
        index: the collection's terms.
        synonyms: what the coordinators say means the same.
        general: what means the same in the trade; used only for phrases that the collection does not have.
        names: names of products, in normal form: never split, never repaired.
        is_word: whether a string is a word of the language at large; such words are repaired only by sound.
    """

    def __init__(
        self,
        index: TermIndex,
        synonyms: SynonymTable | None = None,
        general: SynonymTable | None = None,
        names: Iterable[str] = (),
        is_word: IsWord | None = None,
    ) -> None:
        self._index = index
        none = SynonymTable()  # a table without synonyms is false, too, and yet the one that was given
        self._synonyms = (none if synonyms is None else synonyms, none if general is None else general)
        self._names = ProtectedNames(names)
        self._is_word = is_word

    @property
    def parts(self) -> tuple[object, ...]:
        """What repairs depend on; equal while they are."""
        return (self._index, *self._synonyms)

    def over(self, change: Callable[[TermIndex], TermIndex]) -> Forgiveness:
        """The same over other terms, for questions asked as if something else were published."""
        return self._like(change(self._index), self._synonyms[0])

    def with_synonyms(self, synonyms: SynonymTable) -> Forgiveness:
        """The same with other synonyms of the coordinators."""
        return self._like(self._index, synonyms)

    def _like(self, index: TermIndex, synonyms: SynonymTable) -> Forgiveness:
        other = Forgiveness(index, synonyms, self._synonyms[1], is_word=self._is_word)
        other._names = self._names
        return other

    def attempts(
        self,
        text: str,
        *,
        undone: frozenset[str] = _NOTHING,
        together: Together | None = None,
        budget: Budget | None = None,
    ) -> Iterator[Attempt]:
        """What to search, step by step; a step that has nothing to offer is left out. Lazy: stop when enough is found.

        Args:
            text: the question in normal form, filler taken out. Only ``LOOKED_AT`` characters are looked at.
            undone: ``before`` of repairs that the person took back: those places stay exactly as they were typed.
            together: how well a term goes with the rest of the question (0 to 3); decides among near repairs.
            budget: when it is spent, a step makes do with what it has and no other begins; None: take your time.
        """
        return _Reading(self, text, undone, together, budget or Budget(inf)).attempts()

    def expansions(self, text: str) -> Iterator[Expansion]:
        """What synonyms add to ``text``: those of the coordinators, then of the trade where the collection is silent."""
        own, general = self._synonyms
        taken: list[Expansion] = own.expansions(text)
        yield from taken
        for e in general.expansions(text):
            known = e.phrase in self._index or self._index.titled(e.phrase)
            if not known and not any(e.position < o.end and o.position < e.end for o in taken):
                yield e


class _Reading:
    """One question on its way through the steps."""

    def __init__(
        self, tools: Forgiveness, text: str, undone: frozenset[str], together: Together | None, budget: Budget
    ) -> None:
        self._tools, self._whole, self._together, self._budget = tools, text, together, budget
        self._text = text[:LOOKED_AT]
        self._undone = _places(self._text, undone)

    @cached_property
    def _kept(self) -> list[bool]:
        return protected(self._text, self._tools._names)

    def attempts(self) -> Iterator[Attempt]:
        repairs: list[Repair] = []
        for step, find in (
            (Step.SYNONYM, self._synonyms),
            (Step.SCRIPT, self._numbers),
            (Step.PINYIN, self._pinyin),
            (Step.NEIGHBOUR, self._neighbours),
        ):
            if self._budget.is_spent():
                return
            fresh = [r for r in find(repairs) if not self._taken_back(r)][:REPAIRS_MOST]
            if fresh:
                repairs = sorted(repairs + fresh, key=lambda r: (r.position, r.step))
                yield self._attempt(step, repairs)

    def _attempt(self, step: Step, repairs: Sequence[Repair]) -> Attempt:
        text = replaced(self._whole, repairs)
        also = [phrase for r in repairs for phrase in (r.others if r.replaces else (r.after, *r.others))]
        if text != self._whole:  # a repaired word has synonyms too
            also += [added for e in self._tools.expansions(text[:LOOKED_AT]) for added in e.added]
        return Attempt(step, text, tuple(dict.fromkeys(also))[:ALSO_MOST], tuple(repairs))

    def _synonyms(self, _: Sequence[Repair]) -> Iterator[Repair]:
        for e in self._tools.expansions(self._text):
            yield Repair(e.phrase, e.added[0], Step.SYNONYM, e.position, e.added[1:])

    def _numbers(self, _: Sequence[Repair]) -> Iterator[Repair]:
        for quantity in quantities(self._text):
            if quantity.forms and not self._tools._index.says(quantity.text):
                yield Repair(quantity.text, quantity.forms[0], Step.SCRIPT, quantity.start, quantity.forms[1:])

    def _pinyin(self, _: Sequence[Repair]) -> list[Repair]:
        return pinyin_repairs(self._text, self._tools._index, self._kept_with(()), self._budget)

    def _neighbours(self, before: Sequence[Repair]) -> list[Repair]:
        kept = self._kept_with(before)
        for table in self._tools._synonyms:
            for phrase, start in table.phrases(self._text):  # what has a synonym is no slip
                kept[start : start + len(phrase)] = [True] * len(phrase)
        found = doubts(self._text, self._tools._index, kept, self._tools._is_word)
        if not any(found):
            return []
        return neighbour_repairs(self._text, self._tools._index, found, self._together, self._budget)

    def _kept_with(self, repairs: Sequence[Repair]) -> list[bool]:
        kept = list(self._kept)
        spans = [(r.position, r.end) for r in repairs if r.replaces] + self._undone
        for start, end in spans:
            kept[start:end] = [True] * (end - start)
        return kept

    def _taken_back(self, repair: Repair) -> bool:
        return any(repair.position < end and start < repair.end for start, end in self._undone)


def replaced(text: str, repairs: Iterable[Repair]) -> str:
    """``text`` with all replacements of ``repairs`` made; they do not overlap."""
    out, place = [], 0
    for repair in sorted((r for r in repairs if r.replaces), key=lambda r: r.position):
        out += [text[place : repair.position], repair.after]
        place = repair.end
    return "".join([*out, text[place:]])


def _places(text: str, undone: frozenset[str]) -> list[tuple[int, int]]:
    """Where the strings that were taken back stand in ``text``."""
    found = []
    for before in sorted(undone)[:REPAIRS_MOST]:
        start = text.find(before) if before else -1
        while start >= 0:
            found.append((start, start + len(before)))
            start = text.find(before, start + len(before))
    return found
