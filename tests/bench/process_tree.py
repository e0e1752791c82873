"""Run a command and measure it: seconds, and the peak memory of it and all its descendants (Linux)."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PAUSE = 0.1  # seconds between two looks


@dataclass(frozen=True)
class Run:
    seconds: float
    peak_bytes: int  # the most memory that the whole tree held at once, pages that it shares counted once
    output: str


def measured(command: Sequence[str], environ: dict[str, str] | None = None) -> Run:
    """Run ``command`` to its end. Raises ``CalledProcessError`` when it fails."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environ)
    watcher = _Watcher(process.pid)
    watcher.start()
    output, _ = process.communicate()
    seconds = time.monotonic() - began
    watcher.ended.set()
    watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return Run(seconds, watcher.peak, output)


class _Watcher(threading.Thread):
    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self.ended = pid, 0, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(PAUSE):
            self.peak = max(self.peak, sum(_held(pid) for pid in _tree(self.pid)))


def _held(pid: int) -> int:
    """Proportional set size: a page shared by two forked processes counts half for each."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _tree(pid: int) -> list[int]:
    found, open_ = [], [pid]
    while open_:
        one = open_.pop()
        found.append(one)
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                open_ += map(int, children.read_text().split())
            except OSError:
                continue
    return found
