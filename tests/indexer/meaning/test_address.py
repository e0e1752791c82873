from __future__ import annotations

import time
from itertools import chain, repeat

import numpy as np
import pytest

from indexer.meaning.address import AddressEmbedder
from indexer.meaning.embedder import Unreachable


def test_it_asks_as_the_protocol_says_and_gives_unit_vectors_in_the_order_of_the_texts(service):
    embedder = AddressEmbedder(service.url, "sesame", "small")
    found = embedder.passages(["甲甲甲", "乙"], seconds=5)
    assert service.asked == [
        {"model": "small", "input": ["甲甲甲", "乙"], "encoding_format": "float", "path": "/v1/embeddings"}
    ]
    assert service.keys == ["Bearer sesame"]
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 1])
    assert [int(row.argmax()) for row in found] == [ord("甲") % 32, ord("乙") % 32]


def test_the_whole_address_may_be_given_and_no_key(service):
    AddressEmbedder(service.url + "/embeddings/").queries(["甲"], seconds=5)
    assert (service.asked[0]["path"], service.keys) == ("/v1/embeddings", [""])


@pytest.mark.parametrize(
    "says",
    [
        (500, b"{}"), (401, b"no"), (200, b"no JSON"), (200, b"[]"), (200, b"{}"), (200, b'{"data": 7}'),
        (200, b'{"data": []}'), (200, b'{"data": [{"index": 0, "embedding": []}]}'),
        (200, b'{"data": [{"index": 0, "embedding": ["a"]}]}'), (200, b'{"data": [{"index": 0, "embedding": [NaN]}]}'),
        (200, b'{"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1]}]}'), (302, b""),
        (429, b""), (200, b"[" * 9_000), (200, b'{"data": [{"index": 0, "embedding": [1e300]}]}'),
        (200, b'{"data": [{"index": 0, "embedding": [Infinity]}]}'), (200, b'{"data": [{"embedding": [1]}]}'),
    ],
)  # fmt: skip
def test_whatever_is_not_an_answer_is_unreachable(service, says):
    service.says = says
    with pytest.raises(Unreachable):
        AddressEmbedder(service.url, "sesame").queries(["甲"], seconds=5)


def test_it_gives_up_in_time_and_when_nobody_is_there(service):
    service.held.clear()
    with pytest.raises(Unreachable):
        AddressEmbedder(service.url).queries(["甲"], seconds=0.05)
    with pytest.raises(Unreachable):
        AddressEmbedder("http://127.0.0.1:9/v1").queries(["甲"], seconds=1)


def dripping():
    yield b"HTTP/1.1 200 OK\r\n\r\n"
    while True:  # each piece in time, and never the last
        time.sleep(0.01)
        yield b" "


def test_an_answer_that_drips_without_end_is_given_up_in_time(service):
    service.pieces = dripping()
    with pytest.raises(Unreachable, match="slowly"):
        AddressEmbedder(service.url).queries(["甲"], seconds=0.2)


def test_an_answer_without_end_is_not_read_to_the_end(service):
    service.pieces = chain([b"HTTP/1.1 200 OK\r\n\r\n["], repeat(b"0.1," * 20_000))
    with pytest.raises(Unreachable, match="more than"):
        AddressEmbedder(service.url).queries(["甲"], seconds=60)


@pytest.mark.parametrize(
    "said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}",
             b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"],
)  # fmt: skip
def test_what_is_no_http_is_unreachable(service, said):
    service.pieces = iter([said])
    with pytest.raises(Unreachable):
        AddressEmbedder(service.url).queries(["甲"], seconds=5)


@pytest.mark.parametrize(("value", "after"), [("120", 120), ("99999", 600), ("Wed, 21 Oct 2026 07:28:00 GMT", 0), ("", 0)])
def test_it_tells_how_long_a_busy_service_wants_to_be_left_alone(service, value, after):
    service.says, service.more = (429, b""), {"Retry-After": value}
    with pytest.raises(Unreachable) as refused:
        AddressEmbedder(service.url).queries(["甲"], seconds=5)
    assert refused.value.after == after


def test_vectors_of_another_model_or_address_have_another_name():
    names = {AddressEmbedder(url, "", model).name for url in ("http://a/v1", "http://b/v1") for model in ("x", "y")}
    assert len(names) == 4
    assert AddressEmbedder("http://a/v1", "key", "x").name in names
