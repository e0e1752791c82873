"""``kb export``: what is in force as Markdown files, the form in which ``kb import`` takes it back unchanged."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext

from kb.domain.errors import N_
from kb.services import exporting, git_export
from kb.services.people import SYSTEM
from webapp.cli import context
from webapp.cli.group import Command


@click.command("export", cls=Command, help=N_("把已生效的知识导出为 Markdown 目录 DIR"))
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--git", "as_history", is_flag=True, help=N_("按发出的清单逐期提交到 git：作者、原因、日期俱全"))
def export(directory: Path, as_history: bool) -> None:
    desk = context.desk()
    if as_history:
        numbers = git_export.export_git(desk.store, SYSTEM, directory, at=desk.clock(), zone=desk.settings.zone)
        click.echo(_told(numbers, directory))
        return
    count = exporting.export(desk.store, SYSTEM, directory, at=desk.clock(), zone=desk.settings.zone)
    click.echo(gettext("已导出 {count} 条到 {path}。").format(count=count, path=directory))


def _told(numbers: list[int], directory: Path) -> str:
    if not numbers:
        return gettext("{path} 已是最新，没有新的清单。").format(path=directory)
    return gettext("已提交 {count} 期清单到 {path}（第 {first} 到第 {last} 期）。").format(
        count=len(numbers), path=directory, first=numbers[0], last=numbers[-1]
    )
