"""Names that must survive as terms whatever they are made of: products, tags, short titles, dictionary entries.

jieba's ``add_word`` ignores a name with a blank, ``/``, ``·`` or brackets. So names are looked for in a pass of
their own, beside the segmentation and not instead of it: a new name never changes how the words around it are cut,
so entries indexed before the name was known still match as well as they did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.text import normal

NAME_MOST = 60  # characters; longer ones are sentences, not names
_BESIDE_CHINESE = re.compile(r"(?<=[\u3400-\u9fff]) (?=\S)|(?<=\S) (?=[\u3400-\u9fff])")


class Names:
    """Finds every name in a text, overlapping ones too."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        squeezed_names = (squeezed(normal(name)) for name in names)
        self._names = frozenset(name for name in squeezed_names if 2 <= len(name) <= NAME_MOST)
        lengths: dict[str, set[int]] = {}
        for name in self._names:
            lengths.setdefault(name[:2], set()).add(len(name))
        self._lengths = {start: sorted(of_start, reverse=True) for start, of_start in lengths.items()}

    def found_in(self, text: str) -> list[str]:
        """The names in ``text``, which is in normal form: by place, the longer before the shorter."""
        if not self._names:
            return []
        text, names, found = squeezed(text), self._names, []
        for start in range(len(text) - 1):
            for length in self._lengths.get(text[start : start + 2], ()):
                name = text[start : start + length]
                if name in names and not (_inside_word(text, start) or _inside_word(text, start + length)):
                    found.append(name)
        return found


def squeezed(text: str) -> str:
    """White space folded, and none beside Chinese characters: ``e生保 2.0`` is written ``e生保2.0`` too."""
    return _BESIDE_CHINESE.sub("", " ".join(text.split()))


def _inside_word(text: str, place: int) -> bool:
    """Whether ``place`` lies between two ASCII letters or digits: ``ad`` is not in ``add``."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    return before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
