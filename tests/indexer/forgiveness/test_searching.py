from collections.abc import Sequence

from indexer.forgiveness.forgive import Forgiveness
from indexer.forgiveness.searching import search_forgivingly
from indexer.forgiveness.values import Step


def ask(forgiveness: Forgiveness, text: str, coverage: float, **options: object) -> tuple[list[str], Step | None]:
    def find(terms: Sequence[str]) -> list[str]:
        return list(terms)

    found, attempt, asked = search_forgivingly(
        text, [text], forgiveness=forgiveness, find=find, coverage=lambda _: coverage, terms_of=lambda t: [t], **options
    )  # type: ignore[arg-type]
    assert found == asked
    return found, attempt.step if attempt else None


def test_synonyms_wait_until_too_little_is_found(forgiveness: Forgiveness) -> None:
    assert ask(forgiveness, "车子", 0.9) == (["车子"], None)
    assert ask(forgiveness, "车子", 0.1) == (["车子", "机动车"], Step.SYNONYM)


def test_what_nothing_explains_is_repaired_whatever_else_was_found(forgiveness: Forgiveness) -> None:
    assert ask(forgiveness, "等侍期", 0.9) == (["等待期"], Step.NEIGHBOUR)


def test_an_undone_repair_is_not_searched(forgiveness: Forgiveness) -> None:
    assert ask(forgiveness, "等侍期", 0.1, undone=frozenset({"等侍期"})) == (["等侍期"], None)
