"""``kb token``: bearer tokens for programs."""

from __future__ import annotations

import secrets

import click
from flask_babel import gettext

from kb.domain.errors import N_
from kb.domain.person import Role
from kb.services.people import SYSTEM
from webapp import messages
from webapp.cli import context
from webapp.cli.group import SubGroup
from webapp.cli.people import role_type

token = SubGroup("token", help=N_("管理程序用的访问令牌"))


@token.command("create", help=N_("新建令牌；它只显示这一次"))
@click.option("--role", type=role_type, required=True, help=N_("令牌代表的岗位（必填）"))
@click.option("--name", default="", metavar="TEXT", help=N_("名字，吊销时用；不给则自动起名"))
def create(role: str, name: str) -> None:
    name = name or f"{role}-{secrets.token_hex(3)}"
    secret = context.desk().people.create_token(SYSTEM, name, Role(role))
    click.echo(gettext("令牌“{name}”已建立，请立即保存：").format(name=name), err=True)
    click.echo(secret)  # alone on standard output, so that a script can take it


@token.command("list", help=N_("列出令牌"))
def list_() -> None:
    zone = context.settings().zone
    for name, role, made, revoked in context.desk().people.tokens(SYSTEM):
        state = gettext("已吊销") if revoked else gettext("有效")
        click.echo("\t".join((name, messages.name(role), made.astimezone(zone).strftime("%Y-%m-%d %H:%M"), state)))


@token.command("revoke", help=N_("吊销名为 NAME 的令牌"))
@click.argument("name", metavar="NAME")
def revoke(name: str) -> None:
    context.desk().people.revoke_token(SYSTEM, name)
    click.echo(gettext("令牌“{name}”已吊销。").format(name=name))
