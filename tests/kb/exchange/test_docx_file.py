from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from kb.domain.content import Audience, Kind
from kb.exchange import Item, Rejection, Row
from tests.kb.exchange.conftest import Reader


def a_document(build: Callable[[Any], None]) -> bytes:
    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def row_of(item: Item) -> Row:
    assert isinstance(item, Row), item
    return item


def rejection_of(item: Item) -> Rejection:
    assert isinstance(item, Rejection), item
    return item


def test_headings_start_entries_and_what_follows_is_their_body(read: Reader) -> None:
    def build(d: Any) -> None:
        d.add_heading("知识汇编", 0)
        d.add_heading("怎么报案", 1)
        d.add_paragraph("口径：请在四十八小时内\n报案。")
        d.add_paragraph("拨打客服热线。\n按 1。")
        d.add_paragraph("身份证", style="List Bullet")
        d.add_paragraph("保险单号", style="List Bullet")
        d.add_paragraph("先报案", style="List Number")
        d.add_paragraph("再定损", style="List Number")
        d.add_heading("时限", 3)
        d.add_paragraph("# 不是标题 *也不是强调* <b>")
        d.add_heading("等待期", 2)
        d.add_paragraph("三十天。")

    first, second = map(row_of, read("a.docx", a_document(build)))
    assert (first.content.title, first.content.speakable) == ("怎么报案", "请在四十八小时内\n报案。")
    assert first.content.body == (
        "拨打客服热线。  \n按 1。\n\n- 身份证\n- 保险单号\n\n1. 先报案\n2. 再定损\n\n## 时限\n\n"
        "\\# 不是标题 \\*也不是强调\\* \\<b>"
    )
    assert (second.content.title, second.content.body) == ("等待期", "三十天。")
    assert (first.line, second.line) == (2, 11)


def test_labelled_paragraphs_fill_fields(read: Reader) -> None:
    def build(d: Any) -> None:
        d.add_heading("断保多久重新算等待期", 2)
        for text in ("编号：POL-0031", "类型: 政策", "产品： 百万医疗险", "分类：健康险/等待期", "可见对象：可告知来电者",
                     "相似问：断了几天还能续吗|晚交会怎样", "相似问：", "标签：续保"):  # fmt: skip
            d.add_paragraph(text)
        d.add_paragraph("适用条件：")
        d.add_paragraph("连续投保。")
        d.add_paragraph("说明：这不是字段。")
        d.add_paragraph("失效时间：2026年12月31日")

    [row] = map(row_of, read("a.docx", a_document(build)))
    c = row.content
    assert (row.code, c.kind, c.product, c.category) == ("POL-0031", Kind.POLICY, "百万医疗险", "健康险/等待期")
    assert (c.audience, c.tags) == (Audience.CALLER, ("续保",))
    assert c.asked_as == ("断了几天还能续吗", "晚交会怎样")
    assert (c.conditions, c.body) == ("连续投保。", "说明：这不是字段。")
    assert str(c.effective_to) == "2026-12-31 16:00:00+00:00"


def test_a_list_after_its_label_belongs_to_the_field(read: Reader) -> None:
    def build(d: Any) -> None:
        d.add_heading("怎么退保", 1)
        d.add_paragraph("相似问：")
        d.add_paragraph("不想要了怎么退", style="List Bullet")
        d.add_paragraph("退保扣多少", style="List Bullet")
        d.add_paragraph("正文")
        d.add_paragraph("单列", style="List Bullet")

    [row] = map(row_of, read("a.docx", a_document(build)))
    assert row.content.asked_as == ("不想要了怎么退", "退保扣多少")
    assert row.content.body == "正文\n\n- 单列"


def test_a_code_comes_from_the_title_and_stays_the_same(read: Reader) -> None:
    def build(d: Any) -> None:
        for title, kind in (("犹豫期", "政策"), ("宽限期", "政策"), ("开头语", "话术")):
            d.add_heading(title, 1)
            d.add_paragraph(f"类型：{kind}")
            d.add_paragraph("正文")

    codes = [row_of(item).code for item in read("a.docx", a_document(build))]
    assert codes == [row_of(item).code for item in read("b.docx", a_document(build))]
    assert len(set(codes)) == 3
    assert codes[0] == "POL-DGE6KX76YSML"
    assert codes[2].startswith("SCR-D")


def test_an_empty_heading_above_others_is_their_category(read: Reader) -> None:
    def build(d: Any) -> None:
        d.add_heading("车险", 1)
        d.add_heading("报案", 2)
        d.add_paragraph("正文甲")
        d.add_heading("定损", 2)
        d.add_paragraph("分类：理赔/查勘")
        d.add_paragraph("正文乙")
        d.add_heading("家财险", 1)
        d.add_paragraph("正文丙")
        d.add_heading("盗抢", 2)
        d.add_paragraph("正文丁")

    rows = map(row_of, read("a.docx", a_document(build)))
    assert [(row.content.title, row.content.category) for row in rows] == [
        ("报案", "车险"), ("定损", "理赔/查勘"), ("家财险", ""), ("盗抢", ""),
    ]  # fmt: skip


def test_tables_become_markdown_and_merged_cells_repeat_downwards(read: Reader) -> None:
    def build(d: Any) -> None:
        d.add_heading("限额", 1)
        table = d.add_table(3, 3)
        for row, texts in zip(
            table.rows, (("险种", "项目", "限额|元"), ("交强险", "医疗", "18,000"), ("", "财产", "2,000")), strict=True
        ):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        table.cell(1, 0).merge(table.cell(2, 0))
        wide = d.add_table(1, 2)
        wide.cell(0, 0).merge(wide.cell(0, 1)).text = "合计"

    [row] = map(row_of, read("a.docx", a_document(build)))
    assert row.content.body == (
        "| 险种 | 项目 | 限额\\|元 |\n| --- | --- | --- |\n| 交强险 | 医疗 | 18,000 |\n| 交强险 | 财产 | 2,000 |"
        "\n\n| 合计 |  |\n| --- | --- |"
    )


def test_text_in_links_controls_and_tracked_insertions_is_kept_and_deleted_text_is_not(read: Reader) -> None:
    def build(d: Any) -> None:
        d.add_heading("变更", 1)
        paragraph = d.add_paragraph("甲")._p
        for inner in (
            "<w:ins {}><w:r><w:t>乙</w:t></w:r></w:ins>",
            "<w:del {}><w:r><w:delText>丙</w:delText></w:r></w:del>",
            "<w:moveFrom {}><w:r><w:t>丁</w:t></w:r></w:moveFrom>",
            "<w:hyperlink {}><w:r><w:t>戊</w:t></w:r></w:hyperlink>",
        ):
            paragraph.append(parse_xml(inner.format(nsdecls("w"))))
        control = "<w:sdt {}><w:sdtContent><w:p><w:r><w:t>己</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        d.element.body.insert(2, parse_xml(control.format(nsdecls("w"))))

    [row] = map(row_of, read("a.docx", a_document(build)))
    assert row.content.body == "甲乙戊\n\n己"


def test_a_heading_style_of_another_name_counts_by_what_it_is_based_on(read: Reader) -> None:
    def build(d: Any) -> None:
        style = d.styles.add_style("公司标题", 1)
        style.base_style = d.styles["Heading 2"]
        d.add_paragraph("怎么投诉", style="公司标题")
        d.add_paragraph("正文")

    [row] = map(row_of, read("a.docx", a_document(build)))
    assert row.content.title == "怎么投诉"


PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\nIDATx\x9cc\0\1\0\0\5\0\1\r\n-\xb4\0\0\0\0IEND\xaeB`\x82"


@pytest.mark.parametrize(
    ("build", "line", "field", "reason"),
    [
        (lambda d: d.add_paragraph("只有正文"), 0, "", "文档里没有“标题 1”或“标题 2”样式的段落，分不出条目。"),
        (lambda d: d.add_heading("光有标题", 1), 1, "title", "标题“光有标题”下面没有内容。"),
        (lambda d: (d.add_heading("甲", 1), d.add_paragraph("类型：别的")), 1, "kind", "“类型”里的“别的”不在可选范围内"),
        (lambda d: (d.add_heading("甲", 1), d.add_paragraph("口径：一"), d.add_paragraph("口径：二")), 1, "speakable",
         "字段“口径”写了两次。"),
        (lambda d: (d.add_heading("甲", 1), d.add_picture(io.BytesIO(PICTURE))), 1, "body", "第 2 段有图片、公式或脚注"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused(
    read: Reader, build: Callable[[Any], None], line: int, field: str, reason: str
) -> None:
    [rejected] = map(rejection_of, read("a.docx", a_document(build)))
    assert (rejected.line, rejected.field) == (line, field)
    assert rejected.reason.startswith(reason)


def test_text_before_the_first_heading_is_reported_and_the_entries_are_read(read: Reader) -> None:
    def build(d: Any) -> None:
        d.add_paragraph("")
        d.add_paragraph("编制说明")
        d.add_heading("甲", 1)
        d.add_paragraph("正文")

    rejected, row = read("a.docx", a_document(build))
    assert (rejection_of(rejected).line, rejection_of(rejected).reason) == (
        2, "第一个标题之前的内容不属于任何条目，没有导入。",
    )  # fmt: skip
    assert row_of(row).content.title == "甲"


def test_a_workbook_named_docx_is_refused(read: Reader) -> None:
    import openpyxl

    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    [rejected] = map(rejection_of, read("a.docx", out.getvalue()))
    assert rejected.reason.startswith("文档读不懂")
