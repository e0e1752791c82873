"""A release: several changes prepared together, published in one transaction, undone together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kb.domain.entry import Action
from kb.domain.errors import N_, Conflict, Invalid, NotFound, TooLarge

ITEMS_MOST, TITLE_MOST = 5_000, 200


class ReleaseState(StrEnum):
    OPEN = "open"
    PUBLISHED = "published"
    UNDONE = "undone"


RELEASE_NAMES: dict[ReleaseState, str] = {
    ReleaseState.OPEN: N_("准备中"),
    ReleaseState.PUBLISHED: N_("已发布"),
    ReleaseState.UNDONE: N_("已撤回"),
}


@dataclass(frozen=True, slots=True)
class ReleaseItem:
    """Publish ``revision`` of ``code``, or withdraw ``code`` in favour of ``replaced_by``.

    ``publication`` is what the release made (0 before); ``undone`` the publications by which it was taken back.
    """

    code: str
    action: Action
    revision: int | None = None
    replaced_by: str = ""
    publication: int = 0
    undone: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    number: int
    title: str
    by: str
    at: datetime
    state: ReleaseState = ReleaseState.OPEN
    items: tuple[ReleaseItem, ...] = ()
    done_by: str = ""
    done_at: datetime | None = None
    reason: str = ""
    undone_by: str = ""
    undone_at: datetime | None = None
    undone_reason: str = ""

    def require(self, state: ReleaseState) -> None:
        """Raise ``Conflict`` unless the release is in ``state``."""
        if self.state is state:
            return
        said = {
            ReleaseState.OPEN: N_("发布包 {number} 还没有发布。"),
            ReleaseState.PUBLISHED: N_("发布包 {number} 已经发布，不能再改。"),
            ReleaseState.UNDONE: N_("发布包 {number} 已经撤回。"),
        }
        raise Conflict(said[self.state], number=self.number)

    def with_item(self, item: ReleaseItem) -> Release:
        """With ``item`` at the end, in place of what there was for the same entry."""
        self.require(ReleaseState.OPEN)
        if (item.action is Action.PUBLISH) is (item.revision is None):
            raise Invalid(N_("请写明要发布第几版。"), field="revision")
        items = (*(i for i in self.items if i.code != item.code), item)
        if len(items) > ITEMS_MOST:
            raise TooLarge(N_("一个发布包最多 {most} 条。"), most=ITEMS_MOST)
        return replace(self, items=items)

    def without(self, code: str) -> Release:
        self.require(ReleaseState.OPEN)
        if all(i.code != code for i in self.items):
            raise NotFound(N_("发布包 {number} 里没有 {code}。"), number=self.number, code=code)
        return replace(self, items=tuple(i for i in self.items if i.code != code))
