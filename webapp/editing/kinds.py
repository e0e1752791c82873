"""What a new entry of each kind begins with: headings and prompts in the body, and what its fields are for.

The texts are data, in ``templates_per_kind``. A prompt reads ``【写：…】``; whoever hands in has replaced it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kb.domain.content import Audience, Kind
from kb.domain.errors import N_

_FOLDER = Path(__file__).parent / "templates_per_kind"
_PROMPT = re.compile(r"【写：[^】\n]{0,80}】?")


@dataclass(frozen=True, slots=True)
class KindTemplate:
    """``purpose`` says when to choose the kind, ``speakable`` what its sentence to read aloud should be like."""

    kind: Kind
    purpose: str
    speakable: str
    audience: Audience

    @property
    def body(self) -> str:
        return _body(self.kind)


KIND_TEMPLATES: dict[Kind, KindTemplate] = {
    t.kind: t
    for t in (
        KindTemplate(
            Kind.FAQ, N_("来电者会问的一个问题和它的答案"), N_("先说结论，再说条件，一口气念得完。"), Audience.CALLER
        ),
        KindTemplate(
            Kind.POLICY, N_("必须遵守的规定：条件、数额、时限"), N_("把规定说成来电者听得懂的一两句话。"), Audience.CALLER
        ),
        KindTemplate(
            Kind.PROCEDURE, N_("办一件事的步骤、材料和时限"), N_("告诉来电者一共几步、要带什么、多久办好。"), Audience.INTERNAL
        ),
        KindTemplate(
            Kind.SCRIPT, N_("某种情形下照着说的标准话术"), N_("就是要说的原话，口语，有礼貌。"), Audience.CALLER
        ),
        KindTemplate(
            Kind.CASE, N_("一次真实来电的处理，供学习"), N_("一句话说清这个案例教会我们什么。"), Audience.INTERNAL
        ),
        KindTemplate(
            Kind.NOTICE, N_("一段时间内要知道的事：故障、活动、调整"), N_("对来电者怎么说，从几点到几点。"), Audience.INTERNAL
        ),
    )
}  # fmt: skip


@lru_cache
def _body(kind: Kind) -> str:
    return (_FOLDER / f"{kind}.md").read_text("utf-8").strip()


def prompt_left(body: str) -> str:
    """The first prompt that nobody has replaced; "" when there is none."""
    found = _PROMPT.search(body)
    return found[0] if found else ""
