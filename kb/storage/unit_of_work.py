"""One transaction and the repositories that share it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_type_hints

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
from kb.storage.known import Remembered
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

    people: SqlPersonRepository
    sessions: SqlSessionRepository
    audit: SqlAuditLog
    jobs: SqlJobLog
    goldens: SqlGoldenRepository
    learned: SqlLearnedRepository
    lexicons: SqlLexiconRepository
    questions: SqlQuestionLog
    drafts: SqlDraftRepository
    reviews: SqlReviewRepository
    rules: SqlRulesRepository
    releases: SqlReleaseRepository
    intake: SqlIntakeRepository
    images: SqlImageRepository
    bulletins: SqlBulletinRepository
    receipts: SqlReceiptRepository
    deliveries: SqlDeliveryRepository
    calls: SqlCallRepository
    solutions: SqlSolutionRepository
    harvest: SqlHarvestRepository
    reports: SqlReportRepository
    notifications: SqlNotificationRepository
    gaps: SqlGapRepository
    papers: SqlPaperRepository
    bank: SqlBankRepository
    sources: SqlSourceRepository
    sittings: SqlSittingRepository

    def __init__(
        self, connection: Connection, *, writes: bool, remembered: Remembered | None = None, bell: Bell | None = None
    ) -> None:
        self._connection = connection
        self._bell = bell
        self._writes = writes
        self.entries = SqlEntryRepository(connection, None if writes else remembered)

    def __getattr__(self, name: str) -> Any:
        """A repository, made when it is first asked for: a search needs one of thirty."""
        if name not in _REPOSITORIES:
            raise AttributeError(name)
        made = _REPOSITORIES[name](self._connection)
        setattr(self, name, made)
        return made

    def commit(self) -> None:
        if not self._writes:
            raise RuntimeError("this unit of work only reads; use Store.write()")
        self.entries.flush()
        self.audit.flush()
        self._connection.commit()
        if self._bell and self.jobs.added:
            self._bell.ring()


_REPOSITORIES: dict[str, Callable[[Connection], object]] = get_type_hints(SqlUnitOfWork)
