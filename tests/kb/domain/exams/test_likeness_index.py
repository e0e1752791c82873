"""The index of a bank finds exactly what comparing with every question finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.domain.exams.likeness import BankIndex, likeness
from kb.domain.exams.question import QuestionContent, QuestionType, Source

texts = st.text(alphabet="等待期三十天六理赔材料保单", min_size=1, max_size=20)
questions = st.builds(
    QuestionContent, type=st.sampled_from([QuestionType.SINGLE, QuestionType.CLOZE]), stem=texts,
    options=st.tuples(texts, texts), key=st.just((0,)),
    source=st.builds(Source, code=st.sampled_from(["", "FAQ-0042"]), start=st.integers(0, 5), end=st.integers(6, 9)),
)  # fmt: skip


@given(st.lists(questions, max_size=12), questions, st.sampled_from([0.5, 0.7, 0.9]))
def test_the_index_finds_what_plain_comparing_finds(
    bank: list[QuestionContent], one: QuestionContent, least: float
) -> None:
    index = BankIndex(dict(enumerate(bank)))
    found = dict(index.like(one, least=least, most=100))
    assert found == {key: share for key, other in enumerate(bank) if (share := likeness(one, other)) >= least}


@given(questions, questions, questions)
def test_new_content_takes_the_place_of_the_old(
    old: QuestionContent, new: QuestionContent, one: QuestionContent
) -> None:
    index = BankIndex({"q": old})
    index.add("q", new)
    share = likeness(one, new)
    assert index.like(one, least=0.5) == ([("q", share)] if share >= 0.5 else [])
