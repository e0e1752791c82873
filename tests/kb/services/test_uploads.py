"""Files that wait for a person: looked at row by row, landed as they were shown, or dropped."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kb.domain.content import Kind
from kb.domain.errors import Conflict, Invalid, KbError, NotAllowed, NotFound, TooLarge
from kb.domain.person import Person, Role
from kb.services import upload_values, uploads
from kb.services.importing import Importing
from kb.services.knowledge import Knowledge
from kb.services.preview import Outcome
from kb.services.shelf import Shelf
from kb.services.upload_values import Head, Stage, Upload
from kb.services.uploads import Uploads
from kb.storage import Database
from tests.factories import NOW, Clock, a_content, a_person, published

WANG = a_person(Role.COORDINATOR, login="wang")
LI = a_person(Role.COORDINATOR, login="li", id=42)
CSV = "编号,标题,口径,类型\nFAQ-0042,百万医疗险的等待期是多少天,等六十天。,问答\nFAQ-0100,新问题,新口径。,问答\n"


@pytest.fixture
def service(store: Database, clock: Clock, tmp_path: Path) -> Uploads:
    published(store, clock, "FAQ-0042")
    return Uploads(store, Importing(store, clock), clock, tmp_path / "home", ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "home" / "uploads"


def put(service: Uploads, *files: tuple[str, bytes | str], publish: bool = True, person: Person = WANG) -> str:
    """Upload and read; returns the id."""
    held = [(name, io.BytesIO(data.encode() if isinstance(data, str) else data)) for name, data in files]
    id = service.put(person, held, publish=publish).id
    service.read(person, id)
    return id


def shown(service: Uploads, id: str) -> list[tuple[str, str]]:
    return [(head.outcome, head.code) for head in heads(service, id)]


def heads(service: Uploads, id: str) -> list[Head]:
    return service.heads(service.get(WANG, id))


def codes(store: Database) -> set[str]:
    with store.read() as uow:
        return set(uow.entries.standings(NOW))


def zipped(**members: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return data.getvalue()


def test_the_preview_shows_each_row_in_the_order_of_the_files_and_nothing_lands(
    service: Uploads, store: Database
) -> None:
    second = "编号,标题,类型\nFAQ-0042,又一次,问答\nFAQ-7,没有类型,什么\n"
    id = put(service, ("甲.csv", CSV), ("乙.csv", second))
    found = [(h.number, h.outcome, h.code, h.file, h.line, h.field) for h in heads(service, id)]
    assert found == [
        (1, "changed", "FAQ-0042", "甲.csv", 2, ""),
        (2, "new", "FAQ-0100", "甲.csv", 3, ""),
        (3, "rejected", "FAQ-0042", "乙.csv", 2, "code"),
        (4, "rejected", "FAQ-7", "乙.csv", 3, "kind"),
    ]
    assert heads(service, id)[2].reason == "编号 FAQ-0042 在本次导入中出现两次：甲.csv:2 和 乙.csv:2；只取前一处。"
    assert codes(store) == {"FAQ-0042"}


def test_a_row_in_full_says_what_is_and_what_would_be(service: Uploads) -> None:
    id = put(service, ("甲.csv", CSV))
    changed, new = (service.row(service.get(WANG, id), head) for head in heads(service, id))
    assert changed.old is not None and changed.old.speakable == "百万医疗险的等待期是三十天，意外没有等待期。"
    assert changed.new is not None and changed.new.speakable == "等六十天。"
    assert (new.old, new.new.title if new.new else "") == (None, "新问题")


def test_what_was_shown_lands_with_its_reason_and_the_files_are_gone(
    service: Uploads, store: Database, shelf: Path
) -> None:
    id = put(service, ("甲.csv", CSV))
    report = service.land(WANG, id, reason="季度更新")
    assert (report.new, report.changed) == (["FAQ-0100"], ["FAQ-0042"])
    with store.read() as uow:
        latest, audited = uow.entries.get("FAQ-0042").latest, uow.audit.rows(1)[0]
        assert uow.entries.in_force(["FAQ-0100"], NOW)
    assert (latest.content.speakable, latest.reason, latest.author) == ("等六十天。", "季度更新", "wang")
    assert (audited.action, audited.detail["file"]) == ("import", "甲.csv")
    landed = service.get(WANG, id)
    assert (landed.stage, landed.result["new"]) == (Stage.LANDED, ["FAQ-0100"])
    assert not (shelf / id / "files").exists()


def test_rows_that_are_left_out_do_not_land(service: Uploads, store: Database) -> None:
    id = put(service, ("甲.csv", CSV))
    service.choose(WANG, id, take=[], leave=["FAQ-0042", "FAQ-9999"])
    assert service.get(WANG, id).left_out == {"FAQ-0042"}
    assert service.land(WANG, id, reason="季度更新").changed == []
    with store.read() as uow:
        assert len(uow.entries.get("FAQ-0042").revisions) == 1
    assert codes(store) == {"FAQ-0042", "FAQ-0100"}


def test_a_row_left_out_can_be_taken_in_again(service: Uploads) -> None:
    id = put(service, ("甲.csv", CSV))
    service.choose(WANG, id, take=[], leave=["FAQ-0042", "FAQ-0100"])
    service.choose(WANG, id, take=["FAQ-0100"], leave=[])
    assert service.get(WANG, id).left_out == {"FAQ-0042"}


def test_leaving_out_everything_is_a_sentence(service: Uploads) -> None:
    id = put(service, ("甲.csv", CSV))
    service.choose(WANG, id, take=[], leave=["FAQ-0042", "FAQ-0100"])
    with pytest.raises(Conflict, match="没有选中要导入的行。"):
        service.land(WANG, id, reason="x")


def test_a_replacement_that_is_left_out_is_named(service: Uploads, store: Database) -> None:
    data = "编号,标题,替代条目\nFAQ-0200,旧的,FAQ-0201\nFAQ-0201,新的,\n"
    id = put(service, ("甲.csv", data))
    service.choose(WANG, id, take=[], leave=["FAQ-0201"])
    with pytest.raises(Conflict, match="FAQ-0200 的替代条目 FAQ-0201 在您略过的行里"):
        service.land(WANG, id, reason="x")
    assert codes(store) == {"FAQ-0042"}


def change(store: Database, clock: Clock, code: str = "FAQ-0042") -> None:
    knowledge = Knowledge(store, clock)
    _, revision = knowledge.submit(LI, a_content(speakable="等九十天。"), reason="别人改了", code=code)
    knowledge.publish(LI, code, revision.number, reason="别人改了")


def test_a_change_by_somebody_else_refuses_the_landing_and_gives_a_fresh_preview(
    service: Uploads, store: Database, clock: Clock
) -> None:
    id = put(service, ("甲.csv", CSV))
    before = heads(service, id)[0]
    change(store, clock)
    with pytest.raises(Conflict, match="预览之后知识库有了改动（FAQ-0042），没有导入。"):
        service.land(WANG, id, reason="x")
    assert codes(store) == {"FAQ-0042"}
    upload = service.get(WANG, id)
    assert upload.stage is Stage.READY and upload.trouble is not None
    row = service.row(upload, heads(service, id)[0])
    assert row.old is not None and row.old.speakable == "等九十天。" and row.mark != before.mark
    assert service.land(WANG, id, reason="x").changed == ["FAQ-0042"]


def test_a_change_to_what_is_left_out_or_not_in_the_files_does_not_hinder(
    service: Uploads, store: Database, clock: Clock
) -> None:
    id = put(service, ("甲.csv", CSV))
    service.choose(WANG, id, take=[], leave=["FAQ-0042"])
    change(store, clock)
    published(store, clock, "FAQ-0300")
    assert service.land(WANG, id, reason="x").new == ["FAQ-0100"]


def test_a_rejected_row_that_became_good_is_a_change_too(service: Uploads, store: Database, clock: Clock) -> None:
    id = put(service, ("甲.csv", "编号,标题,替代条目\nFAQ-0200,旧的,FAQ-0300\nFAQ-0100,新的,\n"))
    assert shown(service, id) == [("rejected", "FAQ-0200"), ("new", "FAQ-0100")]
    published(store, clock, "FAQ-0300")
    with pytest.raises(Conflict, match="FAQ-0200"):
        service.land(WANG, id, reason="x")


def test_landing_twice_says_that_it_has_landed(service: Uploads, store: Database) -> None:
    id = put(service, ("甲.csv", CSV))
    service.land(WANG, id, reason="x")
    for again in (lambda: service.land(WANG, id, reason="x"), lambda: service.read(WANG, id)):
        with pytest.raises(Conflict, match="这份文件已经导入，没有再做一次。"):
            again()


def test_landing_before_the_preview_is_refused(service: Uploads) -> None:
    id = service.put(WANG, [("甲.csv", io.BytesIO(CSV.encode()))], publish=True).id
    with pytest.raises(Conflict, match="预览还没有完成"):
        service.land(WANG, id, reason="x")


def test_a_reason_is_needed(service: Uploads, store: Database) -> None:
    id = put(service, ("甲.csv", CSV))
    with pytest.raises(Invalid, match="请写明原因。"):
        service.land(WANG, id, reason=" ")
    assert codes(store) == {"FAQ-0042"}


def test_kinds_that_need_approval_are_shown_as_waiting_and_are_not_put_in_force(
    service: Uploads, store: Database
) -> None:
    id = put(service, ("甲.csv", f"编号,标题,类型\nPOL-0001,新政策,{Kind.POLICY}\nFAQ-0100,新问题,faq\n"))
    assert [(h.code, h.waits) for h in heads(service, id)] == [("POL-0001", True), ("FAQ-0100", False)]
    assert service.get(WANG, id).counts == {"new": 2, "waits": 1}
    service.land(WANG, id, reason="x")
    with store.read() as uow:
        assert set(uow.entries.in_force(["POL-0001", "FAQ-0100"], NOW)) == {"FAQ-0100"}
    assert service.get(WANG, id).result["waits"] == ["POL-0001"]


def test_handing_in_only_puts_nothing_in_force_and_needs_a_preview_of_its_own(
    service: Uploads, store: Database
) -> None:
    id = put(service, ("甲.csv", CSV))
    assert service.set_publish(WANG, id, False).stage is Stage.NEW
    with pytest.raises(Conflict, match="预览还没有完成"):
        service.land(WANG, id, reason="x")
    service.read(WANG, id)
    service.land(WANG, id, reason="x")
    with store.read() as uow:
        assert uow.entries.in_force(["FAQ-0100"], NOW) == {}
        assert uow.entries.in_force(["FAQ-0042"], NOW)["FAQ-0042"].revision.number == 1


def test_another_persons_upload_looks_as_if_it_were_not_there(service: Uploads) -> None:
    id = put(service, ("甲.csv", CSV))
    for act in (service.get, service.drop, service.read, service.progress, lambda p, i: service.land(p, i, reason="x")):
        with pytest.raises(NotFound, match="没有这份上传"):
            act(LI, id)
    assert service.mine(LI) == []
    for wrong in ("", "..", "../../etc", "0" * 32, id.upper() if id.upper() != id else "g" * 32):
        with pytest.raises(NotFound):
            service.get(WANG, wrong)


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEADER, Role.DIRECTOR])
def test_only_who_publishes_may_upload(service: Uploads, role: Role) -> None:
    with pytest.raises(NotAllowed):
        service.put(a_person(role), [("甲.csv", io.BytesIO(CSV.encode()))], publish=False)


def test_after_a_day_an_upload_is_removed(service: Uploads, clock: Clock, shelf: Path) -> None:
    id = put(service, ("甲.csv", CSV))
    clock.forward(hours=23, minutes=59)
    assert [u.id for u in service.mine(WANG)] == [id]
    clock.forward(minutes=1)
    with pytest.raises(NotFound, match="超过 24 小时"):
        service.get(WANG, id)
    assert list(shelf.iterdir()) == []


def test_what_is_dropped_leaves_nothing_on_the_disk(service: Uploads, shelf: Path) -> None:
    service.drop(WANG, put(service, ("甲.csv", CSV)))
    assert list(shelf.iterdir()) == []


def test_uploads_are_for_their_owner_alone_on_the_disk_too(service: Uploads, shelf: Path) -> None:
    put(service, ("甲.csv", CSV), ("乙.zip", zipped(**{"a.md": "---\ncode: FAQ-1\ntitle: 一\n---\n"})))
    modes = {path.stat().st_mode & 0o777 for path in [shelf, *shelf.rglob("*")] if path.is_dir()}
    assert modes == {0o700}
    assert {path.stat().st_mode & 0o777 for path in shelf.rglob("*") if path.is_file()} == {0o600}


def test_a_name_chooses_no_place_on_the_disk(service: Uploads, shelf: Path, tmp_path: Path) -> None:
    id = put(service, ("../../../\u202egpj.evil\n.csv", CSV))
    [file] = service.get(WANG, id).files
    assert (file.name, file.stored) == (r"\u202egpj.evil\n.csv", "01.csv")
    assert {path.name for path in (shelf / id / "files").iterdir()} == {"01.csv"}


def test_too_many_uploads_are_a_sentence_and_those_that_landed_do_not_count(
    service: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PER_PERSON_MOST", 2)
    monkeypatch.setattr(uploads, "ALL_MOST", 3)
    first = put(service, ("甲.csv", CSV))
    put(service, ("甲.csv", CSV))
    with pytest.raises(Conflict, match="您有 2 份上传还没有导入"):
        put(service, ("甲.csv", CSV))
    put(service, ("甲.csv", CSV), person=LI)
    with pytest.raises(Conflict, match="现在有 3 份上传还没有导入"):
        put(service, ("甲.csv", CSV), person=LI)
    service.land(WANG, first, reason="x")
    put(service, ("甲.csv", CSV))


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.csv", b"", "a.csv：文件是空的。"),
        ("a.xlsx", b"\n\n", "a.xlsx：文件是空的。"),
        ("a.exe", b"MZ", "a.exe：不支持这种文件"),
        ("noend", b"x", "noend：不支持这种文件"),
        ("a.csv", b"PK\x03\x04...", "a.csv：文件内容是Office 文件或压缩包，与扩展名 .csv 不符。"),
        ("a.xlsx", "编号,标题\n".encode(), "a.xlsx：文件内容不是 .xlsx 格式"),
        ("a.docx", b"%PDF-1.7", "a.docx：文件内容是PDF，与扩展名 .docx 不符。"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xlsx：这是旧版 Office 文件或设了密码，请另存为 .xlsx"),
        ("a.md", b"\x00\x01\x02abc", "a.md：文件内容不是文字，与扩展名 .md 不符。"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_at_once(
    service: Uploads, shelf: Path, name: str, data: bytes, sentence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        put(service, (name, data))
    assert sentence in str(refused.value)
    assert list(shelf.iterdir()) == []


def test_too_much_is_refused_and_nothing_stays(
    service: Uploads, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.services.upload_files.BYTES_MOST", 2**20)
    monkeypatch.setattr(uploads, "BYTES_MOST", 2**20)
    with pytest.raises(TooLarge, match=r"乙[.]csv：一次最多上传 1 MB，请分几次。"):
        put(service, ("甲.csv", b"x" * 600_000), ("乙.csv", b"x" * 600_000))
    with pytest.raises(TooLarge, match="一次最多上传 20 个文件"):
        put(service, *[("甲.csv", CSV)] * 21)
    with pytest.raises(Invalid, match="请先选择文件。"):
        put(service)
    assert list(shelf.iterdir()) == []


def test_more_rows_than_a_person_can_look_at_are_a_sentence(
    service: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.services.upload_files.ROWS_MOST", 3)
    id = put(service, ("甲.csv", "编号,标题\n" + "".join(f"FAQ-{n},第{n}\n" for n in range(1, 5))))
    upload = service.get(WANG, id)
    assert upload.stage is Stage.FAILED
    assert upload.trouble == ("一次最多导入 {most} 行，请分成几份，或请管理员用 kb import 导入。", {"most": 3})


def test_a_gb18030_table_is_read(service: Uploads) -> None:
    id = put(service, ("甲.csv", CSV.encode("gb18030")))
    assert shown(service, id) == [("changed", "FAQ-0042"), ("new", "FAQ-0100")]


MD = "---\ncode: {code}\nkind: faq\ntitle: {title}\n---\n\n正文。\n"


def test_a_zip_of_markdown_is_read_with_the_names_in_it(service: Uploads) -> None:
    members = {
        "库/faq/FAQ-0100.md": MD.format(code="FAQ-0100", title="一"),
        "../../out.md": MD.format(code="FAQ-0101", title="二"),
        "库/README.md": "# 说明",
        "库/图.png": "png",
        "__MACOSX/._x.md": "x",
    }
    id = put(service, ("库.zip", zipped(**members)))
    assert [(h.outcome, h.code, h.file) for h in heads(service, id)] == [
        ("new", "FAQ-0101", "库.zip/../../out.md"),
        ("new", "FAQ-0100", "库.zip/库/faq/FAQ-0100.md"),
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (zipped(**{"a.txt": "x"}), "压缩包里没有 Markdown 文件"),
        (b"PK\x03\x04 broken", "压缩包打不开"),
        (zipped(**{"a.md": "x" * 40_000_000}), "压缩比异常"),
        (zipped(**{f"{n}.md": "x" for n in range(5_001)}), "压缩包里有 5001 个成员"),
    ],
    ids=["nothing", "broken", "bomb", "members"],
)
def test_a_zip_that_cannot_be_taken_is_a_rejection(service: Uploads, shelf: Path, data: bytes, sentence: str) -> None:
    id = put(service, ("库.zip", data))
    [row] = heads(service, id)
    assert (row.outcome, row.file) == (Outcome.REJECTED, "库.zip")
    assert sentence in row.reason
    assert not (shelf / id / "unpacked").exists()


def test_who_holds_an_upload_keeps_others_from_it(service: Uploads, shelf: Path) -> None:
    id = put(service, ("甲.csv", CSV))
    assert service.progress(WANG, id) is None
    with Shelf(shelf).working(id):
        assert service.progress(WANG, id) == {"phase": "comparing", "rows": 2}
        with pytest.raises(Conflict, match="正在处理，请等它完成"):
            service.land(WANG, id, reason="x")


def test_an_upload_is_kept_whole_in_its_file(service: Uploads) -> None:
    id = put(service, ("甲.csv", CSV), publish=False)
    service.give_up(WANG, id, KbError("{a}坏了", a=Kind.FAQ))
    upload = service.get(WANG, id)
    assert Upload.from_dict(upload.to_dict()) == upload
    assert upload.trouble == ("{a}坏了", {"a": "faq"})
    assert upload.ends_at - upload.at == upload_values.KEPT


