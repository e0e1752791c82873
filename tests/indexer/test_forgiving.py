from datetime import UTC, datetime
from pathlib import Path

from indexer.factory import open_search
from kb.settings import Settings
from kb.storage import Database
from tests.factories import Clock, published


def test_a_question_about_the_past_leaves_todays_repairs_in_place(
    tmp_path: Path, store: Database, clock: Clock
) -> None:
    published(store, clock, "FAQ-0001", title="宽限期有多久")
    search, sync = open_search(Settings(home=tmp_path, database_url=""), store, clock)
    sync.drain()
    assert search.forgiving is not None
    about_the_past = search.forgiving(datetime(2020, 1, 1, tzinfo=UTC))
    today = search.forgiving(clock())
    assert [attempt.text for attempt in about_the_past.attempts("kxq")] == ["宽限期"]
    assert today.parts == about_the_past.parts
