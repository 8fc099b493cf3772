"""Every form of every page may be sent twice: the second time has no effect and says so."""

import pytest
from django.conf import settings

from auth.desk import KeyDesk
from portal.checkin_counter import checkin_counter
from portal.openid import providers
from registers.persons.numbers import PersonKeys
from tests.portal.people import settle_people
from tests.portal.twice.forms import GROUPS
from tests.portal.twice.sending import Prepare, Scene, faults_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("forms", GROUPS.values(), ids=GROUPS)
def test_no_form_has_a_second_effect(forms: dict[str, Prepare], desk: KeyDesk) -> None:
    for composed in (providers, checkin_counter):
        composed.cache_clear()
    scene = Scene(settle_people(desk.locksmith, PersonKeys.read(settings.KEYS / "persons.json")), desk)
    assert [fault for route, prepare in forms.items() for fault in faults_of(route, prepare, scene)] == []
    for composed in (providers, checkin_counter):
        composed.cache_clear()
