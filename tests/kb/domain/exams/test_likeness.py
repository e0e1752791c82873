from __future__ import annotations

import time
from dataclasses import replace

from kb.domain.exams.likeness import SAME_FACT, BankIndex, likeness
from kb.domain.exams.question import QuestionContent, QuestionType, Source

BASE = QuestionContent(
    type=QuestionType.SINGLE, stem="【盗抢】家里被盗请在（　　）内打110报警，并保留撬痕现场。", options=("24小时", "48小时", "72小时"),
    key=(0,), source=Source(code="POL-0022", revision=3, part="speakable", start=0, end=26, text="家里被盗请在24小时内打110报警。"),
)  # fmt: skip


def test_the_same_question_is_wholly_alike():
    assert likeness(BASE, BASE) == 1.0
    assert likeness(BASE, replace(BASE, stem="【家财险盗抢】" + BASE.stem[4:])) == 1.0


def test_the_same_fact_asked_in_other_words_is_alike():
    other = replace(BASE, stem="发现失窃以后，多久之内必须报警？", options=("12小时", "24小时"), key=(1,))
    assert likeness(BASE, other) >= SAME_FACT


def test_another_fact_in_a_like_sentence_is_less_alike():
    other = replace(
        BASE, stem="收到电子保单起（　　）内可以全额退保。", options=("15天", "10天"), key=(0,), source=Source()
    )
    assert likeness(BASE, other) < 0.3
    assert likeness(BASE, QuestionContent(type=QuestionType.SINGLE, stem="")) == 0.0


def test_a_bank_of_five_thousand_answers_quickly_and_finds_the_like_ones():
    words = "核定付款报案退保续保免赔限额比例等待犹豫宽限材料账户受理登记回访投诉升级"
    bank = {
        n: QuestionContent(
            type=QuestionType.SINGLE, stem="".join(words[(n * k + k * k) % 36] for k in range(2, 32)), options=(str(n), "无"), key=(0,)
        )
        for n in range(5_000)
    }  # fmt: skip
    index = BankIndex(bank)
    index.add("mine", BASE)
    started = time.perf_counter()
    found = index.like(replace(BASE, stem=BASE.stem.replace("请在", "须在")))
    assert time.perf_counter() - started < 0.5
    assert found[0][0] == "mine"
    assert index.like(BASE, but=["mine"]) == []
