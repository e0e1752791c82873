from collections.abc import Callable

import pytest

from indexer.forgiveness.forgive import Forgiveness
from indexer.forgiveness.pinyin import syllable_ways
from indexer.forgiveness.term_index import TermIndex
from indexer.forgiveness.values import Attempt, Step
from indexer.forgiveness.vocabulary import ListVocabulary, Term


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("dengdaiqi", "等待期"),
        ("ddq", "等待期"),
        ("等dai期", "等待期"),
        ("deng待qi", "等待期"),
        ("等dq", "等待期"),
        ("dengdq", "等待期"),
        ("deng dai qi", "等待期"),
        ("baiwanyil", "百万医疗险"),
        ("baiwanyiliaoxiandengdaiqi", "百万医疗险等待期"),
        ("byh", "byh"),
        ("zonghe意外险", "综合意外险"),
    ],
)
def test_pinyin_is_read_as_the_term(last: Callable[..., Attempt], typed: str, term: str) -> None:
    assert last(typed).text == term


def test_pinyin_between_characters_leaves_the_rest_alone(last: Callable[..., Attempt]) -> None:
    attempt = last("住院医疗险的ddq是多少")
    assert attempt.text == "住院医疗险的等待期是多少"
    assert [str(repair) for repair in attempt.repairs] == ["ddq → 等待期"]
    assert (attempt.step, attempt.repairs[0].position) == (Step.PINYIN, 6)


def test_initials_of_two_terms_keep_the_second_beside_the_first(last: Callable[..., Attempt]) -> None:
    attempt = last("tb")
    assert attempt.text == "投保"
    assert "退保" in attempt.also


def test_a_word_typed_in_full_comes_before_a_longer_one_begun() -> None:
    words = [Term("等待", "w", 9, 3), Term("等待期", "w", 12, 3)]
    (attempt,) = Forgiveness(TermIndex(ListVocabulary(words, 20))).attempts("dengdai")
    assert (attempt.text, attempt.also) == ("等待", ("等待期",))


def test_a_latin_word_of_the_collection_is_no_pinyin() -> None:
    words = [Term("退保", "w", 9, 3), Term("tb", "w", 1, 0)]
    assert list(Forgiveness(TermIndex(ListVocabulary(words, 20))).attempts("tb")) == []
    assert [a.text for a in Forgiveness(TermIndex(ListVocabulary(words[:1], 20))).attempts("tb")] == ["退保"]


@pytest.mark.parametrize(
    "text", ["app", "e生保", "faq-0042", "hello", "vip", "a1b2", "x", "dengdaiqi2026", "wobuzhidaodengdai"]
)
def test_latin_words_codes_names_and_chatter_stay(last: Callable[..., Attempt], text: str) -> None:
    assert last(text).text == text


def test_syllables_are_cut_the_long_way_first() -> None:
    assert syllable_ways("xian")[0] == ("xian",)
    assert ("xi", "an") in syllable_ways("xian")
    assert syllable_ways("ivu") == ()
