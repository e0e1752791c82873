from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.tokens import QUERY_MOST, TERMS_MOST, Tokenizer, bigrams
from tests.indexer.documents import plain


def words(tokenizer: Tokenizer, text: str) -> list[str]:
    return [term[1:] for term in tokenizer.query(text).terms if term[0] == "w"]


def test_dictionary_words_stay_whole_and_give_their_parts(tokenizer: Tokenizer) -> None:
    assert words(tokenizer, "等待期") == ["等待", "等待期"]


@pytest.mark.parametrize("whole", ["80%", "2.5", "2021-01-29", "faq-0042", "12345", "10:30"])
def test_numbers_percentages_and_codes_stay_whole(tokenizer: Tokenizer, whole: str) -> None:
    assert whole in words(tokenizer, f"赔付{whole}元")


def test_thousands_are_written_with_and_without_a_comma(tokenizer: Tokenizer) -> None:
    assert words(tokenizer, "1,000,000") == words(tokenizer, "1，000，000") == ["1000000"]
    assert words(tokenizer, "1,2000") == ["1", "2000"]


def test_a_decimal_is_not_taken_apart_but_a_code_has_parts(tokenizer: Tokenizer) -> None:
    assert words(tokenizer, "2.5") == ["2.5"]
    assert words(tokenizer, "FAQ-0042") == ["faq-0042", "faq", "0042"]


@pytest.mark.parametrize("name", ["e生保 2.0", "A/B款", "安·康（2021）", "尊享 e 生"])
@pytest.mark.parametrize("asked", ["{}的等待期", "我买了{}", "{}"])
def test_names_with_blanks_and_marks_survive_as_terms(tokenizer: Tokenizer, name: str, asked: str) -> None:
    tokenizer.learn(frozenset({"e生保 2.0", "安·康（2021）", "尊享 e 生"}))
    document = tokenizer.document(plain("FAQ-0001", "甲", product=name))
    terms = set(tokenizer.query(asked.format(name)).terms)
    normal_name = {"A/B款": "wa/b款", "e生保 2.0": "we生保2.0", "安·康（2021）": "w安·康(2021)", "尊享 e 生": "w尊享e生"}[name]
    assert normal_name in terms
    assert normal_name in document.fields[3]


def test_a_name_is_not_found_inside_a_longer_latin_word(tokenizer: Tokenizer) -> None:
    tokenizer.learn(frozenset({"add 1"}))
    assert "wadd 1" in tokenizer.query("add 1").terms
    assert "wadd 1" not in tokenizer.query("add 12").terms
    assert "wadd 1" not in tokenizer.query("badd 1").terms


@pytest.mark.parametrize(("asked", "same"), [("１００％", "100%"), ("ＡＰＰ", "app"), ("醫療保險", "医疗保险"), ("ＰＤＦ發票", "pdf发票")])
def test_width_case_and_script_make_no_difference(tokenizer: Tokenizer, asked: str, same: str) -> None:
    assert tokenizer.query(asked).terms == tokenizer.query(same).terms


@pytest.mark.parametrize("unseen", ["\u200b", "\u200d", "\ufeff", "\u202e", "\u00ad", "\ufe0f", "\U000e0061"])
def test_what_nobody_sees_parts_no_word_of_a_question(tokenizer: Tokenizer, unseen: str) -> None:
    copied = unseen.join("等待期多久")
    assert tokenizer.query(copied) == tokenizer.query("等待期多久")
    assert tokenizer.cut(copied) == tokenizer.cut("等待期多久")


def test_blanks_between_characters_of_an_entry_come_from_line_wrapping(tokenizer: Tokenizer) -> None:
    wrapped = tokenizer.document(plain("FAQ-0001", "甲", "保 险金"))
    assert "b保险" in wrapped.fields[2]


def test_bigrams_stop_at_punctuation_and_take_a_number_as_one() -> None:
    assert bigrams("退保，30天 内") == ["b退保", "b30天", "b天内"]
    assert bigrams("a款") == ["ba款"]
    assert bigrams("") == bigrams("，") == bigrams("险") == []


def test_empty_words_are_no_words_but_stay_in_bigrams(tokenizer: Tokenizer) -> None:
    assert words(tokenizer, "我的险") == ["险"]
    assert "b的险" in tokenizer.query("我的险").terms


def test_a_single_character_is_looked_for_as_such(tokenizer: Tokenizer) -> None:
    assert tokenizer.query("险").terms == ("w险", "c险")
    assert "c险" not in tokenizer.query("保险").terms
    assert set(tokenizer.query("保险").weights) == {"w保险", "b保险", "c保", "c险"}


@pytest.mark.parametrize("nothing", ["", " ", "\n\t", "？！，。", "😀🎉", "\ud800", "()[]{}*~^", "的"])
def test_what_says_nothing_has_no_words(tokenizer: Tokenizer, nothing: str) -> None:
    assert words(tokenizer, nothing) == []


def test_a_title_repeated_as_body_counts_once(tokenizer: Tokenizer) -> None:
    tokens = tokenizer.document(plain("FAQ-0001", "退保手续", "退保手续"))
    assert tokens.fields[2] == {}


def test_link_targets_and_tags_of_a_body_are_not_searched(tokenizer: Tokenizer) -> None:
    body = tokenizer.document(plain("FAQ-0001", "甲", "见[退保](kb:FAQ-0160)，<b>续保</b>")).fields[2]
    assert "w退保" in body
    assert "w续保" in body
    assert not any("0160" in term or "kb" in term for term in body)


def test_each_phrasing_is_a_unit_and_the_names_field_holds_them_all(tokenizer: Tokenizer) -> None:
    tokens = tokenizer.document(plain("FAQ-0001", "退保手续", asked_as=("怎么退保", "不想要保险了")))
    assert len(tokens.units) == 3
    assert tokens.fields[0]["w退保"] == sum(unit["w退保"] for unit in tokens.units) == 2


def test_a_question_of_which_not_all_is_looked_up_says_so(tokenizer: Tokenizer) -> None:
    assert not tokenizer.query("等待期多久").cut
    assert tokenizer.query("".join(chr(0x4E00 + n) for n in range(TERMS_MOST))).cut  # too many different terms
    assert tokenizer.query("退" * (QUERY_MOST + 1)).cut
    assert not tokenizer.query("退" * QUERY_MOST).cut
    assert tokenizer.query("\ufdfa" * (QUERY_MOST // 2)).cut  # eighteen characters each


def test_a_pasted_page_is_bounded(tokenizer: Tokenizer) -> None:
    page = "".join(chr(0x4E00 + n % 20_000) for n in range(10_000))
    query = tokenizer.query(page)
    assert len(query.terms) <= TERMS_MOST
    assert len(query.text) <= QUERY_MOST
    assert {term[0] for term in query.terms} == {"w", "b"}


@given(st.text(max_size=300))
def test_any_text_can_be_asked(tokenizer: Tokenizer, text: str) -> None:
    query = tokenizer.query(text)
    assert len(set(query.terms)) == len(query.terms)
    for term in query.terms:
        assert term.encode()
        assert term[0] in "wbc"
        assert len(term) > 1


@given(st.text(alphabet="退保险等待期2.5%a /·（）的我", max_size=40))
def test_an_entry_titled_with_the_question_shares_its_terms(tokenizer: Tokenizer, text: str) -> None:
    if not text.strip():
        return
    asked = set(tokenizer.query(text).weights)
    titled = set(tokenizer.document(plain("FAQ-0001", f"甲。{text}")).units[0])
    assert asked <= titled


def test_words_that_only_make_it_a_question_count_less(tokenizer: Tokenizer) -> None:
    weights = tokenizer.query("等待期具体是什么").weights
    assert weights["w等待期"] == weights["b待期"] == 1
    assert weights["w什么"] < 1 > weights["b是什"]
    assert weights["w具体"] < 1 > weights["b期具"]


def test_a_part_of_a_word_counts_less_than_the_word(tokenizer: Tokenizer) -> None:
    weights = tokenizer.query("等待期").weights
    assert 0 < weights["w等待"] < weights["w等待期"] == 1


def test_the_dictionary_decides_the_fingerprint_and_not_its_order(tokenizer: Tokenizer) -> None:
    same, other = Tokenizer(["犹豫期", "等待期"]), Tokenizer(["犹豫期"])
    assert same.fingerprint == Tokenizer(["等待期", "犹豫期"]).fingerprint != other.fingerprint
