"""A call proves no key: who did not choose a password in time is matched again, and several share an address."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from auth.models import Login, OperatorRole, PendingIdentity, TemporaryCredential
from auth.operators import give_role
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel, Means
from domain.identifiers import Sex, bis_number, written_insz
from evidence.models import AuditEvent
from portal.openid import providers
from registers.persons.models import PersonIdentifier
from tests.portal.checkins.conftest import Visitor, sign_in
from tests.portal.people import a_person
from tests.portal.test_matching_after_a_call import SHOWN
from tests.portal.test_video_calls import BORN, SEEN, ask, directory

pytestmark = pytest.mark.django_db
BIS = bis_number(BORN, Sex.FEMALE, 998)
OWN = {"password": "blue-lamp-42-river", "repeated": "blue-lamp-42-river", "national_number": written_insz(BIS)}


@pytest.fixture
def officer(desk) -> Visitor:
    providers.cache_clear()
    _person, login = a_person("of.ficer")
    give_role(login, OperatorRole.REGISTRAR, at=datetime.now(UTC), actor="test")
    return sign_in(login, level=AssuranceLevel.EID, means=Means.EID)


def waits() -> str:
    return f"/registration/identities/{PendingIdentity.objects.get(state='WAITING').pk}"


def registered(officer: Visitor) -> Login:
    """Let somebody be seen in a call and be given a bis number, and return the login that was made."""
    ask()
    officer.send(f"{waits()}/number", status=200, **SEEN)
    return Login.objects.get(person_id=directory().find([BIS])[BIS])


def try_codes(login: Login) -> tuple[Client, int]:
    """Type the newest temporary password in a browser of its own, and return that browser and what it was answered."""
    text = OutboxMessage.objects.filter(carrier="SMS").latest("pk").body
    browser = Client(headers={"accept-language": "en"})
    codes = {"user_name": login.user_name, "password": text.rsplit(" ", 1)[1]}
    return browser, browser.post("/activate", codes, secure=True).status_code


@pytest.mark.parametrize("page", ["by number", "with a candidate"])
@pytest.mark.parametrize("end", ["used up", "over"])
def test_whose_codes_open_nothing_any_more_is_sent_others_after_another_call(officer: Visitor, end, page):
    login = registered(officer)
    if end == "used up":
        try_codes(login)
    else:
        TemporaryCredential.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert try_codes(login)[1] == HTTPStatus.UNAUTHORIZED

    ask()
    if page == "by number":
        officer.send(waits(), number=BIS, **SHOWN)
    else:
        officer.send(f"{waits()}/match/{login.person_id}", **SHOWN)

    assert list(PendingIdentity.objects.values_list("state", flat=True)) == ["MATCHED", "MATCHED"]
    assert AuditEvent.objects.filter(action="account:activation:issued", detail__login=login.pk).count() == 2
    browser, answered = try_codes(login)
    assert answered == HTTPStatus.FOUND
    assert browser.post("/activate/new-password", OWN, secure=True).status_code < HTTPStatus.BAD_REQUEST
    login.refresh_from_db()
    assert login.state == "ACTIVE"


def test_who_signed_in_already_is_sent_no_others(officer: Visitor):
    login = registered(officer)
    Login.objects.filter(pk=login.pk).update(state="ACTIVE")

    ask()
    officer.send(waits(), number=BIS, **SHOWN)

    assert TemporaryCredential.objects.count() == 1


def test_two_of_one_address_are_two_persons(officer: Visitor):
    wife = registered(officer)
    ask(first_name="Piotr", birth_date="03/09/1988")

    officer.send(
        f"{waits()}/number", status=200, **SEEN | {"first_name": "Piotr", "birth_date": "03/09/1988", "sex": "1"}
    )

    husband = Login.objects.exclude(person_id=wife.person_id).get(person__details__first_name="Piotr")
    assert husband.user_name != wife.user_name
    mails = OutboxMessage.objects.filter(recipient="zofia@example.com")
    assert all(mails.filter(body__contains=one.user_name).exists() for one in (wife, husband))


@pytest.mark.parametrize("mail", ["zofia@example.com", "zofía@example.com"])
def test_a_call_leaves_nothing_by_which_somebody_is_found_but_his_number(officer: Visitor, mail):
    ask(mail=mail)

    officer.send(f"{waits()}/number", status=200, **SEEN)

    person_id = directory().find([BIS])[BIS]
    assert list(PersonIdentifier.objects.filter(person_id=person_id).values_list("kind", flat=True)) == ["INSZ"]


def test_a_call_says_so_before_codes_are_sent(officer: Visitor):
    login = registered(officer)
    ask()

    shown = officer.text(f"{waits()}/match/{login.person_id}")

    assert "is sent a user name by e-mail and a temporary password by SMS" in shown
    assert "digital key" not in shown.partition("<main")[2].partition("</main")[0]
