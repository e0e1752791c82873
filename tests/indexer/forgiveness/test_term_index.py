from indexer.forgiveness.term_index import TermIndex
from indexer.forgiveness.vocabulary import ListVocabulary, Term


def test_a_word_of_one_entry_and_no_title_is_no_word_of_the_collection() -> None:
    index = TermIndex(
        ListVocabulary([Term("生僻词", "w", 1, 0), Term("常用词", "w", 2, 0), Term("标题词", "w", 1, 1)], 9)
    )
    assert "生僻词" not in index
    assert {"常用词", "标题词"} <= set(index.texts)


def test_in_a_large_library_a_slip_made_twice_is_still_a_slip() -> None:
    index = TermIndex(ListVocabulary([Term("等侍期", "w", 2, 0), Term("等待期", "w", 9, 0)], 45_000))
    assert index.texts == ["等待期"]


def test_numbers_and_neighbouring_characters_are_never_targets(index: TermIndex) -> None:
    assert "七天" not in index
    assert "赔材" not in index
    assert index.pair("赔材") == (8, 4)


def test_terms_are_found_by_pinyin_whole_and_begun(index: TermIndex) -> None:
    def texts(numbers: list[int]) -> set[str]:
        return {index.texts[number] for number in numbers}

    assert texts(index.spelled("dengdaiqi")) == {"等待期"}
    assert texts(index.spelled("dengd", whole=False)) == {"等待", "等待期"}
    assert texts(index.initialled("tb")) == {"退保", "投保"}
    assert texts(index.spelled("haikuan")) == texts(index.spelled("huankuan")) == {"还款"}
    assert texts(index.spelled("dengdai")) == {"等待"}


def test_terms_of_titles_weigh_more_than_equally_frequent_ones_of_bodies(index: TermIndex) -> None:
    assert index.weight(index.number("犹豫期")) > index.weight(index.number("理由"))


def test_an_empty_collection_makes_an_empty_index() -> None:
    index = TermIndex(ListVocabulary([], 0))
    assert len(index) == 0
    assert index.spelled("dengdaiqi") == []
    assert index.pair("等待") == (0, 0)
