from __future__ import annotations

import pytest

from kb.domain.errors import NotAllowed
from kb.domain.person import Role
from kb.services.questions import Questions
from tests.factories import a_person

AGENT, LEADER = a_person(Role.AGENT), a_person(Role.TEAM_LEADER)


@pytest.fixture
def questions(store, clock):
    return Questions(store, clock)


def test_a_question_asked_again_is_counted(questions, clock):
    for text in ("宠物能投保吗", "宠物能投保吗 ", "月球旅行保险"):
        questions.record(AGENT, text)
        clock.forward(minutes=7)
    first, second = questions.most_frequent(LEADER)
    assert (first.text, first.times, second.text, second.times) == ("宠物能投保吗", 2, "月球旅行保险", 1)
    assert (first.last_at - first.first_at).total_seconds() == 420


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我的电话13800138000打不通", "我的电话＊＊＊打不通"),
        ("身份证 11010519491231002X 查保单", "身份证 ＊＊＊ 查保单"),
        ("卡号６２２２ ０２００ １２３４ ５６７８", "卡号＊＊＊"),
        ("138\u200b0013\u200b8000", ""),
        ("保额300000元够吗", "保额300000元够吗"),
        ("赔吗？等待期（首年）", "赔吗？等待期（首年）"),
        ("怎么\x00办\ud83d理", "怎么办理"),
        ("！？。。", ""),
        ("", ""),
        ("长" * 5000, "长" * 200),
    ],
)
def test_what_is_kept_is_bounded_and_without_long_numbers(questions, said, kept):
    assert questions.record(AGENT, said) == kept


def test_an_agent_does_not_read_the_list(questions):
    with pytest.raises(NotAllowed):
        questions.most_frequent(AGENT)
