"""What follows from closing a gap, within its transaction: the askers are told, and search learns the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from kb.domain.content import Content
from kb.domain.errors import N_
from kb.domain.gaps import Gap
from kb.domain.golden import RELEVANT_MOST, GoldenQuestion
from kb.domain.learning import Source, form
from kb.domain.notifications import Notification
from kb.domain.person import Person, Role, may_see
from kb.domain.privacy import MASK, mask
from kb.ports import UnitOfWork
from kb.services.learning import Wording, hear

ANSWERED = N_("您问的“{question}”有答案了：{title}（{code}）。")
ANSWERED_SAYING = N_("您问的“{question}”有答案了：{title}（{code}）。{said}")
ANSWERED_FOR_OTHERS = N_("您问的“{question}”有答案了，但它不对您的岗位开放，请问值班长。")
DECLINED = N_("您问的“{question}”不收录：{said}")


def question_of(gap: Gap) -> str:
    """The question as it can be asked again: without what was masked in it."""
    return " ".join(gap.text.replace(MASK, " ").split())


def tell_answered(uow: UnitOfWork, gap: Gap, content: Content, at: datetime) -> int:
    """Tell each asker once, however often they asked; returns how many are told. Who may not see the entry learns no
    title."""
    roles: Mapping[str, Role] = {person.login: person.role for person in uow.people.all()}
    text = ANSWERED_SAYING if gap.said else ANSWERED
    values = {"question": gap.text, "title": content.title, "code": gap.code, "said": gap.said}
    told = []
    for login in _askers(uow, gap):
        made = Notification(person=login, at=at, text=text, values=values, address=f"/entries/{gap.code}")
        role = roles.get(login)
        if content.roles and (role is None or not may_see(role, content.roles)):
            made = replace(made, text=ANSWERED_FOR_OTHERS, values={"question": gap.text}, address="")
        told.append(made)
    uow.notifications.add(told)
    return len(told)


def tell_declined(uow: UnitOfWork, gap: Gap, at: datetime) -> int:
    """Tell each asker once why there will be no entry; returns how many are told."""
    values = {"question": gap.text, "said": gap.said}
    told = [Notification(person=login, at=at, text=DECLINED, values=values) for login in _askers(uow, gap)]
    uow.notifications.add(told)
    return len(told)


def _askers(uow: UnitOfWork, gap: Gap) -> list[str]:
    return list(dict.fromkeys(ask.person for ask in uow.gaps.asks_of(gap.number)))


def keep_as_golden(uow: UnitOfWork, gap: Gap, *, by: Person, at: datetime) -> None:
    """From now on the entry must answer this question; beside those that had to already."""
    query = question_of(gap)
    if not form(query):
        return
    there = next((one for one in uow.goldens.all() if one.query == query), None)
    relevant = tuple(dict.fromkeys([*(there.relevant if there else ()), gap.code]))
    if len(relevant) > RELEVANT_MOST or (there and relevant == there.relevant):
        return
    product = there.product if there else gap.product
    uow.goldens.put([GoldenQuestion(query, relevant, product, by.login, at)])
    uow.audit.add(at=at, by=by.login, action="golden.put", subject="1", detail={"query": query})


def learn(uow: UnitOfWork, gap: Gap, *, by: Person, at: datetime) -> None:
    """Search finds the entry by this wording from now on."""
    query = question_of(gap)
    if len(form(query)) > 1 and mask(query).text == query:
        hear(uow, [Wording(gap.code, query, Source.MEND)], by=by.login, at=at)
