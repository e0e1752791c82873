"""``kb publish``, ``kb withdraw``, ``kb restore``: the verbs of the trade for one entry."""

from __future__ import annotations

import click
from flask_babel import gettext

from kb.domain.errors import N_
from kb.services.people import SYSTEM
from webapp.cli import context
from webapp.cli.catch_up import catch_up
from webapp.cli.group import Command

_reason = click.option("--reason", required=True, metavar="TEXT", help=N_("原因（必填）"))
_code = click.argument("code", metavar="CODE")
_number = click.argument("number", metavar="N", type=click.IntRange(1, 1_000_000))


@click.command("publish", cls=Command, help=N_("发布条目 CODE 的第 N 版"))
@_code
@_number
@_reason
def publish(code: str, number: int, reason: str) -> None:
    done = context.desk().knowledge.publish(SYSTEM, code, number, reason=reason)
    zone = context.settings().zone
    starts = done.starts.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    click.echo(gettext("{code} 第 {number} 版已发布，{starts} 起生效。").format(code=code, number=number, starts=starts))
    catch_up(context.desk())


@click.command("withdraw", cls=Command, help=N_("下线条目 CODE"))
@_code
@_reason
@click.option("--replaced-by", default="", metavar="CODE", help=N_("替代它的条目"))
def withdraw(code: str, reason: str, replaced_by: str) -> None:
    context.desk().knowledge.withdraw(SYSTEM, code, reason=reason, replaced_by=replaced_by)
    click.echo(gettext("{code} 已下线。").format(code=code))
    catch_up(context.desk())


@click.command("restore", cls=Command, help=N_("把条目 CODE 的第 N 版恢复为新的一版（尚未发布）"))
@_code
@_number
@_reason
def restore(code: str, number: int, reason: str) -> None:
    made = context.desk().knowledge.restore(SYSTEM, code, number, reason=reason)
    click.echo(
        gettext("{code} 第 {old} 版已恢复为第 {number} 版，尚未发布。").format(code=code, old=number, number=made.number)
    )
