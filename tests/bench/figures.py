"""What the bench measures: figures, what was promised of them, and how they are shown."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured number. ``most`` and ``least`` are what was promised; None: it is only shown."""

    part: str
    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def kept(self) -> bool:
        """Whether the promise holds of the figure as it is shown: to three places."""
        value = round(self.value, 3)
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)

    @property
    def promise(self) -> str:
        bound = f"≤ {shown(self.most)}" if self.most is not None else f"≥ {shown(self.least or 0)}"
        return "" if self.most is None and self.least is None else bound

    def to_dict(self) -> dict[str, object]:
        return {**asdict(self), "value": round(self.value, 4), "kept": self.kept}


def shown(value: float) -> str:
    """Three digits that say something: 0.331, 9.27, 27,413."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def table(figures: Sequence[Figure]) -> str:
    """A Markdown table, as README shows it."""
    rows = ["| | measured | promised |", "|---|---|---|"]
    part = ""
    for f in figures:
        if f.part != part:
            part = f.part
            rows.append(f"| **{part}** | | |")
        mark = "" if f.kept else " ✗"
        rows.append(f"| {f.name} | {shown(f.value)} {f.unit} | {f.promise}{mark} |")
    return "\n".join(rows)


def machine() -> str:
    """The machine in one line: ``AMD EPYC, 2 cores, 24 GB, Python 3.11.7``."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{name}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GB, Python {sys.version.split()[0]}"
