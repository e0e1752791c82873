"""The rows that an import rejected, as a table for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import IO

from flask_babel import gettext

from kb.domain.errors import N_
from webapp import messages

_STARTS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")  # some spreadsheets read full width too
COLUMNS = (N_("文件"), N_("行"), N_("字段"), N_("原因"))


def write_rows(file: IO[str], rows: Iterable[tuple[str, int, str, str]]) -> None:
    """Write the header and, for each, file, line, name of the field and reason. No cell runs as a formula."""
    writer = csv.writer(file)
    writer.writerow([gettext(column) for column in COLUMNS])
    for name, line, field, reason in rows:
        writer.writerow([_plain(name), line, _plain(messages.field_name(field)), _plain(reason)])


def _plain(text: str) -> str:
    """A cell that a spreadsheet shows and never runs as a formula."""
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text
