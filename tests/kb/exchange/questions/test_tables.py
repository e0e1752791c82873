"""Tables as people keep them: other headings, other marks, one row an option, merged cells, formulas, one bad row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from kb.domain.exams.question import QuestionContent, QuestionType
from kb.exchange.questions import Format, Read, Refused, read_questions, write_questions
from tests.kb.exchange.questions.samples import SAMPLES, SINGLE


def sheet(folder: Path, rows: list[list[object]], merge: str = "") -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    if merge:
        book.active.merge_cells(merge)  # type: ignore[union-attr]
    path = folder / "题库.xlsx"
    book.save(path)
    return path


def contents(path: Path) -> list[QuestionContent]:
    read = list(read_questions(path))
    assert all(isinstance(one, Read) for one in read), read
    return [one.content for one in read if isinstance(one, Read)]


def test_other_peoples_headings_and_answers_are_understood(tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        [
            ["序号", "题目类型", "题目", "A", "B", "选项 C", "正确答案", "答案解析", "难易程度", "考点"],
            [1, "单选题", "等待期？", "30 天", "60 天", "90 天", "a", "见条款", "易", "等待期"],
            [2, "多项选择题", "材料？", "身份证", "发票", "病历", "A、C", "", "难", ""],
            [3, "判断题", "续保没有等待期", "", "", "", "√", "", 3, ""],
            [4, "填空题", "____ 天内，____ 前", "", "", "", "30|三十；年底", "", "40%", ""],
            [5, "简答题", "为什么？", "", "", "", "因为。", "", "", ""],
            [6, "", "没写题型", "甲", "乙", "", "BA", "", "", ""],
        ],
    )
    single, multiple, truth, cloze, short, guessed = contents(path)
    assert (single.options, single.key, single.difficulty) == (("30 天", "60 天", "90 天"), (0,), 0.2)
    assert (multiple.type, multiple.key, multiple.difficulty) == (QuestionType.MULTIPLE, (0, 2), 0.8)
    assert (truth.key, truth.options, truth.difficulty) == ((0,), (), 0.5)
    assert (cloze.blanks, cloze.difficulty) == ((("30", "三十"), ("年底",)), 0.4)
    assert short.model == "因为。"
    assert guessed.type is QuestionType.MULTIPLE


def test_one_row_an_option_is_understood_with_merged_cells(tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        [
            ["题号", "题干", "题型", "选项", "是否正确", "解析"],
            [1, "等待期？", "单选", "30 天", "√", "条款"],
            [None, None, None, "60 天", None, None],
            [None, None, None, "90 天", "", None],
            [2, "材料？", "多选", "身份证", "是", ""],
            ["", "", "", "发票", 1, ""],
            ["", "", "", "照片", 0, ""],
        ],
        merge="B2:B4",
    )
    first, second = contents(path)
    assert (first.stem, first.options, first.key, first.explanation) == ("等待期？", ("30 天", "60 天", "90 天"), (0,), "条款")
    assert (second.type, second.key) == (QuestionType.MULTIPLE, (0, 1))


def test_one_bad_row_among_ten_thousand_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    rows: list[list[object]] = [["题型", "题干", "选项A", "选项B", "答案"]]
    rows += [["单选", f"第 {n} 题", "甲", "乙", "A"] for n in range(10_000)]
    rows[7_777][4] = "甲"
    read = list(read_questions(sheet(tmp_path, rows)))
    refused = [one for one in read if isinstance(one, Refused)]
    assert len(read) == 10_000
    assert [(one.line, one.field) for one in refused] == [(7_778, "key")]
    assert "答案请写选项的字母" in refused[0].reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["单选", "问", "甲", "乙", ""], "没有写答案。"),
        (["猜谜", "问", "甲", "乙", "A"], "不认识题型“猜谜”。"),
        (["判断", "问", "", "", "也许"], "判断题的答案请写“对”或“错”"),
        (["单选", "=1+1", "甲", "乙", "A"], "公式没有存下结果"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(tmp_path: Path, row: list[object], reason: str) -> None:
    (refused,) = read_questions(sheet(tmp_path, [["题型", "题干", "选项A", "选项B", "答案"], row]))
    assert isinstance(refused, Refused)
    assert reason in refused.reason


@pytest.mark.parametrize(("head", "reason"), [(["题型", "答案"], "没有“题干”"), (["题干", "作者"], "表头“作者”")])
def test_a_table_without_its_columns_is_refused_whole(tmp_path: Path, head: list[object], reason: str) -> None:
    (refused,) = read_questions(sheet(tmp_path, [head, ["x", "y"]]))
    assert isinstance(refused, Refused)
    assert reason in refused.reason


def test_the_workbook_has_the_common_columns_and_holds_no_formula(tmp_path: Path) -> None:
    data, _ = write_questions(Format.XLSX, list(SAMPLES.values()))
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    book = load_workbook(path)
    assert book.active
    head = [cell.value for cell in book.active[1]]
    assert head[:2] == ["题型", "题干"]
    assert head[2:12] == [f"选项{letter}" for letter in "ABCDEFGHIJ"]
    assert head[12:18] == ["答案", "解析", "难度", "知识点", "来源条目", "来源版本"]
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)
    assert [row[0].value for row in book.active.iter_rows(min_row=2, max_row=3)] == ["单选", "多选"]


def test_a_csv_of_an_older_excel_is_gb18030_and_starts_no_formula() -> None:
    data, _ = write_questions(Format.CSV_GB18030, [SINGLE])
    text = data.decode("gb18030")
    assert "'=60 天" in text
    assert text.splitlines()[0].startswith("题型,题干,选项A")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_no_cell_of_a_csv_starts_a_formula_in_either_width(start: str, tmp_path: Path) -> None:
    content = replace(SINGLE, stem=f"{start}1 是什么")
    data, _ = write_questions(Format.CSV, [content])
    assert f"'{start}1 是什么" in data.decode("utf-8-sig")
    (tmp_path / "q.csv").write_bytes(data)
    assert [one.stem for one in contents(tmp_path / "q.csv")] == [content.stem]
