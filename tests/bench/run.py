"""``make bench``: how fast knowledge comes in, and how well it is found, beside the baselines.

Works on the development sets (``--data``, default ``../shared/eval``), through the program itself, in temporary home
folders. Prints a table and writes it as JSON to ``.bench/``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.process_tree import Run, measured

TOP = Path(__file__).resolve().parents[2]

SAMPLE = 300  # questions below which a set was cut short by --questions
ENTRIES_A_SECOND, PEAK_MIB = 700, 1024  # what the import of the large set must keep


@dataclass(frozen=True)
class Set:
    """Entries to import, questions to ask, and what BM25 over words and bigrams reached: MRR@10, hit@5 (or hit@1)."""

    name: str
    entries: tuple[str, ...]
    questions: str
    least: dict[str, float]
    options: tuple[str, ...] = field(default=())


SETS = (
    Set("starter library", ("content",), "golden.jsonl", {"hit@1": 0.80, "hit@5": 0.95}),
    Set("clauses", ("clauses.jsonl",), "clauses.queries.jsonl", {"mrr@10": 0.534, "hit@5": 0.708}),
    Set("clauses, product in query", ("clauses.jsonl",), "clauses.queries.jsonl",
        {"mrr@10": 0.92}, ("--product-in-query",)),
    Set("clauses, product as filter", ("clauses.jsonl",), "clauses.queries.jsonl",
        {"mrr@10": 0.98}, ("--with-product",)),
    Set("phrasings", ("phrasings.jsonl.gz",), "phrasings.queries.jsonl", {"mrr@10": 0.872, "hit@5": 0.981}),
    Set("phrasings, asked_as learnt", ("phrasings.jsonl.gz", "phrasings.asked_as.jsonl"), "phrasings.queries.jsonl",
        {"mrr@10": 0.935, "hit@5": 0.998}),
    Set("insuranceqa", ("insuranceqa.jsonl.gz",), "insuranceqa.queries.jsonl", {"mrr@10": 0.223, "hit@5": 0.311}),
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=TOP.parent / "shared" / "eval", help="folder of the sets")
    parser.add_argument("--only", default="", help="sets whose name begins so")
    parser.add_argument("--questions", type=int, default=0, help="ask only the first N questions of each set")
    chosen = parser.parse_args()
    results: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        homes: dict[tuple[str, ...], tuple[Path, Run]] = {}
        for one in SETS:
            if not one.name.startswith(chosen.only):
                continue
            if not _data(chosen.data, one).exists():
                print(f"{one.name}: {chosen.data / one.questions} is not there; not measured", file=sys.stderr)
                continue
            if one.entries not in homes:
                homes[one.entries] = _filled(Path(folder) / str(len(homes)), chosen.data, one)
            home, run = homes[one.entries]
            results.append(_measure(one, home, run, _data(chosen.data, one), chosen.questions))
            print(_line(results[-1]), flush=True)
    _write(results)
    return 0


def _kb(home: Path, *arguments: str | Path) -> Run:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("KB_")}
    command = [sys.executable, "-c", "from webapp.cli import main; main()", "--home", str(home), *map(str, arguments)]
    return measured(command, environ)


def _data(data: Path, one: Set) -> Path:
    return TOP / "content" / one.questions if one.entries == ("content",) else data / one.questions


def _filled(home: Path, data: Path, one: Set) -> tuple[Path, Run]:
    """A home folder with the entries of the set in force and indexed, and what the import took."""
    _kb(home, "init")
    sources = [TOP / "content"] if one.entries == ("content",) else [data / name for name in one.entries]
    return home, _kb(home, "import", *sources, "--publish")


def _measure(one: Set, home: Path, run: Run, questions: Path, most: int) -> dict[str, Any]:
    if most:
        lines = questions.read_text(encoding="utf-8").splitlines()[:most]
        questions = home / "some.jsonl"
        questions.write_text("\n".join(lines), encoding="utf-8")
    figures = json.loads(_kb(home, "eval", questions, "--json", *one.options).output)
    entries = _count(run.output)
    return {
        "set": one.name,
        "entries": entries,
        "import_seconds": round(run.seconds, 1),
        "entries_per_second": round(entries / run.seconds),
        "peak_mib": round(run.peak_bytes / 2**20),
        **figures,
        "least": one.least,
        "reached": all(figures[name] >= least for name, least in one.least.items()),
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


def _write(results: list[dict[str, Any]]) -> None:
    folder = TOP / ".bench"
    folder.mkdir(exist_ok=True)
    path = folder / f"run-{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps({"cores": os.cpu_count(), "sets": results}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written to {path.relative_to(TOP)}")


if __name__ == "__main__":
    sys.exit(main())
