"""One tokenizer for all tests (its dictionary takes seconds to load), and both engines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.memory_index import MemoryIndex
from indexer.port import SearchIndex
from indexer.tokens import Tokenizer
from indexer.whoosh_index import WhooshIndex

WORDS = ("等待期", "犹豫期", "百万医疗险", "A/B款")


@pytest.fixture(scope="session")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    return Tokenizer(WORDS, tmp_path_factory.mktemp("cache"))


@pytest.fixture(params=["memory", "whoosh"])
def make_index(request: pytest.FixtureRequest, tokenizer: Tokenizer, tmp_path: Path) -> Callable[[], SearchIndex]:
    """Opens the engine. The one on disk is the same index each time."""
    if request.param == "memory":
        held = MemoryIndex(tokenizer)
        return lambda: held
    return lambda: WhooshIndex(tmp_path / "index", tokenizer)


@pytest.fixture
def index(make_index: Callable[[], SearchIndex]) -> SearchIndex:
    return make_index()
