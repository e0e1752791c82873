from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.webapp.cli.conftest import Kb, write_entry, write_lines


@pytest.fixture
def learned(ready: Kb, tmp_path: Path) -> Kb:
    write_entry(tmp_path / "entries", "FAQ-0042")
    assert ready("import", tmp_path / "entries", "--publish").code == 0
    path = write_lines(
        tmp_path / "said.jsonl",
        {"code": "FAQ-0042", "phrasing": "兔子怎么骑车", "source": "solution"},
        {"code": "FAQ-0042", "asked_as": ["兔子怎么骑车？", "买了医疗险多久能用"]},
    )
    said = ready("learn", path)
    assert (said.code, said.out) == (0, "新学到\t1\n已有，次数加一\t1\n条目里已经写着\t1\n条目的说法已满\t0\n")
    return ready


def test_what_was_learned_is_found_at_once_and_listed(learned: Kb) -> None:
    assert learned("search", "兔子怎么骑车").out.splitlines()[-1].startswith("FAQ-0042\t")
    line = learned("phrasings", "list", "faq-0042").out
    assert re.fullmatch(r"2\t来电解决\t\d{4}-\d\d-\d\d \d\d:\d\d\t兔子怎么骑车\n", line)
    (row,) = map(json.loads, learned("phrasings", "list", "FAQ-0042", "--json").out.splitlines())
    assert (row["times"], row["source"], row["taken_back_at"]) == (2, "solution", None)


def test_a_phrasing_is_forgotten_and_restored(learned: Kb) -> None:
    assert learned("phrasings", "forget", "FAQ-0042", "兔子怎么骑车！").out == "已收回：兔子怎么骑车\n"
    assert learned("search", "兔子怎么骑车").out.splitlines()[0] == "没有找到。"
    assert learned("phrasings", "list", "FAQ-0042").out.endswith("已收回\n")
    assert learned("phrasings", "restore", "FAQ-0042", "兔子怎么骑车").out == "已恢复：兔子怎么骑车\n"
    assert "FAQ-0042" in learned("search", "兔子怎么骑车").out


@pytest.mark.parametrize(
    "line", ["{}", "[]", '{"code": "FAQ-0042"}', '{"code": "FAQ-0042", "phrasing": "甲乙", "source": "x"}', "{",
             '{"code": "x", "phrasing": "甲乙"}', '{"code": 7, "phrasing": "甲乙"}'],
)  # fmt: skip
def test_a_line_that_is_not_understood_is_named(ready: Kb, tmp_path: Path, line: str) -> None:
    path = tmp_path / "said.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    said = ready("learn", path)
    assert said.code not in (0, 1)
    assert "第 2 行" in said.err
