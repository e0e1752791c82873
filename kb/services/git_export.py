"""The library as a git history: one commit for each issued list, by whoever issued it, with the reasons."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kb.domain.bulletin import CHANGE_NAMES, Bulletin
from kb.domain.errors import N_, Conflict
from kb.domain.person import Permission, Person
from kb.exchange.git_folder import GitFolder
from kb.ports import Store
from kb.services.exporting import folder_name, write_tree

NUMBER, HASH = "Bulletin-Number", "Bulletin-Hash"
DOMAIN = "zhixi.invalid"  # addresses that can never belong to anybody


def export_git(store: Store, person: Person, directory: Path, *, at: datetime, zone: ZoneInfo) -> list[int]:
    """Commit each list that ``directory`` does not have yet, with the base as it stood when the list told of it.

    Returns the numbers of the lists committed.

    Raises:
        NotAllowed, Unavailable. Conflict: the folder is not ours, not clean, or of another library.
    """
    person.require(Permission.EXPORT)
    folder = GitFolder(directory)
    with store.write() as uow:
        detail = {"directory": folder_name(directory), "git": True}
        uow.audit.add(at=at, by=person.login, action="export", subject="", detail=detail)
        uow.commit()
    last = folder.last_trailers(NUMBER, HASH)
    with store.read() as uow:
        done = int(last[NUMBER]) if last.get(NUMBER, "").isdigit() else 0
        before = uow.bulletins.find(done) if done else None
        if last and (before is None or before.hash != last[HASH]):
            raise Conflict(N_("“{path}”里是另一个知识库的历史，请换一个文件夹。"), path=folder_name(directory))
        numbers = sorted(uow.bulletins.numbers(after=done, limit=1_000_000))
        names = {p.login: p.name for p in uow.people.all()}
    for number in numbers:
        with store.read() as uow:
            bulletin = uow.bulletins.find(number)
        assert bulletin is not None
        write_tree(store, person, directory, at=bulletin.until, zone=zone)
        by = bulletin.issued_by
        email = f"{''.join(ch if ch.isalnum() and ch.isascii() else '-' for ch in by)}@{DOMAIN}"
        name = names.get(by) or by
        folder.commit(message_of(bulletin), name=name, email=email, at=bulletin.issued_at.astimezone(zone))
    return numbers


def message_of(bulletin: Bulletin) -> str:
    """Title, reason, a line an item with its own reason and author, and what the next export goes on from."""
    lines = [f"第 {bulletin.number} 期 · {bulletin.title}", "", bulletin.reason]
    lines += ["", *bulletin.note.splitlines()] if bulletin.note else []
    items = [
        f"- {CHANGE_NAMES[i.change]} {i.code} {i.title}：{i.reason}{f'（{i.by}）' if i.by else ''}"
        for i in bulletin.items
    ]
    lines += ["", *items] if items else []
    return "\n".join([*lines, "", f"{NUMBER}: {bulletin.number}", f"{HASH}: {bulletin.hash}", ""])
