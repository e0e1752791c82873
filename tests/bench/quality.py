"""Import throughput and how well what is asked is found, on the development sets, beside what was promised."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.bench.homes import TOP, filled, kb
from tests.bench.process_tree import Run

SAMPLE = 300  # questions below which a set was cut short by --questions
ENTRIES_A_SECOND, PEAK_MIB = 700, 1024  # what the import of the large set must keep


@dataclass(frozen=True)
class Set:
    """Entries to import, questions to ask, and what was promised; for hit@5 what BM25 over words and bigrams reaches."""

    name: str
    entries: tuple[str, ...]
    questions: str
    least: dict[str, float]
    options: tuple[str, ...] = field(default=())


SETS = (
    Set("starter library", ("content",), "golden.jsonl", {"hit@1": 0.88, "hit@5": 0.98}),
    Set("clauses", ("clauses.jsonl",), "clauses.queries.jsonl", {"mrr@10": 0.57, "hit@5": 0.708}),
    Set("clauses, product in query", ("clauses.jsonl",), "clauses.queries.jsonl",
        {"mrr@10": 0.945}, ("--product-in-query",)),
    Set("clauses, product as filter", ("clauses.jsonl",), "clauses.queries.jsonl",
        {"mrr@10": 0.985}, ("--with-product",)),
    Set("phrasings", ("phrasings.jsonl.gz",), "phrasings.queries.jsonl", {"mrr@10": 0.90, "hit@5": 0.981}),
    Set("phrasings, asked_as learnt", ("phrasings.jsonl.gz", "phrasings.asked_as.jsonl"), "phrasings.queries.jsonl",
        {"mrr@10": 0.965, "hit@5": 0.998}),
    Set("insuranceqa", ("insuranceqa.jsonl.gz",), "insuranceqa.queries.jsonl", {"mrr@10": 0.25, "hit@5": 0.311}),
)  # fmt: skip


def measure(data: Path, folder: Path, *, sets: str = "", questions: int = 0) -> tuple[list[Figure], list[dict[str, Any]]]:
    """The figures with a promise, and all of them by set.

    Args:
        data: folder of the sets. folder: for home folders, whose names are the numbers of their first set.
        sets: only those whose name begins so. questions: ask only the first so many of each set.
    """
    results: list[dict[str, Any]] = []
    homes: dict[tuple[str, ...], tuple[Path, Run]] = {}
    for one in SETS:
        if not one.name.startswith(sets):
            continue
        if not _data(data, one).exists():
            print(f"{one.name}: {data / one.questions} is not there; not measured", file=sys.stderr)
            continue
        if one.entries not in homes:
            homes[one.entries] = _filled(folder / f"quality{len(homes)}", data, one)
        home, run = homes[one.entries]
        results.append(_measure(one, home, run, _data(data, one), questions))
        print(_line(results[-1]), flush=True)
    return [figure for result in results for figure in _figures(result)], results


def _figures(result: dict[str, Any]) -> list[Figure]:
    if result["queries"] < SAMPLE:
        return []  # not comparable with the figures of the whole set
    return [Figure("Found, at the first place and among five", f"{result['set']}, {name}", result[name], "", least=least)
            for name, least in result["least"].items()]  # fmt: skip


def _data(data: Path, one: Set) -> Path:
    return TOP / "content" / one.questions if one.entries == ("content",) else data / one.questions


def _filled(home: Path, data: Path, one: Set) -> tuple[Path, Run]:
    """A home folder with the entries of the set in force and indexed, and what the import took."""
    sources = [TOP / "content"] if one.entries == ("content",) else [data / name for name in one.entries]
    return home, filled(home, *sources)


def _measure(one: Set, home: Path, run: Run, questions: Path, most: int) -> dict[str, Any]:
    if most:
        lines = questions.read_text(encoding="utf-8").splitlines()[:most]
        questions = home / "some.jsonl"
        questions.write_text("\n".join(lines), encoding="utf-8")
    figures = json.loads(kb(home, "eval", questions, "--json", *one.options).output)
    entries = _count(run.output)
    return {
        "set": one.name,
        "entries": entries,
        "import_seconds": round(run.seconds, 1),
        "entries_per_second": round(entries / run.seconds),
        "peak_mib": round(run.peak_bytes / 2**20),
        **figures,
        "least": one.least,
        "reached": all(round(figures[name], 3) >= least for name, least in one.least.items()),
    }


def _count(output: str) -> int:
    """How many entries the import reported as new."""
    return int(next(line for line in output.splitlines() if line.startswith("新增")).split()[-1])


def _line(result: dict[str, Any]) -> str:
    quality = "  ".join(f"{name} {result[name]:.3f} (least {least:.3f})" for name, least in result["least"].items())
    verdict = "ok" if result["reached"] else "BELOW"
    if result["queries"] < SAMPLE:
        verdict = "part"  # not comparable with the figures of the whole set
    return (
        f"{result['set']:27} {verdict:6}{quality}  zero hits {result['zero_hits']}  "
        f"p50 {result['p50_ms']:.1f} ms  p99 {result['p99_ms']:.1f} ms\n"
        f"{'':27} import with index: {result['entries']} entries in {result['import_seconds']} s = "
        f"{result['entries_per_second']}/s, peak {result['peak_mib']} MiB{_promise(result)}"
    )


def _promise(result: dict[str, Any]) -> str:
    if result["entries"] < 20_000:
        return ""
    kept = result["entries_per_second"] >= ENTRIES_A_SECOND and result["peak_mib"] <= PEAK_MIB
    return f" (at least {ENTRIES_A_SECOND}/s, at most {PEAK_MIB} MiB: {'ok' if kept else 'NOT KEPT'})"

