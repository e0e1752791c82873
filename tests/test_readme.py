"""README keeps up: every command, option, setting, exit code and table is in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kb.domain.person import Role
from kb.settings import SETTINGS
from kb.storage.tables import Base
from webapp.cli import failures, main

TOP = Path(__file__).resolve().parents[1]
README = (TOP / "README.md").read_text(encoding="utf-8")
ROWS = [line for line in README.splitlines() if line.startswith("| `")]


def commands(group: click.Group = main, path: str = "kb") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = list(commands())


def row_of(path: str) -> str:
    """The row of the table that documents this command: ``| `kb user add LOGIN …` | … |``."""
    return next((row for row in ROWS if re.match(rf"\| `{path}[ `]", row)), "")


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[path for path, _ in COMMANDS])
def test_every_command_is_documented_with_all_its_options(path: str, command: click.Command) -> None:
    usage = row_of(path).split("`")[1] if row_of(path) else ""
    assert usage, f"README has no row for {path}"
    options = [o.opts[0] for o in command.params if isinstance(o, click.Option) and o.opts[0] != "--home"]
    arguments = [(a.metavar or a.name or "").rstrip(".") for a in command.params if isinstance(a, click.Argument)]
    assert [name for name in options + arguments if name not in usage] == []


def test_no_command_is_documented_that_does_not_exist() -> None:
    known = {path for path, _ in COMMANDS}
    documented = {match[1].strip() for row in ROWS if (match := re.match(r"\| `(kb( [a-z]+)+)", row))}
    assert documented == known


def test_every_setting_is_documented_with_its_default_and_its_sentence() -> None:
    rows = {cells[1].strip(" `"): cells for line in ROWS if (cells := line.split("|"))[1].strip().startswith("`KB_")}
    assert set(rows) == set(SETTINGS)
    for name, (default, sentence) in SETTINGS.items():
        assert rows[name][2].strip(" `") == default, name
        assert "|".join(rows[name][3:]).strip(" |") == sentence, name


def test_every_exit_code_is_documented() -> None:
    codes = {*failures.EXIT_CODES.values(), failures.FINDINGS, failures.UNFORESEEN, failures.INTERRUPTED, 0, 2}
    documented = {int(found) for found in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert documented == codes


def test_every_role_has_a_tour_and_a_name_for_the_command_line() -> None:
    tour = README.split("## A tour for each role")[1].split("\n## ")[0]
    assert [role for role in Role if f" {role.value.replace('_', ' ').replace('trainer', 'quality & training')}" not in tour] == []
    assert [role for role in Role if f"`{role}`" not in README] == []


def test_the_picture_of_the_data_model_shows_every_table() -> None:
    picture = (TOP / ".readme" / "model.svg").read_text(encoding="utf-8")
    assert [table for table in Base.metadata.tables if f">{table}<" not in picture] == []


def test_every_picture_and_file_that_it_links_to_is_there() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (TOP / link).is_file()] == []


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (TOP / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`(?:KB_\w+=\S+ )?make ([a-z]+)", README)) <= targets
    assert {"run", "test", "lint", "bench"} <= targets


def test_the_number_of_entries_that_it_promises_is_that_of_the_starter_library() -> None:
    promised = re.search(r"(\d+) 条示范知识", README)
    assert promised
    assert int(promised[1]) == len(list((TOP / "content").rglob("*.md")))
