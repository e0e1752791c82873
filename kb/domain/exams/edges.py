"""Where a limit itself belongs: 60 周岁以下（不含）, 30 天内（含第 30 天）, 两头都包含在内, 以较早者为准.

Only what is said of a limit counts. （含税）, 含 2 次拖车 and 包含在内 of a list say nothing about one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.domain.quantities import quantities

_NUMBER = r"[\d零一二两三四五六七八九十百千,.]+ ?(?:个?工作日|个?自然日|个月|万?元|周?岁|公里|[天日年次级倍条项%％])"
_IN = re.compile(
    rf"(?P<said>不包含|不包括|不含|包含|包括|含)(?P<what>第? ?{_NUMBER}|本数|本级|[当本]?[天日]|生日当[天日]|起[止始][日天])?"
    r"(?=[）)，。；]|$)"
)
_BEFORE = re.compile(r"(?:[（(][^（()）]{0,6}|[，,]|[元天日岁级月年次])$")
_BOTH = re.compile(
    r"(?:两[头端]|上下限|首尾|起止)[^，。；]{0,2}?(?P<said>都?不?(?:包含在内|包括在内|算在内|包含|含))(?=[，。；）]|$)"
)
_WHICH = re.compile(
    r"(?:以|取|按)[^，。；“”]{0,10}?(?P<said>较?[早晚高低大小先后多少])(?:者|到者|到期者?|发生者?|到达者?|发生的|到的)(?:[^，。；]{0,2}为准|计算|(?=[，。；]|$))"
    r"|两者[^，。；]{0,6}?(?P<one>较[早晚高低大小多少])者|孰(?P<which>[早晚高低大小先后多少])"
)
_DIGITS = re.compile(r"[\d零一二两三四五六七八九十百千]+")
_TURNED = str.maketrans("早晚高低大小先后多少", "晚早低高小大后先少多")


def edges(text: str) -> Iterator[tuple[int, int, str]]:
    """Every place of ``text`` that says on which side a limit falls: start, end, and the words that say the opposite.

    >>> list(edges("投保年龄 60 周岁以下（不含）。"))
    [(13, 15, '含')]
    """
    found = list(quantities(text))
    for match in _IN.finditer(text):
        start, end = match.span("said")
        near = [q for q in found if 0 < start - q.end <= 12]
        if near and _BEFORE.search(text[:start]) and _speaks_of(match["what"], near[-1].text):
            yield start, end, _opposite(match["said"])
    for match in _BOTH.finditer(text):
        if found:
            yield *match.span("said"), _opposite(match["said"])
    for match in _WHICH.finditer(text):
        group = next(name for name in ("said", "one", "which") if match[name])
        yield *match.span(group), match[group].translate(_TURNED)


def _speaks_of(what: str | None, limit: str) -> bool:
    """Whether what is in or out is the limit: 60 周岁，含 60 周岁, but not 每年 12 次，含 2 次免费."""
    digits = _DIGITS.findall(what or "")
    return not digits or digits[0] in _DIGITS.findall(limit)


def _opposite(said: str) -> str:
    both = said.startswith("都")
    said = said.removeprefix("都")
    turned = said.removeprefix("不") if said.startswith("不") else f"不{said}"
    return f"都{turned}" if both else turned
