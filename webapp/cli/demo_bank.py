"""What the demonstration's question bank begins with: the best proposals of some entries, most of them ready."""

from __future__ import annotations

from flask_babel import gettext

from kb.domain.exams.lifecycle import Step
from kb.domain.person import Person
from kb.ports import BankFilter
from kb.services.people import SYSTEM
from kb.services.proposing import Offer, Wanted
from webapp.wiring import Desk

ENTRIES, EACH, LEFT = 40, 2, 6  # entries asked, questions of each, and how many are left for the trainer to release


def keep_questions(desk: Desk, trainer: Person) -> None:
    """Fill an empty bank; one that holds anything stays as it is."""
    if desk.bank.page(SYSTEM, BankFilter(), limit=1).total:
        return
    kept = [
        desk.proposing.accept(trainer, group.code, offer.digest).number
        for group in desk.proposing.batch(trainer, Wanted(), size=ENTRIES).groups
        for offer in _best(group.offers)
    ]
    if kept[LEFT:]:
        desk.bank.move(trainer, kept[LEFT:], Step.RELEASE, reason=gettext("示范题库"))


def _best(offers: list[Offer]) -> list[Offer]:
    """The best offer of each type, the best types first."""
    found: dict[str, Offer] = {}
    for offer in offers:
        found.setdefault(offer.proposal.content.type, offer)
    return list(found.values())[:EACH]
