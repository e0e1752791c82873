"""What callers say around a question and nobody needs in order to find the answer."""

from __future__ import annotations

import re

# Phrases in normal form. A bare verb (问, 咨询) is none: it is part of 问题 and of what the trade talks about.
_OPENERS = (
    "您好|你好|喂|哎|诶|那个|就是说|是这样的?|嗯+|呃+",
    "请问(?:一下|下)?",
    "(?:我|就)*想(?:要|请|跟[您你]|向[您你])?(?:请教|咨询|询问|打听|了解|问问|问)(?:一下|下|一?个问题|个事)?",
    "(?:请教|咨询|打听|了解|问)(?:一下|下)",
    "(?:麻烦|劳驾|拜托)(?:[您你])?(?:(?:帮|给|替)我)?(?:查|看|问|说)?(?:一下|下|一查)?",
    "[您你]?(?:能不能|可不可以|可以|能)?(?:帮|给|替)我(?:查|看|问|说|讲|解释)?(?:一下|下)",
    "我(?:就|只)?想知道",
    "不好意思|打扰(?:一下|了)|谢谢[您你啊]?|多谢|辛苦了?",
)
_CLOSERS = ("(?:该|要|应该)?怎么办[呢啊呀]?", "(?:能不能|能|可以|可不可以)?告诉我[吗么吧]?", "好吗|行吗|是吧|对吧")
_OPENER = re.compile("|".join(f"(?:{phrase})" for phrase in _OPENERS))
_CLOSER = re.compile(f"(?:{'|'.join(_CLOSERS)})(?=[\\s，。？！,.?!]*$)")
_CONTENT = re.compile(r"[a-z0-9\u3400-\u9fff]")
# Left over from a sentence whose filler was taken out, these say nothing.
_REST = re.compile(r"[\s，。？！,.?!、的了呢吗啊呀吧么哦我你您]*")


def without_filler(text: str) -> tuple[str, list[str]]:
    """``text`` (normal form) without filler, and the filler taken out; all of it when nothing else would be left.

    >>> without_filler("请问一下等待期是多少天")
    ('等待期是多少天', ['请问一下'])
    >>> without_filler("你好")
    ('你好', [])
    """
    dropped: list[str] = []

    def drop(match: re.Match[str]) -> str:
        dropped.append(match.group())
        return " "

    kept = _CLOSER.sub(drop, _OPENER.sub(drop, text)).strip(" ,.?!，。？！、")
    if _REST.fullmatch(kept) or not _CONTENT.search(kept):
        return text, []
    return kept, [phrase for phrase in dropped if phrase.strip()]
