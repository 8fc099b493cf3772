"""First keys by hand: links and codes, the officer's cases, operators."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from auth.desk import KeyDesk, KeyOptions
from auth.keys.enrolments import (
    complete_enrolment,
    issue_office_enrolment,
    issue_operator_link,
    open_enrolment,
    right_to_first_password,
    right_to_further_keys,
)
from auth.keys.password_sign_in import prove_password
from auth.keys.totp import begin_app
from auth.models import (
    CaseState,
    KeyEnrolment,
    Login,
    LoginState,
    OperatorRole,
    RegistrationCase,
    Session,
)
from auth.operators import end_roles, give_role, roles_in
from auth.proofs import Source
from auth.purging import purge_signing_in
from auth.refusals import KeyRefusedError, SignInRefusedError, TooManyAttemptsError
from auth.registration import (
    close_without_keys,
    hand_over_keys,
    open_case,
)
from auth.sessions import SessionStore
from auth.signing_in import sign_in
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel, Means
from domain.languages import Language
from domain.registration import CaseRefusal, DocumentKind
from evidence.models import AuditEvent
from tests.auth.builders import (
    BROWSER,
    GOOD,
    HERE,
    NOON,
    StandingClock,
    a_desk,
    a_login,
    a_person,
    a_proof,
    reasons,
)
from tests.domain.test_registration import VISIT

pytestmark = pytest.mark.django_db
ADDRESS = "https://localhost:8443/first-keys/$link"
ELSEWHERE = Source(address="192.0.2.77", agent="the request that hands keys over")


def an_officer(level: AssuranceLevel = AssuranceLevel.EID) -> Session:
    login = a_login("officer")
    give_role(login, OperatorRole.REGISTRAR, at=NOON, actor="operator")
    return sign_in(SessionStore(), [a_proof(login, Means.EID, level)], source=HERE, at=NOON)


def opened(desk: KeyDesk, officer: Session, **changes: object) -> RegistrationCase:
    return open_case(
        replace(VISIT, **changes), document_number="AB123456", person_id=None, officer=officer, desk=desk, at=NOON
    )


def handed_over(desk: KeyDesk, officer: Session, case: RegistrationCase, person_id: int):
    return hand_over_keys(
        case.pk,
        person_id=person_id,
        mail="amina@example.org",
        language=Language.FR,
        link_address=ADDRESS,
        officer=officer,
        source=ELSEWHERE,
        desk=desk,
        at=NOON,
    )


def open_link(desk: KeyDesk, link: str, code: str = "", at=NOON) -> str:
    return open_enrolment(link, code, browser=lambda: BROWSER, source=HERE, desk=desk, at=at).handle


def complete(desk: KeyDesk, handle: str, user_name: str = "amina", password: str = GOOD):
    return complete_enrolment(
        handle,
        user_name=user_name,
        password=password,
        repeated=password,
        browser=BROWSER,
        source=HERE,
        desk=desk,
        at=NOON,
    )


def test_a_case_that_ends_well_hands_over_a_card_and_a_code_and_mails_the_link(desk: KeyDesk, clock: StandingClock):
    officer, person = an_officer(), a_person()
    case = opened(desk, officer)
    over = handed_over(desk, officer, case, person.pk)

    case.refresh_from_db()
    letter = OutboxMessage.objects.get(recipient="amina@example.org")
    assert (case.state, case.person_id) == (CaseState.KEYS_ISSUED, person.pk)
    assert (over.enrolment.link in letter.body, over.enrolment.code in letter.body) == (True, False)
    assert (letter.holds_secret, len(over.card.codes)) == (True, 24)
    assert over.enrolment.expires_at == NOON + timedelta(days=14)


def test_the_card_that_is_ordered_tells_where_it_was_asked_for_and_not_where_the_officer_signed_in(
    desk: KeyDesk, clock: StandingClock
):
    officer, person = an_officer(), a_person()
    handed_over(desk, officer, opened(desk, officer), person.pk)

    (added,) = AuditEvent.objects.filter(action="account:key:added")
    assert (officer.address, added.detail["source"]) == (HERE.address, ELSEWHERE.address)


def test_the_person_sets_up_name_and_password_and_signs_in_with_the_card(desk: KeyDesk, clock: StandingClock):
    officer, person = an_officer(), a_person()
    over = handed_over(desk, officer, opened(desk, officer), person.pk)
    handle = open_link(desk, over.enrolment.link, over.enrolment.code.lower())

    complete(desk, handle)

    accepted = prove_password("amina", GOOD, browser=lambda: BROWSER, source=HERE, desk=desk, at=NOON)
    assert accepted.second_factors == (Means.TOKEN_CARD,)
    assert Login.objects.get(person=person).state == LoginState.ACTIVE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"document": DocumentKind.DRIVING_LICENCE}, CaseRefusal.DOCUMENT_NOT_ACCEPTED),
        ({"document": DocumentKind.BANK_CARD}, CaseRefusal.DOCUMENT_NOT_ACCEPTED),
        ({"has_appointment": False}, CaseRefusal.NO_APPOINTMENT),
        ({"birth_date": date(1990, 1, 1)}, CaseRefusal.NO_PROOF_OF_STUDY),
    ],
)
def test_a_case_with_something_against_it_is_closed_without_keys(
    desk: KeyDesk, clock: StandingClock, change: dict[str, object], reason: CaseRefusal
):
    officer = an_officer()
    case = opened(desk, officer, **change)

    assert (case.state, case.reasons, case.closed_at) == (CaseState.REFUSED, (reason,), NOON)
    with pytest.raises(KeyRefusedError):
        handed_over(desk, officer, case, a_person().pk)


def test_the_database_itself_gives_no_keys_for_a_bank_card(desk: KeyDesk, clock: StandingClock):
    case = opened(desk, an_officer(), document=DocumentKind.BANK_CARD)

    with pytest.raises(IntegrityError), transaction.atomic():
        RegistrationCase.objects.filter(pk=case.pk).update(state="KEYS_ISSUED", person_id=a_person().pk)


def test_a_case_hands_keys_over_once(desk: KeyDesk, clock: StandingClock):
    officer, person = an_officer(), a_person()
    case = opened(desk, officer)
    handed_over(desk, officer, case, person.pk)

    with pytest.raises(KeyRefusedError):
        handed_over(desk, officer, case, person.pk)
    with pytest.raises(KeyRefusedError):
        close_without_keys(case.pk, CaseRefusal.DOCUMENT_EXPIRED, officer=officer, at=NOON)


def test_an_officer_closes_a_case_that_looked_well(desk: KeyDesk, clock: StandingClock):
    officer = an_officer()
    case = opened(desk, officer)
    close_without_keys(case.pk, CaseRefusal.IDENTITY_NOT_REGISTERED, officer=officer, at=NOON)

    case.refresh_from_db()
    assert case.reasons == (CaseRefusal.IDENTITY_NOT_REGISTERED,)


@pytest.mark.parametrize("level", [AssuranceLevel.ITSME, AssuranceLevel.APP_CODE])
def test_an_officer_without_an_eid_does_nothing(desk: KeyDesk, clock: StandingClock, level: AssuranceLevel):
    with pytest.raises(KeyRefusedError):
        opened(desk, an_officer(level))


def test_whoever_is_no_officer_does_nothing(desk: KeyDesk, clock: StandingClock):
    stay = sign_in(SessionStore(), [a_proof(a_login())], source=HERE, at=NOON)

    with pytest.raises(KeyRefusedError):
        opened(desk, stay)


def test_without_cards_an_office_hands_over_the_code_alone(clock: StandingClock):
    desk = a_desk(token_cards=False)
    officer = an_officer()

    assert handed_over(desk, officer, opened(desk, officer), a_person().pk).card is None


def test_the_number_of_a_document_is_sealed_and_nobody_is_named_in_the_record(desk: KeyDesk, clock: StandingClock):
    officer = an_officer()
    over = handed_over(desk, officer, opened(desk, officer), a_person().pk)

    told = str(list(AuditEvent.objects.values_list("detail", flat=True)))
    secrets = ("AB123456", "amina", over.enrolment.link, over.enrolment.code, over.card.codes[0])
    assert [word for word in secrets if word in told] == []
    assert b"AB123456" not in bytes(RegistrationCase.objects.get().document_sealed)


def test_a_link_lasts_14_days_and_not_a_second_more(desk: KeyDesk):
    login = a_login(state=LoginState.INVITED)
    made = issue_office_enrolment(login.pk, actor="login:1", desk=desk, at=NOON)

    assert open_link(desk, made.link, made.code, at=NOON + timedelta(days=14) - timedelta(seconds=1))
    with pytest.raises(SignInRefusedError):
        open_link(desk, made.link, made.code, at=NOON + timedelta(days=14))


def test_the_third_wrong_code_ends_a_link(desk: KeyDesk):
    login = a_login()
    made = issue_office_enrolment(login.pk, actor="login:1", desk=desk, at=NOON)
    for _ in range(3):
        with pytest.raises(SignInRefusedError):
            open_link(desk, made.link, "WRONG")

    with pytest.raises(SignInRefusedError):
        open_link(desk, made.link, made.code)
    assert AuditEvent.objects.get(action="account:enrolment:locked").detail["login"] == login.pk


def test_unknown_links_are_limited_by_their_source(desk: KeyDesk):
    for number in range(10):
        with pytest.raises(SignInRefusedError):
            open_link(desk, f"guess{number}")

    with pytest.raises(TooManyAttemptsError):
        open_link(desk, "guess")


def test_a_new_link_ends_the_one_before(desk: KeyDesk):
    login = a_login()
    first = issue_operator_link(login.pk, actor="operator", desk=desk, at=NOON)
    issue_operator_link(login.pk, actor="operator", desk=desk, at=NOON)

    with pytest.raises(SignInRefusedError):
        open_link(desk, first.link)


def test_an_operators_link_works_once_and_sets_up_an_app_too(desk: KeyDesk):
    login = a_login("root-operator", state=LoginState.INVITED)
    made = issue_operator_link(login.pk, actor="operator", desk=desk, at=NOON)
    handle, second = open_link(desk, made.link), open_link(desk, made.link)

    complete(desk, handle, user_name="root-operator")
    right = right_to_further_keys(handle, browser=BROWSER, source=HERE, desk=desk, at=NOON)

    assert begin_app(right, account="root-operator", issuer="Guichet", desk=desk, at=NOON)
    assert right.level == AssuranceLevel.APP_CODE
    with pytest.raises(SignInRefusedError):
        complete(desk, second, password="another-horse-7")
    with pytest.raises(SignInRefusedError):
        open_link(desk, made.link)
    assert not gives_anything(desk, second), "the link was opened there, and used elsewhere"


def gives_anything(desk: KeyDesk, handle: str) -> bool:
    for right_to in (right_to_first_password, right_to_further_keys):
        with suppress(SignInRefusedError):
            return bool(right_to(handle, browser=BROWSER, source=HERE, desk=desk, at=NOON))
    return False


@pytest.mark.parametrize("is_used", [False, True])
def test_an_opened_link_gives_nothing_more_once_another_is_made(desk: KeyDesk, is_used: bool):
    login = a_login()
    handle = open_link(desk, issue_operator_link(login.pk, actor="operator", desk=desk, at=NOON).link)
    if is_used:
        complete(desk, handle)
    assert gives_anything(desk, handle)

    issue_operator_link(login.pk, actor="operator", desk=desk, at=NOON)
    assert not gives_anything(desk, handle)


def test_an_opened_link_gives_nothing_more_once_wrong_codes_ended_it(desk: KeyDesk):
    made = issue_office_enrolment(a_login().pk, actor="login:1", desk=desk, at=NOON)
    handle = open_link(desk, made.link, made.code)
    for _ in range(3):
        with pytest.raises(SignInRefusedError):
            open_link(desk, made.link, "WRONG")

    assert not gives_anything(desk, handle)


@pytest.mark.parametrize("state", [LoginState.BLOCKED, LoginState.REMOVED])
@pytest.mark.parametrize("is_used", [False, True])
def test_an_opened_link_gives_nothing_to_who_is_blocked(desk: KeyDesk, state: LoginState, is_used: bool):
    handle = open_link(desk, issue_operator_link(a_login().pk, actor="operator", desk=desk, at=NOON).link)
    if is_used:
        complete(desk, handle)
    Login.objects.update(state=state)

    assert not gives_anything(desk, handle)


def test_a_link_is_not_opened_by_who_is_blocked(desk: KeyDesk):
    made = issue_operator_link(a_login().pk, actor="operator", desk=desk, at=NOON)
    Login.objects.update(state=LoginState.BLOCKED)

    with pytest.raises(SignInRefusedError):
        open_link(desk, made.link)
    assert reasons() == ["transaction_over"]


def test_further_keys_are_set_up_after_name_and_password_alone(desk: KeyDesk):
    handle = open_link(desk, issue_operator_link(a_login().pk, actor="operator", desk=desk, at=NOON).link)

    with pytest.raises(SignInRefusedError):
        right_to_further_keys(handle, browser=BROWSER, source=HERE, desk=desk, at=NOON)
    complete(desk, handle)
    assert right_to_further_keys(handle, browser=BROWSER, source=HERE, desk=desk, at=NOON)


def test_first_keys_are_set_up_where_they_were_begun_and_within_half_an_hour(desk: KeyDesk):
    made = issue_operator_link(a_login().pk, actor="operator", desk=desk, at=NOON)
    handle = open_link(desk, made.link)

    for browser, at in ((b"x" * 32, NOON), (BROWSER, NOON + timedelta(minutes=30))):
        with pytest.raises(SignInRefusedError):
            right_to_first_password(handle, browser=browser, source=HERE, desk=desk, at=at)


def test_no_link_is_made_for_a_blocked_login(desk: KeyDesk):
    with pytest.raises(KeyRefusedError):
        issue_operator_link(a_login(state=LoginState.BLOCKED).pk, actor="operator", desk=desk, at=NOON)


def test_links_that_ran_out_are_ended_by_the_nightly_sweep(desk: KeyDesk):
    issue_operator_link(a_login().pk, actor="operator", desk=desk, at=NOON)
    purge_signing_in(now=NOON + timedelta(hours=24, minutes=30))

    assert KeyEnrolment.objects.get().ended_at is not None


def test_a_link_that_was_opened_before_it_ran_out_keeps_its_half_hour_through_the_nightly_sweep(desk: KeyDesk):
    link = issue_operator_link(a_login().pk, actor="operator", desk=desk, at=NOON).link
    opened = NOON + timedelta(hours=23, minutes=59)
    handle = open_link(desk, link, at=opened)
    purge_signing_in(now=NOON + timedelta(hours=24))

    later = opened + timedelta(minutes=29)
    assert right_to_first_password(handle, browser=BROWSER, source=HERE, desk=desk, at=later)
    with pytest.raises(SignInRefusedError):
        open_link(desk, link, at=later)


def test_a_role_is_held_once_and_ends_with_every_stay(clock: StandingClock):
    stay = an_officer()
    login = Login.objects.get(user_name="officer")
    give_role(login, OperatorRole.REGISTRAR, at=NOON, actor="operator")

    assert roles_in(stay) == {OperatorRole.REGISTRAR}
    assert end_roles(login, at=NOON, actor="operator") == 1
    stay.refresh_from_db()
    assert (roles_in(stay), stay.ended_at) == (frozenset(), NOON)


@pytest.mark.django_db(transaction=True)
def test_of_parallel_uses_of_one_link_one_succeeds():
    desk = replace(a_desk(), options=KeyOptions())
    made = issue_operator_link(a_login("root-operator").pk, actor="operator", desk=desk, at=NOON)
    handles = [open_link(desk, made.link) for _ in range(4)]

    def use(number: int) -> bool:
        try:
            complete(desk, handles[number], user_name="root-operator", password=f"parallel-horse-{number}7")
        except (SignInRefusedError, KeyRefusedError):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(use, range(4))) == 1
