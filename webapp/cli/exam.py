"""``kb exam``: results of a month and the statistics of a paper, for scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext

from kb.domain.errors import N_, Invalid
from kb.domain.exams.statistics import FLAG_NAMES, FormFigures, Interval, ItemFigures
from kb.exchange.scores_xlsx import results_workbook
from kb.services.people import SYSTEM
from kb.services.results import Month
from webapp.cli import context
from webapp.cli.group import SubGroup
from webapp.messages import name, translate
from webapp.results.views import rows_of

exam = SubGroup("exam", help=N_("考试：成绩和题目分析"))
_json = click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))


@exam.command("results", help=N_("一个月的成绩、名次和再培训名单"))
@click.option("--month", default="", metavar="MONTH", help=N_("月份，如 2026-11（默认：最近有考试的月份）"))
@_json
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help=N_("写成 Excel 工作簿"))
def results(month: str, as_json: bool, xlsx: Path | None) -> None:
    desk = context.desk()
    desk.examinations.finish_due()
    day = _month(month) or next(iter(desk.results.months(SYSTEM)), None)
    if day is None:
        click.echo(gettext("还没有考试。"))
        return
    found = desk.results.month(SYSTEM, day)
    remedial = [one for one in desk.results.remedial(SYSTEM, day) if one.run.months[-1] == day]
    if xlsx is not None:
        xlsx.write_bytes(results_workbook(rows_of(found), title=f"{day:%Y-%m}"))
    if as_json:
        runs = [
            {"person": one.run.person, "months": [f"{m:%Y-%m}" for m in one.run.months], "times": one.run.times}
            for one in remedial
        ]
        click.echo(
            json.dumps(
                {"month": f"{day:%Y-%m}", "waiting": found.waiting, "results": list(_values(found)), "remedial": runs},
                ensure_ascii=False,
            )
        )
    elif xlsx is None:
        _show(found)
        for one in remedial:
            click.echo("\t".join((gettext("再培训"), one.run.person, one.name, one.team)))


@exam.command("statistics", help=N_("一份试卷的题目分析：难度、区分度、信度，都带区间"))
@click.argument("number", type=click.IntRange(1), metavar="PAPER")
@_json
def statistics(number: int, as_json: bool) -> None:
    desk = context.desk()
    desk.examinations.finish_due()
    found = desk.item_statistics.of_paper(SYSTEM, number)
    if as_json:
        click.echo(
            json.dumps(
                {"paper": number, "unscored": found.unscored, "forms": [_form(one) for one in found.forms]},
                ensure_ascii=False,
            )
        )
        return
    for form in found.forms:
        click.echo("\t".join((form.form, str(form.count), _number(form.mean), _shown(form.reliability))))
        for one in form.items:
            flags = "；".join(translate(FLAG_NAMES[flag.flag]) + ("" if flag.is_sure else "?") for flag in one.flags)
            click.echo(
                "\t".join(
                    (f"Q-{one.item.question:04}", _shown(one.facility), _shown(one.discrimination), flags)
                ).rstrip()
            )


def _month(text: str) -> date | None:
    if not text:
        return None
    match = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text.strip())
    if match is None:
        raise Invalid(N_("月份请写成 2026-11 这样。"), field="month")
    return date(int(match[1]), int(match[2]), 1)


def _values(found: Month) -> Iterator[dict[str, Any]]:
    for line in found.lines:
        one, placed = line.sitting, line.placed
        yield {
            "person": one.person, "name": line.name, "team": one.team, "batch": one.batch, "paper": one.paper,
            "kind": str(line.batch.kind), "form": one.form, "state": str(one.state), "score": one.score,
            "total": line.batch.total, "passed": line.passed, "place": placed.place if placed else None,
            "of": placed.size if placed else None, "last_two": placed.is_last if placed else False, "note": one.note,
        }  # fmt: skip


def _show(found: Month) -> None:
    for line in found.lines:
        one = line.sitting
        score = f"{one.score:g}/{line.batch.total:g}" if one.score is not None else name(one.state)
        place = f"{line.placed.place}/{line.placed.size}" if line.placed else ""
        click.echo("\t".join((one.person, line.name, one.team, line.batch.title, score, place)).rstrip())


def _form(form: FormFigures) -> dict[str, Any]:
    return {
        "form": form.form, "count": form.count, "mean": form.mean, "spread": form.spread, "error": form.error,
        "reliability": _interval(form.reliability), "kr20": form.is_kr20, "items": [_item(one) for one in form.items],
    }  # fmt: skip


def _item(one: ItemFigures) -> dict[str, Any]:
    return {
        "question": one.item.question, "version": one.item.version, "count": one.count,
        "facility": _interval(one.facility), "discrimination": _interval(one.discrimination),
        "choices": [{"option": c.place, "key": c.is_key, "count": c.count, "best": c.best, "others": c.others} for c in one.choices],
        "flags": [{"flag": str(flag.flag), "sure": flag.is_sure} for flag in one.flags],
    }  # fmt: skip


def _interval(one: Interval | None) -> dict[str, float] | None:
    return None if one is None else {"value": round(one.value, 4), "low": round(one.low, 4), "high": round(one.high, 4)}


def _shown(one: Interval | None) -> str:
    return "–" if one is None else f"{one.value:.2f} [{one.low:.2f}, {one.high:.2f}]"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
