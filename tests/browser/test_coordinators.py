"""What the scripts of the coordinators' pages add: lengths, the place of a mistake, no second order."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from kb.domain.person import Role
from tests.browser.conftest import Open

PASTE = "(area, text) => { area.value = text; area.dispatchEvent(new Event('input')); }"


@pytest.fixture
def lexicon(open_page: Open) -> Page:
    return open_page("/lexicon", role=Role.COORDINATOR)


def test_a_pasted_text_that_is_too_long_is_told_before_it_is_sent(lexicon: Page) -> None:
    lexicon.locator("#reason").fill("试")
    # Not fill(): it types, which takes a browser long for so many lines.
    lexicon.locator("#synonyms").evaluate(PASTE, "退保 = 解除合同\n" * 22_000)
    expect(lexicon.locator("[data-count-of=synonyms]")).to_have_text("220,000 / 200,000 字")
    told = "太长：最多 200,000 个字，现有 220,000 个。"
    assert lexicon.locator("#synonyms").evaluate("(area) => area.validationMessage") == told
    lexicon.locator("#synonyms").evaluate(PASTE, "退保 = 解除合同")
    assert lexicon.locator("#synonyms").evaluate("(area) => area.checkValidity()")


def test_the_line_with_the_mistake_is_selected(lexicon: Page) -> None:
    lexicon.locator("#reason").fill("试")
    lexicon.locator("#synonyms").fill("退保 = 解除合同\n孤单\n车子 -> 机动车")
    lexicon.locator("#reason").press("Enter")
    expect(lexicon.locator("#synonyms-mistake")).to_contain_text("第 2 行")
    expect(lexicon.locator("#synonyms")).to_be_focused()
    assert lexicon.evaluate("getSelection().toString()") == "孤单"


def test_while_the_questions_run_the_page_says_so_and_takes_no_second_order(open_page: Open) -> None:
    page = open_page("/golden", role=Role.COORDINATOR)
    # Held back after the page's own script has seen it: the browser would wait for the answer.
    page.evaluate("document.querySelector('[data-run]').addEventListener('submit', (event) => event.preventDefault())")
    button = page.get_by_role("button", name="运行", exact=True)
    button.click()
    expect(page.locator("[data-run-said]")).to_have_text(re.compile(r"正在运行 \d+ 个问题，完成后显示结果，请不要关闭页面。"))
    expect(button).to_be_disabled()
