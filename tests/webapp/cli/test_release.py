from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.webapp.cli.conftest import Kb, write_entry


@pytest.fixture
def filled(tmp_path: Path, ready: Kb) -> Kb:
    """FAQ-0042 in force with a second revision waiting; FAQ-0043 in force; FAQ-0044 new and waiting."""
    for code, title in (("FAQ-0042", "玻璃破碎怎么赔"), ("FAQ-0043", "划痕险怎么买")):
        write_entry(tmp_path / "library", code, title=title)
    ready("import", tmp_path / "library", "--publish")
    write_entry(tmp_path / "library", "FAQ-0042", title="玻璃单独破碎在哪里修")
    write_entry(tmp_path / "library", "FAQ-0044", title="划痕险停售以后买什么")
    ready("import", tmp_path / "library")
    return ready


def titles(kb: Kb) -> str:
    return kb("search", "玻璃 划痕险 破碎").out


def test_a_release_goes_out_and_comes_back_as_a_whole(filled: Kb) -> None:
    said = filled(
        "release", "open", "十二月调整", "--publish", "FAQ-0042:2", "--publish", "FAQ-0044:1",
        "--withdraw", "FAQ-0043:FAQ-0044",
    )  # fmt: skip
    assert (said.code, said.out.strip()) == (0, "发布包 1 已建立，3 条。")
    assert "玻璃破碎怎么赔" in titles(filled)
    assert filled("release", "publish", 1, "--reason", "新规").code == 0
    assert "玻璃单独破碎在哪里修" in titles(filled)
    assert "划痕险停售以后买什么" in titles(filled)
    assert "FAQ-0043" not in titles(filled)
    assert filled("release", "undo", 1, "--reason", "报错了").code == 0
    assert "玻璃破碎怎么赔" in titles(filled)
    assert "FAQ-0044" not in titles(filled)
    assert filled("release", "list").out.strip() == "1\t已撤回\t3\t十二月调整"
    assert filled("check").code == 0


def test_what_stands_in_the_way_is_shown_and_nothing_is_published(filled: Kb) -> None:
    filled("release", "open", "一", "--publish", "FAQ-0042:2")
    filled("publish", "FAQ-0042", 2, "--reason", "先发了")
    shown = filled("release", "show", 1, "--json")
    assert shown.code == 1
    [item] = json.loads(shown.out)["items"]
    assert item["problem"] == "FAQ-0042 第 2 版已经发布。"
    assert filled("release", "publish", 1, "--reason", "新规").code == 6
    assert filled("release", "remove", 1, "faq-0042").out.strip() == "发布包 1 现有 0 条。"
    assert filled("release", "show", 1).code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["open", "一", "--publish", "FAQ-0042"], 3),
        (["open", "一", "--publish", "FAQ-0042:9"], 4),
        (["open", " "], 3),
        (["add", "7", "--publish", "FAQ-0042:2"], 4),
        (["publish", "7", "--reason", "新规"], 4),
        (["undo", "7"], 2),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(filled: Kb, arguments: list[str], code: int) -> None:
    said = filled("release", *arguments)
    assert (said.code, said.out) == (code, "")
    assert said.err.strip()
