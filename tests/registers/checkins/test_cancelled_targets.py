"""What was cancelled is not corrected, which is told before anything else of it (P304)."""

import pytest

from domain.checkins.codes import RefusalCode
from domain.checkins.outcomes import Refused
from registers.checkins.models import Correction, Presence
from tests.checkin_items import a_day, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.test_corrections import ask

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("item", [an_event(), a_day()], ids=["event", "day"])
def test_what_was_cancelled_is_not_corrected_whatever_it_was(counter: Counter, item):
    (taken,) = counter(item)
    Presence.objects.update(status="CANCELLED")
    assert ask(counter, taken.registration.id) == Refused((RefusalCode.CORRECTION_TARGET_CANCELLED,))
    assert RefusalCode.CORRECTION_TARGET_CANCELLED.value == "P304"
    assert not Correction.objects.exists()
