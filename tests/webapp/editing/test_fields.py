"""From content to form and draft and back: nothing is lost, and all mistakes are told."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from werkzeug.datastructures import MultiDict

from kb.domain.content import Content
from tests.factories import a_content
from tests.kb.exchange.hostile import contents
from webapp.editing.fields import FieldErrors, from_content, from_draft, from_form, to_content

ZONE = ZoneInfo("Asia/Shanghai")


@given(contents())
def test_a_form_in_which_nothing_was_changed_says_what_the_entry_says(content: Content) -> None:
    typed = from_content(content, ZONE)
    assert from_draft(typed) == typed
    assert to_content(typed, ZONE, content) == content


def test_without_the_entry_at_hand_moments_are_read_on_the_clocks_of_the_centre() -> None:
    typed = from_content(a_content(), ZONE) | {"effective_from": "2026-12-01T09:30", "effective_to": "2027-01-01"}
    content = to_content(typed, ZONE)
    assert content.effective_from.isoformat() == "2026-12-01T01:30:00+00:00"
    assert content.effective_to.astimezone(ZONE).isoformat() == "2027-01-02T00:00:00+08:00"  # that day still counts


def test_a_draft_that_another_part_of_the_desk_began_is_read_whatever_its_shape() -> None:
    typed = from_draft({"title": "来文", "asked_as": ["甲", "乙"], "tags": ["一"], "roles": "agent trainer"})
    assert (typed["asked_as"], typed["tags"], typed["roles"], typed["body"]) == (
        "甲\n乙",
        "一",
        ["agent", "trainer"],
        "",
    )


def test_all_mistakes_are_told_at_once() -> None:
    wrong = {"title": "", "kind": "poem", "roles": ["boss"], "review_by": "gestern", "speakable": "x" * 1_001}
    with pytest.raises(FieldErrors) as refused:
        to_content(from_content(a_content(), ZONE) | wrong, ZONE)
    assert set(refused.value.errors) == set(wrong)


def test_the_line_ends_of_a_browser_are_those_of_the_desk() -> None:
    assert from_form(MultiDict({"body": "\r\n甲\r\n乙"}))["body"] == "甲\n乙"
