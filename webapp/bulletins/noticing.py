"""What an open page is told when the pulse has moved: urgent items and reminders of this person, and how much is open."""

from __future__ import annotations

from flask import current_app, render_template, url_for
from flask.sansio.blueprints import BlueprintSetupState

from kb.domain.person import Permission
from webapp.bulletins.openings import Openings
from webapp.bulletins.reading import Told, missed
from webapp.bulletins.views import blueprint
from webapp.current import desk, person, visitor
from webapp.pulse import EVERY, JITTER, PATH
from webapp.security import needs

SHOWN_MOST = 20


@blueprint.get("/notices")
@needs(Permission.SEARCH)
def notices() -> str:
    """A part of a page. ``key`` stands for what is told: the same key is announced once."""
    found = missed(person())
    reminders = desk().receipts.reminders(person())
    reminded = {r.bulletin for r in reminders}
    urgent = [told for told in found.told if told.urgent]
    asked = [told for told in found.told if not told.urgent and told.number in reminded]
    shown: list[Told] = [*urgent, *asked][:SHOWN_MOST]
    key = " ".join(
        [*(f"{t.number}/{t.item.code}" for t in urgent), *(f"!{r.bulletin}@{r.at:%d%H%M%S}" for r in reminders)]
    )
    return render_template(
        "bulletins/notices.html", missed=found, urgent=urgent, reminders=reminders, shown=shown, key=key if shown or reminders else "",
    )  # fmt: skip


@blueprint.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {"notices_of": _settings, "changed_since": changed_since}


def _settings() -> dict[str, object] | None:
    """What the script of every page needs; None for somebody who is not signed in."""
    who = visitor()
    if who is None:
        return None
    return {"person": who.id, "pulse": PATH, "every": EVERY, "jitter": JITTER, "address": url_for("bulletins.notices")}


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
