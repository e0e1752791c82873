"""``make bench``: how fast the desk answers and how well, beside its peers and beside what was promised.

    python -m tests.bench.run [--only engine,pipeline,large,http,rebuild,quality] [--data FOLDER] [--keep FOLDER] [--chart]

Works on the development sets (``--data``, default ``../shared/eval``), through the program itself, in temporary home
folders (``--keep`` leaves them there for the next run). Prints a table and writes figures and chart to ``.bench/``;
``--chart`` puts the chart into ``.readme/`` too, where README shows it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.chart import chart
from tests.bench.figures import Figure, machine, table
from tests.bench.homes import TOP, filled, kb, opened, varied

ENTRIES, QUESTIONS = "insuranceqa.jsonl.gz", "insuranceqa.queries.jsonl"
LARGE_QUESTIONS = 300
LEAST_REBUILT = 1_000  # entries a second


class Bench:
    """The parts, each by its name, over home folders in ``folder`` that are made when first needed."""

    def __init__(self, data: Path, folder: Path, sets: str, questions: int) -> None:
        self.data, self.folder, self.sets, self.questions = data, folder, sets, questions
        self.details: list[dict[str, Any]] = []
        self.parts: dict[str, Callable[[], list[Figure]]] = {
            "engine": self.engine, "pipeline": self.pipeline, "large": self.large,
            "http": self.http, "rebuild": self.rebuild, "quality": self.quality,
        }  # fmt: skip

    def home(self, name: str, make: Callable[[Path], Path]) -> Path:
        """The home folder ``name``; ``make`` gives the file of entries to import."""
        home = self.folder / name
        if (home / "kb.sqlite3").exists():
            kb(home, "init")  # kept from an older run: brings its schema up to date
        else:
            print(f"… {name}: importing", file=sys.stderr, flush=True)
            filled(home, make(self.folder))
        return home

    @property
    def _usual(self) -> Path:
        return self.home("usual", lambda _: self.data / ENTRIES)

    def _asked(self) -> list[str]:
        lines = (self.data / QUESTIONS).read_text(encoding="utf-8").splitlines()
        return [json.loads(line)["query"] for line in lines]

    def engine(self) -> list[Figure]:
        from tests.bench import engines

        return engines.measure(opened(self._usual))

    def pipeline(self) -> list[Figure]:
        from tests.bench import pipeline

        part = "Whole pipeline, 27,413 entries, 2,000 questions"
        return pipeline.measure(opened(self._usual), self._asked(), part, p50=3, p99=12)

    def large(self) -> list[Figure]:
        from tests.bench import pipeline

        def ten_times(folder: Path) -> Path:
            varied(self.data / ENTRIES, folder / "large.jsonl")
            return folder / "large.jsonl"

        part = f"Whole pipeline, 274,130 entries, {LARGE_QUESTIONS} questions"
        return pipeline.measure(opened(self.home("large", ten_times)), self._asked()[:LARGE_QUESTIONS], part, p50=12)

    def http(self) -> list[Figure]:
        from tests.bench import serving

        return serving.measure(self._usual, self._asked())

    def rebuild(self) -> list[Figure]:
        with gzip.open(self.data / ENTRIES, "rt", encoding="utf-8") as lines:
            entries = sum(1 for _ in lines)
        home = self._usual
        shutil.rmtree(home / "cache" / "cuts", ignore_errors=True)  # kept from an older run
        run, again = kb(home, "reindex"), kb(home, "reindex")
        part = "Full rebuild of the index, 27,413 entries"
        return [
            Figure(part, "entries a second, every one cut anew", entries / run.seconds, "", least=LEAST_REBUILT),
            Figure(part, "entries a second, unchanged ones as they were cut", entries / again.seconds, ""),
            Figure(part, "memory of all its processes", run.peak_bytes / 1e6, "MB"),
        ]

    def quality(self) -> list[Figure]:
        from tests.bench import quality

        figures, self.details = quality.measure(self.data, self.folder, sets=self.sets, questions=self.questions)
        return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=TOP.parent / "shared" / "eval", help="folder of the sets")
    parser.add_argument("--only", default="", help="parts, comma between them")
    parser.add_argument("--sets", default="", help="quality: sets whose name begins so")
    parser.add_argument("--questions", type=int, default=0, help="quality: ask only the first N questions of each set")
    parser.add_argument("--keep", type=Path, help="folder in which the home folders stay for the next run")
    parser.add_argument("--chart", action="store_true", help="put the chart into .readme/ too")
    chosen = parser.parse_args()
    os.environ["KB_EVAL_DIR"] = str(chosen.data)
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(chosen.data, folder, chosen.sets, chosen.questions)
        names = [name for name in chosen.only.split(",") if name] or list(bench.parts)
        if unknown := [name for name in names if name not in bench.parts]:
            parser.error(f"no part {', '.join(unknown)}; there are {', '.join(bench.parts)}")
        figures: list[Figure] = []
        for name in names:
            if not (chosen.data / ENTRIES).exists() and name != "quality":
                print(f"{name}: {chosen.data / ENTRIES} is not there; not measured", file=sys.stderr)
                continue
            measured = bench.parts[name]()
            figures += measured
            print(table(measured), flush=True)
    _write(figures, bench.details, into_readme=chosen.chart)
    return 0


def _write(figures: list[Figure], details: list[dict[str, Any]], *, into_readme: bool) -> None:
    folder, stamp = TOP / ".bench", f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    folder.mkdir(exist_ok=True)
    made = {"machine": machine(), "at": stamp, "figures": [f.to_dict() for f in figures], "sets": details}
    (folder / f"run-{stamp}.json").write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    drawn = chart([f for f in figures if not f.part.startswith("Found")], f"Measured on {machine()}")
    for path in [folder / f"run-{stamp}.svg"] + [TOP / ".readme" / "bench.svg"] * into_readme:
        path.write_text(drawn, encoding="utf-8")
    if into_readme:
        picture = "![What was measured, as bars beside what was promised](.readme/bench.svg)"
        _write_readme(TOP / "README.md", f"Measured on {machine()}:\n\n{picture}\n\n{table(figures)}")
    print(f"written to .bench/run-{stamp}.json and .svg")


def _write_readme(path: Path, text: str) -> None:
    """Put the table between the two marks of README's Figures section."""
    readme = path.read_text(encoding="utf-8")
    between = re.compile(r"(?<=<!-- bench -->\n).*?(?=<!-- /bench -->)", re.DOTALL)
    path.write_text(between.sub(lambda _: f"\n{text}\n\n", readme), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
