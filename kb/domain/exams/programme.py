"""The integer programme behind ``assembly``: a variable for each question, cell and form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from kb.domain.exams.assembly import MARGIN, fits
from kb.domain.exams.paper import BALANCE_MOST, FORMS, Blueprint
from kb.domain.exams.sources import same_sentence

if TYPE_CHECKING:
    from kb.domain.exams.assembly import Candidate

SECONDS_MOST = 20.0
INFINITE = np.inf


@dataclass
class _Rows:
    """Linear conditions: each row a list of columns and factors, with its bounds."""

    entries: list[tuple[int, int, float]] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def add(self, columns: Sequence[tuple[int, float]], lower: float, upper: float) -> None:
        row = len(self.lower)
        self.entries += [(row, column, factor) for column, factor in columns]
        self.lower.append(lower)
        self.upper.append(upper)

    def constraint(self, width: int) -> LinearConstraint:
        rows, columns, factors = zip(*self.entries, strict=True) if self.entries else ((), (), ())
        matrix = csr_array((factors, (rows, columns)), shape=(len(self.lower), width))
        return LinearConstraint(matrix, self.lower, self.upper)


class Programme:
    """``pool``: the questions that may be chosen. Nothing is solved yet."""

    def __init__(self, blueprint: Blueprint, pool: Sequence[Candidate], chance: Random) -> None:
        self._cells = blueprint.cells
        self._pool = pool
        self._pairs = [
            (place, cell)
            for place, one in enumerate(pool)
            for cell, wanted in enumerate(blueprint.cells)
            if fits(wanted, one.content)
        ]
        self._width = len(FORMS) * len(self._pairs)
        self._groups = list(_exclusive(blueprint, pool))
        self._size = blueprint.size
        self.fresh_needed = ceil(blueprint.fresh_share * blueprint.size - MARGIN)
        # Near 1, so that any solution is near the best one and the first that is found will do.
        self._costs = np.array([1.0 + chance.random() for _ in range(self._width)])

    def solve(self) -> list[list[list[int]]] | None:
        """For each form and cell the places in the pool; None when there is no way."""
        rows = self._base()
        self._add_groups(rows)
        for form in range(len(FORMS)):
            rows.add(self._fresh(form), self.fresh_needed, INFINITE)
        most = BALANCE_MOST * self._size
        rows.add(self._difference(), -most, most)
        found = self._run(rows, self._costs, 0)
        if found is None:
            return None
        chosen: list[list[list[int]]] = [[[] for _ in self._cells] for _ in FORMS]
        for form in range(len(FORMS)):
            for column, (place, cell) in enumerate(self._pairs):
                if found[form * len(self._pairs) + column] > 0.5:
                    chosen[form][cell].append(place)
        return chosen

    def short_of(self, *, apart: bool = False) -> list[int]:
        """How many questions each cell is short of, over both forms; ``apart``: with those that exclude each other."""
        extra = len(FORMS) * len(self._cells)
        rows = self._base(elastic=True)
        if apart:
            self._add_groups(rows)
        costs = np.concatenate([np.zeros(self._width), np.ones(extra)])
        found = self._run(rows, costs, extra)
        if found is None:
            return [0] * len(self._cells)
        slack = found[self._width :].reshape(len(FORMS), len(self._cells)).sum(axis=0)
        return [round(float(one)) for one in slack]

    def most_fresh(self) -> int:
        """The most fresh questions that each form can have."""
        rows = self._base()
        self._add_groups(rows)
        for form in range(len(FORMS)):
            rows.add([*self._fresh(form), (self._width, -1.0)], 0, INFINITE)
        costs = np.zeros(self._width + 1)
        costs[-1] = -1.0
        found = self._run(rows, costs, 1, exact=True)
        return 0 if found is None else round(float(found[-1]))

    def least_difference(self) -> float:
        """How near the mean expected difficulties of the two forms can come."""
        rows = self._base()
        self._add_groups(rows)
        for form in range(len(FORMS)):
            rows.add(self._fresh(form), self.fresh_needed, INFINITE)
        rows.add([*self._difference(), (self._width, -1.0)], -INFINITE, 0)
        rows.add([*self._difference(), (self._width, 1.0)], 0, INFINITE)
        costs = np.zeros(self._width + 1)
        costs[-1] = 1.0
        found = self._run(rows, costs, 1, exact=True, whole=False)
        return 1.0 if found is None else float(found[-1]) / self._size

    def _base(self, *, elastic: bool = False) -> _Rows:
        """Each question once at most; each cell of each form full, or with ``elastic`` as full as can be."""
        rows, count = _Rows(), len(self._pairs)
        of_question: dict[int, list[tuple[int, float]]] = {}
        of_cell: dict[tuple[int, int], list[tuple[int, float]]] = {}
        for form in range(len(FORMS)):
            for column, (place, cell) in enumerate(self._pairs, form * count):
                of_question.setdefault(place, []).append((column, 1.0))
                of_cell.setdefault((form, cell), []).append((column, 1.0))
        for columns in of_question.values():
            rows.add(columns, 0, 1)
        for form in range(len(FORMS)):
            for cell, wanted in enumerate(self._cells):
                slack = [(self._width + form * len(self._cells) + cell, 1.0)] if elastic else []
                rows.add([*of_cell.get((form, cell), []), *slack], wanted.count, wanted.count)
        return rows

    def _add_groups(self, rows: _Rows) -> None:
        columns_of: dict[int, list[int]] = {}
        for column, (place, _) in enumerate(self._pairs):
            columns_of.setdefault(place, []).append(column)
        for form in range(len(FORMS)):
            start = form * len(self._pairs)
            for group in self._groups:
                columns = [(start + column, 1.0) for place in group for column in columns_of.get(place, [])]
                rows.add(columns, 0, 1)

    def _fresh(self, form: int) -> list[tuple[int, float]]:
        start = form * len(self._pairs)
        return [(start + column, 1.0) for column, (place, _) in enumerate(self._pairs) if self._pool[place].fresh]

    def _difference(self) -> list[tuple[int, float]]:
        """Sum of difficulties of the first form less that of the second."""
        count = len(self._pairs)
        return [
            (form * count + column, sign * self._pool[place].content.difficulty)
            for form, sign in enumerate((1.0, -1.0))
            for column, (place, _) in enumerate(self._pairs)
        ]

    def _run(self, rows: _Rows, costs: Any, extra: int, *, exact: bool = False, whole: bool = True) -> Any:
        """The values of all variables, or None. The last ``extra`` are no choices but counts (``whole``) or measures."""
        width = self._width + extra
        if not width:
            return None  # the solver does not take a programme without variables
        upper = np.concatenate([np.ones(self._width), np.full(extra, float(max(self._size, 1)))])
        kinds = np.concatenate([np.ones(self._width), np.full(extra, float(whole))])
        options = {"time_limit": SECONDS_MOST, "mip_rel_gap": 0.0 if exact else 0.5}
        done = milp(
            costs, integrality=kinds, bounds=Bounds(0, upper), constraints=rows.constraint(width), options=options
        )
        return done.x


def _exclusive(blueprint: Blueprint, pool: Sequence[Candidate]) -> Iterator[list[int]]:
    """Places in the pool of which one form may have one only."""
    places = {one.question: place for place, one in enumerate(pool)}
    for pair in blueprint.enemies:
        if all(number in places for number in pair):
            yield [places[number] for number in pair]
    if blueprint.apart:
        yield from same_sentence([one.content for one in pool])
