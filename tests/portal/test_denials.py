"""What a page denies is logged by a code and by numbers, never by a name."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from structlog.testing import capture_logs

from domain.access.states import AccountState
from domain.assurance import AssuranceLevel
from portal.pages.sending_once import FIELD, new_form_token
from registers.access.models import UserAccount
from tests.portal.people import settle_manager, settle_user
from tests.portal.test_structured_reports import Visitor, a_visitor

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
    question = visitor.get(f"/people/users/{account.pk}/unblock")
    UserAccount.objects.update(state=AccountState.ACTIVE)
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
