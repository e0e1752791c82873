"""A progress bar on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(label: str, length: int | None) -> Iterator[Callable[[int], None] | None]:
    """Gives ``done(count so far)``, or None when nobody watches. ``length`` None: the end is not known."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=length or 1, label=label, file=sys.stderr, hidden=length is None) as bar:
        yield lambda count: bar.update(max(0, count - bar.pos))
