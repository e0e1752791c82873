"""An agent, the calls and the telephony system, over the store of the test."""

from __future__ import annotations

import pytest

from kb.domain.person import Person
from kb.services.calls import Calls
from kb.services.telephony import Telephony
from kb.storage import Database
from tests.calling import SHANGHAI, an_agent
from tests.factories import Clock


@pytest.fixture
def calls(store: Database, clock: Clock) -> Calls:
    return Calls(store, clock, SHANGHAI)


@pytest.fixture
def telephony(store: Database, clock: Clock) -> Telephony:
    return Telephony(store, clock, SHANGHAI)


@pytest.fixture
def agent(store: Database) -> Person:
    return an_agent(store, "wang", "一组")
