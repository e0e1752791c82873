"""What an open page is told when the pulse has moved: urgent items and reminders of this person, and how much is open."""

from __future__ import annotations

import time

from flask import current_app, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_wtf.csrf import generate_csrf

from kb.domain.person import Permission
from webapp.bulletins.openings import Openings
from webapp.bulletins.reading import Told, missed, with_state
from webapp.bulletins.views import blueprint
from webapp.current import desk, person, visitor
from webapp.i18n import language
from webapp.pulse import EVERY, JITTER, address_for
from webapp.security import needs

SHOWN_MOST = 20
KEPT = 30.0  # seconds for which the part of an urgent list is kept for the others of the same role
TOKEN = "csrf-token-of-whoever-asks"  # noqa: S105 - its place in what is kept

_kept: dict[tuple[int, int, str, str], tuple[float, str]] = {}


@blueprint.get("/notices")
@needs(Permission.SEARCH)
def notices() -> str:
    """A part of a page: everything that this person is to be told; with ``?urgent=17`` only what list 17 says.

    Every open page asks for an urgent list within the same seconds, so that answer is made once for each role and
    does not ask what this person has confirmed: of a list just issued that is nothing.
    """
    number = request.args.get("urgent", "")
    if number.isascii() and number.isdigit() and len(number) < 10:
        return _of_list(int(number)).replace(TOKEN, generate_csrf())
    found = missed(person())
    reminders = desk().receipts.reminders(person())
    reminded = {r.bulletin for r in reminders}
    urgent = [told for told in found.told if told.urgent]
    asked = [told for told in found.told if not told.urgent and told.number in reminded]
    shown: list[Told] = [*urgent, *asked][:SHOWN_MOST]
    key = [_token(told) for told in urgent] + [f"!{r.bulletin}@{r.at:%d%H%M%S}" for r in reminders]
    return render_template(
        "bulletins/notices.html", urgent=urgent, reminders=reminders, shown=shown, key=" ".join(key),
        unread=len(found.told), more=len(found.told) - len(shown),
    )  # fmt: skip


def _of_list(number: int) -> str:
    place = (id(desk()), number, str(person().role), language())
    until, part = _kept.get(place, (0.0, ""))
    if time.monotonic() < until:
        return part
    told = with_state(desk().bulletins.get(person(), number), frozenset())
    part = render_template(
        "bulletins/notices.html", urgent=told, reminders=[], shown=told[:SHOWN_MOST], key=" ".join(map(_token, told)),
        unread="", more=0, csrf_token=lambda: TOKEN,
    )  # fmt: skip
    for old in [place for place, (until, _) in _kept.items() if until < time.monotonic()]:
        _kept.pop(old, None)
    _kept[place] = (time.monotonic() + KEPT, part)
    return part


def _token(told: Told) -> str:
    """Stands for one urgent item: what was announced once is not announced again."""
    return f"{told.number}/{told.item.code}"


@blueprint.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {"notices_of": _settings, "changed_since": changed_since}


def _settings() -> dict[str, object] | None:
    """What the script of every page needs; None for somebody who is not signed in."""
    who = visitor()
    if who is None:
        return None
    return {"person": who.id, "pulse": address_for(who), "every": EVERY, "jitter": JITTER, "address": url_for("bulletins.notices")}


def changed_since(code: str, revision: int) -> int | None:
    """The revision in which the visitor last opened ``code``, when it has changed since; remembers this opening."""
    who = visitor()
    if who is None:
        return None
    before = desk().receipts.seen(who, code)
    if before != revision:
        openings: Openings = current_app.extensions["openings"]
        openings.note(who, code, revision)
    return before if before is not None and before < revision else None


@blueprint.record_once
def _keep_openings(state: BlueprintSetupState) -> None:
    used = state.app.extensions["desk"]
    state.app.extensions["openings"] = Openings(
        lambda person, code, revision: used.receipts.opened(person, code, revision)
    )
