"""Files that a person uploads: kept aside, looked at row by row, landed when the person says so, or dropped.

The rules are those of ``kb import``: the same readers, the same comparison, one transaction. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from kb.domain.entry import check_reason
from kb.domain.errors import N_, Conflict, Invalid, KbError, NotFound, TooLarge
from kb.domain.person import Permission, Person
from kb.ports import Store
from kb.services.import_batch import gather
from kb.services.importing import Importing, ImportReport
from kb.services.landing import Landing
from kb.services.preview import PreviewRow, check_agreed, preview_rows, without
from kb.services.shelf import Shelf, read_json, read_line, write_json, write_lines
from kb.services.upload_files import Progress, Reading, keep_file
from kb.services.upload_values import (
    ALL_MOST,
    BYTES_MOST,
    FILES_MOST,
    KEPT,
    PER_PERSON_MOST,
    Head,
    Stage,
    Upload,
    UploadFile,
    content_from,
    head_to,
    row_to,
)

_GONE = N_("没有这份上传：可能已放弃，或超过 24 小时已删除。请重新上传。")


class Uploads:
    def __init__(
        self, store: Store, importing: Importing, clock: Callable[[], datetime], home: Path, zone: ZoneInfo
    ) -> None:
        self._store = store
        self._importing = importing
        self._clock = clock
        self._shelf = Shelf(home / "uploads")
        self._zone = zone

    # --- keeping

    def put(self, person: Person, files: Sequence[tuple[str, IO[bytes]]], *, publish: bool) -> Upload:
        """Keep files aside, each with the name that it had on the person's machine.

        Raises:
            Invalid: none, too many, of a kind that is not read, empty, or not what the ending says.
            TooLarge: over ``BYTES_MOST`` in all. Conflict: too many uploads wait.
        """
        person.require(Permission.PUBLISH)
        self._make_room(person)
        if not files:
            raise Invalid(N_("请先选择文件。"), field="files")
        if len(files) > FILES_MOST:
            raise TooLarge(N_("一次最多上传 {most} 个文件，请分几次。"), field="files", most=FILES_MOST)
        id = self._shelf.add()
        try:
            folder = self._shelf.folder(id)
            assert folder is not None
            room = BYTES_MOST
            kept: list[UploadFile] = []
            for number, (name, stream) in enumerate(files, start=1):
                kept.append(keep_file(folder / "files", number, name, stream, room))
                room -= kept[-1].size
            upload = Upload(id=id, person=person.login, at=self._clock(), files=tuple(kept), publish=publish)
            self._shelf.put_about(id, upload.to_dict())
        except BaseException:
            self._shelf.remove(id)
            raise
        return upload

    def mine(self, person: Person) -> list[Upload]:
        """What this person has uploaded and neither dropped nor lost by time, newest first."""
        person.require(Permission.PUBLISH)
        return sorted((u for u in self._all() if u.person == person.login), key=lambda u: u.at, reverse=True)

    def get(self, person: Person, id: str) -> Upload:
        """Raises ``NotFound`` unless it is there and this person's own."""
        person.require(Permission.PUBLISH)
        upload = self._find(id)
        if upload is None or upload.person != person.login:
            raise NotFound(_GONE)
        return upload

    def drop(self, person: Person, id: str) -> None:
        self._shelf.remove(self.get(person, id).id)

    # --- looking

    def read(self, person: Person, id: str) -> Upload:
        """Read the files and keep what would come of them. Takes seconds for thousands of rows; writes no entry.

        Raises:
            Conflict: somebody reads or lands it already, or it has landed. What is wrong with the files as a whole is
            in ``trouble``.
        """
        with self._shelf.working(self.get(person, id).id) as folder:
            upload = self.get(person, id)
            if upload.stage is Stage.LANDED:
                raise Conflict(N_("这份文件已经导入，没有再做一次。"))
            return self._preview(person, upload, folder)

    def _preview(self, person: Person, upload: Upload, folder: Path, trouble: KbError | None = None) -> Upload:
        reading = Reading(folder, upload, self._zone)
        try:
            batch = gather(reading.items())
            reading.tell(Progress.COMPARING)
            with self._store.read() as uow:
                landing = Landing(uow, person, at=self._clock(), reason="-", publish=upload.publish)
                landing.take(batch)
                rows = list(preview_rows(landing, batch, reading.places))
            starts = write_lines(folder / "rows.jsonl", (row_to(row) for row in rows))
            heads = [head_to(row, start) for row, start in zip(rows, starts, strict=True)]
            write_json(folder / "heads.json", heads)
        except KbError as error:
            return self._save(replace(upload, stage=Stage.FAILED).troubled(error))
        finally:
            reading.close()
        counts = _counts(rows)
        left_out = upload.left_out & {row.code for row in rows}
        return self._save(replace(upload, stage=Stage.READY, counts=counts, left_out=left_out).troubled(trouble))

    def give_up(self, person: Person, id: str, error: KbError) -> None:
        """Say in the upload itself that the work on it ended with ``error``."""
        self._save(replace(self.get(person, id), stage=Stage.FAILED).troubled(error))

    def progress(self, person: Person, id: str) -> dict[str, object] | None:
        """How far the present work is; None when nobody works on it."""
        upload = self.get(person, id)
        if not self._shelf.is_worked_on(upload.id):
            return None
        folder = self._shelf.folder(upload.id)
        found = read_json(folder / "progress") if folder else None
        return found if isinstance(found, dict) else {"phase": str(Progress.READING), "rows": 0}

    def heads(self, upload: Upload) -> list[Head]:
        """The rows of the preview in short."""
        folder = self._shelf.folder(upload.id)
        found = read_json(folder / "heads.json") if folder else None
        return [Head(*values) for values in found or []]

    def row(self, upload: Upload, head: Head) -> PreviewRow:
        """One row of the preview in full."""
        folder = self._shelf.folder(upload.id)
        if folder is None:
            raise NotFound(_GONE)
        values = read_line(folder / "rows.jsonl", head.start)
        return PreviewRow(
            number=head.number, outcome=head.kind_of, code=head.code, title=head.title, kind=head.kind, file=head.file,
            line=head.line, waits=head.waits, stays_back=head.stays_back, field=head.field, reason=head.reason,
            mark=head.mark, old=content_from(values["old"]), new=content_from(values["new"]),
        )  # fmt: skip

    # --- deciding

    def choose(self, person: Person, id: str, *, take: Collection[str], leave: Collection[str]) -> Upload:
        """Leave rows out of the import, or take them in again, by code.

        Raises:
            Conflict: it has landed, or is being worked on.
        """
        with self._shelf.working(self.get(person, id).id):
            upload = _ready(self.get(person, id))
            known = {head.code for head in self.heads(upload) if head.changes}
            left_out = ((upload.left_out - set(take)) | set(leave)) & known
            return self._save(replace(upload, left_out=frozenset(left_out)))

    def set_publish(self, person: Person, id: str, publish: bool) -> Upload:
        """Say whether what lands is put in force at once. The preview must be read anew then."""
        with self._shelf.working(self.get(person, id).id):
            upload = _ready(self.get(person, id))
            if upload.publish == publish:
                return upload
            return self._save(replace(upload, publish=publish, stage=Stage.NEW).troubled(None))

    def land(self, person: Person, id: str, *, reason: str) -> ImportReport:
        """Land what the preview shows, without the rows left out, in one transaction.

        Raises:
            Invalid: no reason. NotFound: not this person's.
            Conflict: it has landed already, or the base has changed so that something else would come of it: then
            nothing lands, and a fresh preview stands there.
        """
        reason = check_reason(reason)
        with self._shelf.working(self.get(person, id).id) as folder:
            upload = _ready(self.get(person, id))
            heads = [head for head in self.heads(upload) if head.mark and head.code not in upload.left_out]
            expected = {head.code: head.mark for head in heads}
            if not any(head.changes for head in heads):
                raise Conflict(N_("没有选中要导入的行。"))
            reading = Reading(folder, upload, self._zone)
            try:
                batch = without(gather(reading.items()), upload.left_out)
                reading.tell(Progress.LANDING)
                report = self._importing.land(
                    person, batch, publish=upload.publish, reason=reason,
                    agreed=lambda landing: check_agreed(landing, expected, upload.left_out, batch),
                )  # fmt: skip
            except Conflict as error:
                self._preview(person, upload, folder, trouble=error)
                raise
            except KbError as error:
                self._save(upload.troubled(error))
                raise
            finally:
                reading.close()
            landed = replace(upload, stage=Stage.LANDED, reason=reason, landed_at=self._clock(), result=_result(report))
            self._save(landed.troubled(None))
            reading.remove_files()
            return report

    # --- the shelf

    def _all(self) -> list[Upload]:
        """All that wait. Those whose time is over are removed."""
        return [found for id in self._shelf.ids() if (found := self._find(id))]

    def _find(self, id: str) -> Upload | None:
        values = self._shelf.about(id)
        if values is None:
            return None
        upload = Upload.from_dict(values)
        if upload.at + KEPT > self._clock():
            return upload
        if not self._shelf.is_worked_on(id):
            self._shelf.remove(id)
        return None

    def _make_room(self, person: Person) -> None:
        waiting = [upload for upload in self._all() if upload.stage is not Stage.LANDED]
        if sum(upload.person == person.login for upload in waiting) >= PER_PERSON_MOST:
            raise Conflict(N_("您有 {most} 份上传还没有导入，请先导入或放弃几份。"), most=PER_PERSON_MOST)
        if len(waiting) >= ALL_MOST:
            raise Conflict(N_("现在有 {most} 份上传还没有导入，请等同事处理完再上传。"), most=ALL_MOST)

    def _save(self, upload: Upload) -> Upload:
        if self._shelf.folder(upload.id):  # dropped meanwhile: nothing to say it to
            self._shelf.put_about(upload.id, upload.to_dict())
        return upload


def _ready(upload: Upload) -> Upload:
    if upload.stage is Stage.LANDED:
        raise Conflict(N_("这份文件已经导入，没有再做一次。"))
    if upload.stage is not Stage.READY:
        raise Conflict(N_("预览还没有完成，请稍候。"))
    return upload


def _counts(rows: Iterable[PreviewRow]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        kinds = [str(row.outcome)] + ["waits"] * row.waits + ["stays_back"] * row.stays_back
        for kind in kinds:
            counts[kind] = counts.get(kind, 0) + 1
    return counts


def _result(report: ImportReport) -> dict[str, list[str]]:
    return {
        "new": report.new, "changed": report.changed, "unchanged": report.unchanged, "waits": report.waiting,
        "stays_back": report.not_published,
    }  # fmt: skip
