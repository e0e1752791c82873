"""``kb eval --semantic``: words alone beside words and meaning, and how sure the difference is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

import click
from flask_babel import gettext

from indexer.evaluation import Evaluation, gain
from indexer.factory import meaning as weighing
from indexer.meaning.embedder import Unreachable
from indexer.meaning.meaning import Meaning
from indexer.meaning.passages import Noting
from kb.domain.errors import N_, Invalid, Unavailable
from webapp.cli import context
from webapp.cli.progress import progress


def print_gain(
    measured: Callable[[], Evaluation], figures: Callable[[Evaluation], Mapping[str, float]], as_json: bool
) -> None:
    """Measure twice. In between, the vectors that are missing of the hits that are weighed are made, and no others:
    nothing else can change its place. Vectors made are kept, so that an interrupted run goes on where it stopped.

    Raises:
        Invalid: meaning is off. Unavailable: the embedder does not answer.
    """
    search, meaning = context.desk().search, _meaning()
    search.meaning = noting = Noting()
    words = measured()
    _make(meaning, noting.passages)
    search.meaning = meaning
    both = measured()
    _print(figures(words), figures(both), gain(words, both), as_json)


def _print(words: Mapping[str, float], both: Mapping[str, float], gained: tuple[float, float], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"words": words, "semantic": both, "gain": [round(value, 4) for value in gained]}))
        return
    click.echo("\t".join(("", gettext("只用词"), gettext("加上语义"), gettext("差"))))
    for name, value in words.items():
        click.echo(f"{name}\t{value}\t{both[name]}\t{both[name] - value:+.4f}")
    mean, margin = gained
    click.echo(
        gettext(
            "mrr@10 的差：%(mean)s ± %(margin)s（95%% 区间，逐题相比）", mean=f"{mean:+.4f}", margin=f"{margin:.4f}"
        )
    )


def _meaning() -> Meaning:
    desk = context.desk()
    found = weighing(desk.settings, desk.store, desk.clock, patient=True)
    if found is None:
        raise Invalid(N_("语义没有打开，请先设置 KB_EMBEDDINGS_URL。"), field="KB_EMBEDDINGS_URL")
    return found


def _make(meaning: Meaning, passages: Iterable[str]) -> None:
    missing = meaning.maker.missing(passages)
    try:
        with progress(gettext("向量"), len(missing)) as done:
            meaning.maker.make(missing, done)
    except Unreachable as error:
        raise Unavailable(N_("取不到向量：{reason}"), reason=str(error)[:200]) from error
