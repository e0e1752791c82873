"""Reading XML that others wrote: no declarations of entities, comments kept, bounded by its file."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from kb.domain.errors import N_, Invalid
from kb.exchange.questions import words

_REMARK = "zhixi "
DEPTH_MOST = 200  # elements within each other
_BREAKS = {"p", "br", "div", "li", "tr", "h1", "h2", "h3"}


def parse(data: bytes) -> ET.Element:
    """The root. Raises ``Invalid`` when it is no XML, or declares entities: such a file can grow without end."""
    sample = data.replace(b"\x00", b"")
    if b"<!DOCTYPE" in sample or b"<!ENTITY" in sample:
        raise _not_allowed()
    try:
        # Entities were refused above, and are by the builder in whatever encoding they come.
        parser = ET.XMLParser(target=_Builder(insert_comments=True))  # noqa: S314
        return ET.fromstring(data, parser)  # noqa: S314
    except (ET.ParseError, ValueError, LookupError) as error:
        raise Invalid(N_("文件不是完整的 XML，可能已损坏。")) from error


class _Builder(ET.TreeBuilder):
    """Refuses declarations, and what is nested so deep that nobody wrote it."""

    _depth = 0

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise _not_allowed()

    def start(self, tag: str, attrs: dict[str, str]) -> ET.Element:
        self._depth += 1
        if self._depth > DEPTH_MOST:
            raise _not_allowed()
        return super().start(tag, attrs)

    def end(self, tag: str) -> ET.Element:
        self._depth -= 1
        return super().end(tag)


def _not_allowed() -> Invalid:
    return Invalid(N_("文件里有不允许的 XML 声明或层层嵌套，未导入。"))


def serialised(root: ET.Element) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()


def add_remark(element: ET.Element, remark: str) -> None:
    element.append(ET.Comment(f"{_REMARK}{remark} "))


def remark_in(element: ET.Element) -> dict[str, Any]:
    for child in element.iter():
        if _is_comment(child) and (child.text or "").startswith(_REMARK):
            return words.read_remark((child.text or "").removeprefix(_REMARK).strip())
    return {}


def _is_comment(element: ET.Element) -> bool:
    return not isinstance(element.tag, str)


def text_of(element: ET.Element | None) -> str:
    """All text below, comments left out."""
    if element is None:
        return ""
    parts: list[str] = []

    def walk(one: ET.Element) -> None:
        if not _is_comment(one):
            parts.append(one.text or "")
            if one.tag.rpartition("}")[2] == "img":
                parts.append(picture(one.attrib))
            for child in one:
                walk(child)
                parts.append(child.tail or "")

    walk(element)
    return "".join(parts)


def plain_of(text: str) -> str:
    """HTML as plain text with its line breaks; text without tags stays as it is."""
    if not re.search(r"<[a-zA-Z/]|&\w+;|&#", text):
        return text.strip()
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def picture(attributes: Mapping[str, str]) -> str:
    """What stands for a picture, which cannot come along: whoever reviews the draft shall see that one is missing."""
    name = attributes.get("alt", "").strip() or attributes.get("src", "").rpartition("/")[2]
    return f"［图：{name[:60]}］"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(html.unescape(data).replace("\n", " "))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.parts.append("\n")
        elif tag == "img":
            self.parts.append(picture({name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self.parts.append("\n")
