"""The daily lists for programs: the newest ones, and one with its items."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Response, jsonify, url_for

from kb.domain.bulletin import Bulletin, BulletinItem
from kb.domain.errors import N_, Invalid
from kb.domain.person import Permission
from webapp.api import query
from webapp.api.views import blueprint
from webapp.current import desk, person
from webapp.security import needs

Json = dict[str, Any]


@blueprint.get("/bulletins")
@needs(Permission.SEARCH)
def bulletins() -> Response:
    """Newest first, without their items."""
    query.only("since", "until", "limit")
    found = desk().bulletins.list(person(), _day("since"), _day("until"), query.limit())
    return jsonify({"bulletins": [_head(bulletin) for bulletin in found]})


@blueprint.get("/bulletins/<int(max=999999999):number>")
@needs(Permission.SEARCH)
def bulletin(number: int) -> Response:
    query.only()
    found = desk().bulletins.get(person(), number)
    return jsonify({**_head(found), "items": [_item(item) for item in found.items]})


def _head(bulletin: Bulletin) -> Json:
    return {
        "number": bulletin.number,
        "day": bulletin.day.isoformat(),
        "urgent": bulletin.urgent,
        "corrects": bulletin.corrects,
        "title": bulletin.title,
        "note": bulletin.note,
        "count": len(bulletin.items),
        "issued_at": _local(bulletin.issued_at),
        "issued_by": bulletin.issued_by,
        "hash": bulletin.hash,
        "previous_hash": bulletin.previous_hash,
        "url": url_for("bulletins.show", number=bulletin.number),
    }


def _item(item: BulletinItem) -> Json:
    question = item.question
    return {
        "code": item.code,
        "change": str(item.change),
        "title": item.title,
        "kind": str(item.kind),
        "product": item.product,
        "revision": item.revision,
        "before": item.before,
        "summary": item.summary,
        "speakable": item.speakable,
        "read_aloud": item.read_aloud,
        "reason": item.reason,
        "replaced_by": item.replaced_by,
        "emphasis": item.emphasis,
        "announced": item.announced,
        "starts": _local(item.starts) if item.starts else None,
        "ends": _local(item.ends) if item.ends else None,
        "question": {"text": question.text, "options": list(question.options)} if question else None,
        "url": url_for("entries.show", code=item.code),
    }


def _day(name: str) -> date | None:
    text = query.one(name)
    if not text:
        return None
    try:
        if len(text) == len("2026-11-21"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Invalid(N_("“{value}”不是日期，请写成 2026-11-21。"), field=name, value=text[:40])


def _local(moment: datetime) -> str:
    return moment.astimezone(desk().settings.zone).isoformat(timespec="seconds")
