"""A video call of before left an identity that nobody signs in by; it is forgotten in a database that is migrated."""

import importlib
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from auth.models import PendingIdentity
from auth.openid.matching import note_matched, read_waiting
from domain.assurance import Means
from registers.persons.models import PersonIdentifier
from tests.auth.builders import a_person
from tests.auth.openid.test_matching import JAN, NOON, ask
from tests.auth.openid.test_stored_attempts import LOCKSMITH

FORGET = importlib.import_module("auth.migrations.0022_calls_prove_no_key").FORGET
CASES = {
    "of a call": (Means.EMAIL_CODE, "EIDAS", timedelta(), True),
    "of a key of his country": (Means.EIDAS, "EIDAS", timedelta(), False),
    "the number that was made in the call": (Means.EMAIL_CODE, "INSZ", timedelta(), False),
    "of a key that was proved at another time": (Means.EMAIL_CODE, "EIDAS", timedelta(seconds=1), False),
}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("means", "kind", "later", "is_forgotten"), CASES.values(), ids=CASES)
def test_what_a_call_left_as_a_key_is_forgotten_and_nothing_else(means, kind, later, is_forgotten):
    person = a_person()
    waiting = read_waiting(ask(replace(JAN, means=means)), locksmith=LOCKSMITH, actor="test", at=NOON)
    note_matched(waiting, person.pk, actor="test", at=NOON)
    PersonIdentifier.objects.create(
        person=person, environment="R", kind=kind, lookup=b"l", key_id="k1", ciphertext=b"c", valid_from=NOON + later
    )

    with connection.cursor() as cursor:
        cursor.execute(FORGET)

    assert PersonIdentifier.objects.exists() is not is_forgotten
    assert PendingIdentity.objects.get().state == "MATCHED"
