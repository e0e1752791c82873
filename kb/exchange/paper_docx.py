"""A form of a paper as a Word document: the paper itself, its key, or an answer sheet.

The document is for print and in Chinese, like what stands in it. Options stand in an order of the form's own, the same
in all parts: as stored, those of a question on order may stand in the right one.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from kb.domain.exams.assembly import number_text
from kb.domain.exams.checks import LETTERS
from kb.domain.exams.paper import Form, Item, Paper, PaperState
from kb.domain.exams.question import QUESTION_TYPE_NAMES, QuestionContent, QuestionType
from kb.domain.exams.shuffle import printed

PAPER, KEY, SHEET = "paper", "key", "sheet"
WHO = ("班组", "姓名", "工号", "得分")
SPACE_LINES = 6  # for an answer in one's own words
OPTIONS_ON_A_LINE = 24  # letters that all options together may have to stand on one line
FONT = "宋体"
_BLANK = "________"
_SPOKEN = frozenset({QuestionType.SHORT, QuestionType.ORAL, QuestionType.PRACTICAL})


def paper_docx(paper: Paper, name: str, part: str = PAPER) -> bytes:
    """The form ``name`` of ``paper``; ``part`` is one of ``PAPER``, ``KEY`` and ``SHEET``.

    Raises:
        Invalid: there is no such form.
    """
    import docx  # costs a tenth of a second, which a server that writes no document need not spend

    form = printed(paper.form(name), paper.seed)
    document = docx.Document()
    _set_up(document, f"{paper.blueprint.title} {name}卷")
    _head(document, paper, form, part)
    for number, item in enumerate(form.items, 1):
        if part == SHEET:
            _sheet_line(document, number, item.content)
        else:
            _question(document, number, item, with_key=part == KEY)
    _page_numbers(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_up(document: Any, title: str) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(3)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.0)
    about = document.core_properties
    about.title, about.author = title, ""
    about.created = about.modified = datetime(2000, 1, 1, tzinfo=UTC)


def _head(document: Any, paper: Paper, form: Form, part: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    blueprint = paper.blueprint
    suffix = {PAPER: "", KEY: "　答案与评分", SHEET: "　答题卡"}[part]
    heading = document.add_heading(level=1)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(heading, f"{blueprint.title}　{form.name} 卷{suffix}")
    facts = document.add_paragraph(
        f"共 {len(form.items)} 题，{number_text(form.total)} 分，{blueprint.minutes} 分钟，"
        f"{number_text(blueprint.pass_score)} 分及格。"
    )
    facts.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if paper.state is not PaperState.APPROVED:
        document.add_paragraph("未经批准的样稿").alignment = WD_ALIGN_PARAGRAPH.CENTER
    if part == KEY:
        document.add_paragraph("答案与评分，不得发给考生。").alignment = WD_ALIGN_PARAGRAPH.CENTER
        return
    table = document.add_table(rows=1, cols=2 * len(WHO), style="Table Grid")
    for place, label in enumerate(WHO):
        table.rows[0].cells[2 * place].text = label
    document.add_paragraph()


def _question(document: Any, number: int, item: Item, *, with_key: bool) -> None:
    content = item.content
    kind = "" if content.type is QuestionType.SINGLE else f"（{QUESTION_TYPE_NAMES[content.type]}）"
    stem = document.add_paragraph(f"{number}. {kind}{_stem(content)}（{number_text(item.score)} 分）")
    stem.paragraph_format.keep_with_next = bool(content.options) or with_key
    for last, line in _marked(_option_lines(content)):
        paragraph = document.add_paragraph(line)
        paragraph.paragraph_format.left_indent = _indent()
        paragraph.paragraph_format.keep_with_next = with_key or not last
    if with_key:
        for line in key_lines(content):
            document.add_paragraph(line).paragraph_format.left_indent = _indent()
    elif content.type is QuestionType.TRUE_FALSE:
        document.add_paragraph("（　　）对　　（　　）错").paragraph_format.left_indent = _indent()
    elif content.type in _SPOKEN:
        for _ in range(SPACE_LINES):
            document.add_paragraph()


def _sheet_line(document: Any, number: int, content: QuestionContent) -> None:
    if content.type in (QuestionType.SINGLE, QuestionType.MULTIPLE):
        line = "　".join(f"[ {LETTERS[place]} ]" for place in range(len(content.options)))
    elif content.type is QuestionType.TRUE_FALSE:
        line = "[ 对 ]　[ 错 ]"
    elif content.type is QuestionType.ORDER:
        line = " → ".join(["____"] * len(content.options))
    elif content.type is QuestionType.CLOZE:
        line = "　".join([_BLANK] * len(content.blanks))
    else:
        line = ""
    document.add_paragraph(f"{number}.　{line}")
    if content.type in _SPOKEN:
        for _ in range(SPACE_LINES):
            document.add_paragraph()


def key_lines(content: QuestionContent) -> list[str]:
    """What is right, how it is scored, why, and where it comes from: a line each."""
    lines = []
    if content.type is QuestionType.TRUE_FALSE:
        lines.append(f"【答案】{'对' if content.key == (0,) else '错'}")
    elif content.type is QuestionType.CLOZE:
        lines.append("【答案】" + "；".join(" / ".join(answers) for answers in content.blanks))
    elif content.key:
        between = " → " if content.type is QuestionType.ORDER else ""
        lines.append("【答案】" + between.join(LETTERS[place] for place in content.key))
    lines += [f"【评分】{line.text}：{line.share}%" for line in content.rubric]
    if content.model:
        lines.append(f"【参考答案】{content.model}")
    if content.explanation:
        lines.append(f"【解析】{content.explanation}")
    if content.source.code:
        lines.append(f"【来源】{content.source.code} 第 {content.source.revision} 版")
    return lines


def _stem(content: QuestionContent) -> str:
    return content.stem.replace("____", _BLANK)


def _option_lines(content: QuestionContent) -> list[str]:
    options = [f"{LETTERS[place]}. {option}" for place, option in enumerate(content.options)]
    if sum(map(len, content.options)) <= OPTIONS_ON_A_LINE and options:
        return ["　　".join(options)]
    return options


def _marked(lines: list[str]) -> Iterable[tuple[bool, str]]:
    """Each line with whether it is the last."""
    return ((place == len(lines) - 1, line) for place, line in enumerate(lines))


def _indent() -> Any:
    from docx.shared import Cm

    return Cm(0.7)


def _run(paragraph: Any, text: str) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(16), RGBColor(0, 0, 0)
    run.font.name = "Times New Roman"
    run._element.rPr.rFonts.set(qn("w:eastAsia"), "黑体")


def _page_numbers(document: Any) -> None:
    """第 N 页 in the footer, counted by the word processor."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("第 ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    paragraph.add_run(" 页")
