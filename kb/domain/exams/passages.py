"""A content cut into passages that can be asked about: sentences, list items and table cells, without Markdown marks.

Every character of a passage knows where it stands in its field, so that a fact can be shown in its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from kb.domain.content import Content
from kb.domain.exams.numbering import opening

PARTS = ("speakable", "conditions", "exceptions", "body")
SENTENCE_MOST = 72  # a longer one is cut at its semicolons too
LINE_MOST = 4_000  # of a longer line no question is made
_MARK = re.compile(
    r"!\[[^\]]*\]\([^)]*\)|(?P<open>\[)(?P<text>[^\]]+)(?P<close>\]\([^)]*\))|\*+|~~|`+|<!--.*?-->|\\(?=[*_`#|-])"
)
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+")
_ITEM = re.compile(r"\s*(?:(?P<number>\d{1,2})[.)、]|[-*+•])\s+")
_RULE = re.compile(r"[\s|:-]+")
_GAP = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff，。；])")
_OPEN, _CLOSE = "“（《【(「", "”）》】)」"
_BOLD = re.compile(r"\*\*(?P<label>[^*]{2,30}[？?])\*\*\s*")


class Shape(StrEnum):
    SENTENCE = "sentence"
    ITEM = "item"
    CELL = "cell"


@dataclass(frozen=True, slots=True)
class Passage:
    """``text`` is plain; ``places[i]`` is where its character i stands in the field ``part``.

    ``group`` counts the lists and tables of the part (0: neither) and ``marker`` is "1" for a numbered item, "-" for
    another one. ``heading`` and ``lead`` are what stands over it: the heading and the line before a list. A cell has its
    ``row`` (the first cell), its ``column`` (the head) and ``corner``, the head of the first column.
    """

    part: str
    shape: Shape
    text: str
    places: tuple[int, ...]
    heading: str = ""
    lead: str = ""
    group: int = 0
    marker: str = ""
    row: str = ""
    column: str = ""
    corner: str = ""

    @property
    def start(self) -> int:
        return self.places[0]

    @property
    def end(self) -> int:
        return self.places[-1] + 1

    def cut(self, start: int, end: int) -> Passage:
        """The same with only the characters from ``start`` to ``end``, blanks around them left out."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return replace(self, text=self.text[start:end], places=self.places[start:end])

    def closed(self) -> Passage:
        """The same without the blanks that a line end of the original left between two Chinese characters."""
        gaps = {gap.start() for gap in _GAP.finditer(self.text)}
        if not gaps:
            return self
        kept = [n for n in range(len(self.text)) if n not in gaps]
        return replace(self, text="".join(self.text[n] for n in kept), places=tuple(self.places[n] for n in kept))


@lru_cache(maxsize=2_000)
def passages_of(content: Content) -> tuple[Passage, ...]:
    """All passages, by part and place. An item of a list comes whole; cut it with ``sentences``."""
    found: list[Passage] = []
    for part in PARTS:
        found += _of_part(part, getattr(content, part))
    return tuple(found)


def sentences(passage: Passage) -> Iterator[Passage]:
    """The sentences of a passage; what stands in brackets or quotation marks is never cut."""
    for start, end in _cuts(passage.text, "。！？!?"):
        one = passage.cut(start, end)
        if len(one.text) <= SENTENCE_MOST:
            if one.text:
                yield one
            continue
        for begin, stop in _cuts(one.text, "；;"):
            if (piece := one.cut(begin, stop)).text:
                yield piece


def plain(text: str) -> str:
    """``text`` on one line without Markdown marks; a link becomes its title in 《》."""
    return "".join(char for char, _ in _plain(text, 0)).strip()


def _of_part(part: str, text: str) -> Iterator[Passage]:
    heading = lead = ""
    group, in_group, place = 0, "", 0
    table: list[tuple[str, int]] = []
    for line in [*text.split("\n"), ""]:
        shape = _shape(line)
        if table and shape != "table":
            yield from _cells(part, table, heading, group)
            table = []
        if shape in ("table", "item") and in_group != shape:
            group += 1
        if shape == "table":
            table.append((line, place))
        elif shape == "heading":
            heading, lead = plain(_HEADING.sub("", line, count=1)), ""
        elif shape == "item":
            yield from _item(part, line, place, heading, lead, group)
        elif shape == "text":
            found = list(_paragraph(part, line, place, heading))
            lead = found[-1].text if found and found[-1].text.endswith(("：", ":")) else ""
            yield from found
        # An empty line between two items leaves them one list.
        in_group = shape if shape else (in_group if in_group == "item" else "")
        place += len(line) + 1


def _shape(line: str) -> str:
    if not line.strip() or len(line) > LINE_MOST:
        return ""
    if line.lstrip().startswith("|"):
        return "table"
    if _HEADING.match(line):
        return "heading"
    return "item" if _ITEM.match(line) else "text"


def _item(part: str, line: str, place: int, heading: str, lead: str, group: int) -> Iterator[Passage]:
    mark = _ITEM.match(line)
    assert mark
    chars = _plain(line[mark.end() :], place + mark.end())
    if chars:
        text, places = zip(*chars, strict=True)
        yield Passage(
            part, Shape.ITEM, "".join(text), places, heading, lead, group, mark["number"] or "-"
        ).cut(0, len(chars))  # fmt: skip


def _paragraph(part: str, line: str, place: int, heading: str) -> Iterator[Passage]:
    """A question in bold at the beginning is what the rest of the line answers: its heading. So is the heading that a
    numbered clause runs into its line, up to the next number."""
    if label := _BOLD.match(line):
        heading = label["label"]
        place, line = place + label.end(), line[label.end() :]
    chars = _plain(line, place)
    if chars:
        text, places = zip(*chars, strict=True)
        whole = Passage(part, Shape.SENTENCE, "".join(text), places, heading).cut(0, len(chars))
        under = heading
        for one in sentences(whole):
            begin, head = opening(one.text)
            if begin:
                under = head or heading
            yield replace(one.cut(begin, len(one.text)).closed(), heading=under)


def _cells(part: str, table: Sequence[tuple[str, int]], heading: str, group: int) -> Iterator[Passage]:
    heads = [cell for cell, _ in _row(*table[0])]
    names = ["".join(char for char, _ in head).strip() for head in heads]
    for line, place in table[1:]:
        if _RULE.fullmatch(line):
            continue
        row = ""
        for column, (chars, _) in enumerate(_row(line, place)):
            text = "".join(char for char, _ in chars)
            if not text.strip() or column >= len(names):
                continue
            places = tuple(at for _, at in chars)
            cell = Passage(
                part, Shape.CELL, text, places, heading, "", group, "", row, names[column], names[0]
            ).cut(0, len(text))  # fmt: skip
            if column == 0:
                row = cell.text
            yield cell


def _row(line: str, place: int) -> list[tuple[list[tuple[str, int]], int]]:
    cells: list[tuple[list[tuple[str, int]], int]] = []
    start = line.index("|") + 1
    for match in re.finditer(r"(?<!\\)\|", line[start:]):
        end = start + match.start()
        begin = start if not cells else cells[-1][1]
        cells.append((_plain(line[begin:end], place + begin), end + 1))
    return cells


def _plain(text: str, place: int) -> list[tuple[str, int]]:
    """The characters that a reader sees, each with its place."""
    found: list[tuple[str, int]] = []
    done = 0
    for mark in _MARK.finditer(text):
        found += [(text[i], place + i) for i in range(done, mark.start())]
        if mark["text"]:
            found.append(("《", place + mark.start()))
            found += [(text[i], place + i) for i in range(mark.start("text"), mark.end("text"))]
            found.append(("》", place + mark.end() - 1))
        done = mark.end()
    found += [(text[i], place + i) for i in range(done, len(text))]
    return found


def _cuts(text: str, ends: str) -> Iterator[tuple[int, int]]:
    depth = start = 0
    for place, char in enumerate(text):
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif char in ends and not depth and text[place + 1 : place + 2] not in ("”", "）"):
            yield start, place + 1
            start = place + 1
    if start < len(text):
        yield start, len(text)
