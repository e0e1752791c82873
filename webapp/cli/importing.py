"""``kb import``: files into the knowledge, the good rows in one transaction."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext

from kb.domain.errors import N_, NotFound
from kb.exchange import count_hint, read_paths
from kb.services.importing import ImportReport
from kb.services.people import SYSTEM
from webapp.cli import context
from webapp.cli.catch_up import catch_up
from webapp.cli.failures import FINDINGS
from webapp.cli.group import Command
from webapp.cli.progress import progress
from webapp.cli.report import report_path, show_report, write_rejections

_HELP = N_("""导入知识：Markdown 目录、.jsonl(.gz)、.csv、.xlsx、.docx
好行一次落库；坏行写入拒收报告，退出码为 1。""")


@click.command("import", cls=Command, help=_HELP)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--publish", is_flag=True, help=N_("导入后立即发布"))
@click.option("--dry-run", is_flag=True, help=N_("只报告会发生什么，不写入"))
@click.option("--strict", is_flag=True, help=N_("有一行被拒收就整批不写入"))
@click.option("--reason", default="", metavar="TEXT", help=N_("原因（默认：导入）"))
@click.option("--whole", is_flag=True, help=N_("这次是整个知识库：没有出现的条目算缺失"))
@click.option("--report", "report_to", type=click.Path(path_type=Path), metavar="FILE", help=N_("拒收报告写到哪里（CSV）"))
@click.pass_context
def import_(
    ctx: click.Context, paths: tuple[Path, ...], publish: bool, dry_run: bool, strict: bool, reason: str, whole: bool,
    report_to: Path | None,
) -> None:  # fmt: skip
    for path in paths:
        if not path.exists():
            raise NotFound(N_("找不到“{path}”。"), path=str(path))
    desk = context.desk()
    with progress(gettext("导入"), count_hint(paths)) as done:
        report = desk.importing.run(
            SYSTEM, read_paths(paths, zone=desk.settings.zone), publish=publish, dry_run=dry_run, strict=strict,
            reason=reason or gettext("导入"), whole_library=whole, progress=done,
        )  # fmt: skip
    show_report(report)
    _conclude(report, dry_run)
    if report.landed:
        with progress(gettext("更新索引"), len(report.new) + len(report.changed)) as done:
            catch_up(desk, done)
    if report.rejected:
        target = report_to or report_path(desk.settings.home, desk.clock().astimezone(desk.settings.zone))
        write_rejections(target, report.rejected)
        click.echo(gettext("拒收报告：{path}").format(path=target), err=True)
        ctx.exit(FINDINGS)


def _conclude(report: ImportReport, dry_run: bool) -> None:
    if dry_run:
        click.echo(gettext("试运行：没有写入。"))
    elif not report.landed and report.rejected:
        click.echo(gettext("有行被拒收，整批没有写入。"))
