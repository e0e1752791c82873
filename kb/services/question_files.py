"""Questions out of files and into files: what is wrong is named by its line, what the bank has already is not doubled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from kb.domain.errors import N_, Invalid, KbError
from kb.domain.exams.checks import require_correct
from kb.domain.exams.question import QuestionContent
from kb.domain.person import Permission, Person
from kb.exchange.questions import Format, LeftOut, Read, Refused, read_questions, write_questions
from kb.ports import Store
from kb.services.bank import Bank

QUESTIONS_MOST = 20_000
AT_ONCE = 250  # questions of a file that are kept in one transaction


@dataclass(frozen=True, slots=True)
class TakenIn:
    """``numbers`` of the new questions; ``known``: line and number of those that the bank has already; ``refused``: the
    rest, by line, each with its finished sentence; ``landed`` False: nothing was kept, because one was refused."""

    numbers: list[int]
    known: list[tuple[int, int]]
    refused: list[Refused]
    landed: bool


@dataclass(frozen=True, slots=True)
class GivenOut:
    data: bytes
    count: int
    left_out: list[tuple[str, LeftOut]]  # by the name of the question


class QuestionFiles:
    def __init__(self, store: Store, bank: Bank, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._bank = bank
        self._clock = clock

    def take_in(
        self, person: Person, path: Path, *, reason: str, format: Format | None = None, all_or_none: bool = False
    ) -> TakenIn:
        """Keep the questions of a file as drafts. With ``all_or_none`` it is one transaction, and nothing is kept when one
        is refused.

        Raises:
            NotAllowed; Invalid: the format cannot be told, or there are too many.
        """
        person.require(Permission.KEEP_QUESTIONS)
        there = {question.content.digest: question.number for question in self._bank.export(person)}
        good: list[tuple[int, QuestionContent]] = []
        refused: list[Refused] = []
        known: list[tuple[int, int]] = []
        seen: dict[str, int] = {}
        for one in _bounded(read_questions(path, format)):
            if isinstance(one, Refused):
                refused.append(one)
                continue
            try:
                digest = require_correct(one.content).digest
            except KbError as error:
                refused.append(_refused(one.line, error))
                continue
            if digest in there:
                known.append((one.line, there[digest]))
            elif digest in seen:
                refused.append(_refused(one.line, Invalid(N_("与第 {line} 行的试题相同。"), line=seen[digest])))
            else:
                seen[digest] = one.line
                good.append((one.line, one.content))
        if not good or (refused and all_or_none):
            return TakenIn([], known, refused, not (refused and all_or_none))
        numbers: list[int] = []
        # The writers' turn is given back in between, so that a long file holds up nobody's call.
        size = len(good) if all_or_none else AT_ONCE
        for start in range(0, len(good), size):
            part = good[start : start + size]
            done = self._bank.add_many(
                person, [content for _, content in part], reason=reason, all_or_none=all_or_none
            )
            numbers += done.numbers
            refused += [_refused(part[one.which][0], one.error) for one in done.refused]
        refused.sort(key=lambda one: one.line)
        return TakenIn(numbers, known, refused, not (refused and all_or_none))

    def give_out(self, person: Person, format: Format, numbers: Iterable[int] | None = None) -> GivenOut:
        """These questions, or all that are not retired, as a file; it is audited: keys leave the desk with it.

        Raises:
            NotAllowed; Invalid: there is none to give.
        """
        questions = self._bank.export(person, numbers)
        if not questions:
            raise Invalid(N_("没有可导出的试题。"))
        names = [question.name for question in questions]
        data, left_out = write_questions(format, [question.content for question in questions], names)
        count = len(questions) - len(left_out)
        with self._store.write() as uow:
            detail: dict[str, object] = {"format": str(format), "count": count}
            uow.audit.add(at=self._clock(), by=person.login, action="bank.export", subject="", detail=detail)
            uow.commit()
        return GivenOut(data, count, [(names[one.place], one) for one in left_out])


def _bounded(read: Iterable[Read | Refused]) -> Sequence[Read | Refused]:
    found = list(islice(read, QUESTIONS_MOST + 1))
    if len(found) > QUESTIONS_MOST:
        raise Invalid(N_("一次最多导入 {most} 道题，请分几个文件。"), most=QUESTIONS_MOST)
    return found


def _refused(line: int, error: KbError) -> Refused:
    return Refused(line, str(error), getattr(error, "field", ""))
