"""Which parts of a text say what was asked: segments of (text, marked), never HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from indexer.text import normal_with_offsets
from kb.domain.content import Content
from kb.recent import Recent

Segments = list[tuple[str, bool]]
SNIPPET = 90  # characters
_LEAD = 20  # characters of context before the first mark
_SHORT = 400  # characters
_LONG_MOST = 4_000_000  # characters of longer texts that are kept
_TEXT_MOST = 20_000  # of a long body only the beginning is looked through
_MARKUP = re.compile(r"[#*`>|_~]+|\]\([^)\s]*\)|\[")


class Highlighter:
    """Marks the terms of one question.

    >>> Highlighter(["w等待期"]).marks("有等待期吗")
    [('有', False), ('等待期', True), ('吗', False)]
    """

    def __init__(self, terms: Iterable[str]) -> None:
        spelled = {term[1:] for term in terms if len(term) > 2 or term[0] == "c"}
        # Single characters find, but marked everywhere they would hide the words.
        shown = {needle for needle in spelled if len(needle) > 1} or spelled
        self._needles = tuple((needle, len(needle)) for needle in shown)
        self._marked: dict[str, tuple[str, bool]] = {}  # the same few in every hit: answers that are remembered share them

    def marks(self, text: str) -> Segments:
        """``text`` cut into marked and unmarked segments; joined they are the text."""
        return self._segments(text, self.spans(text))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Places to mark in ``text``: ascending, apart from one another."""
        plain, places = _plain(text)
        find, found = plain.find, []
        for needle, length in self._needles:
            start = find(needle)
            while start >= 0:
                found.append((start, start + length))
                start = find(needle, start + 1)
        if not found:
            return []
        if not isinstance(places, range):
            found = [(places[first], places[last - 1] + 1) for first, last in found]
        return _merged(found)

    def snippet(self, content: Content) -> Segments:
        """The piece that says most of what was asked: of the short fields first, of the body only when they say none."""
        best, most, squeezed = "", 0, False
        for text in (content.speakable, content.conditions, content.exceptions, *content.asked_as):
            said = _said(text, self.spans(text)) if text else 0
            if said > most:
                best, most = text, said
        if not most:
            best, squeezed = _read(content.body), True
            if content.speakable and not self.spans(best):
                best, squeezed = content.speakable, False
        return self._window(best if squeezed else " ".join(best.split()))

    def _window(self, text: str) -> Segments:
        """At most ``SNIPPET`` characters around the place with the most marks."""
        spans = self.spans(text)
        if len(text) <= SNIPPET or not spans:
            return self._segments(text[:SNIPPET], spans) + [("…", False)] * (len(text) > SNIPPET)
        start = min(_fullest(spans), len(text) - SNIPPET)
        end = start + SNIPPET
        inside = [(max(first, start) - start, min(last, end) - start) for first, last in spans if first < end and last > start]
        segments = self._segments(text[start:end], inside)
        return [("…", False)] * (start > 0) + segments + [("…", False)] * (end < len(text))

    def _segments(self, text: str, spans: Sequence[tuple[int, int]]) -> Segments:
        out: Segments = []
        place, marked = 0, self._marked
        for first, last in spans:
            if first > place:
                out.append((text[place:first], False))
            said = text[first:last]
            out.append(marked.get(said) or marked.setdefault(said, (said, True)))
            place = last
        if place < len(text):
            out.append((text[place:], False))
        return out


# The same texts are shown again and again, all day long. Of short ones some 1 kB each are kept, 10 MB at the most.
_remembered = lru_cache(maxsize=10_000)(normal_with_offsets)
_long: Recent[str, tuple[str, Sequence[int]]] = Recent(_LONG_MOST, lambda made: len(made[0]))
_bodies: Recent[str, str] = Recent(_LONG_MOST, lambda text: len(text) + 100)


def _plain(text: str) -> tuple[str, Sequence[int]]:
    if len(text) <= _SHORT:
        return _remembered(text)
    found = _long.get(text)
    if found is None:
        found = normal_with_offsets(text)
        _long.put(text, found)
    return found


def _read(body: str) -> str:
    """The beginning of a body as it is read, without its markup."""
    found = _bodies.get(body)
    if found is None:
        found = " ".join(_MARKUP.sub(" ", body[:_TEXT_MOST]).split())
        _bodies.put(body, found)
    return found


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, with those that touch or overlap made one."""
    spans.sort()
    merged, (begin, end) = [], spans[0]
    for first, last in spans:
        if first > end:
            merged.append((begin, end))
            begin, end = first, last
        elif last > end:
            end = last
    merged.append((begin, end))
    return merged


def _said(text: str, spans: Sequence[tuple[int, int]]) -> int:
    """How many different things are marked."""
    return len({text[first:last] for first, last in spans})


def _fullest(spans: Sequence[tuple[int, int]]) -> int:
    """Where a window of ``SNIPPET`` characters begins that holds the most marked ones; the first of several."""
    best, most = 0, -1
    begin = until = held = 0  # spans[begin:until] lie in the window and mark so many characters
    for first, _ in spans:
        start = max(first - _LEAD, 0)
        while until < len(spans) and spans[until][1] <= start + SNIPPET:
            held += spans[until][1] - spans[until][0]
            until += 1
        while begin < until and spans[begin][0] < start:
            held -= spans[begin][1] - spans[begin][0]
            begin += 1
        if held > most:
            best, most = start, held
    return best
