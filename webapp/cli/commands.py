"""The commands of ``kb``, in the order in which a newcomer needs them."""

from __future__ import annotations

from flask import Flask

from kb.domain.errors import N_
from webapp.cli import context
from webapp.cli.bank import questions
from webapp.cli.bulletin import bulletin
from webapp.cli.entries import publish, restore, withdraw
from webapp.cli.exam import exam
from webapp.cli.exporting import export
from webapp.cli.gaps import gaps
from webapp.cli.golden import golden
from webapp.cli.group import KbGroup
from webapp.cli.history import diff, history
from webapp.cli.importing import import_
from webapp.cli.indexing import check, reindex
from webapp.cli.intake import intake
from webapp.cli.learning import learn, phrasings
from webapp.cli.paper import paper
from webapp.cli.people import user
from webapp.cli.release import release
from webapp.cli.reporting import report
from webapp.cli.searching import evaluate, search
from webapp.cli.serving import serve
from webapp.cli.setup import init
from webapp.cli.solutions import solutions
from webapp.cli.tokens import token


def application() -> Flask:
    """The web application over the chosen home folder, for commands that need its shapes or its own commands."""
    from webapp import create_app

    return create_app(context.settings(), desk=context.desk())


main = KbGroup(application, name="kb", help=N_("知席：话务现场的知识台。"))
for command in (
    init, serve, import_, export, search, evaluate, golden, learn, phrasings, publish, withdraw, restore, history, diff, release,
    bulletin, intake, report, gaps, solutions, questions, paper, exam, check, reindex, user, token,
):  # fmt: skip
    main.add_command(command)
