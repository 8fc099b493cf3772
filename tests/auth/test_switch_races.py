"""A company switches passwords off while one of its people comes by one: whoever is second sees what the first did."""

import base64
import hashlib
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pyotp
import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection, transaction

from auth.desk import KeyDesk
from auth.keys.life import hold_strongest_key, suspend
from auth.keys.password_switch import kept_allowed
from auth.keys.second_factors import begin_second_factor, prove_second_factor
from auth.keys.temporary_passwords import ReachedBy, issue_activation
from auth.keys.temporary_sign_in import begin_activation, complete_activation
from auth.keys.totp import begin_app, confirm_app
from auth.models import (
    Application,
    DigitalKey,
    Login,
    Purpose,
    Session,
    SignInCode,
    TemporaryCredential,
    TemporaryCredentialState,
)
from auth.provider.codes import exchange_code, issue_code
from auth.provider.faults import ExchangeRefused
from auth.provider.requests import Authorization
from auth.refusals import KeyRefusedError, SignInRefusal, SignInRefusedError
from auth.session_life import EndReason, SessionEnder, choose_context, end_for_login
from auth.sessions import SessionStore
from auth.signing_in import sign_in
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.assurance import AssuranceLevel, Means
from registers.access.authority import lock_account
from registers.access.company_rules import CompanyDecisions, members_of
from registers.access.entity_accounts import forbid_password_login
from registers.access.models import EntityAccount
from tests.auth.builders import (
    BROWSER,
    GOOD,
    HERE,
    NOON,
    StandingClock,
    a_desk,
    a_login_with_password,
    a_proof,
    a_right,
)
from tests.registers.access.conftest import Company, make_company, signed_in

PATIENCE = 10.0
BACK = "https://app.example/back"
VERIFIER = "v" * 43
_WAITERS = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


@pytest.fixture
def company(transactional_db: None, clock: StandingClock) -> Company:
    return make_company()


@pytest.fixture
def desk(company: Company, clock: StandingClock) -> KeyDesk:
    return replace(a_desk(), companies=CompanyDecisions(clock))


@pytest.fixture
def user(company: Company, desk: KeyDesk) -> Login:
    """A user of the company with a password and an app."""
    login = a_login_with_password(desk)
    Login.objects.filter(pk=login.pk).update(person_id=company.user().person_id)
    return Login.objects.get(pk=login.pk)


def switch_off(company: Company, strongest_key_of: Callable[[int], int] = lambda _: 500) -> None:
    with transaction.atomic():
        forbid_password_login(company.id, by=signed_in(company.chief), at=NOON, strongest_key_of=strongest_key_of)
        SessionEnder(actor="chief").end_password_stays(members_of(company.id), NOON)


def wait_for_a_waiter() -> None:
    """Go on once another connection waits for this one; TimeoutError when none does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(_WAITERS)
            if cursor.fetchone():
                return
        time.sleep(0.005)
    raise TimeoutError("nobody waited")


def one_after_the_other(first: Callable[[], object], second: Callable[[], object]) -> tuple[Exception | None, ...]:
    """Do `first` in a transaction that is not over before `second` waits for it; return what each was refused with."""
    has_begun = Event()

    def take_first() -> None:
        with transaction.atomic():
            first()
            has_begun.set()
            wait_for_a_waiter()

    def take_second() -> None:
        assert has_begun.wait(PATIENCE)
        second()

    def told(step: Callable[[], None]) -> Exception | None:
        try:
            step()
        except (SignInRefusedError, KeyRefusedError, AccessRefusedError, ExchangeRefused, UpdateError) as refused:
            return refused
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(2) as pool:
        return tuple(pool.map(told, (take_first, take_second)))


def enter_by_password(login: Login, desk: KeyDesk) -> None:
    with kept_allowed(login.pk, source=HERE, desk=desk, at=NOON):
        sign_in(SessionStore(), [a_proof(login, Means.PASSWORD, AssuranceLevel.PASSWORD)], source=HERE, at=NOON)


def test_who_signs_in_while_passwords_are_switched_off_is_refused(company: Company, user: Login, desk: KeyDesk):
    _, refused = one_after_the_other(lambda: switch_off(company), lambda: enter_by_password(user, desk))

    assert isinstance(refused, SignInRefusedError)
    assert refused.reason is SignInRefusal.METHOD_DISABLED
    assert not Session.objects.exists()


def test_a_stay_that_begins_just_before_the_switch_is_ended_by_it(company: Company, user: Login, desk: KeyDesk):
    refused = one_after_the_other(lambda: enter_by_password(user, desk), lambda: switch_off(company))

    assert refused == (None, None)
    assert Session.objects.get().end_reason == EndReason.PASSWORDS_OFF


def test_nobody_waits_to_sign_in_for_who_manages_the_company_or_for_a_file_about_its_people(
    company: Company, user: Login, desk: KeyDesk
):
    def enter_without_waiting() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        try:
            enter_by_password(user, desk)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        lock_account(company.id)
        pool.submit(enter_without_waiting).result(PATIENCE)

    assert Session.objects.get().login == user


def test_the_code_of_an_app_is_not_used_up_while_passwords_are_switched_off(
    company: Company, user: Login, desk: KeyDesk
):
    begun = begin_app(a_right(user), account="els", issuer="Guichet", desk=desk, at=NOON)
    code = pyotp.TOTP(begun.secret).at(NOON)
    confirm_app(begun.key_id, code, a_right(user), label="", desk=desk, at=NOON)
    DigitalKey.objects.filter(pk=begun.key_id).update(counter=None)
    asked = begin_second_factor(
        a_proof(user, Means.PASSWORD, AssuranceLevel.PASSWORD),
        Means.TOTP,
        purpose=Purpose.SIGN_IN,
        browser=BROWSER,
        source=HERE,
        desk=desk,
        at=NOON,
    )
    told = {"purpose": Purpose.SIGN_IN, "browser": BROWSER, "source": HERE, "desk": desk, "at": NOON}
    _, refused = one_after_the_other(
        lambda: switch_off(company), lambda: prove_second_factor(asked.handle, code, **told)
    )

    assert isinstance(refused, SignInRefusedError)
    assert refused.reason is SignInRefusal.METHOD_DISABLED
    assert DigitalKey.objects.get(pk=begun.key_id).counter is None


def test_no_password_is_chosen_by_codes_while_passwords_are_switched_off(company: Company, user: Login, desk: KeyDesk):
    reached = ReachedBy(mail="els@example.org", mobile="+32470000000")
    issued = issue_activation(user.pk, reached, actor="operator", desk=desk, at=NOON)
    begun = begin_activation(user, issued, browser=BROWSER, source=HERE, desk=desk, at=NOON)
    told = {"national_number": "", "browser": BROWSER, "source": HERE, "desk": desk, "at": NOON}
    _, refused = one_after_the_other(
        lambda: switch_off(company),
        lambda: complete_activation(begun.handle, password=GOOD, repeated=GOOD, **told),
    )

    assert isinstance(refused, SignInRefusedError)
    assert refused.reason is SignInRefusal.METHOD_DISABLED
    assert TemporaryCredential.objects.get().state == TemporaryCredentialState.USED_ONCE
    assert not DigitalKey.objects.filter(means=Means.PASSWORD, ended_at__isnull=True).exists()


def test_no_codes_are_issued_while_passwords_are_switched_off(company: Company, user: Login, desk: KeyDesk):
    reached = ReachedBy(mail="els@example.org", mobile="+32470000000")
    _, refused = one_after_the_other(
        lambda: switch_off(company),
        lambda: issue_activation(user.pk, reached, actor="operator", desk=desk, at=NOON),
    )

    assert isinstance(refused, KeyRefusedError)
    assert not TemporaryCredential.objects.exists()


def test_a_chief_who_suspends_his_last_strong_key_at_that_instant_locks_himself_not_out(
    company: Company, desk: KeyDesk
):
    login = Login.objects.create(person_id=company.chief, state="ACTIVE", created_at=NOON)
    card = DigitalKey.objects.create(login=login, means="EID", state="ACTIVE", enrolled_level=500, created_at=NOON)
    _, refused = one_after_the_other(
        lambda: suspend(card.pk, a_right(login), persons=desk.persons, at=NOON),
        lambda: switch_off(company, hold_strongest_key),
    )

    assert isinstance(refused, AccessRefusedError)
    assert refused.reason is RefusalReason.CHIEF_WITHOUT_STRONG_KEY
    assert EntityAccount.objects.get().is_password_login_allowed


def test_a_code_for_another_application_is_not_exchanged_while_its_stay_ends(user: Login):
    stay = sign_in(SessionStore(), [a_proof(user)], source=HERE, at=NOON)
    program = Application.objects.create(
        client_id="program",
        name="Program",
        redirect_uris=[BACK],
        least_level=300,
        algorithm="RS256",
        is_told_names=False,
        secret_hash=b"s" * 32,
        added_by="test",
        added_at=NOON,
    )
    digest = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    wanted = Authorization(program, BACK, "", "", digest, ("openid",), AssuranceLevel.TOKEN_CARD, frozenset(), None)
    code = issue_code(wanted, stay, randomness=os.urandom, at=NOON)
    told = {"application": program, "redirect_uri": BACK, "verifier": VERIFIER, "randomness": os.urandom, "at": NOON}
    _, refused = one_after_the_other(
        lambda: end_for_login(user.pk, reason=EndReason.BLOCKED, at=NOON, actor="test"),
        lambda: exchange_code(code, **told),
    )

    assert isinstance(refused, ExchangeRefused)
    assert SignInCode.objects.get().token_hash is None


def test_a_stay_that_gets_a_new_id_at_that_instant_is_ended_with_the_others(user: Login):
    store = SessionStore()
    sign_in(store, [a_proof(user)], source=HERE, at=NOON)
    refused = one_after_the_other(
        lambda: choose_context(store, entity_id=None, quality="", at=NOON),
        lambda: end_for_login(user.pk, reason=EndReason.BLOCKED, at=NOON, actor="test"),
    )

    assert refused == (None, None)
    assert {stay.end_reason for stay in Session.objects.all()} == {"NEW_ID", EndReason.BLOCKED}


def test_a_stay_gets_no_new_id_while_it_is_ended(user: Login):
    store = SessionStore()
    sign_in(store, [a_proof(user)], source=HERE, at=NOON)
    _, refused = one_after_the_other(
        lambda: end_for_login(user.pk, reason=EndReason.BLOCKED, at=NOON, actor="test"),
        lambda: choose_context(store, entity_id=None, quality="", at=NOON),
    )

    assert isinstance(refused, UpdateError)
    assert not Session.objects.filter(ended_at=None).exists()
