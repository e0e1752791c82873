from __future__ import annotations

import random
from dataclasses import replace

import pytest

from kb.domain.content import Content
from kb.domain.exams.propose import Origin, propose
from kb.domain.exams.question import QuestionContent, QuestionType, Source
from kb.domain.exams.staleness import anchored, staleness
from tests.kb.domain.exams.edits import CHANGES
from tests.kb.domain.exams.rewordings import REWORDINGS
from tests.kb.domain.exams.test_propose import THEFT

BODY = """## 步骤

1. 先登记报案号。
2. 再核对身份。
3. 最后派查勘员。

## 不赔

- 露天堆放的物品；
- 现金以外的票证。

受理后 5 个工作日内核定。核定要看清单。
"""
ENTRY = Content(title="盗抢", body=BODY, speakable="家里被盗请在24小时内报警。", conditions="有撬痕的入室盗窃。")


def question(text, type=QuestionType.SINGLE, part="body", content=ENTRY, stem="问什么？"):
    start = getattr(content, part).index(text)
    source = Source(code="POL-0022", revision=1, part=part, start=start, end=start + len(text), text=text)
    return QuestionContent(type=type, stem=stem, options=("甲", "乙"), key=(0,), source=source)


CORE = question("受理后 5 个工作日内核定。")
ORDER = question("先登记报案号。\n2. 再核对身份。\n3. 最后派查勘员。", QuestionType.ORDER)
LIST = question("露天堆放的物品；\n- 现金以外的票证。", QuestionType.MULTIPLE)


def changed(old, new, part="body"):
    text = getattr(ENTRY, part)
    assert old in text
    return replace(ENTRY, **{part: text.replace(old, new)})


@pytest.mark.parametrize(
    ("asked", "old", "new"),
    [
        (CORE, "5 个工作日内", "3 个工作日内"), (CORE, "5 个工作日内", "5 日内"), (CORE, "受理后 5 个工作日内核定。", ""),
        (CORE, "工作日内核定。", "工作日内核定。但节假日除外。"), (CORE, "工作日内核定。", "工作日内核定，复杂的除外。"),
        (CORE, "受理后 5", "未受理后 5"), (ORDER, "先登记报案号。\n2. 再核对身份。", "再核对身份。\n2. 先登记报案号。"),
        (ORDER, "\n3. 最后派查勘员。", ""), (ORDER, "3. 最后派查勘员。", "3. 最后派查勘员。\n4. 给报案号。"),
        (LIST, "- 露天堆放的物品；\n", ""), (LIST, "露天堆放的物品", "室内堆放的物品"), (LIST, "现金以外的票证。", "现金以外的票证；\n- 首饰。"),
    ],
)  # fmt: skip
def test_a_changed_fact_makes_its_question_stale_and_shows_both_texts(asked, old, new):
    stale = staleness(asked, ENTRY, changed(old, new))
    assert stale is not None
    assert stale.old == asked.source.text
    assert stale.reason
    assert (stale.source is None) == (stale.new == "")


@pytest.mark.parametrize(
    ("asked", "old", "new"),
    [
        (CORE, "核定要看清单。", "核定要看照片。"), (CORE, "5 个工作日内", "五个工作日之内"), (CORE, "## 步骤", "### 步骤"),
        (CORE, "露天堆放的物品；\n", ""), (ORDER, "再核对身份", "再核对客户身份"[:0] + "再核对身份"), (ORDER, "5 个工作日内", "3 个工作日内"),
        (LIST, "- 露天堆放的物品；\n- 现金以外的票证。", "* 露天堆放的物品\n* 现金以外的票证"), (LIST, "先登记", "先记下"),
    ],
)  # fmt: skip
def test_another_wording_or_another_fact_leaves_it_fresh(asked, old, new):
    assert staleness(asked, ENTRY, changed(old, new)) is None


def test_a_word_put_before_the_sentence_is_seen():
    before = Content(title="甲", body="可以省去寒暄。")
    asked = question("可以省去寒暄。", content=before)
    assert staleness(asked, before, replace(before, body="不可以省去寒暄。")) is not None


def test_a_condition_that_the_stem_quotes_counts():
    asked = replace(CORE, stem="【盗抢】受理后几日核定？（适用条件：有撬痕的入室盗窃）")
    after = changed("有撬痕的入室盗窃。", "有撬痕的入室抢劫。", "conditions")
    assert staleness(asked, ENTRY, after) is not None
    assert staleness(CORE, ENTRY, after) is None


def test_a_question_without_a_source_never_turns_stale():
    assert staleness(QuestionContent(type=QuestionType.SHORT, stem="谈谈服务。"), ENTRY, Content(title="乙")) is None


def test_a_cell_is_found_by_its_row_and_column():
    proposals = propose(Origin(code="POL-0022", revision=1, content=THEFT))
    asked = next(p.content for p in proposals if p.rule == "cell-single" and "主要责任" in p.content.stem)
    moved = replace(
        THEFT, body=THEFT.body.replace("| 全部责任 | 100% |\n", "").replace("| 次要", "| 全部责任 | 100% |\n| 次要")
    )
    assert staleness(asked, THEFT, moved) is None
    swapped = replace(THEFT, body=THEFT.body.replace("70%", "x").replace("50%", "70%").replace("x", "50%"))
    assert staleness(asked, THEFT, swapped) is not None


def test_a_question_is_anchored_where_its_source_stands_now():
    after = changed("## 步骤", "## 说明\n\n先读一遍。\n\n## 步骤")
    now = anchored(CORE.source, ENTRY, after)
    assert now is not None
    assert after.body[now.start : now.end] == CORE.source.text == now.text
    assert now.start > CORE.source.start
    elsewhere = replace(ENTRY, body="", speakable="受理后 5 个工作日内核定。")
    assert anchored(CORE.source, ENTRY, elsewhere) == replace(CORE.source, part="speakable", start=0, end=14)


@pytest.mark.parametrize("edit", [*CHANGES, *REWORDINGS], ids=lambda e: e.__name__)
def test_seeded_edits_of_an_entry_hit_the_questions_on_the_changed_fact_only(edit):
    content = replace(
        THEFT, body=f"{THEFT.body}\n{BODY}\n首次投保的，等待期 30 天；由理赔部核定。损失 3,000 元及以下免查勘。",
    )  # fmt: skip
    for seed in range(4):
        made = edit(content, random.Random(seed))
        if made is None:
            continue
        proposals = propose(Origin(code="POL-0022", revision=1, content=made.before))
        stale = {p for p in proposals if staleness(p.content, made.before, made.after)}
        wanted = {p for p in proposals if made.concerns(p.content)}
        assert wanted <= stale, made.name
        if not made.only:
            assert stale <= wanted, made.name


def test_another_script_is_no_change_and_a_change_in_it_is_one():
    """The place is told in the entry's own characters."""
    content = Content(title="理赔多久", body="收到材料后 5 个工作日内核定。\n\n复杂的，30 日内核定。")
    question = next(p.content for p in propose(Origin(code="POL-0023", revision=1, content=content)) if "____" in p.content.stem)
    traditional = replace(content, body="先讀一遍。\n\n收到材料後 5 個工作日內核定。\n\n複雜的，30 日內核定。")
    assert staleness(question, content, traditional) is None
    now = anchored(question.source, content, traditional)
    assert now is not None and now.text == "收到材料後 5 個工作日內核定。" == traditional.body[now.start : now.end]
    found = staleness(question, content, replace(traditional, body=traditional.body.replace("5 個", "7 個")))
    assert found is not None and found.new == "收到材料後 7 個工作日內核定。"
