"""Whether a revision may be put in force, asked in one place by all who publish: alone, in a release, by an import."""

from __future__ import annotations

from kb.domain.entry import Entry
from kb.domain.person import Person
from kb.domain.review import check_approved
from kb.ports import UnitOfWork
from kb.services.people import SYSTEM


def require_approved(uow: UnitOfWork, person: Person, entry: Entry, number: int) -> None:
    """Raise ``Conflict`` unless revision ``number`` has the approvals that the rules ask for.

    Whoever holds the machine answers for the whole library: at its console nothing is asked.
    """
    if person == SYSTEM:
        return
    rules, revision = uow.rules.current(), entry.revision(number)
    # A revision that is not stored yet can have no reviews, and thousands of them may come with one import.
    stored = revision not in entry.new_revisions
    check_approved(revision, uow.reviews.of(entry.code) if stored else [], rules, entry.code)
