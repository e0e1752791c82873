from __future__ import annotations

import pytest

from indexer.filler import without_filler


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("请问等待期是多少天", "等待期是多少天"),
        ("我想问一下退保怎么办", "退保"),
        ("你好，那个，麻烦帮我查一下理赔进度", "理赔进度"),
        ("喂你好我想咨询一下车险续保", "车险续保"),
        ("车被刮了该怎么办呢？", "车被刮了"),
        ("就是说我想知道免赔额", "免赔额"),
        ("不好意思打扰一下 发票什么时候开", "发票什么时候开"),
        ("您能帮我看一下保单吗", "保单吗"),
    ],
)
def test_filler_is_taken_out(asked: str, kept: str) -> None:
    assert without_filler(asked)[0] == kept


@pytest.mark.parametrize("asked", ["你好", "请问", "请问一下", "那个", "怎么办", "谢谢", "我想问一下怎么办", "你好请问", "喂，您好！"])
def test_filler_stays_when_it_is_all_there_is(asked: str) -> None:
    assert without_filler(asked) == (asked, [])


@pytest.mark.parametrize("asked", ["常见问题", "问卷在哪儿填", "怎么办理退保", "感谢信", "咨询电话", "请假制度", "了解需求的话术"])
def test_words_of_the_trade_that_look_like_filler_stay(asked: str) -> None:
    assert without_filler(asked) == (asked, [])


def test_what_was_taken_out_is_told() -> None:
    assert without_filler("请问一下退保怎么办")[1] == ["请问一下", "怎么办"]
