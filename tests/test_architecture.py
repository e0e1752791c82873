"""The arrows of the design, read from the imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Who may import whom, the longest prefix counts. Nothing points back.
MAY_IMPORT = {
    "kb.domain": {"kb.domain"},
    "kb.ports": {"kb.ports", "kb.domain"},
    "kb.settings": {"kb.domain"},
    "kb.recent": set(),  # a bounded memory, known to nobody in particular
    "kb.bell": set(),  # between processes, known to nobody in particular
    "kb.exchange": {"kb.exchange", "kb.domain"},
    "kb.storage": {"kb.storage", "kb.domain", "kb.ports", "kb.recent", "kb.bell"},
    "kb.services": {"kb.services", "kb.domain", "kb.ports", "kb.exchange"},
    "kb": set(),
    "indexer": {"indexer", "kb.domain", "kb.ports", "kb.settings", "kb.recent"},
    "webapp": {"webapp", "indexer", "kb"},
}

# Frameworks and who may know them.
KNOWN_ONLY_BY = {
    "sqlalchemy": ("kb.storage",),
    "alembic": ("kb.storage",),
    "whoosh": ("indexer.whoosh",),
    "jieba": ("indexer",),
    "flask": ("webapp",),
    "flask_login": ("webapp",),
    "flask_wtf": ("webapp",),
    "flask_babel": ("webapp",),
    "werkzeug": ("webapp",),
    "gunicorn": ("webapp.cli",),
    "click": ("webapp.cli",),
    "openpyxl": ("kb.exchange",),
    "docx": ("kb.exchange",),
}

OURS = ("kb", "indexer", "webapp")


def modules() -> Iterator[tuple[str, Path]]:
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield name, path


def imports(source: str, module: str, is_package: bool) -> set[str]:
    """Absolute names of what ``source`` imports, relative ones resolved, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = module.split(".") if is_package else module.split(".")[:-1]
            start = base[: len(base) - node.level + 1] if node.level else []
            found.add(".".join([*start, node.module] if node.module else start))
    return found


def within(name: str, prefixes: object) -> bool:
    return any(name == p or name.startswith(p + ".") for p in prefixes)


def faults(module: str, imported: set[str]) -> list[str]:
    rule = max((p for p in MAY_IMPORT if within(module, [p])), key=len)
    allowed = MAY_IMPORT[rule]
    wrong = [f"{module} -> {name}" for name in imported if within(name, OURS) and not within(name, allowed)]
    for framework, knowers in KNOWN_ONLY_BY.items():
        if any(within(name, [framework]) for name in imported) and not module.startswith(knowers):
            wrong.append(f"{module} -> {framework}")
    return wrong


@pytest.mark.parametrize(("module", "path"), [pytest.param(m, p, id=m) for m, p in modules()])
def test_every_module_keeps_to_the_arrows(module, path):
    assert faults(module, imports(path.read_text("utf-8"), module, path.name == "__init__.py")) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("kb.domain.entry", "from kb.storage import open_store"),
        ("kb.services.people", "import sqlalchemy"),
        ("kb.domain.x", "from ..storage import tables"),
        ("indexer.search", "def f():\n    from webapp.wiring import Desk"),
        ("indexer.ranking", "import whoosh.index"),
        ("webapp.pages", "from kb.storage.tables import Base\nimport sqlalchemy.orm"),
    ],
)
def test_the_check_itself_sees_a_wrong_arrow(module, source):
    assert faults(module, imports(source, module, is_package=False))


def test_importing_every_module_does_nothing_visible(tmp_path):
    """No file, no connection, no dictionary: importing is free of effects and quick to undo."""
    names = [m for m, _ in modules() if ".migrations." not in m]
    program = (
        "import importlib, sys\n"
        f"[importlib.import_module(m) for m in {names!r}]\n"
        "import jieba\n"
        "assert not jieba.dt.initialized, 'the global dictionary was loaded'\n"
        "import threading\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=120,
        env={"PATH": "", "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (done.stdout, list(tmp_path.iterdir())) == ("", [])
