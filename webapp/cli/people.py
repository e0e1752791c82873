"""``kb user``: accounts. Passwords come from a prompt or from standard input, never from the command line."""

from __future__ import annotations

import sys

import click
from flask_babel import gettext

from kb.domain.errors import N_, Invalid
from kb.domain.person import Role
from kb.services.people import SYSTEM
from webapp import messages
from webapp.cli import context
from webapp.cli.group import SubGroup

role_type = click.Choice([str(role) for role in Role])
_stdin = click.option("--password-stdin", is_flag=True, help=N_("从标准输入读密码（一行）"))

user = SubGroup("user", help=N_("管理账号"))


@user.command("add", help=N_("新增账号 LOGIN"))
@click.argument("login", metavar="LOGIN")
@click.option("--role", type=role_type, required=True, help=N_("岗位（必填）"))
@click.option("--name", default="", metavar="TEXT", help=N_("姓名"))
@click.option("--team", default="", metavar="TEXT", help=N_("班组"))
@_stdin
def add(login: str, role: str, name: str, team: str, password_stdin: bool) -> None:
    desk = context.desk()
    person = desk.people.add(SYSTEM, login, name, Role(role), read_password(password_stdin), team=team)
    click.echo(gettext("账号 {login} 已建立：{role}。").format(login=person.login, role=messages.name(person.role)))


@user.command("list", help=N_("列出账号"))
def list_() -> None:
    desk = context.desk()
    for person in desk.people.all(SYSTEM):
        state = gettext("已停用") if person.disabled_at else gettext("在用")
        click.echo("\t".join((person.login, person.name, messages.name(person.role), state, person.team)).rstrip("\t"))


@user.command("disable", help=N_("停用账号 LOGIN，立即结束它的登录"))
@click.argument("login", metavar="LOGIN")
def disable(login: str) -> None:
    context.desk().people.disable(SYSTEM, login)
    click.echo(gettext("账号 {login} 已停用。").format(login=login))


@user.command("password", help=N_("为账号 LOGIN 设置新密码"))
@click.argument("login", metavar="LOGIN")
@_stdin
def password(login: str, password_stdin: bool) -> None:
    desk = context.desk()
    desk.people.change_password(SYSTEM, login, read_password(password_stdin))
    click.echo(gettext("账号 {login} 的密码已更改。").format(login=login))


@user.command("role", help=N_("把账号 LOGIN 改为岗位 ROLE"))
@click.argument("login", metavar="LOGIN")
@click.argument("role", metavar="ROLE", type=role_type)
def role(login: str, role: str) -> None:
    context.desk().people.set_role(SYSTEM, login, Role(role))
    click.echo(gettext("账号 {login} 的岗位改为 {role}。").format(login=login, role=messages.name(Role(role))))


@user.command("team", help=N_("把账号 LOGIN 编入班组 TEAM；写 - 表示不属于任何班组"))
@click.argument("login", metavar="LOGIN")
@click.argument("team", metavar="TEAM")
def team(login: str, team: str) -> None:
    team = "" if team == "-" else team
    context.desk().people.set_team(SYSTEM, login, team)
    said = gettext("账号 {login} 已编入{team}。") if team else gettext("账号 {login} 不再属于任何班组。")
    click.echo(said.format(login=login, team=team))


def read_password(from_stdin: bool) -> str:
    """The password as given: one line of standard input, or typed twice without being shown."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first: str = click.prompt(gettext("密码"), hide_input=True)
    if click.prompt(gettext("再输一次"), hide_input=True) != first:
        raise Invalid(N_("两次输入的密码不同。"), field="password")
    return first
