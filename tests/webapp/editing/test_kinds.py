from __future__ import annotations

import pytest

from kb.domain.content import Content, Kind
from webapp.editing.kinds import KIND_TEMPLATES, prompt_left
from webapp.rendering import render


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_headings_and_prompts_that_render_as_meant(kind: Kind) -> None:
    body = KIND_TEMPLATES[kind].body
    rendered = render(body, {})
    assert len(rendered.headings) >= 4
    assert prompt_left(body)
    assert Content(title="x", body=body).body == body  # already in normal form: opening and saving changes nothing


@pytest.mark.parametrize(
    ("body", "left"),
    [("按【工号】报", ""), ("【写：一句】", "【写：一句】"), ("甲【写：没有收尾\n乙", "【写：没有收尾"), ("", "")],
)
def test_only_prompts_count_as_prompts(body: str, left: str) -> None:
    assert prompt_left(body) == left
