from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.privacy import MASK, PersonalData, find, mask, patterns_of
from tests.kb.domain.personal_data import MAKERS, negatives, positives


def certain(text, **more):
    return [(f.kind.value, text[f.start : f.end]) for f in find(text, **more) if f.certain]


def test_nearly_all_personal_data_is_found_whatever_its_disguise():
    missed = [
        (kind.value, name, text)
        for kind, name, hidden, text in positives()
        if not any(kind == f.kind and f.certain and hidden in text[f.start : f.end + 1] for f in find(text))
    ]
    total = 400 * len(MAKERS) + 100
    assert len(missed) <= 0.02 * total, missed[:20]


def test_hardly_anything_else_is_taken_for_personal_data():
    texts = list(negatives())
    alarms = [(text, certain(text)) for text in texts if find(text)]
    assert len(alarms) <= 0.01 * len(texts), alarms[:20]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("我的号码是+86 138-0013-8000", "mobile", "+86 138-0013-8000"),
        ("一三八零零一三八零零零", "mobile", "一三八零零一三八零零零"),
        ("幺三八，不对，是1380O138OOO", "mobile", "1380O138OOO"),
        ("138杠0013杠8000", "mobile", "138杠0013杠8000"),
        ("0086 13800138000", "mobile", "0086 13800138000"),
        ("13800138000/13900139000", "mobile", "13800138000"),
        ("(010) 8888-6666转801", "landline", "(010) 8888-6666转801"),
        ("０７５５ ８８８８６６６６", "landline", "０７５５ ８８８８６６６６"),
        ("家里电话：8820 8888", "landline", "8820 8888"),
        ("11010519491231002x", "identity", "11010519491231002x"),
        ("110105 19491231 002 X", "identity", "110105 19491231 002 X"),
        ("身份证110105491231002", "identity", "110105491231002"),
        ("4111 1111 1111 1111", "card", "4111 1111 1111 1111"),
        ("京A·12345", "plate", "京A·12345"),
        ("粤b d12345", "plate", "粤b d12345"),
        ("沪A0023领", "plate", "沪A0023领"),
        ("车牌京A幺2三45", "plate", "京A幺2三45"),
        ("ｚｈａｎｇ＠ｑｑ．ｃｏｍ", "email", "ｚｈａｎｇ＠ｑｑ．ｃｏｍ"),
        ("zhang (at) qq (dot) com", "email", "zhang (at) qq (dot) com"),
        ("zhangsan艾特qq点com", "email", "zhangsan艾特qq点com"),
        ("保单号码：PDAA 2026 1101 0000 1234", "policy", "PDAA 2026 1101 0000 1234"),
        ("保单号是：PA86.8703.7005", "policy", "PA86.8703.7005"),
        ("我的保单GD16-6126-3842-29能退吗", "policy", "GD16-6126-3842-29"),
        ("我的保单六八五三七一零九五七四四三一五", "policy", "六八五三七一零九五七四四三一五"),
        ("幺、三、八、零、零、幺、三、八、零、零、零", "mobile", "幺、三、八、零、零、幺、三、八、零、零、零"),
        ("座机区号027，56602798", "landline", "027，56602798"),
        ("0311/5381318", "landline", "0311/5381318"),
        ("请打0577-54408474，分机801", "landline", "0577-54408474，分机801"),
        ("110105 1949-12-31 002X", "identity", "110105 1949-12-31 002X"),
        ("一一零一零五一九四九一二三一零零二叉", "identity", "一一零一零五一九四九一二三一零零二叉"),
        ("4401 0619 8004 1511 40", "identity", "4401 0619 8004 1511 40"),
        ("借记卡号为4367·4247·0636·0616·105", "card", "4367·4247·0636·0616·105"),
        ("6217/0016/2207/2670", "card", "6217/0016/2207/2670"),
        ("9555065761035693（招商银行）", "card", "9555065761035693"),
        ("退款退到6757757182446184这张银行卡", "card", "6757757182446184"),
        ("标的车粤D · 11645", "plate", "粤D · 11645"),
        ("本车云X0966应急", "plate", "云X0966应急"),
        ("车辆使014578停在门口", "plate", "使014578"),
        ("wang_wu_at_163.com", "email", "wang_wu_at_163.com"),
        ("邮箱 kf+tag圈a139.com", "email", "kf+tag圈a139.com"),
        ("z h a o - l i u @ s i n a . c o m . c n", "email", "z h a o - l i u @ s i n a . c o m . c n"),
    ],
)
def test_found_as_written(text, kind, found):
    assert (kind, found) in certain(text)


@pytest.mark.parametrize(
    "text",
    [
        "13800138000元", "￥13800138000", "400-820-8888", "4008208888转2", "拨打 95518 按 1", "客服电话 88886666", "010-95518",
        "110101199003077716", "4111 1111 1111 1112", "流水号6222021234567890128", "2026-11-21 13:00:15", "150 2026-11-21",
        "保单 2026-11-21 生效", "新A款", "1000 2000 3000 4000", "三百八十万元", "IMEI 861234567890123", "电话 20261121",
        "6901234567892", "1.3.8.0.1", "192.168.116.29:8080", "余额18533171945", "即使100000元也可以", "营业执照号115588780223858",
        "订单号084480641640", "4401 0619 8004", "我的保单 20261122 到期", "保单 1234567890元", "1、2、3、4、5、6、7、8、9、10、11",
    ],
)  # fmt: skip
def test_what_is_for_everybody_stays(text):
    assert certain(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("我叫王小明，", PersonalData.NAME, "王小明"),
        ("投保人：李四 电话", PersonalData.NAME, "李四"),
        ("下午联系李明先生", PersonalData.NAME, "李明"),
        ("住在朝阳区建国路88号3栋", PersonalData.ADDRESS, "建国路88号3栋"),
        ("身份证号110105199003077719", PersonalData.IDENTITY, "110105199003077719"),
    ],
)
def test_names_addresses_and_slips_only_warn(text, kind, found):
    [finding] = find(text)
    assert (finding.kind, finding.certain) == (kind, False)
    assert found in text[finding.start : finding.end]
    assert mask(text).text == text


def test_a_centre_has_its_own_policy_numbers():
    text = "编号 ZX-2026-0001234 的单子"
    assert certain(text) == []
    assert certain(text, policy_patterns=[r"ZX-\d{4}-\d{7}"]) == [("policy", "ZX-2026-0001234")]


def test_masked_text_keeps_everything_else():
    text = "姓名张三丰，手机１３８\u200b００１３８０００，车京A·12345；95518 与 500 元留着"
    masked = mask(text)
    assert masked.text == f"姓名张三丰，手机{MASK}，车{MASK}；95518 与 500 元留着"
    assert [f.kind.value for f in masked.findings] == ["name", "mobile", "plate"]


@given(st.lists(st.sampled_from([text for _, _, _, text in positives(per_kind=20)]) | st.text(max_size=20), max_size=6))
def test_spans_are_in_order_and_nothing_certain_is_left_after_masking(pieces):
    text = "；".join(pieces)
    masked = mask(text)
    ends = [0] + [f.end for f in masked.findings]
    assert all(f.start >= end and f.end > f.start for f, end in zip(masked.findings, ends, strict=False))
    assert ends[-1] <= len(text)
    assert [f for f in find(masked.text) if f.certain] == []


@pytest.mark.parametrize(
    "piece", ["1 ", "1", "京A", "a.", "a@", "(0", "路1号", "保单号 ", "12345678 ", "0", "13800138000 "]
)
def test_a_long_text_takes_time_in_proportion_to_its_length(piece):
    find(piece * (50_000 // len(piece)))


def test_a_shape_with_a_row_of_dashes_is_looked_for_in_bounded_time():
    shape = "#" + "-" * 32 + "#######"  # once: as many readings of forty dashes as there are subsets of 32

    assert patterns_of([shape]) == patterns_of(["#-#######"])
    assert mask("单号 1-2345678，另" + "1" + "-" * 40, patterns_of([shape])).text == "单号 ＊＊＊，另1" + "-" * 40
