"""Terms of entries and of questions.

A term is a string whose first character tells its kind: ``w`` a word, a number or a name, ``b`` two neighbouring
characters, ``c`` one character.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from indexer.emphasis import emphasis
from indexer.facts import TITLE_AS_NAME
from indexer.filler import without_filler
from indexer.names import Names, squeezed
from indexer.port import Document
from indexer.segmenter import Segmenter
from indexer.text import normal, seen, unwrapped, without_markup

FORM = "terms-2"  # of the terms made here; a change makes every index be built anew
QUERY_MOST = 600  # characters of a question that are looked at; the terms that are looked up fill some hundred
TERMS_MOST = 80  # distinct terms of a question that are looked up
_PARTS_MOST = 10_000
CHARACTERS_MOST = 40

# A number, percentage, date, code or Latin word is one piece, with the marks inside it: 2.5  80%  2021-01-29  faq-0042
_LATIN = r"[a-z0-9]+(?:[._:/%+#&\-][a-z0-9]+)*%?"
_RUN = re.compile(rf"{_LATIN}|[\u3400-\u9fff]+")
_UNIT = re.compile(rf"{_LATIN}|[\u3400-\u9fff]")
_NUMBER = re.compile(r"[\d.,:%]+")
_LATIN_PART = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_HAN = re.compile(r"[\u3400-\u9fff]")
# Words of one character without a subject of their own. As words they match everything; bigrams keep them in place.
_EMPTY = frozenset("的了是吗呢吧啊呀么嘛在有和与及或而且就都也还又这那其之以于为被把给对从到我你您他她它们个么得地着过会能要可")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Terms of one document: one bag for the title and each phrasing, one for each field of ``FIELDS``."""

    units: tuple[Counter[str], ...]
    fields: tuple[Counter[str], ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question, cut: ``text`` without the filler, which is in ``dropped``.

    ``terms`` are its words and bigrams in the order of the question, each once (its characters when it has but one);
    ``weights`` is what to search for: the terms and the single characters, each with its emphasis. ``cut``: the question
    has more than is looked up.
    """

    text: str
    terms: tuple[str, ...]
    weights: Mapping[str, float]
    dropped: tuple[str, ...] = ()
    cut: bool = False


class Tokenizer:
    """Makes the terms of entries and questions with one dictionary.

    Names of the entries (products, tags, short titles) are terms of the entry that carries them; ``learn`` tells the
    tokenizer which of them a question may use. How text is cut depends on the dictionary alone, so entries need not
    be cut anew when a name comes up.

    Args:
        words: the dictionary: plain words steer the segmentation, others (``A/B款``) are found beside it.
        cache_dir: where jieba's compiled dictionary is kept; None: the system's temporary folder.
    """

    def __init__(self, words: Iterable[str] = (), cache_dir: Path | None = None) -> None:
        self.base = sorted({normal(word) for word in words})
        self.cache_dir = cache_dir
        self._segmenter = Segmenter(_plain(self.base), cache_dir)
        self._learnt = Names()
        self._learnt_from: frozenset[str] = frozenset()
        self._take(())

    def use(self, words: Iterable[str]) -> None:
        """From now on know these words too, beside those it was made with, instead of those of the last time."""
        self._take(words)
        self._segmenter.use(_plain(self.added))

    def with_words(self, words: Iterable[str]) -> Tokenizer:
        """Another one that knows these words beside its own; this one stays as it is. See ``Segmenter.copied``."""
        other = copy(self)
        other._segmenter = self._segmenter.copied()
        other.use(words)
        return other

    def fingerprint_with(self, words: Iterable[str]) -> str:
        """What ``fingerprint`` would be after ``use(words)``."""
        known = sorted({*self.base, *map(normal, words)})
        return hashlib.sha256("\n".join([FORM, *known]).encode()).hexdigest()[:16]

    def _take(self, words: Iterable[str]) -> None:
        self.added = tuple(sorted({normal(word) for word in words} - set(self.base)))
        self.dictionary = sorted({*self.base, *self.added})
        self.fingerprint = self.fingerprint_with(self.added)
        self._own = Names(set(self.dictionary) - set(_plain(self.dictionary)))
        self._parts: dict[str, tuple[str, ...]] = {}

    def learn(self, names: frozenset[str]) -> None:
        """From now on a question may use these names, besides the dictionary. Cheap when nothing changed."""
        if names is not self._learnt_from:
            self._learnt, self._learnt_from = Names(names), names

    def words(self, text: str) -> list[str]:
        """Words, numbers and dictionary names of ``text`` in normal form; a name comes besides the words in it."""
        found: list[str] = []
        for run in _RUN.findall(text):
            if _HAN.match(run):
                found.extend(word for word in self._segmenter.with_parts(run) if word not in _EMPTY)
            else:
                found.extend(_latin(run))
        return found + self._own.found_in(text)

    def cut(self, text: str) -> list[str]:
        """How ``text`` is segmented, in its order and without overlaps, for showing: 的 and 吗 too, punctuation not.

        >>> Tokenizer(["等待期"]).cut("等待期多久？")
        ['等待期', '多久']
        """
        runs = _RUN.findall(unwrapped(normal(seen(text[:QUERY_MOST]))))
        return [word for run in runs for word in (self._segmenter.cut(run) if _HAN.match(run) else [run])]

    def document(self, document: Document) -> Tokens:
        """The terms of a document, by unit and field."""
        content = document.content
        titles = [normal(line) for line in (content.title, *content.asked_as)]
        units = tuple(self._unit(line) for line in titles)
        names: Counter[str] = Counter()
        for unit in units:
            names.update(unit)
        body = normal(without_markup(content.body))
        if body.strip() == titles[0]:
            body = ""  # a title said twice says nothing more
        speakable = normal("\n".join((content.speakable, content.conditions, content.exceptions)))
        return Tokens(units, (names, self._bag(speakable), self._bag(body), self._about(document)))

    def _bag(self, text: str) -> Counter[str]:
        return Counter(self.terms(text) + _characters(text))

    def _unit(self, line: str) -> Counter[str]:
        bag = self._bag(line)
        if len(line) <= TITLE_AS_NAME:
            bag[f"w{squeezed(line)}"] = 1
        return bag

    def _about(self, document: Document) -> Counter[str]:
        content = document.content
        bag: Counter[str] = Counter()
        for part in (content.product, content.category, *content.tags):
            bag.update(self._about_terms(part))
        for name in (document.code, content.product, *content.tags):
            if name:
                bag[f"w{squeezed(normal(name))}"] = 1
        return bag

    def _about_terms(self, part: str) -> Sequence[str]:
        """The same few products and categories come up in every document."""
        found = self._parts.get(part)
        if found is None:
            found = tuple(self.terms(normal(part)))
            if len(self._parts) < _PARTS_MOST:
                self._parts[part] = found
        return found

    def terms(self, text: str) -> list[str]:
        """All words and bigrams of ``text`` in normal form, with repetitions."""
        text = unwrapped(text)
        return [f"w{word}" for word in self.words(text)] + bigrams(text)

    def query(self, text: str) -> Query:
        """Cut a question: filler out, every term once, at most ``TERMS_MOST``."""
        whole = " ".join(normal(seen(text[:QUERY_MOST])).split())  # may be longer: of one character NFKC makes up to eighteen
        plain, dropped = without_filler(whole[:QUERY_MOST])
        terms = list(dict.fromkeys(self.terms(plain) + [f"w{name}" for name in self._learnt.found_in(plain)]))
        characters = list(dict.fromkeys(_characters(plain)))[:CHARACTERS_MOST]
        cut = max(len(text), len(whole)) > QUERY_MOST or len(terms) > TERMS_MOST
        if len(_UNIT.findall(plain)) == 1:
            terms += characters  # a single character has no neighbour
        terms = _bounded(terms)
        weights = dict.fromkeys(characters, 1.0) | emphasis(plain, terms, self.terms)
        return Query(plain, tuple(terms), weights, tuple(dropped), cut)

    def characters(self, text: str) -> tuple[str, ...]:
        """The single characters of a question: what its nearest titles may share with it."""
        return tuple(dict.fromkeys(_characters(normal(text[:200]))))[:TERMS_MOST]


def _plain(words: Iterable[str]) -> list[str]:
    """Those that steer the segmentation; others are found beside it."""
    return [word for word in words if len(word) > 1 and all(map(_HAN.match, word))]


def bigrams(text: str) -> list[str]:
    """Neighbouring characters; a number or Latin word counts as one. Blanks do not part them, punctuation does."""
    out: list[str] = []
    before, end = "", 0
    for match in _RUN.finditer(text):
        run, start = match.group(), match.start()
        chinese = run[0] >= "\u3400"
        if before and (start == end or text[end:start].isspace()):
            out.append(f"b{before}{run[0] if chinese else run}")
        if chinese:
            out += [f"b{first}{second}" for first, second in pairwise(run)]
        before, end = run[-1] if chinese else run, match.end()
    return out


def _characters(text: str) -> list[str]:
    return [f"c{char}" for char in _HAN.findall(text) if char not in _EMPTY]


def _latin(run: str) -> list[str]:
    """A number stays whole; of a code or a joined word the parts count too: ``faq-0042``, ``faq``, ``0042``."""
    if _NUMBER.fullmatch(run):
        return [run]
    parts = _LATIN_PART.findall(run)
    return [run] if len(parts) < 2 else [run, *parts]


def _bounded(terms: Sequence[str]) -> list[str]:
    """At most ``TERMS_MOST`` of them: of a pasted page the beginning, words and bigrams in equal number."""
    if len(terms) <= TERMS_MOST:
        return list(terms)
    words = [term for term in terms if term[0] == "w"]
    others = [term for term in terms if term[0] != "w"]
    return words[: TERMS_MOST // 2] + others[: TERMS_MOST // 2]
