"""A report as a workbook: figures, groups, topics and entries, a sheet each. No cell runs as a formula."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo

from kb.domain.report import BY_NAMES, SPAN_NAMES, EntryUse, Ranked, Report, figures_of
from kb.domain.report_figures import FIGURES, Unit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Value = str | float | int | None
Rows = Sequence[Sequence[Value]]
_FORMATS = {Unit.SHARE: "0.0%", Unit.SECONDS: "0.0", Unit.TIMES: "#,##0"}


def report_workbook(report: Report, *, zone: tzinfo, name_of: Callable[[str], str]) -> bytes:
    """The report as .xlsx. ``name_of`` gives a group's name by its key. Shares are numbers from 0 to 1, shown as percent."""
    from openpyxl import Workbook  # costs a quarter of a second, which most servers' starts need not spend
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.worksheets[0])
    for title, header, rows, formats in _sheets(report, zone, name_of):
        sheet = book.create_sheet(title)
        for row, values in enumerate([header, *rows], start=1):
            for column, value in enumerate(values, start=1):
                cell = sheet.cell(row, column)
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
                if isinstance(value, str):
                    cell.data_type, cell.number_format = "s", "@"
                elif formats.get((row, column)) or formats.get((0, column)):
                    cell.number_format = formats.get((row, column)) or formats[0, column]
                if row == 1:
                    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E2EFF0")
        for column, name in enumerate(header, start=1):
            sheet.column_dimensions[get_column_letter(column)].width = 40 if name in _WIDE else 14
        sheet.freeze_panes = "B2"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


_WIDE = frozenset({"怎么算", "问题", "标题", "问题类型"})
Sheet = tuple[str, Sequence[str], Rows, dict[tuple[int, int], str]]


def _sheets(report: Report, zone: tzinfo, name_of: Callable[[str], str]) -> Iterator[Sheet]:
    yield _overview(report, zone)
    labels = [figure.label for figure in FIGURES.values()]
    formats = {(0, n): _FORMATS[figure.unit] for n, figure in enumerate(FIGURES.values(), start=2)}
    groups = [[name_of(key), *figures_of(sums).values()] for key, sums in report.use.groups.items()]
    yield BY_NAMES[report.by], [BY_NAMES[report.by][1:], *labels], groups, formats
    for title, ranked in (("问题类型", report.types), ("问题", report.asked)):
        yield title, [title, "次数", "占比", "上期", "变化"], [_ranked(one) for one in ranked], {(0, 3): "0.0%"}
    header = ["编号", "标题", "用了", "有误", "改进", "打开", "解决率", "走低", "最近用上"]
    yield "条目", header, [_entry(one, zone) for one in report.entries], {(0, 7): "0.0%"}
    yield "久未用上", header, [_entry(one, zone) for one in report.unused], {(0, 7): "0.0%"}


def _overview(report: Report, zone: tzinfo) -> Sheet:
    now, before = figures_of(report.use.total), figures_of(report.before.total)
    rows: list[list[Value]] = [
        [figure.label, now[key], before[key], "待核实" if figure.to_verify else "", figure.says]
        for key, figure in FIGURES.items()
    ]
    formats = {
        (row, column): _FORMATS[figure.unit]
        for row, figure in enumerate(FIGURES.values(), start=2)
        for column in (2, 3)
    }
    gaps, flags, period = report.gaps, report.flags, report.period
    more: list[tuple[str, Value]] = [
        ("本期新缺口", gaps.raised), ("本期解答的缺口", gaps.answered), ("现有缺口", gaps.open), ("其中超时", gaps.overdue),
        ("指出有误", flags.raised), ("按时处理的有误", flags.in_time), ("逾时处理的有误", flags.late),
        ("待处理的有误", flags.waiting), ("其中超时", flags.overdue), ("报表", SPAN_NAMES[period.span]),
        ("起", period.first.isoformat()), ("止", period.through.isoformat()), ("班组", report.team or "全中心"),
        ("制表时间", f"{report.at.astimezone(zone):%Y-%m-%d %H:%M}"),
    ]  # fmt: skip
    return "总览", ["指标", "本期", "上期", "", "怎么算"], rows + [[label, value] for label, value in more], formats


def _ranked(one: Ranked) -> list[Value]:
    return [one.name or "未分类", one.times, one.share, one.before, one.change]


def _entry(one: EntryUse, zone: tzinfo) -> list[Value]:
    last = f"{one.last_used.astimezone(zone):%Y-%m-%d}" if one.last_used else ""
    return [
        one.code, one.title, one.used, one.flagged, one.improved, one.opened, one.solved, "是" if one.falling else "", last,
    ]  # fmt: skip
