"""The main access manager adds and ends qualities, and switches signing in with a password off and on."""

from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from auth.models import DigitalKey, Login, Session
from auth.session_life import choose_context
from channels.models import Sender, TechnicalUser
from correspondence.models import OutboxMessage
from domain.access.actors import Actor
from domain.access.qualities import Quality
from domain.access.roles import Role
from domain.assurance import AssuranceLevel, Means
from domain.languages import Language
from evidence.models import AuditEvent
from registers.access.models import EntityAccount, EntityQuality, UserAccount
from registers.access.qualities import activate_quality
from registers.persons.details import name_person, set_email
from tests.portal.conftest import token_in
from tests.portal.people import a_stay, settle_for, settle_manager
from tests.portal.test_structured_reports import MOST_QUERIES, Visitor, a_visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client, desk: object) -> Visitor:
    return a_visitor(client, settle_manager())


def test_a_quality_is_added_and_ended(visitor: Visitor):
    visitor.send("/company/qualities/new", quality="SOCIAL_SECRETARIAT", registration_number="S12")
    assert "Social secretariat" in visitor.get("/company").content.decode()

    ended = visitor.send("/company/qualities/SOCIAL_SECRETARIAT/end")
    assert ended["Location"] == "/company"
    assert EntityQuality.objects.get(quality="SOCIAL_SECRETARIAT").valid_until is not None


def test_who_ends_another_quality_goes_on_and_who_acts_in_it_is_signed_out(visitor: Visitor):
    visitor.send("/company/qualities/new", quality="SOCIAL_SECRETARIAT", registration_number="S12")
    inside = a_stay(visitor.manager.login)
    choose_context(inside, entity_id=visitor.manager.entity_id, quality="SOCIAL_SECRETARIAT", at=datetime.now(UTC))

    visitor.send("/company/qualities/SOCIAL_SECRETARIAT/end")

    assert "The quality is ended." in visitor.get("/company").content.decode()
    assert Session.objects.get(pk=inside.stay.pk).end_reason == "MANAGER"


def test_the_senders_of_a_quality_end_with_it_and_are_named_before(visitor: Visitor):
    kept = visitor.add_sender()
    visitor.send("/company/qualities/new", quality="SOCIAL_SECRETARIAT", registration_number="S12")
    sender = visitor.add_sender()
    TechnicalUser.objects.filter(sender=sender).update(quality="SOCIAL_SECRETARIAT")
    path = "/company/qualities/SOCIAL_SECRETARIAT/end"

    asked = visitor.get(path).content.decode()
    assert sender.number in asked
    assert kept.number not in asked
    visitor.send(path)
    assert dict(Sender.objects.values_list("number", "state")) == {kept.number: "DRAFT", sender.number: "RETIRED"}


def test_the_standard_quality_stays(visitor: Visitor):
    answer = visitor.send("/company/qualities/EMPLOYER/end", status=HTTPStatus.CONFLICT)

    assert "There is a problem" in answer.content.decode()
    assert EntityQuality.objects.get().valid_until is None


def test_a_company_does_not_make_itself_a_local_authority(visitor: Visitor):
    page = visitor.get("/company/qualities/new").content.decode()
    visitor.send("/company/qualities/new", status=HTTPStatus.OK, quality="LOCAL_AUTHORITY")

    assert "LOCAL_AUTHORITY" not in page
    assert "is entered as such by the contact centre" in page
    assert not EntityQuality.objects.filter(quality="LOCAL_AUTHORITY").exists()


def test_senders_of_what_is_no_local_authority_any_more_leave_the_leased_lines(visitor: Visitor):
    company = visitor.manager.company
    activate_quality(company.id, Quality.LOCAL_AUTHORITY, by=Actor.operator(), at=datetime.now(UTC))
    sender = visitor.add_sender()
    visitor.send(f"/reports/{sender.number}/ftp/networks", networks=["Publilink"])
    assert sender.networks.exists()
    visitor.send("/company/qualities/LOCAL_AUTHORITY/end")

    assert not sender.networks.exists()


@pytest.mark.parametrize("quality", ["SERVICE_PROVIDER", "NONE"])
def test_a_quality_that_is_not_the_companys_is_not_there(visitor: Visitor, quality: str):
    visitor.get(f"/company/qualities/{quality}/end", status=HTTPStatus.NOT_FOUND)


def give_passkey(login: Login) -> None:
    DigitalKey.objects.create(
        login=login,
        means=Means.PASSKEY,
        state="ACTIVE",
        subject=b"s" * 32,
        enrolled_level=AssuranceLevel.EID,
        created_at=datetime.now(UTC),
    )


def test_passwords_are_switched_off_with_their_stays_and_on_again(visitor: Visitor):
    give_passkey(visitor.manager.login)
    user = visitor.manager.company.user()
    login = Login.objects.create(
        user_name="bo.user", person_id=user.person_id, state="ACTIVE", created_at=datetime.now(UTC)
    )
    a_stay(login, level=AssuranceLevel.PASSWORD, means=Means.PASSWORD)
    visitor.send("/company/password/off")
    assert not EntityAccount.objects.get().is_password_login_allowed
    assert not Session.objects.filter(login=login, ended_at=None).exists()

    visitor.send("/company/password/on")
    assert EntityAccount.objects.get().is_password_login_allowed


@pytest.mark.parametrize(("is_allowed", "page"), [(True, "on"), (False, "off")])
def test_a_switch_that_stands_so_already_is_told_and_left(visitor: Visitor, is_allowed: bool, page: str):
    give_passkey(visitor.manager.login)
    EntityAccount.objects.update(is_password_login_allowed=not is_allowed)
    asked = visitor.get(f"/company/password/{page}")
    EntityAccount.objects.update(is_password_login_allowed=is_allowed)  # in another tab
    token = {"form-token": token_in(asked.content.decode())}
    answer = visitor.client.post(f"/company/password/{page}", token, secure=True)

    assert answer.status_code == HTTPStatus.CONFLICT
    assert f"Signing in with a password is switched {page}." in answer.content.decode()
    assert EntityAccount.objects.get().is_password_login_allowed is is_allowed


def test_who_is_merely_invited_is_neither_signed_out_by_the_switch_nor_written_to(visitor: Visitor):
    give_passkey(visitor.manager.login)
    login = a_user_with_a_password(visitor)
    UserAccount.objects.filter(person_id=login.person_id).update(state="INVITED", activated_at=None)
    a_stay(login, level=AssuranceLevel.PASSWORD, means=Means.PASSWORD)
    visitor.send("/company/password/off")

    assert Session.objects.filter(login=login, ended_at=None).exists()
    assert not OutboxMessage.objects.filter(recipient="jan@example.be").exists()


def a_user_with_a_password(visitor: Visitor) -> Login:
    user, now = visitor.manager.company.user(), datetime.now(UTC)
    name_person(user.person_id, family_name="Maes", first_name="Jan", language=Language.EN, actor="test", at=now)
    set_email(user.person_id, "jan@example.be", actor="test", at=now)
    login = Login.objects.create(user_name="bo.user", person_id=user.person_id, state="ACTIVE", created_at=now)
    DigitalKey.objects.create(login=login, means="PASSWORD", state="ACTIVE", enrolled_level=200, created_at=now)
    return login


def test_the_question_says_whom_the_switch_leaves_without_a_key(visitor: Visitor):
    login = a_user_with_a_password(visitor)
    before = visitor.get("/company/password/off").content.decode()
    give_passkey(login)
    after = visitor.get("/company/password/off").content.decode()

    assert "People with a password: 1. Of them without eID, itsme or passkey here yet: 1." in before
    assert "Without another key: Jan Maes." in before
    assert "Of them without eID, itsme or passkey here yet: 0." in after


def test_those_who_have_a_password_are_told_before_and_when_it_is_switched_off(visitor: Visitor):
    give_passkey(visitor.manager.login)
    a_user_with_a_password(visitor)
    visitor.send("/company/password/announce")
    visitor.send("/company/password/announce")
    visitor.send("/company/password/off")
    visitor.get("/company/password/announce", status=HTTPStatus.NOT_FOUND)

    told = OutboxMessage.objects.filter(recipient="jan@example.be").order_by("pk")
    assert [message.subject for message in told] == [
        "Signing in with a password comes to an end",
        "Signing in with a password is switched off",
    ]
    announced = AuditEvent.objects.filter(action="account:password-login:announced").order_by("pk")
    assert [event.detail["people"] for event in announced] == [1, 1]
    assert {event.actor for event in announced} == {f"person:{visitor.manager.person_id}"}


def test_who_would_lock_himself_out_is_told_what_to_do(visitor: Visitor):
    DigitalKey.objects.all().delete()
    answer = visitor.send("/company/password/off", status=HTTPStatus.CONFLICT)

    assert "would lock yourself out" in answer.content.decode()
    assert EntityAccount.objects.get().is_password_login_allowed


def test_an_access_manager_of_a_quality_has_no_settings(visitor: Visitor):
    helper = visitor.manager.company.appoint(Role.CO_MANAGER, at=datetime.now(UTC))
    his = a_visitor(Client(), settle_for(visitor.manager.company, helper.person_id, "di.helper"))

    his.get("/company", status=HTTPStatus.FORBIDDEN)
    his.get("/company/password/off", status=HTTPStatus.FORBIDDEN)


@pytest.mark.parametrize(
    "page",
    [
        "/company",
        "/company/qualities/new",
        "/company/qualities/EMPLOYER/end",
        "/company/password/off",
        "/company/password/announce",
    ],
)
def test_a_page_takes_few_queries(visitor: Visitor, page: str):
    visitor.get("/home")
    with CaptureQueriesContext(connection) as queries:
        visitor.get(page)

    assert len(queries) <= MOST_QUERIES, [query["sql"][:120] for query in queries]
