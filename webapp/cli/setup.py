"""``kb init``: make the home folder, or complete one. What is there already is left as it is."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import click
from flask_babel import gettext

from kb.domain.errors import N_, Conflict
from kb.domain.person import Role
from kb.services.people import SYSTEM
from kb.storage import open_store
from webapp.cli import context
from webapp.cli.catch_up import catch_up
from webapp.cli.demo import furnish
from webapp.cli.group import Command
from webapp.wiring import Desk

ADMINISTRATOR = "admin"


@click.command("init", cls=Command, help=N_("建立数据目录：数据库、索引、系统管理员（密码只显示一次）"))
@click.option("--demo", is_flag=True, help=N_("另外放入示范知识库和各岗位的演示人员"))
def init(demo: bool) -> None:
    settings = context.settings()
    make_home(settings.home)
    make_secret_key(settings.secret_key_file)
    store = open_store(settings.database_url, migrate=True)
    store.close()
    desk = context.desk()
    make_administrator(desk)
    if demo:
        furnish(desk)
    catch_up(desk)
    click.echo(gettext("数据目录已就绪：{home}").format(home=settings.home))


def make_home(home: Path) -> None:
    """A folder that only its owner can open: it holds the key, the passwords' hashes and the index."""
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)


def make_secret_key(path: Path) -> None:
    """Write the key that signs cookies, once; a key that is there is kept. Never half a key, whenever it is killed."""
    if path.exists():
        return
    aside = path.with_suffix(f".{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(descriptor)
    try:
        os.link(aside, path)  # of two that start together the first one's key stays
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def make_administrator(desk: Desk) -> None:
    """The first account, with a generated password that is printed this once; none when there is one already."""
    if any(p.role is Role.ADMINISTRATOR for p in desk.people.all(SYSTEM) if not p.login.startswith("demo-")):
        return
    password = secrets.token_urlsafe(12)
    try:
        desk.people.add(SYSTEM, ADMINISTRATOR, gettext("系统管理员"), Role.ADMINISTRATOR, password)
    except Conflict:  # another init was first
        return
    click.echo(gettext("系统管理员登录名：{login}").format(login=ADMINISTRATOR))
    click.echo(gettext("系统管理员密码（只显示这一次）：{password}").format(password=password))
