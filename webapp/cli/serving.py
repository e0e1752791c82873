"""``kb serve``: the web application under gunicorn."""

from __future__ import annotations

import errno
import socket
from dataclasses import replace

import click

from indexer.factory import dictionary
from kb.domain.errors import N_, Invalid, Unavailable
from kb.settings import Settings
from webapp.cli import context
from webapp.cli.group import Command
from webapp.wiring import Desk

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


@click.command("serve", cls=Command, help=N_("启动服务"))
@click.option("--host", metavar="HOST", help=N_("监听地址（默认 127.0.0.1）"))
@click.option("--port", type=click.IntRange(0, 65535), metavar="PORT", help=N_("端口（默认 8000）"))
@click.option("--workers", type=click.IntRange(0, 256), metavar="N", help=N_("工作进程数（默认与核数相同）"))
@click.option("--demo", is_flag=True, help=N_("演示模式：本机访客选一个岗位即可使用"))
def serve(host: str | None, port: int | None, workers: int | None, demo: bool) -> None:
    given = {name: value for name, value in (("host", host), ("port", port), ("workers", workers)) if value is not None}
    settings = replace(context.settings(), **given, **({"demo": True} if demo else {}))  # type: ignore[arg-type]
    check(settings)
    listener = listen(settings.host, settings.port)
    from webapp.cli.server import Server  # gunicorn looks at its surroundings when imported

    Server(settings, listener).run()


def check(settings: Settings) -> None:
    """Everything that can be wrong before a worker starts, as one sentence each. Leaves no connection open to fork."""
    if settings.demo and settings.host not in LOCAL:
        raise Invalid(N_("演示模式只能在本机（127.0.0.1）上使用，现在的监听地址是 {host}。"), field="host", host=settings.host)
    _ = settings.secret_key
    dictionary(settings.dictionary)
    desk = Desk(settings)
    try:
        if not desk.store.healthy():
            raise Unavailable(N_("数据库还没有建好或版本较旧，请先运行 kb init。"))
    finally:
        desk.close()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Bound here, not by gunicorn, so that a port in use is one sentence at once.

    Raises:
        Unavailable: the port is in use, needs more rights, or the address is not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that no network could hold
        raise Unavailable(_sentence(error), host=host[:80], port=port) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise Unavailable(_sentence(error), host=host, port=port) from error
    return listener


def _sentence(error: OSError | UnicodeError) -> str:
    if isinstance(error, UnicodeError):
        return N_("不能在 {host} 上监听，请检查 --host。")
    if error.errno == errno.EADDRINUSE:
        return N_("端口 {port} 已被占用，请用 --port 换一个，或先停掉占用它的程序。")
    if error.errno in (errno.EACCES, errno.EPERM):
        return N_("没有权限使用端口 {port}，请换一个 1024 以上的端口。")
    return N_("不能在 {host} 上监听，请检查 --host。")
