from collections.abc import Callable

import pytest

from indexer.forgiveness.forgive import Forgiveness
from indexer.forgiveness.term_index import TermIndex
from indexer.forgiveness.values import Attempt, Step
from indexer.forgiveness.vocabulary import ListVocabulary, Term

Last = Callable[..., Attempt]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("等侍期", "等待期"),  # looks alike
        ("登待期", "等待期"),  # sounds alike
        ("等我期", "等待期"),  # anything
        ("登代欺", "等待期"),  # all three sound alike
        ("等大待期", "等待期"),  # one too many
        ("理陪", "理赔"),
        ("理狗材料", "理赔材料"),  # the neighbours decide
        ("退宝手续费", "退保手续费"),
        ("免赔鹅是多少", "免赔额是多少"),
        ("百万医了险", "百万医疗险"),
        ("重大急病险", "重大疾病险"),
        ("住院的犹鱼期", "住院的犹豫期"),
        ("抱案材料", "报案材料"),
        ("综合意险", "综合意外险"),  # one missing
        ("综意合外险", "综合意外险"),  # two swapped
    ],
)
def test_one_slip_in_a_term_is_repaired(last: Last, typed: str, meant: str) -> None:
    attempt = last(typed)
    assert attempt.text == meant
    assert attempt.step is Step.NEIGHBOUR


@pytest.mark.parametrize(
    "text",
    [
        "等待期是多少",
        "客户要退保的理由",
        "理狗多少",  # nothing beside it speaks for 理赔
        "能赔多少",  # 能 is no faulty 理 of 理赔
        "理赔要多少",  # 理赔 is explained, 要 is no surplus
        "百万医疗交多少",
        "人在住院",
        "蛮贵的",
        "嘻嘻哈哈",
        "",
        "。",
    ],
)
def test_what_makes_sense_is_left_as_it_is(last: Last, text: str) -> None:
    assert last(text).text == text


def test_the_chip_shows_the_whole_term(last: Last) -> None:
    (repair,) = last("客户问等侍期多少").repairs
    assert (repair.before, repair.after, repair.position) == ("等侍期", "等待期", 3)


def test_a_word_of_the_language_is_repaired_only_by_sound(index: TermIndex) -> None:
    def texts(text: str, *words: str) -> list[str]:
        tools = Forgiveness(index, is_word=lambda word: word in words)
        return [attempt.text for attempt in tools.attempts(text)]

    assert texts("理狗材料") == ["理赔材料"]
    assert texts("理狗材料", "理狗") == []


def test_a_word_of_the_collection_is_not_bent_into_part_of_another() -> None:
    words = [Term("公式", "w", 9, 3), Term("公示期", "w", 9, 3)]
    assert list(Forgiveness(TermIndex(ListVocabulary(words, 20))).attempts("公式欺")) == []
    assert [a.text for a in Forgiveness(TermIndex(ListVocabulary(words[1:], 20))).attempts("公式欺")] == ["公示期"]


def test_what_goes_with_the_rest_of_the_question_wins_among_near_ones(forgiveness: Forgiveness) -> None:
    wanted = {"投保": 3.0}
    (attempt,) = forgiveness.attempts("偷保", together=lambda term: wanted.get(term, 0.0))
    assert attempt.text == "投保"


def test_synonyms_are_words_and_no_slips(index: TermIndex) -> None:
    from indexer.forgiveness.word_files import parse_synonyms

    assert [a.text for a in Forgiveness(index).attempts("等侍期")] == ["等待期"]
    own = Forgiveness(index, parse_synonyms("等侍期 = 免责期"))
    assert [(a.text, a.also) for a in own.attempts("等侍期")] == [("等侍期", ("免责期",))]
