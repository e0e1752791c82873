"""Which questions come from the same place of the knowledge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.domain.exams.question import QuestionContent


def same_sentence(contents: Sequence[QuestionContent]) -> Iterator[list[int]]:
    """Places of questions whose sources overlap, two or more together."""
    ordered = sorted(
        (one.source.code, one.source.part, one.source.revision, one.source.start, one.source.end, place)
        for place, one in enumerate(contents)
        if one.source.code and one.source.end > one.source.start
    )
    group: list[int] = []
    before: tuple[object, ...] = ()
    reach = 0
    for *where, start, end, place in ordered:
        if tuple(where) != before or start >= reach:
            if len(group) > 1:
                yield group
            group, before, reach = [], tuple(where), end
        group.append(place)
        reach = max(reach, end)
    if len(group) > 1:
        yield group
