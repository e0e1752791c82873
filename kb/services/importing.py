"""Take rows from files into the knowledge: compared with what is there, landed in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from kb.domain.entry import check_reason
from kb.domain.errors import N_
from kb.domain.person import Permission, Person
from kb.exchange.rows import Item, Rejection
from kb.ports import Store
from kb.services.import_batch import Batch, gather
from kb.services.landing import Landing

Clock = Callable[[], datetime]
Progress = Callable[[int], object]  # told how many rows were read so far


@dataclass(slots=True)
class ImportReport:
    """What an import did, or with ``landed`` False what it would have done. Codes in the order of the rows.

    ``missing``: in force here, but not in an import that is said to be the whole library. ``not_published``: taken
    up, also counted as new, changed or unchanged, but not put in force although that was asked for, because their
    validity is over, or because only phrasings were added to an entry that is not in force. ``waiting``: likewise,
    because their kind needs approval first.
    """

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    not_published: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    landed: bool = False


class Importing:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def run(
        self, person: Person, rows: Iterable[Item], *, publish: bool = False, dry_run: bool = False,
        strict: bool = False, reason: str = N_("导入"), whole_library: bool = False, progress: Progress | None = None,
    ) -> ImportReport:  # fmt: skip
        """Land all good rows in one transaction; with ``strict`` none if one is rejected; with ``dry_run`` none.

        A row that says what is in force, or, unless it is to be published, what the latest revision says, changes
        nothing. A row that cannot be taken is in the report with its reason and does not hinder the others.

        Raises:
            NotAllowed: the person may not import. Invalid: no reason, or one that is too long.
        """
        person.require(Permission.PUBLISH)
        reason = check_reason(reason)
        # Files are read before the one writer's turn is taken: others go on writing meanwhile.
        return self.land(
            person, gather(rows, progress), publish=publish, dry_run=dry_run, strict=strict, reason=reason,
            whole_library=whole_library,
        )  # fmt: skip

    def land(
        self, person: Person, batch: Batch, *, publish: bool = False, dry_run: bool = False, strict: bool = False,
        reason: str = N_("导入"), whole_library: bool = False, agreed: Callable[[Landing], object] | None = None,
    ) -> ImportReport:  # fmt: skip
        """The same for what was read before. ``agreed`` sees what would come of it, and stops it by raising."""
        person.require(Permission.PUBLISH)
        reason, at = check_reason(reason), self._clock()
        with self._store.write() as uow:
            landing = Landing(uow, person, at=at, reason=reason, publish=publish)
            landing.take(batch)
            if agreed:
                agreed(landing)
            landing.announce()
            report = _report(landing, batch, whole_library)
            report.landed = not dry_run and not (strict and report.rejected)
            if report.landed and (report.new or report.changed):
                uow.commit()
        return report


def _report(landing: Landing, batch: Batch, whole_library: bool) -> ImportReport:
    missing = sorted(landing.in_force - batch.mentioned) if whole_library else []
    rejected = batch.rejected + landing.rejected
    return ImportReport(
        landing.new, landing.changed, landing.unchanged, missing, rejected, landing.not_published, landing.waiting
    )
