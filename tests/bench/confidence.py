"""How often the answer card is shown and how often it is right, with the halves of each set and the kinds of error.

    python -m tests.bench.confidence [clauses] [phrasings] [learned] [golden] [insuranceqa]

*shown* is the share of the questions with a card, *right* the share of the cards that name a right entry, *A* and *B*
the same for every other question: a rule that fits one half only would show there. *missed* is the share of the
questions whose first hit was right but stood there without a card.

After the golden questions the starter library is asked what it does not answer: everyday questions (``phrasings``) and
questions about insurance in another country (``insuranceqa``), as they are and within one product. Each card is wrong.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from indexer.factory import packaged_words
from indexer.memory_index import MemoryIndex
from indexer.port import Filters
from indexer.search import Search, SearchRequest
from indexer.tokens import Tokenizer
from kb.domain.person import Role
from tests.bench.ablation import COLUMNS
from tests.bench.search_eval import NOW, Truth, documents, questions


def cards(search: Search, line: Mapping[str, object], mode: Mapping[str, bool]) -> tuple[bool, bool]:
    """Whether a card was shown, and whether the first hit is right."""
    product = str(line.get("product", ""))
    filters = Filters(products=frozenset({product})) if mode.get("with_product") and product else Filters()
    asked = f"{product} {line['query']}" if mode.get("product_in_query") else str(line["query"])
    result = search.run(SearchRequest(asked, Role.ADMINISTRATOR, filters, 10))
    relevant = line["relevant"]
    assert isinstance(relevant, list)
    return result.answer is not None, bool(result.hits) and result.hits[0].code in relevant


def share(values: list[bool]) -> float:
    return sum(values) / len(values) if values else float("nan")


def report(label: str, search: Search, lines: list[dict[str, object]], mode: Mapping[str, bool]) -> None:
    found = [cards(search, line, mode) for line in lines]
    right = [right for shown, right in found if shown]
    halves = [share([right for shown, right in found[half::2] if shown]) for half in (0, 1)]
    missed = share([right and not shown for shown, right in found])
    print(
        f"{label:14}{len(found):6d}  shown {share([shown for shown, _ in found]):.3f}  right {share(right):.3f}  "
        f"A {halves[0]:.3f}  B {halves[1]:.3f}  missed {missed:.3f}",
        flush=True,
    )


def report_unanswered(search: Search, products: Sequence[str]) -> None:
    for name, step in (("phrasings", 1), ("insuranceqa", 4)):
        asked = [str(line["query"]) for line in questions(name)[::step]]
        within = [Filters(products=frozenset({products[n % len(products)]})) for n in range(len(asked))]
        for label, filters in ((name, [Filters()] * len(asked)), (f"{name}, product", within)):
            found = [search.run(SearchRequest(q, Role.ADMINISTRATOR, f)) for q, f in zip(asked, filters, strict=True)]
            print(f"  unanswered: {label:22}{len(asked):6d}  shown {share([r.answer is not None for r in found]):.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=[])
    wanted = parser.parse_args().names
    tokenizer = Tokenizer(packaged_words(), Path(tempfile.gettempdir()) / "zhixi-bench")
    held = ""
    for label, (name, mode, _) in COLUMNS.items():
        if wanted and name not in wanted:
            continue
        if name != held:
            held, docs = name, documents(name)
            index = MemoryIndex(tokenizer)
            index.rebuild(docs, applied=0)
            search = Search(index, Truth(docs), tokenizer, lambda: NOW)
        report(label, search, questions(name), mode)
        if name == "golden":
            report_unanswered(search, sorted({d.content.product for d in docs if d.content.product}))


if __name__ == "__main__":
    main()
