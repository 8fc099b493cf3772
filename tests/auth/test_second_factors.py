"""A code on top of a password: what level it reaches, whose it is, how often it may be tried, and that it counts once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from django.db import connection

from auth.desk import KeyDesk, KeyOptions
from auth.keys.email_codes import begin_address, confirm_address, post_code
from auth.keys.life import own_keys, suspend
from auth.keys.password_setting import set_password
from auth.keys.password_sign_in import prove_password
from auth.keys.recovery_codes import codes_left, make_recovery_codes, use_recovery_code
from auth.keys.second_factors import Challenge, begin_second_factor, password_proof_of, prove_second_factor
from auth.keys.temporary_passwords import give_new_password
from auth.keys.token_cards import order_card
from auth.keys.totp import begin_app, confirm_app
from auth.models import DigitalKey, DigitalKeyState, Login, Purpose
from auth.refusals import SignInRefusal, SignInRefusedError, TooManyAttemptsError
from auth.sessions import SessionStore
from auth.signing_in import sign_in, step_up
from domain.assurance import AssuranceLevel, Means
from evidence.models import AuditEvent
from tests.auth.builders import (
    BROWSER,
    HERE,
    NOON,
    StandingClock,
    a_desk,
    a_login_with_password,
    a_person,
    a_proof,
    a_right,
    mailed_code,
    reasons,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=2)
OTHER = "another-horse-7"


def a_password_proof(login: Login):
    return a_proof(login, Means.PASSWORD, AssuranceLevel.PASSWORD, LATER)


def ask(login: Login, means: Means, desk: KeyDesk, at=LATER) -> Challenge:
    first = a_password_proof(login)
    return begin_second_factor(first, means, purpose=Purpose.SIGN_IN, browser=BROWSER, source=HERE, desk=desk, at=at)


def answer(challenge: Challenge, code: str, desk: KeyDesk, at=LATER, purpose: Purpose = Purpose.SIGN_IN):
    return prove_second_factor(challenge.handle, code, purpose=purpose, browser=BROWSER, source=HERE, desk=desk, at=at)


def an_app(login: Login, desk: KeyDesk) -> str:
    begun = begin_app(a_right(login), account="els", issuer="Guichet", desk=desk, at=NOON)
    confirm_app(begun.key_id, pyotp.TOTP(begun.secret).at(NOON), a_right(login), label="", desk=desk, at=NOON)
    return begun.secret


def an_address(login: Login, desk: KeyDesk) -> None:
    begun = begin_address(a_right(login), "els@example.org", browser=BROWSER, desk=desk, at=NOON - timedelta(hours=1))
    confirm_address(
        begun.handle, mailed_code(), a_right(login), browser=BROWSER, desk=desk, at=NOON - timedelta(hours=1)
    )


@pytest.fixture
def login(desk: KeyDesk) -> Login:
    return a_login_with_password(desk)


def test_password_and_app_reach_level_400(login: Login, desk: KeyDesk, clock: StandingClock):
    secret = an_app(login, desk)
    challenge = ask(login, Means.TOTP, desk)

    proofs = answer(challenge, pyotp.TOTP(secret).at(LATER), desk)

    stay = sign_in(SessionStore(), proofs, source=HERE, at=clock.now())
    assert (stay.level, stay.means) == (400, "PASSWORD+TOTP")


def test_password_and_mailed_code_reach_level_350(login: Login, desk: KeyDesk):
    an_address(login, desk)
    challenge = ask(login, Means.EMAIL_CODE, desk)

    proofs = answer(challenge, mailed_code(), desk)

    assert max(proof.level for proof in proofs) == 350
    assert challenge.sent_to == "e***@example.org"


def test_password_and_token_card_reach_level_300(login: Login, desk: KeyDesk):
    card = order_card(a_right(login), desk=desk, at=NOON)
    challenge = ask(login, Means.TOKEN_CARD, desk)

    proofs = answer(challenge, card.codes[challenge.place - 1], desk)

    assert max(proof.level for proof in proofs) == 300


def test_a_recovery_code_reaches_level_200_and_suspends_the_lost_app(login: Login, desk: KeyDesk):
    an_app(login, desk)
    codes = make_recovery_codes(a_right(login), desk=desk, at=NOON)
    challenge = ask(login, Means.RECOVERY_CODE, desk)

    proofs = answer(challenge, codes[3].lower().replace("-", " "), desk)

    assert max(proof.level for proof in proofs) == 200
    states = {key.means: key.state for key in own_keys(login.pk)}
    assert states["TOTP"] == DigitalKeyState.SUSPENDED
    assert codes_left(DigitalKey.objects.get(means="RECOVERY_CODE", state="ACTIVE")) == 9


def test_a_recovery_code_counts_once(login: Login, desk: KeyDesk):
    codes = make_recovery_codes(a_right(login), desk=desk, at=NOON)
    key = DigitalKey.objects.get(means="RECOVERY_CODE")

    assert use_recovery_code(key, codes[0], desk=desk, at=NOON)
    assert not use_recovery_code(key, codes[0], desk=desk, at=NOON)


def test_the_offered_codes_are_those_that_work(login: Login, desk: KeyDesk):
    an_app(login, desk)
    order_card(a_right(login), desk=desk, at=NOON)

    offered = prove_password("els", "correct-horse-12", browser=lambda: BROWSER, source=HERE, desk=desk, at=NOON)
    without_cards = replace(desk, options=KeyOptions(token_cards=False))
    fewer = prove_password("els", "correct-horse-12", browser=lambda: BROWSER, source=HERE, desk=without_cards, at=NOON)

    assert offered.second_factors == (Means.TOTP, Means.TOKEN_CARD, Means.RECOVERY_CODE)
    assert fewer.second_factors == (Means.TOTP, Means.RECOVERY_CODE)


def test_a_key_that_is_not_there_cannot_be_asked_for(login: Login, desk: KeyDesk):
    with pytest.raises(SignInRefusedError) as refused:
        ask(login, Means.TOTP, desk)
    assert refused.value.reason is SignInRefusal.NO_SUCH_KEY


def test_a_token_card_cannot_be_used_once_cards_are_switched_off(login: Login, desk: KeyDesk):
    order_card(a_right(login), desk=desk, at=NOON)

    with pytest.raises(SignInRefusedError):
        ask(login, Means.TOKEN_CARD, replace(desk, options=KeyOptions(token_cards=False)))


def test_a_mailed_code_is_bound_to_the_attempt_for_which_it_was_sent(login: Login, desk: KeyDesk):
    an_address(login, desk)
    ask(login, Means.EMAIL_CODE, desk)
    code = mailed_code()
    other = ask(login, Means.EMAIL_CODE, desk)
    if mailed_code() == code:
        pytest.skip("the two codes are the same by chance")

    with pytest.raises(SignInRefusedError):
        answer(other, code, desk)


def test_a_mailed_code_is_over_after_ten_minutes(login: Login, desk: KeyDesk):
    an_address(login, desk)
    challenge = ask(login, Means.EMAIL_CODE, desk)

    with pytest.raises(SignInRefusedError) as refused:
        answer(challenge, mailed_code(), desk, at=LATER + timedelta(minutes=10))
    assert refused.value.reason is SignInRefusal.TRANSACTION_OVER


def test_three_codes_are_mailed_in_15_minutes_and_no_more(login: Login, desk: KeyDesk):
    an_address(login, desk)
    for _ in range(3):
        ask(login, Means.EMAIL_CODE, desk)

    with pytest.raises(TooManyAttemptsError):
        ask(login, Means.EMAIL_CODE, desk)
    assert ask(login, Means.EMAIL_CODE, desk, at=LATER + timedelta(minutes=15))


def test_the_sixth_wrong_code_in_five_minutes_is_too_many(login: Login, desk: KeyDesk):
    an_app(login, desk)
    challenge = ask(login, Means.TOTP, desk)
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            answer(challenge, "000000", desk)

    with pytest.raises(TooManyAttemptsError):
        answer(challenge, "000000", desk)


def test_ten_wrong_codes_from_one_source_are_enough_whosever_they_are(desk: KeyDesk):
    challenges = []
    for name in ("an", "els", "jan"):
        login = a_login_with_password(desk, name)
        secret = an_app(login, desk)
        challenges.append(ask(login, Means.TOTP, desk))
    for challenge in challenges[:2]:
        for _ in range(5):
            with pytest.raises(SignInRefusedError):
                answer(challenge, "000000", desk)

    with pytest.raises(TooManyAttemptsError):
        answer(challenges[2], pyotp.TOTP(secret).at(LATER), desk)


def test_five_wrong_codes_end_the_attempt(login: Login, desk: KeyDesk):
    secret = an_app(login, desk)
    challenge = ask(login, Means.TOTP, desk)
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            answer(challenge, "000000", desk)

    later = LATER + timedelta(minutes=6)
    with pytest.raises(SignInRefusedError) as refused:
        answer(challenge, pyotp.TOTP(secret).at(later), desk, at=later)
    assert refused.value.reason is SignInRefusal.TRANSACTION_OVER
    assert reasons() == [*["wrong_code"] * 5, "transaction_over"]


def test_a_key_that_was_suspended_meanwhile_proves_nothing(login: Login, desk: KeyDesk):
    secret = an_app(login, desk)
    challenge = ask(login, Means.TOTP, desk)
    DigitalKey.objects.filter(means="TOTP").update(state="SUSPENDED")

    with pytest.raises(SignInRefusedError):
        answer(challenge, pyotp.TOTP(secret).at(LATER), desk)


def test_a_code_opens_nothing_once_a_company_switched_passwords_off(desk: KeyDesk, login: Login):
    secret, person = an_app(login, desk), a_person()
    Login.objects.filter(pk=login.pk).update(person=person)
    challenge = ask(login, Means.TOTP, desk)
    desk.companies.without_passwords.add(person.pk)

    with pytest.raises(SignInRefusedError) as refused:
        answer(challenge, pyotp.TOTP(secret).at(LATER), desk)
    assert refused.value.reason is SignInRefusal.METHOD_DISABLED


@pytest.mark.parametrize("end", ["renewed by its owner", "given anew by a manager", "suspended"])
def test_a_code_opens_nothing_once_the_password_before_it_is_no_key_any_more(desk: KeyDesk, login: Login, end: str):
    secret = an_app(login, desk)
    challenge = ask(login, Means.TOTP, desk)
    password = DigitalKey.objects.get(means="PASSWORD", state="ACTIVE")
    match end:
        case "renewed by its owner":
            set_password(a_right(login), user_name=None, password=OTHER, repeated=OTHER, desk=desk, at=LATER)
        case "given anew by a manager":
            give_new_password(login.pk, password=None, repeated=None, actor="login:9", desk=desk, at=LATER)
        case _:
            suspend(password.pk, a_right(login), persons=desk.persons, at=LATER)

    with pytest.raises(SignInRefusedError) as refused:
        answer(challenge, pyotp.TOTP(secret).at(LATER), desk)
    assert refused.value.reason is SignInRefusal.TRANSACTION_OVER


def test_a_code_that_opened_nothing_is_not_used_up(desk: KeyDesk, login: Login):
    an_app(login, desk)
    codes = make_recovery_codes(a_right(login), desk=desk, at=NOON)
    challenge = ask(login, Means.RECOVERY_CODE, desk)
    set_password(a_right(login), user_name=None, password=OTHER, repeated=OTHER, desk=desk, at=LATER)

    with pytest.raises(SignInRefusedError):
        answer(challenge, codes[0], desk)
    assert codes_left(DigitalKey.objects.get(means="RECOVERY_CODE", state="ACTIVE")) == 10
    assert DigitalKey.objects.filter(means="TOTP", state="ACTIVE").exists()


def test_a_stay_in_which_the_password_was_renewed_is_strengthened_by_a_code_alone(
    login: Login, desk: KeyDesk, clock: StandingClock
):
    secret = an_app(login, desk)
    stay = sign_in(SessionStore(), [a_password_proof(login)], source=HERE, at=clock.now())
    here = replace(a_right(login), stay_id=stay.pk)
    set_password(here, user_name=None, password=OTHER, repeated=OTHER, desk=desk, at=LATER)
    challenge = begin_second_factor(
        password_proof_of(stay), Means.TOTP, purpose=Purpose.STEP_UP, browser=BROWSER, source=HERE, desk=desk, at=LATER
    )

    assert answer(challenge, pyotp.TOTP(secret).at(LATER), desk, purpose=Purpose.STEP_UP)


def test_a_stay_that_a_password_began_is_strengthened_by_a_code_alone(
    login: Login, desk: KeyDesk, clock: StandingClock
):
    secret = an_app(login, desk)
    store = SessionStore()
    stay = sign_in(store, [a_password_proof(login)], source=HERE, at=clock.now())
    first = password_proof_of(stay)
    challenge = begin_second_factor(
        first, Means.TOTP, purpose=Purpose.STEP_UP, browser=BROWSER, source=HERE, desk=desk, at=LATER
    )

    proofs = answer(challenge, pyotp.TOTP(secret).at(LATER), desk, purpose=Purpose.STEP_UP)

    stay = step_up(store, proofs, required=AssuranceLevel.TOKEN_CARD, source=HERE, persons=desk.persons, at=LATER)
    assert stay.level == 400


def test_a_stay_that_no_password_began_needs_the_password_first(login: Login, clock: StandingClock):
    stay = sign_in(SessionStore(), [a_proof(login)], source=HERE, at=clock.now())

    assert password_proof_of(stay) is None


def test_the_address_is_sealed(login: Login, desk: KeyDesk):
    an_address(login, desk)
    key = DigitalKey.objects.get(means="EMAIL_CODE")

    assert b"example" not in bytes(key.sealed)
    assert key.label == "e***@example.org"


def test_no_code_stands_in_an_audit_event(login: Login, desk: KeyDesk):
    secret = an_app(login, desk)
    an_address(login, desk)
    code = pyotp.TOTP(secret).at(LATER)
    answer(ask(login, Means.TOTP, desk), code, desk)
    answer(ask(login, Means.EMAIL_CODE, desk), mailed_code(), desk)

    told = str(list(AuditEvent.objects.values_list("detail", flat=True)))
    assert [word for word in (code, mailed_code(), secret, "example.org") if f"'{word}'" in told] == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("means", [Means.RECOVERY_CODE, Means.EMAIL_CODE, Means.TOTP])
def test_of_parallel_uses_of_one_code_one_succeeds(means: Means):
    desk = a_desk()
    login = a_login_with_password(desk)
    secret = an_app(login, desk)
    an_address(login, desk)
    codes = make_recovery_codes(a_right(login), desk=desk, at=NOON)
    challenge = ask(login, means, desk)
    code = {
        Means.RECOVERY_CODE: codes[0],
        Means.EMAIL_CODE: mailed_code(),
        Means.TOTP: pyotp.TOTP(secret).at(LATER),
    }[means]

    def use(_: int) -> bool:
        try:
            answer(challenge, code, desk)
        except (SignInRefusedError, TooManyAttemptsError):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1


def test_an_address_is_proven_three_times_in_six_hours_at_most_and_codes_to_sign_in_count_apart(desk: KeyDesk):
    login, at = a_login_with_password(desk), NOON
    for _ in range(3):
        begin_address(a_right(login), "els@example.org", browser=BROWSER, desk=desk, at=at)
        at += timedelta(hours=1)

    with pytest.raises(TooManyAttemptsError) as refused:
        begin_address(a_right(login), "els@example.org", browser=BROWSER, desk=desk, at=at)
    assert 3 * 3600 - 5 < refused.value.retry_after <= 3 * 3600 + 1
    assert post_code(login, "els@example.org", desk=desk, at=at)
    assert begin_address(a_right(login), "els@example.org", browser=BROWSER, desk=desk, at=NOON + timedelta(hours=6))
