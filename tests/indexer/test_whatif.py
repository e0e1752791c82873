from pathlib import Path

import pytest

from indexer.factory import open_search
from indexer.remembering import RememberingSearch
from indexer.search import Search, SearchRequest
from indexer.whatif import supposing
from kb.domain.person import Role
from kb.settings import Settings
from kb.storage import Database
from tests.factories import Clock, a_content, published

PLAIN = {"asked_as": (), "body": "无", "speakable": "照此办理。", "tags": ()}


@pytest.fixture
def search(tmp_path: Path, store: Database, clock: Clock) -> RememberingSearch:
    published(store, clock, "FAQ-0001", title="理赔时效", **PLAIN)
    search, sync = open_search(Settings(home=tmp_path, database_url=""), store, clock)
    sync.drain()
    return search


def codes(search: Search, question: str, role: Role = Role.AGENT) -> list[str]:
    return [hit.code for hit in search.run(SearchRequest(question, role)).hits]


def test_slips_and_pinyin_lead_to_what_is_only_supposed_as_they_will_once_it_is_published(
    search: RememberingSearch,
) -> None:
    supposed = supposing(search, {"FAQ-0099": a_content(title="宽限期规定", **PLAIN)}, search.clock())
    for question in ("kuanxianqi", "kxq", "宽现期"):
        assert codes(supposed, question) == ["FAQ-0099"]
        assert codes(search, question) == []


def test_a_supposed_entry_that_agents_may_not_see_gives_no_repairs(search: RememberingSearch) -> None:
    hidden = a_content(title="宽限期规定", roles=(Role.DIRECTOR,), **PLAIN)
    supposed = supposing(search, {"FAQ-0099": hidden}, search.clock())
    assert codes(supposed, "kxq", Role.DIRECTOR) == []
    assert codes(supposed, "宽限期", Role.DIRECTOR) == ["FAQ-0099"]
