"""The training digest: put together from the month, then written, checked and published like any entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, tzinfo

from kb.domain.content import Audience, Kind
from kb.domain.exams.calendar import months_before, next_month
from kb.domain.exams.digest import Digest, Material, Point, digest_text, digest_title
from kb.domain.person import Permission, Person, may_see
from kb.ports import Dated, Store, UnitOfWork
from kb.services.drafts import Drafts
from kb.services.item_statistics import ItemStatistics

MOST = 10
ANSWERS_LEAST, RIGHT_LEAST = 5, 0.7  # a question that fewer than this share got right is an error-prone point


class TrainingDigest:
    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo, drafts: Drafts) -> None:
        self._store, self._clock, self._zone, self._drafts = store, clock, zone, drafts

    def material(self, person: Person, month: date) -> Material:
        """What ``month`` (its first day) gives to train, as far as this person may see it."""
        person.require(Permission.KEEP_QUESTIONS)
        since = datetime.combine(month, time(), tzinfo=self._zone)
        until = datetime.combine(next_month(month), time(), tzinfo=self._zone)
        now = self._clock()
        with self._store.read() as uow:
            changed = uow.sources.changed(since, until, now)
            opened = uow.sources.opened(since, until, now, MOST)
            flagged = uow.sources.flagged(since, until, now, MOST)
            known = self._known(uow, person, [*changed, *dict(opened), *dict(flagged)], now)
            before = uow.entries.held(changed)
            new = {code for code in changed if not any(held.period.starts < since for held in before.get(code, []))}
            return Material(
                month=month,
                new=[_point(known[code]) for code in changed if code in new and code in known],
                changed=[_point(known[code]) for code in changed if code not in new and code in known],
                opened=[_point(known[code], times, full=False) for code, times in opened if code in known],
                flagged=[_point(known[code], times, full=False) for code, times in flagged if code in known],
                unanswered=[(one.text, one.times) for one in uow.gaps.top(since, until, MOST)],
                failed=self._failed(uow, person, months_before(month, 1)),
            )

    def found(self, person: Person, month: date) -> Digest | None:
        person.require(Permission.KEEP_QUESTIONS)
        with self._store.read() as uow:
            return uow.papers.digest_of(month)

    def begin(self, person: Person, month: date) -> int:
        """Put it into a draft of this person's, or go on with the draft begun before; returns the draft's id."""
        person.require(Permission.KEEP_QUESTIONS)
        with self._store.read() as uow:
            there = uow.papers.digest_of(month)
            draft = uow.drafts.get(there.draft) if there is not None and not there.code else None
            if draft is not None and draft.author == person.login:
                return draft.id
        fields: Mapping[str, object] = {
            "kind": str(Kind.NOTICE), "title": digest_title(month), "body": digest_text(self.material(person, month)),
            "category": "培训", "audience": str(Audience.INTERNAL), "owner": "品管培训岗", "tags": ["培训", "月度要点"],
        }  # fmt: skip
        made = self._drafts.begin(person, "", fields, based_on=0)
        with self._store.write() as uow:
            now = self._clock()
            uow.papers.put_digest(Digest(month=month, draft=made.id, author=person.login, at=now))
            uow.audit.add(
                at=now, by=person.login, action="paper.digest", subject=f"{month:%Y-%m}", detail={"draft": made.id}
            )
            uow.commit()
        return made.id

    def _failed(self, uow: UnitOfWork, person: Person, month: date) -> list[tuple[str, float]]:
        """Questions of that month's sittings that most people got wrong, by that share; few answers count for nothing."""
        statistics = ItemStatistics(self._store, self._clock)
        found: dict[str, float] = {}
        for paper in {batch.paper for batch in uow.sittings.of_months(month, month)}:
            for form in statistics.of_paper(person, paper).forms:
                for one in form.items:
                    if one.count >= ANSWERS_LEAST and one.facility is not None and one.facility.value < RIGHT_LEAST:
                        found[one.item.content.stem] = 1 - one.facility.value
        return sorted(found.items(), key=lambda pair: -pair[1])[:MOST]

    def _known(self, uow: UnitOfWork, person: Person, codes: Iterable[str], at: datetime) -> dict[str, Dated]:
        found = uow.entries.in_force(codes, at)
        return {code: one for code, one in found.items() if may_see(person.role, one.revision.content.roles)}


def _point(dated: Dated, times: int = 0, *, full: bool = True) -> Point:
    content = dated.revision.content
    return Point(
        code=dated.code, title=content.title, say=content.speakable if full else "",
        why=dated.revision.reason if full else "", times=times,
    )  # fmt: skip
