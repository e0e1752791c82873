"""Tells, before it is converted, Markdown that would keep the converter busy for long."""

from __future__ import annotations

import re

LENGTH_MOST, LINES_MOST = 200_000, 6_000
NESTED_MOST = 24  # levels of lists and quotes
BRACKET_WORK_MOST = 400_000  # characters read again while looking for the end of a link

_NESTING = re.compile(r"(?:[ \t]*(?:>|[-*+][ \t]|\d+[.)][ \t]))+")


def is_tangled(body: str) -> bool:
    """Whether converting ``body`` would take long, told from its length, its nesting and its brackets."""
    if len(body) > LENGTH_MOST or body.count("\n") > LINES_MOST:
        return True
    if any(_depth(line) > NESTED_MOST for line in body.split("\n")):
        return True
    return sum(map(_bracket_work, re.split(r"\n[ \t]*\n", body))) > BRACKET_WORK_MOST


def _depth(line: str) -> int:
    """How deep a line asks to be nested: by the marks at its beginning and by the blanks before them.

    >>> _depth("> > - 甲"), _depth("        - 乙")
    (3, 3)
    """
    found = _NESTING.match(line)
    if not found:
        return 0
    marks = re.findall(r">|[-*+][ \t]|\d+[.)][ \t]", found.group())
    indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
    return len(marks) + indent // 4


def _bracket_work(block: str) -> int:
    """How many characters the converter reads to find the end of every bracket, about.

    For each opening bracket it reads on to the one that closes it, or to the end of the block when none does.
    """
    work, opened = 0, []
    for found in re.finditer(r"\\.|[\[\]]|\]\(", block):
        if found.group() == "[":
            opened.append(found.start())
        elif found.group() == "]" and opened:
            work += found.start() - opened.pop()
    unclosed = sum(len(block) - start for start in opened)
    # An address is read to its closing bracket; where there is none, to the end.
    addresses = [m.start() for m in re.finditer(r"\]\(", block)]
    last = block.rfind(")")
    return work + unclosed + sum(len(block) - start for start in addresses if start > last)
