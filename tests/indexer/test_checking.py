from __future__ import annotations

import pytest

from indexer.checking import Level, check
from indexer.checks_of_golden import touched
from indexer.memory_index import MemoryIndex
from indexer.search import Search
from indexer.sync import Sync
from indexer.whatif import supposing
from kb.domain.content import Kind
from kb.domain.golden import GoldenQuestion
from kb.services.goldens import Goldens
from kb.services.knowledge import Knowledge
from tests.factories import a_content, a_person, published


@pytest.fixture
def search(store, clock, tokenizer, tmp_path):
    """Four entries; the checked one is FAQ-0042, about the waiting period."""
    published(store, clock, "FAQ-0042")
    published(
        store,
        clock,
        "FAQ-0043",
        title="百万医疗险的犹豫期是多少天",
        asked_as=(),
        speakable="犹豫期十五天。",
        body="可退保。",
    )
    published(
        store,
        clock,
        "FAQ-0044",
        title="车辆被追尾怎么报案",
        asked_as=(),
        product="",
        speakable="先报警。",
        body="再报案。",
    )
    published(
        store,
        clock,
        "FAQ-0045",
        title="等待期",
        asked_as=("等待期是多少天",),
        product="",
        speakable="三十天。",
        body="无。",
    )
    index = MemoryIndex(tokenizer)
    Sync(store, index, tmp_path / "index.lock").drain()
    return Search(index, store, tokenizer, clock)


def kinds(report):
    return [f.kind for f in report.findings]


def test_an_entry_in_order_has_no_findings(search):
    report = check(search, a_content(), "FAQ-0042", promises=["保证"])
    assert report.findings == ()
    assert [a.rank for a in report.asked] == [1, 1]
    assert report.title_tokens == ("百万医疗险", "的", "等待期", "是", "多少", "天")


def test_a_new_entry_is_asked_for_as_if_it_were_published(search):
    report = check(search, a_content(title="宠物医疗险赔不赔绝育手术", asked_as=("猫做绝育能报吗",), body=""))
    assert (report.code, [a.rank for a in report.asked]) == ("FAQ-NEW", [1, 1])


def test_a_title_that_finds_others_first_blocks_unless_overridden(search, store, clock, tokenizer, tmp_path):
    for number in range(50, 54):
        published(
            store,
            clock,
            f"FAQ-00{number}",
            title="犹豫期",
            asked_as=("犹豫期", "犹豫期退保"),
            body="犹豫期",
            speakable="犹豫期",
        )
    Sync(store, search.index, tmp_path / "index.lock").drain()
    content = a_content(
        title="犹豫期", asked_as=(), body="一句话。" * 200, speakable="无。", product="", category="", tags=()
    )
    [finding] = check(search, content, "FAQ-0042").findings
    assert (finding.kind, finding.level, finding.field, finding.overridable) == (
        "title-not-found",
        Level.BLOCK,
        "title",
        True,
    )
    report = check(search, content, "FAQ-0042")
    assert [f.id for f in report.waiting()] == [finding.id]
    assert report.waiting({finding.id}) == []
    assert "FAQ-0050" in str(finding)


def test_links_lead_to_entries_in_force(search, store, clock):
    Knowledge(store, clock).withdraw(a_person(), "FAQ-0044", reason="停办")
    body = "[甲](kb:FAQ-0043) [乙](kb:FAQ-0044) [丙](kb:FAQ-0999) [自己](kb:FAQ-0042)"
    broken = [f for f in check(search, a_content(body=body), "FAQ-0042").findings if f.kind == "broken-link"]
    assert [(f.values["code"], f.level) for f in broken] == [("FAQ-0044", Level.BLOCK), ("FAQ-0999", Level.BLOCK)]
    place = broken[0].places[0]
    assert body[place.start : place.end] == "kb:FAQ-0044"


@pytest.mark.parametrize(
    ("fields", "kind", "level"),
    [
        ({"speakable": ""}, "no-speakable", Level.BLOCK),
        ({"speakable": "", "kind": Kind.PROCEDURE}, "no-speakable", Level.WARN),
        ({"speakable": "等待期三十天。" * 20}, "long-speakable", Level.WARN),
        ({"speakable": "这种情况保证能赔。"}, "promise", Level.BLOCK),
    ],
)
def test_the_speakable_answer_is_short_and_promises_nothing(search, fields, kind, level):
    [finding] = check(search, a_content(**fields), "FAQ-0042", promises=["保证", "一定赔"]).findings
    assert (finding.kind, finding.level, finding.field) == (kind, level, "speakable")


def test_refusing_to_promise_is_no_promise(search):
    report = check(search, a_content(speakable="能否赔付要看材料，我不能保证结果。"), "FAQ-0042", promises=["保证"])
    assert "promise" not in kinds(report)


def test_nothing_is_written_and_the_live_search_stays_as_it_was(search):
    from indexer.search import SearchRequest
    from kb.domain.person import Role

    before = search.run(SearchRequest("宠物绝育", Role.AGENT)).hits
    check(search, a_content(title="宠物绝育"), "FAQ-0042")
    assert search.run(SearchRequest("宠物绝育", Role.AGENT)).hits == before


def test_personal_data_blocks_and_a_mobile_number_cannot_be_overridden(search):
    content = a_content(body="请联系 138 0013 8000 或 0755-88886666。")
    mobile, landline = (f for f in check(search, content, "FAQ-0042").findings if f.kind == "personal-data")
    assert (mobile.values["said"], mobile.level, mobile.overridable) == ("138 0013 8000", Level.BLOCK, False)
    assert (landline.level, landline.overridable) == (Level.BLOCK, True)
    place = mobile.places[0]
    assert content.body[place.start : place.end] == "138 0013 8000"


def test_a_number_that_another_entry_gives_otherwise_asks_for_a_reason(search):
    report = check(
        search, a_content(title="续保时等待期怎么算", speakable="百万医疗险的等待期是六十天。", asked_as=(), body="")
    )
    [finding] = [f for f in report.findings if f.kind == "contradiction"]
    assert (finding.level, finding.values["code"], finding.values["there"]) == (Level.WARN, "FAQ-0042", "三十天")
    assert [(p.code, p.field) for p in finding.places] == [("", "speakable"), ("FAQ-0042", "speakable")]


def test_golden_questions_that_would_lose_their_answer_are_named(search, store, clock):
    Goldens(store, clock).put(
        a_person(), [GoldenQuestion("百万医疗险犹豫期多少天", ("FAQ-0043",)), GoldenQuestion("追尾报案", ("FAQ-0044",))]
    )
    content = a_content(
        title="理赔材料有哪些",
        asked_as=(),
        speakable="身份证。",
        body="",
        tags=(),
        category="",
        product="",
        conditions="",
        exceptions="",
    )
    [finding] = [f for f in check(search, content, "FAQ-0043").findings if f.kind.startswith("golden")]
    assert (finding.kind, finding.level, finding.values["names"]) == (
        "golden-lost",
        Level.WARN,
        "百万医疗险犹豫期多少天",
    )


def test_an_id_stays_while_the_matter_stays(search):
    one = check(search, a_content(speakable="这种情况保证能赔。"), "FAQ-0042", promises=["保证"]).findings[0]
    same = check(
        search, a_content(speakable="这种情况保证能赔。", body="改了别处。"), "FAQ-0042", promises=["保证"]
    ).findings[0]
    other = check(search, a_content(speakable="这种情况我们保证能赔。"), "FAQ-0042", promises=["保证"]).findings[0]
    assert one.id == same.id != other.id


def test_of_other_questions_only_those_whose_answer_stood_last_are_asked(search, tokenizer):
    supposed = supposing(search, {"FAQ-0099": a_content()}, search.clock())
    questions = [GoldenQuestion(f"百万医疗险等待期{n}", ("FAQ-0043",)) for n in range(7)]
    questions.append(GoldenQuestion("百万医疗险", ("FAQ-0099",)))
    ranks = dict(zip((q.query for q in questions), (1, 3, 4, 5, 9, 0), strict=False)) | {"百万医疗险": 1}
    chosen = touched(supposed, "FAQ-0099", supposed.tokens, questions, ranks)
    assert [q.query for q in chosen] == ["百万医疗险", *(f"百万医疗险等待期{n}" for n in (2, 3, 4, 6))]


def test_hundreds_of_phrasings_are_asked_the_new_ones_first_until_time_is_up(search, monkeypatch):
    monkeypatch.setattr("indexer.checking._ASKING_SECONDS", 0.0)
    report = check(search, a_content(asked_as=tuple(f"第{n}种问法" for n in range(300))), "FAQ-0042")
    assert [a.field for a in report.asked] == ["title"]
    [note] = [f for f in report.findings if f.kind == "phrasings-unfinished"]
    assert (note.level, note.values["count"]) == (Level.NOTE, 300)
