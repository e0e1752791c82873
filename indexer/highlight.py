"""Which parts of a text say what was asked: segments of (text, marked), never HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from indexer.text import normal_with_offsets
from kb.domain.content import Content

Segments = list[tuple[str, bool]]
SNIPPET = 90  # characters
_LEAD = 20  # characters of context before the first mark
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
        longest_first = sorted(shown, key=lambda needle: (-len(needle), needle))
        self._pattern = re.compile(f"(?=({'|'.join(map(re.escape, longest_first))}))") if shown else None

    def marks(self, text: str) -> Segments:
        """``text`` cut into marked and unmarked segments; joined they are the text."""
        return _segments(text, self.spans(text))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Places to mark in ``text``: ascending, apart from one another."""
        if self._pattern is None:
            return []
        plain, places = normal_with_offsets(text)
        merged: list[tuple[int, int]] = []
        for match in self._pattern.finditer(plain):
            first, last = places[match.start(1)], places[match.end(1) - 1] + 1
            if merged and first <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        return merged

    def snippet(self, content: Content) -> Segments:
        """The piece that says most of what was asked: of the short fields first, of the body only when they say none."""
        short = [content.speakable, content.conditions, content.exceptions, *content.asked_as]
        best = max(short, key=self._marked, default="")
        if self._marked(best):
            return self._window(best)
        body = " ".join(_MARKUP.sub(" ", content.body[:_TEXT_MOST]).split())
        return self._window(body if self._marked(body) or not content.speakable else content.speakable)

    def _marked(self, text: str) -> int:
        return len({text[first:last] for first, last in self.spans(text)}) if text else 0

    def _window(self, text: str) -> Segments:
        """At most ``SNIPPET`` characters around the place with the most marks."""
        text = " ".join(text.split())
        spans = self.spans(text)
        if len(text) <= SNIPPET or not spans:
            cut = text[:SNIPPET]
            return self.marks(cut) + ([("…", False)] if len(text) > SNIPPET else [])
        start = max((max(first - _LEAD, 0) for first, _ in spans), key=lambda at: _inside(spans, at, at + SNIPPET))
        start = min(start, len(text) - SNIPPET)
        segments = self.marks(text[start : start + SNIPPET])
        return [("…", False)] * (start > 0) + segments + [("…", False)] * (start + SNIPPET < len(text))


def _inside(spans: Sequence[tuple[int, int]], start: int, end: int) -> int:
    return sum(last - first for first, last in spans if start <= first and last <= end)


def _segments(text: str, spans: Sequence[tuple[int, int]]) -> Segments:
    out: Segments = []
    place = 0
    for first, last in spans:
        out += [(text[place:first], False), (text[first:last], True)]
        place = last
    out.append((text[place:], False))
    return [segment for segment in out if segment[0]]
