"""考试: the examinee's side: what waits, taking a paper, results, the book of wrong answers, practice."""

from webapp.exam import practising as _practising  # noqa: F401 - its views are on the same blueprint
from webapp.exam.views import blueprint

__all__ = ["blueprint"]
