"""Bring the index in step after a change at the command line."""

from __future__ import annotations

import time
from collections.abc import Callable

from kb.domain.errors import N_, Busy
from webapp.wiring import Desk

PATIENCE = 120.0  # seconds for a running service to apply what it has begun
STEP = 0.02


def catch_up(desk: Desk, progress: Callable[[int], object] | None = None) -> int:
    """Apply all index jobs that are open now; returns how many this process applied.

    A running service may hold the writer's lock: then it applies them, and this waits for it.

    Raises:
        Busy: they were not applied in time. Nothing is lost: whoever drains next applies them.
    """
    applied, waited = desk.sync.drain(progress), 0.0
    while _behind(desk):
        if waited >= PATIENCE:
            raise Busy(N_("改动已保存，索引还没有跟上；它会由正在运行的服务或下一次 kb check 补上。"))
        time.sleep(STEP)
        waited += STEP
        applied += desk.sync.drain(progress)
    return applied


def _behind(desk: Desk) -> bool:
    """Whether the database holds changes that the index does not."""
    with desk.store.read() as uow:
        return uow.jobs.last() != desk.sync.applied()
