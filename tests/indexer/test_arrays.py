from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from indexer import arrays
from indexer.arrays import FENCE, Arrays
from indexer.building import Builder, merged
from indexer.facts import microseconds, moment
from indexer.port import Document
from indexer.tokens import Tokenizer
from tests.factories import NOW
from tests.indexer.documents import a_document, plain


def built(tokenizer: Tokenizer, *documents: Document) -> tuple[Arrays, Builder]:
    builder = Builder()
    for document in documents:
        builder.add(document, tokenizer.document(document))
    return builder.arrays(), builder


def differing(one: Arrays, other: Arrays) -> list[str]:
    return [
        f.name
        for f in dataclasses.fields(Arrays)
        if getattr(one, f.name).dtype != getattr(other, f.name).dtype
        or not np.array_equal(getattr(one, f.name), getattr(other, f.name))
    ]


def test_saved_arrays_come_back_equal(tokenizer: Tokenizer, tmp_path: Path) -> None:
    made, _ = built(tokenizer, a_document("FAQ-0001"), plain("FAQ-0002", "？？", ""))
    arrays.save(made, tmp_path / "a")
    assert differing(made, arrays.load(tmp_path / "a")) == []
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("left", [0, 5, 20, 200])
def test_a_file_cut_short_or_strange_is_refused(tokenizer: Tokenizer, tmp_path: Path, left: int) -> None:
    made, _ = built(tokenizer, a_document())
    arrays.save(made, tmp_path / "a")
    (tmp_path / "a").write_bytes((tmp_path / "a").read_bytes()[:left])
    with pytest.raises(ValueError):
        arrays.load(tmp_path / "a")


@pytest.mark.parametrize("count", [0, 1, FENCE - 1, FENCE, FENCE + 1, 2 * FENCE, 3 * FENCE + 7])
def test_every_term_is_found_at_its_place_and_no_other_is(tokenizer: Tokenizer, count: int) -> None:
    terms = sorted(f"w{number}字".encode() for number in range(count))
    text, start = arrays.packed(terms)
    made = dataclasses.replace(built(tokenizer, a_document())[0], term_text=text, term_start=start)
    fences = made.fences()
    assert [made.find(term, fences) for term in terms] == list(range(count))
    beside = [one + more for one in [*terms, b"", b"w"] for more in (b"\x00", b"\xff")] + [term[:-1] for term in terms]
    assert {made.find(term, fences) for term in [*beside, b"", b"\xff", "w没有的词".encode()]} == {-1}


def test_the_terms_of_documents_ascend(tokenizer: Tokenizer) -> None:
    made, _ = built(tokenizer, a_document())
    terms = made.all_terms()
    assert terms == sorted(set(terms)) == [made.term(place) for place in range(made.terms)]


def test_merging_equals_building_from_what_is_left(tokenizer: Tokenizer) -> None:
    a, b, c, d = (a_document(f"FAQ-{n}", n, title=f"第{n}条" * n, asked_as=("问",) * (n > 2)) for n in range(1, 5))
    first, first_builder = built(tokenizer, a, b)
    second, second_builder = built(tokenizer, c, d)
    facts = [first_builder.facts[1], *second_builder.facts]
    joined = merged([(first, np.array([False, True])), (second, np.array([True, True]))], facts)
    assert differing(joined, built(tokenizer, b, c, d)[0]) == []


def test_counts_over_255_are_held_as_255(tokenizer: Tokenizer) -> None:
    made, _ = built(tokenizer, plain("FAQ-0001", "甲", "退保，" * 300))
    assert made.doc_count.max() == 255


def test_moments_are_exact_to_the_microsecond() -> None:
    at = NOW.replace(microsecond=123457)
    assert moment(microseconds(at)) == at
    assert moment(microseconds(None)) is None
