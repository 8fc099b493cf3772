"""A sign-in from a browser and an address that are both new is told to the person; everyday changes are not."""

from datetime import timedelta

import pytest

from auth.desk import KeyDesk
from auth.models import Login
from auth.new_devices import tell_of_new_device
from auth.proofs import Source
from auth.session_life import choose_context
from auth.sessions import SessionStore
from auth.signing_in import sign_in
from correspondence.models import OutboxMessage
from tests.auth.builders import HERE, NOON, StandingClock, a_login, a_person, a_proof, events

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


@pytest.fixture
def login(desk: KeyDesk) -> Login:
    login, person = a_login(), a_person()
    Login.objects.filter(pk=login.pk).update(person=person)
    desk.persons.addresses[person.pk] = "els@example.org"
    return login


def tells(login: Login, desk: KeyDesk, source: Source, at=LATER) -> bool:
    stay = sign_in(SessionStore(), [a_proof(login)], source=source, at=at)
    return tell_of_new_device(stay, persons=desk.persons, at=at)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (HERE, False),
        (Source(address="198.51.100.9", agent=HERE.agent), False),
        (Source(address=HERE.address, agent="another browser"), False),
        (Source(address="198.51.100.9", agent="another browser"), True),
    ],
    ids=["the same", "another address", "another browser", "both"],
)
def test_only_what_is_new_in_both_is_told(
    login: Login, desk: KeyDesk, clock: StandingClock, source: Source, told: bool
):
    assert not tells(login, desk, HERE, at=NOON)

    assert tells(login, desk, source) is told
    assert OutboxMessage.objects.filter(subject="New sign-in").count() == told
    assert ("account:login:new_device" in events()) is told


def test_a_new_id_of_the_same_stay_is_no_earlier_sign_in(login: Login, desk: KeyDesk, clock: StandingClock):
    store = SessionStore()
    sign_in(store, [a_proof(login)], source=HERE, at=NOON)
    stay = choose_context(store, entity_id=None, quality="", at=NOON)

    assert not tell_of_new_device(stay, persons=desk.persons, at=NOON)


def test_who_is_not_signed_in_is_told_nothing(desk: KeyDesk, clock: StandingClock):
    store = SessionStore()
    store.create()

    assert not tell_of_new_device(store.stay, persons=desk.persons, at=NOON)
