"""Papers as Word files: read back with a reader of its own, and taken by LibreOffice to PDF."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from kb.domain.errors import Invalid
from kb.domain.exams.paper import Form, Paper
from kb.domain.exams.question import QuestionType
from kb.exchange.paper_docx import KEY, PAPER, SHEET, paper_docx
from tests.factories import NOW
from tests.kb.domain.exams.papers import a_paper, an_item

EVERY_TYPE = tuple(an_item(number, type, score=number + 0.5) for number, type in enumerate(QuestionType, 1))


def a_full_paper() -> Paper:
    """Every type of question on form B."""
    paper = a_paper()
    return replace(paper, forms=(paper.forms[0], Form(name="B", items=EVERY_TYPE)))


def lines(part: str, name: str = "B", paper: Paper | None = None) -> list[str]:
    document = docx.Document(io.BytesIO(paper_docx(paper or a_full_paper(), name, part)))
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text.strip()]


def right(found: list[str], number: int, key: str) -> list[str]:
    """The options that the letters of the key name, on the line of options below that question."""
    place = next(place for place, line in enumerate(found) if line.startswith(f"{number}. "))
    options = {option[0]: option[3:] for option in found[place + 1].split("　　")}
    return [options[letter] for letter in key.removeprefix("【答案】").replace(" → ", "")]


def test_every_question_stands_on_the_paper_with_its_number_score_and_options() -> None:
    found = lines(PAPER)
    text = "\n".join(found)
    assert found[0] == "2026年11月月度考试　B 卷"
    for number, item in enumerate(EVERY_TYPE, 1):
        [stem] = [line for line in found if line.startswith(f"{number}. ")]
        assert item.content.stem.replace("____", "________") in stem and f"（{number + 0.5} 分）" in stem
        for option in item.content.options:
            assert option in text
    assert "3. （判断）" in text and "（　　）对　　（　　）错" in text


def test_the_paper_and_the_sheet_hold_no_key() -> None:
    for part in (PAPER, SHEET):
        text = "\n".join(lines(part))
        for word in ("答案与", "【", "条款写明", "参考答案", "三十"):
            assert word not in text, (part, word)


def test_the_key_says_what_is_right_why_and_from_where() -> None:
    found = lines(KEY)
    assert "答案与评分，不得发给考生。" in found
    single, multiple, judged, blank, order = [line for line in found if line.startswith("【答案】")]
    assert (judged, blank) == ("【答案】错", "【答案】30 / 三十")
    assert [right(found, 1, single), sorted(right(found, 2, multiple)), right(found, 6, order)] == [
        ["1-丙"], ["2-丁", "2-甲"], ["6-丁", "6-乙", "6-甲", "6-丙"],
    ]  # fmt: skip
    assert "【评分】说到天数：60%" in found and "【参考答案】第5问的参考答案。" in found
    assert "【解析】条款写明是2天。" in found and "【来源】FAQ-0042 第 1 版" in found


def test_the_answer_sheet_has_a_place_for_every_question() -> None:
    found = [line for line in lines(SHEET) if ".　" in line[:3]]
    assert found[0] == "1.　[ A ]　[ B ]　[ C ]　[ D ]"
    assert found[2:4] == ["3.　[ 对 ]　[ 错 ]", "4.　________"]
    assert found[5] == "6.　____ → ____ → ____ → ____"
    assert len(found) == len(EVERY_TYPE)


def test_what_the_director_has_not_approved_says_so() -> None:
    assert "未经批准的样稿" in lines(PAPER)
    submitted = a_full_paper().submit(at=NOW)
    approved = submitted.approve(by="wang", at=NOW, seen=submitted.hash, sources={})
    assert "未经批准的样稿" not in lines(PAPER, paper=approved)


def test_a_form_that_is_not_there_is_refused() -> None:
    with pytest.raises(Invalid):
        paper_docx(a_paper(), "C")


def test_long_options_stand_on_lines_of_their_own() -> None:
    long = an_item(4, options=("甲" * 20, "乙" * 20), key=(0,), shuffle=False)
    found = lines(PAPER, "A", replace(a_paper(), forms=(Form(name="A", items=(long, an_item(2, shuffle=False))),)))
    assert found[-4:-2] == [f"A. {'甲' * 20}", f"B. {'乙' * 20}"]
    assert found[-1] == "A. 2-甲　　B. 2-乙　　C. 2-丙　　D. 2-丁"


def test_libreoffice_makes_a_pdf_of_every_part(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None and not os.environ.get("CI"):
        pytest.skip("no LibreOffice on this machine: .ci/run installs it")
    assert office is not None, "CI must have LibreOffice: package libreoffice-writer-nogui"
    for part in (PAPER, KEY, SHEET):
        (tmp_path / f"{part}.docx").write_bytes(paper_docx(a_full_paper(), "B", part))
    done = subprocess.run(
        [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf", "--outdir",
         str(tmp_path), *(str(tmp_path / f"{part}.docx") for part in (PAPER, KEY, SHEET))],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for part in (PAPER, KEY, SHEET):
        pdf = (tmp_path / f"{part}.pdf").read_bytes()
        assert pdf.startswith(b"%PDF-") and b"/Type/Page" in pdf.replace(b" ", b""), part
