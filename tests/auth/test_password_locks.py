"""The lock of a password after wrong tries is seen and lifted; a login is blocked whole, with its stays."""

from datetime import timedelta

import pytest

from auth.desk import KeyDesk
from auth.keys.password_locks import PasswordLocks, lift_lock, locked_until
from auth.keys.password_sign_in import PasswordAccepted, prove_password
from auth.login_blocks import block_login, unblock_login
from auth.models import Login, LoginState, Session
from auth.proofs import ProvenIdentity
from auth.refusals import WRONG, KeyRefusedError, SignInRefusedError
from auth.sessions import SessionStore
from auth.signing_in import accept_identity, sign_in
from domain.assurance import AssuranceLevel, Means
from tests.auth.builders import (
    BROWSER,
    GOOD,
    HERE,
    NOON,
    PersonsInMemory,
    StandingClock,
    a_login,
    a_login_with_password,
    a_person,
    a_proof,
    events,
)

pytestmark = pytest.mark.django_db


def a_known_login(desk: KeyDesk) -> Login:
    login, person = a_login_with_password(desk), a_person()
    Login.objects.filter(pk=login.pk).update(person=person)
    return Login.objects.get(pk=login.pk)


def use(desk: KeyDesk, password: str = GOOD):
    return prove_password("els", password, browser=lambda: BROWSER, source=HERE, desk=desk, at=NOON)


def lock(desk: KeyDesk) -> None:
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            use(desk, "wrong-horse-12")


def test_a_locked_password_is_seen_until_when(desk: KeyDesk):
    login = a_known_login(desk)
    before = locked_until(login.person_id, at=NOON)
    lock(desk)

    assert before is None
    assert locked_until(login.person_id, at=NOON) == NOON + timedelta(minutes=15)
    assert locked_until(login.person_id, at=NOON + timedelta(minutes=15)) is None


def test_a_lifted_lock_lets_the_right_password_in_at_once(desk: KeyDesk):
    login = a_known_login(desk)
    lock(desk)

    assert PasswordLocks(actor="person:9").lift_for_person(login.person_id, NOON)
    assert isinstance(use(desk), PasswordAccepted)
    assert "account:login:unlocked" in events()
    assert not lift_lock(login.pk, actor="operator", at=NOON)


def test_a_lifted_lock_leaves_the_block_of_the_login(desk: KeyDesk):
    login = a_known_login(desk)
    lock(desk)
    block_login(login.pk, reason="asked for", actor="operator", at=NOON)
    lift_lock(login.pk, actor="operator", at=NOON)

    with pytest.raises(SignInRefusedError) as refused:
        use(desk)
    assert str(refused.value) == WRONG


def test_a_blocked_login_is_signed_out_at_once_and_no_key_opens_it(desk: KeyDesk, clock: StandingClock):
    login = a_known_login(desk)
    sign_in(SessionStore(), [a_proof(login)], source=HERE, at=NOON)

    assert block_login(login.pk, reason="asked for", actor="operator", at=NOON) == 1
    assert Session.objects.get(login=login).end_reason == "BLOCKED"
    card = ProvenIdentity(means=Means.EID, level=AssuranceLevel.EID, at=NOON, national_number="85073003328")
    with pytest.raises(SignInRefusedError):
        use(desk)
    with pytest.raises(SignInRefusedError):
        accept_identity(card, person_id=login.person_id, persons=PersonsInMemory(), source=HERE, at=NOON)


@pytest.mark.parametrize(("has_key", "state"), [(True, LoginState.ACTIVE), (False, LoginState.INVITED)])
def test_a_block_that_is_taken_away_leaves_the_login_as_it_was(desk: KeyDesk, has_key: bool, state: LoginState):
    login = a_known_login(desk) if has_key else a_login("an", LoginState.INVITED)
    block_login(login.pk, reason="asked for", actor="operator", at=NOON)
    unblock_login(login.pk, reason="found", actor="operator", at=NOON)

    login.refresh_from_db()
    assert login.state == state
    assert events()[-2:] == ["account:login:blocked", "account:login:unblocked"]


def test_what_is_blocked_is_not_blocked_again_and_what_is_not_is_not_unblocked(desk: KeyDesk):
    login = a_known_login(desk)
    with pytest.raises(KeyRefusedError):
        unblock_login(login.pk, reason="found", actor="operator", at=NOON)
    block_login(login.pk, reason="asked for", actor="operator", at=NOON)
    with pytest.raises(KeyRefusedError):
        block_login(login.pk, reason="asked for", actor="operator", at=NOON)
