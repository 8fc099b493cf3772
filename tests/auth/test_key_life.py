"""The life of a key: who may set one up, in what stay, and what happens when it is lost, found or taken away."""

from datetime import timedelta

import pyotp
import pytest

from auth.desk import KeyDesk
from auth.keys.life import find_active, own_keys, resume, revoke, strongest_key, suspend
from auth.keys.recovery_codes import make_recovery_codes
from auth.keys.rights import right_to_change, right_to_set_up
from auth.keys.token_cards import order_card
from auth.keys.totp import begin_app, confirm_app
from auth.models import DigitalKey, DigitalKeyState, Login, LoginState, Session
from auth.proofs import ProvenIdentity
from auth.refusals import KeyRefusedError, SignInRefusal, SignInRefusedError
from auth.sessions import SessionStore
from auth.signing_in import accept_identity, sign_in
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel, Means
from tests.auth.builders import (
    HERE,
    NOON,
    PersonsInMemory,
    StandingClock,
    a_login,
    a_login_with_password,
    a_person,
    a_proof,
    a_right,
    events,
    reasons,
)

pytestmark = pytest.mark.django_db


def a_stay(login: Login, level: AssuranceLevel = AssuranceLevel.EID, means: Means = Means.EID) -> Session:
    return sign_in(SessionStore(), [a_proof(login, means, level)], source=HERE, at=NOON)


def an_identity(means: Means = Means.ITSME, subject: tuple[str, str] | None = ("itsme", "s1")) -> ProvenIdentity:
    return ProvenIdentity(
        means=means, level=AssuranceLevel.ITSME, at=NOON, national_number="85073003328", subject=subject
    )


@pytest.mark.parametrize(
    ("means", "level", "allowed"),
    [
        (Means.PASSWORD, 500, True),
        (Means.PASSWORD, 450, False),
        (Means.TOTP, 500, True),
        (Means.TOTP, 450, False),
        (Means.TOKEN_CARD, 500, True),
        (Means.TOKEN_CARD, 450, False),
        (Means.RECOVERY_CODE, 450, False),
        (Means.PASSKEY, 450, True),
        (Means.PASSKEY, 400, False),
        (Means.EMAIL_CODE, 400, True),
        (Means.EMAIL_CODE, 350, False),
        (Means.EID, 500, False),
        (Means.ITSME, 500, False),
    ],
)
def test_keys_are_set_up_in_a_stay_that_is_sure_enough(means: Means, level: int, allowed: bool, clock: StandingClock):
    stay = a_stay(a_login(), AssuranceLevel(level))
    if allowed:
        assert right_to_set_up(stay, means, source=HERE, at=NOON).level == level
        return
    with pytest.raises(KeyRefusedError):
        right_to_set_up(stay, means, source=HERE, at=NOON)


@pytest.mark.parametrize(("level", "allowed"), [(450, True), (400, True), (350, False), (200, False)])
def test_a_password_that_there_is_is_renewed_after_itsme_or_an_app_code(
    desk: KeyDesk, level: int, allowed: bool, clock: StandingClock
):
    stay = a_stay(a_login_with_password(desk), AssuranceLevel(level), Means.ITSME)
    if allowed:
        assert right_to_set_up(stay, Means.PASSWORD, source=HERE, at=NOON)
        return
    with pytest.raises(KeyRefusedError):
        right_to_set_up(stay, Means.PASSWORD, source=HERE, at=NOON)


def test_who_signed_in_more_than_five_minutes_ago_signs_in_once_more(clock: StandingClock):
    stay = a_stay(a_login())

    assert right_to_change(stay, source=HERE, at=NOON + timedelta(minutes=5))
    with pytest.raises(KeyRefusedError, match="too long ago"):
        right_to_change(stay, source=HERE, at=NOON + timedelta(minutes=5, seconds=1))


def test_nobody_signed_in_may_set_up_nothing(clock: StandingClock):
    store = SessionStore()
    store.create()

    with pytest.raises(KeyRefusedError):
        right_to_set_up(store.stay, Means.TOTP, source=HERE, at=NOON)


def test_a_lost_key_proves_nothing_until_it_is_found(desk: KeyDesk):
    login = a_login()
    card = order_card(a_right(login), desk=desk, at=NOON)

    suspend(card.key_id, a_right(login), persons=desk.persons, at=NOON)
    assert find_active(login.pk, Means.TOKEN_CARD) is None
    resume(card.key_id, a_right(login), persons=desk.persons, at=NOON)
    assert find_active(login.pk, Means.TOKEN_CARD) is not None


def test_a_key_whose_place_was_taken_is_not_found_again(desk: KeyDesk):
    login = a_login()
    first = order_card(a_right(login), desk=desk, at=NOON)
    suspend(first.key_id, a_right(login), persons=desk.persons, at=NOON)
    order_card(a_right(login), desk=desk, at=NOON)

    with pytest.raises(KeyRefusedError):
        resume(first.key_id, a_right(login), persons=desk.persons, at=NOON)


def test_a_revoked_key_is_over_and_the_stays_that_lean_on_it_end(desk: KeyDesk, clock: StandingClock):
    login = a_login()
    begun = begin_app(a_right(login), account="els", issuer="Guichet", desk=desk, at=NOON)
    confirm_app(begun.key_id, pyotp.TOTP(begun.secret).at(NOON), a_right(login), label="", desk=desk, at=NOON)
    stay = a_stay(login, AssuranceLevel.APP_CODE, Means.TOTP)

    revoke(begun.key_id, a_right(login), persons=desk.persons, at=NOON)

    stay.refresh_from_db()
    assert stay.end_reason == "KEY_REVOKED"
    assert [key.means for key in own_keys(login.pk)] == ["RECOVERY_CODE"]
    with pytest.raises(KeyRefusedError):
        revoke(begun.key_id, a_right(login), persons=desk.persons, at=NOON)


def test_a_key_of_somebody_else_looks_like_none(desk: KeyDesk):
    card = order_card(a_right(a_login()), desk=desk, at=NOON)
    other = a_right(a_login("jan"))

    for change in (suspend, resume, revoke):
        with pytest.raises(KeyRefusedError, match="no such key"):
            change(card.key_id, other, persons=desk.persons, at=NOON)


def test_changes_of_keys_are_recorded_and_told_to_the_owner_in_his_language(desk: KeyDesk):
    login, person = a_login(), a_person()
    Login.objects.filter(pk=login.pk).update(person=person)
    desk.persons.addresses[person.pk] = "els@example.org"

    make_recovery_codes(a_right(login), desk=desk, at=NOON)

    letter = OutboxMessage.objects.get()
    assert (letter.recipient, letter.subject) == ("els@example.org", "Digital key activated")
    assert "25 November 2026 at 12:00" in letter.body
    assert "account:key:added" in events()


def test_an_identity_makes_and_activates_a_login_once(clock: StandingClock):
    person = a_person()

    first = accept_identity(an_identity(), person_id=person.pk, persons=PersonsInMemory(), source=HERE, at=NOON)
    second = accept_identity(an_identity(), person_id=person.pk, persons=PersonsInMemory(), source=HERE, at=NOON)

    login = Login.objects.get()
    assert first.login_id == second.login_id == login.pk
    assert (login.state, login.user_name) == (LoginState.ACTIVE, None)
    assert DigitalKey.objects.get().means == "ITSME"


@pytest.mark.parametrize(
    ("means", "told"), [(Means.EID, "eID card"), (Means.ITSME, "itsme"), (Means.EIDAS, "eIDAS")], ids=str
)
def test_the_owner_is_told_of_a_card_or_provider_that_is_used_for_the_first_time(means: Means, told: str):
    person = a_person()
    reached = PersonsInMemory(addresses={person.pk: "els@example.org"})
    for subject in ("s1", "s1", "s2"):
        identity = an_identity(means, None if means is Means.EID else (str(means), subject))
        accept_identity(
            identity, person_id=person.pk, persons=reached, source=HERE, at=NOON + timedelta(seconds=subject == "s2")
        )

    letters = OutboxMessage.objects.order_by("pk")
    assert {letter.subject for letter in letters} == {"Digital key activated"}
    assert letters[0].body.splitlines()[0] == f"On 25 November 2026 at 12:00 this digital key was activated: {told}."
    assert len(letters) == (1 if means is Means.EID else 2), "another account at the provider is another key"


def test_a_new_subject_of_the_same_person_replaces_the_old_one():
    person = a_person()
    accept_identity(an_identity(), person_id=person.pk, persons=PersonsInMemory(), source=HERE, at=NOON)
    accept_identity(
        an_identity(subject=("itsme", "s2")), person_id=person.pk, persons=PersonsInMemory(), source=HERE, at=NOON
    )

    assert DigitalKey.objects.count() == 1


def test_a_subject_that_is_known_as_somebody_else_is_refused():
    accept_identity(an_identity(), person_id=a_person().pk, persons=PersonsInMemory(), source=HERE, at=NOON)

    with pytest.raises(SignInRefusedError) as refused:
        accept_identity(an_identity(), person_id=a_person().pk, persons=PersonsInMemory(), source=HERE, at=NOON)
    assert refused.value.reason is SignInRefusal.OTHER_PERSON
    assert reasons() == ["other_person"]


@pytest.mark.parametrize("state", [LoginState.BLOCKED])
def test_a_blocked_person_is_not_let_in_by_any_identity(state: LoginState):
    person = a_person()
    accept_identity(an_identity(), person_id=person.pk, persons=PersonsInMemory(), source=HERE, at=NOON)
    Login.objects.update(state=state)

    with pytest.raises(SignInRefusedError):
        accept_identity(an_identity(), person_id=person.pk, persons=PersonsInMemory(), source=HERE, at=NOON)


def test_an_identity_whose_owner_suspended_it_is_refused(desk: KeyDesk):
    person = a_person()
    proof = accept_identity(an_identity(), person_id=person.pk, persons=PersonsInMemory(), source=HERE, at=NOON)
    key = DigitalKey.objects.get()
    suspend(key.pk, a_right(Login.objects.get(pk=proof.login_id)), persons=desk.persons, at=NOON)

    with pytest.raises(SignInRefusedError) as refused:
        accept_identity(an_identity(), person_id=person.pk, persons=PersonsInMemory(), source=HERE, at=NOON)
    assert refused.value.reason is SignInRefusal.KEY_SUSPENDED


@pytest.mark.parametrize("means", [Means.EID, Means.ITSME, Means.EIDAS])
def test_a_key_that_is_lost_and_was_not_set_up_here_is_not_taken_away_to_come_back(means: Means, desk: KeyDesk):
    person, identity = a_person(), an_identity(means)
    proof = accept_identity(identity, person_id=person.pk, persons=PersonsInMemory(), source=HERE, at=NOON)
    key, right = DigitalKey.objects.get(), a_right(Login.objects.get(pk=proof.login_id))
    suspend(key.pk, right, persons=desk.persons, at=NOON)

    with pytest.raises(KeyRefusedError):
        revoke(key.pk, right, persons=desk.persons, at=NOON)
    with pytest.raises(SignInRefusedError) as refused:
        accept_identity(identity, person_id=person.pk, persons=PersonsInMemory(), source=HERE, at=NOON)
    assert refused.value.reason is SignInRefusal.KEY_SUSPENDED


@pytest.mark.parametrize("numbers", [{}, {"national_number": "85073003328", "eidas_identifier": "NL/BE/1"}])
def test_an_identity_has_one_identifier(numbers: dict[str, str]):
    with pytest.raises(ValueError, match="either"):
        ProvenIdentity(means=Means.EIDAS, level=AssuranceLevel.ITSME, at=NOON, **numbers)


def test_an_identity_shows_nothing_personal_when_it_is_printed():
    assert "85073003328" not in repr(an_identity())


def test_the_strongest_key_that_needs_no_password_is_known(desk: KeyDesk):
    person = a_person()
    assert strongest_key(person.pk) == 0
    proof = accept_identity(an_identity(), person_id=person.pk, persons=PersonsInMemory(), source=HERE, at=NOON)
    assert strongest_key(person.pk) == 450
    DigitalKey.objects.filter(login_id=proof.login_id).update(state=DigitalKeyState.SUSPENDED)
    assert strongest_key(person.pk) == 0
