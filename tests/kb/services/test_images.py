from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kb.domain.errors import Invalid, NotAllowed, NotFound
from kb.domain.person import Role
from kb.exchange import read_paths
from kb.ports import Store
from kb.services.drafts import Drafts
from kb.services.exporting import export
from kb.services.images import Images
from kb.services.importing import Importing
from kb.services.knowledge import Knowledge
from kb.storage import Database, open_store
from tests.factories import Clock, a_content, a_person, published
from tests.pictures import a_picture

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def images(store: Store, clock: Clock) -> Images:
    return Images(store, clock)


@pytest.fixture
def second_store(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Database]:
    shutil.copy(migrated_sqlite, tmp_path / "second.sqlite3")
    database = open_store(f"sqlite:///{tmp_path / 'second.sqlite3'}")
    yield database
    database.close()


def shown_in(store: Store, clock: Clock, digest: str, code: str = "FAQ-0042", **fields: object) -> str:
    return published(store, clock, code, body=f"![入口](kb-image:{digest})", **fields)


def test_the_same_picture_is_kept_once(images: Images, store: Store) -> None:
    first, again = images.add(a_person(), a_picture()), images.add(a_person(Role.TRAINER), a_picture())
    assert first == again
    with store.read() as uow:
        assert [row.by for row in uow.audit.rows() if row.action == "image.add"] == ["a-coordinator"]


def test_an_agent_may_not_add_one(images: Images) -> None:
    with pytest.raises(NotAllowed):
        images.add(a_person(Role.AGENT), a_picture())


def test_an_agent_sees_what_an_open_entry_shows(images: Images, store: Store, clock: Clock) -> None:
    image = images.add(a_person(), a_picture())
    code = shown_in(store, clock, image.digest)
    assert images.read(a_person(Role.AGENT), image.digest, code=code) == image


def test_it_stays_to_be_seen_at_earlier_moments_after_the_text_changed(
    images: Images, store: Store, clock: Clock
) -> None:
    image = images.add(a_person(), a_picture())
    code = shown_in(store, clock, image.digest)
    published(store, clock, code, body="没有图了")
    assert images.read(a_person(Role.AGENT), image.digest, code=code) == image


def test_an_agent_does_not_see_what_no_open_entry_shows(images: Images, store: Store, clock: Clock) -> None:
    closed, drafted = images.add(a_person(), a_picture()), images.add(a_person(), a_picture("JPEG"))
    code = shown_in(store, clock, closed.digest, roles=(Role.SHIFT_LEADER,))
    Knowledge(store, clock).submit(
        a_person(), a_content(body=f"![x](kb-image:{drafted.digest})"), reason="改", code="FAQ-0007"
    )
    agent = a_person(Role.AGENT)
    for digest, where in [
        (closed.digest, code), (closed.digest, ""), (closed.digest, "FAQ-9999"), (closed.digest, "../x"),
        (drafted.digest, "FAQ-0007"), (drafted.digest, code), ("0" * 64, code), ("../x", code),
    ]:  # fmt: skip
        with pytest.raises(NotFound):
            images.read(agent, digest, code=where)
    assert images.read(a_person(Role.SHIFT_LEADER), closed.digest, code=code) == closed
    assert images.read(a_person(), drafted.digest) == drafted


def test_a_text_with_a_picture_that_is_not_kept_cannot_be_handed_in(store: Store, clock: Clock) -> None:
    drafts, person = Drafts(store, clock), a_person()
    draft = drafts.begin(person, "", {"title": "x"}, based_on=0)
    with pytest.raises(Invalid, match="图片 000000000000"):
        drafts.hand_in(person, draft.id, a_content(body=f"![x](kb-image:{'0' * 64})"), version=1, reason="新")


def taken_in(store: Store, clock: Clock, folder: Path):
    return Importing(store, clock).run(a_person(), read_paths([folder], zone=ZONE), publish=True)


def test_an_export_takes_the_pictures_along_and_an_import_brings_them_back(
    store: Store, clock: Clock, tmp_path: Path, second_store: Store
) -> None:
    images = Images(store, clock)
    kept = [images.add(a_person(), a_picture(kind)) for kind in ("PNG", "JPEG", "GIF", "WEBP")]
    for number, image in enumerate(kept):
        shown_in(store, clock, image.digest, f"FAQ-000{number + 1}")
    assert export(store, a_person(), tmp_path / "out", at=clock(), zone=ZONE) == 4
    assert {p.name for p in (tmp_path / "out/images").iterdir()} == {image.file_name for image in kept}

    report = taken_in(second_store, clock, tmp_path / "out")
    assert (len(report.new), report.rejected) == (4, [])
    assert [Images(second_store, clock).read(a_person(), image.digest) for image in kept] == kept
    assert export(second_store, a_person(), tmp_path / "again", at=clock(), zone=ZONE) == 4
    assert files(tmp_path / "again") == files(tmp_path / "out")


def test_a_picture_no_longer_shown_goes_from_the_export(store: Store, clock: Clock, tmp_path: Path) -> None:
    image = Images(store, clock).add(a_person(), a_picture())
    code = shown_in(store, clock, image.digest)
    export(store, a_person(), tmp_path, at=clock(), zone=ZONE)
    published(store, clock, code, body="没有图了")
    export(store, a_person(), tmp_path, at=clock(), zone=ZONE)
    assert list((tmp_path / "images").iterdir()) == []


def test_a_row_whose_picture_is_missing_is_rejected_and_the_others_land(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    front = "---\ncode: {}\nkind: faq\ntitle: {}\n---\n"
    (tmp_path / "a.md").write_text(front.format("FAQ-0001", "甲") + f"![x](kb-image:{'e' * 64})", "utf-8")
    (tmp_path / "b.md").write_text(front.format("FAQ-0002", "乙") + "无图", "utf-8")
    report = taken_in(store, clock, tmp_path)
    assert report.new == ["FAQ-0002"]
    assert [(r.code, r.field) for r in report.rejected] == [("FAQ-0001", "body")]
    assert "图片 eeeeeeeeeeee… 不在知识库里" in report.rejected[0].reason


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
