"""``kb intake``: departments' notices, for scripts that remind of them or bring them in."""

from __future__ import annotations

import json
import sys

import click
from flask_babel import gettext

from kb.domain.errors import N_, Invalid
from kb.domain.intake import TEXT_MOST, Intake
from kb.services.people import SYSTEM
from webapp.cli import context
from webapp.cli.failures import FINDINGS
from webapp.cli.group import SubGroup
from webapp.messages import name

intake = SubGroup("intake", help=N_("收件：部门来文和答复期限"))


@intake.command("list", help=N_("列出未办结的来文，最急的在前；有超时的，退出码为 1"))
@click.option("--closed", is_flag=True, help=N_("改为列出已办结的，最新的在前"))
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON，每行一件"))
@click.pass_context
def list_(ctx: click.Context, closed: bool, as_json: bool) -> None:
    desk = context.desk()
    found = desk.intake.closed(SYSTEM) if closed else desk.intake.waiting(SYSTEM)
    now = desk.clock()
    for one in found:
        late = one.is_overdue(now)
        click.echo(json.dumps(_values(one, late), ensure_ascii=False) if as_json else _line(one, late))
    if not closed and any(one.is_overdue(now) for one in found):
        ctx.exit(FINDINGS)


@intake.command("add", help=N_("登记一件来文；内容从标准输入读，同一文号不会登记两次"))
@click.option("--department", required=True, metavar="TEXT", help=N_("提交部门"))
@click.option("--title", required=True, metavar="TEXT", help=N_("标题"))
@click.option("--received", default="", metavar="TIME", help=N_("收到时间（默认：现在）"))
@click.option("--due", default="", metavar="TIME", help=N_("答复期限（默认：按发布规则）"))
@click.option("--reference", default="", metavar="TEXT", help=N_("部门文号"))
def add(department: str, title: str, received: str, due: str, reference: str) -> None:
    filed = context.desk().intake.file(
        SYSTEM, department=department, title=title, text=_standard_input(), reference=reference,
        received_at=context.moment(received) if received else None, due_at=context.moment(due) if due else None,
    )  # fmt: skip
    said = gettext("已登记为第 {number} 件来文。") if filed.is_new else gettext("这件来文已经登记过，是第 {number} 件。")
    click.echo(said.format(number=filed.intake.number))


def _standard_input() -> str:
    data = sys.stdin.buffer.read(TEXT_MOST * 8)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(N_("内容不是 UTF-8 编码的文字。"), field="text") from None


def _line(one: Intake, late: bool) -> str:
    state = name(one.state) + (gettext("（超时）") if late else "")
    due = one.due_at.astimezone(context.settings().zone)
    return "\t".join((str(one.number), f"{due:%Y-%m-%d %H:%M}", state, one.assignee, one.department, one.title, one.code))


def _values(one: Intake, late: bool) -> dict[str, object]:
    return {
        "number": one.number, "reference": one.reference, "department": one.department, "title": one.title,
        "state": str(one.state), "due_at": one.due_at.isoformat(), "overdue": late, "assignee": one.assignee,
        "code": one.code, "outcome": one.outcome,
    }  # fmt: skip
