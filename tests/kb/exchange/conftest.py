"""A zone, and shortcuts that read one file into rows and rejections."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kb.exchange import Item, read_paths

Reader = Callable[..., list[Item]]


@pytest.fixture
def zone() -> ZoneInfo:
    return ZoneInfo("Asia/Shanghai")


@pytest.fixture
def read(tmp_path: Path, zone: ZoneInfo) -> Reader:
    """``read("a.md", "text")`` writes the file (text as UTF-8, or bytes) and reads it; without content only reads."""

    def read(name: str, content: str | bytes | None = None) -> list[Item]:
        path = tmp_path / name
        if content is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read_paths([path], zone=zone))

    return read
