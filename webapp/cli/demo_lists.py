"""What happened in the demonstration before a newcomer comes: a library of yesterday, and today's first list of changes.

Yesterday is the starter library with three differences; today these are put right, so that in the end exactly the
starter library is in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from kb.domain.bulletin_edits import Edits, ItemEdit
from kb.domain.content import Audience, Content, Kind
from kb.domain.person import Person
from kb.exchange import Item, Row
from kb.services.people import SYSTEM
from webapp.wiring import Desk

CHANGED, NEW, GONE = "FAQ-0162", "NOT-0002", "FAQ-0035"
_WAS, _IS = "10 个工作日", "7 个工作日"
_RETIRED = Content(
    kind=Kind.FAQ,
    title="交强险纸质标志丢了怎么补",
    product="交强险",
    category="车险/交强险",
    tags=("交强险标志", "补发"),
    audience=Audience.CALLER,
    speakable="交强险标志丢了可以补，请投保人带行驶证到柜面登记，当场领取新的标志，贴在挡风玻璃上就可以。",
    asked_as=("强险的小标掉了", "挡风玻璃上的标志没了去哪补"),
    body="## 办理\n\n1. 柜面核对行驶证和保单；\n2. 当场打印，交客户签收。",
    owner="承保部",
)


def of_yesterday(rows: Iterable[Item]) -> Iterator[Item]:
    """The starter library as it was: one answer with an older number, one entry missing, one that is gone today."""
    for row in rows:
        if isinstance(row, Row) and row.code == CHANGED:
            c = row.content
            speakable, body = c.speakable.replace(_IS, _WAS), c.body.replace(_IS, _WAS)
            yield replace(row, content=replace(c, speakable=speakable, body=body))
        elif not (isinstance(row, Row) and row.code == NEW):
            yield row
    yield Row(GONE, _RETIRED, "", 0)


def yesterday(desk: Desk) -> Desk:
    """The same desk with its clock a day back. To be closed by the caller."""
    return Desk(desk.settings, lambda: desk.clock() - timedelta(days=1))


def begin(desk: Desk, coordinator: Person) -> None:
    """Take the library as it is as the starting point, unless lists were issued already."""
    draft = desk.bulletins.draft(coordinator)
    if draft.first and draft.total:
        desk.bulletins.start(coordinator, draft.version, reason="知识库上线")


def change(desk: Desk, coordinator: Person, rows: Iterable[Item]) -> None:
    """Today's changes, each with its own reason."""
    reasons = {CHANGED: "补发改走专递，寄达时限缩短", NEW: "交强险启用电子标志"}
    for row in rows:
        if isinstance(row, Row) and row.code in reasons:
            reason = reasons[row.code]
            _, revision = desk.knowledge.submit(coordinator, row.content, reason=reason, code=row.code)
            desk.knowledge.publish(coordinator, row.code, revision.number, reason=reason)


def tell(desk: Desk, coordinator: Person) -> None:
    """Withdraw what is gone, issue the list of today, let two of the floor take note. Each step unless it is done."""
    with desk.store.read() as uow:
        there = uow.entries.in_force([GONE], desk.clock())
    if not there:
        return
    desk.knowledge.withdraw(coordinator, GONE, reason="不再发纸质标志", replaced_by=NEW)
    version = desk.bulletins.draft(coordinator).version
    edits = Edits(note="请各班班前会宣导。", items={CHANGED: ItemEdit(emphasis=True)})
    draft = desk.bulletins.edit(coordinator, version, edits)
    issued = desk.bulletins.issue(coordinator, draft.version, reason="每日更新清单")
    for login, is_right in (("demo-agent-2", True), ("demo-agent-5", False)):
        person = next((p for p in desk.people.all(SYSTEM) if p.login == login), None)
        if person is None:
            continue
        desk.receipts.confirm_all(person, issued.number)
        for item in issued.items:
            if item.question is not None:
                answer = item.question.right if is_right else 1 - item.question.right
                desk.receipts.confirm(person, issued.number, item.code, answer)
