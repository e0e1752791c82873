"""知识缺口: questions that nothing answered, from one key on the search page to the answer that the askers are told."""

from webapp.gaps import sending, working  # noqa: F401 - their views are the blueprint's too
from webapp.gaps.blueprint import blueprint

__all__ = ["blueprint"]
