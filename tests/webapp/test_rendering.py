"""Markdown becomes HTML that is safe and comes in time, whatever was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as parser

from webapp import rendering
from webapp.rendering import linked_codes, render

ALLOWED_ATTRIBUTES = {"href", "title", "target", "rel", "class", "align", "scope", "start", "tabindex", "id"}


def test_what_people_write_comes_out_as_meant() -> None:
    done = render("## 一张表\n\n| 档次 | 保额 |\n|---|--:|\n| 基本 | 10 万 |\n\n- 甲\n- 乙\n\n```\nx < y\n```", {})
    assert '<h2 id="s-一张表">一张表</h2>' in done.html
    assert '<td align="right">10 万</td>' in done.html
    assert "<li>甲</li>" in done.html
    assert "x &lt; y" in done.html
    assert not done.is_plain


def test_headings_are_listed_with_their_level_and_place() -> None:
    done = render("# 总则\n\n## 办理 `步骤`\n\n### 材料 & 时限\n\n## 办理 `步骤`", {})
    assert [(h.level, h.text) for h in done.headings] == [
        (2, "总则"), (2, "办理 步骤"), (3, "材料 & 时限"), (2, "办理 步骤"),
    ]  # fmt: skip
    assert len({h.id for h in done.headings}) == 4
    assert all(f'id="{h.id}"' in done.html for h in done.headings)


def test_no_heading_takes_the_place_of_something_of_the_page() -> None:
    assert 'id="main"' not in render("## main", {}).html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<div onclick=alert(1)>a</div>",
        "<a href='javascript:alert(1)'>a</a>",
        "<style>body{display:none}</style>",
        "a <svg/onload=alert(1)> b",
        "<!-- --><iframe src=//evil>",
    ],
)
def test_raw_html_is_shown_and_not_obeyed(text: str) -> None:
    tree = parser.fromstring(f"<div>{render(text, {}).html}</div>")
    assert {e.tag for e in tree.iter()} <= {"div", "p"}
    assert text.split("alert")[0].strip()[:4] in tree.text_content()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "javascript&colon;alert(1)",
        "java&#10;script:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example/x",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "kb:javascript",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_leads_elsewhere_is_no_link(address: str) -> None:
    tree = parser.fromstring(f"<div>{render(f'[词]({address})', {}).html}</div>")
    assert not tree.xpath("//a")
    assert "词" in tree.text_content()


def test_links_to_the_outside_tell_nobody_where_they_come_from() -> None:
    found = render("[监管](https://example.org/a?b=1&c=2) [信](mailto:a@example.org) [内](/entries/FAQ-0007)", {}).html
    assert 'href="https://example.org/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer"' in found
    assert 'href="mailto:a@example.org"' in found
    assert 'href="/entries/FAQ-0007"' in found


def test_a_link_to_an_entry_is_resolved_and_an_unknown_one_is_marked() -> None:
    body = "见 [等待期](kb:FAQ-0042) 和 [没有的](kb:FAQ-0043)、[小写](kb:faq-0042)"
    assert linked_codes(body) == ["FAQ-0042", "FAQ-0043"]
    done = render(body, {"FAQ-0042": "/entries/FAQ-0042"}).html
    assert done.count('<a class="link-kb" href="/entries/FAQ-0042"') == 2
    assert '<span class="link-broken">没有的</span>' in done
    assert "FAQ-0043" not in done


def test_a_picture_is_not_fetched_but_its_description_stays() -> None:
    done = render("![流程图](https://evil.example/pixel.png)", {}).html
    assert "evil" not in done
    assert '<span class="no-image">流程图</span>' in done


@given(st.text(alphabet="<>[]()!*_`#|-:\\&;\n \"'=/kbaz甲\x02\x03", max_size=300))
def test_nothing_that_is_written_brings_more_than_is_allowed(body: str) -> None:
    tree = parser.fromstring(f"<div>{render(body, {}).html}</div>")
    for element in tree.iter():
        assert isinstance(element.tag, str)
        assert element.tag in rendering._TAGS | {"div"}
        assert set(element.attrib) <= ALLOWED_ATTRIBUTES
        assert not element.get("href", "").lower().replace(" ", "").startswith(("javascript", "data", "//"))


TANGLED = {
    "brackets": "[" * 200_000,
    "images": "![" * 100_000,
    "unclosed addresses": "[a](" * 50_000,
    "quotes": ">" * 200_000,
    "lists in lists": "\n".join("    " * i + "- a" for i in range(300)),
    "numbers in numbers": "1. " * 60_000 + "a",
    "rows": "a|b\n-|-\n" + "a|b\n" * 49_000,
    "paragraphs": "a\n\n" * 66_000,
    "too long": "字" * 200_001,
}


@pytest.mark.parametrize("body", TANGLED.values(), ids=TANGLED.keys())
def test_hostile_text_is_shown_as_written_without_being_converted(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "_converter", None)  # whoever tried would fail
    done = render(body, {})
    assert done.is_plain
    assert parser.fromstring(str(done.html)).text_content() == body


@pytest.mark.parametrize("body", ["**a*b" * 4_000, "a\n\n" * 500], ids=["within a paragraph", "between blocks"])
def test_a_conversion_that_uses_up_its_time_is_given_up(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "SECONDS_MOST", 0)
    assert render(body, {}).is_plain


def test_a_long_honest_text_is_converted() -> None:
    done = render("\n\n".join(f"## 第 {n} 节\n\n见 [条目](kb:FAQ-0042)，或 [表一]。" for n in range(100)), {})
    assert not done.is_plain
    assert len(done.headings) == 100


def test_what_is_shown_as_written_is_harmless_too() -> None:
    done = render("[" * 5_000 + "<script>alert(1)</script>", {})
    assert done.is_plain
    assert "<script>" not in done.html


def test_a_picture_that_is_kept_here_is_shown_with_its_words() -> None:
    digest = "ab" * 32
    html = render(f'![入口 "右上"](kb-image:{digest.upper()} "首页")', {}, {digest: f"/images/{digest}?entry=FAQ-0042"}).html
    (img,) = parser.fromstring(f"<div>{html}</div>").xpath("//img")
    assert dict(img.attrib) == {
        "src": f"/images/{digest}?entry=FAQ-0042", "alt": '入口 "右上"', "title": "首页", "loading": "lazy",
    }  # fmt: skip


@pytest.mark.parametrize(
    "address", ["https://evil.example/x.png", "/images/1", f"kb-image:{'cd' * 32}", "data:image/png;base64,AAAA", "//evil/x"]
)
def test_no_other_picture_is_fetched(address: str) -> None:
    html = render(f"![词]({address})", {}, {"ab" * 32: f"/images/{'ab' * 32}"}).html
    assert "<img" not in html
    assert "词" in html


def test_an_address_that_slipped_in_is_stopped_by_the_second_wall() -> None:
    digest = "ab" * 32
    html = render(f"![词](kb-image:{digest})", {}, {digest: "https://evil.example/x"}).html
    assert "evil" not in html
