"""The history of an entry, the difference of two of its revisions, and which revision brought each line."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, render_template

from kb.domain.blame import blame
from kb.domain.person import Permission
from webapp.current import desk, person
from webapp.history import words
from webapp.history.comparing import comparison, number
from webapp.history.strip import strip
from webapp.security import needs

blueprint = Blueprint("history", __name__, url_prefix="/entries")


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    """For every page that tells of another moment: ``history_words.today_word(hit.today, at)``."""
    return {"history_words": words}


@blueprint.get("/<code>/history")
@needs(Permission.SUBMIT)
def events(code: str) -> str:
    history = desk().history.read(person(), code)
    now = desk().clock()
    return render_template("history/events.html", history=history, strip=strip(history.rules, now), now=now)


@blueprint.get("/<code>/diff")
@needs(Permission.SEARCH)
def diff(code: str) -> str:
    """Open to everyone who may see the entry, for revisions that were the rule, are, or will be; those who write
    compare any."""
    history = desk().history.read(person(), code)
    now = desk().clock()
    return render_template("history/diff.html", page=comparison(history, now), now=now)


@blueprint.get("/<code>/blame")
@needs(Permission.SUBMIT)
def lines(code: str) -> str:
    history = desk().history.read(person(), code)
    until = number("revision")
    shown = history.revision(until if until is not None else max(history.revisions))
    # A line may have come with a revision that is closed to this person: then the first that they may read has it.
    found = blame(r for n, r in history.revisions.items() if n <= shown.number)
    body = [list(run) for _, run in groupby((b for b in found if b.field == "body"), key=lambda line: line.revision)]
    fields = [line for line in found if line.field != "body"]
    return render_template("history/blame.html", history=history, shown=shown, body=body, fields=fields)
