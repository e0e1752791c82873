"""导入: upload, look, choose, confirm; whatever is wrong is a sentence."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Callable, Sequence

import openpyxl
import pytest
from werkzeug.test import TestResponse

from kb.domain.person import Role
from kb.services.people import SYSTEM
from tests.factories import Clock, a_content, a_person
from tests.webapp.conftest import PASSWORD, Browser, browser
from tests.webapp.desk_pages import Page, furnish, look, of_class, words
from tests.webapp.multipart import BOUNDARY
from webapp.importing import work
from webapp.wiring import Desk

CSV = (
    "编号,标题,口径,类型\n"
    "FAQ-0043,住院医疗险的等待期是多少天,住院医疗险的等待期是九十天。,问答\n"
    "FAQ-0100,新问题,新口径。,问答\n"
    "FAQ-0101,坏的一行,口径。,不知道\n"
)


@pytest.fixture
def coordinator(client_for: Callable[[Role], Browser], desk: Desk) -> Browser:
    furnish(desk)
    return client_for(Role.COORDINATOR)


def send(client: Browser, files: Sequence[tuple[str, bytes | str]], **fields: str) -> TestResponse:
    """Upload as a browser does."""
    parts = [_part(f'name="{k}"', v.encode()) for k, v in {"csrf_token": client.csrf_token(), **fields}.items()]
    parts += [_part(f'name="files"; filename="{n}"', d.encode() if isinstance(d, str) else d) for n, d in files]
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    return client.post("/import", data=body, content_type=f"multipart/form-data; boundary={BOUNDARY}")


def _part(disposition: str, content: bytes) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + content + b"\r\n"


def upload(client: Browser, *files: tuple[str, bytes | str], publish: bool = True) -> str:
    """Upload and wait for the preview; returns its address."""
    response = send(client, files or [("甲.csv", CSV)], publish="1" if publish else "0")
    assert response.status_code == 303, words(look(response), "//main")
    done()
    return str(response.location)


def done() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("import "):
            thread.join(10)


def rows(page: Page) -> list[str]:
    return [words(row, ".") for row in page.xpath("//ol[@class='rows']/li")]


def confirm(client: Browser, address: str, reason: str = "季度更新", **fields: object) -> Page:
    response = client.submit(f"{address}/confirm", {"reason": reason, **fields})
    assert response.status_code == 303, words(look(response), of_class("error"))
    done()
    return look(client.get(address))


def revisions(desk: Desk, code: str) -> int:
    with desk.store.read() as uow:
        entry = uow.entries.find(code)
    return len(entry.revisions) if entry else 0


def test_a_preview_says_of_each_row_what_would_come_of_it(coordinator: Browser, desk: Desk) -> None:
    page = look(coordinator.get(upload(coordinator)))
    changed, new, _ = rows(page)
    assert changed.startswith("导入 FAQ-0043 变更 FAQ-0043 住院医疗险的等待期是多少天 口径：“六十天”改为“九十天”；删去正文；")
    assert changed.endswith("甲.csv · 第 2 行 看改动")
    assert new == "导入 FAQ-0100 新增 FAQ-0100 新问题 新口径。 甲.csv · 第 3 行 看全文"
    assert "“类型”里的“不知道”不在可选范围内" in rows(page)[2]
    assert words(page, of_class("figures")) == "新增1 变更1 未变0 拒收1"
    assert revisions(desk, "FAQ-0100") == 0


def test_confirming_lands_what_was_shown(coordinator: Browser, desk: Desk) -> None:
    page = confirm(coordinator, upload(coordinator))
    assert "新增 1 条，变更 1 条，未变 0 条。原因：季度更新" in words(page, of_class("notice"))
    assert (revisions(desk, "FAQ-0043"), revisions(desk, "FAQ-0100")) == (2, 1)


def test_confirming_twice_says_that_it_has_landed(coordinator: Browser, desk: Desk) -> None:
    address = upload(coordinator)
    confirm(coordinator, address)
    page = confirm(coordinator, address)
    assert "这份文件已经导入，没有再做一次。" in words(page, "//main")
    assert revisions(desk, "FAQ-0043") == 2


def test_rows_without_a_tick_are_left_out(coordinator: Browser, desk: Desk) -> None:
    address = upload(coordinator)
    page = look(coordinator.get(address))
    [codes] = page.xpath("//input[@name='codes']/@value")
    assert codes == "FAQ-0043 FAQ-0100"
    page = confirm(coordinator, address, codes=codes, take="FAQ-0100")
    assert (revisions(desk, "FAQ-0043"), revisions(desk, "FAQ-0100")) == (1, 1)


def test_a_choice_is_kept_and_told_to_a_script(coordinator: Browser) -> None:
    address = upload(coordinator)
    data = {"codes": "FAQ-0043 FAQ-0100", "take": "FAQ-0043"}
    answer = coordinator.submit(f"{address}/choose", data, headers={"X-Requested-With": "fetch"})
    assert answer.json == {"taken": 1, "left_out": 1}
    page = look(coordinator.get(address))
    assert page.xpath("//input[@name='take'][@checked]/@value") == ["FAQ-0043"]
    assert words(page, "//*[@data-taken-said]") == "将导入 1 条"


def test_all_rows_of_a_kind_are_left_out_and_taken_in_again(coordinator: Browser) -> None:
    address = upload(coordinator)
    coordinator.submit(f"{address}/choose", {"show": "changed", "every": "leave", "codes": "FAQ-0043"})
    page = look(coordinator.get(f"{address}?show=left_out"))
    assert [row.split()[3] for row in rows(page)] == ["FAQ-0043"]
    coordinator.submit(f"{address}/choose", {"show": "todo", "every": "take"})
    assert words(look(coordinator.get(address)), "//*[@data-taken-said]") == "将导入 2 条"


def test_without_a_reason_nothing_lands_and_the_choice_is_kept(coordinator: Browser, desk: Desk) -> None:
    address = upload(coordinator)
    response = coordinator.submit(f"{address}/confirm", {"reason": " ", "codes": "FAQ-0043 FAQ-0100", "take": ""})
    page = look(response)
    assert (response.status_code, words(page, "//*[@id='reason-mistake']")) == (400, "请写明原因。")
    assert page.xpath("//input[@name='take'][@checked]") == []
    assert revisions(desk, "FAQ-0100") == 0


def test_a_change_meanwhile_refuses_with_a_sentence_and_a_fresh_preview(coordinator: Browser, desk: Desk) -> None:
    address = upload(coordinator)
    by = a_person(Role.COORDINATOR, login="li")
    _, revision = desk.knowledge.submit(by, a_content(speakable="等七天。"), reason="别人", code="FAQ-0043")
    desk.knowledge.publish(by, "FAQ-0043", revision.number, reason="别人")
    page = confirm(coordinator, address)
    assert "预览之后知识库有了改动（FAQ-0043），没有导入。" in words(page, "//p[@role='alert']")
    assert "“等七天”改为" in rows(page)[0]
    assert revisions(desk, "FAQ-0100") == 0


def test_the_difference_of_a_row_is_shown_field_by_field(coordinator: Browser) -> None:
    address = upload(coordinator)
    page = look(coordinator.get(f"{address}/rows/1"))
    assert "六十天" in [words(d, ".") for d in page.xpath("//del")]
    assert words(page, "//dt[normalize-space()='口径']/following-sibling::dd") == "住院医疗险的等待期是六十天九十天。"
    part = coordinator.get(f"{address}/rows/1", headers={"X-Requested-With": "fetch"}).text
    assert "<html" not in part and "<del>六十天</del>" in part
    assert coordinator.get(f"{address}/rows/99").status_code == 404


def test_texts_of_a_file_are_never_markup(coordinator: Browser) -> None:
    evil = '<script>alert(1)</script>'
    address = upload(coordinator, ("x<img>.csv", f"编号,标题,口径\nFAQ-0300,{evil},{evil}\nFAQ-0301{evil},x,y\n"))
    for path in (address, f"{address}/rows/1", "/import"):
        text = coordinator.get(path).text
        assert "<script>alert" not in text and "<img>" not in text


def test_rejected_rows_are_downloaded_for_a_spreadsheet(coordinator: Browser) -> None:
    response = coordinator.get(upload(coordinator, ("=甲.csv", CSV)) + "/rejected.csv")
    assert response.data.startswith(b"\xef\xbb\xbf")
    [head, row] = csv.reader(io.StringIO(response.data.decode("utf-8-sig")))
    assert (head, row[:3]) == (["文件", "行", "字段", "原因"], ["'=甲.csv", "4", "类型"])
    assert "attachment" in response.headers["Content-Disposition"]


def test_the_template_can_be_uploaded_as_it_is(coordinator: Browser) -> None:
    template = coordinator.get("/import/template.xlsx").data
    assert openpyxl.load_workbook(io.BytesIO(template)).sheetnames == ["知识条目"]
    page = look(coordinator.get(upload(coordinator, ("模板.xlsx", template))))
    assert "这是模板里的示例行，没有导入。" in rows(page)[0]
    assert "没有可导入的改动" in words(page, of_class("confirm"))


def test_the_choice_of_publishing_can_be_changed_on_the_preview(coordinator: Browser, desk: Desk) -> None:
    address = upload(coordinator)
    assert "确认后立即发布。" in coordinator.get(address).text
    coordinator.submit(f"{address}/read", {"publish": "0"})
    done()
    page = confirm(coordinator, address)
    assert "已提交为新版本，还没有发布。" in words(page, of_class("notice"))
    with desk.store.read() as uow:
        assert uow.entries.in_force(["FAQ-0100"], desk.clock()) == {}


def test_what_needs_approval_is_named_before_and_after(coordinator: Browser) -> None:
    address = upload(coordinator, ("甲.csv", "编号,标题,类型\nPOL-0100,新政策,政策\n"))
    assert "新增 待审批 POL-0100" in rows(look(coordinator.get(address)))[0]
    assert "其中 1 条要先审批" in words(confirm(coordinator, address), of_class("notice"))


def test_a_long_preview_is_paged_and_keeps_its_kind(coordinator: Browser) -> None:
    table = "编号,标题\n" + "".join(f"FAQ-{n:05d},第{n}个\n" for n in range(1, 121))
    page = look(coordinator.get(upload(coordinator, ("甲.csv", table)) + "?show=new&page=2"))
    assert [len(rows(page)), rows(page)[0].split()[1]] == [50, "FAQ-00051"]
    assert page.xpath("//a[@rel='next']/@href")[0].endswith("?page=3&show=new")


@pytest.mark.parametrize(
    ("files", "status", "sentence"),
    [
        ([("", b"")], 400, "请先选择文件。"),
        ([("空.csv", b"")], 400, "空.csv：文件是空的。"),
        ([("a.exe", b"MZ")], 400, "a.exe：不支持这种文件"),
        ([("a.csv", b"PK\x03\x04")], 400, "与扩展名 .csv 不符"),
        ([("a.csv", CSV)] * 21, 413, "一次最多上传 20 个文件"),
        ([("a.csv", b"x" * (20 * 2**20 + 1))], 413, "一次最多上传 20 MB，请分几次。"),
        ([("a.csv", b"x" * (21 * 2**20 + 1))], 413, "一次最多上传 20 MB，请分几次。"),
    ],
    ids=["none", "empty", "kind", "content", "many", "large", "too large to read"],
)
def test_what_cannot_be_uploaded_is_a_sentence(
    coordinator: Browser, files: Sequence[tuple[str, bytes]], status: int, sentence: str
) -> None:
    response = send(coordinator, files)
    assert (response.status_code, sentence in words(look(response), "//*[@id='files-mistake']")) == (status, True)


def test_an_upload_may_be_larger_than_other_requests(coordinator: Browser) -> None:
    address = upload(coordinator, ("大.csv", CSV + " " * (2 * 2**20)))
    assert len(rows(look(coordinator.get(address)))) == 3


def test_only_the_upload_may_be_that_large(coordinator: Browser) -> None:
    address = upload(coordinator)
    assert coordinator.submit(f"{address}/confirm", {"reason": "x" * 2**21}).status_code == 413


def test_whoever_may_not_publish_hears_so_before_the_file_is_read(client_for: Callable[[Role], Browser]) -> None:
    assert send(client_for(Role.AGENT), [("甲.csv", CSV)]).status_code == 403


def test_anothers_upload_is_not_found(coordinator: Browser, desk: Desk, client_for: Callable[[Role], Browser]) -> None:
    address = upload(coordinator)
    desk.people.add(SYSTEM, "li", "李", Role.COORDINATOR, PASSWORD)
    other = browser(coordinator.application)
    _, secret = desk.people.sign_in_as("li")
    with other.session_transaction() as session:
        session["secret"] = secret
    for path in ("", "/state", "/rows/1", "/rejected.csv"):
        assert other.get(address + path).status_code == 404
    for path in ("/read", "/choose", "/confirm", "/drop"):
        assert other.submit(address + path, {"reason": "x"}).status_code == 404
    assert coordinator.get(address).status_code == 200


def test_an_expired_upload_says_so(coordinator: Browser, clock: Clock, desk: Desk) -> None:
    address = upload(coordinator)
    clock.forward(hours=11)
    assert "甲.csv" in words(look(coordinator.get("/import")), of_class("uploads"))
    desk.uploads._clock = lambda: clock.at.replace(year=clock.at.year + 1)
    response = coordinator.get(address)
    assert response.status_code == 404
    assert "超过 24 小时已删除。请重新上传。" in response.text


def test_a_dropped_upload_is_gone(coordinator: Browser) -> None:
    address = upload(coordinator)
    assert coordinator.submit(f"{address}/drop").location == "/import"
    assert coordinator.get(address).status_code == 404


def test_while_the_work_goes_on_the_page_says_how_far_it_is(
    coordinator: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "QUICK", 0.2)
    go_on, reached = threading.Event(), threading.Event()
    original = desk.uploads._preview

    def slow(*values: object, **more: object) -> object:
        reached.set()
        assert go_on.wait(10)
        return original(*values, **more)

    monkeypatch.setattr(desk.uploads, "_preview", slow)
    address = str(send(coordinator, [("甲.csv", CSV)]).location)
    assert reached.wait(10)
    assert "正在读取，已读 0 行。" in words(look(coordinator.get(address)), of_class("working"))
    assert coordinator.get(f"{address}/state").json == {"working": True, "said": "正在读取，已读 0 行。"}
    go_on.set()
    done()
    assert coordinator.get(f"{address}/state").json == {"working": False, "said": ""}
    assert len(rows(look(coordinator.get(address)))) == 3


def test_an_interrupted_preview_is_started_anew(
    coordinator: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(work, "_run", lambda *_: None)
        address = str(send(coordinator, [("甲.csv", CSV)]).location)
    page = look(coordinator.get(address))
    assert "没有做完就中断了" in words(page, of_class("notice"))
    coordinator.submit(f"{address}/read")
    done()
    assert len(rows(look(coordinator.get(address)))) == 3


def test_a_defect_is_logged_under_a_number_that_the_page_repeats(
    coordinator: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret text")

    monkeypatch.setattr(desk.uploads, "_preview", broken)
    address = upload(coordinator)
    said = words(look(coordinator.get(address)), "//p[@role='alert']")
    number = re.search(r"编号 ([0-9a-f]{8})。", said)
    assert number and number[1] in caplog.text
    assert "secret text" not in caplog.text


