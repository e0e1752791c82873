"""Papers as plain values: nothing is lost, and what is added later does not change what was frozen."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kb.domain.exams.paper import Blueprint, Form
from kb.domain.exams.plain import digest, from_plain, to_plain
from kb.domain.exams.question import QuestionType
from tests.kb.domain.exams.papers import a_blueprint, a_paper, an_item


@pytest.mark.parametrize("type", list(QuestionType))
def test_a_form_comes_back_as_it_was(type):
    form = Form(name="B", items=(an_item(3, type), an_item(8, type, tags=("重点", "易错"), shuffle=False)))
    assert from_plain(Form, json.loads(json.dumps(to_plain(form)))) == form


def test_a_blueprint_comes_back_as_it_was():
    blueprint = a_blueprint(minutes=45, pass_score=80.5, enemies=((3, 4), (9, 1)), fresh_share=0.35, apart=False)
    assert from_plain(Blueprint, json.loads(json.dumps(to_plain(blueprint)))) == blueprint


def test_what_has_its_default_is_left_out_so_that_new_fields_change_no_hash():
    plain = to_plain(a_blueprint())
    assert "minutes" not in plain and "apart" not in plain
    assert from_plain(Blueprint, plain | {"of a later version": 1}) == a_blueprint()


def test_any_change_changes_the_digest():
    paper = a_paper()
    first = paper.forms[0]
    item = first.items[1]
    changed = [
        replace(item, score=2.5),
        replace(item, version=item.version + 1),
        replace(item, content=replace(item.content, key=(0,))),
        replace(item, content=replace(item.content, stem=item.content.stem + "？")),
    ]
    found = {digest(replace(first, items=(first.items[0], one, first.items[2]))) for one in (item, *changed)}
    assert len(found) == len(changed) + 1
    assert all(len(one) == 64 for one in found)
