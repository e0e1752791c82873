"""A command written wrongly: click's mistakes in our words."""

from __future__ import annotations

import click
from flask_babel import gettext


def explain_usage(error: click.UsageError) -> str:
    """One sentence for what is wrong with the line, and where its usage can be read."""
    command = error.ctx.command_path if error.ctx else "kb"
    hint = gettext("用 {command} --help 看用法。").format(command=command)
    return f"{_what(error)} {hint}"


def _what(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            return gettext("没有选项 {name}。").format(name=error.option_name)
        case click.MissingParameter():
            return gettext("缺少 {name}。").format(name=_name(error))
        case click.BadParameter():
            return _bad(error)
    wrong = getattr(error, "command_name", None)
    if wrong:
        return gettext("没有命令“{name}”。").format(name=wrong)
    return gettext("命令写得不对。")


def _name(error: click.BadParameter) -> str:
    if error.param is not None and error.ctx is not None:
        return error.param.get_error_hint(error.ctx).replace("'", "")
    return str(error.param_hint or "")


def _bad(error: click.BadParameter) -> str:
    kind = error.param.type if error.param is not None else None
    name = _name(error)
    if isinstance(kind, click.Choice):
        return gettext("{name} 只能是：{choices}。").format(name=name, choices="、".join(map(str, kind.choices)))
    if isinstance(kind, click.IntRange):
        return gettext("{name} 应是 {least} 到 {most} 之间的整数。").format(
            name=name, least=kind.min, most="…" if kind.max is None else kind.max
        )
    return gettext("{name} 的值不合要求。").format(name=name)
