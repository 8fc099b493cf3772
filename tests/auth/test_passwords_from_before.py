"""Passwords from before decision 0045: whoever said where their codes went, they are worth what later ones are."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps

from auth.models import DigitalKey, Login, Session, TemporaryCredential, TemporaryCredentialKind
from auth.sessions import SessionStore
from auth.signing_in import sign_in
from domain.assurance import AssuranceLevel, Means
from registers.persons.models import PersonIdentifier
from tests.auth.builders import HERE, NOON, StandingClock, a_login, a_person, a_proof

MIGRATION = importlib.import_module("auth.migrations.0011_worth_of_passwords_from_before")
BEFORE = NOON - timedelta(days=1)

pytestmark = pytest.mark.django_db


def a_password_by_codes(*, has_number: bool = True, **deviation: object) -> DigitalKey:
    """Return a password that codes of a company's invitation led to, of somebody with a national number."""
    login, person = a_login(), a_person()
    Login.objects.filter(pk=login.pk).update(person=person)
    if has_number:
        PersonIdentifier.objects.create(
            person=person, environment="R", lookup=b"n" * 32, key_id="k1", ciphertext=b"c", valid_from=BEFORE
        )
    told = {"kind": TemporaryCredentialKind.INVITATION, "issued_by": "person:7", "ended_at": NOON} | deviation
    TemporaryCredential.objects.create(
        login=login, state="CONSUMED", encoded="-", issued_at=BEFORE, expires_at=NOON, used_at=NOON, **told
    )
    return DigitalKey.objects.create(
        login=login, means=Means.PASSWORD, state="ACTIVE", enrolled_level=200, created_at=NOON
    )


WORTH = {
    "an invitation": ({}, 100),
    "a password that a manager gave": ({"kind": TemporaryCredentialKind.NEW_PASSWORD}, 100),
    "an invitation from when it was no kind": ({"kind": TemporaryCredentialKind.ACTIVATION}, 100),
    "a file's invitation from when it was no kind": (
        {"kind": TemporaryCredentialKind.ACTIVATION, "issued_by": "operator", "reason": "invited by a file"},
        100,
    ),
    "an operator, asked by the legal representative": (
        {"kind": TemporaryCredentialKind.ACTIVATION, "issued_by": "operator", "reason": "registration"},
        200,
    ),
    "an officer": ({"kind": TemporaryCredentialKind.ACTIVATION, "issued_by": "login:3"}, 200),
    "an invitation of somebody without a number": ({"has_number": False}, 200),
    "codes before the password that was renewed": ({"ended_at": BEFORE}, 200),
}


@pytest.mark.parametrize(("deviation", "level"), WORTH.values(), ids=WORTH)
def test_a_password_from_before_is_worth_what_who_sent_its_codes_may_say(deviation: dict[str, object], level: int):
    key = a_password_by_codes(**deviation)
    MIGRATION.lower(apps, None)

    key.refresh_from_db()
    assert key.enrolled_level == level


def test_what_is_signed_in_by_such_a_password_alone_is_lowered_with_it(clock: StandingClock):
    key = a_password_by_codes()
    proof = a_proof(key.login, Means.PASSWORD, AssuranceLevel.PASSWORD)
    alone = sign_in(SessionStore(), [proof], source=HERE, at=NOON)
    stronger = sign_in(SessionStore(), [a_proof(key.login)], source=HERE, at=NOON)
    MIGRATION.lower(apps, None)

    assert Session.objects.get(pk=alone.pk).level == 100
    assert Session.objects.get(pk=stronger.pk).level == 500
