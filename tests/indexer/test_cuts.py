"""What was cut once is taken over: across rebuilds, restarts and changes of the dictionary, and never wrongly."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from indexer import whoosh_writing
from indexer.port import Document, Filters
from indexer.tokens import Tokenizer, Tokens
from indexer.whoosh_index import WhooshIndex
from kb.domain.person import Role
from tests.factories import NOW, a_content
from tests.indexer.documents import a_document, plain


class Counting(Tokenizer):
    """Tells what it cut."""

    cut_codes: list[str]

    def document(self, document: Document) -> Tokens:
        self.cut_codes.append(document.code)
        return super().document(document)


@pytest.fixture
def counting(tokenizer: Tokenizer, tmp_path: Path) -> Counting:
    made = Counting.__new__(Counting)
    made.__dict__.update(tokenizer.with_words(()).__dict__)
    made.cache_dir, made.cut_codes = tmp_path / "cache", []
    return made


@pytest.fixture(autouse=True)
def looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whoosh_writing, "LOOKED_UP_LEAST", 1)


@pytest.fixture
def index(counting: Counting, tmp_path: Path) -> WhooshIndex:
    return WhooshIndex(tmp_path / "index", counting)


LIBRARY = [
    Document("FAQ-0001", 1, a_content(title="轻症豁免怎么算", body="轻症豁免的说明。"), NOW - timedelta(9), None),
    Document("FAQ-0002", 3, a_content(title="退保要多久", asked_as=("退保几天到账",)), NOW - timedelta(8), None),
    Document("FAQ-0003", 2, a_content(title="等待期多久", body="等待期九十天。"), NOW - timedelta(7), None),
]


def cut_by(counting: Counting, index: WhooshIndex, documents: Iterable[Document]) -> list[str]:
    counting.cut_codes.clear()
    index.rebuild(documents, applied=7)
    return list(counting.cut_codes)


def found(index: WhooshIndex, question: str) -> list[tuple[str, int, float]]:
    terms = index._tokenizer.query(question).weights
    hits, _ = index.search(terms, at=NOW, role=Role.AGENT, filters=Filters(), limit=9)
    return [(f.code, f.revision, round(f.score, 9)) for f in hits]


def held(index: WhooshIndex) -> Counter[tuple[object, ...]]:
    return Counter((s.code, s.revision, s.digest, s.starts, s.ends) for s in index.stored())


def fresh(counting: Counting, folder: Path) -> WhooshIndex:
    """An index that has nothing to take over."""
    other = counting.with_words(counting.added)
    other.cache_dir = None
    return WhooshIndex(folder, other)


def test_a_second_rebuild_cuts_nothing_and_finds_the_same(
    counting: Counting, index: WhooshIndex, tmp_path: Path
) -> None:
    assert sorted(cut_by(counting, index, LIBRARY)) == ["FAQ-0001", "FAQ-0002", "FAQ-0003"]
    before = [found(index, d.content.title) for d in LIBRARY]
    assert cut_by(counting, index, reversed(LIBRARY)) == []
    assert [found(index, d.content.title) for d in LIBRARY] == before
    assert index.faults() == []
    shutil.rmtree(tmp_path / "index")  # the index may be thrown away
    again = WhooshIndex(tmp_path / "index", counting)
    assert cut_by(counting, again, LIBRARY) == []
    assert [found(again, d.content.title) for d in LIBRARY] == before


def test_only_what_changed_is_cut(counting: Counting, index: WhooshIndex, tmp_path: Path) -> None:
    cut_by(counting, index, LIBRARY)
    changed = replace(LIBRARY[1], revision=4, content=a_content(title="退保要多久", body="三个工作日。"))
    moved = replace(LIBRARY[2], ends=NOW + timedelta(days=1), revision=5)
    now = [changed, moved, a_document("FAQ-0009", title="宽限期多久")]
    assert sorted(cut_by(counting, index, now)) == ["FAQ-0002", "FAQ-0009"]
    other = fresh(counting, tmp_path / "other")
    other.rebuild(now, applied=7)
    assert held(index) == held(other)
    for question in ("退保要多久", "等待期", "工作日", "轻症"):
        assert found(index, question) == found(other, question)


def test_a_segment_that_is_all_as_it_was_is_taken_as_it_is(counting: Counting, index: WhooshIndex) -> None:
    cut_by(counting, index, LIBRARY)
    (first,) = index.collection.listed
    index.replace({"FAQ-0001": []}, applied=8)
    assert found(index, "轻症豁免") == []
    assert cut_by(counting, index, LIBRARY) == []
    assert [segment.name for segment in index.collection.listed] == [first.name]
    assert [code for code, _, _ in found(index, "轻症豁免")] == ["FAQ-0001"]
    assert cut_by(counting, index, LIBRARY[1:]) == []
    assert first.name not in [segment.name for segment in index.collection.listed]
    assert found(index, "轻症豁免") == []
    assert index.faults() == []


def test_two_periods_with_one_content_stay_two_documents(counting: Counting, index: WhooshIndex) -> None:
    first = replace(LIBRARY[0], ends=NOW - timedelta(days=1))
    twice = [first, replace(first, starts=NOW + timedelta(days=1), ends=None)]
    cut_by(counting, index, twice)
    assert cut_by(counting, index, twice) == []
    assert held(index).total() == 2
    assert cut_by(counting, index, [*twice, replace(first, starts=NOW + timedelta(days=3))]) == ["FAQ-0001"]


def test_a_new_word_cuts_what_it_may_stand_in_and_nothing_else(
    counting: Counting, index: WhooshIndex, tmp_path: Path
) -> None:
    cut_by(counting, index, LIBRARY)
    counting.use(["轻症豁免"])
    index.lexicon = 1
    assert cut_by(counting, index, LIBRARY) == ["FAQ-0001"]
    other = fresh(counting, tmp_path / "other")
    other.rebuild(LIBRARY, applied=7)
    assert found(index, "轻症豁免") == found(other, "轻症豁免")
    counting.use(["ab"])  # without a pair of characters it cannot be told where it stands
    assert len(cut_by(counting, index, LIBRARY)) == 3


def test_what_was_cut_while_another_thread_took_up_a_word_is_not_kept(
    counting: Counting, index: WhooshIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = counting.document

    def cut_after_a_change(document: Document) -> Tokens:
        counting.use(["轻症豁免"])
        return cut(document)

    with monkeypatch.context() as patched:
        patched.setattr(counting, "document", cut_after_a_change)
        cut_by(counting, index, LIBRARY)
    counting.use([])
    cut_by(counting, index, LIBRARY)
    other = fresh(counting, tmp_path / "other")
    other.rebuild(LIBRARY, applied=7)
    assert found(index, "轻症豁免怎么算") == found(other, "轻症豁免怎么算")


def test_another_program_or_dictionary_file_cuts_everything(counting: Counting, index: WhooshIndex) -> None:
    cut_by(counting, index, LIBRARY)
    counting.base = [*counting.base, "豁免"]
    assert len(cut_by(counting, index, LIBRARY)) == 3


@pytest.mark.parametrize("suffix", [".arrays", ".json", ".trm"])
@pytest.mark.parametrize("harm", ["cut short", "altered", "lost"])
def test_what_is_torn_or_altered_is_cut_again(
    counting: Counting, index: WhooshIndex, tmp_path: Path, suffix: str, harm: str
) -> None:
    cut_by(counting, index, LIBRARY)
    (path,) = (tmp_path / "cache" / "cuts").glob(f"*{suffix}")
    data = path.read_bytes()
    path.unlink()  # the index's own file stays as it is
    if harm != "lost":
        path.write_bytes(data[: len(data) // 2] if harm == "cut short" else data[:-9] + b"?" + data[-8:])
    assert len(cut_by(counting, index, LIBRARY)) == 3
    assert [code for code, _, _ in found(index, "轻症豁免")] == ["FAQ-0001"]


def test_no_more_is_kept_than_the_index_holds(counting: Counting, index: WhooshIndex, tmp_path: Path) -> None:
    cut_by(counting, index, LIBRARY)
    for number in range(1, 12):
        index.replace({"FAQ-0005": [plain("FAQ-0005", f"退保{number}")]}, applied=7 + number)
        index.replace({f"FAQ-1{number:03}": [plain(f"FAQ-1{number:03}", "宽限")]}, applied=30 + number)
    notes = [json.loads(p.read_text("utf-8")) for p in (tmp_path / "cache" / "cuts").glob("*.json")]
    assert len(notes) == len(index.collection.listed)
    assert sum(len(note["facts"]) for note in notes) == sum(s.arrays.size for s in index.collection.listed)
    documents = [*LIBRARY, plain("FAQ-1004", "宽限")]
    assert cut_by(counting, index, documents) == []


def test_what_cannot_be_kept_does_no_harm(counting: Counting, index: WhooshIndex, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    assert len(cut_by(counting, index, LIBRARY)) == 3
    assert len(cut_by(counting, index, LIBRARY)) == 3
    assert [code for code, _, _ in found(index, "轻症豁免")] == ["FAQ-0001"]


def test_many_are_taken_over_by_processes(
    counting: Counting, index: WhooshIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_by(counting, index, LIBRARY)
    monkeypatch.setattr(whoosh_writing, "ALONE_MOST", 1)
    before = [found(index, d.content.title) for d in LIBRARY]
    assert cut_by(counting, index, LIBRARY) == []
    assert [found(index, d.content.title) for d in LIBRARY] == before
