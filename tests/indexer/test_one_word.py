"""Several words for the same thing are read as one, the coordinators' own and those of the program."""

from __future__ import annotations

from indexer.one_word import in_one_word


def test_what_differs_only_in_synonyms_reads_the_same():
    plain = in_one_word("猫狗 = 宠物\n小猫 -> 宠物")
    assert plain("猫狗能不能投保") == plain("宠物能不能投保") == plain("小猫能不能投保")
    assert plain("汽车能不能投保") != plain("宠物能不能投保")


def test_the_programs_synonyms_count_too_and_other_words_stay():
    plain = in_one_word("")
    assert plain("我要解约") == plain("我要退保")
    assert plain("下雨怎么办") == "下雨怎么办"


def test_the_same_lines_give_the_same_function_and_broken_ones_say_nothing():
    assert in_one_word("甲乙 = 丙丁") is in_one_word("甲乙 = 丙丁")
    assert in_one_word("= =")("下雨怎么办") == "下雨怎么办"
