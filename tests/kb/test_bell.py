import os
from pathlib import Path

from kb.bell import Bell


def test_each_ring_is_heard_by_everybody(tmp_path: Path) -> None:
    ringing, listening = Bell(tmp_path / "bell"), Bell(tmp_path / "bell")
    heard = [listening.heard()]
    for _ in range(5):
        ringing.ring()
        heard.append(listening.heard())
    assert len(set(heard)) == 6
    assert listening.heard() == heard[-1]


def test_where_nothing_can_be_written_it_stays_silent(tmp_path: Path) -> None:
    bell = Bell(tmp_path / "nowhere" / "bell")
    bell.ring()
    assert bell.heard() is None


def test_two_rings_within_one_tick_of_the_clock_are_told_apart(tmp_path: Path) -> None:
    path, heard = tmp_path / "bell", set()
    for _ in range(3):
        Bell(path).ring()
        os.utime(path, ns=(0, 0))
        heard.add(Bell(path).heard())
    assert len(heard) == 3
