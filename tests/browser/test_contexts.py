"""The contexts of browser tests: what one test leaves behind, the next does not find."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from kb.domain.person import Role
from tests.browser.conftest import WIDE, Open
from tests.browser.contexts import Contexts

LEAVE = "() => { localStorage.setItem('left', '1'); sessionStorage.setItem('left', '1'); document.cookie = 'left=1'; }"
FIND = "() => [localStorage.length, sessionStorage.length, document.cookie]"


def test_a_context_that_is_used_again_keeps_static_files_and_nothing_else(
    open_page: Open, contexts: Contexts, address: str
) -> None:
    page = open_page("/entries/FAQ-0042")
    first = page.context
    page.evaluate(LEAVE)
    first.route("**/entries/*", lambda route: route.abort())
    first.set_offline(True)
    contexts.give_back()
    second = contexts.take(size=WIDE)
    assert second is first
    page = second.new_page()
    page.goto("/entries/FAQ-0042")
    expect(page).to_have_url(re.compile("/login"))
    assert page.evaluate(FIND) == [0, 0, ""]
    contexts.give_back()
    page = open_page("/entries/FAQ-0042", role=Role.AGENT)
    assert page.context is first
    modules = "() => performance.getEntriesByType('resource').filter((one) => one.name.includes('/js/'))"
    assert page.evaluate(f"({modules})().length") > 5
    assert page.evaluate(f"({modules})().every((one) => one.transferSize === 0)")
