"""Questions, blueprints and papers for the tests of papers, with values that differ from one another."""

from __future__ import annotations

from datetime import date

from kb.domain.exams.paper import Blueprint, Cell, Form, Item, Paper
from kb.domain.exams.question import QuestionContent, QuestionType, RubricLine, Source
from tests.factories import NOW

MONTH = date(2026, 11, 1)


def a_question(number: int = 1, type: QuestionType = QuestionType.SINGLE, **fields: object) -> QuestionContent:
    """A sound question of that type, its texts told apart by ``number``."""
    values: dict[str, object] = {
        "type": type,
        "stem": f"第{number}问：百万医疗险的等待期是多少天？",
        "explanation": f"条款写明是{number}天。",
        "difficulty": 0.4,
        "point": "等待期",
        "source": Source(code="FAQ-0042", revision=1, part="body", start=number, end=number + 8, text=f"第{number}句"),
    }
    if type in (QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.ORDER):
        values["options"] = tuple(f"{number}-{letter}" for letter in "甲乙丙丁")
        values["key"] = {
            QuestionType.SINGLE: (2,), QuestionType.MULTIPLE: (0, 3), QuestionType.ORDER: (3, 1, 0, 2),
        }[type]  # fmt: skip
    elif type is QuestionType.TRUE_FALSE:
        values["key"] = (1,)
    elif type is QuestionType.CLOZE:
        values["stem"] = f"第{number}空：等待期是____天。"
        values["blanks"] = (("30", "三十"),)
    else:
        values["model"] = f"第{number}问的参考答案。"
        values["rubric"] = (RubricLine(text="说到天数", share=60), RubricLine(text="说到例外", share=40))
    return QuestionContent(**(values | fields))  # type: ignore[arg-type]


def an_item(number: int = 1, type: QuestionType = QuestionType.SINGLE, *, score: float = 2.0, **fields: object) -> Item:
    return Item(question=number, version=number % 3 + 1, score=score, content=a_question(number, type, **fields))


def a_blueprint(*cells: Cell, **fields: object) -> Blueprint:
    values: dict[str, object] = {
        "title": "2026年11月月度考试",
        "month": MONTH,
        "cells": cells
        or (Cell(type=QuestionType.SINGLE, count=2, score=2.0), Cell(type=QuestionType.CLOZE, count=1, score=3.0)),
        "pass_score": 1.0,
        "unseen_months": 3,
    }
    return Blueprint(**(values | fields))  # type: ignore[arg-type]


def a_paper(**fields: object) -> Paper:
    """Two forms of three questions each: 1, 2, 5 and 3, 4, 6."""
    forms = tuple(
        Form(
            name=name,
            items=(an_item(first), an_item(second), an_item(third, QuestionType.CLOZE, score=3.0)),
        )
        for name, (first, second, third) in {"A": (1, 2, 5), "B": (3, 4, 6)}.items()
    )
    values: dict[str, object] = {
        "blueprint": a_blueprint(), "seed": 17, "forms": forms, "author": "a-trainer", "at": NOW,
    }  # fmt: skip
    return Paper(**(values | fields))  # type: ignore[arg-type]
