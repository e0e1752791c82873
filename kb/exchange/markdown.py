"""One entry as a Markdown file: front matter between two lines of ``---``, then the body.

Keys stand in a fixed order and only when they say something, so that a file changes only when its entry does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from kb.domain.content import Audience, Content, check_code
from kb.domain.errors import N_, Invalid, KbError
from kb.domain.fields import FIELD_NAMES
from kb.exchange.bounded import BOUNDS, Bounds, read_whole
from kb.exchange.fields import key_of, keyed, to_content
from kb.exchange.frontmatter import FrontMatterError, read_mapping, write_list, write_text
from kb.exchange.moments import end_to_text, start_to_text
from kb.exchange.pictures import pictures_beside
from kb.exchange.rows import Rejection, Row, name_of, refuse

_FENCED = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


def to_markdown(code: str, content: Content, *, zone: ZoneInfo) -> str:
    """The file of an entry. Dates are written as they are read in ``zone``; ``from_markdown`` is the inverse."""
    c = content
    parts = [write_text("code", code), write_text("kind", str(c.kind)), write_text("title", c.title)]
    parts += [write_text(key, getattr(c, key)) for key in ("product", "category") if getattr(c, key)]
    parts += [write_list("tags", c.tags, flow=True)] if c.tags else []
    parts += [write_text("audience", str(c.audience))] if c.audience is not Audience.INTERNAL else []
    parts += [write_text("speakable", c.speakable)] if c.speakable else []
    parts += [write_list("asked_as", c.asked_as)] if c.asked_as else []
    parts += [write_text(key, getattr(c, key)) for key in ("conditions", "exceptions") if getattr(c, key)]
    parts += [write_list("roles", [str(role) for role in c.roles], flow=True)] if c.roles else []
    parts += [write_text("owner", c.owner)] if c.owner else []
    parts += [f"effective_from: {start_to_text(c.effective_from, zone)}\n"] if c.effective_from else []
    parts += [f"effective_to: {end_to_text(c.effective_to, zone)}\n"] if c.effective_to else []
    parts += [f"review_by: {c.review_by.isoformat()}\n"] if c.review_by else []
    parts += [write_text("replaced_by", c.replaced_by)] if c.replaced_by else []
    return "---\n" + "".join(parts) + "---\n" + (f"\n{c.body}\n" if c.body else "")


def from_markdown(text: str, *, zone: ZoneInfo) -> tuple[str, Content]:
    """Code and content of a Markdown file.

    Raises:
        Invalid: no front matter, or a field in it is not acceptable; ``error.field`` names it.
    """
    raw, _ = _split(text)
    given = keyed(raw)
    return _code(given), to_content(given, zone)


def read_markdown(path: Path, *, zone: ZoneInfo, bounds: Bounds = BOUNDS) -> Iterator[Row | Rejection]:
    """The entry of one file, UTF-8 with or without BOM. ``line`` of a rejection is that of the field in question."""
    file, code = name_of(path), ""
    lines: dict[str, int] = {}
    try:
        text = _decoded(read_whole(path, bounds.text))
    except KbError as error:
        yield refuse(error, file, 0)
        return
    try:
        raw, lines = _split(text)
        given = keyed(raw)
        code = _code(given)
        content = to_content(given, zone)
        yield Row(code, content, file, 1, pictures_beside(path, content.body))
    except FrontMatterError as error:
        yield refuse(error, file, error.line + 1, code=code)
    except KbError as error:
        yield refuse(error, file, lines.get(getattr(error, "field", ""), 1), code=code)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(N_("文件不是 UTF-8 编码，请另存为 UTF-8 后再导入。")) from None


def _split(text: str) -> tuple[dict[str, object], dict[str, int]]:
    """The raw fields, body included, and the lines of the file on which they start, by their name there and by key."""
    text = re.sub("\r\n?", "\n", text)
    found = _FENCED.match(text)
    if found is None:
        raise Invalid(N_("文件开头没有用两行 --- 括起来的条目信息。"))
    raw, lines = read_mapping(found[1])
    where: dict[str, int] = {"body": text.count("\n", 0, found.end()) + 1}
    for name, line in lines.items():
        if key_of(name) == "body":
            raise FrontMatterError(N_("正文要写在第二行 --- 的后面，不写在条目信息里。"), line, field="body")
        where[name] = where[key_of(name) or name] = line + 1
    raw["body"] = text[found.end() :]
    return raw, where


def _code(given: dict[str, object]) -> str:
    code = given.pop("code", "")
    if not isinstance(code, str) or not code.strip():
        raise Invalid(N_("缺少“{name}”。"), field="code", name=FIELD_NAMES["code"])
    return check_code(code)
