"""Whether everybody can read a page: the rules of WCAG 2.1 A and AA, in light and in dark."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_BRIEF = {"resultTypes": ["violations"]}  # all that passed would be told too, which takes longest
_ALL: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], **_BRIEF}
_COLOURS: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, **_BRIEF}


def check_readable(page: Page) -> None:
    """Raise AssertionError with a report when the page as it stands breaks a rule.

    All rules in light; in dark those of colours, for nothing else of a page depends on that. The page is left light.
    """
    for scheme, rules in (("dark", _COLOURS), ("light", _ALL)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found = Axe().run(page, options=rules)
        assert found.violations_count == 0, f"{page.url} ({scheme})\n{found.generate_report()}"
