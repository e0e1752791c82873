"""Word documents: each paragraph in the style Heading 1 or 2 starts an entry, whose title it is.

What follows becomes its Markdown body: paragraphs, lists, tables, deeper headings (Heading 3 as ``##``). A paragraph
that starts with a field's Chinese name and a colon fills that field instead (口径：, 相似问：, 产品：, 编号：, 类型：, …);
with no text after the colon the next paragraph is meant. 相似问：, 标签： and 可见岗位： may come several times, or be
followed by a list. A heading 1 with nothing of its own before a heading 2 is a chapter: the category of the entries
below it that name none.

Without 编号： the code comes from the title: the prefix of the kind, ``-D``, and eleven characters of the title's
SHA-256 (``FAQ-D7K3ZQW2MXAB``). So the same document imported again gives the same codes and changes nothing; a new title
is a new entry. Bold and italics are not kept; pictures, formulas and footnotes cannot be, and refuse their entry.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from kb.domain.content import KIND_PREFIXES, Kind, check_code
from kb.domain.errors import N_, Invalid, KbError
from kb.domain.fields import FIELD_NAMES
from kb.exchange.bounded import BOUNDS, Bounds, read_archive
from kb.exchange.docx_blocks import Block, blocks
from kb.exchange.fields import LISTS, key_of, to_content, to_list
from kb.exchange.rows import Item, Row, name_of, refuse

_LABEL = re.compile(r"\s*(\w{2,6})\s*[：:]\s*(.*)", re.DOTALL)
_ENTRY_LEVELS = (1, 2)


def read_docx(path: Path, *, zone: ZoneInfo, bounds: Bounds = BOUNDS) -> Iterator[Item]:
    """The entries of a .docx; ``line`` is the number of the heading's paragraph, those in tables not counted."""
    file = name_of(path)
    try:
        found = blocks(read_archive(path, bounds))
    except KbError as error:
        yield refuse(error, file, 0)
        return
    except Exception:  # a foreign reader on foreign bytes: whatever it trips over means the same to the person
        yield refuse(Invalid(N_("文档读不懂，可能已损坏；请用 Word 打开、另存为 .docx 后再导入。")), file, 0)
        return
    yield from _items(found, file, zone)


@dataclass(slots=True)
class _Section:
    title: str
    level: int
    line: int
    chapter: str = ""
    content: list[Block] = field(default_factory=list)


def _items(found: Iterable[Block], file: str, zone: ZoneInfo) -> Iterator[Item]:
    before, sections = _sections(found)
    if not sections:
        yield refuse(Invalid(N_("文档里没有“标题 1”或“标题 2”样式的段落，分不出条目。")), file, 0)
        return
    if before:
        yield refuse(Invalid(N_("第一个标题之前的内容不属于任何条目，没有导入。")), file, before[0].line)
    chapter = ""
    for section, following in zip(sections, [*sections[1:], None], strict=True):
        chapter = "" if section.level == _ENTRY_LEVELS[0] else chapter
        if not section.content and section.level == 1 and following is not None and following.level == 2:
            chapter = section.title
            continue
        section.chapter = chapter
        yield _item(section, file, zone)


def _sections(found: Iterable[Block]) -> tuple[list[Block], list[_Section]]:
    """What stands before the first heading, and the sections."""
    before: list[Block] = []
    sections: list[_Section] = []
    for block in found:
        if block.level in _ENTRY_LEVELS:
            sections.append(_Section(block.text, block.level, block.line))
        else:
            (sections[-1].content if sections else before).append(block)
    return before, sections


def _item(section: _Section, file: str, zone: ZoneInfo) -> Item:
    try:
        if not section.content:
            raise Invalid(N_("标题“{title}”下面没有内容。"), field="title", title=section.title[:40])
        given, body = _fields(section.content)
        given.setdefault("title", section.title)
        given["body"] = _markdown(body)
        if section.chapter:
            given.setdefault("category", section.chapter.replace("/", "／"))
        code = given.pop("code", None)
        content = to_content(given, zone)
        return Row(_code(code, content.kind, content.title), content, file, section.line)
    except KbError as error:
        return refuse(error, file, section.line)


def _code(stated: object, kind: Kind, title: str) -> str:
    if isinstance(stated, str):
        return check_code(stated)
    digest = base64.b32encode(hashlib.sha256(title.encode()).digest()).decode()
    return f"{KIND_PREFIXES[kind]}-D{digest[:11]}"


def _fields(content: Iterable[Block]) -> tuple[dict[str, object], list[Block]]:
    """The fields that labelled paragraphs fill, by key, and the blocks of the body."""
    given: dict[str, object] = {}
    body: list[Block] = []
    open_key = ""  # a label without text: it takes the list or the paragraph that follows
    for block in content:
        if block.lost:
            raise Invalid(
                N_("第 {line} 段有图片、公式或脚注，无法导入；请改写成文字后再试。"), field="body", line=block.line
            )
        key, text = _labelled(block)
        if not key and open_key in LISTS and block.marker:
            _extend(given, open_key, [block.plain])
            continue
        if not key and open_key and open_key not in LISTS and block.is_paragraph:
            given[open_key], open_key = block.plain, ""
            continue
        open_key = "" if text.strip() else key
        if not key:
            body.append(block)
        elif key in LISTS:
            _extend(given, key, to_list(text, key))
        elif key in given:
            raise Invalid(N_("字段“{name}”写了两次。"), field=key, name=FIELD_NAMES[key])
        else:
            given[key] = text
    return {key: value for key, value in given.items() if value != ""}, body


def _labelled(block: Block) -> tuple[str, str]:
    """The key and text of a paragraph that fills a field; ("", "") for any other block."""
    found = _LABEL.fullmatch(block.plain) if block.is_paragraph else None
    key = key_of(found[1]) if found else None
    return (key, found[2]) if found and key and key not in ("title", "body") else ("", "")


def _extend(given: dict[str, object], key: str, items: Iterable[str]) -> None:
    present = given.setdefault(key, [])
    assert isinstance(present, list)
    present.extend(items)


def _markdown(body: Iterable[Block]) -> str:
    """Blocks apart by an empty line, items of one list by a line end."""
    text, before = "", ""
    for block in body:
        together = bool(before and block.marker) and (before == "-") == (block.marker == "-")
        text += ("\n" if together or (before and block.text.startswith(" ")) else "\n\n") + block.text
        before = block.marker
    return text
