from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.segmenter import Segmenter
from indexer.tokens import Tokenizer

CHINESE = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=25)
SENTENCES = st.lists(
    st.sampled_from(["百万", "医疗险", "等待", "期", "是", "多少天", "中国人民", "保险", "公司", "的", "研究生", "命", "起源", "南京市", "长江大桥"]),
    max_size=10,
).map("".join)


@pytest.fixture(scope="module")
def segmenter(tokenizer: Tokenizer) -> Segmenter:
    return Segmenter(["等待期"], tokenizer.cache_dir)


@pytest.fixture(scope="module")
def jieba_tokenizer(tokenizer: Tokenizer):
    import jieba

    theirs = jieba.Tokenizer()
    theirs.tmp_dir = str(tokenizer.cache_dir)
    theirs.add_word("等待期")
    return theirs


@given(CHINESE | SENTENCES)
def test_it_cuts_as_jieba_does_without_guessing(segmenter: Segmenter, jieba_tokenizer, run: str) -> None:
    assert segmenter.cut(run) == list(jieba_tokenizer.cut(run, HMM=False))


@given(SENTENCES)
def test_parts_are_those_of_jiebas_search_mode(segmenter: Segmenter, jieba_tokenizer, run: str) -> None:
    assert segmenter.with_parts(run) == list(jieba_tokenizer.cut_for_search(run, HMM=False))


def test_the_global_dictionary_of_jieba_is_left_alone(segmenter: Segmenter) -> None:
    import jieba

    assert not jieba.dt.initialized


def test_the_compiled_dictionary_lies_in_the_folder_given(tmp_path: Path) -> None:
    Segmenter(cache_dir=tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["jieba.cache"]
