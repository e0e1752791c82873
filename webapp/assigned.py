"""The steps that a gap and a department's notice have alike: take it, hand it on, write it into an entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kb.domain.content import Kind
from kb.domain.errors import N_, Conflict, Invalid, NotFound
from kb.domain.person import Permission
from kb.services.assigned_work import AssignedWork
from webapp.current import desk, person
from webapp.errors import status_of
from webapp.messages import sentence, translate
from webapp.security import needs

Answer = tuple[str, int] | Response
Page = Callable[[int, dict[str, str]], str]
_HELD = N_("已由您接手。")
_HANDED = N_("已转交。")


class Step(Protocol):
    def __call__(self, number: int, act: Callable[[], object], said: str, *, part: str = "") -> Answer:
        """Do ``act`` and say ``said``. What is refused is said on the page itself, at its form ``part`` or above all of
        them, and the page shows how things stand now."""


def steps(
    blueprint: Blueprint, work: Callable[[], AssignedWork[Any]], page: Page, *, returned: str, kind: Kind
) -> Step:
    """Give ``blueprint`` the routes take, hand and write; returns what its own steps go through.

    ``page`` shows one with the mistakes by form; ``returned`` is said of what waits again, ``kind`` is that of an entry
    when none is chosen. The blueprint has a view ``show``.
    """

    def do(number: int, act: Callable[[], object], said: str, *, part: str = "") -> Answer:
        try:
            act()
        except NotFound as error:
            if not part:
                raise
            return page(number, {part: sentence(error)}), 404
        except Invalid as error:
            return page(number, {part or "step": sentence(error)}), status_of(error)[0]
        except Conflict as error:
            one = work().get(person(), number)  # the form itself may be gone: it is not theirs any more, or closed
            mine = one.is_open and one.assignee in ("", person().login)
            return page(number, {part if mine and part else "step": sentence(error)}), status_of(error)[0]
        flash(said, "done")
        return redirect(url_for(f"{blueprint.name}.show", number=number), 303)

    @blueprint.post("/<int(max=999999999):number>/take")
    @needs(Permission.PUBLISH)
    def take(number: int) -> Answer:
        return do(number, lambda: work().take(person(), number), gettext(_HELD))

    @blueprint.post("/<int(max=999999999):number>/hand")
    @needs(Permission.PUBLISH)
    def hand(number: int) -> Answer:
        to, seen = sent("to"), sent("seen")
        return do(
            number, lambda: work().hand_over(person(), number, to, seen=seen), translate(_HANDED if to else returned)
        )

    @blueprint.post("/<int(max=999999999):number>/write")
    @needs(Permission.PUBLISH)
    def write(number: int) -> Answer:
        """Lead to the editor, with its text in a draft."""
        typed = request.form.get("kind", "")
        try:
            draft = work().write(person(), number, Kind(typed) if typed in set(Kind) else kind, desk().drafts)
        except (Invalid, Conflict) as error:
            return page(number, {"step": sentence(error)}), status_of(error)[0]
        return redirect(f"/edit/draft/{draft}", 303)

    return do


def sent(name: str) -> str:
    """What the form says in this field."""
    return request.form.get(name, "")[:4_000].strip()
