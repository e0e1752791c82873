"""Compare rows with what is there and make what differs into revisions and publications."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kb.domain.content import Content
from kb.domain.entry import Action, Entry
from kb.domain.errors import N_, Conflict, Invalid, KbError, NotFound
from kb.domain.person import Person
from kb.exchange.pictures import read_picture
from kb.exchange.rows import Patch, Rejection, Row, refuse
from kb.ports import Standing, UnitOfWork
from kb.services.anchoring import follow
from kb.services.approval import require_approved
from kb.services.images import check_images
from kb.services.import_batch import Batch


class Landing:
    """One import in one unit of work. The domain's verbs do the work; nothing is committed here."""

    def __init__(self, uow: UnitOfWork, person: Person, *, at: datetime, reason: str, publish: bool) -> None:
        self._uow, self._person, self._at, self._reason, self._publish = uow, person, at, reason, publish
        self._standings: dict[str, Standing] = uow.entries.standings(at)
        self._entries: dict[str, Entry] = {}
        self._known: set[str] = set()
        self.new: list[str] = []
        self.changed: list[str] = []
        self.unchanged: list[str] = []
        self.not_published: list[str] = []
        self.waiting: list[str] = []
        self.rejected: list[Rejection] = []

    @property
    def in_force(self) -> set[str]:
        return {code for code, standing in self._standings.items() if standing.in_force_digest}

    def take(self, batch: Batch) -> None:
        """Everything in the batch. Writes nothing yet: reading is enough to see what would come of it."""
        self._known = self._standings.keys() | batch.rows.keys()
        self._entries = self._uow.entries.get_many(self._wanted(batch))
        for row in batch.rows.values():
            self._take_row(row, batch.patches.get(row.code, []))
        for code, patches in batch.patches.items():
            if code not in batch.rows:
                self._take_patches(code, patches)

    def announce(self) -> None:
        """The index jobs for what was published, and a look at the questions that come from it."""
        published = [code for code in self.new + self.changed if self._entries[code].new_publications]
        self._uow.jobs.add(published, self._at)
        follow(self._uow, published, by=self._person.login, at=self._at)

    def standing(self, code: str) -> Standing | None:
        """Where the entry stood before; None when it was not there."""
        return self._standings.get(code)

    def entry(self, code: str) -> Entry:
        """A new or changed entry with what was added to it."""
        return self._entries[code]

    def _wanted(self, batch: Batch) -> list[str]:
        """Codes of the entries that must be loaded whole: those that exist and are not plainly unchanged."""
        rows = [row.code for row in batch.rows.values() if not self._is_settled(row.code, row.content)]
        return [code for code in [*rows, *batch.patches] if code in self._standings]

    def _is_settled(self, code: str, content: Content) -> bool:
        """Whether ``content`` is in force, or, when nothing is to be published, the latest revision."""
        standing = self._standings.get(code)
        if standing is None:
            return False
        latest = None if self._publish else standing.latest_digest
        return content.digest in (standing.in_force_digest, latest)

    def _take_row(self, row: Row, patches: list[Patch]) -> None:
        try:
            content = _with_phrasings(row.content, patches)
            if self._is_settled(row.code, content):
                self.unchanged.append(row.code)
            else:
                self._check_replacement(row.code, content)
                self._take_pictures(row)
                self._land(row.code, content, row, publish=self._publish)
        except KbError as error:
            self.rejected.append(refuse(error, row.file, row.line, code=row.code))

    def _take_patches(self, code: str, patches: list[Patch]) -> None:
        """Add phrasings to what is in force, else to the latest revision, which they do not put in force."""
        place = patches[0]
        try:
            entry = self._entries.get(code)
            if entry is None:
                raise NotFound(N_("没有编号为 {code} 的条目，相似问无处可加。"), code=code)
            period = entry.period_at(self._at)
            base = entry.revision(period.revision) if period and self._publish else entry.latest
            content = _with_phrasings(base.content, patches)
            if content.digest == base.content.digest:
                self.unchanged.append(code)
                return
            self._land(code, content, place, publish=self._publish and period is not None)
            if self._publish and period is None:
                self.not_published.append(code)
        except KbError as error:
            self.rejected.append(refuse(error, place.file, place.line, code=code))

    def _check_replacement(self, code: str, content: Content) -> None:
        if content.replaced_by == code:
            raise Invalid(N_("替代条目不能是它自己。"), field="replaced_by")
        if content.replaced_by and content.replaced_by not in self._known:
            raise Invalid(N_("替代条目 {code} 不存在。"), field="replaced_by", code=content.replaced_by)

    def _take_pictures(self, row: Row) -> None:
        """What the text shows must be here or come along. One picture at a time: together they may be large."""
        check_images(self._uow, row.content.body, (picture.digest for picture in row.pictures))
        for picture in row.pictures:
            if not self._uow.images.has(picture.digest):
                self._uow.images.add(read_picture(picture), by=self._person.login, at=self._at)

    def _land(self, code: str, content: Content, place: Row | Patch, *, publish: bool) -> None:
        """Submit what differs from the latest revision; publish it unless that was done. All of it or nothing."""
        entry = self._entries.get(code)
        is_new = entry is None
        entry = entry or Entry(code)
        before = [(held, len(held)) for held in _lists(entry)]
        try:
            if is_new or entry.latest.content.digest != content.digest:
                entry.submit(content, by=self._person, at=self._at, reason=self._reason)
            if publish and self._waits_for_approval(entry):
                self.waiting.append(code)
            elif publish:
                self._put_in_force(entry)
        except KbError:
            for held, size in before:  # a row that fails half-way leaves nothing to be written
                del held[size:]
            raise
        if is_new:
            self._entries[code] = entry
            self._uow.entries.add(entry)
        touched = bool(entry.new_revisions or entry.new_publications)
        (self.new if is_new else self.changed if touched else self.unchanged).append(code)
        if touched:
            self._record(entry, place)

    def _waits_for_approval(self, entry: Entry) -> bool:
        try:
            require_approved(self._uow, self._person, entry, entry.latest.number)
        except Conflict:
            return True
        return False

    def _put_in_force(self, entry: Entry) -> None:
        """Publish the latest revision, unless it is announced already or its validity is over."""
        revision = entry.latest
        last = max(entry.publications, key=lambda p: p.number, default=None)
        ends = revision.content.effective_to
        if ends is not None and ends <= max(self._at, last.at if last else self._at):
            self.not_published.append(entry.code)
        elif last is None or last.action is Action.WITHDRAW or last.revision != revision.number:
            entry.publish(revision.number, by=self._person, at=self._at, reason=self._reason)

    def _record(self, entry: Entry, place: Row | Patch) -> None:
        detail: dict[str, object] = {"file": place.file, "line": place.line, "reason": self._reason}
        if entry.new_revisions:
            detail["revision"] = entry.latest.number
        if entry.new_publications:
            detail["publication"] = entry.new_publications[-1].number
        self._uow.audit.add(at=self._at, by=self._person.login, action="import", subject=entry.code, detail=detail)


def _lists(entry: Entry) -> list[list[object]]:
    return [entry.revisions, entry.publications, entry.new_revisions, entry.new_publications]  # type: ignore[list-item]


def _with_phrasings(content: Content, patches: list[Patch]) -> Content:
    added = tuple(phrasing for patch in patches for phrasing in patch.asked_as)
    return replace(content, asked_as=content.asked_as + added) if added else content
