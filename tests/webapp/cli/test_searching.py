from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.tokens import QUERY_MOST
from tests.webapp.cli.conftest import Kb, write_entry, write_lines


@pytest.fixture
def filled(tmp_path: Path, ready: Kb) -> Kb:
    library = tmp_path / "library"
    write_entry(library, "FAQ-0042", title="百万医疗险等待期多少天", asked_as=("医疗险多久能用",))
    write_entry(
        library, "POL-0007", kind="policy", title="家庭财产险盗抢报警时限", product="家庭财产险", asked_as=(),
        speakable="盗抢须二十四小时内报警。", body="## 时限\n\n24 小时内报警。", tags=("盗抢",), category="家财险/报案",
        conditions="", exceptions="",
    )  # fmt: skip
    assert ready("import", library, "--publish").code == 0
    return ready


def test_search_shows_the_answer_to_read_aloud_and_the_hits(filled: Kb) -> None:
    said = filled("search", "家里被偷了多久要报警")
    assert said.code == 0
    assert "POL-0007\t家庭财产险\t家庭财产险盗抢报警时限" in said.out


def test_json_has_the_shape_of_the_api(filled: Kb) -> None:
    found = json.loads(filled("search", "等待期", "--json").out)
    assert list(found)[:3] == ["query", "took_ms", "total"]
    assert {"answer", "clarify", "hits"} < set(found)
    hit = found["hits"][0]
    assert (hit["code"], hit["revision"], hit["url"]) == ("FAQ-0042", 1, "/entries/FAQ-0042")
    assert hit["in_force_since"].endswith("+08:00")


def test_a_long_question_is_answered_in_part_with_a_note(filled: Kb) -> None:
    assert "只查了其中一部分" in filled("search", "等待期多久" * 2_000).err
    assert "一部分" not in filled("search", "等待期多久").err


def test_filters_and_limit_narrow_the_hits(filled: Kb) -> None:
    def codes(*more: str) -> list[str]:
        return [h["code"] for h in json.loads(filled("search", "等待期报警", "--json", *more).out)["hits"]]

    assert sorted(codes()) == ["FAQ-0042", "POL-0007"]
    assert codes("--product", "家庭财产险") == ["POL-0007"]
    assert codes("--kind", "faq") == ["FAQ-0042"]
    assert len(codes("--limit", "1")) == 1


def test_as_of_a_day_before_publication_nothing_is_found(filled: Kb) -> None:
    said = filled("search", "等待期", "--as-of", "2020-01-01", "--json")
    assert json.loads(said.out)["total"] == 0
    assert "没有找到" in filled("search", "等待期", "--as-of", "2020-01-01").out


@pytest.mark.parametrize("when", ["yesterday", "2026-13-01", "", "2026-11-21T99:00", "0001-01-01"])
def test_a_moment_that_cannot_be_understood_is_one_sentence(filled: Kb, when: str) -> None:
    said = filled("search", "等待期", "--as-of", when)
    assert said.code in ((0, 3) if when in ("", "0001-01-01") else (3,))
    assert len(said.err.strip().splitlines()) <= 1


@pytest.mark.parametrize(
    "query", ["", " ", "？", "！！！", "😀", "退" * 10_000, "' OR 1=1 --", "<script>", "title:* AND [a TO z]", "\ud83d"]
)
def test_odd_questions_get_an_answer_or_one_sentence(filled: Kb, query: str) -> None:
    for more in ([], ["--json"]):
        said = filled("search", *more, "--", query)
        assert said.code in (0, 3)
        cut = len(query) > QUERY_MOST and not more  # JSON says it within
        assert len(said.err.strip().splitlines()) == (1 if said.code or cut else 0)


def test_eval_prints_the_figures(filled: Kb, tmp_path: Path) -> None:
    questions = write_lines(
        tmp_path / "q.jsonl",
        {"query": "医疗险等待期几天", "relevant": ["FAQ-0042"], "product": "百万医疗险"},
        {"query": "财产险盗抢报警", "relevant": ["POL-0007"], "product": "家庭财产险"},
    )
    for options in ([], ["--with-product"], ["--product-in-query"]):
        figures = json.loads(filled("eval", questions, "--json", *options).out)
        assert list(figures) == ["queries", "mrr@10", "hit@1", "hit@5", "hit@10", "zero_hits", "p50_ms", "p99_ms"]
        assert (figures["queries"], figures["mrr@10"], figures["zero_hits"]) == (2, 1.0, 0)
    assert "mrr@10\t1.0" in filled("eval", questions).out


def test_the_product_of_a_question_is_used_only_when_asked_for(filled: Kb, tmp_path: Path) -> None:
    questions = write_lines(
        tmp_path / "q.jsonl", {"query": "报警", "relevant": ["POL-0007"], "product": "百万医疗险"}
    )
    assert json.loads(filled("eval", questions, "--json").out)["hit@10"] == 1.0
    assert json.loads(filled("eval", questions, "--json", "--with-product").out)["hit@10"] == 0.0


@pytest.mark.parametrize(
    "line",
    [
        "not json", "[]", '{"query": "退保"}', '{"query": "退保", "relevant": []}', '{"query": 7, "relevant": ["FAQ-0001"]}',
        '{"query": "退保", "relevant": "FAQ-0001"}', '{"query": "退保", "relevant": ["FAQ-0001"], "product": 3}',
    ],
)  # fmt: skip
def test_a_line_of_questions_that_is_wrong_is_named(filled: Kb, tmp_path: Path, line: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"query": "退保", "relevant": ["FAQ-0042"]}\n\n' + line + "\n", encoding="utf-8")
    said = filled("eval", path)
    assert said.code == 3
    assert "第 3 行看不懂" in said.err


def test_a_file_of_questions_that_is_missing_or_empty_is_one_sentence(filled: Kb, tmp_path: Path) -> None:
    assert filled("eval", tmp_path / "none.jsonl").err.strip() == f"找不到“{tmp_path / 'none.jsonl'}”。"
    (tmp_path / "empty.jsonl").write_text("\n")
    assert "里没有问题" in filled("eval", tmp_path / "empty.jsonl").err
    assert "是目录" in filled("eval", tmp_path).err


def test_explain_tells_tokens_terms_and_what_each_word_gave(filled: Kb) -> None:
    said = filled("search", "等侍期多久", "--explain", "--limit", "1")
    assert said.code == 0
    assert "等侍期 → 等待期" in said.out
    assert "1\tFAQ-0042\t百万医疗险等待期多少天" in said.out
    found = json.loads(filled("search", "等侍期多久", "--explain", "--json").out)
    assert found["step"] == "neighbour"
    assert found["hits"][0]["code"] == "FAQ-0042"
