"""Questions as people type them."""

from __future__ import annotations

from pathlib import Path

from kb.domain.exams.question import QuestionContent, QuestionType
from kb.exchange.questions import Read, Refused, read_questions

TEXT = """\
客服考试题库

一、单选题
1、百万医疗险的等待期是（ B ）。
A、30 天
B、60 天   C、90 天
答案解析：见条款。
2. 谁来审批？
A．值班长
B．主任
【答案】B
【解析】重大案件
由主任决定。
二、判断题
3）续保没有等待期。（ × ）
三、简答题
第4题、如何安抚来电者？
参考答案：先处理情绪，
再处理事情。
5.【多选题】材料有哪些？
A. 身份证
B. 发票
C. 照片
【答案】A,B
【难度】难
6. 没有答案的题
A. 甲
B. 乙
"""


def test_numbered_text_with_headings_inline_answers_and_marks_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "题.txt"
    path.write_bytes(TEXT.encode("gb18030"))
    read = list(read_questions(path))
    found: list[QuestionContent] = [one.content for one in read if isinstance(one, Read)]
    single, who, truth, short, multiple = found
    assert (single.stem, single.options, single.key) == ("百万医疗险的等待期是（　）。", ("30 天", "60 天", "90 天"), (1,))
    assert single.explanation == "见条款。"
    assert (who.key, who.explanation) == ((1,), "重大案件\n由主任决定。")
    assert (truth.type, truth.key, truth.stem) == (QuestionType.TRUE_FALSE, (1,), "续保没有等待期。（　）")
    assert (short.type, short.model) == (QuestionType.SHORT, "先处理情绪，\n再处理事情。")
    assert (multiple.type, multiple.key, multiple.difficulty) == (QuestionType.MULTIPLE, (0, 1), 0.8)
    assert [(one.line, one.reason) for one in read if isinstance(one, Refused)] == [(26, "没有写答案。")]
