"""The command line: script ``kb``, Flask's own command group, one module per subject.

    group     the group itself: help in the operator's language, one sentence for every mistake
    context   the settings and the desk that a command works on
    failures  the table of exit codes
    setup, demo, serve, importing, exporting, searching, indexing, people, tokens, entries    the commands
"""

from webapp.cli.commands import main

__all__ = ["main"]
