"""Run a command and measure it: seconds, and the peak memory of it and all its descendants (Linux)."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PAUSE = 0.05  # seconds between two looks
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Run:
    seconds: float
    peak_bytes: int  # the largest sum of resident memory seen over the whole tree
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
            self.peak = max(self.peak, sum(_resident(pid) for pid in _tree(self.pid)))


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


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
