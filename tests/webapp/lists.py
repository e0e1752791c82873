"""What the tests of the daily list share: a library taken as known, and changes to tell."""

from __future__ import annotations

from kb.domain.bulletin import Bulletin
from kb.domain.content import Audience, Kind
from kb.domain.person import Role
from tests.factories import a_person, published
from webapp.wiring import Desk

COORDINATOR = a_person(Role.COORDINATOR)


def take_as_known(desk: Desk) -> None:
    """Three entries and list 1, which takes them as the starting point."""
    published(desk.store, desk.clock, "FAQ-0042")
    published(desk.store, desk.clock, "FAQ-0043", title="住院医疗险怎么报销", product="住院医疗险")
    published(
        desk.store,
        desk.clock,
        "NOT-0003",
        title="内部排班公告",
        kind=Kind.NOTICE,
        roles=(Role.SHIFT_LEADER,),
        asked_as=(),
    )
    start = desk.bulletins.draft(COORDINATOR).version
    desk.bulletins.start(COORDINATOR, start, reason="开始使用")


def change(desk: Desk) -> None:
    """FAQ-0042 says sixty days, FAQ-0043 goes, PRO-0007 comes, and NOT-0003 (for shift leaders only) is reworded."""
    published(desk.store, desk.clock, "FAQ-0042", speakable="百万医疗险的等待期是六十天，意外没有等待期。")
    desk.knowledge.withdraw(COORDINATOR, "FAQ-0043", reason="产品停售", replaced_by="FAQ-0042")
    published(
        desk.store,
        desk.clock,
        "PRO-0007",
        title="车险事故怎么报案",
        kind=Kind.PROCEDURE,
        audience=Audience.CALLER,
        asked_as=(),
    )
    published(
        desk.store,
        desk.clock,
        "NOT-0003",
        title="内部排班公告",
        kind=Kind.NOTICE,
        roles=(Role.SHIFT_LEADER,),
        asked_as=(),
        speakable="改为两班。",
    )


def issue(desk: Desk, *urgent: str) -> Bulletin:
    draft = desk.bulletins.draft(COORDINATOR)
    return desk.bulletins.issue(COORDINATOR, draft.version, reason="每日清单", urgent_codes=urgent or None)
