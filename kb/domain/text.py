"""What may stand in a text field, and its one normal form.

Normal form: line ends are ``\\n``; no control characters but tab and line end; no lone surrogates. Single-line
fields have their white space folded. Normalising twice changes nothing, so that an exported text comes back equal.
"""

from __future__ import annotations

import re

from kb.domain.errors import N_, Invalid, TooLarge
from kb.domain.fields import FIELD_NAMES

# Besides C0/C1 controls: surrogates (half a character) and the two non-characters that XML, and so xlsx, cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?|\x85|\u2028|\u2029")
_SPACE = re.compile(r"\s+")


def multi_line(value: str, *, field: str, most: int) -> str:
    """Return ``value`` in normal form, at most ``most`` characters.

    Raises:
        Invalid: it holds a character that cannot be kept.
        TooLarge: it is longer than ``most``.
    """
    if not value:
        return ""
    text = _LINE_END.sub("\n", value)
    bad = _FORBIDDEN.search(text)
    if bad:
        raise Invalid(
            N_("“{name}”里有无法保存的字符（U+{point}），请删去后再试。"),
            field=field,
            name=FIELD_NAMES.get(field, field),
            point=f"{ord(bad.group()):04X}",
        )
    # A line of blanks only is an empty line; blanks at a line's end stay, Markdown reads two of them as a break.
    text = "\n".join(line if line.strip() else "" for line in text.split("\n"))
    return _bounded(text.strip("\n").rstrip(), field=field, most=most)


def single_line(value: str, *, field: str, most: int) -> str:
    """Return ``value`` in normal form on one line, white space folded."""
    if not value:
        return ""
    return _bounded(
        _SPACE.sub(" ", multi_line(value, field=field, most=max(most, len(value)))).strip(), field=field, most=most
    )


def _bounded(text: str, *, field: str, most: int) -> str:
    if len(text) > most:
        raise TooLarge(
            N_("“{name}”最多 {most} 个字，现有 {size} 个。"),
            field=field,
            name=FIELD_NAMES.get(field, field),
            most=most,
            size=len(text),
        )
    return text
