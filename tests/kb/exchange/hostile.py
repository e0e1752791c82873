"""Contents that try to break a file format, for hypothesis."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from kb.domain.content import Audience, Content, Kind
from kb.domain.errors import KbError
from kb.domain.person import Role

SNIPPETS = (
    "---", "\n---\n", "\n...\n", "- ", "# ", "#", " #", ": ", ":", "'", '"', "''", '\\"', "\\", "\n", "\n\n", "\r\n", "\t", " ", "  ",
    "!!python/object/apply:os.system [ls]", "!tag", "&a", "*a", "{", "}", "[", "]", ",", "|", ">", "|-", "%YAML 1.1", "@", "`",
    "~", "null", "yes", "off", "012", "0o17", "1_000", "1e3", "2026-01-01", "2026-01-01 08:30:00", "<<", "=", "? ", ".inf",
    "\u2028", "\x85", "\ufeff", "\u200b", "\u3000", "\xa0", "\u202e", "مرحبا", "שלום", "😀", "👩‍👩‍👧", "𠮷", "e\u0301", "等待期", "（一）",
    "```", "| a | b |", "<script>", "</div>", "code: FAQ-9999", "title: 别的", "    x",
)  # fmt: skip

_characters = st.characters(exclude_categories=("Cs",))
texts = st.lists(st.one_of(st.sampled_from(SNIPPETS), st.text(_characters, max_size=5)), max_size=8).map("".join)
moments = st.one_of(
    st.datetimes(datetime(1900, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)),
    st.dates(date(1900, 1, 1), date(9998, 1, 1)).map(lambda d: datetime(d.year, d.month, d.day, 16, tzinfo=UTC)),
)
codes = st.from_regex(r"[A-Z][A-Z0-9]{0,3}-[0-9A-Z]{1,6}", fullmatch=True)


@st.composite
def contents(draw: st.DrawFn, **fixed: object) -> Content:
    """A content whose texts are as hostile as its rules allow."""
    starts = draw(st.none() | moments)
    lasts = draw(st.none() | st.sampled_from([timedelta(microseconds=1), timedelta(hours=1), timedelta(days=40)]))
    values: dict[str, object] = {
        "title": draw(texts),
        "kind": draw(st.sampled_from(Kind)),
        "audience": draw(st.sampled_from(Audience)),
        "roles": tuple(draw(st.lists(st.sampled_from(Role), max_size=3))),
        "asked_as": tuple(draw(st.lists(texts, max_size=4))),
        "tags": tuple(draw(st.lists(texts, max_size=3))),
        "effective_from": starts,
        "effective_to": starts + lasts if starts and lasts else draw(st.none() | moments) if not starts else None,
        "review_by": draw(st.none() | st.dates()),
        "replaced_by": draw(st.just("") | codes),
    }
    values |= {
        n: draw(texts) for n in ("speakable", "body", "product", "category", "conditions", "exceptions", "owner")
    }
    try:
        return Content(**(values | fixed))  # type: ignore[arg-type]
    except KbError:  # what the rules forbid cannot be in the store either; the rest of the example still counts
        return Content(title="等待期", body=draw(st.sampled_from(SNIPPETS[:20])), **fixed)  # type: ignore[arg-type]
