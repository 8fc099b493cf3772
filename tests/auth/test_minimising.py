"""From where and with what somebody signed in is forgotten after its time; that he did stays."""

from datetime import timedelta

import pytest

from auth.desk import KeyDesk
from auth.minimising import forget_traces, persons_who_sign_in
from auth.models import Login, LoginState, Operator, OperatorRole, Session
from auth.new_devices import tell_of_new_device
from auth.proofs import Source
from auth.sessions import SessionStore
from auth.signing_in import sign_in
from evidence.models import AuditEvent
from tests.auth.builders import HERE, NOON, StandingClock, a_login, a_person, a_proof

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)
LATER = NOON + YEAR


def a_stay(login: Login, source: Source = HERE) -> Session:
    return sign_in(SessionStore(), [a_proof(login)], source=source, at=NOON)


def an_ended_stay(login: Login, *, ended=NOON) -> Session:
    stay = a_stay(login)
    Session.objects.filter(pk=stay.pk).update(ended_at=ended, end_reason="LOGOUT", data="left over")
    return stay


def traces(stay: Session) -> tuple:
    return Session.objects.values_list("address", "agent", "data").get(pk=stay.pk)


def test_address_browser_and_data_go_and_the_stay_remains(desk: KeyDesk, clock: StandingClock):
    stay = an_ended_stay(a_login())

    assert forget_traces(before=LATER, at=LATER) == 1

    assert traces(stay) == (None, "", "")
    kept = Session.objects.get(pk=stay.pk)
    assert (kept.login_id, kept.level, kept.signed_in_at, kept.end_reason) == (stay.login_id, 500, NOON, "LOGOUT")
    assert AuditEvent.objects.get(action="session:forgotten").detail["sessions"] == 1


def test_every_batch_is_done_and_then_nothing_is_left(desk: KeyDesk, clock: StandingClock):
    for number in range(5):
        an_ended_stay(a_login(f"els{number}"))

    assert forget_traces(before=LATER, at=LATER, stays_at_once=2) == 5
    assert forget_traces(before=LATER, at=LATER) == 0
    assert AuditEvent.objects.filter(action="session:forgotten").count() == 3


def test_what_ended_at_that_instant_or_lives_is_kept(desk: KeyDesk, clock: StandingClock):
    lately, living = an_ended_stay(a_login(), ended=LATER), a_stay(a_login("jan"))

    assert forget_traces(before=LATER, at=LATER) == 0
    assert traces(lately)[:2] == traces(living)[:2] == (HERE.address, HERE.agent)


def test_a_stay_that_was_emptied_makes_no_browser_known(desk: KeyDesk, clock: StandingClock):
    login, person = a_login(), a_person()
    Login.objects.filter(pk=login.pk).update(person=person)
    desk.persons.addresses[person.pk] = "els@example.org"
    an_ended_stay(login)
    forget_traces(before=LATER, at=LATER)

    proof = a_proof(login, at=LATER)
    stay = sign_in(SessionStore(), [proof], source=Source(address="198.51.100.9", agent=""), at=LATER)

    assert tell_of_new_device(stay, persons=desk.persons, at=LATER)


def of_somebody(*, created=NOON - YEAR) -> Login:
    login = a_login()
    Login.objects.filter(pk=login.pk).update(person=a_person(), created_at=created)
    login.refresh_from_db()
    return login


def signs_in(login: Login, since=NOON) -> bool:
    return persons_who_sign_in([login.person_id or 0], since) == {login.person_id}


def test_a_login_that_nobody_used_is_no_sign_in(desk: KeyDesk, clock: StandingClock):
    assert not signs_in(of_somebody())


def test_who_was_seen_last_before_that_instant_does_not_sign_in(desk: KeyDesk, clock: StandingClock):
    login = of_somebody()
    an_ended_stay(login)

    assert signs_in(login, NOON)
    assert not signs_in(login, NOON + timedelta(seconds=1))


def test_who_is_signed_in_still_does(desk: KeyDesk, clock: StandingClock):
    login = of_somebody()
    a_stay(login)

    assert signs_in(login, LATER)


def test_who_was_given_a_login_since_then_may_still_come(desk: KeyDesk, clock: StandingClock):
    assert signs_in(of_somebody(created=NOON))


def test_an_operator_counts_until_his_role_ends(desk: KeyDesk, clock: StandingClock):
    login = of_somebody()
    Operator.objects.create(login=login, role=OperatorRole.SUPPORT, given_by="test", given_at=NOON)
    assert signs_in(login)

    Operator.objects.update(ended_at=NOON)
    assert not signs_in(login)


def test_a_removed_login_does_not_count(desk: KeyDesk, clock: StandingClock):
    login = of_somebody()
    a_stay(login)
    Login.objects.update(state=LoginState.REMOVED)

    assert not signs_in(login)
