"""The texts of the pages in two languages."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string

from webapp.i18n import COOKIE
from webapp.linked import entry_address

IN_PAGE = "{{ _('有效至%(day)s', day=what) }}"
IN_IMPORTED_PART = "{% macro part() %}{{ _('有效至%(day)s', day=what) }}{% endmacro %}{{ part() }}"


def shown(app: Flask, language: str, template: str, what: object) -> str:
    with app.test_request_context("/", headers={"Cookie": f"{COOKIE}={language}"}):
        return render_template_string(template, what=what)


@pytest.mark.parametrize("template", [IN_PAGE, IN_IMPORTED_PART])
@pytest.mark.parametrize(("language", "said"), [("zh", "有效至{}"), ("en", "In force until {}")])
def test_a_text_is_said_in_the_language_of_the_request_and_its_values_are_escaped(
    app: Flask, language: str, said: str, template: str
) -> None:
    assert shown(app, language, template, "<b>'1'</b>") == said.format("&lt;b&gt;&#39;1&#39;&lt;/b&gt;")
    assert shown(app, language, template, 7) == said.format(7)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_value_that_is_markup_already_is_not_escaped_again(app: Flask, language: str) -> None:
    assert shown(app, language, "{{ _('有效至%(day)s', day=what|e) }}", "<").endswith("&lt;")


def test_two_requests_in_two_languages_do_not_hear_each_other(app: Flask) -> None:
    said = [shown(app, language, IN_PAGE, "5") for language in ("zh", "en", "zh")]
    assert said == ["有效至5", "In force until 5", "有效至5"]


def test_the_address_of_an_entry_says_only_what_is_given(app: Flask) -> None:
    with app.test_request_context("/"):
        assert entry_address("FAQ-0042", call="", as_of="") == "/entries/FAQ-0042"
        assert entry_address("FAQ-0042", call="来电 7", as_of="") == "/entries/FAQ-0042?call=%E6%9D%A5%E7%94%B5+7"
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/desk"}):
        assert entry_address("FAQ-0042") == "/desk/entries/FAQ-0042"
