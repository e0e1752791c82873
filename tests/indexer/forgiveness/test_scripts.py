from indexer.forgiveness.scripts import script_changes


def test_traditional_and_full_width_writing_is_named() -> None:
    assert [str(change) for change in script_changes("請問醫療險ＡＰＰ")] == ["請問醫療險 → 请问医疗险", "ＡＰＰ → app"]


def test_what_stands_in_normal_form_already_is_not_named() -> None:
    assert script_changes("医疗险 App，等待期？") == []
