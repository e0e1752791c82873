from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.port import Found
from indexer.wording import LOOKED_AT, NAMES_MOST, by_wording, likenesses
from kb.domain.entry import Period, Revision
from kb.ports import Dated
from tests.factories import NOW, a_content

TEXTS = st.text(alphabet="等待期多久保险a1", max_size=12)


def hit(code: str, score: float, title: str, *asked_as: str) -> tuple[Found, Dated]:
    content = a_content(title=title, asked_as=asked_as)
    return Found(code, 1, score, 0.9, {}), Dated(code, Revision(1, content, "wang", NOW, ""), Period(1, 1, NOW, None))


def order(question: str, *hits: tuple[Found, Dated]) -> list[str]:
    return [found.code for found, _ in by_wording(question, hits)]


def test_the_same_sentence_goes_before_one_with_the_same_rare_words() -> None:
    longer = hit("FAQ-0001", 9.1, "是什么牌子的卫生巾呀，在哪里买的")
    same = hit("FAQ-0002", 9.0, "什么牌子的卫生巾最好")
    assert order("什么牌子的卫生巾好", longer, same) == ["FAQ-0002", "FAQ-0001"]


def test_a_phrasing_counts_like_the_title() -> None:
    other = hit("FAQ-0001", 9.1, "犹豫期的起算")
    asked = hit("FAQ-0002", 9.0, "合同解除", "买完想退能全额退吗")
    assert order("买完想退能全额退吗", other, asked) == ["FAQ-0002", "FAQ-0001"]


def test_two_phrasings_that_agree_go_before_one() -> None:
    one = hit("FAQ-0001", 9.01, "保单借款", "保单能借钱吗")
    two = hit("FAQ-0002", 9.0, "保单能借多少钱", "保单能借钱吗")
    assert order("保单能借钱吗", one, two) == ["FAQ-0002", "FAQ-0001"]


def test_letters_shared_by_chance_move_nothing_that_leads() -> None:
    leads = hit("FAQ-0001", 9.0, "退保")
    chance = hit("FAQ-0002", 7.0, "间隔多少天可以再来")
    assert order("等待期间能退保险费吗", leads, chance) == ["FAQ-0001", "FAQ-0002"]


def test_marks_and_script_are_no_difference() -> None:
    plain, marked = hit("FAQ-0001", 9.0, "等待期多久"), hit("FAQ-0002", 9.0, "《等待期》，多久？")
    first, second = by_wording("等待期多久", [plain, marked])
    assert first[0].score == second[0].score
    traditional = by_wording("医疗保险", [hit("FAQ-0003", 9.0, "醫療保險")])
    assert traditional[0][0].score == by_wording("医疗保险", [hit("FAQ-0004", 9.0, "医疗保险")])[0][0].score


def test_what_stands_further_down_keeps_its_place() -> None:
    hits = [hit(f"FAQ-{n:04d}", 100.0 - n, "别的事") for n in range(LOOKED_AT)]
    hits += [hit("FAQ-0100", 70.0, "等待期多久"), hit("FAQ-0101", 69.0, "等待期多久")]
    assert order("等待期多久", *hits) == [found.code for found, _ in hits]


@pytest.mark.parametrize("question", ["", "？！", "保" * 200])
def test_what_is_no_sentence_changes_nothing(question: str) -> None:
    hits = [hit("FAQ-0001", 9.0, "等待期"), hit("FAQ-0002", 8.0, "保" * 60)]
    assert by_wording(question, hits) == hits


def test_phrasings_beyond_the_bound_are_not_looked_at() -> None:
    many = hit("FAQ-0001", 9.0, "题", *("句" * n for n in range(1, NAMES_MOST + 1)), "等待期多久")
    assert by_wording("等待期多久", [many])[0][0].score == 9.0


@given(TEXTS.filter(bool), TEXTS.filter(bool))
def test_likeness_is_symmetric_between_nothing_shared_and_the_same_letters(a: str, b: str) -> None:
    assert likenesses(a, [b]) == likenesses(b, [a])
    [alike] = likenesses(a, [b])
    assert 0 <= alike <= 1
    assert (alike == 1) == (Counter(a) == Counter(b))


@given(TEXTS.filter(bool), st.lists(TEXTS, min_size=1, max_size=5))
def test_each_line_is_as_alike_as_the_letters_that_it_shares(question: str, lines: list[str]) -> None:
    shared = [(Counter(question) & Counter(line)).total() for line in lines]
    wanted = [2 * n / (len(question) + len(line)) for n, line in zip(shared, lines, strict=True)]
    assert likenesses(question, lines) == wanted
