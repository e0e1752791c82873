"""The front matter of a Markdown file: a small part of YAML, read and written without surprises.

Read: one mapping whose values are texts or lists of texts. Every text stays as it is written: ``yes``, ``012``,
``1_000`` and ``2026-01-01`` are those characters. Tags, anchors and nesting are refused, not guessed at.
Written: plain where every YAML reader takes it for the same text, else quoted; several lines as a ``|-`` block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from kb.domain.errors import N_, Invalid

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the C parser is ten times as fast where it was built
# Nothing in these is an indicator of YAML, not even within [a, b]. Some look like numbers: see ``_looks_typed``.
_PLAIN = re.compile(r"[\w（《“【￥][\w（）《》“”‘’【】、，。；：？！…—·～×％￥/%+.() -]*")
_ESCAPES = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_resolver = yaml.resolver.Resolver


class FrontMatterError(Invalid):
    """``line`` counts from 1 within the front matter."""

    def __init__(self, message: str, line: int, **values: object) -> None:
        super().__init__(message, **values)  # type: ignore[arg-type]
        self.line = line


def read_mapping(text: str) -> tuple[dict[str, object], dict[str, int]]:
    """The values (str or list of str) and the lines, counted from 1, on which their keys stand.

    Raises:
        FrontMatterError: it is not YAML, or not of the form above.
    """
    values: dict[str, object] = {}
    lines: dict[str, int] = {}
    events = _events(text)
    first = next(events, None)
    if not isinstance(first, yaml.MappingStartEvent):
        raise FrontMatterError(N_("条目信息应是“字段: 内容”，每行一项。"), 1)
    _plain_node(first)
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        key = _scalar(event)
        if key in values:
            raise FrontMatterError(N_("字段“{key}”写了两次。"), _line(event), field=key, key=key)
        lines[key] = _line(event)
        values[key] = _value(next(events), events, key)
    if (extra := next(events, None)) is not None:
        raise FrontMatterError(N_("条目信息里有多余的内容。"), _line(extra))
    return values, lines


def _events(text: str) -> Iterator[yaml.Event]:
    """Events without those of stream and document. Never recursive: nesting costs nothing here."""
    outer = (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentStartEvent, yaml.DocumentEndEvent)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if not isinstance(event, outer):
                yield event
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise FrontMatterError(N_("条目信息不是合格的 YAML，请检查引号、冒号和缩进。"), line) from error


def _value(event: yaml.Event, events: Iterator[yaml.Event], key: str) -> object:
    if not isinstance(event, yaml.SequenceStartEvent):
        return _scalar(event, key)
    _plain_node(event, key)
    items = []
    for item in events:
        if isinstance(item, yaml.SequenceEndEvent):
            break
        items.append(_scalar(item, key))
    return items


def _scalar(event: yaml.Event, key: str = "") -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise FrontMatterError(N_("条目信息只能是文字或文字列表，不能再嵌套。"), _line(event), field=key)
    _plain_node(event, key)
    return str(event.value)


def _plain_node(event: yaml.NodeEvent, key: str = "") -> None:
    """Anchors and tags would swallow text: ``title: &重要 通知`` means 通知 to YAML."""
    if event.anchor is not None or getattr(event, "tag", None) is not None:
        raise FrontMatterError(N_("以 & 或 ! 开头的内容要加引号。"), _line(event), field=key)


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return int(mark.line) + 1 if mark else 1


def write_text(key: str, text: str) -> str:
    """``key: text`` with its line end."""
    lines = text.split("\n")
    if len(lines) > 1 and text == text.strip() and all(line.isprintable() and not line.isspace() for line in lines):
        return f"{key}: |-\n" + "".join(f"  {line}\n" if line else "\n" for line in lines)
    return f"{key}: {scalar(text)}\n"


def write_list(key: str, items: list[str] | tuple[str, ...], *, flow: bool = False) -> str:
    if flow:
        return f"{key}: [{', '.join(map(scalar, items))}]\n"
    return f"{key}:\n" + "".join(f"  - {scalar(item)}\n" for item in items)


def scalar(text: str) -> str:
    """``text`` on one line, plain or quoted, good within ``[a, b]`` too."""
    if _PLAIN.fullmatch(text) and not text.endswith(" ") and not _looks_typed(text):
        return text
    if text.isprintable() and text:
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else _escape(c)) for c in text) + '"'


def _escape(character: str) -> str:
    point = ord(character)
    return f"\\u{point:04X}" if point <= 0xFFFF else f"\\U{point:08X}"


def _looks_typed(text: str) -> bool:
    """Whether a reader of YAML 1.1 would make a number, truth value, null or date of it."""
    return any(pattern.match(text) for _, pattern in _resolver.yaml_implicit_resolvers.get(text[0], []))
