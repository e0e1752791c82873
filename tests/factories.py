"""Things that tests need, with values that differ from one another so that a mix-up shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from kb.domain.content import Audience, Content, Kind
from kb.domain.person import Person, Role

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


class Clock:
    """A clock that stands until it is told to go on."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


def a_content(**fields: object) -> Content:
    values: dict[str, object] = {
        "title": "百万医疗险的等待期是多少天",
        "kind": Kind.FAQ,
        "speakable": "百万医疗险的等待期是三十天，意外没有等待期。",
        "body": "## 说明\n\n自合同生效日起算 30 天。",
        "asked_as": ("买了医疗险多久能用",),
        "product": "百万医疗险",
        "category": "健康险/等待期",
        "tags": ("等待期",),
        "conditions": "首次投保。",
        "exceptions": "续保没有等待期。",
        "audience": Audience.CALLER,
        "owner": "信息协调岗",
    }
    return Content(**(values | fields))  # type: ignore[arg-type]


def a_person(role: Role = Role.COORDINATOR, login: str = "", id: int = 41) -> Person:
    return Person(id, login or f"a-{role.value.replace('_', '-')}", f"某{role.value}", role)


def published(store: object, clock: Callable[[], datetime], code: str = "FAQ-0042", **fields: object) -> str:
    """Publish an entry through the services; returns its code."""
    from kb.services.knowledge import Knowledge
    from kb.services.workflow import Workflow

    knowledge = Knowledge(store, clock)  # type: ignore[arg-type]
    by = a_person()
    code, revision = knowledge.submit(by, a_content(**fields), reason="新编", code=code)
    if revision.content.kind is Kind.POLICY:
        Workflow(store, clock, UTC).approve(a_person(login="approver"), code, revision.number)  # type: ignore[arg-type]
    knowledge.publish(by, code, revision.number, reason="上线")
    return code
