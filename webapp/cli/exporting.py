"""``kb export``: what is in force as Markdown files, the form in which ``kb import`` takes it back unchanged."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext

from kb.domain.errors import N_
from kb.services import exporting
from kb.services.people import SYSTEM
from webapp.cli import context
from webapp.cli.group import Command


@click.command("export", cls=Command, help=N_("把已生效的知识导出为 Markdown 目录 DIR"))
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
def export(directory: Path) -> None:
    desk = context.desk()
    count = exporting.export(desk.store, SYSTEM, directory, at=desk.clock(), zone=desk.settings.zone)
    click.echo(gettext("已导出 {count} 条到 {path}。").format(count=count, path=directory))
