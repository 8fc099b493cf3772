"""A correction names something else than what is registered already (P306)."""

import pytest
from django.utils.timezone import localtime

from domain.brussels import is_shown_twice
from evidence.models import AuditEvent
from registers.checkins.models import Correction, Presence
from tests.portal.checkins.conftest import OTHER_PLACE, PLACE, a_place
from tests.portal.checkins.test_corrections import ask

pytestmark = pytest.mark.django_db


def as_registered(event: Presence) -> dict[str, str]:
    """Return what the form is given by who names what its page shows."""
    at = localtime(event.event_at)
    which = {"change": "AFTER" if at.fold else "BEFORE"} if is_shown_twice(at) else {}
    return {"day": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}", **which}


@pytest.mark.parametrize("named", [{}, {"place": PLACE}, {"day": "", "time": "", "place": PLACE}])
def test_what_is_registered_so_already_is_not_asked_for(employer, event, named):
    deviation = as_registered(event) | named
    answer = ask(employer, f"/presences/{event.number}/correction", status=422, **deviation)
    assert "This is how it is registered already." in answer.content.decode()
    assert not Correction.objects.exists()
    assert AuditEvent.objects.get(action="correction:refused").detail["codes"] == ["P306"]


def test_the_minute_that_is_registered_moves_nothing_where_the_work_place_was_another(employer, event):
    other = a_place(OTHER_PLACE).number
    ask(employer, f"/presences/{event.number}/correction", **as_registered(event), place=other)
    asked = Correction.objects.get()
    assert (asked.corrected_at, asked.corrected_work_place) == (None, other)
