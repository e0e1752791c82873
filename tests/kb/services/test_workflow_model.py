"""The workflow against a plain model: whatever people do in whatever order, no illegal state, and the past stays put.

The model keeps, for each entry, its revisions, verdicts and a list of (from when, which revision) as plain Python, by
the rules in words: the newest publication decides from its start; a later start that is already announced stays; a
withdrawal ends everything; an end of validity silences.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kb.domain.content import Content, Kind
from kb.domain.entry import Action
from kb.domain.errors import Conflict, KbError, NotAllowed
from kb.domain.person import Role
from kb.domain.release import ReleaseItem, ReleaseState
from kb.domain.review import Stage
from kb.services.knowledge import Knowledge
from kb.services.releases import Releases
from kb.services.rules import Rulebook
from kb.services.workflow import Workflow
from kb.storage import open_store
from tests.conftest import POSTGRES
from tests.factories import NOW, Clock, a_person

PEOPLE = [a_person(login="li"), a_person(login="wang"), a_person(Role.DIRECTOR, "zhao")]
LEADER, AGENT = a_person(Role.TEAM_LEADER, "chen"), a_person(Role.AGENT, "sun")
CODES = ["FAQ-0001", "POL-0001", "SCR-0001"]
KINDS = {"FAQ": Kind.FAQ, "POL": Kind.POLICY, "SCR": Kind.SCRIPT}
# Policies need one approval of somebody else, scripts two, questions none.
RULES = {"approvals": {Kind.POLICY: 1, Kind.SCRIPT: 2}, "four_eyes": frozenset({Kind.POLICY})}
NEEDED, FOUR_EYES = {"POL": 1, "SCR": 2, "FAQ": 0}, {"POL"}

IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # thousands of commits: what is tested is not the disk

codes, people, hours = st.sampled_from(CODES), st.sampled_from(PEOPLE), st.integers(0, 72)


@dataclass
class Model:
    """One entry. ``events``: (start, revision or None, end or None), in the order in which they were made."""

    texts: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    starts: list[int | None] = field(default_factory=list)  # hour of validity of each revision
    ends: list[int | None] = field(default_factory=list)
    verdicts: list[list[tuple[str, str]]] = field(default_factory=list)
    events: list[tuple[datetime, int | None, datetime | None]] = field(default_factory=list)

    def at(self, moment: datetime) -> str | None:
        """What the rule was, is or will be at that moment, by the rules in words; slow and plain."""
        holding: tuple[datetime, int, datetime | None] | None = None
        candidates: list[tuple[datetime, int, datetime | None]] = []
        for start, revision, end in self.events:
            if revision is None:
                candidates = [(s, r, min(e, start) if e else start) for s, r, e in candidates if s < start]
            else:
                candidates = [c for c in candidates if c[0] != start]
                candidates = [(s, r, start if s < start and (e is None or e > start) else e) for s, r, e in candidates]
                later = min((s for s, _, _ in candidates if s > start), default=None)
                if later and (end is None or later < end):
                    end = later
                candidates.append((start, revision, end))
        for start, revision, end in candidates:
            if start <= moment and (end is None or moment < end):
                holding = (start, revision, end)
        return self.texts[holding[1] - 1] if holding else None

    def last_published(self) -> int:
        return max((r for _, r, _ in self.events if r), default=0)

    def last_event(self) -> int | None:
        return self.events[-1][1] if self.events else None

    def approved_by(self, number: int, prefix: str) -> set[str]:
        counted: set[str] = set()
        for verdict, login in self.verdicts[number - 1]:
            if verdict == "return":
                counted = set()
            elif not (prefix in FOUR_EYES and login == self.authors[number - 1]):
                counted.add(login)
        return counted

    def is_returned(self, number: int) -> bool:
        return bool(self.verdicts[number - 1]) and self.verdicts[number - 1][-1][0] == "return"

    def may_be_published(self, number: int, prefix: str, now: datetime) -> bool:
        end = self.ends[number - 1]
        begin = max(now, hour(self.starts[number - 1]) or now)
        return (
            not self.is_returned(number)
            and len(self.approved_by(number, prefix)) >= NEEDED[prefix]
            and not (self.last_event() is not None and self.last_event() >= number)
            and (end is None or hour(end) > begin)
        )


def hour(value: int | None) -> datetime | None:
    return None if value is None else NOW + timedelta(hours=value)


class Workflows(RuleBasedStateMachine):
    template: Path | None = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=IN_MEMORY))
        self.clock = Clock()
        if Workflows.template is None:
            made = Path(tempfile.mkdtemp()) / "kb.sqlite3"
            open_store(f"sqlite:///{made}", migrate=True).close()
            Workflows.template = made
        shutil.copy(Workflows.template, self.folder / "kb.sqlite3")
        self.store = open_store(f"sqlite:///{self.folder / 'kb.sqlite3'}")
        self.knowledge = Knowledge(self.store, self.clock)
        self.workflow = Workflow(self.store, self.clock, UTC)
        self.releases = Releases(self.store, self.clock)
        self.model = {code: Model() for code in CODES}
        self.seen: dict[
            datetime, dict[str, str | None]
        ] = {}  # what the rule was when somebody looked last at that moment
        self.count = self.looked = 0

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @initialize()
    def set_the_rules(self) -> None:
        Rulebook(self.store, self.clock).save(PEOPLE[2], RULES, reason="规则", based_on=0)

    @rule(code=codes, by=people, start=st.none() | hours, length=st.none() | st.integers(1, 48))
    def hand_in(self, code, by, start, length) -> None:
        self.count += 1
        end = None if length is None else (start or 0) + length
        content = Content(
            title=f"标题 {code}", kind=KINDS[code[:3]], body=f"正文 {self.count}", effective_from=hour(start),
            effective_to=hour(end),
        )  # fmt: skip
        author = LEADER if by.role is Role.DIRECTOR and self.count % 2 else by
        _, revision = self.knowledge.submit(author, content, reason="改", code=code)
        model = self.model[code]
        model.texts.append(content.body)
        model.authors.append(author.login)
        model.starts.append(start)
        model.ends.append(end)
        model.verdicts.append([])
        assert revision.number == len(model.texts)

    @rule(code=codes, by=people, back=st.booleans(), pick=st.integers(0, 3))
    def give_a_verdict(self, code, by, back, pick) -> None:
        model = self.model[code]
        number = len(model.texts) - pick
        if number < 1:
            return
        open_for_it = number > model.last_published()
        act = self.workflow.send_back if back else self.workflow.approve
        fits = open_for_it and (
            not model.is_returned(number)
            if back
            else by.login not in model.approved_by(number, code[:3])
            and not (code[:3] in FOUR_EYES and by.login == model.authors[number - 1])
        )
        if fits:
            act(by, code, number, "看过")
            model.verdicts[number - 1].append(("return" if back else "approve", by.login))
        else:
            self.is_refused(lambda: act(by, code, number, "看过"))

    @rule(code=codes, by=people, pick=st.integers(0, 3))
    def publish(self, code, by, pick) -> None:
        model = self.model[code]
        number = len(model.texts) - pick
        if number < 1:
            return
        may = by.role is Role.COORDINATOR
        if may and model.may_be_published(number, code[:3], self.clock.at):
            self.knowledge.publish(by, code, number, reason="上线")
            self.remember_publication(model, number)
        else:
            self.is_refused(lambda: self.knowledge.publish(by, code, number, reason="上线"))

    def remember_publication(self, model: Model, number: int) -> None:
        start = max(self.clock.at, hour(model.starts[number - 1]) or self.clock.at)
        model.events.append((start, number, hour(model.ends[number - 1])))

    @rule(code=codes, heir=st.none() | codes)
    def withdraw(self, code, heir) -> None:
        model = self.model[code]
        stands = self.model_has_something(model)
        circle = heir is not None and (heir == code or not self.model[heir].texts or self.leads_to(heir, code))
        if stands and not circle:
            self.knowledge.withdraw(PEOPLE[0], code, reason="停", replaced_by=heir or "")
            model.events.append((self.clock.at, None, None))
            self.heirs[code] = heir
        else:
            self.is_refused(lambda: self.knowledge.withdraw(PEOPLE[0], code, reason="停", replaced_by=heir or ""))

    @property
    def heirs(self) -> dict[str, str | None]:
        return self.__dict__.setdefault("_heirs", {})

    def leads_to(self, step: str | None, code: str) -> bool:
        while step:
            if step == code:
                return True
            step = self.heirs.get(step) if self.model[step].last_event() is None else None
        return False

    def model_has_something(self, model: Model) -> bool:
        later = [self.clock.at, *(s for s, _, _ in model.events), NOW + timedelta(hours=2000)]
        return any(model.at(max(moment, self.clock.at)) for moment in later)

    @rule(code=codes, pick=st.integers(1, 3))
    def restore(self, code, pick) -> None:
        model = self.model[code]
        number = len(model.texts) - pick
        if number < 1:
            return
        last = len(model.texts)
        pending = last > model.last_published() and not model.is_returned(last)
        if pending or model.texts[number - 1] == model.texts[-1]:
            self.is_refused(lambda: self.knowledge.restore(PEOPLE[0], code, number, reason="回"))
            return
        self.knowledge.restore(PEOPLE[0], code, number, reason="回")
        for values in (model.texts, model.starts, model.ends):
            values.append(values[number - 1])
        model.authors.append(PEOPLE[0].login)
        model.verdicts.append([])

    @rule(withdrawn=st.none() | codes)
    def release_all_that_waits(self, withdrawn) -> None:
        """Everything that may be published goes out in one release; every second one is taken back at once."""
        now, items = self.clock.at, []
        for code, model in self.model.items():
            last = len(model.texts)
            if code != withdrawn and last and model.may_be_published(last, code[:3], now):
                items.append(ReleaseItem(code, Action.PUBLISH, last))
            elif code == withdrawn and self.model_has_something(model):
                items.append(ReleaseItem(code, Action.WITHDRAW))
        if not items:
            return
        number = self.releases.open(PEOPLE[0], "包", items).number
        before = self.everything()
        self.releases.publish(PEOPLE[0], number, reason="一起")
        if self.count % 2:
            self.releases.undo(PEOPLE[0], number, reason="撤")
            assert self.releases.get(PEOPLE[0], number).state is ReleaseState.UNDONE
            self.take_over_from_the_store(before)
            return
        for item in items:
            if item.action is Action.PUBLISH:
                self.remember_publication(self.model[item.code], item.revision)
            else:
                self.model[item.code].events.append((now, None, None))
                self.heirs[item.code] = None

    def everything(self) -> dict[str, list[str | None]]:
        """What holds from now on, hour by hour."""
        moments = [self.clock.at + timedelta(hours=h) for h in range(0, 130, 1)]
        with self.store.read() as uow:
            entries = uow.entries.get_many(CODES)
        return {
            code: [(p := e.period_at(m)) and e.revision(p.revision).content.body for m in moments]
            for code, e in entries.items()
        }

    def take_over_from_the_store(self, before: dict[str, list[str | None]]) -> None:
        """Undoing must give back, hour by hour, what held before; its new revisions and events join the model."""
        assert self.everything() == before
        with self.store.read() as uow:
            entries = uow.entries.get_many(CODES)
        for code, entry in entries.items():
            model = self.model[code]
            for revision in entry.revisions[len(model.texts) :]:
                model.texts.append(revision.content.body)
                model.authors.append(revision.author)
                model.starts.append(_hour_of(revision.content.effective_from))
                model.ends.append(_hour_of(revision.content.effective_to))
                model.verdicts.append([])
            for p in entry.publications[len(model.events) :]:
                model.events.append((p.starts, p.revision, p.ends))
                if p.action is Action.WITHDRAW:
                    self.heirs[code] = p.replaced_by or None

    @rule(passed=st.integers(1, 30))
    def time_passes(self, passed) -> None:
        self.clock.forward(hours=passed)

    @rule(by=st.sampled_from([LEADER, AGENT]), code=codes)
    def somebody_without_leave_tries(self, by, code) -> None:
        for act in (
            lambda: self.knowledge.publish(by, code, 1, reason="偷"),
            lambda: self.knowledge.withdraw(by, code, reason="偷"),
            lambda: self.workflow.approve(by, code, 1),
            lambda: self.releases.open(by, "偷"),
        ):
            try:
                act()
            except NotAllowed:
                continue
            raise AssertionError("somebody without leave was let through")

    @precondition(lambda self: any(moment < self.clock.at for moment in self.seen))
    @rule(pick=st.randoms(use_true_random=False))
    def the_past_is_looked_up(self, pick) -> None:
        moment = pick.choice([m for m in self.seen if m < self.clock.at])
        with self.store.read() as uow:
            found = uow.entries.in_force(CODES, moment)
        assert {c: found[c].revision.content.body if c in found else None for c in CODES} == self.seen[moment]

    @invariant()
    def what_holds_is_what_the_model_says(self) -> None:
        now = self.clock.at
        with self.store.read() as uow:
            found = uow.entries.in_force(CODES, now)
        holds = {code: found[code].revision.content.body if code in found else None for code in CODES}
        assert holds == {code: model.at(now) for code, model in self.model.items()}
        self.seen[now] = holds

    @invariant()
    def every_stage_is_legal(self) -> None:
        self.looked += 1
        code = CODES[self.looked % len(CODES)]  # by turns: looking at all of them takes longer than the step
        model = self.model[code]
        if not model.texts:
            return
        standing = self.workflow.standpoint(PEOPLE[0], code)
        for number, stage in standing.stages.items():
            if stage is Stage.APPROVED:
                assert len(standing.approved_by[number]) >= NEEDED[code[:3]]
            assert (stage in (Stage.PUBLISHED, Stage.ENDED)) == any(r == number for _, r, _ in model.events)

    def is_refused(self, act) -> None:
        try:
            act()
        except (Conflict, KbError):
            return
        raise AssertionError("a step that does not fit was let through")


def _hour_of(moment: datetime | None) -> int | None:
    return None if moment is None else round((moment - NOW).total_seconds() / 3600)


# 200 walks of 50 steps: ten thousand steps.
Workflows.TestCase.settings = settings(max_examples=200, stateful_step_count=50, deadline=None)
TestWorkflow = pytest.mark.skipif(bool(POSTGRES), reason="walks on SQLite; CI walks it in its first run")(
    Workflows.TestCase
)
