from indexer.meaning.aside import PAUSE_FIRST, PAUSE_MOST, Aside
from indexer.meaning.embedder import Refused


def test_pauses_grow_up_to_a_day():
    at = [0.0]
    aside = Aside(lambda: at[0])
    pauses = []
    for _ in range(12):
        aside.put(b"1", Refused("400"))
        begun = at[0]
        while aside.rests(b"1"):
            at[0] += PAUSE_FIRST
        pauses.append(at[0] - begun)
    assert pauses[:3] == [PAUSE_FIRST, 2 * PAUSE_FIRST, 4 * PAUSE_FIRST]
    assert pauses[-1] == PAUSE_MOST
    assert not aside.rests(b"2")


def test_the_log_is_told_of_the_first_the_second_the_fourth_and_of_none_twice(caplog):
    aside = Aside(lambda: 0.0)
    for number in (1, 1, 1, 2, 3, 4, 5, 6, 7):
        aside.put(bytes([number]), Refused("400"))
    told = [record.getMessage().split(" passages")[0].split()[-1] for record in caplog.records]
    assert told == ["1", "2", "4"]


def test_of_very_many_the_oldest_is_forgotten(monkeypatch):
    monkeypatch.setattr("indexer.meaning.aside._KEPT_MOST", 2)
    aside = Aside(lambda: 0.0)
    for key in (b"1", b"2", b"1", b"3"):
        aside.put(key, Refused("400"))
    assert [aside.rests(key) for key in (b"1", b"2", b"3")] == [True, False, True]
