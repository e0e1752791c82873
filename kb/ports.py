"""What the use cases need from storage, as protocols. ``kb.storage`` implements them with SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from kb.domain.bulletin import Bulletin
from kb.domain.bulletin_edits import Edits
from kb.domain.draft import Draft
from kb.domain.entry import Entry, Period, Publication, Revision
from kb.domain.golden import GoldenQuestion, GoldenRun
from kb.domain.images import Image
from kb.domain.intake import Intake
from kb.domain.learning import LearnedPhrasing
from kb.domain.lexicon import Lexicon
from kb.domain.person import Person, Role
from kb.domain.release import Release
from kb.domain.review import Review
from kb.domain.rules import Rules
from kb.domain.today import Held


@dataclass(frozen=True, slots=True)
class Dated:
    """A revision together with one period in which it was, is or will be the rule."""

    code: str
    revision: Revision
    period: Period


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an entry stands, without its texts: enough to see what an import would change."""

    code: str
    latest: int  # number of the latest revision
    latest_digest: str
    in_force_digest: str  # "" when nothing is in force


@dataclass(frozen=True, slots=True)
class Gone:
    """An entry of which nothing holds any more: its last period, and the last publication, which tells why."""

    dated: Dated
    last: Publication


@dataclass(frozen=True, slots=True)
class Job:
    """An index job: the entry ``code`` changed. ``number`` rises in the order of commits."""

    number: int
    code: str


@dataclass(frozen=True, slots=True)
class AuditRow:
    number: int
    at: datetime
    by: str
    action: str
    subject: str
    detail: Mapping[str, object]
    hash: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question that found nothing, for later. ``times`` counts how often it was asked."""

    text: str
    times: int
    first_at: datetime
    last_at: datetime


class EntryRepository(Protocol):
    def get(self, code: str) -> Entry:
        """The entry with all its revisions. Raises ``NotFound``."""

    def find(self, code: str) -> Entry | None: ...

    def get_many(self, codes: Iterable[str]) -> dict[str, Entry]:
        """Those that exist, by code, in few queries."""

    def add(self, entry: Entry) -> None:
        """Take up a new entry; it and every entry got here are written at ``commit``."""

    def in_force(self, codes: Iterable[str], at: datetime) -> dict[str, Dated]:
        """Of these, the revisions in force at that moment, by code. One query."""

    def all_in_force(self, at: datetime) -> Iterator[Dated]:
        """Every revision in force at that moment, by code ascending, streamed."""

    def dated(self, codes: Iterable[str]) -> dict[str, list[Dated]]:
        """All periods of these entries with their revisions, oldest first; entries without any are left out."""

    def held(self, codes: Iterable[str]) -> dict[str, list[Held]]:
        """The periods of these entries without their texts, oldest first; entries without any are left out."""

    def all_dated(self) -> Iterator[Dated]:
        """All periods of all entries, by code and start, streamed."""

    def standings(self, at: datetime) -> dict[str, Standing]:
        """Every entry, by code."""

    def next_code(self, prefix: str) -> str:
        """The next free code: ``next_code("FAQ")`` gives ``FAQ-0043`` after ``FAQ-0042``."""

    def containing(self, words: Sequence[str]) -> list[str]:
        """Codes of entries with a period whose texts contain one of the words."""

    def waiting(self, limit: int) -> list[tuple[str, Revision]]:
        """The latest revision of each entry whose latest was never published, with the code; the newest ``limit``."""

    def gone(self, at: datetime, *, since: datetime, limit: int) -> list[Gone]:
        """Entries that were the rule, went out of force between ``since`` and ``at``, and have nothing announced;
        those that went last first."""

    def due_for_review(self, at: datetime, until: date) -> list[Dated]:
        """What is in force and has a review date up to ``until``, the most urgent first."""

    def names_in_force(self, at: datetime, role: Role) -> tuple[list[str], list[str]]:
        """Products and categories of the entries in force that ``role`` may see, sorted."""


class PersonRepository(Protocol):
    def add(self, person: Person, password_hash: str) -> Person: ...
    def find(self, login: str) -> Person | None: ...
    def by_id(self, id: int) -> Person | None: ...
    def all(self) -> list[Person]: ...
    def password_hash(self, login: str) -> str | None: ...
    def set_password(self, login: str, password_hash: str) -> None: ...
    def disable(self, login: str, at: datetime) -> None: ...
    def set_role(self, login: str, role: Role) -> None: ...
    def set_team(self, login: str, team: str) -> None: ...
    def preferences(self, id: int) -> dict[str, object]: ...
    def set_preferences(self, id: int, values: Mapping[str, object]) -> None: ...


class SessionRepository(Protocol):
    """Signed-in sessions and programs' tokens; only digests of the secrets are stored."""

    def open(self, digest: str, person_id: int, at: datetime) -> None: ...
    def find(self, digest: str) -> tuple[int, datetime] | None:
        """Whose it is and when it was opened; None when unknown or closed."""

    def close(self, digest: str, at: datetime) -> None: ...
    def close_all(self, person_id: int, at: datetime) -> None: ...
    def add_token(self, digest: str, name: str, role: Role, by: str, at: datetime) -> None: ...
    def token(self, digest: str) -> tuple[str, Role] | None: ...
    def tokens(self) -> list[tuple[str, Role, datetime, datetime | None]]: ...
    def revoke_token(self, name: str, at: datetime) -> bool: ...
    def failures(self, login: str) -> tuple[int, datetime] | None:
        """How often signing in failed in a row, and when last."""

    def set_failures(self, login: str, count: int, at: datetime) -> None:
        """0 forgets the login. Rows older than a day are dropped."""


class AuditLog(Protocol):
    def add(self, *, at: datetime, by: str, action: str, subject: str, detail: Mapping[str, object]) -> None: ...
    def rows(self, limit: int = 200) -> list[AuditRow]: ...
    def of(self, subject: str, kind: str) -> list[AuditRow]:
        """What was done to ``subject`` by actions ``kind.…``, oldest first."""

    def broken_at(self) -> int | None:
        """The first row whose hash does not follow from the one before, or None."""


class JobLog(Protocol):
    def add(self, codes: Sequence[str], at: datetime) -> None: ...
    def after(self, number: int, limit: int = 1000) -> list[Job]: ...
    def last(self) -> int: ...


class QuestionLog(Protocol):
    def record(self, text: str, at: datetime) -> None: ...
    def most_frequent(self, limit: int = 100) -> list[Question]: ...


class LexiconRepository(Protocol):
    def number(self) -> int:
        """Number of the newest state, 0 for none."""

    def current(self) -> Lexicon | None: ...
    def all(self) -> list[Lexicon]:
        """Every state, newest first."""

    def add(self, lexicon: Lexicon) -> None: ...


class LearnedRepository(Protocol):
    def of(self, codes: Iterable[str]) -> dict[str, list[LearnedPhrasing]]:
        """All of these entries, taken back ones included, in the order in which they were learned."""

    def used(self, codes: Iterable[str] | None = None) -> dict[str, tuple[str, ...]]:
        """The learned phrasings that are searched, by code; of all entries without ``codes``."""

    def put(self, phrasings: Sequence[LearnedPhrasing]) -> None: ...


class GoldenRepository(Protocol):
    def all(self) -> list[GoldenQuestion]: ...
    def put(self, questions: Sequence[GoldenQuestion]) -> None: ...
    def remove(self, query: str) -> bool: ...
    def last_number(self) -> int: ...
    def run(self, number: int) -> GoldenRun | None: ...
    def last_accepted(self, before: int | None = None) -> GoldenRun | None:
        """The newest accepted run, or the newest with a number below ``before``."""

    def add_run(self, run: GoldenRun) -> None: ...


class DraftRepository(Protocol):
    def get(self, id: int) -> Draft | None: ...
    def of(self, author: str, code: str) -> Draft | None:
        """The newest draft of that person for that entry."""

    def by_author(self, author: str) -> list[Draft]:
        """Newest first."""

    def on(self, code: str) -> list[Draft]:
        """Everybody's drafts for an entry, newest first."""

    def newest(self, limit: int) -> list[Draft]:
        """Everybody's drafts, newest first."""

    def add(self, draft: Draft) -> int:
        """Returns the id."""

    def put(self, draft: Draft) -> None: ...
    def remove(self, id: int) -> None: ...


class ReviewRepository(Protocol):
    def of(self, code: str) -> list[Review]:
        """By revision and number."""

    def of_many(self, codes: Iterable[str]) -> dict[str, list[Review]]: ...
    def add(self, code: str, review: Review) -> None: ...


class RulesRepository(Protocol):
    def current(self) -> Rules:
        """The newest state, or the defaults."""

    def all(self) -> list[Rules]:
        """Newest first."""

    def add(self, rules: Rules) -> None: ...


class ReleaseRepository(Protocol):
    def last_number(self) -> int: ...
    def find(self, number: int) -> Release | None: ...
    def all(self, limit: int = 200) -> list[Release]:
        """Newest first."""

    def add(self, release: Release) -> None: ...
    def put(self, release: Release) -> None: ...


class IntakeRepository(Protocol):
    def add(self, intake: Intake) -> int: ...
    def put(self, intake: Intake) -> None: ...
    def find(self, number: int) -> Intake | None: ...
    def by_reference(self, by: str, reference: str) -> Intake | None:
        """The one that its sender gave this number."""

    def by_draft(self, draft: int) -> Intake | None: ...
    def count_overdue(self, at: datetime) -> int:
        """How many open ones are due before ``at``."""

    def open(self) -> list[Intake]:
        """The most urgent first."""

    def closed(self, limit: int = 100) -> list[Intake]:
        """Newest first."""


class ImageRepository(Protocol):
    def find(self, digest: str) -> Image | None: ...
    def has(self, digest: str) -> bool: ...
    def add(self, image: Image, *, by: str, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class BulletinHead:
    number: int
    hash: str
    until: datetime
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class BulletinState:
    """The edits of the list that comes next. ``version`` counts the changes, 0: nobody has changed anything yet."""

    edits: Edits
    version: int
    by: str
    at: datetime | None


class BulletinRepository(Protocol):
    def head(self) -> BulletinHead | None:
        """The last list issued."""

    def last_ordinary(self) -> BulletinHead | None:
        """The last one that told of everything: neither urgent nor a correction."""

    def find(self, number: int) -> Bulletin | None: ...
    def get_many(self, numbers: Iterable[int]) -> list[Bulletin]:
        """By number ascending; those that there are."""

    def numbers(
        self, since: date | None = None, until: date | None = None, *, issued_since: datetime | None = None,
        after: int = 0, limit: int = 1_000,
    ) -> list[int]:  # fmt: skip
        """Newest first; both days are included."""

    def last_at(self, at: datetime) -> int:
        """Number of the last list issued up to that moment, 0 for none."""

    def urgent_after(self, number: int) -> list[Bulletin]:
        """Urgent lists, corrections left out, oldest first."""

    def latest_urgent_number(self) -> int: ...
    def newest(self) -> tuple[int, int, int]:
        """The numbers of the last urgent list, the last list and the last reminder, 0 for none."""

    def corrections_of(self, number: int) -> list[int]: ...
    def add(self, bulletin: Bulletin) -> None: ...
    def broken_at(self) -> int | None:
        """The first list that does not follow from the one before or was altered, or None."""

    def cover(self, number: int, publications: Mapping[str, Sequence[int]]) -> None: ...
    def cover_everything(self, number: int) -> None:
        """Every publication that no list has told of counts as told by this one."""

    def untold(self) -> tuple[int, datetime | None]:
        """How many entries have publications that no list covers, and when the latest of them was recorded."""

    def untold_codes(self, limit: int) -> list[str]: ...
    def turned(self, since: datetime, until: datetime, limit: int) -> list[str]:
        """Codes of entries with a period that starts or ends after ``since``, up to and including ``until``."""

    def covered(self, codes: Iterable[str]) -> dict[str, int]:
        """The number of the last publication told, by code."""

    def roles_now(self, codes: Iterable[str]) -> dict[str, tuple[Role, ...]]:
        """To whom the last published revision is restricted, by code."""

    def state(self) -> BulletinState: ...
    def put_state(self, edits: Edits, *, version: int, by: str, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class ReceiptRecord:
    """``answer``: the option that was chosen first, "" when nothing was asked; ``right`` None then."""

    bulletin: int
    code: str
    person: str
    revision: int | None
    at: datetime
    answer: str
    right: bool | None


@dataclass(frozen=True, slots=True)
class SignOff:
    bulletin: int
    day: date
    shift: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Reminder:
    bulletin: int
    person: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """The revision in which a person last opened an entry, and when they first did."""

    revision: int
    at: datetime


class ReceiptRepository(Protocol):
    def add(self, receipts: Sequence[ReceiptRecord]) -> None: ...
    def of_person(self, person: str, bulletin: int, codes: Iterable[str]) -> list[ReceiptRecord]: ...
    def of_bulletins(self, bulletins: Sequence[int], codes: Iterable[str]) -> list[ReceiptRecord]: ...
    def sign_offs(self, bulletin: int) -> list[SignOff]: ...
    def add_sign_off(self, sign_off: SignOff) -> None: ...
    def add_reminders(self, reminders: Sequence[Reminder]) -> None: ...
    def reminders(self, *, bulletin: int | None = None, person: str | None = None) -> list[Reminder]:
        """Oldest first."""

    def opening(self, person: str, code: str) -> Opening | None: ...
    def openings(self, people: Iterable[str], codes: Sequence[str]) -> dict[tuple[str, str], Opening]: ...
    def put_opening(self, person: str, code: str, opening: Opening) -> None: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to a webhook. ``next_at`` None: done, or given up when ``done_at`` is None too. ``said``: what came
    back last."""

    number: int
    url: str
    event: str
    body: str
    tries: int
    next_at: datetime | None
    done_at: datetime | None
    said: str


class DeliveryRepository(Protocol):
    def add(self, urls: Sequence[str], event: str, body: str, at: datetime) -> None: ...
    def any_due(self, at: datetime) -> bool: ...
    def due(self, at: datetime, limit: int = 20) -> list[Delivery]: ...
    def recent(self, limit: int = 50) -> list[Delivery]: ...
    def put(self, delivery: Delivery) -> None: ...
    def open_count(self) -> tuple[int, int]:
        """How many wait, how many were given up."""


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

    def commit(self) -> None:
        """Make everything since the start durable, in one transaction. Without it everything is rolled back."""


class Store(Protocol):
    def read(self) -> AbstractContextManager[UnitOfWork]:
        """A consistent snapshot; writes nothing."""

    def write(self) -> AbstractContextManager[UnitOfWork]:
        """The one writer: others wait their turn. Raises ``Busy`` when the turn does not come in time."""
