from __future__ import annotations

import numpy as np
import pytest

from indexer.meaning import guarded
from indexer.meaning.embedder import Refused, Unreachable
from indexer.meaning.guarded import AGAIN, Guarded


class Failing:
    """Says what it was told to say: vectors, or an error."""

    name, batch = "failing", 3

    def __init__(self, says):
        self.says = says

    def queries(self, texts, *, seconds):
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    passages = queries


@pytest.fixture
def now(monkeypatch):
    at = [1000.0]
    monkeypatch.setattr(guarded.time, "monotonic", lambda: at[0])
    return at


def refused(embedder):
    with pytest.raises(Unreachable) as error:
        embedder.queries(["甲"], seconds=1)
    return str(error.value)


@pytest.mark.parametrize(
    "error", [Unreachable("gone"), RuntimeError("gone"), RecursionError("gone"), MemoryError("gone")]
)
def test_any_failure_is_unreachable_and_it_rests_for_a_while(now, error):
    embedder = Guarded(Failing(error), lambda: (0, "x.vectors"))
    assert not embedder.resting
    assert "gone" in refused(embedder)
    assert embedder.resting
    now[0] += AGAIN + 1
    assert not embedder.resting


def test_it_rests_as_long_as_a_busy_service_wants(now):
    embedder = Guarded(Failing(Unreachable("busy", after=120.0)), lambda: (0, "x.vectors"))
    refused(embedder)
    now[0] += 119
    assert embedder.resting
    now[0] += 2
    assert not embedder.resting


@pytest.mark.parametrize(("kept", "fits"), [(0, True), (2, True), (3, False)])
def test_vectors_that_cannot_be_compared_with_those_kept_are_refused_with_what_to_do(kept, fits):
    embedder = Guarded(Failing(np.ones((1, 2), np.float32)), lambda: (kept, "x.vectors"))
    if fits:
        assert embedder.passages(["甲"], seconds=1).shape == (1, 2)
    else:
        assert "remove x.vectors" in refused(embedder)


class Particular(Failing):
    """Fails only for what is not plain."""

    def __init__(self, error):
        super().__init__(error)
        self.asked = []

    def queries(self, texts, *, seconds):
        self.asked += texts
        if texts != ["知识"]:
            raise self.says
        return np.ones((1, 2), np.float32)

    passages = queries


@pytest.mark.parametrize(("error", "told"), [(Refused("400"), "400"), (RuntimeError("no such text: 甲"), "RuntimeError")])
def test_a_text_is_refused_when_a_plain_word_is_not_and_no_rest_is_taken(caplog, error, told):
    embedder = Guarded(Particular(error), lambda: (2, "x.vectors"))
    with pytest.raises(Refused) as refused:
        embedder.passages(["甲"], seconds=1)
    assert str(refused.value) == told
    assert not embedder.resting
    assert not caplog.records


def test_a_service_that_is_away_is_asked_for_no_plain_word():
    particular = Particular(Unreachable("away"))
    embedder = Guarded(particular, lambda: (2, "x.vectors"))
    with pytest.raises(Unreachable) as away:
        embedder.passages(["甲"], seconds=1)
    assert not isinstance(away.value, Refused)
    assert (particular.asked, embedder.resting) == (["甲"], True)


def test_who_refuses_plain_words_too_is_left_alone():
    embedder = Guarded(Failing(Refused("wrong model")), lambda: (0, "x.vectors"))
    with pytest.raises(Unreachable, match="wrong model") as away:
        embedder.passages(["甲"], seconds=1)
    assert not isinstance(away.value, Refused)
    assert embedder.resting
