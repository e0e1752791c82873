"""A group as it stands on its page: rows to choose from, and how search answers each wording today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from indexer.search import Hit, SearchRequest
from kb.domain.errors import KbError
from kb.domain.harvest import Sort, is_learnable
from kb.domain.solutions import Solution, SolutionKind
from kb.services.harvest import OpenGroup
from webapp.current import desk, person

RANKED_MOST, DEPTH, SUGGESTED = 12, 10, 3
GOOD_RANK = 3  # found there, a wording need not be learned
TEXTS_MOST = 3


@dataclass(frozen=True, slots=True)
class Row:
    """What is chosen together: all solutions with one wording, or one correction. ``key`` is its lowest number.

    ``rank``: place of the entry when this is searched now, 0 for not among the first ten, None when it was not asked.
    """

    key: int
    solutions: list[Solution]
    rank: int | None = None

    @property
    def first(self) -> Solution:
        return self.solutions[0]

    @property
    def asked(self) -> str:
        return self.first.asked

    @property
    def is_found(self) -> bool:
        return self.rank is not None and 0 < self.rank <= GOOD_RANK

    @property
    def is_learnable(self) -> bool:
        return is_learnable(self.asked)

    @property
    def people(self) -> list[str]:
        return list(dict.fromkeys(one.person for one in self.solutions))

    @property
    def texts(self) -> list[Solution]:
        """The first of each different answer."""
        different = {one.text: one for one in reversed(self.solutions) if one.text}
        return list(reversed(different.values()))


def rows_of(opened: OpenGroup) -> list[Row]:
    """The most frequent first. Corrections stand each by itself: every remark is another one."""
    if opened.group.sort is Sort.CORRECT:
        found = [Row(one.number, [one]) for one in opened.solutions]
        return sorted(found, key=lambda row: (row.first.kind is not SolutionKind.FLAGGED, row.key))
    by_words: dict[str, list[Solution]] = {}
    for one in opened.solutions:
        by_words.setdefault(one.asked, []).append(one)
    found = [Row(min(one.number for one in said), said) for said in by_words.values()]
    return sorted(found, key=lambda row: (-len(row.solutions), row.key))


def ranked(rows: Sequence[Row], code: str) -> list[Row]:
    """With the place of the entry for the first ``RANKED_MOST`` of them. Without search the page is still the page."""
    done: list[Row] = []
    for row in rows:
        rank = _rank(row.asked, code) if code and row.asked and len(done) < RANKED_MOST else None
        done.append(Row(row.key, row.solutions, rank))
    return done


def suggested(rows: Sequence[Row]) -> list[Hit]:
    """Entries that may answer a new question already: what the most frequent wording finds."""
    try:
        return desk().search.run(SearchRequest(rows[0].asked, person().role, limit=SUGGESTED)).hits if rows else []
    except KbError:
        return []


def prefilled(rows: Sequence[Row]) -> dict[str, object]:
    """A new entry from the rows: the most frequent question as title, the others as phrasings, steps and result below."""
    solutions = [one for row in rows for one in row.solutions]
    best = next((one for row in rows for one in row.texts), solutions[0])
    products = Counter(one.product for one in solutions if one.product).most_common(1)
    others = [row.asked for row in rows[1:] if row.is_learnable]
    parts = [(gettext("步骤"), best.text), (gettext("结果"), best.result)]
    body = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in parts if text)
    is_short = "\n" not in best.text and len(best.text) <= 120
    return {
        "kind": "faq", "title": rows[0].asked, "asked_as": "\n".join(others), "body": body,
        "speakable": best.text if is_short else "", "product": products[0][0] if products else "",
    }  # fmt: skip


def _rank(asked: str, code: str) -> int | None:
    try:
        hits = desk().search.run(SearchRequest(asked, person().role, limit=DEPTH)).hits
    except KbError:
        return None
    return next((rank for rank, hit in enumerate(hits, 1) if hit.code == code), 0)
