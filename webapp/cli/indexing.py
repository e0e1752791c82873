"""``kb check`` and ``kb reindex``: prove that the index is a true copy, or make it anew."""

from __future__ import annotations

import click
from flask_babel import gettext

from indexer.sync import Difference
from kb.domain.errors import N_
from webapp.cli import context
from webapp.cli.catch_up import catch_up
from webapp.cli.failures import FINDINGS
from webapp.cli.group import Command
from webapp.cli.progress import progress

SHOWN = 50


@click.command("check", cls=Command, help=N_("核对：索引与数据库一致，审计日志没有断链"))
@click.pass_context
def check(ctx: click.Context) -> None:
    """Applies open index jobs first, as every writer does at its start; then compares."""
    desk = context.desk()
    applied = catch_up(desk)
    if applied:
        click.echo(gettext("补上了 {count} 个索引任务。").format(count=applied))
    findings = [tell(difference) for difference in desk.sync.check()]
    with desk.store.read() as uow:
        broken, list_ = uow.audit.broken_at(), uow.bulletins.broken_at()
    if broken is not None:
        findings.append(gettext("审计日志从第 {number} 行起不连续。").format(number=broken))
    if list_ is not None:
        findings.append(gettext("第 {number} 期清单被改动过，或与上一期接不上。").format(number=list_))
    for finding in findings[:SHOWN]:
        click.echo(finding, err=True)
    if findings:
        click.echo(gettext("发现 {count} 处不一致；索引可用 kb reindex 重建。").format(count=len(findings)), err=True)
        ctx.exit(FINDINGS)
    click.echo(gettext("一致：索引与数据库相同，审计日志完整。"))


def tell(difference: Difference) -> str:
    """One difference between database and index as a sentence."""
    wanted, found = difference.wanted, difference.found
    if difference.fault:
        return gettext(difference.fault)
    if wanted is None:
        return gettext("索引多出 {code} 第 {number} 版。").format(code=difference.code, number=found.revision if found else 0)
    if found is None:
        return gettext("索引缺少 {code} 第 {number} 版。").format(code=difference.code, number=wanted.revision)
    return gettext("索引里的 {code} 与数据库不同，应是第 {number} 版。").format(code=difference.code, number=wanted.revision)


@click.command("reindex", cls=Command, help=N_("重建索引，期间检索照常"))
def reindex() -> None:
    desk = context.desk()
    with progress(gettext("重建索引"), None) as done:
        desk.sync.rebuild(progress=done)
    click.echo(gettext("索引已重建。"))
