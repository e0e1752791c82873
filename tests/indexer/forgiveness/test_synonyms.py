import pytest

from indexer.forgiveness.synonyms import GROUPS_MOST, PHRASE_MOST, Group, SynonymTable
from indexer.forgiveness.values import Step
from indexer.forgiveness.word_files import parse_synonyms
from kb.domain.errors import Invalid, TooLarge


def added(table: SynonymTable, text: str) -> dict[str, tuple[str, ...]]:
    return {e.phrase: e.added for e in table.expansions(text)}


def test_a_two_way_group_works_from_each_side() -> None:
    table = parse_synonyms("退保 = 解除合同 = 不想要了")
    assert added(table, "我不想要了") == {"不想要了": ("退保", "解除合同")}
    assert added(table, "退保要多久") == {"退保": ("解除合同", "不想要了")}


def test_a_one_way_group_works_from_one_side_only() -> None:
    table = parse_synonyms("车子、小车 -> 机动车")
    assert added(table, "车子坏了") == {"车子": ("机动车",)}
    assert added(table, "机动车坏了") == {}


def test_a_circle_does_not_loop_and_a_chain_does_not_drift() -> None:
    table = parse_synonyms("甲词 -> 乙词\n乙词 -> 丙词\n丙词 -> 甲词")
    assert added(table, "甲词") == {"甲词": ("乙词",)}
    assert added(table, "甲词乙词丙词") == {}


def test_a_phrase_of_several_groups_takes_from_each() -> None:
    table = parse_synonyms("退保 = 解约\n退保 = 撤保")
    assert added(table, "退保") == {"退保": ("解约", "撤保")}


def test_the_longest_phrase_wins_and_latin_words_stay_whole() -> None:
    table = parse_synonyms("车 = 汽车\n车损险 = 车辆损失险\nap = 接入点")
    assert added(table, "车损险") == {"车损险": ("车辆损失险",)}
    assert added(table, "app") == {}


def test_too_many_groups_are_refused() -> None:
    pairs = (Group((f"甲{n}", f"乙{n}")) for n in range(GROUPS_MOST + 1))
    with pytest.raises(TooLarge):
        SynonymTable(pairs)


def test_a_phrase_that_is_a_sentence_is_refused() -> None:
    with pytest.raises(TooLarge):
        SynonymTable([Group(("短", "长" * (PHRASE_MOST + 1)))])


@pytest.mark.parametrize("group", [Group(("独",)), Group(("独", "独")), Group(()), Group(("", "空"))])
def test_a_group_without_two_words_is_refused(group: Group) -> None:
    with pytest.raises(Invalid):
        SynonymTable([group])


def test_synonyms_are_searched_beside_the_question_and_change_nothing(forgiveness: object) -> None:
    (attempt,) = forgiveness.attempts("保单不想要了")  # type: ignore[attr-defined]
    assert (attempt.step, attempt.text) == (Step.SYNONYM, "保单不想要了")
    assert attempt.also == ("退保", "解除合同")
    assert attempt.why == "同义词"


def test_the_trades_synonyms_serve_only_what_the_collection_does_not_say(forgiveness: object) -> None:
    assert list(forgiveness.attempts("理赔")) == []  # type: ignore[attr-defined]
    assert [a.also for a in forgiveness.attempts("客户嘎了")] == [("身故",)]  # type: ignore[attr-defined]


def test_a_repaired_word_has_synonyms_too(forgiveness: object) -> None:
    *_, attempt = forgiveness.attempts("退宝材料")  # type: ignore[attr-defined]
    assert attempt.text == "退保材料"
    assert "解除合同" in attempt.also
