import pytest

from indexer.forgiveness.word_files import BYTES_MOST, packaged_synonyms, parse_dictionary, parse_synonyms
from kb.domain.errors import Invalid, TooLarge


def test_the_packaged_synonyms_are_good() -> None:
    table = packaged_synonyms()
    assert len(table) >= 80
    assert [e.added for e in table.expansions("我不想要了")] == [("退保",)]


def test_synonyms_are_kept_in_normal_form() -> None:
    table = parse_synonyms("﻿ＡＰＰ = 手機應用  # 說明\n\n# 只有说明\n".encode())
    assert [e.added for e in table.expansions("app")] == [("手机应用",)]


@pytest.mark.parametrize("parse", [parse_synonyms, parse_dictionary])
@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("退保 = 解约".encode("gb18030"), "GB18030"),
        (b"\xff\xfe\x00\x90", "UTF-16"),
        (b"\x81\xff\xff\x00broken", "损坏"),
    ],
)
def test_a_file_in_another_encoding_is_refused_with_a_sentence(parse: object, source: bytes, sentence: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(source)  # type: ignore[operator]
    assert sentence in str(caught.value)


@pytest.mark.parametrize("line", ["退保", "退保 =", "甲 -> 乙 -> 丙", "= =", "-> 机动车", "退保 = 退保", "\u200b = \u200c"])
def test_a_line_that_is_no_group_is_named(line: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_synonyms(f"甲词 = 乙词\n{line}")
    assert "第 2 行" in str(caught.value)


def test_what_nobody_sees_is_no_part_of_a_word() -> None:
    assert [e.added for e in parse_synonyms("退\u200b保\ufeff = 解约\u202e").expansions("退保")] == [("解约",)]
    assert parse_dictionary("等\u200b待期\n\u200b\u200b\n") == ("等待期",)


def test_a_million_synonyms_are_refused() -> None:
    lines = "\n".join(f"甲{n} = 乙{n}" for n in range(25_000))
    with pytest.raises(TooLarge):
        parse_synonyms(lines)
    with pytest.raises(TooLarge):
        parse_synonyms("=".join(str(n) for n in range(1_000_000)))
    with pytest.raises(TooLarge):
        parse_synonyms(b"# remark\n" * (BYTES_MOST // 9 + 1))
    with pytest.raises(TooLarge) as caught:
        parse_synonyms("=".join(f"词{n}" for n in range(60)))
    assert "第 1 行" in str(caught.value)


def test_a_dictionary_is_read_with_and_without_frequencies() -> None:
    assert parse_dictionary("等待期\n免赔额 120 n\n# 说明\n等待期\ne生保 2.0\n".encode()) == (
        "等待期",
        "免赔额",
        "e生保 2.0",
    )


@pytest.mark.parametrize("source", ["字" * 61, "坏\x07词", "好词\n�"])
def test_a_line_that_is_no_word_is_refused(source: str) -> None:
    with pytest.raises(Invalid):
        parse_dictionary(source)
