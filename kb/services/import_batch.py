"""The rows of one import, brought together before anything is compared: one content for each code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kb.domain.errors import N_, Invalid
from kb.exchange.rows import Item, Patch, Rejection, Row, refuse
from kb.exchange.template_file import EXAMPLE_CODE, example_refused

_TOLD_EVERY = 200


@dataclass(slots=True)
class Batch:
    """``rows`` and ``patches`` by code, in the order of the files; ``mentioned``: every code that could be read."""

    rows: dict[str, Row] = field(default_factory=dict)
    patches: dict[str, list[Patch]] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    mentioned: set[str] = field(default_factory=set)


def gather(items: Iterable[Item], progress: Callable[[int], object] | None = None) -> Batch:
    """Read everything. Of two rows with one code the second is rejected, with both places."""
    batch = Batch()
    count = 0
    for count, item in enumerate(items, start=1):
        if item.code:
            batch.mentioned.add(item.code)
        match item:
            case Rejection():
                batch.rejected.append(item)
            case Patch():
                batch.patches.setdefault(item.code, []).append(item)
            case Row() if item.code == EXAMPLE_CODE:
                batch.rejected.append(refuse(example_refused(), item.file, item.line, code=item.code))
            case Row() if item.code in batch.rows:
                batch.rejected.append(_twice(batch.rows[item.code], item))
            case Row():
                batch.rows[item.code] = item
        if progress and count % _TOLD_EVERY == 0:
            progress(count)
    if progress:
        progress(count)
    return batch


def _twice(first: Row, second: Row) -> Rejection:
    error = Invalid(
        N_("编号 {code} 在本次导入中出现两次：{first} 和 {second}；只取前一处。"),
        field="code", code=first.code, first=_place(first), second=_place(second),
    )  # fmt: skip
    return refuse(error, second.file, second.line, code=second.code)


def _place(row: Row) -> str:
    return f"{row.file}:{row.line}"
