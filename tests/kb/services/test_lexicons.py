from __future__ import annotations

import pytest

from kb.domain.errors import Conflict, Invalid, NotAllowed, NotFound, TooLarge
from kb.domain.person import Role
from kb.services.lexicons import Lexicons
from tests.factories import a_person, published

COORDINATOR = a_person(Role.COORDINATOR)


@pytest.fixture
def lexicons(store, clock):
    return Lexicons(store, clock)


def save(lexicons, words="", synonyms="", based_on=0, by=COORDINATOR):
    return lexicons.save(by, words=words, synonyms=synonyms, reason="补词", based_on=based_on)


def test_each_save_is_a_new_state_and_old_ones_stay(lexicons):
    save(lexicons, words="惠民保")
    save(lexicons, words="惠民保\n三者险", synonyms="退保, 解除合同", based_on=1)
    assert (lexicons.current().number, lexicons.current().synonyms) == (2, "退保, 解除合同")
    assert [state.words for state in lexicons.history(COORDINATOR)] == ["惠民保\n三者险", "惠民保"]


def test_two_people_do_not_overwrite_each_other(lexicons):
    save(lexicons, words="惠民保")
    with pytest.raises(Conflict, match="第 1 版"):
        save(lexicons, words="别的词", based_on=0)
    assert lexicons.current().words == "惠民保"


def test_saving_the_same_again_is_refused(lexicons):
    save(lexicons, words="惠民保")
    with pytest.raises(Conflict):
        save(lexicons, words="惠民保\n", based_on=1)


def test_entries_that_contain_a_changed_word_are_indexed_again(lexicons, store, clock):
    published(store, clock, "FAQ-0001", title="惠民保怎么赔")
    published(store, clock, "FAQ-0002", title="别的事", body="100%_都不是")
    with store.read() as uow:
        before = uow.jobs.last()
    save(lexicons, words="惠民保\n5%_")
    with store.read() as uow:
        assert [job.code for job in uow.jobs.after(before)] == ["FAQ-0001"]


@pytest.mark.parametrize(
    "fields",
    [{"asked_as": ("惠民保呢",)}, {"conditions": "买了惠民保"}, {"exceptions": "惠民保"}, {"tags": ("惠民保",)},
     {"category": "健康险/惠民保"}, {"product": "惠民保"}, {"speakable": "看惠民保"}, {"body": "甲\n惠民保"}],
)  # fmt: skip
def test_it_may_stand_in_any_text_of_the_entry(lexicons, store, clock, fields):
    published(store, clock, "FAQ-0001", **fields)
    with store.read() as uow:
        before = uow.jobs.last()
    save(lexicons, words="惠民保")
    with store.read() as uow:
        assert [job.code for job in uow.jobs.after(before)] == ["FAQ-0001"]


def test_an_old_state_can_be_restored_as_the_newest(lexicons):
    save(lexicons, words="惠民保")
    save(lexicons, words="错词", based_on=1)
    assert lexicons.restore(COORDINATOR, 1, reason="改错了").number == 3
    assert lexicons.current().words == "惠民保"
    with pytest.raises(NotFound):
        lexicons.restore(COORDINATOR, 9, reason="没有")


@pytest.mark.parametrize(("words", "error"), [("词" * 200_001, TooLarge), ("词\x00", Invalid)])
def test_what_cannot_be_kept_leaves_the_old_state(lexicons, words, error):
    save(lexicons, words="惠民保")
    with pytest.raises(error):
        save(lexicons, words=words, based_on=1)
    assert lexicons.current().words == "惠民保"


def test_an_agent_changes_nothing(lexicons):
    with pytest.raises(NotAllowed):
        save(lexicons, words="惠民保", by=a_person(Role.AGENT))
