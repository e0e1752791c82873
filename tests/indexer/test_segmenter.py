from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import segmenter as module
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


def test_words_used_are_forgotten_when_others_are_used(segmenter: Segmenter) -> None:
    before = segmenter.cut("碰瓷险怎么买")
    assert "碰瓷险" not in before
    segmenter.use(["碰瓷险"])
    assert "碰瓷险" in segmenter.cut("碰瓷险怎么买")
    segmenter.use([])
    assert segmenter.cut("碰瓷险怎么买") == before


def test_a_copy_uses_words_of_its_own(segmenter: Segmenter) -> None:
    other = segmenter.copied()
    other.use(["碰瓷险"])
    assert "碰瓷险" in other.cut("碰瓷险怎么买")
    assert "碰瓷险" not in segmenter.cut("碰瓷险怎么买")


def test_what_is_remembered_has_a_bound_and_changes_nothing(segmenter: Segmenter, monkeypatch) -> None:
    text = "中国人民保险公司的百万医疗险等待期是多少天"
    words = segmenter.with_parts(text)
    monkeypatch.setattr(module, "_KNOWN_MOST", 7)
    other = segmenter.copied()
    other.use([])
    assert other.with_parts(text) == words
    assert len(other._known) <= 7
