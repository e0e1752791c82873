"""What the use cases need from storage, as protocols. ``kb.storage`` implements them with SQLAlchemy."""

from kb.ports.bank import BankFilter, BankRepository, Verdict
from kb.ports.bulletins import (
    BulletinHead,
    BulletinRepository,
    BulletinState,
    Delivery,
    DeliveryRepository,
    Opening,
    ReceiptRecord,
    ReceiptRepository,
    Reminder,
    SignOff,
)
from kb.ports.calls import CallRepository, NotificationRepository, SolutionRepository
from kb.ports.gaps import GapRepository, Unanswered
from kb.ports.knowledge import Dated, EntryRepository, Gone, Job, JobLog, Standing
from kb.ports.papers import PaperRepository
from kb.ports.people import AuditLog, AuditRow, PersonRepository, SessionRepository
from kb.ports.publishing import (
    DraftRepository,
    ImageRepository,
    IntakeRepository,
    ReleaseRepository,
    ReviewRepository,
    RulesRepository,
)
from kb.ports.reports import Block, InForce, ReportRepository, Scope
from kb.ports.sittings import Practised, SittingRepository
from kb.ports.sources import SourceRepository
from kb.ports.unit import Store, UnitOfWork
from kb.ports.words import GoldenRepository, LearnedRepository, LexiconRepository, Question, QuestionLog

__all__ = [
    "AuditLog",
    "AuditRow",
    "BankFilter",
    "BankRepository",
    "Block",
    "BulletinHead",
    "BulletinRepository",
    "BulletinState",
    "CallRepository",
    "Dated",
    "Delivery",
    "DeliveryRepository",
    "DraftRepository",
    "EntryRepository",
    "GapRepository",
    "GoldenRepository",
    "Gone",
    "ImageRepository",
    "InForce",
    "IntakeRepository",
    "Job",
    "JobLog",
    "LearnedRepository",
    "LexiconRepository",
    "NotificationRepository",
    "Opening",
    "PaperRepository",
    "PersonRepository",
    "Practised",
    "Question",
    "QuestionLog",
    "ReceiptRecord",
    "ReceiptRepository",
    "ReleaseRepository",
    "Reminder",
    "ReportRepository",
    "ReviewRepository",
    "RulesRepository",
    "Scope",
    "SessionRepository",
    "SignOff",
    "SittingRepository",
    "SolutionRepository",
    "SourceRepository",
    "Standing",
    "Store",
    "Unanswered",
    "UnitOfWork",
    "Verdict",
]
