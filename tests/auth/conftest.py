"""What tests of signing in share: a clock that stands, a cheap locksmith."""

import pytest

from auth.desk import KeyDesk
from auth.locksmith import Locksmith
from auth.sessions import SessionStore
from tests.auth.builders import StandingClock, a_desk, a_locksmith


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    clock = StandingClock()
    monkeypatch.setattr(SessionStore, "clock", clock)
    return clock


@pytest.fixture
def locksmith() -> Locksmith:
    return a_locksmith()


@pytest.fixture
def desk() -> KeyDesk:
    return a_desk()
