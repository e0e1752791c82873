"""What a quantity is for, told from the words around it: the noun that it measures, or what must be done within it.

By shape, not by a list of topics: nouns of measure end in 期, 额, 比例, 时限…; of 48 小时内报案 the topic is what follows
内. Tables give the first cell of the row and the head of the column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_STOP = "的为是在从按由对于内后前和与及或并且即指约各每均共若如凡应须可能不未无到至起满超过达有最"
_NOUN = re.compile(
    rf"(?:(?![{_STOP}])[\u4e00-\u9fff]){{1,8}}?(?:期间|期限|时限|时效|时间|间隔|免赔额|限额|保额|额度|金额|额|比例|系数|折扣|费率|"
    r"手续费|工本费|保费|费用|费|津贴|押金|金|率|年龄|次数|天数|里程|距离|期)(?![限间用率额度])"
)
_DONE = re.compile(
    r"^ ?(?:之内|以内|内|前|后)[，,]?(?:须|应|要|会|可|请|由|向|将|把|给|予以|进行|完成|及时|先|再|即|就|必须|可以|本人|客户|我们|公司|您|[\u4e00-\u9fff]{1,4}(?:部|方|岗|人))*(?P<verb>[\u4e00-\u9fff]{2})"
)
_PAID = re.compile(
    r"(?P<verb>赔付|赔|给付|报销|退还|退|扣除|扣|收取|收|打|优惠|上浮|下浮|浮动|补贴|扣分)(?:[付还除取])?[\u4e00-\u9fff ]{0,2}$"
)
_TAIL = re.compile("(?:时限|期限|时间|时效|期间)$")
_SEEN = 80  # characters looked at on either side: time must not grow with the square of a sentence
_SHOWN = 300  # characters of a sentence that are shown
_CELLS_MOST = 30  # of a row; no table that is read is wider
_FAR = 14  # characters between the noun and its number
_BREAK = re.compile(r"[。！？!?；;\n]+")
_COMMA = re.compile(r"[，,、：:]")
_MARKS = re.compile(r"[#*_`>|\-\[\]()（）\s]+")
_CELL = re.compile(r"\|")


@dataclass(frozen=True, slots=True)
class Clause:
    """``start`` to ``end`` of the text; ``before`` is what a table says about it (column and row), ``row`` its row."""

    text: str
    start: int
    end: int
    sentence: str
    before: str = ""
    row: str = ""


def clauses_of(text: str) -> Iterator[Clause]:
    """Sentences of ``text``; of a table each cell."""
    heads: list[str] = []
    place = 0
    for line in text.split("\n"):
        if line.lstrip().startswith("|"):
            if not heads:
                heads = [cell.strip() for cell in line.strip().strip("|").split("|")]
            yield from _cells(text, line, place, heads)
        else:
            heads = []
            yield from _sentences(text, line, place)
        place += len(line) + 1


def _cells(text: str, line: str, place: int, heads: list[str]) -> Iterator[Clause]:
    cells = list(islice(re.finditer(r"[^|]+", line), _CELLS_MOST))
    names = [cell.group().strip() for cell in cells]
    for number, cell in enumerate(cells):
        row = names[0] if number else ""
        column = heads[number] if number < len(heads) and heads != names else ""
        before = f"{column} {row} " if row or column else ""
        yield Clause(text, place + cell.start(), place + cell.end(), _shown(line, column), before, row)


def _shown(line: str, column: str) -> str:
    cells = _MARKS.sub(" ", line[:_SHOWN]).strip()
    return f"{column}：{cells}" if column else cells


def _sentences(text: str, line: str, place: int) -> Iterator[Clause]:
    start = 0
    for part in (*_BREAK.finditer(line), None):
        end = part.start() if part else len(line)
        if line[start:end].strip():
            shown = line[start : min(end, start + _SHOWN)].strip().strip("#*->| ")
            yield Clause(text, place + start, place + end, shown)
        start = part.end() if part else end


def topic_of(clause: Clause, start: int, end: int) -> str:
    """What the quantity at ``start`` to ``end`` is for; "" when it cannot be told."""
    before = clause.before + clause.text[max(clause.start, start - _SEEN) : start]
    after = clause.text[end : min(clause.end, end + _SEEN)]
    nearest = before[-(_FAR + 12) :]
    if done := _DONE.match(after):
        return done["verb"]
    nouns = [m for m in _NOUN.finditer(nearest) if len(nearest) - m.end() <= _FAR and _reaches(nearest[m.end() :])]
    last = _COMMA.split(before)[-1]
    if (paid := _PAID.search(last)) and (not nouns or len(nearest) - nouns[-1].end() > len(last) - paid.start()):
        return paid["verb"][:1] if paid["verb"] in ("赔付", "退还", "扣除", "收取") else paid["verb"]
    if nouns:
        noun = nouns[-1].group()
        shorter = _TAIL.sub("", noun)
        return shorter if len(shorter) >= 2 else noun
    if clause.before:
        return _MARKS.sub("", clause.before)[-8:]
    return ""


def _reaches(between: str) -> bool:
    """Whether a noun still speaks after these words: another quantity and a comma, and it is that one's noun."""
    return not (re.search(r"\d", between) and _COMMA.search(between))


def condition_of(clause: Clause, start: int, end: int) -> str:
    """What the words between two commas say besides the quantity (``…``): for comparing with another one."""
    before = _COMMA.split(clause.text[max(clause.start, start - _SEEN) : start])[-1]
    after = _COMMA.split(clause.text[end : min(clause.end, end + _SEEN)])[0]
    return " ".join(_MARKS.sub(" ", f"{clause.row} {before}…{after}").split())
