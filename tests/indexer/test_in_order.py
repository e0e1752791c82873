from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.in_order import LETTERS_MOST, LOOKED_AT, TEXT_MOST, by_order, text_of, told
from indexer.port import Found
from indexer.text import normal
from kb.domain.entry import Period, Revision
from kb.ports import Dated
from tests.factories import NOW, a_content

NO_TEXT = {"speakable": "", "conditions": "", "exceptions": "", "body": "", "asked_as": ()}
ALPHABET = "等待期多久保险，。a𠮷"


def hit(code: str, score: float, title: str = "条款", **text: object) -> tuple[Found, Dated]:
    content = a_content(title=title, **(NO_TEXT | text))
    return Found(code, 1, score, 0.9, {}), Dated(code, Revision(1, content, "wang", NOW, ""), Period(1, 1, NOW, None))


def order(question: str, *hits: tuple[Found, Dated]) -> list[str]:
    return [found.code for found, _ in by_order(question, hits)]


@pytest.mark.parametrize("field", ["speakable", "conditions", "exceptions", "body"])
def test_a_text_that_says_it_in_this_order_goes_before_one_that_holds_the_same_words(field: str) -> None:
    scattered = hit("FAQ-0001", 9.1, **{field: "时间不足的，索赔的权利在诉讼之后消灭。"})
    together = hit("FAQ-0002", 9.0, **{field: "索赔的诉讼时间不足两年的除外。"})
    assert order("索赔的诉讼时间", scattered, together) == ["FAQ-0002", "FAQ-0001"]


def test_a_product_named_in_the_question_speaks_for_its_entry_though_the_text_does_not_name_it() -> None:
    other = hit("FAQ-0001", 9.1, "百万医疗险条款", body="等待期为九十日。")
    named = hit("FAQ-0002", 9.0, "家财险条款", body="等待期为三十日。")
    assert order("家财险条款等待期", other, named) == ["FAQ-0002", "FAQ-0001"]


def test_what_has_only_names_keeps_its_score() -> None:
    assert text_of(a_content(title="等待期多久", **NO_TEXT)) == ""
    assert text_of(a_content(title="等待期多久", **(NO_TEXT | {"body": "等待期多久\n"}))) == ""
    names = hit("FAQ-0001", 9.0, "等待期多久")
    assert by_order("等待期多久", [names])[0][0].score == 9.0


def test_script_width_and_capitals_are_no_difference() -> None:
    assert told("重疾险a款的等待期", ["重疾險Ａ款的等待期"]) == [(1.0, 1.0)]


def test_the_share_of_letters_counts_those_in_order_within_twice_the_question() -> None:
    assert told("等待期多久", ["等待期是多么久", "久多期待等", "等待期" + "保" * 20 + "多久"]) == [
        (1 / 3, 1.0),
        (0.0, 0.2),
        (1 / 3, 0.6),
    ]


def test_a_run_of_the_question_ends_where_its_words_are_parted() -> None:
    assert told("等待期，多久", ["等待期", "待期多"]) == [(1.0, 0.6), (0.0, 0.6)]


@pytest.mark.parametrize("question", ["", "？！", "久", "多久"])
def test_what_is_too_short_to_have_an_order_changes_nothing(question: str) -> None:
    hits = [hit("FAQ-0001", 9.0, body="久等"), hit("FAQ-0002", 8.0, body="多久")]
    assert by_order(question, hits) == hits


def test_what_stands_further_down_and_what_is_far_inside_a_long_text_is_not_looked_at() -> None:
    hits = [hit(f"FAQ-{n:04d}", 100.0 - n, body="别的事") for n in range(LOOKED_AT)]
    hits.append(hit("FAQ-0100", 80.0, body="等待期多久"))
    hits[1] = hit("FAQ-0001", 99.0, body="保" * TEXT_MOST + "等待期多久")
    assert by_order("等待期多久", hits) == hits


def in_order(question: str, stretch: str) -> int:
    """The longest common subsequence, as the textbook has it."""
    row = [0] * (len(stretch) + 1)
    for letter in question:
        before = row[:]
        for place, other in enumerate(stretch, 1):
            row[place] = before[place - 1] + 1 if letter == other else max(before[place], row[place - 1])
    return row[-1]


@given(st.text(ALPHABET, max_size=LETTERS_MOST + 10), st.lists(st.text(ALPHABET, max_size=150), min_size=1, max_size=4))
def test_the_shares_are_those_of_the_slow_way(question: str, texts: list[str]) -> None:
    pieces = re.findall("[a-z0-9\u3400-\u9fff]+", question)
    letters = "".join(pieces)[:LETTERS_MOST]
    runs = {piece[n : n + 3] for piece in pieces for n in range(len(piece) - 2)}
    runs = {run for run in runs if set(run) <= set(letters)}
    step = min(len(letters), 32)
    for text, (held, aligned) in zip(texts, told(question, texts), strict=True):
        if len(letters) < 3:
            assert (held, aligned) == (0.0, 0.0)
            continue
        stretches = [text[place : place + 2 * step] for place in range(0, len(text), step)]
        assert aligned == max((in_order(letters, stretch) for stretch in stretches), default=0) / len(letters)
        assert held == sum(run in text for run in runs) / max(len(runs), 1)


def test_who_asks_what_a_word_means_gets_the_text_that_says_so_first() -> None:
    uses = hit("FAQ-0001", 9.1, body="猝死是什么意思的争议很多，猝死一次赔付。")
    defines = hit("FAQ-0002", 9.0, body="猝死，指因潜在疾病突然死亡，什么原因都算。")
    assert order("猝死是什么", uses, defines) == ["FAQ-0001", "FAQ-0002"]
    assert order("猝死指什么", uses, defines) == ["FAQ-0002", "FAQ-0001"]


def test_a_pasted_page_with_hundreds_of_runs_is_laid_beside_a_text_too() -> None:
    letters = "".join(dict.fromkeys(normal("".join(chr(0x4E00 + n) for n in range(2 * LETTERS_MOST)))))[:LETTERS_MOST]
    page = "".join(letters[n * step % LETTERS_MOST] for step in (1, 7, 11, 13, 17) for n in range(LETTERS_MOST))
    assert len({page[n : n + 3] for n in range(len(page) - 2)}) > 255
    [(runs, _), nothing] = told(page, [page, "别的事"])
    assert runs == 1
    assert nothing == (0, 0)
