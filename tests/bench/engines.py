"""The engine alone beside its peers: the same words of the same entries, the same questions, the ten best and the total.

Ours scores four fields, phrasings and coverage and knows who may see what; the peers have one field with title and body.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from indexer.port import Filters
from indexer.whoosh_index import WhooshIndex
from kb.domain.person import Role
from tests.bench.figures import Figure, percentile
from tests.bench.search_eval import documents, questions
from webapp.wiring import Desk

ROUNDS = 3  # of which each question's best counts: what other programs take is not the engine's
SOME = {"raw Whoosh": 60, "SQLite FTS5": 200}  # questions that the slow ones are asked
TIMES_WHOOSH, TIMES_P99 = 200, 3

Words = Sequence[str]
Ask = Callable[[Words], object]


def measure(desk: Desk) -> list[Figure]:
    """``desk`` holds the entries of insuranceqa, indexed."""
    search = desk.search
    tokenizer, index = search.tokenizer, search.index
    assert isinstance(index, WhooshIndex)
    docs = [d.content for d in documents("insuranceqa")]
    bags = [[t[1:] for t in tokenizer.terms(f"{c.title}\n{c.body}".lower()) if t[0] == "w"] for c in docs]
    asked = [[t[1:] for t in tokenizer.query(q["query"]).terms if t[0] == "w"] for q in questions("insuranceqa")]
    asked = [words for words in asked if words]
    with tempfile.TemporaryDirectory() as folder:
        engines: dict[str, Ask] = {"ours": _ours(index)}
        for name, made in (("tantivy", _tantivy), ("bm25s", _bm25s), ("SQLite FTS5", _fts5)):
            engines[name] = made(bags)
        engines["raw Whoosh"] = _whoosh(bags, Path(folder))
        times = _times(engines, asked)
    everything = _times({"ours": _ours_with(index)}, [q["query"] for q in questions("insuranceqa")], tokenizer.query)[
        "ours"
    ]
    return [*_compared(times), *_pair("engine, words, bigrams and characters: ours", everything)]


def _compared(times: dict[str, list[float]]) -> list[Figure]:
    part = "Engine alone, words only, 27,413 entries"
    p50 = {name: percentile(values, 0.5) for name, values in times.items()}
    p99 = {name: percentile(values, 0.99) for name, values in times.items()}
    out = [
        Figure(part, "zhixi p50", p50["ours"], "ms", most=round(p50["tantivy"], 3)),
        Figure(part, "zhixi p99", p99["ours"], "ms", most=round(TIMES_P99 * p99["tantivy"], 3)),
        Figure(part, "raw Whoosh p50 / zhixi p50", p50["raw Whoosh"] / p50["ours"], "times", least=TIMES_WHOOSH),
    ]
    for name in list(times)[1:]:
        out += [Figure(part, f"{name} p50", p50[name], "ms"), Figure(part, f"{name} p99", p99[name], "ms")]
    return out


def _pair(name: str, times: Sequence[float]) -> list[Figure]:
    part = "Engine alone, words, bigrams and characters"
    return [Figure(part, f"zhixi p{share}", percentile(times, share / 100), "ms") for share in (50, 99)]


def _times(
    engines: dict[str, Ask], asked: Sequence[object], cut: Callable[..., object] | None = None
) -> dict[str, list[float]]:
    """Milliseconds of each question with each engine, the best of all rounds. The engines take turns."""
    if cut is not None:
        asked = [cut(text) for text in asked]
    best: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, ask in engines.items():
            times = [_timed(ask, words) for words in asked[: SOME.get(name, len(asked))]]
            best[name] = [min(pair) for pair in zip(times, best.get(name, times), strict=True)]
    return best


def _timed(ask: Ask, words: object) -> float:
    started = time.perf_counter()
    ask(words)  # type: ignore[arg-type]
    return (time.perf_counter() - started) * 1000


def _ours(index: WhooshIndex) -> Ask:
    at = datetime.now(UTC)
    return lambda words: index.search(
        [f"w{word}" for word in words], at=at, role=Role.AGENT, filters=Filters(), limit=10
    )


def _ours_with(index: WhooshIndex) -> Ask:
    at = datetime.now(UTC)
    return lambda query: index.search(query.weights, at=at, role=Role.AGENT, filters=Filters(), limit=10)  # type: ignore[attr-defined]


def _tantivy(bags: Sequence[Words]) -> Ask:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_integer_field("number", stored=True)
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(heap_size=200_000_000, num_threads=1)
    for number, words in enumerate(bags):
        writer.add_document(tantivy.Document(text=" ".join(words), number=number))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(words: Words) -> object:
        terms = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", word)) for word in words]
        return searcher.search(tantivy.Query.boolean_query(terms), 10, count=True).hits

    return ask


def _bm25s(bags: Sequence[Words]) -> Ask:
    import bm25s

    model = bm25s.BM25()
    model.index([list(words) for words in bags], show_progress=False)
    return lambda words: model.retrieve([list(words)], k=10, show_progress=False)


def _fts5(bags: Sequence[Words]) -> Ask:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE entries USING fts5(text, content='', tokenize='unicode61')")
    connection.executemany("INSERT INTO entries (rowid, text) VALUES (?, ?)", enumerate(map(" ".join, bags)))
    best = "SELECT rowid, bm25(entries) FROM entries WHERE entries MATCH ? ORDER BY rank LIMIT 10"

    def ask(words: Words) -> object:
        return connection.execute(best, [" OR ".join(f'"{word}"' for word in words)]).fetchall()

    return ask


def _whoosh(bags: Sequence[Words], folder: Path) -> Ask:
    from whoosh import fields, index, query

    made = index.create_in(str(folder), fields.Schema(text=fields.KEYWORD(scorable=True), number=fields.STORED()))
    writer = made.writer(limitmb=512)
    for number, words in enumerate(bags):
        writer.add_document(text=" ".join(words), number=number)
    writer.commit()
    searcher = made.searcher()
    return lambda words: searcher.search(query.Or([query.Term("text", word) for word in words]), limit=10)
