"""Files that people and machines spoil: whatever they hold, a sentence comes back, soon, and no wrong key."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from kb.domain.exams.question import QuestionContent
from kb.exchange.questions import gift
from kb.exchange.questions.formats import read_questions
from kb.exchange.questions.results import Refused

HEAD = ("题型", "题干", "选项A", "选项B", "答案")
NOT_ALLOWED = "文件里有不允许的 XML 声明或层层嵌套，未导入。"


def read(folder: Path, name: str, data: bytes | str) -> list[QuestionContent | str]:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return [one.reason if isinstance(one, Refused) else one.content for one in read_questions(path)]


def a_book(*rows: tuple[object, ...], head: tuple[str, ...] = HEAD, formats: dict[str, str] | None = None) -> Workbook:
    book = Workbook()
    for row in (head, *rows):
        book.active.append(row)
    for cell, format in (formats or {}).items():
        book.active[cell].number_format = format
    return book


def saved(book: Workbook) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def a_package(item: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "imsmanifest.xml",
            '<manifest><resources><resource type="imsqti_item_xmlv2p1" href="a.xml"/></resources></manifest>',
        )
        package.writestr("a.xml", item)
    return data.getvalue()


@pytest.mark.parametrize("answer", ["AB", "A、B", "A,B", "ＡＢ", "a b", "A；B", "A和B", "A|B", "A.B", "AB。", "A+B"])
def test_two_letters_are_two_right_options_however_they_are_parted(tmp_path: Path, answer: str) -> None:
    [found] = read(tmp_path, "a.xlsx", saved(a_book(("多选", "哪些要带？", "身份证", "保单", answer))))
    assert isinstance(found, QuestionContent) and found.key == (0, 1)


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ("√", 0),
        ("✔️", 0),
        ("正确", 0),
        ("T", 0),
        (1, 0),
        (True, 0),
        ("×", 1),
        ("❌", 1),
        ("不对", 1),
        (0, 1),
        (False, 1),
    ],
)
def test_true_and_false_are_known_by_every_usual_sign(tmp_path: Path, answer: object, key: int) -> None:
    [found] = read(tmp_path, "a.xlsx", saved(a_book(("判断", "续保没有等待期。", None, None, answer))))
    assert isinstance(found, QuestionContent) and found.key == (key,)


@pytest.mark.parametrize(
    "row", [("判断", "续保没有等待期。", "错误", "正确", "A"), ("判断", "续保没有等待期。", "对", "错", "Ｂ")]
)
def test_the_letter_of_a_true_or_false_question_means_what_its_option_says(
    tmp_path: Path, row: tuple[object, ...]
) -> None:
    text = f"1.【判断】{row[1]}\nA. {row[2]}\nB. {row[3]}\n【答案】{row[4]}\n"
    for name, data in (("a.xlsx", saved(a_book(row))), ("a.txt", text.encode())):
        [found] = read(tmp_path, name, data)
        assert isinstance(found, QuestionContent) and (found.key, found.options) == ((1,), ())


def test_a_percentage_and_a_day_stay_what_the_examinee_should_see(tmp_path: Path) -> None:
    rows = (
        ("单选", "赔多少？", 0.8, 0.755, "A"),
        ("单选", "哪天生效？", datetime(2026, 3, 5), datetime(2026, 3, 6, 8, 30), "A"),
    )
    shares, days = read(tmp_path, "a.xlsx", saved(a_book(*rows, formats={"C2": "0%", "D2": "0.0%"})))
    assert isinstance(shares, QuestionContent) and shares.options == ("80%", "75.5%")
    assert isinstance(days, QuestionContent) and days.options == ("2026-03-05", "2026-03-06 08:30:00")


def test_sheets_of_instructions_and_hidden_lists_say_nothing_beside_the_questions(tmp_path: Path) -> None:
    book = a_book(("单选", "赔多少？", "一", "二", "A"))
    for title, state in (("说明", "visible"), ("列表", "hidden")):
        sheet = book.create_sheet(title)
        sheet["A1"], sheet.sheet_state = "单选", state
    [found] = read(tmp_path, "a.xlsx", saved(book))
    assert isinstance(found, QuestionContent)
    [said] = read(tmp_path, "b.xlsx", saved(a_book(head=("说明",))))
    assert said == "表头里没有“题干”这一列。"


def test_each_line_of_gift_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question without end was read anew at each of its lines: minutes for one file."""
    seen: list[str] = []
    depth = gift._depth
    monkeypatch.setattr(gift, "_depth", lambda text: seen.append(text) or depth(text))
    data = "甲 {\n" + "~x\n" * 300 + "=y}\n"
    [found] = read(tmp_path, "a.gift", data)
    assert isinstance(found, QuestionContent) and len(found.options) == 301
    assert sum(map(len, seen)) <= len(data)


def test_the_question_after_one_without_end_is_read(tmp_path: Path) -> None:
    said, found = read(tmp_path, "a.txt", "1. 甲\n" + "乙\n" * 1_200 + "2.【判断】丙。\n【答案】对\n")
    assert said == "这一题超过 1000 行，没有读取：请检查后面的题是否都有题号。"
    assert isinstance(found, QuestionContent) and found.stem == "丙。"


DEEP = b"<b>" * 5_000 + b"x" + b"</b>" * 5_000


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("deep.xml", b'<quiz><question type="essay"><tags><tag>' + DEEP + b"</tag></tags></question></quiz>"),
        ("deep.zip", a_package(b"<assessmentItem><itemBody>" + DEEP + b"</itemBody></assessmentItem>")),
        ("utf16.xml", '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE q [<!ENTITY a "x">]><quiz>&a;</quiz>'.encode("utf-16")),
        ("outer.xml", b'<!DOCTYPE q SYSTEM "file:///etc/passwd"><quiz/>'),
    ],
)  # fmt: skip
def test_declarations_and_bottomless_nesting_are_refused(tmp_path: Path, name: str, data: bytes) -> None:
    assert read(tmp_path, name, data) == [NOT_ALLOWED]


def test_a_picture_that_cannot_come_along_leaves_its_mark(tmp_path: Path) -> None:
    truth = '<answer fraction="100"><text>true</text></answer>'
    html = '<p>看图<img src="@@PLUGINFILE@@/a.png" alt="流程"/>，对吗？</p>'
    text = f'<quiz><question type="truefalse"><questiontext format="html"><text><![CDATA[{html}]]></text></questiontext>{truth}</question></quiz>'
    [found] = read(tmp_path, "a.xml", text)
    assert isinstance(found, QuestionContent) and found.stem == "看图［图：流程］，对吗？"
    item = '<assessmentItem><responseDeclaration identifier="R"><correctResponse><value>A</value></correctResponse></responseDeclaration><itemBody><p>看图<img src="i/流程.png"/></p><choiceInteraction responseIdentifier="R"><simpleChoice identifier="A">一</simpleChoice><simpleChoice identifier="B">二</simpleChoice></choiceInteraction></itemBody></assessmentItem>'
    [found] = read(tmp_path, "a.zip", a_package(item.encode()))
    assert isinstance(found, QuestionContent) and found.stem == "看图［图：流程.png］"


def test_gift_in_html_is_read_as_text(tmp_path: Path) -> None:
    [found] = read(tmp_path, "a.gift", "::a::[html]<p>免赔<b>额</b>&lt;3 万？</p>{~<p>是</p> =<p>否</p>}")
    assert isinstance(found, QuestionContent)
    assert (found.stem, found.options, found.key) == ("免赔额<3 万？", ("是", "否"), (1,))


def test_names_in_a_package_reach_no_file_outside(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        refs = "".join(
            f'<resource type="imsqti_item_xmlv2p1" href="{path}"/>'
            for path in ("/etc/hostname", "file:///etc/hostname")
        )
        package.writestr("imsmanifest.xml", f"<manifest><resources>{refs}</resources></manifest>")
    assert read(tmp_path, "a.zip", data.getvalue()) == [
        "题包里缺少文件“/etc/hostname”。",
        "题包里缺少文件“file:///etc/hostname”。",
    ]
