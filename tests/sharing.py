"""What the tests of one process make once: the dictionary, compiled templates, compiled routes.

Each is the same for every application and takes longer to make than most tests to run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from indexer import segmenter
from indexer.word_table import WordTable


@cache
def share(folder: Path) -> None:
    """From now on, in this process and in those that are forked from it; ``folder`` holds what is compiled."""
    segmenter.jieba_table = _once(segmenter.jieba_table, folder)
    Flask.jinja_options = {"bytecode_cache": _Compiled()}
    Rule._compile_builder = _remembering(Rule._compile_builder)  # type: ignore[method-assign]


def _once(load: Callable[..., WordTable], folder: Path) -> Callable[..., WordTable]:
    loaded = cache(partial(load, folder))

    def once(cache_dir: Path | None = None) -> WordTable:
        table = loaded()
        if cache_dir is not None:
            _hand_on(folder, cache_dir)
        return table

    return once


def _hand_on(folder: Path, cache_dir: Path) -> None:
    """Put the compiled dictionary where the processes that a test starts look for it."""
    cache_dir.mkdir(parents=True, exist_ok=True)
    for made in folder.glob("*"):
        there = cache_dir / made.name
        if not there.exists():
            try:
                os.link(made, there)
            except OSError:  # another disk
                shutil.copy2(made, there)


class _Compiled(BytecodeCache):
    """Templates compiled by this process; a bucket's key names the file, its checksum the text."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


def _remembering(compile_builder: Callable[..., Any]) -> Callable[..., Any]:
    """A route's builder depends on its text and its defaults; what it needs of the route comes as ``self``."""
    built: dict[Any, Any] = {}

    def remembering(rule: Rule, append_unknown: bool = True) -> Any:
        key = (tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in built:
            built[key] = compile_builder(rule, append_unknown)
        return built[key]

    return remembering
