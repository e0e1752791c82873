"""Whatever goes wrong, the operator reads one sentence; a script sees one exit code."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kb.domain.errors import Busy, Conflict, Invalid, KbError, NotAllowed, NotFound, NotSignedIn, TooLarge, Unavailable
from tests.webapp.cli.conftest import Kb, runner
from webapp.cli.group import Command, KbGroup

COMMAND = [sys.executable, "-c", "from webapp.cli import main; main()"]


def one_sentence(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and text.strip().endswith(("。", "。）"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["seek"], "没有命令“seek”。"),
        (["user", "promote"], "没有命令“promote”。"),
        (["search", "--loud", "退保"], "没有选项 --loud。"),
        (["search"], "缺少 Q。"),
        (["import"], "缺少 PATH...。"),
        (["search", "退保", "--limit", "many"], "--limit 应是 1 到 100 之间的整数。"),
        (["search", "退保", "--limit", "101"], "--limit 应是 1 到 100 之间的整数。"),
        (["search", "退保", "--kind", "rumour"], "--kind 只能是：faq、policy、procedure、script、case、notice。"),
        (["user", "add", "li"], "缺少 --role。"),
        (["search", "退", "保"], "命令写得不对。"),
    ],
)
def test_a_command_written_wrongly_is_told_in_one_sentence(kb: Kb, arguments: list[str], told: str) -> None:
    said = kb(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(told)
    assert "--help" in said.err
    assert one_sentence(said.err)


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"KB_PORT": "eighty"}, "KB_PORT 的值“eighty”无法识别。"),
        ({"KB_TIMEZONE": "Mars/Olympus"}, "KB_TIMEZONE 的值“Mars/Olympus”无法识别。"),
        ({"KB_LANGUAGE": "tlh"}, "KB_LANGUAGE 的值“tlh”无法识别。"),
        ({"KB_DATABASE_URL": "nonsense://x"}, "数据库地址不可用，请检查 KB_DATABASE_URL。"),
        ({"KB_DATABASE_URL": "no address"}, "数据库地址不可用，请检查 KB_DATABASE_URL。"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_named(ready: Kb, environ: dict[str, str], told: str) -> None:
    said = ready("check", **environ)
    assert said.code in (3, 8)
    assert said.err.strip() == told


@pytest.mark.parametrize("arguments", [["check"], ["search", "退保"], ["user", "list"], ["serve"], ["reindex"]])
def test_without_a_home_each_command_says_how_to_make_one(kb: Kb, home: Path, arguments: list[str]) -> None:
    said = kb(*arguments)
    assert said.code == 3
    assert "请先运行 kb init" in said.err
    assert one_sentence(said.err)
    assert not home.exists(), "a command that fails must not leave half a home behind"


def test_a_file_that_is_no_database_is_one_sentence(home: Path, ready: Kb, tmp_path: Path) -> None:
    (tmp_path / "junk.sqlite3").write_bytes(b"no database at all" * 300)
    said = ready("user", "list", KB_DATABASE_URL=f"sqlite:///{tmp_path / 'junk.sqlite3'}")
    assert said.code == 8
    assert said.err.strip() == "数据库文件已损坏，请从备份恢复。"


def test_a_database_without_tables_asks_for_init(ready: Kb, empty_database_url: str) -> None:
    said = ready("user", "list", KB_DATABASE_URL=empty_database_url)
    assert said.code == 8
    assert "kb init" in said.err
    assert one_sentence(said.err)


def test_a_locked_database_is_one_sentence(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.storage.database.WAIT_SECONDS", 0.2)
    kb = runner({"KB_HOME": str(home), "KB_DATABASE_URL": f"sqlite:///{tmp_path / 'locked.sqlite3'}"})
    assert kb("init").code == 0
    holder = sqlite3.connect(tmp_path / "locked.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        said = kb("token", "create", "--role", "agent")
    finally:
        holder.close()
    assert said.code == 7
    assert said.err.strip() == "另一项写入还没有完成，请稍后重试。"
    assert said.out == ""


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (Invalid("标题不能为空。"), 3, "标题不能为空。"),
        (TooLarge("太大：{size}。", size=9), 3, "太大：9。"),
        (NotFound("没有 {code}。", code="FAQ-0042"), 4, "没有 FAQ-0042。"),
        (NotAllowed("不许。"), 5, "不许。"),
        (NotSignedIn("没登录。"), 5, "没登录。"),
        (Conflict("别人先了。"), 6, "别人先了。"),
        (Busy("稍后。"), 7, "稍后。"),
        (Unavailable("没应答。"), 8, "没应答。"),
        (KbError("别的。"), 9, "别的。"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/x"), 8, "磁盘空间不足，没有写完。请清理磁盘后重试。"),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/y"), 8, "没有权限读写“/y”。"),
        (OSError(errno.EIO, "Input/output error", "/z"), 8, "读写“/z”时出错：Input/output error。"),
        (MemoryError(), 8, "内存不足，没有做完。"),
        (KeyboardInterrupt(), 130, "已中断。"),
    ],
)
def test_each_error_has_its_sentence_and_its_exit_code(error: BaseException, code: int, told: str) -> None:
    said = CliRunner().invoke(a_group_that_raises(error), ["fail"])
    assert said.exit_code == code
    assert said.stderr.strip() == told


def test_a_defect_of_the_program_is_one_sentence_and_its_details_go_into_a_file() -> None:
    said = CliRunner().invoke(a_group_that_raises(ZeroDivisionError("customer 13800138000")), ["fail"])
    assert said.exit_code == 70
    assert "ZeroDivisionError" in said.stderr
    assert "Traceback" not in said.stderr
    place = re.search(r"写在 (\S+)。", said.stderr)
    assert place
    assert "ZeroDivisionError" in Path(place[1]).read_text()
    Path(place[1]).unlink()


def a_group_that_raises(error: BaseException) -> KbGroup:
    group = KbGroup(lambda: pytest.fail("no application is needed here"), name="kb")

    @click.command("fail", cls=Command)
    def fail() -> None:
        raise error

    group.add_command(fail)
    return group


def test_a_full_disk_behind_the_output_is_one_sentence(ready: Kb, home: Path, database_url: str) -> None:
    environ = {**os.environ, "KB_HOME": str(home), "KB_DATABASE_URL": database_url}
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run([*COMMAND, "user", "list"], stdout=full, stderr=subprocess.PIPE, env=environ, text=True)
    assert ended.returncode == 8
    assert ended.stderr.strip() == "磁盘空间不足，没有写完。请清理磁盘后重试。"


def test_a_terminal_that_knows_only_ascii_gets_no_traceback(ready: Kb, home: Path, database_url: str) -> None:
    environ = {**os.environ, "KB_HOME": str(home), "KB_DATABASE_URL": database_url, "PYTHONIOENCODING": "ascii"}
    ended = subprocess.run([*COMMAND, "user", "list"], capture_output=True, env=environ, text=True)
    assert ended.returncode == 0
    assert ended.stderr == ""
    assert "admin" in ended.stdout


@pytest.mark.parametrize(
    ("closed", "arguments", "code", "told"),
    [
        ([1], ["user", "list"], 0, ""),
        ([2], ["seek"], 2, ""),
        ([0], ["intake", "add", "--department", "核保部", "--title", "停售通知"], 3, "内容不能为空"),
    ],
)
def test_a_closed_stream_is_one_that_says_nothing(
    ready: Kb, home: Path, database_url: str, closed: list[int], arguments: list[str], code: int, told: str
) -> None:
    close = f"import os; [os.close(n) for n in {closed}]; os.execv({sys.executable!r}, {[*COMMAND, *arguments]!r})"
    environ = {**os.environ, "KB_HOME": str(home), "KB_DATABASE_URL": database_url}
    ended = subprocess.run([sys.executable, "-c", close], env=environ, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert told in ended.stderr
