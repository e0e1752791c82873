"""A folder whose states are kept with git. The program ``git`` is asked; nothing of the user's own settings is run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from kb.domain.errors import N_, Conflict, Unavailable

PATIENCE = 300  # seconds for one command
# No hooks, no signing, no conversion of line ends, no pager: a commit holds what was written, and nothing else happens.
_SAFE = (
    "-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false", "-c", "core.autocrlf=false", "-c", "core.fsmonitor=false",
    "-c", "core.attributesFile=/dev/null", "-c", "core.excludesFile=/dev/null", "-c", "gc.auto=0", "-c", "i18n.commitEncoding=UTF-8", "--no-pager",
)  # fmt: skip


class GitFolder:
    """``directory`` as the top of a repository of its own; made when it is not there or empty.

    Raises:
        Unavailable: git is missing or does not do its work.
        Conflict: the folder holds something else, or changes that nobody committed.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory.absolute()
        program = shutil.which("git")
        if program is None:
            raise Unavailable(N_("找不到 git，请先安装 git 再用 --git 导出。"))
        self._program = program
        name = str(directory).encode("utf-8", "backslashreplace").decode()
        if not self.directory.exists() or not any(self.directory.iterdir()):
            self.directory.mkdir(parents=True, exist_ok=True)
            self._run("init", "--quiet", "--initial-branch=main")
        elif not (self.directory / ".git").exists():
            raise Conflict(N_("“{path}”不是空文件夹，也不是 git 库，请换一个文件夹。"), path=name)
        elif self._run("status", "--porcelain", "--untracked-files=all"):
            raise Conflict(N_("“{path}”里有还没有提交的改动，请先提交或还原。"), path=name)

    def last_trailers(self, *keys: str) -> dict[str, str]:
        """The values of these trailers in the newest commit that has the first of them; empty when none has."""
        if self._call("rev-parse", "--quiet", "--verify", "HEAD").returncode != 0:
            return {}
        forms = "%x00".join(f"%(trailers:key={key},valueonly,separator=%x20)" for key in keys)
        said = self._run("log", "-n", "1", f"--grep=^{keys[0]}: ", f"--format={forms}").strip("\n")
        return dict(zip(keys, (value.strip() for value in said.split("\0")), strict=True)) if said else {}

    def commit(self, message: str, *, name: str, email: str, at: datetime) -> None:
        """Commit everything as it is in the folder, by ``name``, dated ``at``; also when nothing differs."""
        self._run("add", "--all", "--", ".")
        who = {"NAME": _one_line(name), "EMAIL": _one_line(email), "DATE": at.replace(microsecond=0).isoformat()}
        environ = {f"GIT_{part}_{key}": value for part in ("AUTHOR", "COMMITTER") for key, value in who.items()}
        self._run("commit", "--quiet", "--allow-empty", "--no-verify", "--cleanup=verbatim", "--file=-",
                  environ=environ, input=message)  # fmt: skip

    def _run(self, *arguments: str, environ: Mapping[str, str] | None = None, input: str = "") -> str:
        done = self._call(*arguments, environ=environ, input=input)
        if done.returncode != 0:
            said = (done.stderr.strip().splitlines() or ["?"])[-1][:200]
            raise Unavailable(N_("git 没有做成：{said}"), said=said)
        return done.stdout

    def _call(
        self, *arguments: str, environ: Mapping[str, str] | None = None, input: str = ""
    ) -> subprocess.CompletedProcess[str]:
        # What points git elsewhere, and what it would run, stays outside.
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        kept |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8", **(environ or {})}
        # The folder's own repository and none further up, however git would look for one.
        where = (f"--git-dir={self.directory / '.git'}", f"--work-tree={self.directory}")
        try:
            return subprocess.run(  # noqa: S603 - no shell, and every argument is ours
                [self._program, *_SAFE, *where, *arguments], cwd=self.directory, env=kept, input=input,
                capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=PATIENCE, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable(N_("git 没有做成：{said}"), said=type(error).__name__) from error


def _one_line(text: str) -> str:
    """What git takes as a name: no angle brackets, no line ends, never nothing."""
    return " ".join("".join(ch for ch in text if ch not in "<>\x00").split()) or "-"
