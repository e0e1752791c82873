from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from kb.domain.exams.paper import PaperState
from kb.domain.exams.plain import to_plain
from kb.domain.person import Role
from tests.factories import Clock, a_person
from tests.kb.services.paper_bank import blueprint, furnish
from tests.webapp.cli.conftest import Kb
from webapp.wiring import Desk


@pytest.fixture
def made(ready: Kb, desk: Desk, tmp_path: Path) -> Path:
    """A bank, a director, and a blueprint in a file."""
    furnish(desk.store, Clock())
    with desk.store.write() as uow:
        uow.people.add(replace(a_person(Role.DIRECTOR, login="wang"), id=0), "x")
        uow.people.add(replace(a_person(Role.TRAINER, login="chen"), id=0), "x")
        uow.commit()
    file = tmp_path / "blueprint.json"
    file.write_text(json.dumps({"blueprint": to_plain(blueprint())}, ensure_ascii=False), "utf-8")
    return file


def test_a_paper_is_built_frozen_listed_and_exported(ready: Kb, made: Path, desk: Desk, tmp_path: Path) -> None:
    said = ready("paper", "build", "--blueprint", made, "--seed", 3, "--month", "2026-12", "--json")
    built = json.loads(said.out)
    assert (built["number"], built["month"], built["seed"], built["questions"], built["hash"]) == (
        1,
        "2026-12",
        3,
        4,
        "",
    )
    frozen = ready("paper", "freeze", 1, "--by", "wang")
    assert (frozen.code, len(frozen.out.strip())) == (0, 64)
    [line] = ready("paper", "list").out.splitlines()
    assert line.split("\t") == ["1", "已批准", "11月考试", "4", "10", frozen.out[:16]]
    assert json.loads(ready("paper", "list", "--json").out)["hash"] == frozen.out.strip()
    word, whole = tmp_path / "a.docx", tmp_path / "a.json"
    assert ready("paper", "export", 1, word, "--form", "B", "--part", "key").code == 0
    assert docx.Document(io.BytesIO(word.read_bytes())).paragraphs[0].text == "11月考试　B 卷　答案与评分"
    assert ready("paper", "export", 1, whole, "--format", "json").code == 0
    assert [form["name"] for form in json.loads(whole.read_text("utf-8"))["forms"]] == ["A", "B"]
    with desk.store.read() as uow:
        assert uow.papers.all()[0].state is PaperState.APPROVED


def test_the_same_seed_builds_the_same_paper(ready: Kb, made: Path, desk: Desk) -> None:
    for _ in range(2):
        assert ready("paper", "build", "--blueprint", made, "--seed", 5).code == 0
    with desk.store.read() as uow:
        first, second = uow.papers.all()
    assert first.forms == second.forms


def test_what_the_bank_is_short_of_is_told_row_by_row(ready: Kb, made: Path) -> None:
    said = ready("paper", "build")
    assert said.code == 6
    assert "第 1 行（单选）两卷要 40 题，题库里只有 12 题，缺 28 题。" in said.err
    assert "组不出 A、B 两卷" in said.err and said.out == ""


def test_only_a_director_freezes(ready: Kb, made: Path) -> None:
    ready("paper", "build", "--blueprint", made, "--seed", 3)
    assert ready("paper", "freeze", 1, "--by", "chen").code == 5
    assert ready("paper", "freeze", 1, "--by", "nobody").code == 4
    assert ready("paper", "freeze", 2, "--by", "wang").code == 4


def test_mistakes_are_sentences(ready: Kb, made: Path, tmp_path: Path) -> None:
    assert (said := ready("paper", "build", "--month", "11月")).code == 3 and "2026-11" in said.err
    broken = tmp_path / "broken.json"
    for text in (
        "[]",
        "{",
        '{"title": 3}',
        '{"title": "x", "month": "y", "cells": []}',
        '{"cells": [{"type": "essay"}]}',
    ):
        broken.write_text(text, "utf-8")
        said = ready("paper", "build", "--blueprint", broken)
        assert said.code == 3 and "不是蓝图" in said.err, text
    assert ready("paper", "build", "--blueprint", tmp_path / "none.json").code == 8
    ready("paper", "build", "--blueprint", made, "--seed", 3)
    assert ready("paper", "export", 1, tmp_path / "no" / "folder.docx").code == 8
