"""One name for each format, and one way to read and write them all."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from kb.domain.errors import N_, Invalid, KbError
from kb.domain.exams.question import QuestionContent
from kb.exchange.bounded import BOUNDS, MIB, Bounds, read_archive, read_whole
from kb.exchange.questions import gift, moodle, plain, qti, tables
from kb.exchange.questions.results import LeftOut, Read, Refused
from kb.exchange.rows import refuse

TEXT_MOST = 16 * MIB


class Format(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"
    CSV_GB18030 = "csv-gb18030"
    TEXT = "txt"
    GIFT = "gift"
    MOODLE = "moodle"
    QTI = "qti"


# Format -> (ending, media type, name).
FORMATS: dict[Format, tuple[str, str, str]] = {
    Format.XLSX: (
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        N_("Excel 工作簿"),
    ),
    Format.CSV: (".csv", "text/csv; charset=utf-8", N_("CSV（UTF-8）")),
    Format.CSV_GB18030: (".csv", "text/csv; charset=gb18030", N_("CSV（GB18030，旧版 Excel）")),
    Format.TEXT: (".txt", "text/plain; charset=utf-8", N_("纯文本（带【答案】）")),
    Format.GIFT: (".gift", "text/plain; charset=utf-8", "GIFT"),
    Format.MOODLE: (".xml", "application/xml", "Moodle XML"),
    Format.QTI: (".zip", "application/zip", N_("QTI 2.1 题包")),
}


def format_of(name: str, head: bytes = b"") -> Format:
    """The format that a file's name and first bytes speak for.

    Raises:
        Invalid: none that is known.
    """
    suffix = Path(name).suffix.lower()
    if suffix == ".xml" or (suffix in ("", ".txt") and head.lstrip().startswith(b"<?xml")):
        return Format.MOODLE
    known = {".xlsx": Format.XLSX, ".csv": Format.CSV, ".txt": Format.TEXT, ".gift": Format.GIFT, ".zip": Format.QTI}
    if suffix not in known:
        raise Invalid(N_("认不出“{suffix}”文件。能导入的有：.xlsx、.csv、.txt、.gift、.xml、.zip。"), suffix=suffix or name)
    return known[suffix]


def read_questions(path: Path, format: Format | None = None, *, bounds: Bounds = BOUNDS) -> Iterator[Read | Refused]:
    """Every question of a file, and every one that cannot be read, in their order. Whether they are correct questions is
    for ``kb.domain.exams.checks`` to say."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
        yield from _reader(format or format_of(path.name, head))(path, bounds)
    except OSError:
        yield Refused(0, str(Invalid(N_("文件读取失败，请检查磁盘或网络盘后再试。"))))
    except KbError as error:
        said = refuse(error, "", 0)
        yield Refused(0, said.reason, said.field)


def write_questions(
    format: Format, contents: Sequence[QuestionContent], names: Sequence[str] = ()
) -> tuple[bytes, list[LeftOut]]:
    """A file with these questions, and those that the format cannot hold. ``names``: what each is called, Q-0042."""
    names = names or [f"Q-{place + 1:04}" for place in range(len(contents))]
    return _writer(format)(contents, names)


Reader = Callable[[Path, Bounds], Iterator[Read | Refused]]
Writer = Callable[[Sequence[QuestionContent], Sequence[str]], tuple[bytes, list[LeftOut]]]


def _reader(format: Format) -> Reader:
    def text(read: Callable[[str], Iterator[Read | Refused]]) -> Reader:
        return lambda path, bounds: read(_decoded(read_whole(path, TEXT_MOST)))

    readers: dict[Format, Reader] = {
        Format.XLSX: tables.read_xlsx,
        Format.CSV: tables.read_csv,
        Format.CSV_GB18030: tables.read_csv,
        Format.TEXT: text(plain.read),
        Format.GIFT: text(gift.read),
        Format.MOODLE: lambda path, bounds: moodle.read(read_whole(path, TEXT_MOST)),
        Format.QTI: lambda path, bounds: qti.read(read_archive(path, bounds)),
    }
    return readers[format]


def _writer(format: Format) -> Writer:
    writers: dict[Format, Writer] = {
        Format.XLSX: lambda contents, names: (tables.write_xlsx(contents), []),
        Format.CSV: lambda contents, names: (tables.write_csv(contents, "utf-8-sig"), []),
        Format.CSV_GB18030: lambda contents, names: (tables.write_csv(contents, "gb18030"), []),
        Format.TEXT: lambda contents, names: (plain.write(contents), []),
        Format.GIFT: gift.write,
        Format.MOODLE: lambda contents, names: (moodle.write(contents, names), []),
        Format.QTI: lambda contents, names: (qti.write(contents, names), []),
    }
    return writers[format]


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, or GB18030; one kind of line end.

    Raises:
        Invalid: it is neither.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return io.StringIO(data.decode(encoding), newline=None).read()
        except UnicodeDecodeError:
            continue
    raise Invalid(N_("文件既不是 UTF-8 也不是 GB18030 编码，请另存为 UTF-8 后再导入。"))
