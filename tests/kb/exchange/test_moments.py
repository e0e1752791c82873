from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.errors import Invalid
from kb.exchange.moments import end_to_text, start_to_text, to_date, to_end, to_start

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = st.sampled_from(["Asia/Shanghai", "UTC", "America/Sao_Paulo", "Europe/Berlin", "Asia/Kathmandu"]).map(ZoneInfo)


@pytest.mark.parametrize("text", ["2026-03-05", "2026/3/5", "2026.03.05", "2026年3月5日", " 2026-03-05 "])
def test_a_date_starts_at_its_first_moment_in_the_desks_zone(text: str) -> None:
    assert to_start(text, zone=SHANGHAI, field="effective_from") == datetime(2026, 3, 4, 16, tzinfo=UTC)


def test_an_end_given_as_a_date_holds_through_that_day() -> None:
    ends = to_end("2026-12-31", zone=SHANGHAI, field="effective_to")
    assert ends == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert end_to_text(ends, SHANGHAI) == "2026-12-31"


def test_an_end_with_a_time_is_that_moment() -> None:
    ends = to_end("2026-12-31 00:00", zone=SHANGHAI, field="effective_to")
    assert ends == datetime(2026, 12, 30, 16, tzinfo=UTC)


def test_a_cell_at_midnight_is_a_date_and_one_with_a_time_is_not() -> None:
    assert to_end(datetime(2026, 6, 30), zone=SHANGHAI, field="effective_to") == datetime(2026, 6, 30, 16, tzinfo=UTC)
    assert to_end(datetime(2026, 6, 30, 9), zone=SHANGHAI, field="effective_to") == datetime(2026, 6, 30, 1, tzinfo=UTC)


def test_an_offset_that_is_written_counts() -> None:
    assert to_start("2026-01-01T08:30:00+03:00", zone=SHANGHAI, field="effective_from") == datetime(
        2026, 1, 1, 5, 30, tzinfo=UTC
    )


def test_the_last_day_of_all_means_no_end() -> None:
    assert to_end("9999-12-31", zone=SHANGHAI, field="effective_to") is None


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "26-1-1", "2026-13-01", "明天", "2026-01-01x", "2026-01-01 25:00", "2026", "0000-01-01", "２０２６-01-01", "1_000"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_what_stands_there(text: str) -> None:
    with pytest.raises(Invalid, match="不是有效的日期") as caught:
        to_start(text, zone=SHANGHAI, field="effective_from")
    assert caught.value.field == "effective_from"
    assert text in str(caught.value)


def test_a_day_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(Invalid, match="超出"):
        to_start("0001-01-01", zone=SHANGHAI, field="effective_from")


def test_a_review_date_has_no_time() -> None:
    assert to_date("2027-06-30", field="review_by") == date(2027, 6, 30)
    with pytest.raises(Invalid, match="只写年月日"):
        to_date("2027-06-30 08:00", field="review_by")


@given(st.datetimes(timezones=st.just(UTC)), ZONES)
def test_every_moment_comes_back_as_itself(moment: datetime, zone: ZoneInfo) -> None:
    for told in (moment, moment.replace(minute=0, second=0, microsecond=0)):
        assert to_start(start_to_text(told, zone), zone=zone, field="effective_from") == told
        assert to_end(end_to_text(told, zone), zone=zone, field="effective_to") == told


@given(st.dates(date(1970, 1, 1), date(9990, 1, 1)), ZONES)
def test_every_local_midnight_comes_back_as_itself(day: date, zone: ZoneInfo) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    assert to_start(start_to_text(midnight, zone), zone=zone, field="effective_from") == midnight
    assert to_end(end_to_text(midnight, zone), zone=zone, field="effective_to") == midnight
    assert start_to_text(datetime(2026, 1, 1, tzinfo=zone) + timedelta(), zone) == "2026-01-01"
