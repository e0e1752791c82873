"""Who calls and who tells of it, for tests."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from kb.domain.person import Person, Role
from kb.storage import Database
from tests.factories import a_person

SHANGHAI = ZoneInfo("Asia/Shanghai")
PHONE = a_person(Role.ADMINISTRATOR, "phone-system")


def an_agent(store: Database, login: str, team: str = "") -> Person:
    with store.write() as uow:
        person = uow.people.add(Person(0, login, f"座席{login}", Role.AGENT, team=team), "x")
        uow.commit()
    return person
