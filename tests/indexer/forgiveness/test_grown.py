from hypothesis import given
from hypothesis import strategies as st

from indexer.forgiveness.forgive import Forgiveness
from indexer.forgiveness.grown import grown
from indexer.forgiveness.term_index import TermIndex
from indexer.forgiveness.vocabulary import ListVocabulary, Term

WORDS = (
    "等待期",
    "等待",
    "宽限期",
    "观察期",
    "犹豫期",
    "退保",
    "投保",
    "还款",
    "保全",
    "车",
    "期",
    "app",
    "e生保",
    "30",
)
PAIRS = ("等待", "待期", "宽限", "限期", "退保", "30天")
_counts = st.tuples(st.integers(1, 5), st.integers(1, 4))
_side = st.dictionaries(
    st.one_of(st.tuples(st.sampled_from(WORDS), st.just("w")), st.tuples(st.sampled_from(PAIRS), st.just("b"))), _counts
)


def vocabulary(side: dict[tuple[str, str], tuple[int, int]]) -> ListVocabulary:
    return ListVocabulary([Term(*term, *counts) for term, counts in side.items()], 30)


@given(_side, _side)
def test_grown_terms_repair_as_those_of_both_made_at_once(
    old: dict[tuple[str, str], tuple[int, int]], new: dict[tuple[str, str], tuple[int, int]]
) -> None:
    both = dict(old)
    for term, (entries, titles) in new.items():
        before = both.get(term, (0, 0))
        both[term] = (before[0] + entries, before[1] + titles)
    whole, beside = TermIndex(vocabulary(both)), grown(TermIndex(vocabulary(old)), vocabulary(new))
    assert sorted(beside.texts) == sorted(whole.texts)
    assert beside.latin == whole.latin
    for word, _ in both:
        assert (word in beside) == (word in whole)
        assert (beside.pair(word), beside.single(word)) == (whole.pair(word), whole.single(word))
        assert (beside.says(word), beside.titled(word)) == (whole.says(word), whole.titled(word))
        assert (word not in whole) or weight(beside, word) == weight(whole, word)
    for letters in ("kuanxianqi", "tuibao", "tb", "kx", "baoquan"):
        for whole_only in (True, False):
            assert texts(beside, beside.spelled(letters, whole=whole_only)) == texts(
                whole, whole.spelled(letters, whole=whole_only)
            )
            assert texts(beside, beside.initialled(letters, whole=whole_only)) == texts(
                whole, whole.initialled(letters, whole=whole_only)
            )
    assert sorted(beside.heard("che")) == sorted(whole.heard("che"))


def test_a_slip_pinyin_and_initials_lead_to_what_came_since() -> None:
    old = TermIndex(ListVocabulary([Term("等待期", "w", 9, 3)], 20))
    index = grown(old, ListVocabulary([Term("宽限期", "w", 1, 1), Term("观察期", "w", 1, 1)], 2))
    for question, meant in (("宽现期", "宽限期"), ("kuanxianqi", "宽限期"), ("gcq", "观察期"), ("观cha期", "观察期")):
        assert [a.text for a in Forgiveness(index).attempts(question)] == [meant]
        assert list(Forgiveness(old).attempts(question)) == []
    assert [a.text for a in Forgiveness(index).attempts("等侍期")] == ["等待期"]


def test_it_grows_again() -> None:
    first = grown(TermIndex(ListVocabulary([], 0)), ListVocabulary([Term("等待期", "w", 1, 1)], 1))
    index = grown(first, ListVocabulary([Term("宽限期", "w", 1, 1), Term("等待期", "w", 2, 1)], 2))
    assert index.texts == ["等待期", "宽限期"]
    assert (index.entries.tolist(), index.titles.tolist()) == ([3, 1], [2, 1])
    assert [a.text for a in Forgiveness(index).attempts("kxq")] == ["宽限期"]


def test_in_a_large_library_a_new_slip_made_twice_is_still_a_slip() -> None:
    old = TermIndex(ListVocabulary([Term("等待期", "w", 9, 3)], 45_000))
    assert grown(old, ListVocabulary([Term("等侍期", "w", 2, 0)], 3)).texts == ["等待期"]


def weight(index: TermIndex, word: str) -> float:
    return index.weight(index.number(word))


def texts(index: TermIndex, numbers: list[int]) -> list[str]:
    return sorted(index.texts[number] for number in numbers)
