from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.domain.content import Content
from kb.domain.exams.passages import Shape, passages_of, sentences

BODY = """## 办理

**要多久？** 3 个工作日。当天登记的 [当天算](kb:FAQ-0001)。

请带：

1. 身份证；
2. **保单**。

| 环节 | 时限 |
|---|---|
| 核定 | 5 个工作日 |
"""


def entry(body=BODY, **fields):
    return Content(title="退保怎么办", body=body, **fields)


def texts(shape):
    return [p.text for p in passages_of(entry()) if p.shape is shape]


def test_a_body_is_cut_into_sentences_items_and_cells():
    assert texts(Shape.SENTENCE) == ["3 个工作日。", "当天登记的 《当天算》。", "请带："]
    assert texts(Shape.ITEM) == ["身份证；", "保单。"]
    assert texts(Shape.CELL) == ["核定", "5 个工作日"]


def test_what_stands_over_a_passage_comes_with_it():
    answer, item, cell = (
        next(p for p in passages_of(entry()) if p.text.startswith(t)) for t in ("3 个", "保单", "5 个")
    )
    assert answer.heading == "要多久？"
    assert (item.heading, item.lead, item.marker) == ("办理", "请带：", "2")
    assert (cell.row, cell.column, cell.corner) == ("核定", "时限", "环节")


def test_quotes_are_never_cut_and_long_sentences_at_semicolons():
    long = "他说“可以。马上办”，" + "然后" * 20 + "；" + "接着" * 20 + "。"
    (passage,) = passages_of(Content(title="甲", conditions="短。"))
    assert [p.text for p in sentences(passage)] == ["短。"]
    pieces = [p.text for p in passages_of(Content(title="甲", speakable=long))]
    assert len(pieces) == 2
    assert pieces[0].startswith("他说“可以。马上办”")


@given(st.text(alphabet="甲乙 1#|-*[](:)。；\n`“”", max_size=80))
def test_every_character_of_a_passage_stands_where_it_says(body):
    content = entry(body)
    for passage in passages_of(content):
        field = getattr(content, passage.part)
        assert len(passage.places) == len(passage.text)
        assert list(passage.places) == sorted(passage.places)
        assert all(field[at] == char or char in "《》" for char, at in zip(passage.text, passage.places, strict=True))
