from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kb.domain.content import Audience, Kind
from kb.domain.diff import FIELDS, Form, Mark, diff_contents, diff_items
from kb.domain.person import Role
from tests.factories import NOW, a_content

OTHER = {
    "kind": Kind.POLICY, "title": "退保要几天", "product": "惠民保", "category": "健康险/退保", "tags": ("退保", "时效"),
    "audience": Audience.INTERNAL, "speakable": "十五个工作日。", "asked_as": ("多久能退",), "conditions": "已过犹豫期。",
    "exceptions": "无。", "roles": (Role.DIRECTOR,), "owner": "品管培训岗", "effective_from": NOW,
    "effective_to": NOW + timedelta(days=3), "review_by": date(2027, 5, 6), "replaced_by": "POL-0009", "body": "见合同。",
}  # fmt: skip


def test_every_field_of_a_content_is_compared():
    assert {change.field for change in diff_contents(a_content(), a_content(**OTHER))} == set(OTHER) == set(FIELDS)


def test_equal_contents_do_not_differ():
    assert diff_contents(a_content(), a_content()) == []


def test_a_text_comes_in_segments_and_rows():
    (change,) = diff_contents(a_content(body="一\n30 天"), a_content(body="一\n60 天"))
    assert (change.form, change.old, change.new) == (Form.TEXT, "一\n30 天", "一\n60 天")
    assert [s.text for s in change.segments] == ["一", "\n30 天", "\n60 天"]
    assert [(row.old_line, row.new_line) for row in change.rows] == [(1, 1), (2, None), (None, 2)]


def test_a_list_comes_item_by_item():
    (change,) = diff_contents(a_content(tags=("甲", "乙")), a_content(tags=("乙", "丙")))
    assert change.form is Form.ITEMS
    assert [(s.mark, s.text) for s in change.segments] == [
        (Mark.REMOVED, "甲"),
        (Mark.KEPT, "乙"),
        (Mark.ADDED, "丙"),
    ]


def test_a_moment_is_one_value():
    (change,) = diff_contents(a_content(), a_content(effective_to=NOW))
    assert (change.form, change.old, change.new, change.segments) == (Form.VALUE, None, NOW, ())


ITEMS = st.lists(st.sampled_from("甲乙丙丁戊"), max_size=6, unique=True)


@given(ITEMS, ITEMS)
def test_applying_the_difference_of_lists_gives_the_new_list_and_back(old, new):
    segments = diff_items(tuple(old), tuple(new))
    assert [s.text for s in segments if s.mark is not Mark.ADDED] == old
    assert [s.text for s in segments if s.mark is not Mark.REMOVED] == new
