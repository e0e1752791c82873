from collections.abc import Mapping

from indexer.forgiveness.forgive import Forgiveness
from indexer.forgiveness.searching import BESIDE, search_forgivingly, weighted
from indexer.forgiveness.values import Attempt, Step


def ask(forgiveness: Forgiveness, text: str, coverage: float, undone: str = "") -> tuple[dict[str, float], Step | None]:
    found, attempt, asked = search_forgivingly(
        text,
        {text: 1.0},
        forgiveness=forgiveness,
        find=lambda terms: dict(terms),
        coverage=lambda _: coverage,
        terms_of=lambda said: {said: 1.0},
        undone=frozenset({undone}),
    )
    assert found == asked
    return found, attempt.step if attempt else None


def test_synonyms_wait_until_too_little_is_found(forgiveness: Forgiveness) -> None:
    assert ask(forgiveness, "车子", 0.9) == ({"车子": 1.0}, None)
    assert ask(forgiveness, "车子", 0.1) == ({"车子": 1.0, "机动车": BESIDE}, Step.SYNONYM)


def test_what_nothing_explains_is_repaired_whatever_else_was_found(forgiveness: Forgiveness) -> None:
    assert ask(forgiveness, "等侍期", 0.9) == ({"等待期": 1.0}, Step.NEIGHBOUR)


def test_a_term_of_the_question_is_not_weakened_by_standing_beside_it_too() -> None:
    attempt = Attempt(Step.SYNONYM, "退保", ("解除合同", "退保"), ())
    assert weighted(attempt, lambda said: {said: 1.0}) == {"解除合同": BESIDE, "退保": 1.0}


def test_an_undone_repair_is_not_searched(forgiveness: Forgiveness) -> None:
    assert ask(forgiveness, "等侍期", 0.1, undone="等侍期") == ({"等侍期": 1.0}, None)


def test_only_what_this_question_asked_is_searched(forgiveness: Forgiveness) -> None:
    seen: list[Mapping[str, float]] = []
    search_forgivingly(
        "理陪",
        {"理陪": 1.0},
        forgiveness=forgiveness,
        find=seen.append,
        coverage=lambda _: 0.0,
        terms_of=lambda said: {said: 1.0},
    )
    assert seen == [{"理陪": 1.0}, {"理赔": 1.0}]
