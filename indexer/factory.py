"""Puts the parts together for one process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from kb.domain.errors import N_, Invalid
from kb.domain.lexicon import EMPTY
from kb.settings import BUNDLED

if TYPE_CHECKING:
    from indexer.meaning.meaning import Meaning
    from indexer.remembering import RememberingSearch
    from indexer.sync import Sync
    from kb.ports import Store
    from kb.settings import Settings


def open_search(settings: Settings, store: Store, clock: Callable[[], datetime]) -> tuple[RememberingSearch, Sync]:
    """The search and the writer of the index for one home folder.

    The coordinators' synonyms and dictionary words hold at once in every process: see ``indexer.live_words``.
    """
    from indexer.forgiveness.keeper import Keeper
    from indexer.forgiving import LiveForgiveness
    from indexer.live_words import LiveWords
    from indexer.remembering import RememberingSearch
    from indexer.sync import Sync
    from indexer.tokens import Tokenizer
    from indexer.tombstones import Tombstones
    from indexer.whoosh_index import WhooshIndex

    with store.read() as uow:
        lexicon = uow.lexicons.current() or EMPTY
    tokenizer = Tokenizer(dictionary(settings.dictionary), settings.cache_dir)
    tokenizer.use(lexicon.word_set())
    index = WhooshIndex(settings.index_dir, tokenizer, lexicon.number)
    words = LiveWords(tokenizer, index, store, lexicon)
    sync = Sync(store, index, settings.home / "index.lock", words)
    keeper = Keeper(lambda word: word in tokenizer.words(word))
    forgiving = LiveForgiveness(keeper, index, store, clock, words)
    search = RememberingSearch(index, store, tokenizer, clock, forgiving, Tombstones(index, store, tokenizer))
    search.meaning = meaning(settings, store, clock)
    return search, sync


def meaning(settings: Settings, store: Store, clock: Callable[[], datetime], *, patient: bool = False) -> Meaning | None:
    """What weighs hits by meaning, or None when it is off. ``patient``: wait for every vector, to measure it."""
    if not settings.embeddings_url:
        return None
    from indexer.meaning.address import AddressEmbedder
    from indexer.meaning.bundled import BundledEmbedder
    from indexer.meaning.meaning import WAIT, Meaning

    url, key, model = settings.embeddings_url, settings.embeddings_key, settings.embeddings_model
    embedder = BundledEmbedder() if url == BUNDLED else AddressEmbedder(url, key, model)
    return Meaning(embedder, settings.home / "meaning", store, clock, None if patient else WAIT)


def dictionary(path: Path) -> list[str]:
    """The packaged words and those of the home folder's own file, if there is one.

    Raises:
        Invalid: the file is none that can be read, or a line of it is no word: one of 70,000 characters took 10 GB.
    """
    from indexer.forgiveness.word_files import parse_dictionary

    try:
        own = parse_dictionary(path.read_bytes()) if path.is_file() else ()
    except Invalid as error:
        said = N_("词典文件 {path}：{reason}")
        raise type(error)(said, field="dictionary", path=str(path), reason=str(error)) from error
    return [*packaged_words(), *own]


def packaged_words() -> list[str]:
    """The trade's words that come with the program."""
    return words_of(files("indexer").joinpath("dictionary.txt").read_text(encoding="utf-8"))


def words_of(text: str) -> list[str]:
    """The words of a dictionary file: one a line, what follows ``#`` is a remark."""
    lines = (line.split("#", 1)[0].strip() for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line))
