"""Every format: what is written is read again as it was; what others write is understood; what is broken is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kb.domain.errors import Invalid
from kb.domain.exams.question import QuestionContent, QuestionType
from kb.exchange.questions import Format, Read, Refused, format_of, read_questions, write_questions
from tests.kb.exchange.questions.samples import SAMPLES, is_correct, questions

ENDINGS = {Format.CSV_GB18030: ".csv", Format.MOODLE: ".xml", Format.QTI: ".zip"}


def again(folder: Path, format: Format, contents: list[QuestionContent]) -> list[Read | Refused]:
    data, left_out = write_questions(format, contents)
    assert left_out == []
    path = folder / f"questions{ENDINGS.get(format, f'.{format}')}"
    path.write_bytes(data)
    return list(read_questions(path))


def fits(format: Format, content: QuestionContent) -> bool:
    if format is Format.GIFT:
        return content.type is not QuestionType.ORDER and len(content.blanks) <= 1
    return True


@pytest.mark.parametrize("format", Format)
def test_what_is_written_is_read_again_as_it_was(tmp_path: Path, format: Format) -> None:
    contents = [content for content in SAMPLES.values() if fits(format, content)]
    read = again(tmp_path, format, contents)
    assert [one.content if isinstance(one, Read) else one for one in read] == contents


@pytest.mark.parametrize("format", Format)
@settings(max_examples=60)
@given(contents=st.lists(questions().filter(is_correct), min_size=1, max_size=3))
def test_no_round_trip_loses_anything(
    tmp_path_factory: pytest.TempPathFactory, format: Format, contents: list[QuestionContent]
) -> None:
    assume(all(fits(format, content) for content in contents))
    read = again(tmp_path_factory.mktemp("q"), format, contents)
    assert [one.content if isinstance(one, Read) else one for one in read] == contents


def test_gift_leaves_out_what_it_cannot_hold_by_name() -> None:
    data, left_out = write_questions(Format.GIFT, list(SAMPLES.values()))
    assert [list(SAMPLES)[one.place] for one in left_out] == ["cloze", "order"]
    assert "Moodle XML" in left_out[0].reason
    assert b"::Q-0001::" in data


@pytest.mark.parametrize(
    ("name", "head", "format"),
    [
        ("题.xlsx", b"", Format.XLSX), ("题.CSV", b"", Format.CSV), ("题.xml", b"", Format.MOODLE),
        ("题.txt", b"<?xml version", Format.MOODLE), ("题.txt", b"1.", Format.TEXT), ("题.gift", b"", Format.GIFT),
        ("题.zip", b"PK", Format.QTI),
    ],
)  # fmt: skip
def test_a_file_is_known_by_its_name_and_beginning(name: str, head: bytes, format: Format) -> None:
    assert format_of(name, head) is format


def test_an_unknown_ending_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(Invalid, match=r"\.xlsx、\.csv"):
        format_of("题.doc")


@pytest.mark.parametrize("suffix", [".xlsx", ".zip", ".xml", ".gift", ".txt", ".csv"])
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"\xff\xfe\x00", b"<quiz>", b"{", "没有题".encode()])
def test_a_broken_file_is_one_sentence(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"坏{suffix}"
    path.write_bytes(data)
    read = list(read_questions(path))
    assert len(read) == 1
    assert isinstance(read[0], Refused)
    assert read[0].reason.endswith(("。", "）。"))


def test_entities_in_xml_are_refused_before_they_grow(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(b'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "x">]><quiz>&a;</quiz>')
    (refused,) = read_questions(path)
    assert isinstance(refused, Refused)
    assert "XML 声明" in refused.reason
