"""The question bank in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from kb.domain.exams.question import Lapse, Question, QuestionContent, QuestionState, state_at
from kb.ports.bank import BankFilter, Verdict
from kb.storage.entries import chunks
from kb.storage.tables_bank import BankQuestionRow as Head
from kb.storage.tables_bank import BankVersionRow as Version
from kb.storage.tables_bank import ProposalVerdictRow as Said
from kb.storage.types import canonical

_HEAD = (
    Head.number, Head.kept, Head.rule, Head.lapse_since, Head.lapse_withdrawn, Head.lapse_revision, Head.lapse_reason, Head.lapse_text,
)  # fmt: skip
_VERSION = (Version.version, Version.author, Version.at, Version.reason, Version.content)

# Made once: building a statement for each row costs more than the row.
_ADD_HEAD = insert(Head.__table__).returning(Head.__table__.c.number)  # type: ignore[arg-type]
_ADD_VERSION = insert(Version.__table__)  # type: ignore[arg-type]


class SqlBankRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, question: Question) -> int:
        number = int(self._connection.execute(_ADD_HEAD, _head_row(question)).scalar_one())
        self._connection.execute(_ADD_VERSION, _version_row(number, question))
        return number

    def put(self, question: Question) -> None:
        where = Head.number == question.number
        before = self._connection.scalar(select(Head.version).where(where))
        self._connection.execute(update(Head).where(where).values(**_head_row(question)))
        if before is not None and question.version > before:
            self._connection.execute(insert(Version).values(**_version_row(question.number, question)))

    def mark(self, lapses: Mapping[int, Lapse | None]) -> None:
        if not lapses:
            return
        rows = [
            {"n": number, **{f"v_{k}": v for k, v in _lapse_row(lapse).items()}} for number, lapse in lapses.items()
        ]
        values: dict[str, Any] = {name: bindparam(f"v_{name}") for name in _lapse_row(None)}
        self._connection.execute(update(Head).where(Head.number == bindparam("n")).values(**values), rows)

    def find(self, number: int, at: datetime) -> Question | None:
        return self.many([number], at).get(number)

    def many(self, numbers: Iterable[int], at: datetime) -> dict[int, Question]:
        found: dict[int, Question] = {}
        for part in chunks(dict.fromkeys(numbers)):
            found |= {q.number: q for q in self._questions(_latest().where(Head.number.in_(part)), at)}
        return found

    def version(self, number: int, version: int) -> Question | None:
        found = self._questions(_any().where(Head.number == number, Version.version == version), None)
        return found[0] if found else None

    def versions(self, number: int) -> list[Question]:
        return self._questions(_any().where(Head.number == number).order_by(Version.version), None)

    def ready(self, at: datetime) -> list[Question]:
        query = _latest().where(_state(at) == str(QuestionState.READY)).order_by(Head.number)
        return self._questions(query, at)

    def of_entries(self, codes: Sequence[str], at: datetime) -> list[Question]:
        found: list[Question] = []
        for part in chunks(code for code in dict.fromkeys(codes) if code):
            query = _latest().where(Head.code.in_(part), Head.kept != str(QuestionState.RETIRED))
            found += self._questions(query, at)
        return sorted(found, key=lambda q: q.number)

    def select(self, wanted: BankFilter, at: datetime, *, limit: int = 50, offset: int = 0) -> list[Question]:
        query = _latest().where(*_conditions(wanted, at)).order_by(Head.number.desc()).limit(limit).offset(offset)
        return self._questions(query, at)

    def count(self, wanted: BankFilter, at: datetime) -> int:
        query = select(func.count()).select_from(Head).where(*_conditions(wanted, at))
        return int(self._connection.execute(query).scalar_one())

    def counts(self, at: datetime) -> dict[QuestionState, int]:
        state = _state(at).label("state")
        rows = self._connection.execute(select(state, func.count()).select_from(Head).group_by(state))
        return {QuestionState(name): count for name, count in rows}

    def points(self) -> list[str]:
        return sorted(self._connection.scalars(select(Head.point).distinct().where(Head.point != "")))

    def all(self, at: datetime) -> list[Question]:
        return self._questions(_latest().order_by(Head.number), at)

    def newest(self) -> dict[int, int]:
        return {number: version for number, version in self._connection.execute(select(Head.number, Head.version))}  # noqa: C416

    def add_verdict(self, verdict: Verdict) -> None:
        self._connection.execute(insert(Said).values(**asdict(verdict)))

    def judged(self) -> set[str]:
        return set(self._connection.scalars(select(Said.digest).distinct()))

    def acceptance(self) -> dict[str, tuple[int, int]]:
        query = select(Said.rule, func.sum(cast(Said.accepted, Integer)), func.count()).group_by(Said.rule)
        return {rule: (int(accepted), count) for rule, accepted, count in self._connection.execute(query)}

    def _questions(self, query: Select[Any], at: datetime | None) -> list[Question]:
        return [_question(row, at) for row in self._connection.execute(query)]


def _latest() -> Select[Any]:
    on = and_(Version.question == Head.number, Version.version == Head.version)
    return select(*_HEAD, *_VERSION).join(Version, on)


def _any() -> Select[Any]:
    return select(*_HEAD, *_VERSION).join(Version, Version.question == Head.number)


def _state(at: datetime) -> ColumnElement[str]:
    """``kb.domain.exams.question.state_at`` in SQL."""
    lapsed = and_(Head.kept != str(QuestionState.RETIRED), Head.lapse_since.is_not(None), Head.lapse_since <= at)
    return case(
        (and_(lapsed, Head.lapse_withdrawn), literal(str(QuestionState.RETIRED))),
        (lapsed, literal(str(QuestionState.STALE))),
        else_=Head.kept,
    )


def _conditions(wanted: BankFilter, at: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.type is not None:
        conditions.append(Head.type == str(wanted.type))
    if wanted.state is not None:
        conditions.append(_state(at) == str(wanted.state))
    if wanted.point:
        conditions.append(Head.point == wanted.point)
    if wanted.code:
        conditions.append(Head.code == wanted.code)
    if wanted.tag:
        conditions.append(cast(Head.tags, Head.text.type).contains(canonical(wanted.tag), autoescape=True))
    for word in wanted.text.split():
        found = Head.text.contains(word, autoescape=True)
        number = word.upper().removeprefix("Q-")
        conditions.append(or_(found, Head.number == int(number)) if number.isdecimal() and len(number) < 10 else found)
    return conditions


def _lapse_row(lapse: Lapse | None) -> dict[str, object]:
    return {
        "lapse_since": lapse.since if lapse else None,
        "lapse_withdrawn": bool(lapse and lapse.withdrawn),
        "lapse_revision": lapse.revision if lapse else 0,
        "lapse_reason": lapse.reason if lapse else "",
        "lapse_text": lapse.text if lapse else "",
    }


def _head_row(question: Question) -> dict[str, object]:
    content = question.content
    said = (content.stem, *content.options, *(answer for blank in content.blanks for answer in blank), content.model)
    return {
        "version": question.version, "kept": str(question.kept), "rule": question.rule, "type": str(content.type),
        "point": content.point, "code": content.source.code, "tags": list(content.tags),
        "text": "\n".join(part for part in said if part), **_lapse_row(question.lapse),
    }  # fmt: skip


def _version_row(number: int, question: Question) -> dict[str, object]:
    return {
        "question": number, "version": question.version, "author": question.author, "at": question.at,
        "reason": question.reason, "content": question.content.to_dict(),
    }  # fmt: skip


def _question(row: Row[Any], at: datetime | None) -> Question:
    """``at`` None: the state that is kept."""
    kept = QuestionState(row.kept)
    lapse = None
    if row.lapse_since is not None:
        lapse = Lapse(
            since=row.lapse_since,
            withdrawn=row.lapse_withdrawn,
            revision=row.lapse_revision,
            reason=row.lapse_reason,
            text=row.lapse_text,
        )
    return Question(
        number=row.number, version=row.version, kept=kept, state=state_at(kept, lapse, at) if at else kept,
        content=QuestionContent.from_dict(row.content), author=row.author, at=row.at, reason=row.reason, rule=row.rule,
        lapse=lapse,
    )  # fmt: skip
