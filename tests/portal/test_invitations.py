"""An invitation shuts nobody out of what is his: who has other keys and companies accepts or declines it himself."""

from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.test import Client

from auth.desk import KeyDesk
from auth.models import Login, Session
from domain.access.roles import Role
from domain.assurance import AssuranceLevel, Means
from registers.access.appointing import appoint
from registers.access.models import EntityAccount, StandingChange, UserAccount
from tests.portal.activating import OWN, the_temporary_password
from tests.portal.conftest import PASSWORD, a_login_with_password, token_in
from tests.portal.people import a_person, a_stay, settle_manager
from tests.portal.test_people import add_user
from tests.portal.test_structured_reports import a_visitor
from tests.registers.access.conftest import Company, make_company
from tests.registers.access.conftest import signed_in as appointed_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(db: None) -> Company:
    return make_company()


@pytest.fixture
def student(desk: KeyDesk) -> Login:
    """Somebody whose only key is a password."""
    return a_login_with_password(desk, "els.peeters")


def invite(company: Company, login: Login) -> UserAccount:
    return company.invite(login.person_id, at=datetime.now(UTC))


def signed_in(browser: Client, login: Login, *, level: AssuranceLevel, means: Means) -> Client:
    store = a_stay(login, level=level, means=means)
    browser.cookies["__Host-session"] = store.session_key
    return browser


def with_password(browser: Client, login: Login) -> Client:
    return signed_in(browser, login, level=AssuranceLevel.PASSWORD, means=Means.PASSWORD)


def send(browser: Client, path: str):
    return browser.post(path, {"form-token": token_in(browser.get(path, secure=True).text)}, secure=True)


def sign_in(browser: Client):
    return browser.post("/sign-in/password", {"user_name": "els.peeters", "password": PASSWORD}, secure=True)


def test_a_company_without_passwords_shuts_out_nobody_by_inviting_him(
    browser: Client, student: Login, company: Company
):
    account = invite(company, student)
    EntityAccount.objects.update(is_password_login_allowed=False)

    first = sign_in(browser)
    shown = browser.get("/home", secure=True, follow=True).text
    again = sign_in(Client(headers={"accept-language": "en"}))

    account.refresh_from_db()
    assert first.status_code == again.status_code == HTTPStatus.FOUND
    assert "A company invites you as a user: accept or decline it" in shown
    assert account.state == "INVITED"


def test_an_invitation_is_accepted_by_who_wants_it(browser: Client, student: Login, company: Company):
    account, his = invite(company, student), with_password(browser, student)
    listed = his.get("/appointments", secure=True, follow=True).text
    asked = his.get(f"/invitations/{account.pk}/accept", secure=True).text
    send(his, f"/invitations/{account.pk}/accept")

    account.refresh_from_db()
    assert "User of Bakery" in listed
    assert "A company may switch off signing in with a password." in asked
    assert account.state == "ACTIVE"


def test_an_invitation_is_declined_for_good(browser: Client, student: Login, company: Company):
    account, his = invite(company, student), with_password(browser, student)
    his.get("/home", secure=True, follow=True)
    send(his, f"/invitations/{account.pk}/decline")

    account.refresh_from_db()
    assert account.state == "REMOVED"
    assert StandingChange.objects.filter(account=account).latest("pk").state == "REMOVED"
    assert "No appointment waits for you." in his.get("/appointments", secure=True).text


def test_a_password_accepts_nothing_of_a_company_that_switched_it_off(
    browser: Client, student: Login, company: Company
):
    account, his = invite(company, student), with_password(browser, student)
    EntityAccount.objects.update(is_password_login_allowed=False)
    his.get("/home", secure=True, follow=True)
    answer = send(his, f"/invitations/{account.pk}/accept")

    account.refresh_from_db()
    assert (answer.status_code, account.state) == (HTTPStatus.CONFLICT, "INVITED")
    assert "The company has switched off signing in with a password." in answer.text


def test_whoever_becomes_a_user_where_passwords_are_off_is_signed_out_where_a_password_began(
    browser: Client, student: Login, company: Company
):
    account, elsewhere = invite(company, student), a_stay(student, level=AssuranceLevel.PASSWORD, means=Means.PASSWORD)
    EntityAccount.objects.update(is_password_login_allowed=False)
    his = signed_in(browser, student, level=AssuranceLevel.ITSME, means=Means.ITSME)
    his.get("/home", secure=True, follow=True)
    send(his, f"/invitations/{account.pk}/accept")

    account.refresh_from_db()
    assert account.state == "ACTIVE"
    assert Session.objects.get(pk=elsewhere.stay.pk).end_reason == "PASSWORDS_OFF"


@pytest.mark.parametrize(("is_allowed", "reason"), [(False, "PASSWORDS_OFF"), (True, "")], ids=["off", "on"])
def test_whoever_accepts_an_appointment_where_passwords_are_off_is_signed_out_likewise(
    browser: Client, student: Login, company: Company, is_allowed: bool, reason: str
):
    now = datetime.now(UTC)
    row = appoint(company.id, role=Role.CO_CHIEF, person_id=student.person_id, by=appointed_by(company.chief), at=now)
    elsewhere = a_stay(student, level=AssuranceLevel.PASSWORD, means=Means.PASSWORD)
    EntityAccount.objects.update(is_password_login_allowed=is_allowed)
    his = signed_in(browser, student, level=AssuranceLevel.ITSME, means=Means.ITSME)
    his.get("/home", secure=True, follow=True)
    send(his, f"/appointments/{row.pk}/accept")

    row.refresh_from_db()
    assert row.state == "ACTIVE"
    assert Session.objects.get(pk=elsewhere.stay.pk).end_reason == reason


def test_an_invitation_of_somebody_else_is_not_there(browser: Client, student: Login, company: Company):
    other, his = company.invite(at=datetime.now(UTC)), with_password(browser, student)
    his.get("/home", secure=True, follow=True)

    for step in ("accept", "decline"):
        assert his.get(f"/invitations/{other.pk}/{step}", secure=True).status_code == HTTPStatus.NOT_FOUND


def test_who_has_a_password_is_asked_also_when_he_comes_without_it(browser: Client, student: Login, company: Company):
    """The company could switch passwords off as soon as he belongs to it."""
    account = invite(company, student)
    signed_in(browser, student, level=AssuranceLevel.ITSME, means=Means.ITSME).get("/home", secure=True, follow=True)

    account.refresh_from_db()
    assert account.state == "INVITED"
    send(browser, f"/invitations/{account.pk}/accept")
    account.refresh_from_db()
    assert account.state == "ACTIVE"


def test_who_has_no_password_is_a_user_at_once(browser: Client, company: Company):
    _person, login = a_person("els.maes")
    account = invite(company, login)
    signed_in(browser, login, level=AssuranceLevel.ITSME, means=Means.ITSME).get("/home", secure=True, follow=True)

    account.refresh_from_db()
    assert account.state == "ACTIVE"


def test_who_is_a_user_already_is_one_in_a_further_quality_at_once(browser: Client, student: Login, company: Company):
    company.user(student.person_id, at=datetime.now(UTC))
    UserAccount.objects.update(quality="SERVICE_PROVIDER")
    account = invite(company, student)
    with_password(browser, student).get("/home", secure=True, follow=True)

    account.refresh_from_db()
    assert account.state == "ACTIVE"


def test_who_comes_with_the_codes_of_a_company_is_its_user_at_once(browser: Client, desk: KeyDesk):
    account = add_user(a_visitor(Client(), settle_manager()))
    browser.post("/activate", {"user_name": account.user_name, "password": the_temporary_password()}, secure=True)
    answer = browser.post("/activate/new-password", {"password": OWN, "repeated": OWN}, secure=True)
    browser.get(answer.headers["Location"], secure=True, follow=True)

    account.refresh_from_db()
    assert account.state == "ACTIVE"
