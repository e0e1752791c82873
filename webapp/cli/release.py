"""``kb release``: many changes prepared together, published and undone together."""

from __future__ import annotations

import json

import click
from flask_babel import gettext

from kb.domain.entry import Action
from kb.domain.errors import N_, Invalid
from kb.domain.release import Release, ReleaseItem, ReleaseState
from kb.services.people import SYSTEM
from webapp import messages
from webapp.cli import context
from webapp.cli.catch_up import catch_up
from webapp.cli.group import SubGroup

FINDINGS = 1

release = SubGroup("release", help=N_("发布包：多条改动一次发布、一次撤回"))

_number = click.argument("number", metavar="N", type=click.IntRange(1, 1_000_000))
_reason = click.option("--reason", required=True, metavar="TEXT", help=N_("原因（必填）"))
_publish = click.option("--publish", "publish", multiple=True, metavar="CODE:N", help=N_("发布 CODE 的第 N 版（可多次）"))
_withdraw = click.option(
    "--withdraw", "withdraw", multiple=True, metavar="CODE[:CODE]", help=N_("下线，冒号后写替代条目（可多次）")
)


@release.command("list", help=N_("列出发布包"))
def list_() -> None:
    for one in context.desk().releases.all(SYSTEM):
        click.echo("\t".join((str(one.number), messages.name(one.state), str(len(one.items)), one.title)))


@release.command("show", help=N_("列出发布包 N 的改动和发布前的问题；有问题时退出码为 1"))
@_number
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))
@click.pass_context
def show(ctx: click.Context, number: int, as_json: bool) -> None:
    releases = context.desk().releases
    found = releases.get(SYSTEM, number)
    is_open = found.state is ReleaseState.OPEN
    problems = {code: messages.sentence(e) for code, e in releases.problems(SYSTEM, number).items()} if is_open else {}
    if as_json:
        click.echo(json.dumps(_json(found, problems), ensure_ascii=False, indent=2))
    else:
        click.echo(f"{found.number}\t{messages.name(found.state)}\t{found.title}")
        for item in found.items:
            click.echo("\t".join((item.code, _what(item), problems.get(item.code, ""))).rstrip())
    if problems:
        ctx.exit(FINDINGS)


@release.command("open", help=N_("新建发布包 TITLE"))
@click.argument("title", metavar="TITLE")
@_publish
@_withdraw
def open_(title: str, publish: tuple[str, ...], withdraw: tuple[str, ...]) -> None:
    made = context.desk().releases.open(SYSTEM, title, _items(publish, withdraw))
    click.echo(gettext("发布包 {number} 已建立，{count} 条。").format(number=made.number, count=len(made.items)))


@release.command("add", help=N_("往发布包 N 里加改动"))
@_number
@_publish
@_withdraw
def add(number: int, publish: tuple[str, ...], withdraw: tuple[str, ...]) -> None:
    changed = context.desk().releases.put(SYSTEM, number, _items(publish, withdraw))
    click.echo(gettext("发布包 {number} 现有 {count} 条。").format(number=number, count=len(changed.items)))


@release.command("remove", help=N_("从发布包 N 里移出条目 CODE"))
@_number
@click.argument("code", metavar="CODE")
def remove(number: int, code: str) -> None:
    changed = context.desk().releases.remove(SYSTEM, number, code.strip().upper())
    click.echo(gettext("发布包 {number} 现有 {count} 条。").format(number=number, count=len(changed.items)))


@release.command("publish", help=N_("把发布包 N 整体发布：全部生效，或者一条也不动"))
@_number
@_reason
def publish_(number: int, reason: str) -> None:
    done = context.desk().releases.publish(SYSTEM, number, reason=reason)
    click.echo(gettext("发布包 {number} 已发布，{count} 条。").format(number=number, count=len(done.items)))
    catch_up(context.desk())


@release.command("undo", help=N_("把发布包 N 整体撤回，恢复发布前的规定"))
@_number
@_reason
def undo(number: int, reason: str) -> None:
    done = context.desk().releases.undo(SYSTEM, number, reason=reason)
    click.echo(gettext("发布包 {number} 已撤回，{count} 条。").format(number=number, count=len(done.items)))
    catch_up(context.desk())


def _items(publish: tuple[str, ...], withdraw: tuple[str, ...]) -> list[ReleaseItem]:
    items = []
    for value in publish:
        code, _, number = value.partition(":")
        if not (number.isascii() and number.isdecimal() and len(number) <= 6):
            raise Invalid(N_("“{value}”应写成 CODE:N，例如 FAQ-0042:3。"), value=value[:60])
        items.append(ReleaseItem(code, Action.PUBLISH, int(number)))
    for value in withdraw:
        code, _, heir = value.partition(":")
        items.append(ReleaseItem(code, Action.WITHDRAW, None, heir))
    return items


def _what(item: ReleaseItem) -> str:
    if item.action is Action.PUBLISH:
        return gettext("发布第 {number} 版").format(number=item.revision)
    return gettext("下线") + (f" → {item.replaced_by}" if item.replaced_by else "")


def _json(found: Release, problems: dict[str, str]) -> dict[str, object]:
    return {
        "number": found.number,
        "title": found.title,
        "state": str(found.state),
        "items": [
            {
                "code": i.code, "action": str(i.action), "revision": i.revision, "replaced_by": i.replaced_by or None,
                "problem": problems.get(i.code),
            }
            for i in found.items
        ],
    }  # fmt: skip
