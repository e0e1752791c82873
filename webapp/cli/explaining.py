"""``kb search --explain``: why a search answers as it does, as lines of text."""

from __future__ import annotations

import click
from flask_babel import gettext

from indexer.explaining import FIELD_LABELS, KIND_LABELS, Explanation
from kb.domain.errors import N_

PARTS_SHOWN = 6
COLUMNS = (N_("词"), N_("种类"), N_("条目数"), N_("稀有度（idf）"), N_("权重"), N_("占问题"))


def print_explanation(explained: Explanation) -> None:
    click.echo(f"{gettext('切词')}\t{' / '.join(explained.tokens)}")
    if explained.dropped:
        click.echo(f"{gettext('略去的套话')}\t{gettext('、').join(explained.dropped)}")
    click.echo(f"{gettext('找到它的步骤')}\t{gettext(explained.step_name)}")
    for step, repairs in explained.offered:
        if repairs:
            click.echo(f"{gettext(step)}\t{gettext('；').join(map(str, repairs))}")
    for name, values in explained.filters.items():
        click.echo(f"{gettext('筛选')}\t{name}={gettext('、').join(values)}")
    click.echo("\n" + "\t".join(map(gettext, COLUMNS)))
    for t in sorted(explained.terms, key=lambda term: -term.weight):
        added = " +" if t.added else ""
        figures = (f"{t.rarity:.2f}", f"{t.weight:.2f}", f"{t.share:.0%}")
        click.echo("\t".join((t.text + added, gettext(KIND_LABELS[t.kind]), str(t.entries), *figures)))
    for hit in explained.hits:
        click.echo(f"\n{hit.rank}\t{hit.code}\t{hit.title}\t{hit.score:.2f}\t{hit.coverage:.0%}")
        for p in hit.parts[:PARTS_SHOWN]:
            where = gettext("、").join(gettext(FIELD_LABELS[name]) for name in p.fields)
            click.echo(f"\t{p.text}\t{gettext(KIND_LABELS[p.kind])}\t{where}\t{p.share:.0%}")
        if hit.tied:
            tied = gettext("与相邻的条目几乎一样合适：解决过的来电多的排在前面（这条 %(n)s 通）", n=hit.solved)
            click.echo(f"\t{tied}")
        if hit.missing:
            click.echo(f"\t{gettext('没有的词：')}{gettext('、').join(hit.missing)}")
