"""Questions proposed from an entry's text by rules, without a language model: more than are needed, the best first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from kb.domain.content import Content
from kb.domain.exams.facts import Fact, facts_of
from kb.domain.exams.propose.amounts import propose_amounts
from kb.domain.exams.propose.cells import propose_cells
from kb.domain.exams.propose.edges import propose_edges
from kb.domain.exams.propose.lists import propose_enumerated, propose_members, propose_order
from kb.domain.exams.propose.proposal import CHANGED, CHANGED_HERE, RULE_NAMES, Origin, Proposal, Task
from kb.domain.exams.propose.ranking import score_of
from kb.domain.exams.propose.words import propose_decider, propose_forbidden, propose_ruling

__all__ = ["RULE_NAMES", "Origin", "Proposal", "propose"]

_RULES: tuple[Callable[[Task, Fact], Iterator[Proposal]], ...] = (
    propose_amounts,
    propose_edges,
    propose_cells,
    propose_members,
    propose_enumerated,
    propose_order,
    propose_forbidden,
    propose_decider,
    propose_ruling,
)


def propose(
    entry: Origin, *, before: Content | None = None, sisters: Sequence[tuple[str, Content]] = (), seed: int = 0,
    acceptance: Mapping[str, float] | None = None,
) -> list[Proposal]:  # fmt: skip
    """Questions on ``entry``, the best first; the same arguments give the same questions.

    ``before`` is what was in force before (its values tempt most), ``sisters`` the entries near this one by code (best:
    those of the same category of all products), ``acceptance`` the share (0 to 1) of each rule's proposals that was
    kept so far.
    """
    task = Task(origin=entry, before=before, sisters=[s for s in sisters if s[0] != entry.code], seed=seed)
    point, tags = task.content.category, (task.content.product,) if task.content.product else ()
    found: dict[tuple[str, ...], Proposal] = {}
    for fact in facts_of(task.content):
        for rule in _RULES:
            for one in rule(task, fact):
                content = replace(
                    one.content,
                    point=point,
                    tags=tags,
                    source=task.source(fact),
                    explanation=task.explanation(one.sentence),
                )
                reason = CHANGED_HERE if one.reason != CHANGED and task.is_new(fact) else one.reason
                one = replace(one, content=content, reason=reason)
                one = replace(one, score=score_of(one, task, acceptance or {}))
                found.setdefault((content.type, content.stem), one)
    return sorted(
        found.values(), key=lambda one: (-one.score, one.content.source.part, one.content.source.start, one.rule)
    )
