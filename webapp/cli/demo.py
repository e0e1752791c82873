"""What the demonstration needs beyond a home folder: the starter library in force, its questions and a person for each role."""

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
from webapp.cli.golden import load
from webapp.cli.report import show_report
from webapp.wiring import Desk

DEMO = "demo-"  # what demo logins start with; they sign in by choosing a role, in demo mode only


def starter_library() -> Path:
    """The folder ``content/`` that comes with the program. Raises ``Unavailable`` when it is not there."""
    folder = Path(webapp.__file__).resolve().parents[1] / "content"
    if not folder.is_dir():
        raise Unavailable(N_("找不到示范知识库 content/。"))
    return folder


def furnish(desk: Desk) -> None:
    """Import and publish the starter library with its golden questions, add the people who are missing."""
    rows = read_paths([starter_library()], zone=desk.settings.zone)
    report = desk.importing.run(SYSTEM, rows, publish=True, reason=gettext("示范知识库"))
    show_report(report)
    load(desk, starter_library() / "golden.jsonl")
    add_people(desk)


def add_people(desk: Desk) -> None:
    """One person per role. Nobody knows their passwords: outside demo mode these accounts open nothing."""
    there = {person.login for person in desk.people.all(SYSTEM)}
    for role in Role:
        if f"{DEMO}{role}" not in there:
            name = gettext("演示{role}").format(role=messages.name(role))
            desk.people.add(SYSTEM, f"{DEMO}{role}", name, role, secrets.token_urlsafe(24))
    click.echo(gettext("演示人员：{count} 个岗位各一人").format(count=len(Role)))
