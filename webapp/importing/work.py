"""Work on an upload beside the request: reading thousands of rows takes longer than a person should stare at nothing.

The work holds the upload's lock, so that every process can see that it goes on; how far it is stands beside it. When
the process is killed the lock is free again, and the page offers to start anew.
"""

from __future__ import annotations

import logging
import secrets
import threading
import traceback
from collections.abc import Callable

from kb.domain.errors import N_, KbError, Unavailable
from kb.domain.person import Person
from kb.services.uploads import Uploads

log = logging.getLogger("zhixi.importing")

QUICK = 1.5  # seconds: what is done by then is shown at once, without a page that says to wait


def start(uploads: Uploads, person: Person, id: str, act: Callable[[], object]) -> None:
    """Do ``act`` in a thread of its own, and wait for it a moment. What goes wrong is kept in the upload."""
    thread = threading.Thread(target=_run, args=(uploads, person, id, act), name=f"import {id[:8]}", daemon=True)
    thread.start()
    thread.join(QUICK)


def _run(uploads: Uploads, person: Person, id: str, act: Callable[[], object]) -> None:
    try:
        act()
    except KbError as error:
        log.info("An import stopped: %s", type(error).__name__)  # the upload says why
    except Exception as error:
        number = secrets.token_hex(4)
        places = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
        log.error("%s: %s %s", number, type(error).__qualname__, "\n".join(places))
        _tell(uploads, person, id, number)


def _tell(uploads: Uploads, person: Person, id: str, number: str) -> None:
    try:
        uploads.give_up(
            person, id, Unavailable(N_("系统出错，已记录。请联系系统管理员并报出编号 {id}。"), id=number)
        )
    except KbError:
        log.info("The upload is gone")  # dropped meanwhile
