from __future__ import annotations

from datetime import timedelta

from kb.domain.calls import Call
from kb.storage import Database
from tests.factories import NOW

LATER = NOW + timedelta(minutes=3)


def test_a_mark_moves_with_every_beginning_ending_and_settling_of_that_person_alone(store: Database) -> None:
    with store.write() as uow:
        assert uow.calls.marks() == {}
        first = uow.calls.add(Call(person="mei", opened_at=NOW))
        other = uow.calls.add(Call(person="li", opened_at=NOW, ended_at=LATER))
        assert uow.calls.marks() == {"mei": f"{first}.0.0", "li": f"0.1.{other}"}
        uow.calls.put(Call(number=first, person="mei", opened_at=NOW, ended_at=LATER))
        second = uow.calls.add(Call(person="mei", opened_at=LATER))
        assert uow.calls.marks()["mei"] == f"{second}.1.{first}"
        uow.calls.put(Call(number=first, person="mei", opened_at=NOW, ended_at=LATER, settled_at=LATER))
        assert uow.calls.marks() == {"mei": f"{second}.0.0", "li": f"0.1.{other}"}
