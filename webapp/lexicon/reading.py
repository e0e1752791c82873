"""The two texts as a person sends them: checked line by line, and a dictionary file taken into the text."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.forgiveness.word_files import parse_dictionary, parse_synonyms
from kb.domain.errors import N_, Invalid, TooLarge
from kb.domain.lexicon import LEXICON_MOST, clean_lexicon
from webapp.messages import sentence

WORDS, SYNONYMS, REASON, FILE = "words", "synonyms", "reason", "file"
FILE_MOST = 4 * LEXICON_MOST  # characters: words with frequencies and tags, which are left out; reading more takes seconds


@dataclass(frozen=True, slots=True)
class Mistake:
    """A finished sentence; ``line`` (from 1) and its text where a line is to blame."""

    sentence: str
    line: int = 0
    text: str = ""


def mistakes_in(words: str, synonyms: str) -> dict[str, Mistake]:
    """What keeps the texts from being saved, by field; empty when nothing does."""
    found = {}
    for field, text, parse in ((WORDS, words, parse_dictionary), (SYNONYMS, synonyms, parse_synonyms)):
        try:
            clean_lexicon(text, field=field)
            parse(text)
        except Invalid as error:
            found[field] = _mistake(error, text)
    return found


def with_file(words: str, source: bytes) -> tuple[str, int, int]:
    """``words`` with the words of a dictionary file that are not there yet; how many came, how many were there.

    Raises:
        Invalid: neither UTF-8 nor GB18030, or a line that is no word.
        TooLarge: the file is over the bounds of a dictionary.
    """
    words = words.replace("\r\n", "\n").rstrip("\n")
    there = {line.split("#", 1)[0].strip() for line in words.splitlines()}
    text = decoded(source)
    if len(text) > FILE_MOST:
        raise TooLarge(N_("文件太大：词典最多 {most} 个字。"), field=FILE, most=LEXICON_MOST)
    read = parse_dictionary(text)
    if not read:
        raise Invalid(N_("文件里没有词。"), field=FILE)
    new = [word for word in read if word not in there]
    together = "\n".join([words, *new] if words else new)
    if len(together) > LEXICON_MOST:  # it could not be saved, and putting it into the form takes a browser long
        raise TooLarge(N_("文件太大：词典最多 {most} 个字。"), field=FILE, most=LEXICON_MOST)
    return together, len(new), len(read) - len(new)


def decoded(source: bytes) -> str:
    """The text of a dictionary file in UTF-8 or, as older office programs save it, GB18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = source.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Invalid(N_("文件不是 UTF-8 或 GB18030 编码的文本，或者已损坏。"), field=FILE)


def _mistake(error: Invalid, text: str) -> Mistake:
    line = error.values.get("line")
    if not isinstance(line, int):
        return Mistake(sentence(error))
    return Mistake(sentence(error), line, text.splitlines()[line - 1].strip()[:60])
