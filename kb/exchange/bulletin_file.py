"""An issued list as a Markdown document and as an Excel workbook.

Lists are documents of the call centre: their words are Chinese, whatever language the interface speaks.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, tzinfo

from kb.domain.bulletin import CHANGE_NAMES, Bulletin, BulletinItem, BulletinSpan, Change
from kb.domain.content import KIND_NAMES

WIDTHS = {"标题": 36, "改了什么": 40, "口径": 50, "原因": 24, "宣导用语": 50, "检查题": 40}
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")

Named = Callable[[str], str]


def bulletin_markdown(bulletin: Bulletin, *, zone: tzinfo, named: Named = str) -> str:
    """The list with everything that is read or signed. ``named`` turns a login into what the person is called."""
    head = [f"# 第 {bulletin.number} 期 · {_plain(bulletin.title)}", ""]
    facts = [
        f"{_moment(bulletin.issued_at, zone)} 由 {_plain(named(bulletin.issued_by))} 签发",
        f"{len(bulletin.items)} 条",
    ]
    facts += ["紧急"] * bulletin.urgent + [f"更正第 {bulletin.corrects} 期"] * (bulletin.corrects is not None)
    note = ["", *(f"> {_plain(line)}" for line in bulletin.note.splitlines())] if bulletin.note else []
    start = ["", f"以当时的 {bulletin.known} 条知识为起点，此后只列变化。"] if bulletin.is_start else []
    seal = ["", "---", "", f"校验 `{bulletin.hash}`", ""]
    return "\n".join([*head, " · ".join(facts), *note, *start, *_items(bulletin.items, zone), *seal])


def span_markdown(span: BulletinSpan, *, zone: tzinfo) -> str:
    """The net effect of several lists."""
    head = f"# {span.since} 至 {span.until} 的更新"
    facts = f"{len(span.numbers)} 份清单合并，{len(span.items)} 条"
    return "\n".join([head, "", facts, *_items(span.items, zone), ""])


def bulletin_workbook(items: Sequence[BulletinItem], *, title: str, zone: tzinfo) -> bytes:
    """The items as an .xlsx with one sheet, a row an item. Every cell is text: none runs as a formula."""
    from openpyxl import Workbook  # costs a quarter of a second, which most servers' starts need not spend
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = re.sub(r"[\\/*?:\[\]]", " ", title)[:31] or "清单"
    for row, values in enumerate([_HEADER, *(_row(n, item, zone) for n, item in enumerate(items, 1))], start=1):
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(row, column)
            cell.value, cell.data_type, cell.number_format = value, "s", "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if row == 1:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E2EFF0")
    for column, name in enumerate(_HEADER, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS.get(name, 12)
    sheet.freeze_panes = "A2"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


_HEADER = (
    "序号", "类别", "编号", "标题", "类型", "产品", "改了什么", "口径", "原因", "现行条目", "生效", "失效", "宣导用语", "检查题",
)  # fmt: skip


def _row(number: int, item: BulletinItem, zone: tzinfo) -> tuple[str, ...]:
    asked = f"{item.question.text}（{' / '.join(item.question.options)}）" if item.question else ""
    return (
        str(number), CHANGE_NAMES[item.change], item.code, item.title, KIND_NAMES[item.kind], item.product, item.summary,
        item.speakable, item.reason, item.replaced_by, _moment(item.starts, zone), _moment(item.ends, zone),
        item.read_aloud, asked,
    )  # fmt: skip


def _items(items: Sequence[BulletinItem], zone: tzinfo) -> Iterator[str]:
    for number, item in enumerate(items, 1):
        mark = "【重点】" if item.emphasis else ""
        yield from ("", f"## {number}. {mark}{CHANGE_NAMES[item.change]}：{_plain(item.title)}", "")
        facts = [f"`{item.code}`", KIND_NAMES[item.kind], *([_plain(item.product)] if item.product else [])]
        yield " · ".join(facts)
        yield ""
        yield from (f"- **{label}**：{_plain(value)}" for label, value in _facts(item, zone))


def _facts(item: BulletinItem, zone: tzinfo) -> Iterator[tuple[str, str]]:
    removed = item.change is Change.REMOVED
    told = (
        ("改了什么", item.summary),
        ("口径", "" if removed else item.speakable),
        ("原因", item.reason),
        ("现行条目", item.replaced_by),
        ("生效", "" if removed else _moment(item.starts, zone)),
        ("有效至", "" if removed else _moment(item.ends, zone)),
        ("宣导用语", item.read_aloud),
    )
    yield from ((label, value) for label, value in told if value)


def _moment(value: datetime | None, zone: tzinfo) -> str:
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}" if value else ""


def _plain(text: str) -> str:
    """``text`` so that Markdown reads it as text."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
