"""A list on paper, as Markdown, as a workbook; the feed of all lists."""

from __future__ import annotations

from datetime import datetime

from flask import Response, render_template, request
from flask_babel import gettext

from kb.domain.bulletin import Bulletin
from kb.domain.errors import N_, Invalid
from kb.domain.person import Permission
from kb.exchange.bulletin_file import bulletin_markdown, bulletin_workbook, span_markdown
from webapp.bulletins import days
from webapp.bulletins.views import ONE, blueprint
from webapp.current import desk, person
from webapp.names import who
from webapp.security import needs

FEED_MOST = 30  # lists
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get(f"{ONE}/print")
@needs(Permission.SEARCH)
def printed(number: int) -> str:
    return render_template("bulletins/print.html", bulletin=desk().bulletins.get(person(), number))


@blueprint.get(f"{ONE}.md")
@needs(Permission.SEARCH)
def markdown(number: int) -> Response:
    bulletin = desk().bulletins.get(person(), number)
    text = bulletin_markdown(bulletin, zone=desk().settings.zone, named=who)
    return _file(text.encode(), "text/markdown; charset=utf-8", f"{_name(bulletin)}.md")


@blueprint.get(f"{ONE}.xlsx")
@needs(Permission.SEARCH)
def workbook(number: int) -> Response:
    bulletin = desk().bulletins.get(person(), number)
    data = bulletin_workbook(bulletin.items, title=gettext("第 {number} 期").format(number=number), zone=desk().settings.zone)
    return _file(data, XLSX, f"{_name(bulletin)}.xlsx")


@blueprint.get("/span.md")
@needs(Permission.SEARCH)
def span_as_markdown() -> Response:
    chosen = _span()
    span = desk().bulletins.between(person(), chosen.since, chosen.until)
    text = span_markdown(span, zone=desk().settings.zone)
    return _file(text.encode(), "text/markdown; charset=utf-8", f"bulletins-{chosen.since}-{chosen.until}.md")


@blueprint.get("/span.xlsx")
@needs(Permission.SEARCH)
def span_as_workbook() -> Response:
    chosen = _span()
    span = desk().bulletins.between(person(), chosen.since, chosen.until)
    data = bulletin_workbook(span.items, title=gettext("{since}至{until}").format(since=chosen.since, until=chosen.until), zone=desk().settings.zone)
    return _file(data, XLSX, f"bulletins-{chosen.since}-{chosen.until}.xlsx")


@blueprint.get("/feed.atom")
@needs(Permission.SEARCH)
def feed() -> Response:
    """The newest lists. Only what everybody may see: a feed is passed on and lies on other machines."""
    lists = [b.public() for b in desk().bulletins.list(person(), limit=FEED_MOST)]
    at: datetime = max((b.issued_at for b in lists), default=desk().clock())
    body = render_template(
        "bulletins/feed.xml",
        lists=[b for b in lists if b.items or b.is_start],
        at=at,
        root=request.url_root.rstrip("/"),
    )
    return Response(body, mimetype="application/atom+xml")


def _span() -> days.Days:
    chosen = days.asked()
    if chosen is None:
        raise Invalid(N_("请给出起止日期：since 和 until。"), field="since")
    return chosen


def _name(bulletin: Bulletin) -> str:
    return f"bulletin-{bulletin.number}-{bulletin.day.isoformat()}"


def _file(data: bytes, mimetype: str, name: str) -> Response:
    response = Response(data, content_type=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
