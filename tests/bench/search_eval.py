"""Measures the answers on the development sets and the golden questions, without a database.

    python -m tests.bench.search_eval [clauses] [phrasings] [learned] [insuranceqa] [golden] [--misses N]

The sets lie in ``../shared/eval`` or where ``KB_EVAL_DIR`` says.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from indexer.evaluation import evaluate
from indexer.memory_index import MemoryIndex
from indexer.port import Document
from indexer.search import Search
from indexer.tokens import Tokenizer
from kb.domain.content import Content, Kind
from kb.domain.entry import Period, Revision
from kb.ports import Dated

EVAL = Path(os.environ.get("KB_EVAL_DIR", "../shared/eval"))
START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 21, tzinfo=UTC)


class Truth:
    """A store that holds documents in a dictionary."""

    def __init__(self, documents: list[Document]) -> None:
        self.entries = self.learned = self.solutions = self
        self._dated = {
            d.code: Dated(d.code, Revision(1, d.content, "bench", START, "-"), Period(1, 1, d.starts, d.ends))
            for d in documents
        }

    @contextmanager
    def read(self) -> Iterator[Truth]:
        yield self

    def used(self) -> dict[str, tuple[str, ...]]:
        return {}  # of "learned" the phrasings are written into the entries

    def solved(self) -> dict[str, int]:
        return {}

    def in_force(self, codes: list[str], at: datetime) -> dict[str, Dated]:
        return {code: self._dated[code] for code in codes if code in self._dated}


def rows(name: str) -> list[dict]:
    path = EVAL / name
    opener = gzip.open if name.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def documents(name: str) -> list[Document]:
    if name == "golden":
        from kb.exchange import Row, read_paths

        found = read_paths([Path("content")], zone=ZoneInfo("Asia/Shanghai"))
        return [Document(r.code, 1, r.content, START, None) for r in found if isinstance(r, Row)]
    learned = {r["code"]: r["asked_as"] for r in rows("phrasings.asked_as.jsonl")} if name == "learned" else {}
    file = {"clauses": "clauses.jsonl", "insuranceqa": "insuranceqa.jsonl.gz"}.get(name, "phrasings.jsonl.gz")
    return [
        Document(
            r["code"],
            1,
            Content(
                title=r["title"], kind=Kind(r["kind"]), body=r["body"], product=r.get("product", ""),
                category=r["category"], asked_as=tuple(learned.get(r["code"], ())),
            ),
            START,
            None,
        )
        for r in rows(file)
    ]  # fmt: skip


def questions(name: str) -> list[dict]:
    if name == "golden":
        return [json.loads(line) for line in Path("content/golden.jsonl").read_text().splitlines()]
    return rows({"learned": "phrasings"}.get(name, name) + ".queries.jsonl")


def measure(name: str, misses: int, sample: int) -> None:
    docs = documents(name)
    from indexer.factory import packaged_words

    tokenizer = Tokenizer(packaged_words(), Path(tempfile.gettempdir()) / "zhixi-bench")
    index = MemoryIndex(tokenizer)
    started = time.perf_counter()
    index.rebuild(docs, applied=0)
    rate = len(docs) / (time.perf_counter() - started)
    search = Search(index, Truth(docs), tokenizer, lambda: NOW)
    lines = questions(name)
    lines = lines[:: max(1, len(lines) // sample)] if sample else lines
    modes = [{}, {"product_in_query": True}, {"with_product": True}] if name in ("clauses", "golden") else [{}]
    for mode in modes:
        e = evaluate(search, lines, **mode)
        print(
            f"{name:12s}{next(iter(mode), ''):17s} n {e.queries:4d}  mrr {e.mrr10:.3f}  hit@1 {e.hit1:.3f}  "
            f"hit@5 {e.hit5:.3f}  hit@10 {e.hit10:.3f}  zero {e.zero_hits}  p50 {e.p50_ms:.1f}  p99 {e.p99_ms:.1f} ms  "
            f"cards {e.answered:.2f} right {e.answered_right:.3f}  index {rate:.0f}/s",
            flush=True,
        )
        for miss in e.misses[:misses]:
            print("   ", miss.rank, miss.query, miss.relevant, miss.found[:3])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=["clauses", "phrasings", "learned", "insuranceqa", "golden"])
    parser.add_argument("--misses", type=int, default=0)
    parser.add_argument("--sample", type=int, default=0, help="about this many questions of each set")
    arguments = parser.parse_args()
    for name in arguments.names:
        measure(name, arguments.misses, arguments.sample)


if __name__ == "__main__":
    main()
