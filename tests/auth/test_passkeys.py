"""Passkeys: set up and proven by a device in software, and every single way in which one is not believed."""

import json
from dataclasses import replace

import pytest

from auth.desk import KeyDesk
from auth.keys.passkeys import RelyingParty, ask_passkey, begin_passkey, confirm_passkey, prove_passkey
from auth.models import DigitalKey, DigitalKeyState, Login, LoginState, Purpose, Session
from auth.refusals import WRONG, KeyRefusedError, SignInRefusal, SignInRefusedError, TooManyAttemptsError
from auth.sessions import SessionStore
from auth.signing_in import sign_in
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel
from domain.sign_in_limits import KeyLimits
from tests.auth.builders import BROWSER, HERE, NOON, a_login, a_person, a_right, events, reasons
from tests.auth.software_authenticator import USER_PRESENT, SoftwareAuthenticator

pytestmark = pytest.mark.django_db
PARTY = RelyingParty(id="localhost", name="Guichet", origin="https://localhost:8443")


def a_device() -> SoftwareAuthenticator:
    return SoftwareAuthenticator(origin=PARTY.origin, rp_id=PARTY.id)


def set_up(login: Login, device: SoftwareAuthenticator, desk: KeyDesk, browser: bytes = BROWSER) -> None:
    right = a_right(login)
    begun = begin_passkey(right, PARTY, account="els", browser=BROWSER, desk=desk, at=NOON)
    confirm_passkey(
        begun.handle, device.make(begun.options), right, PARTY, label="phone", browser=browser, desk=desk, at=NOON
    )


def prove(
    device: SoftwareAuthenticator, desk: KeyDesk, answer: str | None = None, asked_for: Purpose = Purpose.SIGN_IN
):
    asked = ask_passkey(PARTY, purpose=asked_for, browser=lambda: BROWSER, source=HERE, desk=desk, at=NOON)
    return prove_passkey(
        asked.handle,
        device.sign(asked.options) if answer is None else answer,
        PARTY,
        purpose=Purpose.SIGN_IN,
        browser=lambda: BROWSER,
        source=HERE,
        desk=desk,
        at=NOON,
    )


def refused(device: SoftwareAuthenticator, desk: KeyDesk, answer: str | None = None) -> SignInRefusedError:
    with pytest.raises(SignInRefusedError) as raised:
        prove(device, desk, answer)
    return raised.value


def test_a_passkey_proves_level_450_without_a_user_name(desk: KeyDesk):
    login, device = a_login(), a_device()
    set_up(login, device, desk)

    proof = prove(device, desk)

    assert (proof.login_id, proof.level) == (login.pk, AssuranceLevel.ITSME)


def test_what_was_signed_to_strengthen_a_stay_signs_nobody_in(desk: KeyDesk):
    device = a_device()
    set_up(a_login(), device, desk)

    with pytest.raises(SignInRefusedError) as refused:
        prove(device, desk, asked_for=Purpose.STEP_UP)
    assert refused.value.reason is SignInRefusal.TRANSACTION_OVER


def test_ten_passkeys_from_one_source_that_prove_nobody_are_enough(desk: KeyDesk):
    device, stranger = a_device(), a_device()
    set_up(a_login(), device, desk)
    set_up(a_login("jan"), stranger, desk)
    DigitalKey.objects.filter(login__user_name="jan").delete()
    for _ in range(10):
        refused(stranger, desk)

    with pytest.raises(TooManyAttemptsError):
        prove(device, desk)


def test_an_answer_to_nothing_that_was_asked_is_recorded(desk: KeyDesk):
    with pytest.raises(SignInRefusedError):
        prove_passkey(
            "unknown", "{}", PARTY, purpose=Purpose.SIGN_IN, browser=lambda: BROWSER, source=HERE, desk=desk, at=NOON
        )
    assert reasons() == ["transaction_over"]


def test_a_device_is_asked_to_verify_its_user(desk: KeyDesk):
    begun = begin_passkey(a_right(a_login()), PARTY, account="els", browser=BROWSER, desk=desk, at=NOON)
    asked = ask_passkey(PARTY, purpose=Purpose.SIGN_IN, browser=lambda: BROWSER, source=HERE, desk=desk, at=NOON)

    assert json.loads(begun.options)["authenticatorSelection"]["userVerification"] == "required"
    assert json.loads(asked.options)["userVerification"] == "required"
    assert "allowCredentials" not in asked.options or json.loads(asked.options)["allowCredentials"] == []


@pytest.mark.parametrize(
    "deviation",
    [
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"flags": USER_PRESENT},
        {"flags": 0},
    ],
    ids=["another origin", "another party", "nobody verified", "nobody present"],
)
def test_a_device_that_deviates_is_neither_kept_nor_believed(desk: KeyDesk, deviation: dict[str, object]):
    login, device = a_login(), a_device()
    with pytest.raises(KeyRefusedError):
        set_up(login, replace(device, **deviation), desk)
    set_up(login, device, desk)

    assert str(refused(replace(device, **deviation), desk)) == WRONG


def test_a_signature_of_another_key_is_not_believed(desk: KeyDesk):
    device = a_device()
    set_up(a_login(), device, desk)

    assert refused(replace(a_device(), credential_id=device.credential_id), desk).reason is SignInRefusal.WRONG_CODE


def test_an_unknown_passkey_is_told_the_same(desk: KeyDesk):
    assert str(refused(a_device(), desk)) == WRONG
    assert reasons() == ["no_such_key"]


@pytest.mark.parametrize(
    "answer", ["", "[]", "{}", "nonsense", '{"rawId": 7}', '{"rawId": "%%"}', "x" * 20_000, "[" * 5_000]
)
def test_what_is_no_answer_is_told_the_same(desk: KeyDesk, answer: str):
    assert str(refused(a_device(), desk, answer)) == WRONG


def test_an_old_answer_is_not_believed_again(desk: KeyDesk):
    device = a_device()
    set_up(a_login(), device, desk)
    asked = ask_passkey(PARTY, purpose=Purpose.SIGN_IN, browser=lambda: BROWSER, source=HERE, desk=desk, at=NOON)

    assert refused(device, desk, device.sign(asked.options)).reason is SignInRefusal.WRONG_CODE


def test_a_counter_that_does_not_grow_suspends_the_passkey(desk: KeyDesk):
    device = a_device()
    device.count = 5
    set_up(a_login(), device, desk)
    device.count = 6
    prove(device, desk)

    assert refused(device, desk).reason is SignInRefusal.REPLAYED
    assert DigitalKey.objects.get().state == DigitalKeyState.SUSPENDED


def test_a_copied_passkey_ends_the_stays_that_lean_on_it_and_is_told_to_its_owner(desk: KeyDesk):
    login, person, device = a_login(), a_person(), a_device()
    Login.objects.filter(pk=login.pk).update(person=person)
    desk.persons.addresses[person.pk] = "els@example.org"
    device.count = 5
    set_up(login, device, desk)
    device.count = 6
    sign_in(SessionStore(), [prove(device, desk)], source=HERE, at=NOON)
    for _ in range(2):
        refused(device, desk)

    assert Session.objects.get(login=login).end_reason == "KEY_REVOKED"
    assert events().count("account:key:suspended") == 1
    assert OutboxMessage.objects.filter(subject="Digital key suspended").count() == 1


def test_a_counter_that_stays_zero_says_nothing(desk: KeyDesk):
    device = a_device()
    set_up(a_login(), device, desk)

    assert prove(device, desk)
    assert prove(device, desk)


def test_a_blocked_login_is_told_the_same(desk: KeyDesk):
    login, device = a_login(), a_device()
    set_up(login, device, desk)
    Login.objects.update(state=LoginState.BLOCKED)

    assert str(refused(device, desk)) == WRONG


def test_a_passkey_is_kept_in_the_browser_where_it_was_begun(desk: KeyDesk):
    with pytest.raises(SignInRefusedError):
        set_up(a_login(), a_device(), desk, browser=b"x" * 32)


def test_one_passkey_belongs_to_one_login(desk: KeyDesk):
    device = a_device()
    set_up(a_login(), device, desk)

    with pytest.raises(KeyRefusedError, match="already"):
        set_up(a_login("jan"), device, desk)


def test_ten_passkeys_are_enough(desk: KeyDesk):
    login = a_login()
    for _ in range(KeyLimits().passkeys):
        set_up(login, a_device(), desk)

    with pytest.raises(KeyRefusedError, match="as many"):
        set_up(login, a_device(), desk)


def test_what_is_kept_of_a_passkey_is_sealed(desk: KeyDesk):
    device = a_device()
    set_up(a_login(), device, desk)
    key = DigitalKey.objects.get()

    assert device.credential_id not in bytes(key.sealed)
    assert key.label == "phone"
