"""Markdown to safe HTML, in bounded time.

Three walls, each enough for what it stops: raw HTML is not read as such but shown as text; addresses are checked in the
tree; the finished HTML passes nh3 with a short list of what is allowed. Text that would keep the converter busy for
long is shown as it was written.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from kb.domain.images import linked_images
from kb.domain.links import linked_codes
from webapp.tangled import is_tangled

__all__ = ["Heading", "Rendered", "linked_codes", "linked_images", "render"]

SECONDS_MOST = 1.5

_CODE = re.compile(r"[A-Z][A-Z0-9]{0,15}-[0-9A-Z]{1,20}")
_PICTURE = re.compile(r"/images/[0-9a-f]{64}(?:\?entry=[A-Z0-9-]+)?")
_SCHEMES = {"http", "https", "mailto"}

_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "span",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul", "div",
}  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "target"}, "td": {"align"}, "th": {"align", "scope"}, "ol": {"start"},
    "div": {"tabindex"}, "img": {"src", "alt", "title", "loading"},
    **{f"h{n}": {"id"} for n in range(2, 7)},
}  # fmt: skip
_CLASSES = {"a": {"link-kb", "link-out"}, "span": {"link-broken", "no-image"}, "div": {"table-scroll"}}


@dataclass(frozen=True, slots=True)
class Heading:
    """A place to jump to: ``level`` is 2 to 6, ``id`` the fragment without ``#``."""

    id: str
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """``is_plain``: the text was too tangled to be converted and is shown as written."""

    html: Markup
    headings: tuple[Heading, ...] = ()
    is_plain: bool = False


class _TooSlow(Exception):
    """The converter has used up its time."""


def render(body: str, targets: Mapping[str, str], pictures: Mapping[str, str] | None = None) -> Rendered:
    """Convert Markdown to HTML that is safe to put into a page.

    ``targets`` gives the address for each code that the reader may open; a ``kb:`` link to any other code is shown as
    broken, so that nobody learns whether it exists. ``pictures`` likewise gives the address for each digest that a
    ``kb-image:`` may show. Never takes much longer than ``SECONDS_MOST``.
    """
    return _render(body, tuple(sorted(targets.items())), tuple(sorted((pictures or {}).items())))


@lru_cache(maxsize=128)
def _render(body: str, targets: tuple[tuple[str, str], ...], pictures: tuple[tuple[str, str], ...]) -> Rendered:
    if is_tangled(body):
        return _as_written(body)
    converter = _converter(dict(targets), dict(pictures))
    try:
        html = converter.convert(body)
    except (_TooSlow, RecursionError):
        return _as_written(body)
    headings = tuple(_headings(converter.toc_tokens))  # type: ignore[attr-defined]
    return Rendered(Markup(_clean(html)), headings)  # noqa: S704 (cleaned)


def _as_written(body: str) -> Rendered:
    return Rendered(Markup(f'<pre class="as-written">{escape(body)}</pre>'), is_plain=True)  # noqa: S704 (escaped)


def _clean(html: str) -> str:
    return nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, allowed_classes=_CLASSES, url_schemes=_SCHEMES,
        link_rel="noopener noreferrer", clean_content_tags={"script", "style"}, attribute_filter=_own_pictures,
    )  # fmt: skip


def _own_pictures(tag: str, attribute: str, value: str) -> str | None:
    """A picture is loaded from this desk or not at all."""
    return None if tag == "img" and attribute == "src" and not _PICTURE.fullmatch(value) else value


# --- the converter's clock


class _Clock:
    """Raises ``_TooSlow`` when asked after the time is up."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds

    def check(self) -> None:
        if time.monotonic() > self.ends:
            raise _TooSlow


class _TimedBlocks(BlockParser):
    clock: _Clock

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:
        while blocks:
            self.clock.check()
            for processor in self.blockprocessors:
                if processor.test(parent, blocks[0]) and processor.run(parent, blocks) is not False:
                    break


def _timed(handle: Callable[..., object], clock: _Clock) -> Callable[..., object]:
    def checked(*args: object) -> object:
        clock.check()
        return handle(*args)

    return checked


# --- the converter


def _converter(targets: Mapping[str, str], pictures: Mapping[str, str]) -> Markdown:
    converter = Markdown(
        extensions=["tables", "fenced_code", "sane_lists", "toc", _Safe(targets, pictures)],
        extension_configs={
            "tables": {"use_align_attribute": True},  # a style attribute would not pass, nor does the page allow it
            "toc": {"slugify": _slug, "toc_depth": "2-4"},
        },
        output_format="html",
    )
    clock = _Clock(SECONDS_MOST)
    parser = _TimedBlocks(converter)
    parser.clock, parser.blockprocessors = clock, converter.parser.blockprocessors
    for processor in parser.blockprocessors:
        processor.parser = parser
    converter.parser = parser
    for pattern in converter.inlinePatterns:
        setattr(pattern, "handleMatch", _timed(pattern.handleMatch, clock))  # noqa: B010 (one object, not its class)
    return converter


def _slug(value: str, separator: str) -> str:
    """A fragment of its own name space, so that no heading takes an id of the page."""
    words = re.sub(r"[^\w]+", separator, value).strip(separator)
    return f"s{separator}{words[:60] or 'x'}"


def _headings(tokens: list[dict[str, object]]) -> list[Heading]:
    found: list[Heading] = []
    waiting = list(reversed(tokens))
    while waiting:
        token = waiting.pop()
        found.append(Heading(str(token["id"]), unescape(str(token["name"])), int(str(token["level"]))))
        waiting += reversed(token["children"])  # type: ignore[call-overload]
    return found


class _Safe(Extension):
    """No raw HTML; headings below the page's own; addresses checked."""

    def __init__(self, targets: Mapping[str, str], pictures: Mapping[str, str]) -> None:
        super().__init__()
        self.targets, self.pictures = targets, pictures

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        # Before the table of contents (5) reads the headings, after the inline patterns (20) have made the links.
        md.treeprocessors.register(_Tree(md, self.targets, self.pictures), "kb_tree", 15)


class _Tree(Treeprocessor):
    def __init__(self, md: Markdown, targets: Mapping[str, str], pictures: Mapping[str, str]) -> None:
        super().__init__(md)
        self.targets, self.pictures = targets, pictures

    def run(self, root: Element) -> None:
        for element in list(root.iter()):
            if element.tag == "h1":
                element.tag = "h2"
            elif element.tag == "a":
                self._link(element)
            elif element.tag == "img":
                self._image(element)
            elif element.tag == "th":
                element.set("scope", "col")
            for at, child in enumerate(list(element)):
                if child.tag == "table":
                    _wrap(element, at, child)

    def _image(self, img: Element) -> None:
        """A picture that is kept here is shown; any other is not fetched, only its description stays."""
        scheme, _, digest = img.get("src", "").strip().partition(":")
        address = self.pictures.get(digest.lower()) if scheme.lower() == "kb-image" else None
        if address is None:
            return _name_image(img)
        words, title = img.get("alt", ""), img.get("title", "")
        img.attrib.clear()
        img.attrib.update({"src": address, "alt": words, "loading": "lazy"} | ({"title": title} if title else {}))
        return None

    def _link(self, a: Element) -> None:
        address = a.get("href", "").strip()
        if address[:3].lower() == "kb:":
            code = address[3:].strip().upper()
            if _CODE.fullmatch(code) and code in self.targets:
                a.attrib.update({"href": self.targets[code], "class": "link-kb"})
            else:
                _break(a)
        elif not _is_allowed(address):
            _break(a)
        elif urlsplit(address).scheme in ("http", "https"):
            a.attrib.update({"class": "link-out", "target": "_blank"})


def _is_allowed(address: str) -> bool:
    """http, https, mailto, or an address within this site. Browsers drop control characters from addresses and read a
    backslash as a slash, so neither may stand in one."""
    plain = unescape(address)
    if not plain or "\\" in plain or any(ord(c) <= 0x20 or 0x7F <= ord(c) <= 0x9F for c in plain):
        return False
    try:
        parts = urlsplit(plain)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme in _SCHEMES and (parts.scheme == "mailto" or bool(parts.netloc))
    return not parts.netloc and ":" not in plain.split("/")[0].split("?")[0].split("#")[0]


def _break(a: Element) -> None:
    """Turn a link that leads nowhere into marked text."""
    a.tag = "span"
    a.attrib.clear()
    a.set("class", "link-broken")


def _name_image(img: Element) -> None:
    """Nothing is fetched from elsewhere: the description stays."""
    words = img.get("alt", "")
    img.tag = "span"
    img.attrib.clear()
    img.set("class", "no-image")
    img.text = words


def _wrap(parent: Element, at: int, table: Element) -> None:
    """A wide table scrolls in a box of its own, also with the keyboard."""
    box = Element("div", {"class": "table-scroll", "tabindex": "0"})
    box.tail, table.tail = table.tail, None
    parent.remove(table)
    box.append(table)
    parent.insert(at, box)
