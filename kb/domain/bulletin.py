"""The list of what is new, changed and removed (每日更新清单): issued once, frozen, numbered, chained.

What a list says never changes; a mistake is corrected by a further list. Which entries belong in it is computed in
``bulletin_effect``, the words in ``bulletin_words``, what a coordinator changes in ``bulletin_edits``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from kb.domain.content import Kind
from kb.domain.errors import N_, Invalid
from kb.domain.person import Role, may_see
from kb.domain.text import single_line

ITEMS_MOST = 2_000  # in one list: nobody reads out more
QUESTION_MOST, OPTION_MOST, OPTIONS_LEAST, OPTIONS_MOST = 200, 80, 2, 4
CLOSED = N_("不再对您的岗位开放")


class Change(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"


CHANGE_NAMES: dict[Change, str] = {Change.NEW: N_("新增"), Change.CHANGED: N_("变更"), Change.REMOVED: N_("移除")}


class Cause(StrEnum):
    PUBLICATION = "publication"
    EXPIRY = "expiry"  # its validity was over
    START = "start"  # a rule announced earlier takes effect


CAUSE_NAMES: dict[Cause, str] = {
    Cause.PUBLICATION: N_("发布"),
    Cause.EXPIRY: N_("有效期届满"),
    Cause.START: N_("今日起生效"),
}


@dataclass(frozen=True, slots=True)
class CheckQuestion:
    """A question by which an agent shows that the change was understood. ``right`` is the index of the right option.

    Raises:
        Invalid: no text, or not two to four different options, or ``right`` names none of them.
    """

    text: str
    options: tuple[str, ...]
    right: int

    def __post_init__(self) -> None:
        text = single_line(self.text, field="question", most=QUESTION_MOST)
        options = tuple(single_line(o, field="question", most=OPTION_MOST) for o in self.options)
        if not text or not all(options):
            raise Invalid(N_("检查题要写明题目和每个选项。"), field="question")
        if not OPTIONS_LEAST <= len(options) <= OPTIONS_MOST or len(set(options)) != len(options):
            raise Invalid(
                N_("检查题要有 {least} 到 {most} 个不同的选项。"),
                field="question", least=OPTIONS_LEAST, most=OPTIONS_MOST,
            )  # fmt: skip
        if not 0 <= self.right < len(options):
            raise Invalid(N_("请标明检查题的正确选项。"), field="question")
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "options", options)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Revision ``revision`` takes effect at ``starts``."""

    revision: int
    starts: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinItem:
    """What a list tells of one entry: the net effect of everything since it was told last.

    ``revision`` is what holds now, or with ``announced`` what will hold from ``starts``; None when removed.
    ``before`` is what held when the entry was told last, None when nothing did. ``publications`` are told here for
    the first time. ``upcoming``: what was announced besides; ``cancelled``: what had been announced and will not come.
    ``roles`` and ``roles_before`` restrict who may see the
    texts of now and of before (empty: nobody is kept out).
    """

    code: str
    change: Change
    title: str
    kind: Kind
    product: str
    revision: int | None
    before: int | None
    publications: tuple[int, ...]
    cause: Cause = Cause.PUBLICATION
    announced: bool = False
    summary: str = ""
    reason: str = ""
    by: str = ""
    at: datetime | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    upcoming: tuple[Upcoming, ...] = ()
    cancelled: tuple[Upcoming, ...] = ()
    replaced_by: str = ""
    replaced_title: str = ""
    speakable: str = ""
    read_aloud: str = ""
    question: CheckQuestion | None = None
    emphasis: bool = False
    roles: tuple[Role, ...] = ()
    title_before: str = ""
    roles_before: tuple[Role, ...] = ()

    @property
    def in_force_after(self) -> int | None:
        """The revision that is in force once this is told."""
        return self.before if self.announced else self.revision

    @property
    def is_public(self) -> bool:
        """Whether nobody is kept out, neither of what it says now nor of what it said before."""
        return not self.roles and not self.roles_before

    def seen_by(self, role: Role) -> BulletinItem | None:
        """The item as ``role`` may see it, or None.

        Who may see only what holds now learns of it as new; who might see only what held before learns that it is
        closed to them, and nothing of why.
        """
        now = may_see(role, self.roles)
        if self.before is None or self.change is Change.REMOVED:
            return self if now else None
        before = may_see(role, self.roles_before)
        if now and before:
            return self
        if now:
            return replace(self, change=Change.NEW, before=None, summary="", question=None, title_before="")
        if not before or self.announced:
            return None
        return replace(
            self, change=Change.REMOVED, title=self.title_before or self.title, revision=None, summary="",
            reason=CLOSED, by="", starts=None, ends=None, upcoming=(), cancelled=(), replaced_by="", replaced_title="", speakable="",
            read_aloud="", question=None, roles=self.roles_before,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A change that the coordinator kept off the list, and why. It counts as told."""

    code: str
    title: str
    change: Change
    publications: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """An issued list. ``until`` is the moment up to which it tells; it never goes back from one list to the next.

    ``day`` is the local day of ``issued_at``. ``settled`` are codes of entries that were published and taken back
    since the last list: nothing to tell, but covered. ``known`` counts entries taken as known without being told:
    the list by which a library is taken as the starting point has no items. ``corrects`` is the number of the list
    whose words this one puts right. ``hash`` covers everything else, ``previous_hash`` included.
    """

    number: int
    day: date
    urgent: bool
    title: str
    note: str
    items: tuple[BulletinItem, ...]
    left_out: tuple[LeftOut, ...] = ()
    settled: tuple[str, ...] = ()
    known: int = 0
    until: datetime
    issued_at: datetime
    issued_by: str
    reason: str = ""
    previous_hash: str = ""
    hash: str = ""
    corrects: int | None = None

    @property
    def is_start(self) -> bool:
        """Whether it took a library as the starting point."""
        return self.known > 0 and not self.items

    def item(self, code: str) -> BulletinItem | None:
        return next((i for i in self.items if i.code == code), None)

    def seen_by(self, role: Role, roles_now: Mapping[str, tuple[Role, ...]] | None = None) -> Bulletin:
        """With only what ``role`` may see. ``roles_now``: to whom entries are restricted today, by code: an entry
        closed to a role since then stays closed when the role reads an old list."""
        now = roles_now or {}
        seen = [item for i in self.items if (item := i.seen_by(role)) is not None]
        items = [i for i in seen if i.change is Change.REMOVED or may_see(role, now.get(i.code, ()))]
        return replace(self, items=tuple(items))

    def public(self) -> Bulletin:
        """With only what nobody is kept out of, for those outside the desk. No codes of anything else."""
        return replace(self, items=tuple(i for i in self.items if i.is_public), left_out=(), settled=())


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinSpan:
    """The net effect of several lists, as one. ``numbers`` of the lists; ``quiet`` counts entries that were told of
    but stand where they stood before."""

    since: date
    until: date
    numbers: tuple[int, ...]
    items: tuple[BulletinItem, ...]
    quiet: int = 0
