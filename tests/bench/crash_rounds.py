"""200 rounds of kill -9 during import, publication, withdrawal and indexing: ``python -m tests.bench.crash_rounds``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from kb.settings import Settings
from kb.storage import open_store
from tests.crash.rounds import crash_rounds
from webapp.wiring import Desk


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database-url", help="default: SQLite in a temporary folder; must be empty")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.database_url or f"sqlite:///{folder}/kb.sqlite3"
        open_store(url, migrate=True).close()
        desk = Desk(Settings(home=Path(folder), database_url=url))
        began = time.monotonic()
        tally = crash_rounds(desk, chosen.rounds, chosen.seed)
        desk.close()
    print(f"rounds of kill -9        {tally.rounds} in {time.monotonic() - began:.0f} s")
    print(f"changes acknowledged     {tally.acknowledged}")
    cut = ", ".join(f"{what} {count}" for what, count in sorted(tally.cut_short.items()))
    print(f"killed in the middle of  {cut}")
    print(f"faults                   {len(tally.faults)}")
    for fault in tally.faults:
        print(f"  {fault}")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
