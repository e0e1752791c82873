"""``kb solutions``: what agents recorded after their calls, taken out for analysis elsewhere."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext

from kb.domain.errors import N_
from kb.exchange.solution_file import check_format, write_solutions
from kb.ports.harvest import Wanted
from kb.services.people import SYSTEM
from webapp.cli import context
from webapp.cli.group import SubGroup

solutions = SubGroup("solutions", help=N_("来电后的解决方案记录"))


@solutions.command("export", help=N_("导出到 FILE，按后缀写成 .xlsx、.csv 或 .jsonl；导出会记入审计"))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--since", default="", metavar="TIME", help=N_("从这个时间起（含）"))
@click.option("--until", default="", metavar="TIME", help=N_("到这个时间止（不含）"))
def export(file: Path, since: str, until: str) -> None:
    check_format(file)  # before the log says that anything was taken out
    wanted = Wanted(since=context.moment(since) if since else None, until=context.moment(until) if until else None)
    desk = context.desk()
    found = desk.solution_lists.export(SYSTEM, wanted, file.name)
    count = write_solutions(file, found, zone=desk.settings.zone)
    click.echo(gettext("已把 {count} 条写入 {path}。").format(count=count, path=file))
