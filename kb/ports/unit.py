"""One transaction with all repositories, and the store that gives it out."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from kb.ports.bank import BankRepository
from kb.ports.bulletins import BulletinRepository, DeliveryRepository, ReceiptRepository
from kb.ports.calls import CallRepository, NotificationRepository, SolutionRepository
from kb.ports.gaps import GapRepository
from kb.ports.harvest import HarvestRepository
from kb.ports.knowledge import EntryRepository, JobLog
from kb.ports.papers import PaperRepository
from kb.ports.people import AuditLog, PersonRepository, SessionRepository
from kb.ports.publishing import (
    DraftRepository,
    ImageRepository,
    IntakeRepository,
    ReleaseRepository,
    ReviewRepository,
    RulesRepository,
)
from kb.ports.reports import ReportRepository
from kb.ports.sittings import SittingRepository
from kb.ports.sources import SourceRepository
from kb.ports.words import GoldenRepository, LearnedRepository, LexiconRepository, QuestionLog


class UnitOfWork(Protocol):
    entries: EntryRepository
    people: PersonRepository
    sessions: SessionRepository
    audit: AuditLog
    jobs: JobLog
    questions: QuestionLog
    lexicons: LexiconRepository
    learned: LearnedRepository
    goldens: GoldenRepository
    drafts: DraftRepository
    reviews: ReviewRepository
    rules: RulesRepository
    releases: ReleaseRepository
    intake: IntakeRepository
    images: ImageRepository
    bulletins: BulletinRepository
    receipts: ReceiptRepository
    deliveries: DeliveryRepository
    calls: CallRepository
    solutions: SolutionRepository
    harvest: HarvestRepository
    notifications: NotificationRepository
    reports: ReportRepository
    gaps: GapRepository
    papers: PaperRepository
    bank: BankRepository
    sources: SourceRepository
    sittings: SittingRepository

    def commit(self) -> None:
        """Make everything since the start durable, in one transaction. Without it everything is rolled back."""


class Store(Protocol):
    def read(self) -> AbstractContextManager[UnitOfWork]:
        """A consistent snapshot; writes nothing."""

    def write(self) -> AbstractContextManager[UnitOfWork]:
        """The one writer: others wait their turn. Raises ``Busy`` when the turn does not come in time."""
