from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.indexer.meaning.conftest import Service, service  # noqa: F401 - a fixture
from tests.webapp.cli.conftest import Kb, write_entry, write_lines


@pytest.fixture
def questions(ready: Kb, tmp_path: Path) -> Path:
    for code in ("FAQ-0042", "FAQ-0043"):
        write_entry(tmp_path / "entries", code)
    assert ready("import", tmp_path / "entries", "--publish").code == 0
    return write_lines(tmp_path / "asked.jsonl", {"query": "百万医疗险等待期多久", "relevant": ["FAQ-0042"]})


def test_the_gain_of_meaning_is_printed_beside_the_words(ready: Kb, questions: Path, service: Service) -> None:  # noqa: F811
    said = ready("eval", questions, "--semantic", KB_EMBEDDINGS_URL=service.url)
    header, first, *_, last = [line.split("\t") for line in said.out.splitlines()]
    assert (header, first) == (["", "只用词", "加上语义", "差"], ["queries", "1", "1", "+0.0000"])
    assert last == ["mrr@10 的差：+0.0000 ± 0.0000（95% 区间，逐题相比）"]
    found = json.loads(ready("eval", questions, "--semantic", "--json", KB_EMBEDDINGS_URL=service.url).out)
    assert found["words"]["hit@5"] == found["semantic"]["hit@5"] == 1
    assert found["gain"] == [0, 0]
    assert len(service.asked) == 3  # the passages once, the question in each run


def test_vectors_are_made_of_what_the_questions_find_and_of_nothing_else(
    ready: Kb, questions: Path, service: Service, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    write_entry(
        tmp_path / "more",
        "FAQ-0050",
        title="宠物托运",
        speakable="请自己联系。",
        body="无",
        product="",
        category="",
        conditions="",
        exceptions="",
        asked_as=(),
        tags=(),
    )
    assert ready("import", tmp_path / "more", "--publish").code == 0
    ready("eval", questions, "--semantic", KB_EMBEDDINGS_URL=service.url)
    asked = [text for body in service.asked for text in body["input"]]
    assert "百万医疗险等待期多久" in asked
    assert not [text for text in asked if "宠物托运" in text]


def test_without_an_address_or_an_answer_it_says_so(ready: Kb, questions: Path, service: Service) -> None:  # noqa: F811
    off = ready("eval", questions, "--semantic")
    assert "KB_EMBEDDINGS_URL" in off.err
    service.says = (503, b"")
    gone = ready("eval", questions, "--semantic", KB_EMBEDDINGS_URL=service.url)
    assert "取不到向量" in gone.err
    assert 0 not in (off.code, gone.code)


@pytest.mark.parametrize("url", ["ftp://a/v1", "bundle", "http://", "https://me:secret@a/v1", "http://a:99999/v1"])
def test_an_address_that_cannot_be_one_is_named(ready: Kb, questions: Path, url: str) -> None:
    said = ready("eval", questions, KB_EMBEDDINGS_URL=url)
    assert (said.code != 0, "KB_EMBEDDINGS_URL" in said.err) == (True, True)
