"""The forms that every other test builds on pass the rules as they are."""

import io
from datetime import UTC, datetime

import pytest

from tests.dimona_files import (
    STUDENTS,
    WORKER_TYPES,
    a_cancel,
    a_daily_registration,
    a_payload,
    an_in,
    an_in_of,
    an_out,
    an_update,
)
from tests.validators.payloads import dimona_schema
from validators.dimona import judge_forms
from validators.dimona.presence import PRESENCE

PERIOD = "610000004236"
AT = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
FORMS = {
    "an IN": an_in(reference="R-1"),
    "an IN without national number": an_in(insz=None),
    "an IN in days": an_in(start="2016-07-01", end="2016-07-31", hours=None, days=5),
    "a cancel": a_cancel(PERIOD, insz=STUDENTS[0], nsso="012345674"),
    "an out": an_out(PERIOD, insz=STUDENTS[0], nsso="012345674"),
    "an update": an_update(PERIOD),
    "an update of everything": an_update(
        PERIOD, start="2026-07-01", end="2026-07-31", hours=80, insz=STUDENTS[0], nsso="012345674"
    ),
    "an update of days": an_update(PERIOD, days=5),
    "a daily registration": a_daily_registration(PERIOD),
    "a whole daily registration": a_daily_registration(PERIOD, end="2026-07-02", to_hour="1600"),
    "a change of a daily registration": a_daily_registration(None, status="1", registration_id=PERIOD),
    "a withdrawal of a daily registration": a_daily_registration(
        None, status="3", registration_id=PERIOD, start=None, from_hour=None
    ),
    "casual work by the hour": an_in_of("EXT", from_hour="0800", to_hour="1600"),
    **{
        f"an IN of type {worker_type}": an_in_of(worker_type, start="2021-07-01", end="2021-07-31")
        for worker_type in WORKER_TYPES
    },
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_form_as_it_is_built_passes(form: str) -> None:
    (one,) = judge_forms(io.BytesIO(a_payload(form)), schema=dimona_schema(), received_at=AT)
    assert one.findings == ()
    assert one.action is not None


def test_every_kind_of_worker_can_be_built() -> None:
    assert set(WORKER_TYPES) == set(PRESENCE)
