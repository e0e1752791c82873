"""Questions in a table: one row each in the common Chinese columns, or one row for each option."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, time
from itertools import chain
from pathlib import Path
from typing import Any

from kb.domain.errors import N_, Invalid, KbError
from kb.domain.exams.checks import LETTERS, OPTIONS_MOST
from kb.domain.exams.question import QUESTION_TYPE_NAMES, QuestionContent, QuestionType
from kb.exchange.bounded import Bounds, open_regular
from kb.exchange.csv_file import records
from kb.exchange.questions import words
from kb.exchange.questions.results import Read, Refused
from kb.exchange.rows import refuse
from kb.exchange.table import Cells, has_content
from kb.exchange.xlsx_file import sheets_of

OPTIONS = tuple(f"选项{letter}" for letter in LETTERS)
COLUMNS = (
    "题型", "题干", *OPTIONS, "答案", "解析", "难度", "知识点", "来源条目", "来源版本", "标签", "来源位置", "来源原文",
    "评分要点", "选项固定",
)  # fmt: skip
_ALSO = {
    "类型": "题型", "试题类型": "题型", "题目类型": "题型", "题目": "题干", "试题": "题干", "问题": "题干", "试题内容": "题干",
    "题目内容": "题干", "正确答案": "答案", "参考答案": "答案", "标准答案": "答案", "答案解析": "解析", "试题解析": "解析",
    "难易度": "难度", "难易程度": "难度", "考点": "知识点", "知识点名称": "知识点", "来源": "来源条目", "条目编号": "来源条目",
    "评分标准": "评分要点", "选项": "选项内容", "选项文字": "选项内容", "是否答案": "是否正确", "正确": "是否正确",
    "题号": "题号", "序号": "题号", "编号": "题号",
}  # fmt: skip
_PER_OPTION = ("选项内容", "是否正确", "题号")
_YES = {"√", "✓", "✔", "是", "对", "正确", "1", "y", "yes", "true", "t"}
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")  # some spreadsheets read full width too
Rows = Iterable[tuple[int, Cells | KbError]]


def read_xlsx(path: Path, bounds: Bounds) -> Iterator[Read | Refused]:
    """All sheets that have one of our columns. Formulas count with their stored value, merged cells repeat theirs
    downwards. A sheet with instructions, or a hidden one with the values of a list, says nothing beside others."""
    strange: list[Read | Refused] = []
    found = False
    for _, rows in sheets_of(path, bounds):
        first = next(rows)
        if not isinstance(first[1], KbError) and not _recognised(first[1]):
            strange = strange or list(_read([first]))
            continue
        found = True
        yield from _read(chain([first], rows))
    if not found:
        yield from strange or _read([])


def read_csv(path: Path, bounds: Bounds) -> Iterator[Read | Refused]:
    with open_regular(path) as data, closing(records(data, bounds, _recognised)) as rows:
        yield from _read((line, cells if isinstance(cells, KbError) else _unquoted(cells)) for line, cells in rows)


def _recognised(cells: Cells) -> int:
    return sum(_name(cell) in (*COLUMNS, *_PER_OPTION[:2]) for cell in cells)


def write_csv(contents: Sequence[QuestionContent], encoding: str) -> bytes:
    """What would be a formula to a spreadsheet gets an apostrophe before it, which reading takes away again."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for content in contents:
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in _cells(content)])
    return text.getvalue().encode(encoding, errors="replace" if encoding == "gb18030" else "strict")


def write_xlsx(contents: Sequence[QuestionContent]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet("试题")
    for column, name in enumerate(COLUMNS):
        letter = chr(65 + column) if column < 26 else "A" + chr(39 + column)
        sheet.column_dimensions[letter].width = {"题干": 50, "解析": 40, "来源原文": 40}.get(name, 14)
    sheet.freeze_panes = "C2"

    def cell(value: str, *, head: bool = False) -> Any:
        made = WriteOnlyCell(sheet, value)
        made.data_type, made.number_format = "s", "@"  # never a formula, never a date
        made.alignment = Alignment(wrap_text=True, vertical="top")
        made.font = Font(bold=head)
        return made

    sheet.append([cell(name, head=True) for name in COLUMNS])
    for content in contents:
        sheet.append([cell(value) if value else None for value in _cells(content)])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _cells(content: QuestionContent) -> list[str]:
    source = content.source
    options = [*content.options, *([""] * (OPTIONS_MOST - len(content.options)))]
    return [
        QUESTION_TYPE_NAMES[content.type], content.stem, *options, words.answer_of(content), content.explanation,
        repr(float(content.difficulty)), content.point, source.code, str(source.revision) if source.code else "",
        words.tags_of(content.tags), words.place_of(source), source.text, words.rubric_of(content.rubric),
        "" if content.shuffle else "是",
    ]  # fmt: skip


def _unquoted(cells: Cells) -> Cells:
    return [cell[1:] if isinstance(cell, str) and cell[:1] == "'" and _FORMULA.match(cell) else cell for cell in cells]


def _name(cell: object) -> str:
    """The column's own name for what a header says: 选项 A, A选项, A and 正确答案 are known too."""
    said = re.sub(r"[\s：:*（）()]", "", str(cell or ""))
    option = re.fullmatch(r"(?:选项|备选项)?([A-Ja-j])(?:选项)?", said)
    return f"选项{option[1].upper()}" if option else _ALSO.get(said, said)


def _read(rows: Rows) -> Iterator[Read | Refused]:
    numbered = iter(rows)
    header: list[str] = []
    for line, cells in numbered:
        if isinstance(cells, KbError):
            yield _refused(cells, line)
        elif has_content(cells):
            header = [_name(cell) for cell in cells]
            break
    else:
        yield Refused(0, str(Invalid(N_("表格是空的。"))))
        return
    if "题干" not in header:
        yield Refused(line, str(Invalid(N_("表头里没有“{name}”这一列。"), name="题干")), "stem")
        return
    unknown = [name for name in header if name and name not in (*COLUMNS, *_PER_OPTION)]
    if unknown:
        yield Refused(line, str(Invalid(N_("表头“{key}”不是已知的列，请改名或删去这一列后再导入。"), key=unknown[0][:20])))
        return
    yield from (_per_option if "选项内容" in header else _wide)(header, numbered)


def _wide(header: Sequence[str], rows: Rows) -> Iterator[Read | Refused]:
    for line, cells in rows:
        try:
            if isinstance(cells, KbError):
                raise cells
            if has_content(cells):
                yield Read(_content(_said(header, cells)), line)
        except KbError as error:
            yield _refused(error, line)


def _per_option(header: Sequence[str], rows: Rows) -> Iterator[Read | Refused]:
    """Rows belong together until the number or the stem changes; only the first of them needs the rest."""
    group: list[dict[str, str]] = []
    start, broken = 0, None
    for line, cells in chain(rows, [(0, [])]):
        row: dict[str, str] = {}
        error = cells if isinstance(cells, KbError) else None
        if error is None and not isinstance(cells, KbError) and has_content(cells):
            try:
                row = _said(header, cells)
            except KbError as caught:
                error = caught
        ends = line == 0 or bool(group and row and _begins(group[0], row))
        if ends and (group or broken):
            yield _refused(broken, start) if broken else _grouped(group, start)
            group, broken = [], None
        if error:
            start, broken = start if group else line, error
        elif row:
            start = start if group else line
            group.append(row)


def _begins(first: dict[str, str], row: dict[str, str]) -> bool:
    if row.get("题号"):
        return row["题号"] != first.get("题号", "")
    return bool(row.get("题干")) and row["题干"] != first.get("题干")


def _grouped(group: list[dict[str, str]], line: int) -> Read | Refused:
    first = dict(group[0])
    options = [row["选项内容"] for row in group if row.get("选项内容")]
    right = [n for n, row in enumerate(group) if row.get("是否正确", "").casefold() in _YES]
    first |= {f"选项{letter}": option for letter, option in zip(LETTERS, options, strict=False)}
    if right and not first.get("答案"):
        first["答案"] = "".join(LETTERS[place] for place in right if place < len(LETTERS))
    try:
        if len(options) > OPTIONS_MOST:
            raise Invalid(N_("选项最多 {most} 个，现有 {count} 个。"), field="options", most=OPTIONS_MOST, count=len(options))
        return Read(_content(first), line)
    except KbError as error:
        return _refused(error, line)


def _said(header: Sequence[str], cells: Cells) -> dict[str, str]:
    row: dict[str, str] = {}
    for column, cell in enumerate(cells):
        if isinstance(cell, KbError):
            raise cell
        if isinstance(cell, datetime) and cell.time() == time():
            cell = cell.date()  # Excel keeps a day as a moment
        said = str(cell).strip() if cell is not None else ""
        name = header[column] if column < len(header) else ""
        if said and not name:
            raise Invalid(N_("第 {column} 列有内容却没有表头。"), column=column + 1)
        if said:
            row[name] = said
    return row


def _content(row: dict[str, str]) -> QuestionContent:
    """Raises ``Invalid`` when a cell cannot be understood."""
    options = [row.get(name, "") for name in OPTIONS]
    while options and not options[-1]:
        options.pop()
    answer = row.get("答案", "")
    kind = words.type_of(row["题型"]) if row.get("题型") else _guessed(options, answer)
    if kind is QuestionType.TRUE_FALSE:
        answer, options = words.truth_of(answer, options), []
    read: dict[str, Any] = {
        "type": kind, "stem": row.get("题干", ""), "options": tuple(options), "explanation": row.get("解析", ""),
        "difficulty": words.difficulty_of(row.get("难度", "")), "point": row.get("知识点", ""),
        "tags": words.read_tags(row.get("标签", "")),
        "rubric": words.read_rubric(row.get("评分要点", "")), "shuffle": row.get("选项固定", "").casefold() not in _YES,
        "source": words.source_of(
            row.get("来源条目", ""), row.get("来源版本", ""), row.get("来源位置", ""), row.get("来源原文", "")
        ),
    }  # fmt: skip
    if not answer and kind not in (QuestionType.SHORT, QuestionType.ORAL, QuestionType.PRACTICAL):
        raise Invalid(N_("没有写答案。"), field="key")
    return words.made(read | words.read_answer(kind, answer))


def _guessed(options: Sequence[str], answer: str) -> QuestionType:
    """What a question is whose type nobody wrote down."""
    if not any(options):
        try:
            words.read_answer(QuestionType.TRUE_FALSE, answer)
        except Invalid:
            return QuestionType.SHORT
        return QuestionType.TRUE_FALSE
    return QuestionType.MULTIPLE if len(re.sub(r"[^A-Ja-jＡ-Ｊ]", "", answer)) > 1 else QuestionType.SINGLE


def _refused(error: KbError, line: int) -> Refused:
    said = refuse(error, "", line)
    return Refused(line, said.reason, said.field)
