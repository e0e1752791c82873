from __future__ import annotations

import gzip
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from kb.domain.content import Content
from kb.exchange import Patch, Rejection, Row
from kb.exchange.bounded import Bounds
from kb.exchange.fields import to_item
from kb.exchange.jsonl import read_jsonl
from tests.kb.exchange.conftest import Reader
from tests.kb.exchange.hostile import contents

GOOD = '{"code": "FAQ-8", "kind": "policy", "title": "宽限期", "tags": ["续保", "交费"], "body": null}'


def test_a_line_is_an_entry(read: Reader) -> None:
    [row] = read("a.jsonl", GOOD + "\n\n")
    assert isinstance(row, Row)
    assert (row.code, str(row.content.kind), row.content.tags, row.line) == ("FAQ-8", "policy", ("续保", "交费"), 1)


def test_a_compressed_file_reads_the_same(read: Reader) -> None:
    [row] = read("a.jsonl.gz", gzip.compress(b"\xef\xbb\xbf" + GOOD.encode()))
    assert isinstance(row, Row)
    assert row.content.title == "宽限期"


def test_a_line_with_only_phrasings_adds_to_an_entry(read: Reader) -> None:
    patch, rejected = read("a.jsonl", '{"code": "ASK-3", "asked_as": ["货到付款", "先拿货"]}\n{"code": "ASK-4"}\n')
    assert isinstance(patch, Patch)
    assert (patch.code, patch.asked_as, patch.line) == ("ASK-3", ("货到付款", "先拿货"), 1)
    assert isinstance(rejected, Rejection)
    assert rejected.reason == "标题不能为空。"


def test_a_number_stands_for_the_text_as_written(read: Reader) -> None:
    [row] = read("a.jsonl", '{"code": "FAQ-1", "title": 12306, "owner": 1.50, "tags": [9]}')
    assert isinstance(row, Row)
    assert (row.content.title, row.content.owner, row.content.tags) == ("12306", "1.50", ("9",))


@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        ("{", "", "这一行不是合格的 JSON。"),
        ("[1]", "", "这一行不是 JSON 对象，应像"),
        ("[" * 100_000, "", "这一行不是合格的 JSON。"),
        ("1" * 10_000, "", "这一行不是 JSON 对象"),
        ('{"code": "FAQ-1", "title": NaN}', "", "这一行不是合格的 JSON。"),
        ('{"code": "FAQ-1", "title": "a", "title": "b"}', "title", "字段“title”写了两次。"),
        ('{"code": "FAQ-1", "title": true}', "title", "“标题”应为文字"),
        ('{"code": "FAQ-1", "title": "a", "tags": [{}]}', "tags", "“标签”应为文字"),
        ('{"code": "FAQ-1", "title": "\\ud83d"}', "title", "“标题”里有无法保存的字符（U+D83D）"),
        ('{"code": "\\ud83d", "title": "a"}', "code", "编号“\\ud83d”不合要求"),
        ('{"code": "FAQ-1", "title": "a", "x\\u202e\\ud800": 1}', "x\\u202e\\ud800", "不认识的字段“x\\u202e\\ud800”"),
        ('{"query": "怎么报案", "relevant": ["FAQ-1"]}', "query", "不认识的字段“query”"),
    ],
)
def test_a_bad_line_is_refused_and_the_others_are_read(read: Reader, line: str, field: str, reason: str) -> None:
    rejected, row = read("a.jsonl", f"{line}\n{GOOD}\n")
    assert isinstance(rejected, Rejection)
    assert (rejected.line, rejected.field) == (1, field)
    assert rejected.reason.startswith(reason)
    rejected.reason.encode()
    assert isinstance(row, Row)
    assert row.line == 2


def test_a_line_in_another_encoding_is_refused_alone(read: Reader) -> None:
    rejected, row = read("a.jsonl", '{"title": "宽限期"}\n'.encode("gb18030") + GOOD.encode())
    assert isinstance(rejected, Rejection)
    assert rejected.reason == "这一行不是 UTF-8 编码。"
    assert isinstance(row, Row)


def test_an_empty_file_is_said_to_be_empty(read: Reader) -> None:
    for name, data in (("a.jsonl", b""), ("b.jsonl", b"\xef\xbb\xbf\n \n"), ("c.jsonl.gz", gzip.compress(b""))):
        [rejected] = read(name, data)
        assert isinstance(rejected, Rejection)
        assert rejected.reason == "文件是空的。"


def test_a_damaged_archive_gives_what_stood_before_the_damage(read: Reader) -> None:
    whole = gzip.compress("\n".join(GOOD.replace("FAQ-8", f"FAQ-{i}") for i in range(4000)).encode())
    *rows, rejected = read("a.jsonl.gz", whole[: len(whole) // 2])
    assert rows
    assert isinstance(rejected, Rejection)
    assert rejected.reason == "压缩文件已损坏，从这里起读不下去。"
    assert rejected.line == len(rows) + 1
    [not_gzip] = read("b.jsonl.gz", GOOD)
    assert isinstance(not_gzip, Rejection)


def test_a_line_over_the_bound_is_skipped_with_a_reason(tmp_path: Path, zone: ZoneInfo) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(GOOD + "\n" + "x" * 5000 + "\n" + GOOD + "\n", "utf-8")
    first, rejected, third = read_jsonl(path, zone=zone, bounds=Bounds(text=1000))
    assert isinstance(rejected, Rejection)
    assert (rejected.line, rejected.reason) == (2, "这一行太长：最多 1 MB。")
    assert isinstance(first, Row)
    assert isinstance(third, Row)
    assert third.line == 3


def test_a_compressed_file_that_grows_without_end_is_given_up(tmp_path: Path, zone: ZoneInfo) -> None:
    path = tmp_path / "bomb.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n" * 3_000_000))
    assert path.stat().st_size < 10_000
    [rejected] = read_jsonl(path, zone=zone, bounds=Bounds(lines=1024 * 1024))
    assert isinstance(rejected, Rejection)
    assert rejected.reason == "内容太大：展开后最多 1 MB，从这里起没有读取。"


@given(contents())
def test_a_content_written_as_json_comes_back(content: Content) -> None:
    line = json.loads(json.dumps(content.to_dict()))
    row = to_item({"code": "CASE-3", **line}, file="a", line=1, zone=ZoneInfo("Asia/Shanghai"), patches=True)
    assert isinstance(row, Row)
    assert row.content == content
