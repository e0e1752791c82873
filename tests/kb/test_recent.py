from __future__ import annotations

from kb.recent import Recent


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    recent: Recent[str, str] = Recent(10, len)
    for word in ("等待期", "犹豫期", "免赔额"):
        recent.put(word[0], word)
    assert recent.get("等") == "等待期"
    recent.put("险", "保险")
    assert [recent.get(key) for key in "等犹免险"] == ["等待期", None, "免赔额", "保险"]


def test_putting_twice_counts_once() -> None:
    recent: Recent[str, str] = Recent(6, len)
    for _ in range(9):
        recent.put("等", "等待期")
    recent.put("犹", "犹豫期")
    assert recent.get("等") == "等待期"
    assert len(recent) == 2


def test_what_is_too_large_is_not_kept() -> None:
    recent: Recent[str, str] = Recent(4, len)
    recent.put("犹", "犹豫期")
    recent.put("长", "很长很长的话")
    assert (recent.get("长"), recent.get("犹")) == (None, "犹豫期")
