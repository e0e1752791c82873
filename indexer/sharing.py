"""The start of a service: what its processes need alike, made before the fork, and what each must have of its own."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.forgiveness.readings import readings
from indexer.forgiveness.word_files import packaged_synonyms
from indexer.word_table import jieba_table

if TYPE_CHECKING:
    from indexer.search import Search

# What ``factory.open_search`` and the first search load, each process for itself if nobody did before.
_MODULES = (
    "indexer.factory", "indexer.forgiving", "indexer.live_words", "indexer.search", "indexer.sync", "indexer.tombstones",
    "indexer.whoosh_index",
)  # fmt: skip


def prepare(cache_dir: Path) -> None:
    """Load the code and the tables, and compile the dictionary where it is not there yet (three seconds, once).

    Opens neither index nor store: connections do not survive a fork.
    """
    for name in _MODULES:
        importlib.import_module(name)
    readings()
    packaged_synonyms()
    jieba_table(cache_dir)


def warm_up(search: Search) -> None:
    """Open the index and make what the first question would wait for, in the process that will answer it.

    Raises:
        Unavailable: the index cannot be read.
    """
    search.tokenizer.learn(search.index.names())
    if search.forgiving is not None:
        search.forgiving(search.clock())
