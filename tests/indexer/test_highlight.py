from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.highlight import SNIPPET, Highlighter
from tests.factories import a_content

ASKED = Highlighter(["w等待期", "b等待", "b待期", "w2.5"])


def test_marks_join_to_the_text_and_overlaps_to_one() -> None:
    assert ASKED.marks("有等待期吗") == [("有", False), ("等待期", True), ("吗", False)]


def test_the_text_keeps_its_script_and_width() -> None:
    assert Highlighter(["w医疗"]).marks("看醫療險") == [("看", False), ("醫療", True), ("險", False)]
    assert Highlighter(["w100%"]).marks("赔１００％") == [("赔", False), ("１００％", True)]


def test_markup_in_a_text_stays_text() -> None:
    assert ASKED.marks("<b>等待期</b>") == [("<b>", False), ("等待期", True), ("</b>", False)]


def test_without_terms_nothing_is_marked() -> None:
    assert Highlighter([]).marks("等待期") == [("等待期", False)]
    assert Highlighter(["w险"]).marks("保险") == [("保险", False)]  # one character alone would dot the page


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=3).map("w{}".format), max_size=4))
def test_segments_always_join_to_the_text(text: str, terms: list[str]) -> None:
    assert "".join(piece for piece, _ in Highlighter(terms).marks(text)) == text


def test_a_snippet_takes_the_short_field_that_says_most() -> None:
    content = a_content(speakable="等待期三十天。", conditions="等待期按 2.5 折算。", body="等待期 2.5 等待期")
    assert "".join(text for text, _ in ASKED.snippet(content)) == "等待期按 2.5 折算。"


def test_a_snippet_of_the_body_only_when_no_short_field_says_it() -> None:
    content = a_content(speakable="三十天。", conditions="", exceptions="", asked_as=(), body="## 说明\n\n**等待期** 30 天")
    text = "".join(piece for piece, _ in ASKED.snippet(content))
    assert text == "说明 等待期 30 天"


def test_a_snippet_that_matches_nowhere_is_the_speakable_answer() -> None:
    content = a_content(speakable="三十天。", conditions="", exceptions="", asked_as=(), body="正文")
    assert ASKED.snippet(content) == [("三十天。", False)]


def test_a_long_text_is_cut_around_the_marks() -> None:
    content = a_content(speakable="", conditions="", exceptions="", asked_as=(), body="前" * 300 + "等待期" + "后" * 300)
    pieces = ASKED.snippet(content)
    assert ("等待期", True) in pieces
    assert pieces[0] == pieces[-1] == ("…", False)
    assert len("".join(text for text, _ in pieces)) <= SNIPPET + 2


def test_single_characters_are_marked_only_when_nothing_longer_was_asked() -> None:
    assert Highlighter(["w等待期", "c期"]).marks("到期，有等待期") == [("到期，有", False), ("等待期", True)]
    assert Highlighter(["c期"]).marks("到期") == [("到", False), ("期", True)]
