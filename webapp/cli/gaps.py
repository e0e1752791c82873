"""``kb gaps``: the questions that nothing answers, for scripts that remind of them."""

from __future__ import annotations

import json

import click
from flask_babel import gettext

from kb.domain.errors import N_
from kb.domain.gaps import Gap
from kb.ports import Unanswered
from kb.services.people import SYSTEM
from webapp.cli import context
from webapp.cli.failures import FINDINGS
from webapp.cli.group import Command
from webapp.messages import name


@click.command("gaps", cls=Command, help=N_("列出待解答的知识缺口，最急的在前；有超时的，退出码为 1\nWHAT：list（默认），或 top：最近七天问得最多、还没有答案的 50 个问题"))
@click.argument("what", type=click.Choice(["list", "top"]), default="list", metavar="[WHAT]")
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON，每行一个"))
@click.pass_context
def gaps(ctx: click.Context, what: str, as_json: bool) -> None:
    desk = context.desk()
    if what == "top":
        for one in desk.gaps.top(SYSTEM):
            click.echo(json.dumps(_asked(one), ensure_ascii=False) if as_json else _asked_line(one))
        return
    now, found = desk.clock(), desk.gaps.waiting(SYSTEM)
    for gap in found:
        late = gap.is_overdue(now)
        click.echo(json.dumps(_values(gap, late), ensure_ascii=False) if as_json else _line(gap, late))
    if any(gap.is_overdue(now) for gap in found):
        ctx.exit(FINDINGS)


def _line(gap: Gap, late: bool) -> str:
    state = name(gap.state) + (gettext("（超时）") if late else "")
    due = gap.due_at.astimezone(context.settings().zone)
    urgent = gettext("紧急") if gap.urgent else ""
    return "\t".join((str(gap.number), f"{due:%Y-%m-%d %H:%M}", state, urgent, str(gap.times), gap.assignee, gap.product, gap.text))


def _values(gap: Gap, late: bool) -> dict[str, object]:
    return {
        "number": gap.number, "text": gap.text, "product": gap.product, "source": str(gap.source), "urgent": gap.urgent,
        "times": gap.times, "state": str(gap.state), "assignee": gap.assignee, "code": gap.code,
        "at": gap.at.isoformat(), "due_at": gap.due_at.isoformat(), "overdue": late, "earlier": gap.earlier,
    }  # fmt: skip


def _asked_line(one: Unanswered) -> str:
    return "\t".join((str(one.times), str(one.people), str(one.gap or ""), one.product, one.text))


def _asked(one: Unanswered) -> dict[str, object]:
    return {
        "text": one.text, "times": one.times, "people": one.people, "product": one.product,
        "last_at": one.last_at.isoformat(), "gap": one.gap,
    }  # fmt: skip
