"""What of an entry becomes a vector."""

from __future__ import annotations

from indexer.port import Found
from indexer.text import without_markup
from kb.domain.content import Content
from kb.ports import Dated

LOOKED_AT = 24  # hits that are weighed
_TEXT_MOST, _PHRASINGS = 900, 5

Hits = list[tuple[Found, Dated]]


def passage(content: Content) -> str:
    """Title, phrasings, answer and text, cut where models stop reading (512 tokens)."""
    body = without_markup(content.body).strip()
    title = "" if _says_nothing(content.title, content.product, body) else content.title
    lines = (title, *content.asked_as[:_PHRASINGS], content.speakable, body)
    return "\n".join(line for line in lines if line)[:_TEXT_MOST]


def _says_nothing(title: str, product: str, body: str) -> bool:
    """Whether a title only names the product, or is only how the text begins.

    Products are for the words: passages that sister products have word for word would differ by nothing else, and be
    put in an order that says nothing. (with it: clauses .012 less)
    """
    return title == product or body.startswith(title.rstrip("…"))


class Noting:
    """In the place of ``Meaning`` while words alone are measured: notes the passages whose vectors are needed next.

    Of a large library they are a small part, and a small model takes hours for the whole.
    """

    def __init__(self) -> None:
        self.passages: dict[str, None] = {}

    def weighed(self, question: str, hits: Hits) -> Hits:
        self.passages.update((passage(dated.revision.content), None) for _, dated in hits[:LOOKED_AT])
        return hits
