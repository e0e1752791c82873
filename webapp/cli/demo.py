"""What the demonstration needs beyond a home folder: the starter library, its questions, a list, people in each role."""

from __future__ import annotations

import secrets
from pathlib import Path

import click
from flask_babel import gettext

import webapp
from kb.domain.errors import N_, Unavailable
from kb.domain.person import Role
from kb.exchange import read_paths
from kb.services.people import SYSTEM
from webapp import messages
from webapp.cli import demo_bank, demo_lists
from webapp.cli.golden import load
from webapp.cli.report import show_report
from webapp.wiring import Desk

DEMO = "demo-"  # what demo logins start with; they sign in by choosing a role, in demo mode only
MORE_AGENTS = ("林溪", "周舟", "何禾", "许诺", "江淼")  # demo-agent-2 and on: so that the board of receipts has two teams
_FIRST, _SECOND = "一组", "二组"
TEAMS = {
    "agent": _FIRST, "agent-2": _FIRST, "agent-3": _FIRST, "team_leader": _FIRST,
    "agent-4": _SECOND, "agent-5": _SECOND, "agent-6": _SECOND,
}  # fmt: skip


def starter_library() -> Path:
    """The folder ``content/`` that comes with the program. Raises ``Unavailable`` when it is not there."""
    folder = Path(webapp.__file__).resolve().parents[1] / "content"
    if not folder.is_dir():
        raise Unavailable(N_("找不到示范知识库 content/。"))
    return folder


def furnish(desk: Desk) -> None:
    """Import and publish the starter library with its golden questions, add the people who are missing, issue a list.

    In an empty home the library arrives yesterday and three of its entries change today. Whatever a run that was cut
    short has left out the next one adds.
    """
    rows = list(read_paths([starter_library()], zone=desk.settings.zone))
    with desk.store.read() as uow:
        fresh = not uow.entries.standings(desk.clock())
    earlier = demo_lists.yesterday(desk)
    try:
        add_people(earlier)
        coordinator = next(p for p in desk.people.all(SYSTEM) if p.login == f"{DEMO}{Role.COORDINATOR}")
        if fresh:
            old = demo_lists.of_yesterday(rows)
            report = earlier.importing.run(SYSTEM, old, publish=True, reason=gettext("示范知识库"))
            demo_lists.begin(earlier, coordinator)
            demo_lists.change(desk, coordinator, rows)
        else:
            report = desk.importing.run(SYSTEM, rows, publish=True, reason=gettext("示范知识库"))
            demo_lists.begin(desk, coordinator)
    finally:
        earlier.close()
    demo_lists.tell(desk, coordinator)
    demo_bank.keep_questions(desk, next(p for p in desk.people.all(SYSTEM) if p.login == f"{DEMO}{Role.TRAINER}"))
    show_report(report)
    load(desk, starter_library() / "golden.jsonl")
    click.echo(gettext("演示人员：{count} 人，每个岗位至少一人").format(count=len(Role) + len(MORE_AGENTS)))


def add_people(desk: Desk) -> None:
    """One person per role and some more agents, in two teams. Nobody knows their passwords: outside demo mode these
    accounts open nothing."""
    there = {person.login for person in desk.people.all(SYSTEM)}
    wanted = [(str(role), gettext("演示{role}").format(role=messages.name(role)), role) for role in Role]
    wanted += [(f"{Role.AGENT}-{n}", name, Role.AGENT) for n, name in enumerate(MORE_AGENTS, start=2)]
    for suffix, name, role in wanted:
        if f"{DEMO}{suffix}" not in there:
            team = TEAMS.get(suffix, "")
            desk.people.add(SYSTEM, f"{DEMO}{suffix}", name, role, secrets.token_urlsafe(24), team=team)
