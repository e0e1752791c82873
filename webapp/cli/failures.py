"""Whatever goes wrong at the command line, as one sentence on stderr and one exit code; never a traceback."""

from __future__ import annotations

import errno
import tempfile
import traceback
from pathlib import Path

import click
from flask_babel import gettext

from kb.domain.errors import (
    N_,
    Busy,
    Conflict,
    Invalid,
    KbError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Unavailable,
)
from webapp.messages import sentence

FINDINGS = 1  # done, but not everything is as it should be: rejected rows, an index that differs
UNFORESEEN = 70
INTERRUPTED = 130

# The most exact class counts. README lists them for scripts.
EXIT_CODES: dict[type[KbError], int] = {
    Invalid: 3,
    NotFound: 4,
    NotAllowed: 5,
    NotSignedIn: 5,
    Conflict: 6,
    Busy: 7,
    Unavailable: 8,
    KbError: 9,
}

_OS_SENTENCES: dict[int, str] = {
    errno.ENOSPC: N_("磁盘空间不足，没有写完。请清理磁盘后重试。"),
    errno.EDQUOT: N_("磁盘空间不足，没有写完。请清理磁盘后重试。"),
    errno.EACCES: N_("没有权限读写“{path}”。"),
    errno.EPERM: N_("没有权限读写“{path}”。"),
    errno.EROFS: N_("“{path}”所在的磁盘是只读的。"),
    errno.ENOENT: N_("找不到“{path}”。"),
    errno.ENOTDIR: N_("“{path}”的上级不是目录。"),
    errno.EISDIR: N_("“{path}”是目录，不是文件。"),
    errno.EEXIST: N_("“{path}”已经存在。"),
    errno.ENAMETOOLONG: N_("文件名太长：“{path}”。"),
}


def exit_code(error: KbError) -> int:
    return next(EXIT_CODES[c] for c in type(error).__mro__ if c in EXIT_CODES)


def explain(error: BaseException) -> tuple[str, int]:
    """The sentence and the exit code for ``error``."""
    match error:
        case KbError():
            return sentence(error), exit_code(error)
        case click.Abort():
            if isinstance(error.__cause__, KeyboardInterrupt) or isinstance(error.__context__, KeyboardInterrupt):
                return gettext("已中断。"), INTERRUPTED
            return gettext("没有读到输入，已停止。"), exit_code(Invalid(""))
        case KeyboardInterrupt():
            return gettext("已中断。"), INTERRUPTED
        case OSError():
            return _explain_os(error), exit_code(Unavailable(""))
        case MemoryError():
            return gettext("内存不足，没有做完。"), exit_code(Unavailable(""))
    return _explain_unforeseen(error), UNFORESEEN


def _explain_os(error: OSError) -> str:
    message = _OS_SENTENCES.get(error.errno or 0, N_("读写“{path}”时出错：{detail}。"))
    return gettext(message).format(path=error.filename or "", detail=error.strerror or type(error).__name__)


def _explain_unforeseen(error: BaseException) -> str:
    """A defect of the program: its traceback goes into a file, for whoever repairs it."""
    try:
        with tempfile.NamedTemporaryFile("w", prefix="kb-error-", suffix=".log", delete=False) as file:
            file.write("".join(traceback.format_exception(error)))
        place = str(Path(file.name))
    except OSError:
        place = "-"
    return gettext("程序出错（{kind}），详情写在 {file}。").format(kind=type(error).__name__, file=place)
