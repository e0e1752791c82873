from __future__ import annotations

from pathlib import Path

import pytest

from tests.webapp.cli.conftest import Kb, write_entry
from webapp.wiring import Desk


@pytest.fixture
def filled(tmp_path: Path, ready: Kb) -> Kb:
    """FAQ-0042 with its second revision waiting."""
    write_entry(tmp_path / "library", "FAQ-0042", title="玻璃破碎怎么赔")
    ready("import", tmp_path / "library", "--publish")
    write_entry(tmp_path / "library", "FAQ-0042", title="玻璃单独破碎在哪里修")
    ready("import", tmp_path / "library")
    return ready


def title(desk: Desk) -> str | None:
    with desk.store.read() as uow:
        found = uow.entries.in_force(["FAQ-0042"], desk.clock())
    return found["FAQ-0042"].revision.content.title if found else None


def test_publish_puts_the_waiting_revision_in_force_and_into_the_index(filled: Kb, desk: Desk) -> None:
    assert title(desk) == "玻璃破碎怎么赔"
    said = filled("publish", "FAQ-0042", 2, "--reason", "更新")
    assert said.code == 0
    assert said.out.startswith("FAQ-0042 第 2 版已发布，")
    assert title(desk) == "玻璃单独破碎在哪里修"
    assert "玻璃单独破碎在哪里修" in filled("search", "玻璃破碎").out


def test_a_withdrawn_entry_is_no_longer_found(filled: Kb, desk: Desk) -> None:
    assert filled("withdraw", "FAQ-0042", "--reason", "停售").code == 0
    assert title(desk) is None
    assert "FAQ-0042" not in filled("search", "玻璃破碎").out
    assert filled("check").code == 0


def test_restore_makes_a_new_revision_that_is_not_in_force(filled: Kb, desk: Desk) -> None:
    filled("publish", "FAQ-0042", 2, "--reason", "更新")
    said = filled("restore", "FAQ-0042", 1, "--reason", "改错了")
    assert said.out.strip() == "FAQ-0042 第 1 版已恢复为第 3 版，尚未发布。"
    assert title(desk) == "玻璃单独破碎在哪里修"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["publish", "FAQ-0042", "1", "--reason", "再来"], 6),
        (["publish", "FAQ-0042", "9", "--reason", "再来"], 4),
        (["publish", "FAQ-9999", "1", "--reason", "再来"], 4),
        (["publish", "FAQ-0042", "2", "--reason", " "], 3),
        (["publish", "FAQ-0042", "2"], 2),
        (["withdraw", "FAQ-0042", "--reason", "换", "--replaced-by", "FAQ-0042"], 3),
        (["withdraw", "FAQ-0042", "--reason", "换", "--replaced-by", "FAQ-7777"], 3),
        (["restore", "FAQ-0042", "2", "--reason", "同"], 6),
    ],
)
def test_a_step_that_does_not_fit_is_one_sentence(filled: Kb, arguments: list[str], code: int) -> None:
    said = filled(*arguments)
    assert said.code == code
    assert len(said.err.strip().splitlines()) == 1
