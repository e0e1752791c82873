"""One transaction and the repositories that share it."""

from __future__ import annotations

from sqlalchemy import Connection

from kb.bell import Bell
from kb.storage.audit import SqlAuditLog
from kb.storage.bank import SqlBankRepository
from kb.storage.bulletins import SqlBulletinRepository
from kb.storage.calls import SqlCallRepository, SqlSolutionRepository
from kb.storage.entries import SqlEntryRepository
from kb.storage.gaps import SqlGapRepository
from kb.storage.goldens import SqlGoldenRepository
from kb.storage.harvest import SqlHarvestRepository
from kb.storage.intake import SqlImageRepository, SqlIntakeRepository
from kb.storage.known import Known
from kb.storage.learning import SqlLearnedRepository
from kb.storage.lexicons import SqlLexiconRepository
from kb.storage.logs import SqlJobLog, SqlQuestionLog
from kb.storage.notifications import SqlNotificationRepository
from kb.storage.papers import SqlPaperRepository
from kb.storage.people import SqlPersonRepository
from kb.storage.receipts import SqlDeliveryRepository, SqlReceiptRepository
from kb.storage.reports import SqlReportRepository
from kb.storage.sessions import SqlSessionRepository
from kb.storage.sittings import SqlSittingRepository
from kb.storage.sources import SqlSourceRepository
from kb.storage.workflow import (
    SqlDraftRepository,
    SqlReleaseRepository,
    SqlReviewRepository,
    SqlRulesRepository,
)


class SqlUnitOfWork:
    """A ``kb.ports.UnitOfWork``. What is not committed is rolled back when its block ends."""

    def __init__(
        self, connection: Connection, *, writes: bool, known: Known | None = None, bell: Bell | None = None
    ) -> None:
        self._connection = connection
        self._bell = bell
        self._writes = writes
        self.entries = SqlEntryRepository(connection, None if writes else known)
        self.people = SqlPersonRepository(connection)
        self.sessions = SqlSessionRepository(connection)
        self.audit = SqlAuditLog(connection)
        self.jobs = SqlJobLog(connection)
        self.goldens = SqlGoldenRepository(connection)
        self.learned = SqlLearnedRepository(connection)
        self.lexicons = SqlLexiconRepository(connection)
        self.questions = SqlQuestionLog(connection)
        self.drafts = SqlDraftRepository(connection)
        self.reviews = SqlReviewRepository(connection)
        self.rules = SqlRulesRepository(connection)
        self.releases = SqlReleaseRepository(connection)
        self.intake = SqlIntakeRepository(connection)
        self.images = SqlImageRepository(connection)
        self.bulletins = SqlBulletinRepository(connection)
        self.receipts = SqlReceiptRepository(connection)
        self.deliveries = SqlDeliveryRepository(connection)
        self.calls = SqlCallRepository(connection)
        self.solutions = SqlSolutionRepository(connection)
        self.harvest = SqlHarvestRepository(connection)
        self.reports = SqlReportRepository(connection)
        self.notifications = SqlNotificationRepository(connection)
        self.gaps = SqlGapRepository(connection)
        self.papers = SqlPaperRepository(connection)
        self.bank = SqlBankRepository(connection)
        self.sources = SqlSourceRepository(connection)
        self.sittings = SqlSittingRepository(connection)

    def commit(self) -> None:
        if not self._writes:
            raise RuntimeError("this unit of work only reads; use Store.write()")
        self.entries.flush()
        self.audit.flush()
        self._connection.commit()
        if self._bell and self.jobs.added:
            self._bell.ring()
