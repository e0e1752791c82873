"""What could be added so that a question finds its entry, and where the entry would stand then. Nothing is saved here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from indexer.checks_of_golden import Guarded, guard, touched, touched_by_words
from indexer.explaining import Explanation, place_of
from indexer.filler import without_filler
from indexer.forgiveness.weak import FUNCTION
from indexer.forgiveness.word_files import parse_synonyms
from indexer.search import SearchRequest
from indexer.text import normal
from indexer.tokens import Tokenizer
from indexer.whatif import AsIfSearch, supposing, with_lexicon
from kb.domain.content import Content
from kb.domain.errors import N_, Conflict, Invalid, KbError
from kb.domain.golden import GoldenQuestion
from kb.domain.learning import KEPT_MOST, Source, Turn, heard
from kb.domain.lexicon import Lexicon
from webapp.current import desk, person
from webapp.messages import sentence

GUARD_SECONDS = 4.0  # of work for the golden questions of one mend
_HAN = re.compile(r"[\u3400-\u9fff]+")
WORD_MOST, CHOICES_MOST = 8, 6


@dataclass(frozen=True)
class Mend:
    """``kind``: phrasing, synonym or word. ``rank``: place of the entry afterwards, 0 for none, -1 when it cannot be made;
    ``why_not`` then says why. ``guarded``: golden questions that it would cost."""

    kind: str
    said: str = ""  # what the caller says; the phrasing, or the word
    meant: str = ""  # what the entry says
    rank: int = -1
    why_not: str = ""
    guarded: Guarded | None = None
    before: Turn | None = None  # the phrasing was taken back: by whom and why
    choices: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


def phrasing_mend(request: SearchRequest, code: str, content: Content) -> Mend:
    """Learn the question as a phrasing of the entry."""
    query = request.query
    try:
        before = _learned(code, content, query)
    except KbError as error:
        return Mend("phrasing", query, why_not=sentence(error))
    supposed = supposing(desk().search, {code: replace(content, asked_as=(*content.asked_as, query))}, desk().clock())
    run = desk().goldens.last_accepted()
    questions = touched(supposed, code, supposed.tokens, desk().goldens.all(), run.ranks if run else None)
    guarded = _guarded(supposed, questions)
    return Mend("phrasing", query, rank=place_of(supposed, request, code), guarded=guarded, before=before)


def _learned(code: str, content: Content, query: str) -> Turn | None:
    """When it was taken back before: by whom and why.

    Raises:
        Invalid, TooLarge, Conflict: it cannot be learned, or need not be.
    """
    if normal(query) in {normal(text) for text in (content.title, *content.asked_as)}:
        raise Conflict(N_("这句话已经是它的标题或相似问了。"))
    wanted = heard(code, query, source=Source.MEND, by=person().login, at=desk().clock())
    learned = desk().learning.of(person(), code)
    there = next((one for one in learned if one.form == wanted.form), None)
    if there is not None and there.taken_back_at is None and there.source is Source.MEND:
        raise Conflict(N_("这句话已经补上过了。"))
    if there is None and sum(one.taken_back_at is None for one in learned) >= KEPT_MOST:
        raise Conflict(N_("{code} 学到的说法已满，先收回几条不用的。"), code=code)
    return desk().phrasing_lists.last_turn(person(), code, query) if there and there.taken_back_at else None


def synonym_mend(request: SearchRequest, code: str, explained: Explanation, said: str, meant: str) -> Mend:
    """Let what the caller says stand for what the entry says; without ``said`` and ``meant`` the likeliest."""
    choices, targets = said_choices(explained), meant_choices(explained)
    mend = Mend(
        "synonym", said or next(iter(choices), ""), meant or next(iter(targets), ""), choices=choices, targets=targets
    )
    if not mend.said or not mend.meant:
        return replace(mend, why_not=N_("问题里没有条目缺少的词。"))
    current = desk().lexicons.current()
    try:
        table = parse_synonyms(with_synonym(current, mend.said, mend.meant).synonyms)
    except KbError as error:
        return replace(mend, why_not=sentence(error))
    supposed = with_lexicon(desk().search, current.word_set(), table, desk().clock())
    questions = touched_by_words([mend.said, mend.meant], desk().goldens.all())
    return replace(mend, rank=place_of(supposed, request, code), guarded=_guarded(supposed, questions))


def with_synonym(current: Lexicon, said: str, meant: str) -> Lexicon:
    """The dictionary with one more group. Raises ``Invalid`` for a phrase that is none."""
    said, meant = (" ".join(text.split()) for text in (said, meant))
    if any(mark in text for text in (said, meant) for mark in "=,，、;；|｜#→⇒>") or not said or not meant:
        raise Invalid(N_("同义词两边都要填，里面不能有标点。"), field="synonyms")
    line = f"{said} -> {meant}"
    if line in current.synonyms.splitlines():
        raise Invalid(N_("这组同义词已经有了。"), field="synonyms")
    return replace(current, synonyms=f"{current.synonyms.rstrip()}\n{line}".strip())


def word_mend(request: SearchRequest, code: str, explained: Explanation, content: Content, word: str) -> Mend:
    """Keep a word whole that both the question and the entry hold and that is cut in pieces."""
    choices = word_choices(desk().search.tokenizer, request.query, content)
    mend = Mend("word", word or next(iter(choices), ""), choices=choices)
    if not mend.said:
        return replace(mend, why_not=N_("问题和条目里没有共同的、被切碎的词。"))
    current = desk().lexicons.current()
    try:
        wanted = with_word(current, mend.said)
        table = parse_synonyms(current.synonyms)
    except KbError as error:
        return replace(mend, why_not=sentence(error))
    supposed = with_lexicon(desk().search, wanted.word_set(), table, desk().clock())
    questions = touched_by_words([mend.said], desk().goldens.all())
    return replace(mend, rank=place_of(supposed, request, code), guarded=_guarded(supposed, questions))


def with_word(current: Lexicon, word: str) -> Lexicon:
    """The dictionary with one more word. Raises ``Invalid`` for what is no word."""
    word = " ".join(word.split())
    if not 2 <= len(word) <= 60 or "#" in word:
        raise Invalid(N_("词要有 2 到 60 个字。"), field="words")
    if word in current.word_set():
        raise Invalid(N_("词典里已经有这个词。"), field="words")
    return replace(current, words=f"{current.words.rstrip()}\n{word}".strip())


def said_choices(explained: Explanation) -> tuple[str, ...]:
    """Words of the question that the entry does not hold, the longest first; then what is cut into single characters."""
    missing = explained.wanted.hit.missing if explained.wanted else ()
    question = normal(explained.query)  # not what repairs and synonyms have added
    words = sorted((w for w in missing if len(w) > 1 and _HAN.fullmatch(w) and w in question), key=len, reverse=True)
    kept = [word for word in words if not any(word != other and word in other for other in words)]
    return tuple(dict.fromkeys([*kept, *_single_runs(explained.tokens)]))[:CHOICES_MOST]


def meant_choices(explained: Explanation) -> tuple[str, ...]:
    """Words of the entry's title that the question does not hold."""
    if explained.wanted is None or not explained.wanted.cut:
        return ()
    title = explained.wanted.cut[0][1]
    question = normal(explained.query)
    weak = set("".join(without_filler("".join(title))[1]))
    words = [w for w in title if len(w) > 1 and _HAN.fullmatch(w) and w not in question and w not in weak]
    return tuple(dict.fromkeys(sorted(words, key=len, reverse=True)))[:CHOICES_MOST]


def word_choices(tokenizer: Tokenizer, query: str, content: Content) -> tuple[str, ...]:
    """What question and entry share and what is no word yet: the longest first."""
    question = normal(query)
    text = normal("\n".join((content.title, *content.asked_as, content.speakable, content.body[:5_000])))
    found: list[str] = []
    for run in _HAN.findall(question):
        for size in range(min(WORD_MOST, len(run)), 1, -1):
            for start in range(len(run) - size + 1):
                piece = run[start : start + size]
                if piece in text and not any(piece in other for other in found) and len(tokenizer.cut(piece)) > 1:
                    found.append(piece)
    return tuple(found)[:CHOICES_MOST]


def _single_runs(tokens: Iterable[str]) -> list[str]:
    """Characters that stand alone one after the other: likely a word that the dictionary lacks."""
    found, run = [], ""
    for token in [*tokens, ""]:
        if len(token) == 1 and _HAN.fullmatch(token) and token not in FUNCTION:
            run += token
        else:
            if 2 <= len(run) <= WORD_MOST:
                found.append(run)
            run = ""
    return found


def _guarded(supposed: AsIfSearch, questions: Sequence[GoldenQuestion]) -> Guarded:
    return guard(desk().search, supposed, questions, seconds=GUARD_SECONDS)
