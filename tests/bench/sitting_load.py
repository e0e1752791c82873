"""Two hundred people sit one paper at once on `kb serve`; in the middle it is killed with SIGKILL and started again.

    python -m tests.bench.sitting_load [--people 200] [--questions 50] [--pause 10] [--workers 2]

Each person begins, answers every question after a pause as a page does (sent again until it is acknowledged), changes some
answers, and hands in. Printed: how long saving an answer took, and whether what the database holds is what was acknowledged
last and what was answered last, for every person and question.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from itsdangerous import URLSafeTimedSerializer

from kb.domain.exams.question import QuestionType
from kb.domain.exams.scoring import MarkKind
from kb.domain.exams.shuffle import shuffled
from kb.domain.exams.sitting import SittingState
from kb.domain.person import Person, Role
from kb.services.sittings import Plan
from tests.bench.figures import percentile
from tests.bench.homes import command, environment, kb, opened
from tests.exam_factories import SHIFT_LEADER, a_paper, keep
from webapp import create_app
from webapp.wiring import Desk

RETRY, PATIENCE = 0.5, 30  # seconds between two tries (the page waits longer), and for one answer
SETTLING = 10  # seconds after the restart in which all that was held back comes at once: told apart
ARRIVAL = 30  # seconds within which everybody comes in
CHANGED = 0.2  # share of answers that are changed once more
CSRF = "4f" * 20


@dataclass
class Examinee:
    login: str
    sitting: int
    cookie: str
    csrf: str
    acknowledged: dict[int, tuple[int, list[int]]] = field(default_factory=dict)  # sequence and value, as shown
    last: dict[int, tuple[int, list[int]]] = field(default_factory=dict)
    times: list[tuple[float, float]] = field(default_factory=list)  # begun at, and ms, of saves that needed one try
    retried: int = 0
    handed_in: bool = False


class Line:
    """One connection of one browser."""

    def __init__(self, port: int, who: Examinee) -> None:
        self.port, self.who = port, who
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> tuple[int, bytes]:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        head = f"{method} {path} HTTP/1.1\r\nHost: desk\r\nCookie: {self.who.cookie}\r\n"
        if body:
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nX-CSRFToken: {self.who.csrf}\r\n"
        writer.write(head.encode() + b"\r\n" + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        lines = answer.lower().split(b"\r\n")
        length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)
        content = await reader.readexactly(length)
        if b"connection: close" in answer.lower():
            self.drop()
        return int(answer.split()[1]), content

    def drop(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
        self.streams = None

    async def until_done(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> tuple[int, int]:
        """Ask again until there is an answer; the status and how many tries it took."""
        for tries in range(1, 1000):
            try:
                status, _ = await asyncio.wait_for(self.ask(method, path, body, kind), PATIENCE)
                if status < 500:
                    return status, tries
            except (OSError, EOFError, TimeoutError):
                pass
            self.drop()
            await asyncio.sleep(RETRY)
        raise AssertionError("nobody answers")


async def sit(port: int, who: Examinee, questions: list[tuple[int, int]], pause: float) -> None:
    line, path, chance = Line(port, who), f"/exam/{who.sitting}", random.Random(who.login)
    await asyncio.sleep(chance.uniform(0, ARRIVAL))
    await line.until_done("GET", path)
    status, _ = await line.until_done(
        "POST", f"{path}/start", f"csrf_token={who.csrf}".encode(), "application/x-www-form-urlencoded"
    )
    assert status == 303, status
    assert (await line.until_done("GET", path))[0] == 200
    sequence = 0
    for question, options in questions:
        for _ in range(1 + (chance.random() < CHANGED)):
            await asyncio.sleep(chance.uniform(0, 2 * pause))
            sequence = max(int(time.time() * 1000), sequence + 1)
            value = [chance.randrange(options)]
            who.last[question] = (sequence, value)
            body = json.dumps({"question": question, "value": value, "sequence": sequence}).encode()
            began = time.perf_counter()
            status, tries = await line.until_done("POST", f"{path}/answers", body)
            assert status == 200, status
            who.acknowledged[question] = (sequence, value)
            if tries == 1:
                who.times.append((began, (time.perf_counter() - began) * 1000))
            who.retried += tries > 1
    status, _ = await line.until_done(
        "POST", f"{path}/hand-in", f"csrf_token={who.csrf}&scripted=1".encode(), "application/x-www-form-urlencoded"
    )
    assert status == 303, status
    who.handed_in = True
    line.drop()


def served(home: Path, port: int, workers: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        command(home, "serve", "--port", str(port), "--workers", str(workers)),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
        env=environment() | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    if not any("http://" in line for line in process.stdout):
        raise RuntimeError("kb serve ended before it was ready")
    return process


def prepared(home: Path, people: int, questions: int) -> tuple[Desk, list[Examinee], dict[str, list[tuple[int, int]]]]:
    """A home with an open batch of so many people, their browsers' cookies, and for each form its questions with how many
    options they have."""
    kb(home, "init")
    desk = opened(home)
    with desk.store.write() as uow:
        for n in range(people):
            uow.people.add(Person(0, f"b-{n:03}", f"考生{n}", Role.AGENT, team="考场"), "")
        uow.commit()
    paper = keep(desk.store, a_paper([QuestionType.SINGLE] * questions, score=2.0))
    now = datetime.now(UTC)
    plan = Plan(paper=paper, teams=("考场",), opens_at=now, closes_at=now + timedelta(hours=2))
    batch = desk.sittings.plan(SHIFT_LEADER, plan)
    app = create_app(desk.settings, desk=desk)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    csrf = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(CSRF)
    examinees = []
    with desk.store.read() as uow:
        sittings = uow.sittings.many([batch.number])
        forms = {name: uow.sittings.form(paper, batch.hash, name) for name in ("A", "B")}
    for one in sittings:
        _, secret = desk.people.sign_in_as(one.person)
        cookie = f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps({'secret': secret, 'csrf_token': CSRF})}"
        examinees.append(Examinee(one.person, one.number, cookie, csrf))
    asked = {name: [(i.question, len(i.content.options)) for i in form.items] for name, form in forms.items() if form}
    return desk, examinees, asked


async def run(
    home: Path, examinees: list[Examinee], asked: dict[int, list[tuple[int, int]]], pause: float, workers: int
) -> tuple[float, float]:
    """Let them sit; kill the server in the middle; returns when it was killed and when it was back."""
    port = free_port()
    process = served(home, port, workers)
    try:
        sitting = [asyncio.create_task(sit(port, who, asked[who.sitting], pause)) for who in examinees]
        total = sum(len(asked[who.sitting]) for who in examinees)
        while sum(len(who.acknowledged) for who in examinees) < total / 2:
            await asyncio.sleep(0.2)
        began = time.perf_counter()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process = await asyncio.to_thread(served, home, port, workers)
        back = time.perf_counter()
        await asyncio.gather(*sitting)
        return began, back
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def losses(desk: Desk, examinees: list[Examinee]) -> tuple[int, int, int]:
    """Answers that are not what was acknowledged last, sittings not handed in, and answers without a mark by the key."""
    with desk.store.read() as uow:
        numbers = [who.sitting for who in examinees]
        answers, marks = uow.sittings.answers(numbers), uow.sittings.marks(numbers)
        lost = unfinished = unmarked = 0
        for who in examinees:
            one = uow.sittings.find(who.sitting)
            assert one is not None
            batch = uow.sittings.batch(one.batch)
            form = uow.sittings.form(one.paper, batch.hash, one.form) if batch else None
            assert form is not None
            items = {item.question: item for item in form.items}
            kept = {a.question: (a.sequence, list(a.value)) for a in answers.get(who.sitting, []) if not a.late}
            for question, (sequence, shown) in who.last.items():
                mapping = shuffled(items[question], one.seed)[1]
                lost += kept.get(question) != (sequence, [mapping[place] for place in shown])
            unfinished += one.state is not SittingState.HANDED_IN
            unmarked += len(items) - len({m.question for m in marks.get(who.sitting, []) if m.kind is MarkKind.AUTO})
        return lost, unfinished, unmarked


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--pause", type=float, default=10.0, help="mean seconds before each answer")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix=f"sitting-{secrets.token_hex(2)}-") as folder:
        desk, examinees, forms = prepared(Path(folder), given.people, given.questions)
        with desk.store.read() as uow:
            asked = {who.sitting: forms[uow.sittings.find(who.sitting).form] for who in examinees}  # type: ignore[union-attr]
        began = time.perf_counter()
        killed, back = asyncio.run(run(Path(folder), examinees, asked, given.pause, given.workers))
        took = time.perf_counter() - began
        lost, unfinished, unmarked = losses(desk, examinees)
        desk.close()
    every = [one for who in examinees for one in who.times]
    times = [ms for began, ms in every if began + ms / 1000 < killed or began > back + SETTLING]
    print(
        f"people {given.people}, questions {given.questions}, saves {len(every)} in {took:.0f} s ({len(every) / took:.0f}/s)"
    )
    print(
        f"save p50 {percentile(times, 0.5):.1f} ms, p95 {percentile(times, 0.95):.1f} ms, p99 {percentile(times, 0.99):.1f} ms"
    )
    print(
        f"killed once: nobody answered for {back - killed:.1f} s; sent again: {sum(who.retried for who in examinees)}"
    )
    print(f"lost {lost}, not handed in {unfinished}, not scored {unmarked}")
    return int(bool(lost or unfinished or unmarked or percentile(times, 0.95) > 100))


if __name__ == "__main__":
    sys.exit(main())
