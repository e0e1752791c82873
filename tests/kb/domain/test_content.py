from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.content import Audience, Content, Kind, check_code
from kb.domain.errors import Invalid, TooLarge
from kb.domain.person import Role
from tests.factories import NOW, a_content


def test_content_is_normalised_once_and_stays_so():
    content = a_content(title="  等待期\u2028是 多久 ", body="第一行\r\n\r\n第二行\n\n", tags=("保费", "保费", " "))
    assert (content.title, content.body, content.tags) == ("等待期 是 多久", "第一行\n\n第二行", ("保费",))


def test_markdown_line_breaks_of_two_blanks_survive():
    assert a_content(body="第一行  \n第二行").body == "第一行  \n第二行"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "半个\ud83d字"}, "title"),
        ({"body": "空\x00字节"}, "body"),
        ({"speakable": "响铃\x07"}, "speakable"),
        ({"replaced_by": "不是编号"}, "replaced_by"),
        ({"effective_from": NOW, "effective_to": NOW}, "effective_to"),
        ({"effective_from": NOW, "effective_to": NOW - timedelta(days=1)}, "effective_to"),
        ({"effective_from": NOW.replace(tzinfo=None)}, "effective_from"),
    ],
)
def test_a_field_that_breaks_its_rule_is_named(fields, field):
    with pytest.raises(Invalid) as caught:
        a_content(**fields)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "长" * 301},
        {"body": "长" * 200_001},
        {"tags": tuple(f"标{i}" for i in range(51))},
        {"category": "a/b/c/d/e/f/g"},
    ],
)
def test_what_is_too_large_says_so_with_both_numbers(fields):
    with pytest.raises(TooLarge) as caught:
        a_content(**fields)
    assert "最多" in str(caught.value) and "现有" in str(caught.value)


def test_a_category_is_a_clean_path():
    assert a_content(category=" 健康险 / 等待期// ").category == "健康险/等待期"


def test_equal_content_has_an_equal_digest_and_any_field_changes_it():
    base = a_content()
    assert a_content().digest == base.digest
    changes = [
        {"title": "另一标题"}, {"kind": Kind.POLICY}, {"speakable": "另一句"}, {"body": "另一段"}, {"asked_as": ()},
        {"product": "住院医疗险"}, {"category": "健康险"}, {"tags": ()}, {"conditions": ""}, {"exceptions": ""},
        {"audience": Audience.INTERNAL}, {"roles": (Role.TRAINER,)}, {"owner": "承保部"}, {"effective_from": NOW},
        {"effective_to": NOW}, {"review_by": date(2027, 6, 30)}, {"replaced_by": "FAQ-0043"},
    ]  # fmt: skip
    digests = {a_content(**change).digest for change in changes}
    assert len(digests) == len(changes) and base.digest not in digests


@pytest.mark.parametrize(("given_code", "code"), [("faq-0042", "FAQ-0042"), (" CLA-0001 ", "CLA-0001")])
def test_a_code_is_letters_hyphen_digits(given_code, code):
    assert check_code(given_code) == code


@pytest.mark.parametrize("code", ["", "FAQ", "FAQ-", "../etc-1", "FAQ-1/..", "条目-1", "F" * 40 + "-1", "FAQ-1\n2"])
def test_what_does_not_look_like_a_code_is_refused(code):
    with pytest.raises(Invalid):
        check_code(code)


_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t\x85"), max_size=60)


@given(title=_TEXT.filter(lambda t: t.strip()), body=_TEXT, asked_as=st.lists(_TEXT, max_size=4), category=_TEXT)
def test_content_survives_its_dictionary_and_a_second_normalisation(title, body, asked_as, category):
    try:
        content = Content(title=title, body=body, asked_as=tuple(asked_as), category=category)
    except Invalid:
        return
    again = Content.from_dict(content.to_dict())
    assert (again, again.digest) == (content, content.digest)
