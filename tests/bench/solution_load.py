"""Fifty agents save solutions on ``kb serve``; connections are cut at random and what was sent is sent again.

    python -m tests.bench.solution_load [--solutions 100000] [--agents 50] [--pause 1] [--seconds 60] [--cut 0.05]

First, for ``--seconds``: every agent saves one after a pause of about ``--pause`` seconds, and how long it takes is
measured (p95 at most 50 ms). Then as fast as the server takes them, until each of ``--solutions`` calls has its own:
a share of the connections is closed after the request was sent and before its answer was read, and another share in the
middle of the request. In the end the database is read: none may be lost, none doubled, no call may owe.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from kb.domain.person import Person, Role
from kb.storage.tables_calls import CallRow, SolutionRow, SolutionVersionRow
from tests.bench.figures import percentile
from tests.bench.homes import kb, opened
from tests.bench.serving import served

MOST = 50.0  # ms, p95


@dataclass
class Agent:
    login: str
    port: int
    token: str
    cut: float
    calls: list[int]
    chance: random.Random
    times: list[float] = field(default_factory=list)
    cuts: int = 0
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def save(self, call: int, *, cutting: bool) -> None:
        """Until it is acknowledged, however often the line breaks."""
        body = json.dumps(
            {
                "agent": self.login, "call": call, "key": f"k-{call}", "kind": "added", "asked": f"第 {call} 问：宠物能不能投保",
                "text": f"目前没有宠物险，已记录需求 {call}，请留意公告。", "problem_type": "咨询",
            }
        ).encode()  # fmt: skip
        head = (
            f"POST /api/v1/solutions HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        while True:
            try:
                if await self._ask(head + body, cutting=cutting):
                    return
            except (OSError, EOFError, TimeoutError):
                pass
            self._drop()

    async def _ask(self, request: bytes, *, cutting: bool) -> bool:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        if cutting and self.chance.random() < self.cut:
            self.cuts += 1
            writer.write(request if self.chance.random() < 0.7 else request[: self.chance.randrange(len(request))])
            await writer.drain()
            await asyncio.sleep(self.chance.uniform(0, 0.05))
            self._drop()
            return False
        started = time.perf_counter()
        writer.write(request)
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
        length = next(
            (int(line.split(b":")[1]) for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        await reader.readexactly(length)
        status = int(answer.split()[1])
        if status in (200, 201):
            self.times.append((time.perf_counter() - started) * 1000)
            return True
        if status != 503:
            raise AssertionError(f"{status}: {answer!r}")
        await asyncio.sleep(0.2)
        return False

    def _drop(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
        self.streams = None


async def calmly(agent: Agent, pause: float, until: float) -> None:
    await asyncio.sleep(agent.chance.uniform(0, 2 * pause))
    while time.monotonic() < until and agent.calls:
        await agent.save(agent.calls.pop(), cutting=False)
        await asyncio.sleep(agent.chance.uniform(0, 2 * pause))


async def at_once(agent: Agent) -> None:
    while agent.calls:
        await agent.save(agent.calls.pop(), cutting=True)


def furnish(home: Path, agents: int, solutions: int) -> dict[str, list[int]]:
    """Agents, and for each their ended calls, written straight into the table."""
    now = datetime.now(UTC)
    calls: dict[str, list[int]] = {}
    with closing(opened(home)) as desk, desk.store.write() as uow:
        connection = uow._connection
        for n in range(agents):
            login = f"agent{n:02}"
            uow.people.add(Person(0, login, login, Role.AGENT, team=f"{n % 5 + 1} 组"), "x")
            calls[login] = []
        rows = []
        for number in range(1, solutions + 1):
            login = f"agent{number % agents:02}"
            calls[login].append(number)
            rows.append({
                "number": number, "reference": f"ACD-{number}", "person": login, "team": "", "line": "", "product": "",
                "source": "telephony", "opened_at": now - timedelta(minutes=5), "ended_at": now, "day": now.date(),
                "shift": "早班", "due_at": now + timedelta(minutes=5), "settled_at": None, "settled_as": "", "exemption": "",
            })  # fmt: skip
        for start in range(0, len(rows), 5_000):
            connection.execute(insert(CallRow.__table__), rows[start : start + 5_000])  # type: ignore[arg-type]
        uow.commit()
    return calls


def faults(home: Path, solutions: int) -> list[str]:
    """What is not as it must be in the database."""
    with closing(opened(home)) as desk, desk.store.read() as uow:
        connection = uow._connection

        def count(query: object) -> int:
            return connection.scalar(query) or 0  # type: ignore[arg-type]

        kept = count(select(func.count()).select_from(SolutionRow))
        of_calls = count(select(func.count(func.distinct(SolutionRow.call))))
        versions = count(select(func.count()).select_from(SolutionVersionRow))
        owed = count(select(func.count()).select_from(CallRow).where(CallRow.settled_at.is_(None)))
    found = []
    if kept != solutions or of_calls != solutions:
        found.append(f"{kept} solutions of {of_calls} calls instead of {solutions}")
    if versions != kept:
        found.append(f"{versions} versions of {kept} solutions")
    if owed:
        found.append(f"{owed} calls owe still")
    return found


async def run(agents: list[Agent], pause: float, seconds: float) -> tuple[list[float], float]:
    await asyncio.gather(*(agent.save(agent.calls.pop(), cutting=False) for agent in agents))  # workers warm up
    for agent in agents:
        agent.times.clear()
    until = time.monotonic() + seconds
    await asyncio.gather(*(calmly(agent, pause, until) for agent in agents))
    calm = sorted(time for agent in agents for time in agent.times)
    started = time.monotonic()
    await asyncio.gather(*(at_once(agent) for agent in agents))
    return calm, time.monotonic() - started


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--solutions", type=int, default=100_000)
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--pause", type=float, default=1.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--cut", type=float, default=0.05)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        kb(home, "init")
        calls = furnish(home, options.agents, options.solutions)
        token = kb(home, "token", "create", "--role", "coordinator", "--name", "load").output.split()[-1]
        with served(home, 2) as (address, _, _):
            agents = [
                Agent(login, address[1], token, options.cut, mine, random.Random(login)) for login, mine in calls.items()
            ]
            calm, took = asyncio.run(run(agents, options.pause, options.seconds))
        wrong = faults(home, options.solutions)
    p50, p95, p99 = (percentile(calm, share) for share in (0.5, 0.95, 0.99))
    print(f"calm: {len(calm)} saves, p50 {p50:.1f} ms, p95 {p95:.1f} ms (at most {MOST:.0f}), p99 {p99:.1f} ms")
    rest = options.solutions - len(calm)
    print(f"at once: {rest} saves in {took:.0f} s, {rest / max(took, 1e-9):.0f}/s, {sum(a.cuts for a in agents)} connections cut")
    print("\n".join(wrong) if wrong else f"{options.solutions} solutions kept, none lost, none doubled, no call owes")
    return 1 if wrong or p95 > MOST else 0


if __name__ == "__main__":
    sys.exit(main())
