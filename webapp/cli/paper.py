"""``kb paper``: papers from the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from secrets import randbelow

import click
from flask_babel import gettext

from kb.domain.errors import N_, Invalid, NotFound, Unavailable
from kb.domain.exams.assembly import CannotAssemble, number_text
from kb.domain.exams.forms_check import difference
from kb.domain.exams.paper import FORMS, Blueprint, Paper
from kb.domain.exams.plain import from_plain, to_plain
from kb.domain.person import Person
from kb.services.people import SYSTEM
from webapp.cli import context
from webapp.cli.group import SubGroup
from webapp.messages import name, sentence

BLUEPRINT_MOST = 1_000_000  # bytes
SEEDS = 1_000_000
PARTS = ("paper", "key", "sheet")

paper = SubGroup("paper", help=N_("试卷：按蓝图组 A、B 卷，批准冻结，导出"))


@paper.command("list", help=N_("列出试卷，最新的在前"))
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON，每行一份"))
def list_(as_json: bool) -> None:
    for one in context.desk().exam_calendar.look(SYSTEM).papers:
        click.echo(json.dumps(_values(one), ensure_ascii=False) if as_json else _line(one))


@paper.command("build", help=N_("组 A、B 两卷；不给蓝图文件时，用上一份试卷的蓝图"))
@click.option(
    "--blueprint",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=N_("JSON 蓝图，格式同 kb paper export --format json 里的 blueprint"),
)
@click.option("--month", default="", metavar="YYYY-MM", help=N_("考试月份（默认：本月）"))
@click.option(
    "--seed",
    type=click.IntRange(1, 2**31 - 1),
    metavar="N",
    help=N_("随机种子：同样的题库和种子组出同样的卷（默认：随机）"),
)
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))
def build(file: Path | None, month: str, seed: int | None, as_json: bool) -> None:
    papers = context.desk().papers
    wanted = _month(month) if month else None
    blueprint = _read(file) if file else papers.preset(SYSTEM, wanted)
    if wanted:
        blueprint = replace(blueprint, month=wanted)
    try:
        made = papers.build(SYSTEM, blueprint, seed=seed or randbelow(SEEDS) + 1)
    except CannotAssemble as error:
        for lack in error.lacks:
            click.echo(sentence(lack), err=True)
        raise
    click.echo(json.dumps(_values(made), ensure_ascii=False) if as_json else _line(made))


@paper.command("freeze", help=N_("以主任的身份批准并冻结试卷；还没有提交的先提交"))
@click.argument("number", type=click.IntRange(1), metavar="N")
@click.option("--by", "login", required=True, metavar="LOGIN", help=N_("批准的主任"))
def freeze(number: int, login: str) -> None:
    desk = context.desk()
    director = _person(login)
    found = desk.papers.open(SYSTEM, number).paper
    if not found.hash:
        found = desk.paper_approval.submit(SYSTEM, number, version=found.version)
    frozen = desk.paper_approval.approve(director, number, seen=found.hash)
    click.echo(frozen.hash)


@paper.command("export", help=N_("把试卷写成 Word 或 JSON 文件"))
@click.argument("number", type=click.IntRange(1), metavar="N")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--form", type=click.Choice(FORMS), default="A", help=N_("哪一卷（默认 A）"))
@click.option("--part", type=click.Choice(PARTS), default="paper", help=N_("试卷、答案还是答题卡（默认试卷）"))
@click.option(
    "--format",
    "kind",
    type=click.Choice(["docx", "json"]),
    default="docx",
    help=N_("文件格式（默认 docx；json 为两卷全部内容）"),
)
def export(number: int, file: Path, form: str, part: str, kind: str) -> None:
    from kb.exchange.paper_docx import paper_docx

    found = context.desk().papers.open(SYSTEM, number).paper
    if kind == "json":
        whole = {
            "number": found.number,
            "hash": found.hash,
            "blueprint": to_plain(found.blueprint),
            "forms": to_plain(found.forms),
        }
        data = json.dumps(whole, ensure_ascii=False, indent=2).encode() + b"\n"
    else:
        data = paper_docx(found, form, part)
    try:
        file.write_bytes(data)
    except OSError as error:
        raise Unavailable(N_("写不了文件 {path}：{reason}"), path=str(file), reason=error.strerror or "") from error
    click.echo(gettext("已写入 {path}。").format(path=file))


def _read(file: Path) -> Blueprint:
    """A blueprint from a file. Raises ``Invalid`` for what is none."""
    try:
        with file.open("rb") as opened:
            data = opened.read(BLUEPRINT_MOST)
    except OSError as error:
        raise Unavailable(N_("读不了文件 {path}：{reason}"), path=str(file), reason=error.strerror or "") from error
    try:
        values = json.loads(data)
        return from_plain(Blueprint, values.get("blueprint", values))
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise Invalid(
            N_("{path} 不是蓝图：应是 JSON，有 title、month 和 cells。"), field="blueprint", path=file
        ) from error


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid(N_("请写月份，例如 2026-11。"), field="month") from None


def _person(login: str) -> Person:
    for one in context.desk().people.all(SYSTEM):
        if one.login == login:
            return one
    raise NotFound(N_("没有登录名为“{login}”的账号。"), login=login[:40])


def _line(one: Paper) -> str:
    blueprint = one.blueprint
    return "\t".join(
        (
            str(one.number),
            name(one.state),
            blueprint.title,
            str(blueprint.size),
            number_text(blueprint.total),
            one.hash[:16],
        )
    )


def _values(one: Paper) -> dict[str, object]:
    return {
        "number": one.number, "state": str(one.state), "title": one.blueprint.title, "month": f"{one.blueprint.month:%Y-%m}",
        "questions": one.blueprint.size, "total": one.blueprint.total, "seed": one.seed, "hash": one.hash,
        "difficulty": {form.name: round(form.difficulty, 4) for form in one.forms},
        "apart": round(difference(one.forms), 4),
    }  # fmt: skip
