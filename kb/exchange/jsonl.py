"""Lines of JSON, plain or gzipped: one entry a line, keys are names of fields; UTF-8 with or without BOM.

A line with only ``code`` and ``asked_as`` adds these phrasings to an entry. Numbers stand for the text as written.
"""

from __future__ import annotations

import codecs
import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

from kb.domain.errors import N_, Invalid, KbError, TooLarge
from kb.exchange.bounded import BOUNDS, Bounds, bounded_lines, megabytes, open_regular, unreadable
from kb.exchange.fields import to_item
from kb.exchange.rows import Item, name_of, refuse


def read_jsonl(path: Path, *, zone: ZoneInfo, bounds: Bounds = BOUNDS) -> Iterator[Item]:
    """The rows of a ``.jsonl`` or ``.jsonl.gz``, streamed. What stands before a damage is still given."""
    file, number, seen = name_of(path), 0, False
    try:
        with open_regular(path) as packed:
            stream = gzip.GzipFile(fileobj=packed) if path.name.lower().endswith(".gz") else packed
            for number, line in bounded_lines(stream, bounds):
                if line is not None and not line.strip(b" \t\r\n\xef\xbb\xbf"):
                    continue
                seen = True
                yield _item(line, file, number, zone, bounds)
        if not seen:
            raise Invalid(N_("文件是空的。"))
    except KbError as error:
        yield refuse(error, file, number)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield refuse(Invalid(N_("压缩文件已损坏，从这里起读不下去。")), file, number + 1)
    except OSError as error:
        yield refuse(unreadable(error), file, number)


def _item(line: bytes | None, file: str, number: int, zone: ZoneInfo, bounds: Bounds) -> Item:
    try:
        if line is None:
            raise TooLarge(N_("这一行太长：最多 {most} MB。"), most=megabytes(bounds.text))
        return to_item(_fields(line, number), file=file, line=number, zone=zone, patches=True)
    except KbError as error:
        return refuse(error, file, number)


def _fields(line: bytes, number: int) -> dict[str, object]:
    try:
        text = (line.removeprefix(codecs.BOM_UTF8) if number == 1 else line).decode("utf-8")
        data = json.loads(
            text, parse_int=str, parse_float=str, parse_constant=_no_constant, object_pairs_hook=_distinct
        )
    except UnicodeDecodeError:
        raise Invalid(N_("这一行不是 UTF-8 编码。")) from None
    except (ValueError, RecursionError):
        raise Invalid(N_("这一行不是合格的 JSON。")) from None
    if not isinstance(data, dict):
        raise Invalid(N_("这一行不是 JSON 对象，应像 {example} 这样。"), example='{"code": "FAQ-0042", "title": "…"}')
    return data


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object, unless a key comes twice: JSON readers silently keep the last."""
    data = dict(pairs)
    if len(data) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Invalid(N_("字段“{key}”写了两次。"), field=twice, key=twice)
    return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
