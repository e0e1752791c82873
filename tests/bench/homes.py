"""Home folders to measure on, filled through the program itself."""

from __future__ import annotations

import gzip
import json
import os
import sys
from pathlib import Path

from kb.settings import Settings
from tests.bench.process_tree import Run, measured
from webapp.wiring import Desk

TOP = Path(__file__).resolve().parents[2]
COPIES = 10


def command(home: Path, *arguments: str | Path) -> list[str]:
    return [sys.executable, "-c", "from webapp.cli import main; main()", "--home", str(home), *map(str, arguments)]


def environment() -> dict[str, str]:
    """Nothing of this shell's settings, and compiled modules are kept, as where the program is installed."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("KB_") and k != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(TOP)}


def kb(home: Path, *arguments: str | Path) -> Run:
    """Run ``kb`` with nothing of this shell's settings."""
    return measured(command(home, *arguments), environment())


def filled(home: Path, *sources: Path) -> Run:
    """Make a home folder with the entries of ``sources`` in force and indexed; what the import took."""
    kb(home, "init")
    return kb(home, "import", *sources, "--publish")


def opened(home: Path) -> Desk:
    return Desk(Settings.load(home, {}))


def varied(source: Path, target: Path, copies: int = COPIES) -> int:
    """Write ``copies`` of every entry of ``source``, each with its sentences turned and one left out; how many."""
    count = 0
    with gzip.open(source, "rt", encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        for line in lines:
            row = json.loads(line)
            for copy in range(copies):
                out.write(json.dumps(_turned(row, copy), ensure_ascii=False) + "\n")
                count += 1
    return count


def _turned(row: dict[str, str], copy: int) -> dict[str, str]:
    if not copy:
        return row
    sentences = [s for s in row["body"].replace("。", "。\n").splitlines() if s.strip()]
    turn = copy % len(sentences) if sentences else 0
    kept = sentences[turn:] + sentences[:turn]
    body = "".join(kept[:-1] if len(kept) > 2 else kept)
    return {**row, "code": f"{row['code']}V{copy}", "title": f"{row['title']} 方案{copy}", "body": body}
