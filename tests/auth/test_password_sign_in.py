"""Signing in by password: one answer for everybody who is not signed in, and a lock that leaves other keys open."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address

import pytest
from argon2 import PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext

from auth.desk import KeyDesk
from auth.keys.password_locks import lift_lock
from auth.keys.password_setting import set_password
from auth.keys.password_sign_in import PasswordAccepted, prove_password
from auth.models import CountedAttempt, DigitalKey, Login, LoginState, Session
from auth.password_policy import PasswordFault, PasswordRefusedError
from auth.proofs import Source
from auth.refusals import WRONG, KeyRefusedError, SignInRefusal, SignInRefusedError, TooManyAttemptsError
from auth.sessions import SessionStore
from auth.signing_in import sign_in
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel, Means
from domain.sign_in_limits import Rate, Scope
from evidence.models import AuditEvent
from tests.auth.builders import (
    BROWSER,
    GOOD,
    HERE,
    NOON,
    StandingClock,
    a_desk,
    a_login,
    a_login_with_password,
    a_person,
    a_right,
    events,
    reasons,
    tell_every_lock,
)

pytestmark = pytest.mark.django_db
WRONG_ONE = "wrong-horse-12"


def prove(desk: KeyDesk, password: str = GOOD, user_name: str = "els", at=NOON) -> PasswordAccepted:
    outcome = prove_password(user_name, password, browser=lambda: BROWSER, source=HERE, desk=desk, at=at)
    assert isinstance(outcome, PasswordAccepted)
    return outcome


def refused(
    desk: KeyDesk, password: str = WRONG_ONE, user_name: str = "els", at=NOON, source: Source = HERE
) -> SignInRefusedError:
    with pytest.raises(SignInRefusedError) as raised:
        prove_password(user_name, password, browser=lambda: BROWSER, source=source, desk=desk, at=at)
    return raised.value


def test_the_right_password_proves_level_200(desk: KeyDesk):
    login = a_login_with_password(desk)

    accepted = prove(desk)

    assert (accepted.proof.level, accepted.proof.login_id) == (AssuranceLevel.PASSWORD, login.pk)
    assert accepted.second_factors == ()


def test_a_user_name_is_found_in_any_case(desk: KeyDesk):
    a_login_with_password(desk)

    assert prove(desk, user_name="  ELS ")


@pytest.mark.parametrize(
    ("arrange", "user_name", "password", "reason"),
    [
        (None, "els", WRONG_ONE, SignInRefusal.WRONG_PASSWORD),
        (None, "els", "", SignInRefusal.WRONG_PASSWORD),
        (None, "els", GOOD + "x" * 200, SignInRefusal.WRONG_PASSWORD),
        (None, "nobody", GOOD, SignInRefusal.UNKNOWN_USER),
        (None, "", GOOD, SignInRefusal.UNKNOWN_USER),
        (LoginState.BLOCKED, "els", GOOD, SignInRefusal.BLOCKED),
        (LoginState.REMOVED, "els", GOOD, SignInRefusal.UNKNOWN_USER),
        (LoginState.INVITED, "els", GOOD, SignInRefusal.BLOCKED),
    ],
)
def test_whoever_is_not_signed_in_is_told_the_same(
    desk: KeyDesk, arrange: LoginState | None, user_name: str, password: str, reason: SignInRefusal
):
    a_login_with_password(desk)
    if arrange is not None:
        Login.objects.update(state=arrange)

    answer = refused(desk, password, user_name)

    assert (str(answer), answer.reason) == (WRONG, reason)
    assert reasons() == [str(reason)]


def test_passwords_of_everybody_together_are_limited(desk: KeyDesk, settings):
    """However many names are tried from however many places (§9)."""
    a_login_with_password(desk)
    fewer = {Scope.LOGIN_ALL: (Rate(2, timedelta(minutes=5)),)}
    settings.SIGN_IN_LIMITS = replace(settings.SIGN_IN_LIMITS, attempts=fewer)

    for number, user_name in enumerate(("an", "jan", "els")):
        elsewhere = Source(address=f"192.0.2.{number}")
        with pytest.raises(SignInRefusedError if number < 2 else TooManyAttemptsError):
            prove_password(user_name, WRONG_ONE, browser=lambda: BROWSER, source=elsewhere, desk=desk, at=NOON)


def test_an_unknown_user_costs_one_hash_like_a_known_one(desk: KeyDesk, monkeypatch: pytest.MonkeyPatch):
    a_login_with_password(desk)
    desk.locksmith.dummy_hash()
    spent: list[str] = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda self, hash_, password: spent.append(hash_) or verify(self, hash_, password)
    )

    counts = []
    for user_name in ("els", "nobody"):
        refused(desk, user_name=user_name)
        counts.append(len(spent))

    assert counts == [1, 2]
    assert spent[0].rpartition("$")[0].rpartition("$")[0] == spent[1].rpartition("$")[0].rpartition("$")[0]


@pytest.mark.django_db(transaction=True)
def test_known_and_unknown_names_cost_equal_statements_and_commits_at_every_attempt():
    desk = a_desk()
    a_login_with_password(desk)
    desk.locksmith.dummy_hash()

    known, unknown = ([cost_of_refusal(desk, name) for _ in range(7)] for name in ("els", "nobody"))

    assert known == unknown
    assert {commits for _, commits in known} == {3}, "counted, tried, recorded"
    assert reasons().count("password_locked") == 2


def cost_of_refusal(desk: KeyDesk, user_name: str) -> tuple[list[str], int]:
    """Return the statements of one refusal by their first words, and how many transactions wrote rows."""
    counted, recorded = (
        rows.latest("pk").pk if rows.exists() else 0 for rows in (CountedAttempt.objects, AuditEvent.objects)
    )
    with CaptureQueriesContext(connection) as captured:
        refused(desk, user_name=user_name, source=Source(str(ip_address(counted + 1))))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT xmin::text FROM access_control_countedattempt WHERE id > %s "
            "UNION SELECT xmin::text FROM evidence_auditevent WHERE id > %s",
            [counted, recorded],
        )
        commits = len(cursor.fetchall())
    return [" ".join(str(query["sql"]).split()[:3]) for query in captured], commits


def test_five_failures_in_a_row_lock_the_password_for_15_minutes(desk: KeyDesk):
    a_login_with_password(desk)
    for _ in range(5):
        refused(desk)

    assert refused(desk, GOOD).reason is SignInRefusal.PASSWORD_LOCKED
    assert refused(desk, GOOD, at=NOON + timedelta(minutes=14, seconds=59)).reason is SignInRefusal.PASSWORD_LOCKED
    assert prove(desk, at=NOON + timedelta(minutes=15))


def test_a_lock_is_recorded_by_the_timer_once_whatever_became_of_it(desk: KeyDesk):
    login = a_login_with_password(desk)
    for _ in range(5):
        refused(desk)
    assert "account:login:locked" not in events(), (
        "an answer that told of it would take longer than one to an unknown name"
    )
    lift_lock(login.pk, actor="operator", at=NOON)

    assert [tell_every_lock(desk) for _ in range(2)] == [1, 0]
    assert events().count("account:login:locked") == 1


def test_four_failures_and_a_success_begin_the_count_anew(desk: KeyDesk):
    a_login_with_password(desk)
    for _ in range(4):
        refused(desk)
    prove(desk)
    for minute in range(4):
        refused(desk, at=NOON + timedelta(minutes=6 + minute))

    assert prove(desk, at=NOON + timedelta(minutes=20))


def test_a_lock_is_told_to_its_owner_once_without_a_link(desk: KeyDesk):
    login = a_login_with_password(desk)
    person = a_person()
    Login.objects.filter(pk=login.pk).update(person=person)
    desk.persons.addresses[person.pk] = "els@example.org"
    for _ in range(6):
        refused(desk)
    for _ in range(2):
        tell_every_lock(desk)

    letter = OutboxMessage.objects.get(subject="Signing in by password locked for 15 minutes")
    assert "http" not in letter.body
    assert "25 November 2026 at 12:00" in letter.body


def test_a_locked_password_leaves_other_keys_open(desk: KeyDesk, clock: StandingClock):
    login = a_login_with_password(desk)
    for _ in range(5):
        refused(desk)
    from tests.auth.builders import a_proof  # noqa: PLC0415

    assert sign_in(SessionStore(), [a_proof(login)], source=HERE, at=clock.now()).level == AssuranceLevel.EID


def test_the_eleventh_attempt_in_five_minutes_is_too_many_for_known_and_unknown_alike(desk: KeyDesk):
    for _ in range(10):
        refused(desk, user_name="nobody")

    with pytest.raises(TooManyAttemptsError):
        prove(desk, user_name="nobody")


def test_one_source_is_limited_over_all_user_names(desk: KeyDesk):
    a_login_with_password(desk)
    for number in range(10):
        refused(desk, user_name=f"user{number}")

    with pytest.raises(TooManyAttemptsError):
        prove(desk)


def test_signing_in_often_is_no_reason_to_be_stopped(desk: KeyDesk):
    a_login_with_password(desk)
    for _ in range(15):
        prove(desk)


def test_a_company_that_switched_passwords_off_is_told_after_the_right_password_only(desk: KeyDesk):
    login = a_login_with_password(desk)
    person = a_person()
    Login.objects.filter(pk=login.pk).update(person=person)
    desk.companies.without_passwords.add(person.pk)

    assert str(refused(desk)) == WRONG
    assert "switched off" in refused(desk, GOOD).what
    assert AuditEvent.objects.filter(action="account:login:method_disabled").count() == 1


def test_a_hash_with_old_numbers_is_renewed_at_the_next_sign_in(desk: KeyDesk):
    login = a_login_with_password(desk)
    weaker = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    from dataclasses import replace  # noqa: PLC0415

    old = replace(desk.locksmith, passwords=weaker).hash_password(GOOD)
    Login.objects.filter(pk=login.pk).update(password=old)

    prove(desk)

    assert "t=1" in Login.objects.get().password


def test_the_hash_is_argon2id_and_worthless_without_the_pepper(desk: KeyDesk):
    login = a_login_with_password(desk)

    assert login.password.startswith("$argon2id$")
    with pytest.raises(Exception, match="does not match"):
        PasswordHasher().verify(login.password, GOOD)


def test_renewing_a_password_ends_the_stays_that_lean_on_the_old_one(desk: KeyDesk, clock: StandingClock):
    login = a_login_with_password(desk)
    sign_in(SessionStore(), [prove(desk).proof], source=HERE, at=clock.now())

    set_password(
        a_right(login), user_name=None, password="another-horse-7", repeated="another-horse-7", desk=desk, at=NOON
    )

    assert Session.objects.get(login=login).end_reason == "KEY_REVOKED"
    assert refused(desk, GOOD).reason is SignInRefusal.WRONG_PASSWORD
    assert prove(desk, "another-horse-7")
    assert DigitalKey.objects.filter(means=Means.PASSWORD, state="ACTIVE").count() == 1


def test_the_password_that_is_there_already_is_no_new_one(desk: KeyDesk):
    login = a_login_with_password(desk)

    with pytest.raises(PasswordRefusedError) as raised:
        set_password(a_right(login), user_name=None, password=GOOD, repeated=GOOD, desk=desk, at=NOON)
    assert raised.value.faults == (PasswordFault.AS_BEFORE,)


@pytest.mark.parametrize("user_name", ["x", "two words", "naïve", "a" * 65, "-els", "jan"])
def test_a_user_name_of_another_form_or_that_is_taken_is_refused(desk: KeyDesk, user_name: str):
    a_login("jan")
    login = Login.objects.create(state=LoginState.ACTIVE, created_at=NOON)

    with pytest.raises(KeyRefusedError):
        set_password(a_right(login), user_name=user_name, password=GOOD, repeated=GOOD, desk=desk, at=NOON)


def test_neither_password_nor_user_name_is_recorded_or_logged(desk: KeyDesk, capsys: pytest.CaptureFixture[str]):
    a_login_with_password(desk)
    refused(desk, user_name="someone-unknown")
    for _ in range(10):
        with pytest.raises((SignInRefusedError, TooManyAttemptsError)):
            prove_password("els", WRONG_ONE, browser=lambda: BROWSER, source=HERE, desk=desk, at=NOON)

    told = str(list(AuditEvent.objects.values_list("detail", "actor"))) + capsys.readouterr().out
    assert [word for word in (GOOD, WRONG_ONE, "someone-unknown", "'els'") if word in told] == []


@pytest.mark.django_db(transaction=True)
def test_no_more_than_five_guesses_are_tried_however_many_come_at_once():
    desk = a_desk()
    a_login_with_password(desk)

    def guess(number: int) -> str:
        try:
            prove_password("els", f"guess-horse-{number}", browser=lambda: BROWSER, source=HERE, desk=desk, at=NOON)
        except SignInRefusedError as refusal:
            return str(refusal.reason)
        except TooManyAttemptsError:
            return "too many"
        finally:
            connection.close()
        return "accepted"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(16)))

    assert answers.count("wrong_password") == 5
    assert answers.count("password_locked") == 5
    assert answers.count("too many") == 6
