"""Take the README's picture from the running program: ``python .readme/screenshot.py HOME`` (``make screenshot``)."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
QUESTION = "请问百万医疗险买了多久才能用啊"


@contextmanager
def served(home: str) -> Iterator[str]:
    """The demonstration over ``home`` on a free port; gives its address."""
    command = [sys.executable, "-c", "from webapp.cli import main; main()", "--home", home, "serve", "--demo", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert process.stdout is not None
        found = re.search(r"http://[^（\s]+", process.stdout.readline())
        if not found:
            raise SystemExit("the program did not start")
        yield found[0]
    finally:
        process.terminate()
        process.wait(30)


def main() -> None:
    with served(sys.argv[1]) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        page.goto(address)
        page.get_by_role("button", name="座席代表").click()
        page.locator("input[name=q]").press_sequentially(QUESTION, delay=30)
        page.locator(".results .card").first.wait_for()
        page.wait_for_timeout(1500)
        page.screenshot(path=HERE / "search.png")
        browser.close()


if __name__ == "__main__":
    main()
