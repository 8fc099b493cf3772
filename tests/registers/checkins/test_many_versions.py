"""A registration that was corrected more often than 16 bits count: it is corrected, validated and remarked like any other."""

import pytest
from django.db import connection

from registers.checkins.models import Correction, Position, Presence
from registers.checkins.sources import sources_of
from tests.checkin_items import RECEIVED, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.test_corrections import HOUR, R, a_taken_correction, decide
from tests.registers.checkins.validations import validate_waiting

MANY = 40_000


@pytest.fixture
def event(counter: Counter) -> int:
    """An event whose only version has a large number, as if the others were long gone."""
    (outcome,) = counter(an_event())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE checkins_presence SET version = %s", [MANY])
        cursor.execute("SET LOCAL session_replication_role = origin")
    return outcome.registration.id


def test_it_is_corrected_once_more(counter: Counter, event: int):
    decide(counter, a_taken_correction(counter, event))
    assert Correction.objects.get().made_version == MANY + 1
    assert sorted(Presence.objects.values_list("version", "status"))[-2:] == [
        (MANY, "SUPERSEDED"),
        (MANY + 1, "REGISTERED"),
    ]


def test_it_is_validated(event: int):
    validate_waiting(sources_of(R), environment=R, at=RECEIVED + HOUR)
    assert Presence.objects.get(version=MANY).status == "FAILED"


def test_it_is_remarked_when_an_earlier_event_arrives(counter: Counter, event: int):
    counter(an_event(at=RECEIVED - 3 * HOUR, reference="before"))
    assert Presence.objects.get(version=MANY).remarks == ["IN_WHILE_IN"]


def test_its_point_is_kept(event: int):
    facts = {"environment": "R", "number": event, "registration_date": RECEIVED.date()}
    Position.objects.create(version=MANY, latitude="50.8466", longitude="4.3528", **facts)
    assert Position.objects.get(version=MANY).registration_date == RECEIVED.date()
