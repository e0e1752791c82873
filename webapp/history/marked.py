"""Two Markdown texts as a reader sees them, with what changed marked in the finished page.

The changed words are put between characters of the private use area before the text is converted and become ``<ins>``
and ``<del>`` after it was cleaned. Only words are marked, never Markdown's own signs or an address: a mark among those
would change what the text means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from markupsafe import Markup

from kb.domain.diff_lines import Row
from kb.domain.diff_words import Mark, Segment
from webapp.rendering import Rendered, render

_OPEN = {Mark.REMOVED: "\ue0f0", Mark.ADDED: "\ue0f2"}
_CLOSE = {Mark.REMOVED: "\ue0f1", Mark.ADDED: "\ue0f3"}
_TAGS = {"\ue0f0": "<del>", "\ue0f1": "</del>", "\ue0f2": "<ins>", "\ue0f3": "</ins>"}
_MARKS = re.compile("[\ue0f0-\ue0f3]")
_WORDS = re.compile(r"[^\s*_`#|\[\]()<>~!&;\\:-]+(?:[ -](?=[^\s*_`#|\[\]()<>~!&;\\:-])[^\s*_`#|\[\]()<>~!&;\\:-]+)*")
_LEAD = re.compile(r"\s*(?:\d{1,9}[.)]\s+|[+]\s+)")  # the sign of a list at the start of a line
_ADDRESS = re.compile(r"\]\([^)\n]*\)|<[^>\s]*>|https?://\S+|^\s*\[[^\]\n]*\]:.*$", re.MULTILINE)
_TAG = re.compile(r"<[^<>]*>")
_TABLE_RULE = re.compile(r"[\s|:-]+")


def left(rows: Sequence[Row], targets: Mapping[str, str]) -> Rendered:
    """The older text with what was removed marked."""
    return _marked((r.left for r in rows if r.old_line is not None), targets)


def right(rows: Sequence[Row], targets: Mapping[str, str]) -> Rendered:
    """The newer text with what was added marked."""
    return _marked((r.right for r in rows if r.new_line is not None), targets)


def both(rows: Sequence[Row], targets: Mapping[str, str]) -> Rendered:
    """One text with both marked. Of signs that changed the newer ones count, or a heading would be two headings."""
    return _marked((_without_old_signs(r) for r in rows if not _is_old_frame(r)), targets)


def _without_old_signs(row: Row) -> tuple[Segment, ...]:
    if row.new_line is None:
        return row.segments
    return tuple(
        Segment(s.mark, "".join(_WORDS.findall(s.text))) if s.mark is Mark.REMOVED else s for s in row.segments
    )


def _is_old_frame(row: Row) -> bool:
    """A line that is gone and was nothing but a frame: the rule of a table, the fence of a code block."""
    text = "".join(s.text for s in row.segments)
    return row.new_line is None and (text.lstrip().startswith(("```", "~~~")) or bool(_TABLE_RULE.fullmatch(text)))


def _marked(lines: Iterable[Iterable[Segment]], targets: Mapping[str, str]) -> Rendered:
    done = render("\n".join(_line(segments) for segments in lines), targets)
    return Rendered(Markup(_tags(str(done.html))), (), done.is_plain)  # noqa: S704 (cleaned; only ins and del are added)


def _line(segments: Iterable[Segment]) -> str:
    parts = [Segment(s.mark, _MARKS.sub("", s.text)) for s in segments]
    line = "".join(s.text for s in parts)
    lead = _LEAD.match(line)
    closed = [(m.start(), m.end()) for m in _ADDRESS.finditer(line)] + ([(0, lead.end())] if lead else [])
    out, at = [], 0
    for part in parts:
        out.append(part.text if part.mark is Mark.KEPT else _WORDS.sub(_around(part.mark, at, closed), part.text))
        at += len(part.text)
    return "".join(out)


def _around(mark: Mark, at: int, closed: Sequence[tuple[int, int]]) -> Callable[[re.Match[str]], str]:
    """Put the words into marks unless they touch a stretch in which nothing may stand."""

    def put(words: re.Match[str]) -> str:
        start, end = at + words.start(), at + words.end()
        if any(start < to and end > since for since, to in closed):
            return words.group()
        return f"{_OPEN[mark]}{words.group()}{_CLOSE[mark]}"

    return put


def _tags(html: str) -> str:
    """The marks as elements; those that ended up inside a tag are dropped."""
    clean = _TAG.sub(lambda tag: _MARKS.sub("", tag.group()), html)
    return _MARKS.sub(lambda mark: _TAGS[mark.group()], clean)
