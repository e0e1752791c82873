"""A desk of its own for the walk through an examination: a rule that changed this month, a bank, a team that sits."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from playwright.sync_api import Browser, BrowserContext, Page

from kb.domain.content import Kind
from kb.domain.exams.lifecycle import Step
from kb.domain.exams.question import QuestionContent, QuestionType, RubricLine
from kb.domain.exams.scoring import MarkKind
from kb.domain.exams.sitting import Sitting
from kb.domain.person import Person, Role
from kb.services.people import SYSTEM, People
from kb.services.proposing import Scope, Wanted
from kb.settings import Settings
from tests.browser.conftest import NARROW, WIDE, act_when_loaded, served
from tests.exam_factories import key_of
from tests.factories import NOW, Clock, published
from tests.webapp.conftest import PASSWORD, cheap_hasher
from webapp import create_app
from webapp.wiring import Desk

PICTURES = os.environ.get("KB_WALK_PICTURES", "")
TEAM, OTHERS = "一组", 22
NAMES = {
    Role.TRAINER: "陈培", Role.DIRECTOR: "王主任", Role.SHIFT_LEADER: "李值班", Role.AGENT: "安心", Role.ADMINISTRATOR: "赵管理",
}  # fmt: skip

RULE = """首次投保的等待期为 {days} 天，自合同生效日起算。

出险后应在 5 个工作日内报案。

住院押金可以先垫付，垫付金额不超过 20000 元。

续保没有等待期。"""
CLAIM = """## 需要的材料

1. 身份证
2. 住院病历
3. 医疗费用发票
4. 银行卡

理赔款在 10 个工作日内到账。

单次门诊最高赔 800 元，每年最高赔 50000 元。"""
CANCEL = """## 步骤

1. 核实身份
2. 询问退保原因
3. 说明退保损失
4. 登记申请
5. 告知到账时间

犹豫期为 15 天。退保款在 7 个工作日内退回原账户。

金额超过 5000 元的，由值班长审批。"""
_PLAIN = {"asked_as": (), "tags": (), "conditions": "", "exceptions": "", "product": "安心医疗险"}


@dataclass
class Hall:
    desk: Desk
    clock: Clock
    address: str
    chromium: Browser
    signer: object
    people: dict[Role, Person]
    contexts: dict[Role, BrowserContext] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def enter(self, role: Role, path: str) -> Page:
        """A page as somebody of that role; each role keeps its own browser."""
        if role not in self.contexts:
            _, secret = self.desk.people.sign_in_as(self.people[role].login)
            size = {"width": WIDE[0], "height": WIDE[1]}
            context = self.chromium.new_context(base_url=self.address, viewport=size, locale="zh-CN")  # type: ignore[arg-type]
            cookie = {"name": "zhixi_session", "value": self.signer.dumps({"secret": secret}), "url": self.address}  # type: ignore[attr-defined]
            context.add_cookies([cookie])
            self.contexts[role] = act_when_loaded(context)
        page = self.contexts[role].new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.said.append(f"{page.url} {error}"))
        page.goto(path)
        return page

    def rule_becomes(self, days: int) -> None:
        """The coordinator puts another waiting period in force."""
        text = RULE.format(days=days)
        republish(self.desk, self.clock, "POL-0001", kind=Kind.POLICY, title="安心医疗险的等待期", body=text,
                  category="健康险/等待期", speakable=text.splitlines()[0])  # fmt: skip
        self.desk.sync.drain()

    def others_sit(self, batch: int) -> None:
        """Everybody but the agent takes the paper: the able mostly right, and nobody finds the written answer hard."""
        exams, chance = self.desk.examinations, Random(7)
        everybody = {one.login: one for one in self.desk.people.all(SYSTEM)}
        for one in self._sittings(batch):
            if one.person == self.people[Role.AGENT].login:
                continue
            person, ability = everybody[one.person], chance.random()
            exams.start(person, one.number)
            form = exams.take(person, one.number).form
            for place, item in enumerate(form.items):
                if item.content.type is QuestionType.SHORT:
                    value: list[int | str] = ["先安抚，再说明时限。"]
                elif chance.random() < 0.35 + 0.6 * ability - 0.03 * place:
                    value = key_of(item)
                elif item.content.type is QuestionType.CLOZE:
                    value = ["90"]
                else:
                    size = len(item.content.options) or 2
                    value = [next(n for n in chance.sample(range(size), size) if n not in item.content.key)]
                sequence = int(self.clock().timestamp() * 1000) + place
                exams.save(person, one.number, item.question, value, sequence, shown=False)
            exams.hand_in(person, one.number)

    def others_are_marked(self, batch: int) -> None:
        trainer = self.people[Role.TRAINER]
        for task in self.desk.marking.tasks(trainer, batch):
            if task.sitting.person != self.people[Role.AGENT].login:
                parts = [8.0 if task.sitting.seat % 3 else 4.0, 12.0 if task.sitting.seat % 2 else 6.0]
                self.desk.marking.mark(trainer, task.sitting.number, task.item.question, parts, kind=MarkKind.FIRST)

    def _sittings(self, batch: int) -> list[Sitting]:
        return self.desk.sittings.room(self.people[Role.SHIFT_LEADER], batch).sittings


@contextmanager
def a_hall(folder: Path, migrated_sqlite: Path, chromium: Browser) -> Iterator[Hall]:
    home = folder / "home"
    home.mkdir()
    (home / "secret_key").write_text("a key for tests only")
    shutil.copy(migrated_sqlite, home / "kb.sqlite3")
    clock = Clock(NOW - timedelta(days=40))
    desk = Desk(Settings(home=home, database_url=f"sqlite:///{home / 'kb.sqlite3'}", demo=True), clock)
    desk.__dict__["people"] = People(desk.store, clock, session_hours=72, hasher=cheap_hasher())
    people = {
        role: desk.people.add(SYSTEM, f"demo-{role}", NAMES.get(role, str(role)), role, PASSWORD) for role in Role
    }
    for n in range(1, OTHERS + 1):
        desk.people.add(SYSTEM, f"seat-{n:02}", f"座席{n:02}", Role.AGENT, PASSWORD)
    with desk.store.write() as uow:
        for login in ("demo-agent", *(f"seat-{n:02}" for n in range(1, OTHERS + 1))):
            uow.people.set_team(login, TEAM)
        uow.commit()
    furnish(desk, clock, people)
    app = create_app(desk.settings, desk=desk)
    server = served(app)
    hall = Hall(desk, clock, next(server), chromium, app.session_interface.get_signing_serializer(app), people)  # type: ignore[attr-defined]
    try:
        yield hall
    finally:
        for context in hall.contexts.values():
            context.close()
        next(server, None)
        desk.close()


def furnish(desk: Desk, clock: Clock, people: dict[Role, Person]) -> None:
    """Two entries of last month with their questions ready, and a policy that changed five days ago without any."""
    published(desk.store, clock, "FAQ-0002", kind=Kind.FAQ, title="安心医疗险怎么理赔", category="健康险/理赔",
              speakable="请在出院后 30 天内提交理赔申请。", body=CLAIM, **_PLAIN)  # fmt: skip
    published(desk.store, clock, "PRO-0003", kind=Kind.PROCEDURE, title="来电要求退保怎么处理", category="健康险/退保",
              speakable="犹豫期内退保不扣费用。", body=CANCEL, **_PLAIN)  # fmt: skip
    policy = {"kind": Kind.POLICY, "title": "安心医疗险的等待期", "category": "健康险/等待期"}
    text = RULE.format(days=30)
    published(desk.store, clock, "POL-0001", speakable=text.splitlines()[0], body=text, **policy, **_PLAIN)
    clock.at = NOW - timedelta(days=5)
    text = RULE.format(days=60)
    republish(desk, clock, "POL-0001", speakable=text.splitlines()[0], body=text, **policy)
    clock.at = NOW
    trainer, bank = people[Role.TRAINER], desk.bank
    kept = []
    for group in desk.proposing.batch(trainer, Wanted(scope=Scope.ENTRIES, codes=("FAQ-0002", "PRO-0003"))).groups:
        kept += [desk.proposing.accept(trainer, group.code, offer.digest).number for offer in group.offers]
    written = [bank.add(people[Role.ADMINISTRATOR], one, reason="新编").number for one in SHORT]
    bank.move(trainer, written, Step.REVIEW)
    bank.move(trainer, [*kept, *written], Step.RELEASE)
    desk.sync.drain()


def republish(desk: Desk, clock: Clock, code: str, **fields: object) -> None:
    published(desk.store, clock, code, **(_PLAIN | fields))


def _short(stem: str, first: str, second: str) -> QuestionContent:
    rubric = (RubricLine(text=first, share=40), RubricLine(text=second, share=60))
    return QuestionContent(
        type=QuestionType.SHORT, stem=stem, rubric=rubric, model=f"{first}，{second}。", point="服务/安抚", difficulty=0.4,
        explanation="先情绪，后事情。",
    )  # fmt: skip


SHORT = (
    _short("来电人等了三周还没有收到理赔款，很生气。您怎样答复？", "先安抚", "再说明到账时限并登记催办"),
    _short("来电人坚持现在就要退保，不肯听退保损失。您怎样答复？", "先安抚", "说明损失和犹豫期后请其决定"),
    _short("来电人问等待期内住院能不能赔。您怎样答复？", "先表示理解", "说明等待期的天数和意外不受限"),
)


def picture(page: Page, name: str) -> None:
    """Keep the page as it looks on a desk and on a phone, by day and by night."""
    if not PICTURES:
        return
    Path(PICTURES).mkdir(parents=True, exist_ok=True)
    for size in (WIDE, NARROW):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=f"{PICTURES}/{name}-{size[0]}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.emulate_media(color_scheme="light")
