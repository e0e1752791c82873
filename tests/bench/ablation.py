"""What each step of the ranking is worth: every set of questions with one step off at a time, as a table of MRR@10.

    python -m tests.bench.ablation [clauses] [phrasings] [learned] [golden] [insuranceqa] [--sample N]

The first line is the ranking as it stands, the others tell the difference to it (+ means better without the step).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from indexer import emphasis, ranking
from indexer.evaluation import evaluate
from indexer.factory import packaged_words
from indexer.memory_index import MemoryIndex
from indexer.port import FIELDS
from indexer.scoring import Collection
from indexer.search import Search
from indexer.tokens import Tokenizer
from tests.bench.search_eval import NOW, Truth, documents, questions

# column: (set, how it is asked, about how many of its questions; 0: all)
COLUMNS: dict[str, tuple[str, dict[str, bool], int]] = {
    "clauses": ("clauses", {}, 0),
    "+product": ("clauses", {"product_in_query": True}, 0),
    "filtered": ("clauses", {"with_product": True}, 0),
    "phrasings": ("phrasings", {}, 0),
    "learned": ("learned", {}, 0),
    "golden": ("golden", {}, 0),
    "insuranceqa": ("insuranceqa", {}, 500),
}
_NONE = 1e-9  # a weight of nothing; 0 would divide by zero where it stands alone


def _fields(**weights: tuple[float, float]) -> dict[tuple[object, str], object]:
    """``ranking``'s arrays with other (weight, b) for some fields."""
    table = np.array([weights.get(name, ranking.FIELD_WEIGHTS[name]) for name in FIELDS])
    return {(ranking, "_WEIGHT"): table[:, 0], (ranking, "_B"): table[:, 1]}


def _kinds(**weights: float) -> dict[tuple[object, str], object]:
    return {(ranking, "KIND_WEIGHTS"): ranking.KIND_WEIGHTS | weights}


STEPS: dict[str, Mapping[tuple[object, str], object]] = {
    "as it stands": {},
    "no look at names": {(ranking, "LIKENESS"): 0.0, (ranking, "AGREEING"): 0.0},
    "no agreeing phrasing": {(ranking, "AGREEING"): 0.0},
    "no look at the text": {(ranking, "RUNS"): 0.0, (ranking, "ALIGNED"): 0.0, (ranking, "DEFINED"): 0.0},
    "no runs of letters": {(ranking, "RUNS"): 0.0},
    "no letters in order": {(ranking, "ALIGNED"): 0.0},
    "no definitions": {(ranking, "DEFINED"): 0.0},
    "no best phrasing": {(ranking, "PHRASING"): 0.0},
    "no coverage": {(ranking, "COVERAGE"): 0.0},
    "no bigrams": _kinds(b=_NONE),
    "no characters": _kinds(c=_NONE),
    "no words": _kinds(w=_NONE),
    "weak words in full": {(emphasis, "WEAK"): 1.0},
    "parts of words in full": {(emphasis, "PART"): 1.0},
    "names b .75": _fields(names=(ranking.FIELD_WEIGHTS["names"][0], 0.75)),
    "all b 0": _fields(**{name: (weight, 0.0) for name, (weight, _) in ranking.FIELD_WEIGHTS.items()}),
    "all fields alike": _fields(**{name: (1.0, b) for name, (_, b) in ranking.FIELD_WEIGHTS.items()}),
    "no product and tags": _fields(about=(_NONE, 0.75)),
    "K1 1.2": {(ranking, "K1"): 1.2},
}


@contextmanager
def without(step: Mapping[tuple[Any, str], object]) -> Iterator[None]:
    """The program with other constants, and as it was afterwards."""
    kept = {(module, name): getattr(module, name) for module, name in step}
    try:
        for (module, name), value in step.items():
            setattr(module, name, value)
        yield
    finally:
        for (module, name), value in kept.items():
            setattr(module, name, value)


def column(name: str, mode: Mapping[str, bool], sample: int) -> dict[str, float]:
    """MRR@10 of one column, by step."""
    docs, lines = documents(name), questions(name)
    lines = lines[:: max(1, len(lines) // sample)] if sample else lines
    tokenizer = Tokenizer(packaged_words(), Path(tempfile.gettempdir()) / "zhixi-bench")
    index = MemoryIndex(tokenizer)
    index.rebuild(docs, applied=0)
    search = Search(index, Truth(docs), tokenizer, lambda: NOW)
    found = {}
    for label, step in STEPS.items():
        with without(step):
            index._collection = Collection(index.collection.listed)  # what terms are worth is kept with it
            found[label] = evaluate(search, lines, **mode).mrr10
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=[])
    parser.add_argument("--sample", type=int, default=0, help="about this many questions of each set")
    arguments = parser.parse_args()
    columns = {
        label: column(name, mode, arguments.sample or most)
        for label, (name, mode, most) in COLUMNS.items()
        if not arguments.names or name in arguments.names
    }
    print(f"{'':24}" + "".join(f"{label:>13}" for label in columns))
    for step in STEPS:
        values = [found[step] - (found["as it stands"] if STEPS[step] else 0) for found in columns.values()]
        print(f"{step:24}" + "".join(f"{value:>+13.3f}" if STEPS[step] else f"{value:>13.3f}" for value in values))


if __name__ == "__main__":
    main()
