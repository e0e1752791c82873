"""What an import did, in words, and the file with the rows that it rejected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
from flask_babel import gettext

from kb.exchange import Rejection
from kb.services.importing import ImportReport
from webapp import messages
from webapp.rejections import write_rows

SHOWN = 20  # codes or rejections shown on the terminal; the report file has all rejections


def show_report(report: ImportReport) -> None:
    """Print new / changed / unchanged / missing / rejected: the counts, then the codes that a person will look for."""
    for title, codes in (
        (gettext("新增"), report.new),
        (gettext("变更"), report.changed),
        (gettext("未变"), report.unchanged),
        (gettext("缺失"), report.missing),
        (gettext("拒收"), report.rejected),
    ):
        click.echo(f"{title}\t{len(codes)}")
    _name(gettext("变更的条目："), report.changed)
    _name(gettext("库里有、这次没有的条目："), report.missing)
    _name(gettext("已收下但没有发布（有效期已过，或尚未生效的条目只添了相似问）："), report.not_published)
    for rejection in report.rejected[:SHOWN]:
        click.echo(_line(rejection), err=True)
    if len(report.rejected) > SHOWN:
        click.echo(gettext("……共 {count} 行被拒收。").format(count=len(report.rejected)), err=True)


def _name(title: str, codes: Sequence[str]) -> None:
    if codes:
        click.echo(f"{title} {' '.join(codes[:SHOWN])}{' …' if len(codes) > SHOWN else ''}")


def _line(rejection: Rejection) -> str:
    place = f"{rejection.file}:{rejection.line}" if rejection.line else rejection.file
    field = messages.field_name(rejection.field)
    return f"{place}: {field + ': ' if field else ''}{rejection.reason}"


def write_rejections(path: Path, rejections: Sequence[Rejection]) -> None:
    """All rejected rows as CSV that a spreadsheet opens (UTF-8 with its mark): file, line, field, reason."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
        write_rows(file, ((r.file, r.line, r.field, r.reason) for r in rejections))


def report_path(home: Path, at: datetime) -> Path:
    """Where the report goes when nobody says: ``HOME/reports/import-20261121-090000.csv``."""
    return home / "reports" / f"import-{at:%Y%m%d-%H%M%S}.csv"
