"""The body of a Word document as a sequence of Markdown blocks, in order."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SPECIAL = re.compile(r"([\\`*<])")
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])")
_SKIPPED = re.compile(r"(?:title|subtitle|toc\b.*|目录.*|header|footer)")
_TEXTLESS = ("del", "moveFrom", "instrText", "Fallback", "pPr", "rPr")
_LOST = ("drawing", "pict", "object", "footnoteReference", "endnoteReference", "oMath")
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Block:
    """``text`` is Markdown, ``plain`` the text alone. ``level``: of a heading, else 0; ``marker``: of a list's item.

    ``line`` is the number of the paragraph, or of the last one before a table. ``lost``: something cannot be kept.
    """

    line: int
    text: str
    plain: str = ""
    level: int = 0
    marker: str = ""
    is_paragraph: bool = False
    lost: bool = False


def blocks(data: io.BytesIO) -> list[Block]:
    """All blocks that say something. Contents lists and the document's own title are left out.

    Raises whatever python-docx trips over in a damaged file.
    """
    import docx  # costs a tenth of a second, which a server that imports no document need not spend

    document = docx.Document(data)
    return list(_Reader(document).read())


def _name(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _children(element: Any, name: str) -> Iterator[Any]:
    return (child for child in element if _name(child) == name)


def _child(element: Any, *path: str) -> Any:
    for name in path:
        element = next(_children(element, name), None) if element is not None else None
    return element


def _value(element: Any, *path: str) -> str:
    """The ``w:val`` at the end of the path, or ""."""
    found = _child(element, *path)
    if found is None:
        return ""
    return next((value for key, value in found.attrib.items() if key.rpartition("}")[2] == "val"), "")


class _Reader:
    def __init__(self, document: Any) -> None:
        self._body = document.element.body
        self._styles = {_attribute(style, "styleId"): style for style in _children(document.styles.element, "style")}
        self._formats = _list_formats(document)
        self._line = 0
        self._counts: dict[int, tuple[str, int]] = {}  # depth -> list, items so far

    def read(self) -> Iterator[Block]:
        for element in _flat(self._body):
            if _name(element) == "tbl":
                self._counts.clear()
                yield Block(self._line, _table(element), lost=_loses(element))
            else:
                self._line += 1
                block = self._paragraph(element)
                if block is not None:
                    yield block

    def _paragraph(self, p: Any) -> Block | None:
        plain, lost = text_of(p).strip(), _loses(p)
        chain = list(self._chain(_value(p, "pPr", "pStyle")))
        names = [_value(style, "name").lower() for style in chain]
        if any(_SKIPPED.fullmatch(name) for name in names) or not (plain or lost):
            return None
        level = next((int(m[1]) for name in names if (m := _HEADING.fullmatch(name))), 0)
        marker, depth = ("", 0) if level else self._marker(p, chain, names)
        text = _escaped(plain)
        if level > 2:
            text = f"{'#' * min(level - 1, 6)} {' '.join(text.split())}"
        elif level:
            text = " ".join(plain.split())
        elif marker:
            indent = _INDENT * depth
            text = f"{indent}{marker} " + text.replace("\n", f"\n{indent}{_INDENT}")
        else:
            text = text.replace("\n", "  \n")
        if not marker:
            self._counts.clear()
        return Block(self._line, text, plain, level, marker, not level and not marker, lost)

    def _chain(self, style_id: str) -> Iterator[Any]:
        """A style and those it is based on. A circle, which Word never writes, ends by itself."""
        seen: set[str] = set()
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            yield self._styles[style_id]
            style_id = _value(self._styles[style_id], "basedOn")

    def _marker(self, p: Any, chain: list[Any], names: list[str]) -> tuple[str, int]:
        """``-`` or ``2.`` and the depth from 0; ("", 0) outside a list."""
        for holder in (p, *chain):
            number = _value(holder, "pPr", "numPr", "numId")
            if number == "0":  # taken out of the list of its style
                return "", 0
            if number:
                depth = _value(holder, "pPr", "numPr", "ilvl") or "0"
                return self._numbered(number, self._formats.get((number, depth), "bullet"), int(depth))
        style = next((name for name in names if name.startswith(("list bullet", "list number"))), "")
        return self._numbered(style, "decimal" if "number" in style else "bullet", 0) if style else ("", 0)

    def _numbered(self, which: str, kind: str, depth: int) -> tuple[str, int]:
        depth = min(depth, 5)
        self._counts = {d: held for d, held in self._counts.items() if d <= depth}
        last, count = self._counts.get(depth, (which, 0))
        self._counts[depth] = (which, count + 1 if last == which else 1)
        return ("-" if kind in ("bullet", "none") else f"{self._counts[depth][1]}."), depth


def _list_formats(document: Any) -> dict[tuple[str, str], str]:
    """Number format by (numId, level)."""
    parts = [rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")]
    formats: dict[tuple[str, str], str] = {}
    for root in (part.element for part in parts):
        abstract = {_attribute(a, "abstractNumId"): a for a in _children(root, "abstractNum")}
        for num in _children(root, "num"):
            levels = abstract.get(_value(num, "abstractNumId"), ())
            for level in _children(levels, "lvl"):
                formats[_attribute(num, "numId"), _attribute(level, "ilvl")] = _value(level, "numFmt")
    return formats


def _attribute(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _flat(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, those in content controls and tracked insertions too."""
    for child in parent:
        name = _name(child)
        if name in ("p", "tbl"):
            yield child
        elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _flat(child)


def text_of(element: Any) -> str:
    """All text below, as it reads with tracked changes accepted; paragraphs within it (a cell) apart by a line end."""
    parts: list[str] = []
    stack = [element]
    while stack:  # not recursive: nesting in a file must not decide how deep we call
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        name = _name(node)
        if name == "t":
            parts.append(node.text or "")
        elif name in ("br", "cr"):
            parts.append("\n")
        elif name == "tab":
            parts.append("\t")
        elif name == "noBreakHyphen":
            parts.append("-")
        elif name not in _TEXTLESS:
            if name == "p" and node is not element:
                stack.append("\n")
            stack.extend(reversed(list(node)))
    return "".join(parts)


def _loses(element: Any) -> bool:
    """Whether something in it is neither text nor a box of text."""
    found = (node for node in element.iter() if _name(node) in _LOST)
    return any(not any(_name(inner) == "txbxContent" for inner in node.iter()) for node in found)


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is. Typed lists (``1. `` and ``- ``) are left: they are meant."""
    return re.sub(r"(?m)^(\s*)([#>])", r"\1\\\2", _SPECIAL.sub(r"\\\1", text))


def _table(table: Any) -> str:
    """A table with its first row as the head. Merged cells repeat downwards and stay empty sideways."""
    rows: list[list[str]] = []
    for tr in _children(table, "tr"):
        row: list[str] = []
        for tc in _children(tr, "tc"):
            text = _escaped(text_of(tc).strip()).replace("|", "\\|")
            merged = _child(tc, "tcPr", "vMerge")
            if merged is not None and _value(tc, "tcPr", "vMerge") != "restart" and rows and len(row) < len(rows[-1]):
                text = rows[-1][len(row)]
            span = _value(tc, "tcPr", "gridSpan")
            row += [" ".join(text.split())] + [""] * (min(int(span), 63) - 1 if span.isdigit() else 0)
        rows.append(row)
    width = max((len(row) for row in rows), default=0)
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    return "\n".join([*lines[:1], "|" + " --- |" * width, *lines[1:]]) if width else ""
