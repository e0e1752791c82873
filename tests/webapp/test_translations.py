"""Every string of the interface goes through gettext, and the English catalogue is complete."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "webapp" / "templates"
ENGLISH = ROOT / "webapp" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
GETTEXT = {"_", "gettext", "ngettext", "pgettext", "npgettext", "lazy_gettext", "N_"}
IDEOGRAPH = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff\u3001-\u303f\uff01-\uff60]")  # punctuation too
PLACES = re.compile(r"\{\w+[^}]*\}|%\(\w+\)|%%")


@pytest.fixture(scope="module")
def extracted() -> dict[str, str]:
    """Every message of the source, and the file in which it stands."""
    with (ROOT / ".babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
    found = extract_from_dir(str(ROOT), methods, options, keywords=keywords, directory_filter=_is_source)
    messages: dict[str, str] = {}
    for file, _line, message, _comments, _context in found:
        for one in message if isinstance(message, tuple) else (message,):
            messages.setdefault(one, file)
    return messages


def _is_source(folder: str) -> bool:
    return Path(folder).name in ("kb", "indexer", "webapp") or bool(
        {"kb", "indexer", "webapp"} & set(Path(folder).relative_to(ROOT).parts)
    )


@pytest.fixture(scope="module")
def english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def test_the_extraction_sees_all_three_packages_and_the_templates(extracted: dict[str, str]) -> None:
    for message, file in {
        "座席代表": "kb/domain/person.py",
        "哪个产品？": "indexer/assistant.py",
        "登录名": "webapp/templates/auth/login.html",
        "没有这个页面。": "webapp/errors.py",
    }.items():
        assert Path(extracted[message]) == Path(file)


def test_every_message_has_an_english_translation(extracted: dict[str, str], english: Catalog) -> None:
    missing = {m: file for m, file in extracted.items() if not ((found := english.get(m)) and found.string)}
    assert missing == {}


def test_no_translation_is_a_guess(english: Catalog) -> None:
    assert [message.id for message in english if message.id and message.fuzzy] == []


def test_no_translation_is_left_over(extracted: dict[str, str], english: Catalog) -> None:
    assert [message.id for message in english if message.id and message.id not in extracted] == []


def test_a_translation_fills_in_the_same_values_as_its_message(english: Catalog) -> None:
    differing = [m.id for m in english if m.id and sorted(PLACES.findall(m.id)) != sorted(PLACES.findall(m.string))]
    assert differing == []


def test_an_english_text_holds_no_chinese(english: Catalog) -> None:
    # A value that is stored in Chinese may be quoted.
    texts = [m.string.replace("by default: 导入", "") for m in english if m.id]
    assert [text for text in texts if CHINESE.search(text)] == []


def test_the_compiled_catalogue_is_that_of_the_source(english: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, english)
    assert ENGLISH.with_suffix(".mo").read_bytes() == compiled.getvalue(), "compile the catalogue again"


# --- nothing beside gettext


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_a_template_shows_chinese_through_gettext_only(template: Path) -> None:
    assert list(_chinese_beside_gettext(template.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>{{ _('登录') }}</p>", []),
        ("{% trans %}登录{% endtrans %}", []),
        ("{# 登录 #}<p>{{ _('共 %(n)s 条', n=3) }}</p>", []),
        ("<p>登录</p>", ["<p>登录</p>"]),
        ("<p title='登录'>", ["<p title='登录'>"]),
        ("{{ '登录' }}", ["登录"]),
        ("{{ _('登录') ~ '：' }}", ["："]),
        ("{{ name|default('登录') }}", ["登录"]),
        ("{{ _('%(who)s 好', who='您') }}", ["您"]),
    ],
)
def test_the_check_of_templates_itself_notices_what_is_wrong(source: str, found: list[str]) -> None:
    assert list(_chinese_beside_gettext(source)) == found


def _chinese_beside_gettext(source: str) -> Iterator[str]:
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    marked = {
        id(argument)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in GETTEXT
        for argument in call.args
    }
    for data in tree.find_all(nodes.TemplateData):
        if CHINESE.search(data.data.replace(">中文<", "><")):  # the language switch names each in its own words
            yield data.data.strip()
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, str) and CHINESE.search(constant.value) and id(constant) not in marked:
            yield constant.value


WEB_CODE = sorted(p for p in (ROOT / "webapp").rglob("*.py"))
# Text that is the same in every language, or looked for rather than shown.
NOT_SHOWN = {"中文", "知席 Zhixi", "健康"}


# What they write is knowledge, in the language of the library, or is looked for in it.
CONTENT = {"demo.py", "demo_lists.py", "kinds.py"}


@pytest.mark.parametrize("module", [p for p in WEB_CODE if p.name not in CONTENT], ids=lambda p: str(p.relative_to(ROOT)))
def test_the_web_shows_chinese_through_gettext_only(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    marked = {
        id(part)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in GETTEXT
        for argument in call.args
        for part in ast.walk(argument)
    }
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    beside = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and IDEOGRAPH.search(node.value)
        and id(node) not in marked | docstrings
        and node.value not in NOT_SHOWN
    ]
    assert beside == []


SCRIPTS = sorted((ROOT / "webapp" / "static").rglob("*.js"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name)
def test_scripts_show_what_the_page_hands_them(script: Path) -> None:
    code = re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", script.read_text(encoding="utf-8"), flags=re.S)
    assert IDEOGRAPH.findall(code) == []
