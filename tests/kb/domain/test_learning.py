from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.content import PHRASINGS_MOST
from kb.domain.errors import Invalid, TooLarge
from kb.domain.learning import USED_MOST, LearnedPhrasing, Source, form, heard, used, with_learned
from tests.factories import NOW, a_content


def a_phrasing(phrasing: str = "买完几天能赔", times: int = 1, minutes: int = 0, **fields: object) -> LearnedPhrasing:
    values = {"last_at": NOW + timedelta(minutes=minutes)} | fields
    return LearnedPhrasing("FAQ-0042", phrasing, Source.SOLUTION, "li", NOW, times, **values)  # type: ignore[arg-type]


def test_width_case_and_marks_make_no_new_phrasing() -> None:
    assert form("ＡＢ险，等待期 ９０天？") == form("ab险等待期90天")
    assert form("等待期90天") != form("等待期30天")


@given(st.text(max_size=50))
def test_the_form_of_a_form_is_itself(text: str) -> None:
    assert form(form(text)) == form(text)


@pytest.mark.parametrize("said", ["", "？！。", "我", "打13812345678找我", "张伟身份证11010519491231002X"])
def test_what_says_nothing_or_names_somebody_is_not_learned(said: str) -> None:
    with pytest.raises(Invalid):
        heard("FAQ-0042", said, source=Source.MEND, by="li", at=NOW)


def test_a_whole_page_is_no_phrasing() -> None:
    with pytest.raises(TooLarge):
        heard("FAQ-0042", "等待期" * 101, source=Source.MEND, by="li", at=NOW)


def test_what_was_heard_most_is_used_first_and_never_what_was_taken_back() -> None:
    often, late = a_phrasing("多久能用", times=3), a_phrasing("几天能赔", minutes=9)
    early, gone = a_phrasing("何时有效", minutes=2), a_phrasing("有效期", times=7).taken_back(by="wang", at=NOW)
    assert used([early, gone, late, often]) == ("多久能用", "几天能赔", "何时有效")
    assert used([gone.put_back()]) == ("有效期",)


def test_what_was_added_because_it_was_not_found_is_used_before_what_was_heard_often() -> None:
    many = [a_phrasing(f"第{number}种说法", times=2) for number in range(USED_MOST)]
    mended = replace(a_phrasing("搜不到的说法"), source=Source.MEND)
    assert used([*many, mended])[0] == "搜不到的说法"
    assert "搜不到的说法" not in used([*many, a_phrasing("搜不到的说法")])


def test_no_more_are_used_than_the_bound() -> None:
    many = [a_phrasing(f"说法{n}", times=n + 1) for n in range(USED_MOST + 5)]
    assert used(many)[0] == f"说法{USED_MOST + 4}"
    assert len(used(many)) == USED_MOST


def test_hearing_it_again_does_not_bring_back_what_was_taken_back() -> None:
    gone = a_phrasing().taken_back(by="wang", at=NOW).heard_again(NOW + timedelta(days=1))
    assert (gone.times, gone.taken_back_by, used([gone])) == (2, "wang", ())


def test_what_was_learned_is_searched_like_the_authors_phrasings_and_once() -> None:
    content = a_content(title="等待期", asked_as=("多久能用",))
    assert with_learned(content, ["多久能用？", "等待期！", "几天能赔"]).asked_as == ("多久能用", "几天能赔")
    assert with_learned(content, ["多久能用？"]) is content


def test_an_entry_full_of_phrasings_takes_no_more() -> None:
    content = a_content(asked_as=tuple(f"说法{n}" for n in range(PHRASINGS_MOST)))
    assert with_learned(content, ["几天能赔"]) is content
