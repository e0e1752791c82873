from __future__ import annotations

from indexer.meaning.passages import passage
from tests.factories import a_content


def test_a_passage_holds_what_answers_in_order_and_no_more_than_a_model_reads():
    content = a_content(
        title="等待期", asked_as=tuple("一二三四五六"), speakable="三十天。", body="见[条款](http://a/b)。"
    )
    assert passage(content) == "等待期\n一\n二\n三\n四\n五\n三十天。\n见[条款] 。"
    assert len(passage(a_content(body="长" * 5_000))) == 900


def test_a_title_that_only_names_the_product_is_left_to_the_words():
    assert (
        passage(a_content(title="百万医疗险", product="百万医疗险", asked_as=(), speakable="", body="正文")) == "正文"
    )


def test_a_title_that_is_how_the_text_begins_is_said_once():
    assert (
        passage(a_content(title="借款人应当…", asked_as=(), speakable="", body="借款人应当还款。"))
        == "借款人应当还款。"
    )
