from __future__ import annotations

import re

import pytest

from tests.test_readme import COMMANDS
from tests.webapp.cli.conftest import Kb

PATHS = [path.split()[1:] for path, _ in COMMANDS]
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("path", [[], ["user"], ["token"], *PATHS], ids=" ".join)
def test_help_is_chinese_by_default_and_english_when_set(kb: Kb, path: list[str]) -> None:
    chinese, english = kb(*path, "--help"), kb(*path, "--help", KB_LANGUAGE="en")
    assert (chinese.code, english.code) == (0, 0)
    assert not re.search("Usage:|Options|Commands|Show this", chinese.out)
    assert "用法：" in chinese.out
    assert CHINESE.findall(english.out) == []
    assert "Usage:" in english.out


def test_the_bare_command_shows_its_help(kb: Kb) -> None:
    said = kb()
    assert said.code == 0
    assert "import" in said.out


def test_a_mistake_is_told_in_english_when_that_is_set(kb: Kb) -> None:
    said = kb("search", KB_LANGUAGE="en")
    assert said.code == 2
    assert CHINESE.findall(said.err) == []
