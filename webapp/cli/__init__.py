"""The command line: script ``kb``, Flask's own command group, one module per subject.

    group     the group itself: help in the operator's language, one sentence for every mistake
    context   the settings and the desk that a command works on
    failures  the table of exit codes
    setup, demo, serve, importing, exporting, searching, indexing, people, tokens, entries    the commands
"""

import gc

# Nothing that an import makes is garbage; looking for it would take a fifth of the start of every command.
_collects = gc.isenabled()
gc.disable()
from webapp.cli.commands import main  # noqa: E402

if _collects:
    gc.enable()

__all__ = ["main"]
