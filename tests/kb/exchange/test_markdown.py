from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import example, given

from kb.domain.content import Audience, Content, Kind
from kb.domain.errors import Invalid
from kb.domain.person import Role
from kb.exchange import Rejection, Row, from_markdown, to_markdown
from kb.exchange import frontmatter as frontmatter_module
from kb.exchange.frontmatter import read_mapping, scalar, write_list, write_text
from tests.factories import a_content
from tests.kb.exchange.conftest import Reader
from tests.kb.exchange.hostile import codes, contents, texts

SHANGHAI = ZoneInfo("Asia/Shanghai")


@given(codes, contents())
def test_an_entry_comes_back_from_its_file_unchanged(code: str, content: Content) -> None:
    text = to_markdown(code, content, zone=SHANGHAI)
    assert from_markdown(text, zone=SHANGHAI) == (code, content)
    assert from_markdown(text.replace("\n", "\r\n"), zone=SHANGHAI) == (code, content)
    assert to_markdown(*from_markdown(text, zone=SHANGHAI), zone=SHANGHAI) == text


@given(contents())
def test_the_file_survives_the_disk(content: Content) -> None:
    text = to_markdown("FAQ-7", content, zone=SHANGHAI)
    assert text.encode().decode("utf-8-sig") == text


@given(texts)
def test_every_reader_of_yaml_takes_a_written_scalar_for_the_same_text(text: str) -> None:
    written = scalar(text)
    assert "\n" not in written
    assert yaml.safe_load(f"a: {written}\n") == {"a": text}
    assert yaml.safe_load(f"a: [{written}, b]\n") == {"a": [text, "b"]}
    assert read_mapping(f"a:\n  - {written}\n")[0] == {"a": [text]}


@given(texts)
@example("---\n---\n")
@example(" 缩进\n第二行")
@example("第一行\n \n第三行")
def test_the_slow_parser_reads_the_same_as_the_fast_one(text: str) -> None:
    written = write_text("a", text) + write_list("b", [text, "x"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frontmatter_module, "_LOADER", yaml.BaseLoader)
        assert read_mapping(written)[0] == {"a": text, "b": [text, "x"]}


def test_keys_stand_in_a_fixed_order_and_defaults_are_left_out() -> None:
    content = Content(
        title="宽限期: 多久", kind=Kind.POLICY, product="百万医疗险", tags=("宽限期", "a, b"), audience=Audience.CALLER,
        speakable="宽限期三十天。\n逾期终止。", asked_as=("晚几天交费行吗", "yes"), roles=(Role.TRAINER, Role.AGENT),
        effective_from=datetime(2025, 12, 31, 16, tzinfo=UTC), effective_to=datetime(2026, 12, 31, 16, tzinfo=UTC),
        review_by=date(2027, 6, 30), body="第一行\n---\n  末行",
    )  # fmt: skip
    assert to_markdown("POL-0009", content, zone=SHANGHAI) == (
        "---\n"
        "code: POL-0009\n"
        "kind: policy\n"
        "title: '宽限期: 多久'\n"
        "product: 百万医疗险\n"
        "tags: [宽限期, 'a, b']\n"
        "audience: caller\n"
        "speakable: |-\n"
        "  宽限期三十天。\n"
        "  逾期终止。\n"
        "asked_as:\n"
        "  - 晚几天交费行吗\n"
        "  - 'yes'\n"
        "roles: [agent, trainer]\n"
        "effective_from: 2026-01-01\n"
        "effective_to: 2026-12-31\n"
        "review_by: 2027-06-30\n"
        "---\n"
        "\n"
        "第一行\n---\n  末行\n"
    )


def test_values_are_the_characters_that_stand_there() -> None:
    text = "---\ncode: FAQ-1\ntitle: 012\nproduct: yes\ncategory: 1_000\nowner: 2026-01-01\ntags: [0o17, ~, 1e3]\n---\n"
    _, content = from_markdown(text, zone=SHANGHAI)
    assert (content.title, content.product, content.category, content.owner) == ("012", "yes", "1_000", "2026-01-01")
    assert content.tags == ("0o17", "~", "1e3")


def test_kinds_audiences_and_roles_may_be_named_in_chinese() -> None:
    text = "---\n编号: SCR-1\n类型: 话术\n标题: 开头语\n可见对象: 可告知来电者\n可见岗位: [值班长]\n---\n您好\n"
    code, content = from_markdown(text, zone=SHANGHAI)
    assert (code, content.kind, content.audience) == ("SCR-1", Kind.SCRIPT, Audience.CALLER)
    assert content.roles == (Role.SHIFT_LEADER,)
    assert content.body == "您好"


def head(*lines: str) -> str:
    return "\n".join(["---", "code: FAQ-5", "title: 等待期", *lines, "---", "", "正文", ""])


@pytest.mark.parametrize(
    ("text", "line", "field", "reason"),
    [
        ("没有条目信息\n", 1, "", "文件开头没有用两行 --- 括起来的条目信息。"),
        ("---\ncode: FAQ-5\ntitle: x\n", 1, "", "文件开头没有用两行 --- 括起来的条目信息。"),
        ("---\n- a\n---\n", 2, "", "条目信息应是“字段: 内容”，每行一项。"),
        ("---\n---\n", 2, "", "条目信息应是“字段: 内容”，每行一项。"),
        (head("tags: [a, b"), 5, "", "条目信息不是合格的 YAML，请检查引号、冒号和缩进。"),
        (head("owner: '没有收尾"), 5, "", "条目信息不是合格的 YAML，请检查引号、冒号和缩进。"),
        (head("color: red"), 4, "color", "不认识的字段“color”，请改名或删去后再导入。"),
        (head("kind: fqa"), 4, "kind", "“类型”里的“fqa”不在可选范围内，可选：faq（问答）、policy（政策）"),
        (head("roles: [boss]"), 4, "roles", "“可见岗位”里的“boss”不在可选范围内，可选：agent（座席代表）"),
        (head("owner: a", "review_by: 下周"), 5, "review_by", "“下周”不是有效的日期"),
        (head("effective_from: 2026-05-02", "effective_to: 2026-05-01"), 5, "effective_to", "失效时间必须晚于生效时间。"),
        (head("owner: a", "owner: b"), 5, "owner", "字段“owner”写了两次。"),
        (head("编号: FAQ-6"), 4, "code", "字段“编号”写了两次。"),
        (head("owner: {a: b}"), 4, "owner", "条目信息只能是文字或文字列表，不能再嵌套。"),
        (head("tags: [[a]]"), 4, "tags", "条目信息只能是文字或文字列表，不能再嵌套。"),
        (head("owner: &a 乙"), 4, "owner", "以 & 或 ! 开头的内容要加引号。"),
        (head("owner: !!python/name:os.system x"), 4, "owner", "以 & 或 ! 开头的内容要加引号。"),
        (head("owner: *a"), 4, "owner", "条目信息只能是文字或文字列表，不能再嵌套。"),
        (head("title2: x", "body: y"), 5, "body", "正文要写在第二行 --- 的后面，不写在条目信息里。"),
        ("---\ntitle: 等待期\n---\n", 1, "code", "缺少“编号”。"),
        ("---\ncode: 等待期\ntitle: x\n---\n", 2, "code", "编号“等待期”不合要求"),
        ("---\ncode: FAQ-5\n---\n", 1, "title", "标题不能为空。"),
        (head("owner: [a]"), 4, "owner", "“负责岗位”应为文字，这里写的是别的类型。"),
        (head() + "坏\x07字", 5, "body", "“正文”里有无法保存的字符"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_line_field_and_reason(
    read: Reader, text: str, line: int, field: str, reason: str
) -> None:
    [rejected] = read("a.md", text)
    assert isinstance(rejected, Rejection)
    assert (rejected.line, rejected.field) == (line, field)
    assert rejected.reason.startswith(reason)


def test_front_matter_nested_without_end_is_refused_not_followed(read: Reader) -> None:
    [rejected] = read("a.md", head("owner: " + "[" * 200_000))
    assert isinstance(rejected, Rejection)
    assert rejected.line == 4


def test_bytes_that_are_not_utf8_are_refused(read: Reader) -> None:
    [rejected] = read("a.md", head().encode("gb18030"))
    assert isinstance(rejected, Rejection)
    assert rejected.reason == "文件不是 UTF-8 编码，请另存为 UTF-8 后再导入。"


def test_a_file_from_windows_reads_like_any_other(read: Reader, tmp_path: Path) -> None:
    [row] = read("a.md", b"\xef\xbb\xbf" + head("owner: 理赔部").replace("\n", "\r\n").encode())
    assert isinstance(row, Row)
    assert (row.code, row.content.owner, row.content.body) == ("FAQ-5", "理赔部", "正文")
    assert (row.file, row.line) == (str(tmp_path / "a.md"), 1)


def test_a_broken_field_is_named_by_from_markdown_too() -> None:
    with pytest.raises(Invalid) as caught:
        from_markdown(head("effective_from: 昨天"), zone=SHANGHAI)
    assert caught.value.field == "effective_from"


def test_the_entry_of_a_rejection_is_known_once_its_code_was_read(read: Reader) -> None:
    [rejected] = read("a.md", head("kind: fqa"))
    assert isinstance(rejected, Rejection)
    assert rejected.code == "FAQ-5"


def test_a_usual_entry_is_written_without_quotes() -> None:
    text = to_markdown("FAQ-0042", a_content(), zone=SHANGHAI)
    assert "'" not in text
    assert '"' not in text
