"""Which proposals a trainer sees first: by what trainers kept of each rule, and by what makes a question good."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kb.domain.content import Kind
from kb.domain.exams.propose import proposal as why
from kb.domain.exams.propose.proposal import Proposal, Task

# What share of each rule's proposals stood as they were in the judged sample (tests/bench/proposals_judged.jsonl), drawn
# towards .8 where few were judged, and less for true statements, which ask little. Trainers' own shares replace them.
PRIOR: dict[str, float] = {
    "amount-single": 0.87, "amount-cloze": 0.91, "amount-false": 0.9, "amount-true": 0.82, "cell-single": 0.93,
    "cell-cloze": 0.89, "cell-false": 0.88, "cell-true": 0.82, "cell-multiple": 0.85, "list-multiple": 0.75,
    "steps-order": 0.75, "forbidden-single": 0.8, "decider-single": 0.85, "decider-cloze": 0.85, "ruling-false": 0.78,
    "ruling-true": 0.78, "edge-true": 0.82, "edge-false": 0.85,
}  # fmt: skip
_BEST_LENGTH = 70
_REASONS = {why.CHANGED: 0.15, why.CHANGED_HERE: 0.1, why.SISTERS: 0.05, why.SPOKEN: 0.05}


def score_of(proposal: Proposal, task: Task, acceptance: Mapping[str, float]) -> float:
    """0 to 1; ``acceptance`` is the share of a rule's proposals that trainers kept, 0 to 1."""
    score = acceptance.get(proposal.rule, PRIOR.get(proposal.rule, 0.5))
    score += _REASONS.get(proposal.reason, 0.0)
    stem = proposal.content.stem
    score -= max(0, len(stem) - _BEST_LENGTH) / 400
    score -= 0.03 * len(re.findall(r"[，；、]", stem.partition("】")[2]))
    if task.content.kind in (Kind.CASE, Kind.SCRIPT):
        score -= 0.08
    if proposal.content.source.part in ("conditions", "exceptions"):
        score -= 0.04
    return round(min(1.0, max(0.0, score)), 4)
