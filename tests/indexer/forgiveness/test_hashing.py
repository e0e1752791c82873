import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.forgiveness import hashing
from indexer.forgiveness.hashing import LENGTH_MOST, Family
from indexer.forgiveness.term_index import codes

strings = st.text("一二三四五等待期理赔", min_size=3, max_size=LENGTH_MOST)


def whole(text: str, family: Family = Family.WHOLE) -> int:
    return int(hashing.whole(codes(text)[None, :], family)[0])


@given(strings)
def test_leaving_a_character_out_gives_the_number_of_the_shorter_string(text: str) -> None:
    found = hashing.shorter(codes(text)[None, :])[0]
    assert [int(n) for n in found] == [whole(text[:i] + text[i + 1 :], Family.SHORTER) for i in range(len(text))]


@given(strings)
def test_swapping_gives_the_number_of_the_swapped_string(text: str) -> None:
    found = hashing.swapped(codes(text)[None, :])[0]
    assert [int(n) for n in found] == [
        whole(text[:i] + text[i + 1] + text[i] + text[i + 2 :]) for i in range(len(text) - 1)
    ]


@given(strings, st.integers(0, LENGTH_MOST - 1), st.sampled_from("七八九"))
def test_strings_that_differ_in_one_place_share_its_masked_number_only(text: str, place: int, other: str) -> None:
    place %= len(text)
    changed = text[:place] + other + text[place + 1 :]
    one, two = hashing.masked(codes(text)[None, :])[0], hashing.masked(codes(changed)[None, :])[0]
    assert np.flatnonzero(one == two).tolist() == [place]
