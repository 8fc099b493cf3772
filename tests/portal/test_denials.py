"""What a page denies is logged by a code and by numbers, never by a name."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from structlog.testing import capture_logs

from domain.access.actors import Actor
from domain.access.requests import Action
from domain.access.states import AccountState
from domain.assurance import AssuranceLevel
from portal.pages.permissions import require_action
from portal.pages.refusals import StrongerKeyNeeded
from portal.pages.routing import tell_refusal
from portal.pages.sending_once import FIELD, new_form_token
from registers.access.entity_accounts import suspend_account
from registers.access.models import EntityQuality, UserAccount
from tests.portal.people import settle_manager, settle_user
from tests.portal.test_structured_reports import Visitor, a_visitor
from tests.registers.access.conftest import SessionsInMemory

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client, desk: object) -> Visitor:
    return a_visitor(client, settle_manager())


def logged(logs: list, event: str) -> dict:
    (line,) = (each for each in logs if each["event"] == event)
    return line


def test_a_level_that_is_too_low_is_logged_without_a_name(visitor: Visitor):
    visitor.manager.login.sessions.update(level=AssuranceLevel.PASSWORD)
    with capture_logs() as logs:
        visitor.get("/people", status=HTTPStatus.FOUND)
    line = logged(logs, "authz:level")

    assert (line["login"], line["required"], line["level"]) == (visitor.manager.login.pk, 400, 200)
    assert visitor.manager.login.user_name not in str(line)


def test_a_proof_that_is_too_old_is_logged_too(visitor: Visitor):
    visitor.manager.login.sessions.update(authenticated_at=datetime.now(UTC) - timedelta(minutes=6))
    with capture_logs() as logs:
        visitor.get("/company/password/off", status=HTTPStatus.FOUND)

    assert logged(logs, "authz:level")["page"] == "company-password-off"


def test_a_denied_page_is_logged_with_its_reason(visitor: Visitor):
    user = a_visitor(Client(), settle_user(visitor.manager))
    with capture_logs() as logs:
        user.get("/people", status=HTTPStatus.FORBIDDEN)
    line = logged(logs, "authz:denied")

    assert (line["person"], line["entity"]) == (user.manager.person_id, visitor.manager.entity_id)
    assert line["reasons"] == ["NOT_GRANTED"]


def test_writing_to_those_with_a_password_asks_a_proof_that_is_too_old_anew(visitor: Visitor):
    visitor.manager.login.sessions.update(authenticated_at=datetime.now(UTC) - timedelta(minutes=6))
    answer = visitor.get("/company/password/announce", status=HTTPStatus.FOUND)

    assert answer.headers["Location"] == "/step-up?level=400&next=%2Fcompany%2Fpassword%2Fannounce"


@pytest.mark.parametrize(
    ("level", "age", "required"),
    [(AssuranceLevel.PASSWORD, timedelta(), 400), (AssuranceLevel.EID, timedelta(minutes=6), 400)],
)
def test_who_only_lacks_a_proof_is_led_to_the_keys_that_would_do(
    visitor: Visitor, level: AssuranceLevel, age: timedelta, required: int
):
    stay = visitor.manager.login.sessions.latest("pk")
    stay.level, now = level, datetime.now(UTC)
    stay.authenticated_at = now - age
    with pytest.raises(StrongerKeyNeeded) as refused:
        require_action(stay, Action.SWITCH_PASSWORD_LOGIN, at=now)

    assert refused.value.level == required


def test_a_page_whose_action_takes_a_stronger_key_leads_to_it():
    request = RequestFactory().get("/people/register?quality=x")
    answer = tell_refusal(request, StrongerKeyNeeded(450))

    assert answer.status_code == HTTPStatus.FOUND
    assert answer.headers["Location"] == "/step-up?level=450&next=%2Fpeople%2Fregister%3Fquality%3Dx"


def test_people_of_a_suspended_company_read_that_it_is_so_and_whom_to_call(visitor: Visitor):
    operator, now = Actor.operator(), datetime.now(UTC)
    suspend_account(visitor.manager.entity_id, by=operator, at=now, reason="fraud", sessions=SessionsInMemory())
    text = visitor.get("/people", status=HTTPStatus.FORBIDDEN).text

    assert "The account of your company is suspended." in text
    assert settings.GUICHET.contact_phone in text
    assert "Your access manager can give you this right." not in text


def test_whoever_is_blocked_reads_that_he_is(visitor: Visitor):
    user = settle_user(visitor.manager)
    UserAccount.objects.filter(person_id=user.person_id).update(state=AccountState.BLOCKED, blocked_by="COMPANY")
    text = a_visitor(Client(), user).get("/people", status=HTTPStatus.FORBIDDEN).text

    assert "Your user account is blocked." in text


def test_who_acts_in_a_quality_that_ended_is_told_to_choose_another(visitor: Visitor):
    EntityQuality.objects.filter(entity_id=visitor.manager.entity_id).update(valid_until=datetime.now(UTC))
    text = visitor.get("/people", status=HTTPStatus.FORBIDDEN).text

    assert "Your company acts in this quality no more." in text


def test_who_comes_back_after_20_minutes_is_logged_as_idle(visitor: Visitor):
    stay = visitor.manager.login.sessions.latest("pk")
    visitor.manager.login.sessions.update(last_seen_at=datetime.now(UTC) - timedelta(minutes=20, seconds=1))
    with capture_logs() as logs:
        visitor.get("/people", status=HTTPStatus.FOUND)
    line = logged(logs, "session:idle")

    assert (line["login"], line["session"], line["page"]) == (visitor.manager.login.pk, stay.pk, "people")


def test_a_step_that_was_overtaken_is_logged_and_shows_how_things_stand(visitor: Visitor):
    user = settle_user(visitor.manager)
    account = UserAccount.objects.get(person_id=user.person_id)
    UserAccount.objects.filter(pk=account.pk).update(state=AccountState.BLOCKED, blocked_by="COMPANY")
    question = visitor.get(f"/people/users/{account.pk}/unblock")
    UserAccount.objects.update(state=AccountState.ACTIVE, blocked_by="")
    with capture_logs() as logs:
        token = new_form_token(question.context["request"])
        answer = visitor.client.post(f"/people/users/{account.pk}/unblock", {FIELD: token}, secure=True)

    assert answer.status_code == HTTPStatus.CONFLICT
    assert "As things stand now: <strong>Active</strong>" in answer.content.decode()
    assert logged(logs, "conflict")["page"] == "people-step"


def test_a_stale_form_is_logged(visitor: Visitor):
    with capture_logs() as logs:
        answer = visitor.client.post("/company/password/off", {FIELD: "of yesterday"}, secure=True)

    assert answer.status_code == HTTPStatus.CONFLICT
    assert logged(logs, "conflict")["page"] == "company-password-off"
