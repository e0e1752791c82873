"""Browser contexts that outlive a test: a new one would load every style sheet and every module of each page again.

Only the cache of files that never change is handed on. Pages, cookies, storage, routes and being offline are not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

# A driver is quicker than any hand: it presses a button that the page shows before the page's script listens.
_MARK_LOADING = """
new MutationObserver((_, observer) => {
  if (!document.documentElement) return;
  observer.disconnect();
  if (document.readyState === "complete") return;
  document.documentElement.dataset.loading = "";
  addEventListener("load", () => { delete document.documentElement.dataset.loading; });
}).observe(document, { childList: true });
"""
_LOADING = "html[data-loading]"
_STORED = "local_storage,indexeddb,cache_storage,service_workers"


def act_when_loaded(context: BrowserContext) -> BrowserContext:
    """Let every action, every look at a page of ``context`` and every key wait until its scripts have run.

    After something that leads to another page, look for what only that one has: before it comes, the old one is loaded.
    """

    def watch(page: Page) -> None:
        page.add_locator_handler(page.locator(_LOADING), lambda: page.wait_for_load_state("load"))
        for name in ("press", "type"):  # keys that go to the page and not to a locator know nothing of handlers
            setattr(page.keyboard, name, _once_loaded(page, getattr(page.keyboard, name)))

    context.add_init_script(_MARK_LOADING)
    context.on("page", watch)
    return context


def _once_loaded(page: Page, press: Callable[..., None]) -> Callable[..., None]:
    def pressed(*arguments: Any, **more: Any) -> None:
        page.wait_for_load_state("load")
        press(*arguments, **more)

    return pressed


def act_at_once(page: Page) -> None:
    """For a test of what somebody does while the page is still loading."""
    page.remove_locator_handler(page.locator(_LOADING))


@dataclass
class _Kept:
    """A context between two tests, with an empty page through which its storage is cleared."""

    context: BrowserContext
    address: str
    empty: Page
    wire: CDPSession

    def forget(self) -> BrowserContext:
        """Now and not when it was given back: a page that closes may still write."""
        self.context.clear_cookies()
        self.context.unroute_all()
        self.context.set_offline(False)
        self.wire.send("Storage.clearDataForOrigin", {"origin": self.address, "storageTypes": _STORED})
        return self.context

    def close_pages(self) -> None:
        for page in self.context.pages:
            if page != self.empty:
                page.close()


class Contexts:
    """Contexts of one browser for one server. ``take`` them for a test, then ``give_back`` all that were taken."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser, self._address = browser, address
        self._free: dict[str, list[_Kept]] = {}
        self._taken: list[tuple[str, _Kept]] = []
        self._used_up: list[BrowserContext] = []

    def take(self, *, size: tuple[int, int], own: bool = False, **more: Any) -> BrowserContext:
        """A context without a trace of another test.

        Args:
            own: it will be used up, as by ``page.clock``, which no context forgets.
            more: as for ``Browser.new_context``.
        """
        if own:
            self._used_up.append(self._new(size, more))
            return self._used_up[-1]
        kind = repr((size, sorted(more.items())))
        free = self._free.setdefault(kind, [])
        kept = free.pop() if free else self._keep(self._new(size, more))
        self._taken.append((kind, kept))
        return kept.forget()

    def give_back(self) -> None:
        for kind, kept in self._taken:
            kept.close_pages()
            self._free[kind].append(kept)
        for context in self._used_up:
            context.close()
        self._taken, self._used_up = [], []

    def close(self) -> None:
        self.give_back()
        for free in self._free.values():
            for kept in free:
                kept.context.close()
        self._free = {}

    def _new(self, size: tuple[int, int], more: dict[str, Any]) -> BrowserContext:
        context = self._browser.new_context(
            base_url=self._address, viewport={"width": size[0], "height": size[1]}, locale="zh-CN", **more
        )
        return act_when_loaded(context)

    def _keep(self, context: BrowserContext) -> _Kept:
        empty = context.new_page()
        return _Kept(context, self._address, empty, context.new_cdp_session(empty))
