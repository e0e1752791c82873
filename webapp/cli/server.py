"""The web application under gunicorn, with one thread in each worker that keeps the index in step.

The application and the tables that no data changes are made before the fork: workers share their memory, and one that
replaces another is ready at once. Nothing is opened there: each worker makes its own connections and index reader.
"""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask_babel import gettext
from gunicorn.app.base import BaseApplication

from indexer.sharing import prepare, warm_up
from kb.settings import Settings
from webapp import create_app
from webapp.cli.balance import Counts, leave
from webapp.cli.worker import LINE_MOST
from webapp.webhooks import Sender
from webapp.wiring import Desk

log = logging.getLogger("zhixi.server")

THREADS = 4  # per worker: a browser that holds a connection open must not keep the next caller waiting
GRACE = 10  # seconds for open requests when the service stops
KEEP_ALIVE = 10  # seconds: longer than an open page rests between two looks at the pulse, so that it need not reconnect
PAUSE = 0.2  # seconds between two looks for index jobs that nobody rang for: from another machine, or left behind
TICK = 0.025  # seconds between two looks at the bell that a publication rings; at 10 ms waking up took 2 % of a core
COURIER_PAUSE = 2.0  # seconds between two looks for messages that wait
TIDY_PAUSE = 600.0  # seconds between two looks for solutions in words that their entries know
GIVE_WAY = 0.001  # seconds after which a thread that computes lets another one on
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - for gunicorn's heartbeat: a slow disk must not look like a hung worker


class Drainer(threading.Thread):
    """Applies index jobs as they come in. Whichever worker holds the writer's lock does it; the others look again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(name="drainer", daemon=True)
        self._desk = desk
        self._ended = threading.Event()

    def run(self) -> None:
        heard, rested = None, PAUSE
        while not self._ended.wait(TICK):
            rested += TICK
            ring = self._desk.bell.heard()
            if ring == heard and rested < PAUSE:
                continue
            heard, rested = ring, 0.0
            try:
                self._desk.sync.drain()
            except Exception as error:  # a full disk today must not end indexing for good
                log.warning("The index is behind, trying again: %s", error)
                self._ended.wait(5 * PAUSE)

    def end(self) -> None:
        self._ended.set()
        self.join(GRACE)


class Courier(threading.Thread):
    """Sends what webhooks are to be told. A thread of its own: a receiver that does not answer delays nothing else."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(name="courier", daemon=True)
        self._desk = desk
        self._send = Sender(desk.settings.secret_key)

    def run(self) -> None:
        while True:
            time.sleep(COURIER_PAUSE)
            try:
                self._desk.deliveries.run(self._send)
            except Exception as error:
                log.warning("Webhooks are not told, trying again: %s", error)


class Tidier(threading.Thread):
    """Does by the clock what nobody asks for: settles solutions that ask nothing of anybody, blocks papers whose sources
    changed, reminds of the month's examination, counts what reports will ask for. Several workers doing it is no harm: the second finds nothing."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(name="tidier", daemon=True)
        self._desk = desk

    def run(self) -> None:
        desk = self._desk
        while True:
            time.sleep(TIDY_PAUSE)
            for act in (
                desk.harvest.tidy, desk.paper_approval.follow, desk.exam_calendar.remind, desk.reports.keep_up,
            ):  # fmt: skip
                try:
                    act()
                except Exception as error:
                    log.warning("%s failed, trying again: %s", act.__qualname__, error)


class Server(BaseApplication):
    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self.settings = settings
        self.counts = Counts()
        self.host, self.port = listener.getsockname()[:2]
        self.descriptor = listener.detach()  # gunicorn takes it over and closes it
        super().__init__(prog="kb serve")

    def load_config(self) -> None:
        values: dict[str, Any] = {
            "bind": f"fd://{self.descriptor}",
            "workers": self.settings.workers or len(os.sched_getaffinity(0)),
            "worker_class": "webapp.cli.worker.Worker",
            "limit_request_line": LINE_MOST,
            "threads": THREADS,
            "keepalive": KEEP_ALIVE,
            "graceful_timeout": GRACE,
            "timeout": 120,
            "loglevel": "warning",
            "proc_name": "kb",
            "control_socket_disable": True,
            "preload_app": True,
            "when_ready": self._say_ready,
            "post_worker_init": _start_drainer,
            "worker_exit": _end_drainer,
            "child_exit": lambda _arbiter, worker: leave(worker),
        }
        if IN_MEMORY.is_dir():
            values["worker_tmp_dir"] = str(IN_MEMORY)
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        gc.disable()
        app = create_app(self.settings)
        prepare(self.settings.cache_dir)
        # The collector would look at all of this again and again, and by that make each worker a copy of its own.
        gc.collect()
        gc.freeze()
        gc.enable()
        return app

    def _say_ready(self, _arbiter: object) -> None:
        host = f"[{self.host}]" if ":" in self.host else self.host
        click.echo(gettext("知席已启动：{url}（Ctrl+C 停止）").format(url=f"http://{host}:{self.port}"))


def _start_drainer(worker: Any) -> None:
    """Warm up, so that the first caller does not wait for the index and its terms, then keep the index in step."""
    desk: Desk = worker.wsgi.extensions["desk"]
    try:
        warm_up(desk.search)
    except Exception as error:  # pages say what is wrong; the thread goes on trying
        log.warning("Search is not ready yet: %s", error)
    _spare_the_collector()
    # A search lets others on at each look at the database. Beside a report or an import it would wait Python's usual 5 ms
    # at each: it took twice its time, now it takes what it takes alone.
    sys.setswitchinterval(GIVE_WAY)
    worker.drainer = Drainer(desk)
    worker.drainer.start()
    Tidier(desk).start()
    if desk.settings.webhooks:
        Courier(desk).start()  # a daemon: what it has begun to send is sent again by the next one


def _spare_the_collector() -> None:
    """Let the garbage collector look only at what is made from now on, and less often.

    Dictionary, index and program are 190,000 objects that stay for good: looking at them all stopped every request of
    this worker for .1 s now and then, and looking at the new ones cost a search one part in thirty.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _end_drainer(_arbiter: object, worker: Any) -> None:
    """The last thing that a worker does. All requests are answered and nothing is open but what the system closes."""
    if hasattr(worker, "drainer"):
        worker.drainer.end()
        # Taking the dictionary apart object by object would keep a restart waiting for seconds.
        sys.stderr.flush()
        os._exit(0)
