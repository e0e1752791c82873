"""``kb bulletin``: look at the next list, issue it, call up what was issued."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext

from kb.domain.bulletin import Bulletin, BulletinItem, BulletinSpan, Change
from kb.domain.bulletin_seal import to_dict
from kb.domain.errors import N_, Invalid, NotFound
from kb.exchange.bulletin_file import bulletin_markdown, bulletin_workbook, span_markdown
from kb.services.people import SYSTEM
from webapp import messages
from webapp.cli import context
from webapp.cli.group import SubGroup
from webapp.webhooks import signing_key

bulletin = SubGroup("bulletin", help=N_("每日更新清单"))
_reason = click.option("--reason", required=True, metavar="TEXT", help=N_("原因（必填）"))
_json = click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))


def _which(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which list, or the net effect of which days."""
    for option in (
        click.option("--as-of", default="", metavar="TIME", help=N_("那个时间的最新一期，如 2026-11-21 09:00")),
        click.option("--to", "until", default="", metavar="DAY", help=N_("到这一天为止")),
        click.option("--from", "since", default="", metavar="DAY", help=N_("从这一天起，合并成净变化")),
        click.option("--day", default="", metavar="DAY", help=N_("这一天的清单，合并成净变化")),
        click.option("--number", type=click.IntRange(1), metavar="N", help=N_("第 N 期（默认最新一期）")),
    ):
        command = option(command)
    return command


@bulletin.command("draft", help=N_("看下一期清单：现在发出会有哪些条目"))
@_json
def draft(as_json: bool) -> None:
    found = context.desk().bulletins.draft(SYSTEM)
    if as_json:
        shown = {"total": found.total, "first": found.first, "too_many": found.too_many, "settled": list(found.settled)}
        items, out = [to_dict(item) for item in found.items], [to_dict(one) for one in found.left_out]
        click.echo(json.dumps({**shown, "items": items, "left_out": out}, ensure_ascii=False, indent=2))
        return
    for item in found.items:
        click.echo("\t".join((messages.name(item.change), item.code, item.title, item.summary)).rstrip("\t"))
    for out_ in found.left_out:
        click.echo("\t".join((gettext("不列入"), out_.code, out_.title, out_.reason)))
    if found.settled:
        click.echo(gettext("发布后又撤回，无需告知：{codes}").format(codes=" ".join(found.settled)))
    if found.too_many or (found.first and found.total):
        click.echo(
            gettext("有 {count} 条从未告知；把现有知识库作为起点：kb bulletin start").format(count=found.total),
            err=True,
        )
    elif not found.items:
        click.echo(gettext("没有需要告知的变化。"))


@bulletin.command("start", help=N_("把现有知识库作为起点：此后的清单只列变化"))
@_reason
def start(reason: str) -> None:
    desk = context.desk()
    done = desk.bulletins.start(SYSTEM, desk.bulletins.draft(SYSTEM).version, reason=reason)
    click.echo(gettext("第 {number} 期：{title}。").format(number=done.number, title=done.title))


@bulletin.command("issue", help=N_("发出清单：编号、冻结，不能再改"))
@_reason
@click.option("--urgent", multiple=True, metavar="CODE", help=N_("只发这一条，立即告知（可多次）"))
def issue(reason: str, urgent: tuple[str, ...]) -> None:
    desk = context.desk()
    version = desk.bulletins.draft(SYSTEM).version
    codes = [code.upper() for code in urgent] or None
    done = desk.bulletins.issue(SYSTEM, version, reason=reason, urgent_codes=codes)
    click.echo(gettext("第 {number} 期已发出：{counts}。").format(number=done.number, counts=counted(done.items)))


@bulletin.command("show", help=N_("显示一期清单，或几天的净变化"))
@_which
@click.option("--format", "form", type=click.Choice(["md", "json"]), default="md", help=N_("格式（默认 md）"))
def show(form: str, **which: Any) -> None:
    click.echo(as_text(chosen(**which), form))


@bulletin.command("export", help=N_("把一期清单或几天的净变化写入文件 FILE"))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@_which
@click.option("--format", "form", type=click.Choice(["md", "xlsx", "json"]), help=N_("格式（默认看文件名的后缀）"))
def export(file: Path, form: str | None, **which: Any) -> None:
    form = form or file.suffix.lstrip(".").lower()
    if form not in ("md", "xlsx", "json"):
        raise Invalid(N_("不知道写成哪种格式，请加 --format md、xlsx 或 json。"), field="format")
    found = chosen(**which)
    if form == "xlsx":
        title = found.title if isinstance(found, Bulletin) else gettext("{since}至{until}").format(since=found.since, until=found.until)
        data = bulletin_workbook(found.items, title=title, zone=context.settings().zone)
    else:
        data = as_text(found, form).encode()
    file.write_bytes(data)
    click.echo(gettext("已把 {count} 条写入 {path}。").format(count=len(found.items), path=file))


@bulletin.command("webhooks", help=N_("显示推送地址的验签密钥和最近的推送"))
def webhooks() -> None:
    click.echo(gettext("验签密钥：{key}").format(key=signing_key(context.settings().secret_key)))
    for sent in context.desk().deliveries.recent(SYSTEM, limit=20):
        state = gettext("已送达") if sent.done_at else gettext("等待") if sent.next_at else gettext("已放弃")
        click.echo("\t".join((str(sent.number), state, str(sent.tries), sent.url, sent.said)).rstrip("\t"))


def chosen(number: int | None, day: str, since: str, until: str, as_of: str) -> Bulletin | BulletinSpan:
    """The list or the net effect that the options name; the last list without any.

    Raises:
        Invalid: they contradict each other. NotFound: there is none.
    """
    desk = context.desk()
    if sum(map(bool, (number, day, since or until, as_of))) > 1:
        raise Invalid(N_("--number、--day、--from/--to、--as-of 只能用一种。"), field="number")
    if number:
        return desk.bulletins.get(SYSTEM, number)
    if day or since or until:
        first, last = _day(day or since or until), _day(day or until or since)
        return desk.bulletins.between(SYSTEM, first, last)
    found = desk.bulletins.latest(SYSTEM, as_of=context.moment(as_of) if as_of else None)
    if found is None:
        raise NotFound(N_("还没有发出过清单。"))
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(N_("看不懂日期“{value}”，请写成 2026-11-21。"), field="day", value=text[:40]) from None


def as_text(found: Bulletin | BulletinSpan, form: str) -> str:
    if form == "json":
        return json.dumps(to_dict(found), ensure_ascii=False, indent=2)
    zone = context.settings().zone
    if isinstance(found, BulletinSpan):
        return span_markdown(found, zone=zone).rstrip("\n")
    return bulletin_markdown(found, zone=zone).rstrip("\n")


def counted(items: Iterable[BulletinItem]) -> str:
    """``新增 1、变更 2``."""
    found = Counter(item.change for item in items)
    return gettext("、").join(f"{messages.name(change)} {found[change]}" for change in Change if found[change])
