"""``kb search`` and ``kb eval``: the same search as the page's, for a person, a script or a measurement."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from flask_babel import gettext

from indexer.evaluation import Evaluation
from indexer.evaluation import evaluate as measure
from indexer.port import Filters
from indexer.search import SearchRequest, SearchResult
from kb.domain.content import Kind
from kb.domain.errors import N_
from kb.domain.person import Role
from webapp.cli import context
from webapp.cli.explaining import print_explanation
from webapp.cli.group import Command
from webapp.cli.questions import read_questions


@click.command("search", cls=Command, help=N_("检索"))
@click.argument("query", metavar="Q")
@click.option("--json", "as_json", is_flag=True, help=N_("输出与接口 /api/v1/search 相同的 JSON"))
@click.option("--product", multiple=True, metavar="TEXT", help=N_("只看这个产品（可多次）"))
@click.option("--kind", multiple=True, type=click.Choice([str(k) for k in Kind]), help=N_("只看这种类型（可多次）"))
@click.option("--limit", type=click.IntRange(1, 100), default=10, metavar="N", help=N_("最多几条（默认 10）"))
@click.option("--as-of", default="", metavar="TIME", help=N_("按这个时间的知识回答，如 2026-11-21"))
@click.option("--explain", is_flag=True, help=N_("说明怎样切词、查了哪些词、为什么这样排"))
def search(
    query: str, as_json: bool, product: tuple[str, ...], kind: tuple[str, ...], limit: int, as_of: str, explain: bool
) -> None:
    at = context.moment(as_of) if as_of else None
    filters = Filters(kinds=frozenset(map(Kind, kind)), products=frozenset(product))
    if explain:
        _explain(SearchRequest(query=query, role=Role.ADMINISTRATOR, filters=filters, limit=limit, at=at), as_json)
        return
    result = run(query, filters, limit, at)
    if as_json:
        _print_json(result, at)
    else:
        _print_text(result, at)


def run(query: str, filters: Filters, limit: int, at: datetime | None) -> SearchResult:
    request = SearchRequest(query=query, role=Role.ADMINISTRATOR, filters=filters, limit=limit, at=at)
    return context.desk().search.run(request)


def _explain(request: SearchRequest, as_json: bool) -> None:
    explained = context.desk().search.explain(request)
    if as_json:
        from webapp.search.explained import as_json as values

        click.echo(json.dumps(values(explained), ensure_ascii=False, indent=2))
    else:
        print_explanation(explained)


def _print_json(result: SearchResult, at: datetime | None) -> None:
    from webapp import create_app
    from webapp.api.shapes import search_result

    app = create_app(context.settings(), desk=context.desk())
    with app.test_request_context():
        click.echo(json.dumps(search_result(result, at), ensure_ascii=False, indent=2))


def _print_text(result: SearchResult, at: datetime | None) -> None:
    for stone in result.tombstones:
        said = gettext("已下线") if stone.withdrawn else gettext("已过有效期")
        ended = stone.ended.astimezone(context.settings().zone).strftime("%Y-%m-%d %H:%M")
        heir = " → " + " ".join(stone.replacement) if stone.replacement else ""
        click.echo(f"[{said} {ended}] {stone.code} {stone.title} {stone.reason}{heir}".rstrip(), err=True)
    if result.partial:
        click.echo(gettext("问题太长，只查了其中一部分。请只留来电者的问句。"), err=True)
    if not result.hits:
        click.echo(gettext("没有找到。"))
        for title in result.suggestions:
            click.echo(f"  {title}")
        return
    if result.answer:
        click.echo(f"{result.answer.title}\n{result.answer.speakable}\n")
    from webapp.history.words import today_word  # here, or every command would load the pages

    for hit in result.hits:
        then = [f"[{today_word(hit.today, at, context.desk().clock())}]"] if hit.today and at else []
        click.echo("\t".join((hit.code, hit.product, hit.title, *then)))


@click.command("eval", cls=Command, help=N_("用问题文件 FILE 测量检索质量"))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))
@click.option("--with-product", is_flag=True, help=N_("打开问题所属产品的筛选"))
@click.option("--product-in-query", is_flag=True, help=N_("把产品名写在问题前面"))
@click.option("--semantic", is_flag=True, help=N_("先补齐要用的向量，再比较只用词和加上语义的结果"))
def evaluate(file: Path, as_json: bool, with_product: bool, product_in_query: bool, semantic: bool) -> None:
    search, questions = context.desk().search, read_questions(file)

    def measured() -> Evaluation:
        return measure(search, questions, with_product=with_product, product_in_query=product_in_query)

    if semantic:
        from webapp.cli.meaning import print_gain

        print_gain(measured, _figures, as_json)
        return
    shown = _figures(measured())
    click.echo(json.dumps(shown) if as_json else "\n".join(f"{name}\t{value}" for name, value in shown.items()))


def _figures(found: Evaluation) -> dict[str, float]:
    return {
        "queries": found.queries,
        "mrr@10": round(found.mrr10, 4),
        "hit@1": round(found.hit1, 4),
        "hit@5": round(found.hit5, 4),
        "hit@10": round(found.hit10, 4),
        "zero_hits": found.zero_hits,
        "p50_ms": round(found.p50_ms, 2),
        "p99_ms": round(found.p99_ms, 2),
    }
