"""Reads what coordinators write or upload: a list of synonyms, a dictionary. All of it is good, or an error says why.

The parsers return new values and change nothing, so whoever gets an error still has the old state.

    # remark
    退保 = 解除合同 = 不想要了        two-way: each stands for the others
    车子、小车 -> 机动车              one-way: what people say -> what entries say
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from indexer.forgiveness.synonyms import Group, SynonymTable, check_side
from indexer.text import normal, seen
from kb.domain.errors import N_, Invalid, TooLarge

BYTES_MOST = 4_000_000
LINE_MOST = 4_000  # characters
WORDS_MOST = 200_000  # of a dictionary
WORD_MOST = 60  # characters
_ARROW = re.compile("->|=>|→|⇒")
_PARTING = re.compile("[=,，、;；|｜]")
_WORD = re.compile(r"[^\x00-\x1f\x7f]+")


def parse_synonyms(source: str | bytes) -> SynonymTable:
    """The table that ``source`` (see above) describes.

    Raises:
        TooLarge: over ``BYTES_MOST`` bytes, or over the bounds of ``SynonymTable``.
        Invalid: no UTF-8, or a line that is no group; the sentence names the line.
    """
    return SynonymTable(_groups(_text_of(source, "synonyms")))


def parse_dictionary(source: str | bytes) -> tuple[str, ...]:
    """The words of a dictionary, one a line, each once; what follows ``#`` is a remark.

    jieba's own form ``word frequency tag`` is read too; frequency and tag are left out.

    Raises:
        TooLarge: over ``BYTES_MOST`` bytes or ``WORDS_MOST`` words, or a word over ``WORD_MOST`` characters.
        Invalid: no UTF-8, or a line that is no word; the sentence names the line.
    """
    words: dict[str, None] = {}
    for number, line in _lines(_text_of(source, "dictionary"), "dictionary"):
        word = re.sub(r"(?: \d{1,12})?(?: [a-z]{1,5})?$", "", line) if not line.isascii() else line
        if len(word) > WORD_MOST:
            raise TooLarge(
                N_("第 {line} 行的词太长，最多 {most} 个字。"), field="dictionary", line=number, most=WORD_MOST
            )
        if not _WORD.fullmatch(word) or "\ufffd" in word:
            raise Invalid(N_("第 {line} 行不是一个词。"), field="dictionary", line=number)
        words[word] = None
        if len(words) > WORDS_MOST:
            raise TooLarge(N_("词典最多 {most} 个词。"), field="dictionary", most=WORDS_MOST)
    return tuple(words)


@cache
def packaged_synonyms() -> SynonymTable:
    """The synonyms that come with the program, read once in each process."""
    return parse_synonyms(files("indexer.forgiveness").joinpath("synonyms.txt").read_bytes())


def _groups(text: str) -> Iterator[Group]:
    for number, line in _lines(text, "synonyms"):
        sides = [_phrases(side) for side in _ARROW.split(line)]
        if len(sides) > 2 or not all(sides) or (len(sides) == 1 and len(set(sides[0])) < 2):
            raise Invalid(
                N_("第 {line} 行不是一组同义词，应写成“甲 = 乙”或“甲 -> 乙”。"), field="synonyms", line=number
            )
        try:
            for side in sides:
                check_side(side)
        except Invalid as error:
            raise type(error)(N_("第 {line} 行：{reason}"), field="synonyms", line=number, reason=str(error)) from error
        yield Group(sides[0], sides[1] if len(sides) == 2 else ())


def _phrases(side: str) -> tuple[str, ...]:
    parts = (" ".join(part.split()) for part in _PARTING.split(side))
    return tuple(dict.fromkeys(part for part in parts if part))


def _lines(text: str, field: str) -> Iterator[tuple[int, str]]:
    """Number and text of each line that says something, in normal form."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LINE_MOST:
            raise TooLarge(N_("第 {line} 行太长，最多 {most} 个字。"), field=field, line=number, most=LINE_MOST)
        said = normal(seen(line)).split("#", 1)[0].strip()
        if said:
            yield number, " ".join(said.split()) if field == "dictionary" else said


def _text_of(source: str | bytes, field: str) -> str:
    size = len(source)
    if size > BYTES_MOST:
        raise TooLarge(N_("文件太大，最多 {most} MB。"), field=field, most=BYTES_MOST // 1_000_000)
    if isinstance(source, str):
        return source
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Invalid(N_("文件是 UTF-16 编码，请另存为 UTF-8 再上传。"), field=field)
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(_encoding_fault(source), field=field) from None


def _encoding_fault(source: bytes) -> str:
    try:
        source.decode("gb18030")
    except UnicodeDecodeError:
        return N_("文件已损坏，或者不是文本文件。")
    return N_("文件像是 GB18030（GBK）编码，请另存为 UTF-8 再上传。")
