"""First sign-ins: two halves on two ways, 30 days of Brussels, once, the national number, three misses."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from auth.desk import KeyDesk
from auth.keys.password_setting import set_password
from auth.keys.password_sign_in import PasswordAccepted, prove_password
from auth.keys.rights import SetUpRight
from auth.keys.temporary_passwords import ReachedBy, expire_temporary_passwords, give_new_password, issue_activation
from auth.keys.temporary_sign_in import ActivationBegun, complete_activation
from auth.models import DigitalKey, Login, LoginState, TemporaryCredential, TemporaryCredentialKind
from auth.password_policy import PasswordRefusedError, find_faults
from auth.refusals import WRONG, KeyRefusedError, SignInRefusal, SignInRefusedError, TooManyAttemptsError
from correspondence.models import Carrier, OutboxMessage
from domain.assurance import AssuranceLevel
from domain.languages import Language
from domain.written_dates import render_day
from evidence.models import AuditEvent
from tests.auth.builders import (
    BROWSER,
    GOOD,
    HERE,
    NOON,
    a_desk,
    a_login,
    a_login_with_password,
    a_person,
    an_entity,
    events,
)

pytestmark = pytest.mark.django_db
REACHED = ReachedBy(mail="els@example.org", mobile="+32470000000", language=Language.DE)
NUMBER = "85073003328"
DAY_30_LAST_SECOND = datetime(2026, 12, 25, 22, 59, 59, tzinfo=UTC)
"""23:59:59 in Brussels on the 30th day after 25 November 2026."""


def an_invited(desk: KeyDesk, number: str | None = NUMBER) -> Login:
    login, person = a_login(state=LoginState.INVITED), a_person()
    Login.objects.filter(pk=login.pk).update(person=person)
    if number is not None:
        desk.persons.numbers[person.pk] = number
    return Login.objects.get(pk=login.pk)


def issue(desk: KeyDesk, login: Login, at=NOON) -> str:
    issued = issue_activation(login.pk, REACHED, actor="operator", reason="asked for", desk=desk, at=at)
    text = OutboxMessage.objects.get(occasion=f"temporary:{issued.pk}:password")
    return text.body.rpartition(" ")[2]


@pytest.mark.parametrize("language", list(Language), ids=str)
def test_the_letter_of_a_user_name_says_who_writes_where_to_begin_and_whom_to_call(desk: KeyDesk, language: Language):
    said = replace(desk.options, activation_url="https://counter.example.be/activate", contact_phone="02 345 67 89")
    login, reached = an_invited(desk), replace(REACHED, language=language)
    issue_activation(login.pk, reached, actor="operator", desk=replace(desk, options=said), at=NOON)
    letter = OutboxMessage.objects.get(carrier=Carrier.MAIL)

    assert "Guichet" in letter.subject
    last_day = render_day(date(2026, 12, 25), language)
    for told in ("Guichet", login.user_name, "https://counter.example.be/activate", "02 345 67 89", last_day):
        assert told in letter.body


@pytest.mark.parametrize("language", list(Language), ids=str)
def test_the_letter_of_a_user_name_says_which_company_it_is_about(desk: KeyDesk, language: Language):
    reached = replace(REACHED, language=language, company="Bakkerij $ Peeters (0412345614)")
    issue_activation(an_invited(desk).pk, reached, actor="operator", desk=desk, at=NOON)
    letter, text = (OutboxMessage.objects.get(carrier=one) for one in (Carrier.MAIL, Carrier.TEXT_MESSAGE))

    assert "Bakkerij $ Peeters (0412345614)" in letter.body.partition(".")[0]
    assert "0412345614" not in text.body


def use(desk: KeyDesk, password: str, at=NOON, browser: bytes = BROWSER):
    return prove_password("els", password, browser=lambda: browser, source=HERE, desk=desk, at=at)


def begin(desk: KeyDesk, password: str, at=NOON) -> ActivationBegun:
    begun = use(desk, password, at)
    assert isinstance(begun, ActivationBegun)
    return begun


def complete(desk: KeyDesk, begun: ActivationBegun, number: str = NUMBER, password: str = GOOD, at=NOON):
    return complete_activation(
        begun.handle,
        password=password,
        repeated=password,
        national_number=number,
        browser=BROWSER,
        source=HERE,
        desk=desk,
        at=at,
    )


def test_user_name_and_password_go_on_two_ways(desk: KeyDesk):
    password = issue(desk, an_invited(desk))

    mail = OutboxMessage.objects.get(carrier=Carrier.MAIL)
    text = OutboxMessage.objects.get(carrier=Carrier.TEXT_MESSAGE)
    assert ("els" in mail.body, password in mail.body) == (True, False)
    assert ("els" in text.body, password in text.body) == (False, True)
    assert (text.holds_secret, text.subject) == (True, "")
    assert "25. Dezember 2026" in mail.body


def test_the_temporary_password_obeys_the_policy_and_is_hashed(desk: KeyDesk):
    password = issue(desk, an_invited(desk))

    assert find_faults(password) == ()
    assert password not in TemporaryCredential.objects.get().encoded


@pytest.mark.parametrize("reached", [ReachedBy("", "+32470000000"), ReachedBy("els@example.org", "")])
def test_both_ways_are_needed(desk: KeyDesk, reached: ReachedBy):
    with pytest.raises(KeyRefusedError):
        issue_activation(an_invited(desk).pk, reached, actor="operator", desk=desk, at=NOON)


def test_a_first_sign_in_asks_for_number_and_new_password_and_activates_the_login(desk: KeyDesk):
    login = an_invited(desk)
    begun = begin(desk, issue(desk, login))

    proof = complete(desk, begun, number="85.07.30-033.28")

    login.refresh_from_db()
    assert (begun.asks_number, proof.level, login.state) == (True, 200, LoginState.ACTIVE)
    assert TemporaryCredential.objects.get().state == "CONSUMED"
    assert isinstance(use(desk, GOOD), PasswordAccepted)
    assert "account:activated" in events()


LEVELS = {
    "an officer arranged them": (TemporaryCredentialKind.ACTIVATION, NUMBER, 200),
    "a caller said where they go": (TemporaryCredentialKind.CHIEF, NUMBER, 200),
    "a caller said where they go, of who has no number": (TemporaryCredentialKind.CHIEF, None, 200),
    "a company invited him": (TemporaryCredentialKind.INVITATION, NUMBER, 100),
    "a company gave a password": (TemporaryCredentialKind.NEW_PASSWORD, NUMBER, 100),
    "a company invited who has no number": (TemporaryCredentialKind.INVITATION, None, 200),
    "a company gave a password to who has no number": (TemporaryCredentialKind.NEW_PASSWORD, None, 200),
}


@pytest.mark.parametrize(("kind", "number", "level"), LEVELS.values(), ids=LEVELS)
def test_a_password_proves_no_more_than_who_said_where_its_codes_go(
    desk: KeyDesk, kind: TemporaryCredentialKind, number: str | None, level: int
):
    password = issue(desk, an_invited(desk, number=number))
    company = an_entity().pk
    TemporaryCredential.objects.update(kind=kind, company=company)
    first = complete(desk, begin(desk, password), number=number or "")
    later = use(desk, GOOD)
    confined_to = company if (kind, number) == (TemporaryCredentialKind.CHIEF, NUMBER) else None

    assert isinstance(later, PasswordAccepted)
    assert (first.level, later.proof.level) == (level, level)
    assert (first.confined_to, later.proof.confined_to) == (confined_to, confined_to)


def test_a_password_of_a_company_is_the_persons_own_once_he_renewed_it(desk: KeyDesk):
    login = an_invited(desk)
    password = issue(desk, login)
    TemporaryCredential.objects.update(kind=TemporaryCredentialKind.INVITATION)
    complete(desk, begin(desk, password))
    right = SetUpRight(login.pk, AssuranceLevel.ITSME, f"login:{login.pk}")
    set_password(right, user_name=None, password="other-garden-42", repeated="other-garden-42", desk=desk, at=NOON)

    renewed = use(desk, "other-garden-42")
    assert isinstance(renewed, PasswordAccepted)
    assert renewed.proof.level == 200


def test_who_has_no_national_number_is_not_asked_for_one(desk: KeyDesk):
    begun = begin(desk, issue(desk, an_invited(desk, number=None)))

    assert not begun.asks_number
    assert complete(desk, begun, number="")


def test_the_last_second_of_the_thirtieth_day_is_in_time(desk: KeyDesk):
    password = issue(desk, an_invited(desk))

    assert begin(desk, password, at=DAY_30_LAST_SECOND)


@pytest.mark.parametrize("kind", ["INVITATION", "ACTIVATION"])
def test_the_first_second_of_the_day_after_is_too_late_and_says_so_to_the_right_password_alone(desk: KeyDesk, kind):
    password = issue(desk, an_invited(desk))
    TemporaryCredential.objects.update(kind=kind)
    too_late = DAY_30_LAST_SECOND + timedelta(seconds=1)

    with pytest.raises(SignInRefusedError) as wrong:
        use(desk, "wrong-horse-12", at=too_late)
    with pytest.raises(SignInRefusedError) as over:
        use(desk, password, at=too_late)

    assert str(wrong.value) == WRONG
    assert ("must request new codes" in str(over.value)) is (kind == "INVITATION")
    assert "account:activation:expired" in events()


def test_the_reason_is_still_told_after_the_nightly_sweep(desk: KeyDesk):
    password = issue(desk, an_invited(desk))
    too_late = DAY_30_LAST_SECOND + timedelta(days=1)

    assert expire_temporary_passwords(now=too_late) == 1
    with pytest.raises(SignInRefusedError) as over:
        use(desk, password, at=too_late)
    assert over.value.reason is SignInRefusal.ACTIVATION_EXPIRED


def test_a_temporary_password_is_used_once_and_who_has_it_is_told_so(desk: KeyDesk):
    password = issue(desk, an_invited(desk))
    begin(desk, password)

    with pytest.raises(SignInRefusedError) as refused:
        use(desk, password, browser=b"c" * 32)
    with pytest.raises(SignInRefusedError) as guessed:
        use(desk, "wrong-horse-12", browser=b"c" * 32)
    assert refused.value.reason is SignInRefusal.ACTIVATION_BROKEN_OFF
    assert "was used already" in str(refused.value)
    assert str(guessed.value) == WRONG


def test_the_same_browser_goes_on_within_the_20_minutes_of_the_first_use(desk: KeyDesk):
    password = issue(desk, an_invited(desk))
    begin(desk, password)
    again = begin(desk, password, at=NOON + timedelta(minutes=19))

    assert complete(desk, again, at=NOON + timedelta(minutes=19, seconds=59))


@pytest.mark.parametrize("after", [timedelta(minutes=20), timedelta(days=2)])
def test_a_first_sign_in_that_was_broken_off_is_not_called_too_late(desk: KeyDesk, after: timedelta):
    password = issue(desk, an_invited(desk))
    begin(desk, password)
    expire_temporary_passwords(now=NOON + after)

    with pytest.raises(SignInRefusedError) as refused:
        use(desk, password, at=NOON + after)
    assert refused.value.reason is SignInRefusal.ACTIVATION_BROKEN_OFF


def test_a_temporary_password_opens_nothing_where_the_company_switched_passwords_off(desk: KeyDesk):
    login = an_invited(desk)
    password = issue(desk, login)
    desk.companies.without_passwords.add(login.person_id)

    with pytest.raises(SignInRefusedError) as refused:
        use(desk, password)
    assert refused.value.reason is SignInRefusal.METHOD_DISABLED
    assert TemporaryCredential.objects.get().state == "ISSUED"


def test_a_first_sign_in_under_way_ends_when_passwords_are_switched_off(desk: KeyDesk):
    login = an_invited(desk)
    begun = begin(desk, issue(desk, login))
    desk.companies.without_passwords.add(login.person_id)

    with pytest.raises(SignInRefusedError) as refused:
        complete(desk, begun)
    assert refused.value.reason is SignInRefusal.METHOD_DISABLED
    assert not DigitalKey.objects.filter(login=login).exists()


def test_no_codes_and_no_new_password_are_issued_where_passwords_are_switched_off(desk: KeyDesk):
    login = an_invited(desk)
    desk.companies.without_passwords.add(login.person_id)

    with pytest.raises(KeyRefusedError):
        issue(desk, login)
    with pytest.raises(KeyRefusedError):
        give_new_password(login.pk, password=None, repeated=None, actor="login:9", desk=desk, at=NOON)


def test_a_new_one_ends_the_one_before(desk: KeyDesk):
    login = an_invited(desk)
    first = issue(desk, login)
    second = issue(desk, login, at=NOON + timedelta(days=1))

    with pytest.raises(SignInRefusedError):
        use(desk, first, at=NOON + timedelta(days=1))
    assert begin(desk, second, at=NOON + timedelta(days=1))


def test_the_third_wrong_number_locks_and_alerts_the_company(desk: KeyDesk):
    begun = begin(desk, issue(desk, an_invited(desk)))
    for _ in range(3):
        with pytest.raises(SignInRefusedError):
            complete(desk, begun, number="85073003329")

    with pytest.raises(SignInRefusedError):
        complete(desk, begun)
    assert TemporaryCredential.objects.get().state == "LOCKED"
    assert len(desk.companies.alerts) == 1
    assert "account:activation:locked" in events()


def test_two_wrong_numbers_and_the_right_one_are_enough(desk: KeyDesk):
    begun = begin(desk, issue(desk, an_invited(desk)))
    for number in ("", "85073003329"):
        with pytest.raises(SignInRefusedError):
            complete(desk, begun, number=number)

    assert complete(desk, begun)


def test_a_weak_new_password_uses_nothing_up(desk: KeyDesk):
    begun = begin(desk, issue(desk, an_invited(desk)))
    with pytest.raises(PasswordRefusedError):
        complete(desk, begun, password="short")

    assert complete(desk, begun)


def test_completing_twice_does_nothing_twice(desk: KeyDesk):
    begun = begin(desk, issue(desk, an_invited(desk)))
    complete(desk, begun)

    with pytest.raises(SignInRefusedError):
        complete(desk, begun, password="another-horse-7")


def test_a_first_sign_in_is_completed_within_20_minutes(desk: KeyDesk):
    begun = begin(desk, issue(desk, an_invited(desk)))

    with pytest.raises(SignInRefusedError) as refused:
        complete(desk, begun, at=NOON + timedelta(minutes=20))
    assert refused.value.reason is SignInRefusal.TRANSACTION_OVER


def test_a_password_of_an_access_manager_is_for_one_sign_in_within_72_hours(desk: KeyDesk):
    login = a_login_with_password(desk)
    given = give_new_password(login.pk, password=None, repeated=None, actor="login:9", desk=desk, at=NOON)

    with pytest.raises(SignInRefusedError):
        use(desk, GOOD)
    with pytest.raises(SignInRefusedError) as over:
        use(desk, given, at=NOON + timedelta(hours=72))
    assert over.value.reason is SignInRefusal.ACTIVATION_EXPIRED
    assert not OutboxMessage.objects.filter(body__contains=given).exists()


def test_a_typed_password_of_a_manager_obeys_the_policy_and_is_given_twice(desk: KeyDesk):
    login = a_login_with_password(desk)
    for password, repeated in (("short", "short"), ("monday-horse-12", "monday-horse-13")):
        with pytest.raises(PasswordRefusedError):
            give_new_password(login.pk, password=password, repeated=repeated, actor="login:9", desk=desk, at=NOON)

    give_new_password(
        login.pk, password="monday-horse-12", repeated="monday-horse-12", actor="login:9", desk=desk, at=NOON
    )
    begun = begin(desk, "monday-horse-12", at=NOON + timedelta(hours=71))
    assert complete(desk, begun, at=NOON + timedelta(hours=71))
    assert DigitalKey.objects.filter(login=login, means="PASSWORD", state="ACTIVE").count() == 1


def test_a_login_without_a_name_or_blocked_gets_none(desk: KeyDesk):
    nameless = Login.objects.create(state=LoginState.INVITED, created_at=NOON)
    for login in (nameless, a_login("jan", state=LoginState.BLOCKED)):
        with pytest.raises(KeyRefusedError):
            issue_activation(login.pk, REACHED, actor="operator", desk=desk, at=NOON)


def test_no_temporary_password_and_no_number_stands_in_an_audit_event(desk: KeyDesk):
    password = issue(desk, an_invited(desk))
    begun = begin(desk, password)
    with pytest.raises(SignInRefusedError):
        complete(desk, begun, number="85073003329")
    complete(desk, begun)

    told = str(list(AuditEvent.objects.values_list("detail", flat=True)))
    assert [word for word in (password, NUMBER, "85073003329", GOOD, "example.org", "+3247") if word in told] == []


@pytest.mark.django_db(transaction=True)
def test_of_parallel_uses_of_one_temporary_password_one_succeeds():
    desk = a_desk()
    password = issue(desk, an_invited(desk))

    def attempt(number: int) -> bool:
        try:
            return isinstance(use(desk, password, browser=bytes([number]) * 32), ActivationBegun)
        except (SignInRefusedError, TooManyAttemptsError):
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1
