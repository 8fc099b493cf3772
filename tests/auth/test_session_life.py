"""Signed-in stays: how long they last, what extends them, and what ends them at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError

from auth.models import Login, LoginState, Session
from auth.refusals import SignInRefusal, SignInRefusedError
from auth.session_life import (
    EndReason,
    SessionEnder,
    choose_context,
    end_for_login,
    end_for_means,
    end_other_sessions,
    end_own_session,
    is_fresh,
    own_sessions,
    sign_out,
    status_of,
    touch,
)
from auth.sessions import SessionStore
from auth.signing_in import sign_in, step_up
from domain.assurance import AssuranceLevel, Means
from domain.sign_in_limits import SessionLimits
from evidence.models import AuditEvent
from registers.persons.models import Person
from tests.auth.builders import HERE, NOON, PersonsInMemory, StandingClock, a_login, a_proof, an_entity, reasons

pytestmark = pytest.mark.django_db


@pytest.fixture
def login() -> Login:
    return a_login()


@pytest.fixture
def store(login: Login, clock: StandingClock) -> SessionStore:
    store = SessionStore()
    sign_in(store, [a_proof(login)], source=HERE, at=clock.now())
    return store


def stay_of(store: SessionStore) -> Session | None:
    return SessionStore(store.session_key).stay


def a_password_proof(login: Login):
    return a_proof(login, Means.PASSWORD, AssuranceLevel.PASSWORD)


def test_a_stay_holds_who_signed_in_how_and_from_where(store: SessionStore, login: Login):
    stay = stay_of(store)

    assert (stay.login_id, stay.level, stay.proven_means) == (login.pk, 500, (Means.EID,))
    assert (stay.address, stay.agent, stay.authenticated_at) == ("192.0.2.7", "a browser", NOON)


def test_a_stay_lives_19_minutes_59_seconds_without_use(store: SessionStore, clock: StandingClock):
    clock.pass_by(minutes=19, seconds=59)

    assert stay_of(store) is not None


def test_a_stay_is_over_after_20_minutes_and_a_second_without_use(store: SessionStore, clock: StandingClock):
    clock.pass_by(minutes=20, seconds=1)

    assert stay_of(store) is None


def test_asking_for_the_status_extends_nothing(store: SessionStore, clock: StandingClock):
    clock.pass_by(minutes=15)
    asked = status_of(stay_of(store), at=clock.now())
    clock.pass_by(minutes=5, seconds=1)

    assert asked.seconds_left == 300
    assert stay_of(store) is None


def test_using_a_stay_extends_it(store: SessionStore, clock: StandingClock):
    clock.pass_by(minutes=15)
    assert touch(stay_of(store), at=clock.now())
    clock.pass_by(minutes=19)

    assert stay_of(store) is not None


def test_a_stay_that_is_over_cannot_be_extended(store: SessionStore, clock: StandingClock):
    stay = stay_of(store)

    assert not touch(stay, at=clock.pass_by(minutes=20))


@pytest.mark.parametrize(("minutes", "warn"), [(17.9, False), (18, True)])
def test_a_warning_comes_after_18_minutes(store: SessionStore, clock: StandingClock, minutes: float, warn: bool):
    assert status_of(stay_of(store), at=clock.pass_by(minutes=minutes)).warn is warn


def test_writing_into_a_session_is_no_use(store: SessionStore, clock: StandingClock):
    clock.pass_by(minutes=15)
    again = SessionStore(store.session_key)
    again["seen"] = True
    again.save()
    clock.pass_by(minutes=6)

    assert stay_of(store) is None


@pytest.mark.parametrize(
    ("level", "hours"), [(AssuranceLevel.EID, 8), (AssuranceLevel.TOKEN_CARD, 8), (AssuranceLevel.PASSWORD, 1)]
)
def test_a_stay_ends_at_last_by_its_level(login: Login, clock: StandingClock, level: AssuranceLevel, hours: int):
    store = SessionStore()
    stay = sign_in(store, [a_proof(login, Means.PASSWORD, level)], source=HERE, at=clock.now())

    assert stay.expires_at == NOON + timedelta(hours=hours)
    Session.objects.update(last_seen_at=NOON + timedelta(hours=hours))
    clock.pass_by(hours=hours)
    assert stay_of(store) is None


def test_signing_in_gives_a_new_id_and_voids_the_old_one(login: Login, clock: StandingClock):
    store = SessionStore()
    store["language"] = "de"
    store.save()
    before = store.session_key

    sign_in(store, [a_proof(login)], source=HERE, at=clock.now())

    assert store.session_key != before
    assert SessionStore(before).load() == {}
    assert SessionStore(store.session_key)["language"] == "de"


def test_what_another_person_left_in_a_browser_is_gone_when_somebody_signs_in(store: SessionStore):
    store["draft"] = "mine"
    store.save()

    sign_in(store, [a_proof(a_login("jan"))], source=HERE, at=NOON)

    assert "draft" not in SessionStore(store.session_key).load()


def test_stepping_up_gives_a_new_id_and_keeps_the_beginning(login: Login, clock: StandingClock):
    store = SessionStore()
    sign_in(store, [a_password_proof(login)], source=HERE, at=clock.now())
    before = store.session_key

    later = clock.pass_by(minutes=10)
    stay = step_up(
        store, [a_proof(login, at=later)], required=AssuranceLevel.EID, source=HERE, persons=PersonsInMemory(), at=later
    )

    assert SessionStore(before).load() == {}
    assert (stay.level, stay.signed_in_at, stay.authenticated_at) == (500, NOON, later)
    assert stay.expires_at == NOON + timedelta(hours=8)


def test_stepping_up_with_another_persons_key_is_refused(store: SessionStore):
    with pytest.raises(SignInRefusedError) as refused:
        step_up(
            store,
            [a_proof(a_login("jan"))],
            required=AssuranceLevel.EID,
            source=HERE,
            persons=PersonsInMemory(),
            at=NOON,
        )
    assert refused.value.reason is SignInRefusal.OTHER_PERSON
    assert reasons() == ["other_person"]


def test_proving_oneself_afresh_by_less_than_before_is_refused(store: SessionStore, login: Login):
    weaker = a_proof(login, Means.TOTP, AssuranceLevel.APP_CODE)

    with pytest.raises(SignInRefusedError) as refused:
        step_up(store, [weaker], required=AssuranceLevel.APP_CODE, source=HERE, persons=PersonsInMemory(), at=NOON)
    assert refused.value.reason is SignInRefusal.TOO_WEAK
    assert reasons() == ["too_weak"]


def test_who_was_blocked_since_he_proved_himself_is_recorded(store: SessionStore, login: Login):
    Login.objects.update(state=LoginState.BLOCKED)

    for enter in (step_up_again, sign_in_again):
        with pytest.raises(SignInRefusedError):
            enter(store, login)
    assert reasons() == ["blocked", "blocked"]


def sign_in_again(store: SessionStore, login: Login) -> None:
    sign_in(store, [a_proof(login)], source=HERE, at=NOON)


@pytest.mark.parametrize(("minutes", "fresh"), [(5, True), (5.1, False)])
def test_a_proof_is_fresh_for_five_minutes(store: SessionStore, clock: StandingClock, minutes: float, fresh: bool):
    assert is_fresh(stay_of(store), at=clock.pass_by(minutes=minutes)) is fresh


def test_choosing_a_context_gives_a_new_id(store: SessionStore, clock: StandingClock):
    before, entity = store.session_key, an_entity()

    choose_context(store, entity_id=entity.pk, quality="EMPLOYER", at=clock.now())

    stay = stay_of(store)
    assert (stay.entity_id, stay.quality, stay.level) == (entity.pk, "EMPLOYER", 500)
    assert SessionStore(before).load() == {}


def step_up_again(store: SessionStore, login: Login) -> None:
    proofs, persons = [a_proof(login)], PersonsInMemory()
    step_up(store, proofs, required=AssuranceLevel.EID, source=HERE, persons=persons, at=NOON)


def choose_nobody(store: SessionStore, _: Login) -> None:
    choose_context(store, entity_id=None, quality="", at=NOON)


@pytest.mark.parametrize("go_on", [choose_nobody, step_up_again])
def test_a_stay_that_ended_during_a_request_gets_no_new_id(store: SessionStore, login: Login, go_on):
    stay = SessionStore(store.session_key)
    assert stay.stay is not None
    end_for_login(login.pk, reason=EndReason.KEY_REVOKED, at=NOON, actor="test")

    with pytest.raises(UpdateError):
        go_on(stay, login)
    assert not Session.objects.filter(ended_at=None).exists()


def test_the_oldest_of_six_stays_ends(store: SessionStore, login: Login, clock: StandingClock):
    for _ in range(5):
        sign_in(SessionStore(), [a_proof(login)], source=HERE, at=clock.pass_by(seconds=1))

    assert stay_of(store) is None
    assert len(own_sessions(login.pk, at=clock.now())) == 5
    assert Session.objects.filter(end_reason=EndReason.TOO_MANY).count() == 1


def test_stays_that_ran_out_take_no_place_of_those_that_live(store: SessionStore, login: Login, clock: StandingClock):
    """Of them the latest began last: without use a stay is over while one that is used goes on."""
    for _ in range(5):
        sign_in(SessionStore(), [a_proof(login)], source=HERE, at=clock.pass_by(seconds=1))
    living = Session.objects.filter(login=login, ended_at=None).order_by("signed_in_at").first()
    Session.objects.filter(pk=living.pk).update(last_seen_at=clock.pass_by(minutes=30))

    sign_in(SessionStore(), [a_proof(login)], source=HERE, at=clock.now())

    assert len(own_sessions(login.pk, at=clock.now())) == 2
    assert living in own_sessions(login.pk, at=clock.now())


def test_a_person_ends_own_stays_and_no_others(store: SessionStore, login: Login, clock: StandingClock):
    stay, other = stay_of(store), a_login("jan")

    assert not end_own_session(stay.pk, login_id=other.pk, at=clock.now())
    assert end_own_session(stay.pk, login_id=login.pk, at=clock.now())
    assert stay_of(store) is None


def test_a_person_ends_all_stays_but_this_one(store: SessionStore, login: Login, clock: StandingClock):
    second = SessionStore()
    sign_in(second, [a_proof(login)], source=HERE, at=clock.now())

    assert end_other_sessions(stay_of(second), at=clock.now()) == 1
    assert (stay_of(store), stay_of(second) is None) == (None, False)


def test_a_block_ends_stays_in_the_same_second(store: SessionStore, login: Login, clock: StandingClock):
    person = Person.objects.create(environment="R", created_at=NOON)
    Login.objects.filter(pk=login.pk).update(person=person)

    SessionEnder(actor="login:1").end_for_person(person.pk, None, EndReason.BLOCKED, clock.now())

    assert stay_of(store) is None


def test_a_block_for_one_company_leaves_the_stay_for_another(store: SessionStore, login: Login, clock: StandingClock):
    person = Person.objects.create(environment="R", created_at=NOON)
    Login.objects.filter(pk=login.pk).update(person=person)
    here, there = an_entity(), an_entity("0206653946")
    choose_context(store, entity_id=here.pk, quality="EMPLOYER", at=clock.now())
    ender = SessionEnder(actor="login:1")

    ender.end_for_person(person.pk, there.pk, EndReason.BLOCKED, clock.now())

    assert stay_of(store) is not None
    assert ender.end_for_entity(here.pk, EndReason.ENTITY_SUSPENDED, clock.now()) == 1


def test_switching_passwords_off_ends_the_stays_that_a_password_began(login: Login, clock: StandingClock):
    person = Person.objects.create(environment="R", created_at=NOON)
    Login.objects.filter(pk=login.pk).update(person=person)
    with_password, with_card = SessionStore(), SessionStore()
    app = a_proof(login, Means.TOTP, AssuranceLevel.APP_CODE)
    sign_in(with_password, [a_password_proof(login), app], source=HERE, at=clock.now())
    sign_in(with_card, [a_proof(login)], source=HERE, at=clock.now())

    assert SessionEnder(actor="login:1").end_password_stays([person.pk], clock.now()) == 1
    assert (stay_of(with_password), stay_of(with_card) is None) == (None, False)


def test_a_revoked_key_ends_the_stays_that_lean_on_it(login: Login, clock: StandingClock):
    with_card, with_app = SessionStore(), SessionStore()
    app = a_proof(login, Means.TOTP, AssuranceLevel.APP_CODE)
    sign_in(with_card, [a_proof(login)], source=HERE, at=clock.now())
    sign_in(with_app, [a_password_proof(login), app], source=HERE, at=clock.now())

    assert end_for_means(login.pk, Means.TOTP, at=clock.now(), actor="login:1") == 1
    assert (stay_of(with_app), stay_of(with_card) is None) == (None, False)


@pytest.mark.parametrize("state", [LoginState.BLOCKED, LoginState.REMOVED, LoginState.INVITED])
def test_only_an_active_login_gets_a_stay(state: LoginState, clock: StandingClock):
    login = a_login(state=state)

    with pytest.raises(SignInRefusedError):
        sign_in(SessionStore(), [a_proof(login)], source=HERE, at=clock.now())


def test_signing_out_ends_the_stay_and_is_recorded(store: SessionStore, clock: StandingClock):
    key = store.session_key
    sign_out(store, at=clock.now())

    assert SessionStore(key).stay is None
    assert "account:logout" in AuditEvent.objects.values_list("action", flat=True)


def test_no_event_of_signing_in_tells_the_session_id(store: SessionStore):
    told = str(list(AuditEvent.objects.values_list("detail", flat=True)))

    assert store.session_key not in told


def test_stays_last_as_long_as_the_settings_say(login: Login, clock: StandingClock, settings):
    limits = SessionLimits(
        warned_after=timedelta(minutes=15), longest=timedelta(hours=2), at_once=1, fresh=timedelta(minutes=1)
    )
    settings.SIGN_IN_LIMITS = replace(settings.SIGN_IN_LIMITS, sessions=limits)
    stores = [SessionStore(), SessionStore()]
    for store in stores:
        sign_in(store, [a_proof(login)], source=HERE, at=clock.now())
    stay = stay_of(stores[1])

    assert stay.expires_at == NOON + timedelta(hours=2)
    assert len(own_sessions(login.pk, at=NOON)) == 1
    assert status_of(stay, at=NOON + timedelta(minutes=15)).warn
    assert not is_fresh(stay, at=NOON + timedelta(minutes=1, seconds=1))
