"""A small collection whose words the tests of forgiveness know by heart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from indexer.forgiveness.forgive import Forgiveness
from indexer.forgiveness.term_index import TermIndex
from indexer.forgiveness.values import Attempt, Step
from indexer.forgiveness.vocabulary import ListVocabulary, Term
from indexer.forgiveness.word_files import parse_synonyms

PRODUCTS = ("百万医疗险", "综合意外险", "住院医疗险")
# word: (entries, titles and phrasings)
WORDS = {
    "等待期": (21, 9), "等待": (30, 11), "理赔": (80, 44), "材料": (40, 18), "理由": (12, 0), "退保": (35, 17),
    "投保": (50, 13), "犹豫期": (14, 6), "免赔额": (16, 7), "保单": (60, 15), "多少": (70, 31), "报案": (33, 14),
    "手续费": (9, 3), "住院": (45, 12), "百万医疗险": (38, 20), "综合意外险": (22, 10), "住院医疗险": (19, 8),
    "重大疾病险": (17, 5), "还款": (5, 2), "客户": (90, 40), "app": (4, 1), "e生保": (3, 2), "七天": (6, 2),
}  # fmt: skip


def terms() -> list[Term]:
    found = [Term(word, "w", entries, titles) for word, (entries, titles) in WORDS.items()]
    pairs = {(word[i : i + 2], counts) for word, counts in WORDS.items() for i in range(len(word) - 1)}
    found += [Term(pair, "b", *counts) for pair, counts in sorted(pairs)]
    found.append(Term("赔材", "b", 8, 4))
    found += [Term(char, "w", 25, 6) for char in "车期等人险"]
    return [*found, Term("30", "w", 7, 1), Term("30天", "b", 7, 1)]


@pytest.fixture(scope="session")
def index() -> TermIndex:
    return TermIndex(ListVocabulary(terms(), 213))


@pytest.fixture(scope="session")
def forgiveness(index: TermIndex) -> Forgiveness:
    own = parse_synonyms("退保 = 解除合同 = 不想要了\n车子、小车 -> 机动车")
    general = parse_synonyms("理赔 = 赔付\n嘎了 -> 身故")
    return Forgiveness(index, own, general, PRODUCTS)


@pytest.fixture
def last(forgiveness: Forgiveness) -> Callable[..., Attempt]:
    """The last attempt for a question; one without repairs when there is none."""

    def run(text: str, **options: object) -> Attempt:
        attempts = list(forgiveness.attempts(text, **options))  # type: ignore[arg-type]
        return attempts[-1] if attempts else Attempt(Step.EXACT, text, (), ())

    return run
