"""Numbers for strings of characters, such that strings that differ in one place share some of them.

Everything is vectors over many strings of one length. A number is a sum of character times place weight, so the
number of a string with one character changed, left out or swapped follows from the whole one without a new pass.
Equal numbers are no proof: whoever finds a string by its number compares the string itself.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

LENGTH_MOST = 8  # characters of a term that is looked for with a fault in it
Codes = npt.NDArray[np.uint64]  # rows of characters (or sounds) as numbers
Lengths = npt.NDArray[np.int64]

_rng = np.random.default_rng(20261121)  # always the same weights, so that stored keys stay valid
_WEIGHT = _rng.integers(1, 2**63, LENGTH_MOST + 2, dtype=np.uint64) | np.uint64(1)
_SALT = _rng.integers(1, 2**63, (4, LENGTH_MOST + 2), dtype=np.uint64)
_ANY = np.uint64(0x1F_FFFF)  # stands for "any character"; no character has this number


class Family(IntEnum):
    WHOLE = 0  # the string itself
    MASKED = 1  # one place may hold anything
    SHORTER = 2  # one character left out
    SOUND = 3  # what it sounds like


def whole(rows: Codes, family: Family = Family.WHOLE, lengths: Lengths | None = None) -> Codes:
    """One number for each row of ``rows`` (n x length).

    Here and below, rows of different ``lengths`` are filled up with zeros on the right; what is given for a column
    beyond a row's length means nothing.
    """
    return np.asarray(_sum(rows) + _salt(rows, family, lengths)[..., 0])


def masked(rows: Codes, lengths: Lengths | None = None) -> Codes:
    """n x length: the number of each row with the character of that column unknown."""
    weight = _WEIGHT[: rows.shape[1]]
    return np.asarray((_sum(rows)[:, None] + (_ANY - rows) * weight) + _salt(rows, Family.MASKED, lengths))


def shorter(rows: Codes, family: Family = Family.SHORTER, lengths: Lengths | None = None) -> Codes:
    """n x length: the number of each row without the character of that column, as a string one shorter."""
    length = rows.shape[1]
    left = np.cumsum(rows * _WEIGHT[:length], axis=1)
    moved = rows[:, 1:] * _WEIGHT[: length - 1]
    right = np.zeros_like(rows)
    right[:, :-1] = np.cumsum(moved[:, ::-1], axis=1)[:, ::-1]
    before = np.zeros_like(rows)
    before[:, 1:] = left[:, :-1]
    return np.asarray(before + right + _salt(rows, family, lengths, less=1))


def swapped(rows: Codes, lengths: Lengths | None = None) -> Codes:
    """n x (length - 1): the number of each row with the characters of that column and the next exchanged."""
    length = rows.shape[1]
    step = rows[:, 1:] - rows[:, :-1]  # wraps around below zero, as the sums do
    gain = step * _WEIGHT[: length - 1] - step * _WEIGHT[1:length]
    return np.asarray(_sum(rows)[:, None] + gain + _salt(rows, Family.WHOLE, lengths))


def _sum(rows: Codes) -> Codes:
    return np.asarray((rows * _WEIGHT[: rows.shape[1]]).sum(axis=1, dtype=np.uint64))


def _salt(rows: Codes, family: Family, lengths: Lengths | None, less: int = 0) -> Codes:
    """One column: what tells this family and length (``less`` shorter than the row) from others."""
    if lengths is None:
        return _SALT[family, rows.shape[1] - less, None]
    return np.asarray(_SALT[family][lengths - less, None])
