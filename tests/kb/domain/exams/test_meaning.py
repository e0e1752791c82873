from __future__ import annotations

import pytest

from kb.domain.exams.meaning import Change, change_between


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("48 小时内报案。", "24 小时内报案。", Change.VALUE),
        ("5 个工作日内核定。", "5 日内核定。", Change.VALUE),
        ("5 个工作日核定。", "5 日（自然日）核定。", Change.VALUE),
        ("缺开头语扣 1 分。", "缺开头语扣 2 分。", Change.VALUE),
        ("连续三年系数 0.6。", "连续三年系数 0.7。", Change.VALUE),
        ("交强险 10 日，商业险 30 日。", "交强险 30 日，商业险 10 日。", Change.VALUE),
        ("3,000 元及以下免查勘。", "3,000 元及以上免查勘。", Change.BOUND),
        ("30 天内可退。", "30 天以上可退。", Change.BOUND),
        ("超过 5,000 元的走查勘。", "不超过 5,000 元的走查勘。", Change.BOUND),
        ("露天堆放的不赔。", "露天堆放的可以赔。", Change.RULING),
        ("由理赔部核定。", "由承保部核定。", Change.RULING),
        ("全责的赔付。", "无责的赔付。", Change.RULING),
        ("首次投保的，等待期 30 天。", "再次投保的，等待期 30 天。", Change.CONDITION),
        ("10 日内付款。", "10 日内付款，账户有误的除外。", Change.RULING),
        ("先报案后修车。", "先修车后报案。", Change.RULING),
        ("48 小时内报案。", "48 小时内报警。", Change.CONDITION),
        ("可以中途加保。", "必须中途加保。", Change.CONDITION),
        ("客户承担工本费 10 元。", "本公司承担工本费 10 元。", Change.CONDITION),
        ("保额 10 万元起。", "保额 10 万元封顶。", Change.BOUND),
        ("一年赔 2 次。", "每次赔 2 次。", Change.VALUE),
    ],
)
def test_a_change_of_the_rule_is_told(old, new, change):
    found = change_between(old, new)
    assert found is not None
    if change in (Change.VALUE, Change.BOUND):
        assert found is change


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("请在 48 小时内报案。", "须于四十八小时以内报案。"),
        ("请在24小时内打110报警", "请您务必在 24 小时之内拨打 110 报警。"),
        ("限 3,000 元。", "限3000元。"),
        ("等待期 30 天。", "等待期 **30 日**。"),
        ("7天内可以退。", "一周内可退。"),
        ("露天堆放的，不予赔付。", "露天堆放的不赔。"),
        ("不需要提供发票。", "无须提交发票。"),
        ("客户应当告知我们。", "来电者须告诉本公司。"),
        ("材料齐全后 5 个工作日内办理。", "资料齐全后，5个工作日之内处理。"),
        ("甲方承担，乙方不承担。", "乙方不承担，甲方承担。"),
        ("见 [报案](kb:PRO-0001)。", "见《报案》。"),
        ("登记在工单上，语气要亲切。", "登记在工单上，语气亲切自然。"),
        ("如果没有报警，3 日内补办。", "温馨提示：若尚未报警，应在三日之内补办。"),
        ("等级由承保部核定。", "等级一律承保部核定。"),
        ("在手机应用里办理，10 个工作日到账。", "在手机应用上操作，10个工作日到账，请注意查收。"),
        ("因为材料不全的，从补齐之日起算。", "由于资料不全的，从补齐之日起算。"),
        ("24小时内报案。", "一天内报案，谢谢配合。"),
        ("3,000 元及以下的，1 个工作日内付款。", "3000元及以下（含）的，一个工作日内付款。"),
    ],
)
def test_another_wording_is_no_change(old, new):
    assert change_between(old, new) is None


def test_of_a_list_every_word_matters():
    assert change_between("诊断书", "付款凭据") is None
    assert change_between("诊断书", "付款凭据", all_matters=True) is Change.WORDS


def test_a_slip_of_the_pen_mended_is_no_change_but_another_word_is():
    around = "等侍期内不赔。等待期三十天。等待期从生效算。"
    assert change_between("等侍期内不赔。", "等待期内不赔。", around=(around, around.replace("侍", "待"))) is None
    assert change_between("等待期内不赔。", "等级期内不赔。", around=(around, around)) is not None
