"""A dictionary word counts at once in every process, and only the entries that hold it are cut anew."""

from __future__ import annotations

import pytest

from indexer.factory import open_search
from indexer.search import SearchRequest
from indexer.segmenter import Segmenter
from indexer.tokens import Tokenizer
from kb.domain.learning import Source
from kb.domain.person import Role
from kb.services.learning import Learning, Wording
from kb.services.lexicons import Lexicons
from kb.settings import Settings
from kb.storage import open_store
from kb.storage.learning import SqlLearnedRepository
from tests.factories import a_person, published

WORD = "碰瓷险"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """jieba's compiled dictionary: made once, it takes seconds."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def settings(tmp_path, cache):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "cache").symlink_to(cache)
    return Settings(home=tmp_path / "home", database_url="")


@pytest.fixture
def one(settings, store, clock):
    published(store, clock, "FAQ-0001", title="碰瓷险怎么买", asked_as=(), body="无", speakable="碰瓷險可以在柜面买。")
    published(store, clock, "FAQ-0002", title="退保手续", asked_as=(), body="无", speakable="柜面办理。")
    search, sync = open_search(settings, store, clock)
    sync.drain()
    return search, sync


def save(store, clock, words, number):
    Lexicons(store, clock).save(a_person(), words=words, synonyms="", reason="新词", based_on=number)


def held(search, term):
    return search.index.collection.holding([term])


def test_a_new_word_is_cut_at_once_in_entries_and_questions(one, store, clock):
    search, sync = one
    assert held(search, f"w{WORD}") == set()
    generation = sync.index.held_fingerprint()
    save(store, clock, WORD, 0)
    sync.drain()
    assert held(search, f"w{WORD}") == {"FAQ-0001"}
    assert WORD in search.tokenizer.words(WORD)
    assert sync.index.held_fingerprint() != generation
    assert not sync.index.outdated()
    assert sync.check() == []


def test_only_the_entries_that_hold_the_word_are_cut_anew(one, store, clock, monkeypatch):
    _, sync = one
    cut = []
    document = Tokenizer.document
    monkeypatch.setattr(Tokenizer, "document", lambda self, d: cut.append(d.code) or document(self, d))
    save(store, clock, WORD, 0)
    sync.drain()
    assert set(cut) == {"FAQ-0001"}


def test_a_word_taken_back_is_taken_back_everywhere(one, store, clock):
    search, sync = one
    before = search.tokenizer.cut("碰瓷险怎么买")
    save(store, clock, WORD, 0)
    sync.drain()
    save(store, clock, "", 1)
    sync.drain()
    assert held(search, f"w{WORD}") == set()
    assert search.tokenizer.cut("碰瓷险怎么买") == before


def test_what_was_learned_stays_when_an_entry_is_cut_anew(one, store, clock):
    search, sync = one
    Learning(store, clock).learn(a_person(), [Wording("FAQ-0001", "被讹钱了咋整", Source.SOLUTION)])
    sync.drain()
    save(store, clock, WORD, 0)
    sync.drain()
    assert held(search, "b讹钱") == {"FAQ-0001"}
    assert sync.check() == []


def test_another_process_follows_and_never_cuts_the_index_back(one, settings, store, clock):
    search, sync = one
    other, other_sync = open_search(settings, store, clock)
    save(store, clock, WORD, 0)
    sync.drain()
    published(store, clock, "FAQ-0003", title="碰瓷险赔多少", asked_as=(), body="无", speakable="无。")
    other_sync.drain()  # has not looked at the dictionary since its start
    assert held(other, f"w{WORD}") == held(search, f"w{WORD}") == {"FAQ-0001", "FAQ-0003"}
    assert other.tokenizer.fingerprint == search.tokenizer.fingerprint
    assert sync.check() == other_sync.check() == []


def test_after_a_start_the_index_is_as_if_built_anew(one, settings, store, clock):
    search, sync = one
    save(store, clock, WORD, 0)
    sync.drain()
    fresh, fresh_sync = open_search(settings, store, clock)
    assert not fresh_sync.index.outdated()
    live = fresh.tokenizer.cut("碰瓷险怎么买")
    assert live == search.tokenizer.cut("碰瓷险怎么买")


def test_words_used_later_cut_as_if_known_from_the_start(cache):
    text = "百万医疗险等待期限是保险公司等待的期限"
    later = Segmenter([], cache)
    plain = later.cut(text)
    words = ["等待期限", "保险公", "公司等", "医疗险等待"]
    later.use(words)
    known = Segmenter(words, cache).cut(text)
    assert later.cut(text) == known != plain
    copied = later.copied()
    copied.use([])
    assert (copied.cut(text), later.cut(text)) == (plain, known)


@pytest.fixture
def in_traditional_script(one, store, clock):
    """Entries for which saving a word leaves no index job: it does not stand in them as it was written."""
    published(store, clock, "FAQ-0004", title="碰瓷險和意外險的分別", asked_as=(), body="無", speakable="無。")
    published(store, clock, "FAQ-0005", title="退保辦理的時間和地點", asked_as=(), body="無", speakable="無。")
    one[1].drain()


def test_a_word_taken_up_while_the_index_is_built_is_cut_afterwards(
    one, store, clock, in_traditional_script, monkeypatch
):
    search, sync = one
    document, after = Tokenizer.document, ["FAQ-0004"]

    def cut(self, d):
        tokens = document(self, d)
        if d.code in after:
            after.clear()
            save(store, clock, WORD, 0)
            search.run(SearchRequest("碰瓷险怎么买", Role.AGENT))  # the process takes the word up for its questions
        return tokens

    monkeypatch.setattr(Tokenizer, "document", cut)
    sync.rebuild()
    assert WORD in search.tokenizer.dictionary
    sync.drain()
    assert held(search, f"w{WORD}") == {"FAQ-0001", "FAQ-0004"}


def while_the_writer_reads(monkeypatch, act):
    """Have ``act`` happen once while the writer of the index reads from the database what it will write."""
    used = SqlLearnedRepository.used

    def read(self, codes=None):
        monkeypatch.setattr(SqlLearnedRepository, "used", used)
        act()
        return used(self, codes)

    monkeypatch.setattr(SqlLearnedRepository, "used", read)


def test_a_word_taken_up_while_another_is_being_applied_is_cut_afterwards(
    one, store, clock, in_traditional_script, monkeypatch
):
    search, sync = one

    def a_second_word_is_saved_and_asked_for():
        save(store, clock, f"{WORD}\n退保办理", 1)
        search.run(SearchRequest("退保办理", Role.AGENT))

    save(store, clock, WORD, 0)
    while_the_writer_reads(monkeypatch, a_second_word_is_saved_and_asked_for)
    sync.drain()
    assert held(search, f"w{WORD}") == {"FAQ-0001", "FAQ-0004"}
    assert held(search, "w退保办理") == {"FAQ-0005"}


def test_a_word_taken_up_while_a_publication_is_being_applied_leaves_all_other_entries_in(
    one, store, clock, monkeypatch
):
    search, sync = one

    def a_word_is_saved_and_asked_for():
        save(store, clock, WORD, 0)
        search.run(SearchRequest("碰瓷险怎么买", Role.AGENT))

    published(store, clock, "FAQ-0003", title="宽限期多久", asked_as=(), body="无", speakable="无。")
    while_the_writer_reads(monkeypatch, a_word_is_saved_and_asked_for)
    sync.drain()
    assert sync.check() == []
    assert held(search, f"w{WORD}") == {"FAQ-0001"}


class Replaced:
    """A store that is another database from one moment on, as when a backup is put back under a running process."""

    def __init__(self, now, backup) -> None:
        self.now, self.backup = now, backup

    def read(self):
        return self.now.read()

    def write(self):
        return self.now.write()

    def put_back(self) -> None:
        self.now = self.backup


@pytest.fixture
def replaced(store, clock, empty_database_url):
    """The backup has the same entries and job numbers; the dictionary had not been touched when it was made."""
    backup = open_store(empty_database_url, migrate=True)
    for database in (store, backup):
        published(database, clock, "FAQ-0001", title="碰瓷险怎么买", asked_as=(), body="无", speakable="碰瓷險。")
        published(database, clock, "FAQ-0002", title="去柜面办退保手续", asked_as=(), body="无", speakable="柜面办理。")
    yield Replaced(store, backup)
    backup.close()


def test_words_and_synonyms_of_a_database_put_back_hold_again(settings, replaced, clock):
    search, sync = open_search(settings, replaced, clock)
    asked = SearchRequest("讹人保单", Role.AGENT)
    Lexicons(replaced, clock).save(a_person(), words=WORD, synonyms=f"讹人保单 = {WORD}", reason="新词", based_on=0)
    sync.drain()
    assert [hit.code for hit in search.run(asked).hits] == ["FAQ-0001"]
    replaced.put_back()
    search.forgiving._looked = float("-inf")  # as a fifth of a second later
    assert search.run(asked).hits == []
    assert WORD not in search.tokenizer.dictionary
    sync.drain()
    assert held(search, f"w{WORD}") == set()


def test_another_dictionary_of_the_same_number_is_taken_up(settings, replaced, clock):
    search, sync = open_search(settings, replaced, clock)
    save(replaced, clock, WORD, 0)
    sync.drain()
    replaced.put_back()
    clock.forward(seconds=1)
    save(replaced, clock, "退保手续", 0)
    sync.drain()
    assert search.tokenizer.added == ("退保手续",)
    assert held(search, f"w{WORD}") == set()
    assert held(search, "w退保手续") == {"FAQ-0002"}


def test_an_index_cut_by_a_dictionary_that_the_database_does_not_have_is_cut_again(settings, replaced, clock):
    _, sync = open_search(settings, replaced, clock)
    save(replaced, clock, WORD, 0)
    sync.drain()
    replaced.put_back()
    with replaced.write() as uow:  # as many jobs as the index has seen, the last at the same moment
        uow.jobs.add(["FAQ-0001"], clock())
        uow.commit()
    search, sync = open_search(settings, replaced, clock)
    sync.drain()
    assert held(search, f"w{WORD}") == set()
