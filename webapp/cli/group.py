"""The command group ``kb``: Flask's own, with help in the operator's language and one sentence for every mistake."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, FlaskGroup, ScriptInfo
from flask_babel import gettext

from kb.domain.errors import N_, KbError
from webapp.cli import context
from webapp.cli.failures import explain
from webapp.cli.usage import explain_usage
from webapp.cli.words import spoken

_HEADINGS = {"Options": N_("选项"), "Commands": N_("命令"), "Positional arguments": N_("参数")}


class Words(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or gettext("用法：").rstrip() + " ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(gettext(_HEADINGS[heading]) if heading in _HEADINGS else heading)


class Context(click.Context):
    formatter_class = Words


def home_option() -> click.Option:
    return click.Option(
        ["--home"],
        type=click.Path(path_type=Path),
        metavar="DIR",
        expose_value=False,
        is_eager=True,
        callback=context.choose_home,
        help=N_("数据目录（或环境变量 KB_HOME，默认 .home）"),
    )


class Translated(click.Command):
    """Takes ``--home`` and shows its help, whose texts are message ids, in the operator's language."""

    context_class = Context

    def __init__(self, *args: Any, params: list[click.Parameter] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, params=[*(params or []), home_option()], **kwargs)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = N_("显示用法")
        return option

    def get_short_help_str(self, limit: int = 45) -> str:
        return gettext(self.help).split("\n")[0] if self.help else ""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.help:
            formatter.write("\n" + "\n".join(f"  {line}" for line in gettext(self.help).split("\n")) + "\n")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record and isinstance(param, click.Option):
                rows.append((record[0], gettext(param.help) if param.help else ""))
        with formatter.section("Options"):
            formatter.write_dl(rows)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)


class Command(Translated):
    pass


class SubGroup(Translated, AppGroup):
    """A group of commands below ``kb``, like ``kb user``."""

    command_class = Command

    def command(self, *args: Any, **kwargs: Any) -> Callable[..., click.Command]:
        # Not AppGroup's: it would push the context of an application that these commands do not need.
        return click.Group.command(self, *args, **kwargs)


class KbGroup(Translated, FlaskGroup):
    """The outermost group. Commands that the application itself registers are found too, once it can be made."""

    command_class = Command
    group_class = SubGroup

    def __init__(self, create_app: Callable[[], Flask], **kwargs: Any) -> None:
        super().__init__(
            create_app=create_app, add_default_commands=False, add_version_option=False, load_dotenv=False,
            set_debug_flag=False, context_settings={"auto_envvar_prefix": None}, **kwargs,
        )  # fmt: skip
        # --app, --debug and --env-file choose an application; this program has one.
        self.params = [p for p in self.params if p.name not in {"app", "debug", "env_file"}]

    command = SubGroup.command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return AppGroup.parse_args(self, ctx, args)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        found = AppGroup.get_command(self, ctx, name)
        if found is None and self._app_loads(ctx):
            found = super().get_command(ctx, name)
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:
        own = list(self.commands)  # as declared: the order in which a newcomer needs them
        more = super().list_commands(ctx) if self._app_loads(ctx) else []
        return [*own, *(name for name in more if name not in own)]

    def _app_loads(self, ctx: click.Context) -> bool:
        try:
            ctx.ensure_object(ScriptInfo).load_app()
        except (KbError, OSError, click.ClickException):
            return False  # no home yet: what needs it will say so
        return True

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Run a command line and exit with its code; every failure is one sentence on stderr."""
        if not extra.pop("standalone_mode", True):
            return super().main(args, prog_name, standalone_mode=False, **extra)
        _open_closed_streams()
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a lone surrogate or an ASCII terminal must not end in a traceback
                stream.reconfigure(errors="backslashreplace")
        with spoken():
            sys.exit(self._run(args, prog_name or "kb", extra))

    def _run(self, args: Sequence[str] | None, prog_name: str, extra: dict[str, Any]) -> int:
        try:
            result = super().main(args, prog_name, standalone_mode=False, **extra)
            sys.stdout.flush()  # a full disk behind a redirection shows here, not while the interpreter shuts down
            return result if isinstance(result, int) else 0
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.message)
            return 0
        except click.UsageError as error:
            click.echo(explain_usage(error), err=True)
            return error.exit_code
        except (Exception, KeyboardInterrupt) as error:
            message, code = explain(error)
            click.echo(message, err=True)
            return code


def _open_closed_streams() -> None:
    """Whoever closes a stream (``kb … >&-``, some schedulers) hears and says nothing there; nor shall the next file that
    is opened take its number and be written into."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for as long as it runs
