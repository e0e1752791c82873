"""Names that must survive as terms whatever they are made of: products, tags, short titles, dictionary entries.

jieba's ``add_word`` ignores a name with a blank, ``/``, ``·`` or brackets. So names are looked for in a pass of
their own, beside the segmentation and not instead of it: adding a name never changes how the words around it are
cut, so entries indexed before the name was known still match as well as they did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.text import normal

NAME_MOST = 60  # characters; longer ones are sentences, not names
_END = ""


class Names:
    """Finds every name in a text, the longest at each place, overlapping ones too."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        wanted = {squeezed(normal(name)) for name in names}
        self.names = frozenset(name for name in wanted if 2 <= len(name) <= NAME_MOST)
        self._pattern = re.compile(f"(?=({_trie_pattern(self.names)}))") if self.names else None

    def found_in(self, text: str) -> list[str]:
        """The names in ``text``, which is in normal form."""
        if self._pattern is None:
            return []
        text = squeezed(text)
        # A Latin name does not begin or end inside a longer word: “ad” is not in “add”.
        return [m.group(1) for m in self._pattern.finditer(text) if _at_borders(text, m.start(1), m.end(1))]


def squeezed(text: str) -> str:
    """White space folded, and none beside Chinese characters: ``e生保 2.0`` is asked as ``e生保2.0`` too."""
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=\S)|(?<=\S) (?=[\u3400-\u9fff])", "", " ".join(text.split()))


def _at_borders(text: str, start: int, end: int) -> bool:
    return not (_latin_pair(text, start) or _latin_pair(text, end))


def _latin_pair(text: str, place: int) -> bool:
    """Whether ``place`` lies between two letters or digits of the ASCII range."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    return before.isascii() and after.isascii() and before.isalnum() and after.isalnum()


def _trie_pattern(names: Iterable[str]) -> str:
    """A regular expression that matches any of the names, longest first, without trying them one by one."""
    root: dict[str, dict] = {}  # type: ignore[type-arg]
    for name in names:
        node = root
        for char in name:
            node = node.setdefault(char, {})
        node[_END] = {}
    return _node_pattern(root)


def _node_pattern(node: dict[str, dict]) -> str:  # type: ignore[type-arg]
    branches = [re.escape(char) + _node_pattern(child) for char, child in sorted(node.items()) if char != _END]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 and _END not in node else f"(?:{'|'.join(branches)})"
    return f"{joined}?" if _END in node else joined
