"""Keys that a caller asked for count for one company, until their holder shows that he is the person (decision 0050)."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from auth.keys.rights import right_to_change, right_to_set_up
from auth.models import DigitalKey, Login, OperatorRole, Session
from auth.operators import usable
from auth.proofs import Proof
from auth.refusals import KeyRefusedError, SignInRefusedError
from auth.session_life import choose_context
from auth.sessions import SessionStore
from auth.signing_in import sign_in, step_up
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel, Means
from evidence.models import AuditEvent
from registers.access.models import Entity
from tests.auth.builders import HERE, NOON, PersonsInMemory, StandingClock, a_login, a_person, a_proof, an_entity

pytestmark = pytest.mark.django_db
OTHER = "0403019261"
THIS = "0412345614"


@pytest.fixture
def login() -> Login:
    return a_login()


@pytest.fixture
def company() -> Entity:
    return an_entity(THIS)


@pytest.fixture
def other() -> Entity:
    return an_entity(OTHER)


@pytest.fixture
def proofs(login: Login, company: Entity) -> tuple[Proof, Proof]:
    """A password and a code of an app, both made after codes of a chief of the company."""
    for means in (Means.PASSWORD, Means.TOTP):
        DigitalKey.objects.create(
            login=login, means=means, state="ACTIVE", enrolled_level=200, confined_to=company, created_at=NOON
        )
    password = a_proof(login, Means.PASSWORD, AssuranceLevel.PASSWORD)
    app = a_proof(login, Means.TOTP, AssuranceLevel.APP_CODE)
    return replace(password, confined_to=company.pk), replace(app, confined_to=company.pk)


@pytest.fixture
def store(proofs: tuple[Proof, Proof], clock: StandingClock) -> SessionStore:
    store = SessionStore()
    sign_in(store, proofs, source=HERE, at=clock.now())
    return store


def acting(store: SessionStore, entity: Entity | None) -> Session:
    return choose_context(store, entity_id=None if entity is None else entity.pk, quality="", at=NOON)


def levels(store: SessionStore, company: Entity, other: Entity) -> tuple[int, int, int]:
    """Return the level for oneself, in that company and in another one, as the table holds it."""
    found = []
    for entity in (None, company, other):
        acting(store, entity)
        found.append(Session.objects.get(ended_at=None).level)
    return tuple(found)


def test_a_confined_stay_is_strong_in_its_company_alone(store: SessionStore, company: Entity, other: Entity):
    assert store.stay.level == 100
    assert levels(store, company, other) == (100, 400, 100)
    assert acting(store, company).level_for(None) == 100


def test_a_free_stay_is_as_strong_everywhere(login: Login, company: Entity, other: Entity, clock: StandingClock):
    store = SessionStore()
    sign_in(store, [a_proof(login)], source=HERE, at=clock.now())

    assert levels(store, company, other) == (500, 500, 500)


def test_one_confined_key_confines_the_whole_stay(
    login: Login, proofs: tuple[Proof, Proof], company: Entity, other: Entity, clock: StandingClock
):
    renewed = replace(proofs[0], confined_to=None)
    store = SessionStore()
    sign_in(store, [renewed, proofs[1]], source=HERE, at=clock.now())

    assert levels(store, company, other) == (100, 400, 100)


def test_keys_of_two_companies_count_for_neither(
    proofs: tuple[Proof, Proof], company: Entity, other: Entity, clock: StandingClock
):
    store = SessionStore()
    sign_in(store, [replace(proofs[0], confined_to=other.pk), proofs[1]], source=HERE, at=clock.now())

    assert levels(store, company, other) == (100, 100, 100)


STRONG = {
    "an eID": (Means.EID, AssuranceLevel.EID),
    "itsme": (Means.ITSME, AssuranceLevel.ITSME),
    "a sure means of eIDAS": (Means.EIDAS, AssuranceLevel.APP_CODE),
}


@pytest.mark.parametrize(("means", "level"), STRONG.values(), ids=STRONG)
def test_who_shows_in_the_stay_that_it_is_him_frees_his_keys(  # fixtures and parameters
    store: SessionStore, login: Login, company: Entity, other: Entity, means: Means, level: AssuranceLevel
):
    acting(store, company)
    stay = step_up(
        store,
        [a_proof(login, means, level)],
        required=AssuranceLevel.PASSWORD,
        source=HERE,
        persons=PersonsInMemory(),
        at=NOON,
    )

    assert (stay.level, stay.confined_to_id, stay.entity_id) == (level, None, company.pk)
    assert levels(store, company, other) == (level, level, level)
    assert not DigitalKey.objects.filter(confined_to__isnull=False).exists()
    assert AuditEvent.objects.filter(action="account:keys:unconfined").count() == 1


def test_the_holder_is_told_once_that_his_keys_are_free(store: SessionStore, login: Login, company: Entity):
    acting(store, company)
    person = a_person()
    Login.objects.filter(pk=login.pk).update(person_id=person.pk)
    book = PersonsInMemory(addresses={person.pk: "els@example.org"})
    for _again in range(2):
        step_up(store, [a_proof(login)], required=AssuranceLevel.PASSWORD, source=HERE, persons=book, at=NOON)

    letter = OutboxMessage.objects.get()
    assert (letter.recipient, letter.subject) == ("els@example.org", "Your digital keys count everywhere now")
    assert f"counted for {company.name} (0412345614) alone" in letter.body
    assert "with: eID card" in letter.body


def test_a_letter_about_keys_says_where_to_call(store: SessionStore, login: Login, company: Entity):
    acting(store, company)
    person = a_person()
    Login.objects.filter(pk=login.pk).update(person_id=person.pk)
    book = PersonsInMemory(addresses={person.pk: "els@example.org"})
    step_up(store, [a_proof(login)], required=AssuranceLevel.PASSWORD, source=HERE, persons=book, at=NOON)

    assert f"or call us: {settings.GUICHET.contact_phone}." in OutboxMessage.objects.get().body


def test_a_weak_means_of_eidas_frees_nothing(login: Login, proofs: tuple[Proof, Proof], clock: StandingClock):
    store = SessionStore()
    sign_in(store, proofs[:1], source=HERE, at=clock.now())
    weak = a_proof(login, Means.EIDAS, AssuranceLevel.PASSWORD)
    stay = step_up(store, [weak], required=AssuranceLevel.PASSWORD, source=HERE, persons=PersonsInMemory(), at=NOON)

    assert (stay.level, stay.confined_to_id) == (200, None)
    assert DigitalKey.objects.filter(confined_to__isnull=False).count() == 2


def test_a_card_in_another_stay_frees_nothing_that_somebody_else_may_hold(
    store: SessionStore, login: Login, clock: StandingClock
):
    sign_in(SessionStore(), [a_proof(login)], source=HERE, at=clock.now())

    assert DigitalKey.objects.filter(confined_to__isnull=False).count() == 2
    assert not AuditEvent.objects.filter(action="account:keys:unconfined").exists()


def test_the_keys_themselves_prove_afresh_and_free_nothing(
    store: SessionStore, proofs: tuple[Proof, Proof], company: Entity, other: Entity
):
    acting(store, company)
    step_up(store, proofs, required=AssuranceLevel.APP_CODE, source=HERE, persons=PersonsInMemory(), at=NOON)

    assert levels(store, company, other) == (100, 400, 100)


def test_a_confined_stay_is_not_made_weaker_either(store: SessionStore, proofs: tuple[Proof, Proof]):
    with pytest.raises(SignInRefusedError):
        step_up(store, proofs[:1], required=AssuranceLevel.PASSWORD, source=HERE, persons=PersonsInMemory(), at=NOON)


@pytest.mark.parametrize("means", [Means.PASSWORD, Means.TOTP, Means.TOKEN_CARD, Means.PASSKEY, Means.EMAIL_CODE])
def test_a_confined_stay_sets_up_no_other_key(store: SessionStore, company: Entity, means: Means):
    stay = acting(store, company)
    with pytest.raises(KeyRefusedError):
        right_to_set_up(stay, means, source=HERE, at=NOON)
    with pytest.raises(KeyRefusedError):
        right_to_change(stay, source=HERE, at=NOON)


def test_a_confined_stay_uses_no_role_of_the_counter(store: SessionStore, company: Entity):
    assert not usable(OperatorRole, acting(store, company))


def test_the_table_holds_no_stay_that_is_strong_outside_its_company(store: SessionStore, company: Entity):
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=store.stay.pk).update(level=400)
    acting(store, company)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=store.stay.pk).update(entity=None)
