"""Letters about keys go to an address that their owner proved to read; what a company said of him proves nothing."""

import pytest
from django.test import Client

from auth.desk import KeyDesk
from auth.models import Login, TemporaryCredential
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel, Means
from domain.languages import Language
from evidence.clock import SystemClock
from registers.persons.details import name_person, read_details, set_email, set_mobile
from registers.persons.models import PersonDetails
from tests.portal.conftest import a_login_with_password, carry, the_mailed_code
from tests.portal.people import a_stay
from tests.portal.test_activation import NUMBER, OWN, begin, chief, give_number  # noqa: F401 - a fixture
from tests.portal.test_own_keys import send

pytestmark = pytest.mark.django_db
NEW = "els@elsewhere.example"


def name(login: Login, *, email: str = "", mobile: str = "") -> None:
    now, person_id = SystemClock().now(), login.person_id
    name_person(person_id, family_name="Peeters", first_name="Els", language=Language.EN, actor="test", at=now)
    if email:
        set_mobile(person_id, mobile, actor="test", at=now)
        set_email(person_id, email, actor="test", at=now)


@pytest.fixture
def els(browser: Client, desk: KeyDesk) -> Login:
    """Somebody who begins with a card, of whom no address is known."""
    login = a_login_with_password(desk)
    name(login)
    carry(browser, a_stay(login))
    return login


def prove(browser: Client, address: str = NEW):
    send(browser, "/keys/notices", address=address)
    return send(browser, "/keys/notices/code", code=the_mailed_code())


def test_who_proved_no_address_is_reminded_and_gives_one(browser: Client, els: Login):
    before = browser.get("/keys", secure=True, follow=True).text
    prove(browser)
    after = browser.get("/keys", secure=True).text

    details = read_details([els.person_id])[els.person_id]
    assert "we know no address that you proved to read" in before
    assert (details.email, details.is_email_verified) == (NEW, True)
    assert "When a key changes we write to" in after
    assert NEW not in after


def test_another_address_is_told_at_the_one_before(browser: Client, els: Login):
    prove(browser)
    prove(browser, "els@third.example")

    assert OutboxMessage.objects.filter(recipient=NEW, subject="Your e-mail address was changed").exists()


def test_a_wrong_code_proves_nothing(browser: Client, els: Login):
    send(browser, "/keys/notices", address=NEW)
    answer = send(browser, "/keys/notices/code", code="000000")

    assert "The code is not correct" in answer.text
    assert read_details([els.person_id])[els.person_id].email == ""


def test_a_password_alone_changes_no_address(browser: Client, els: Login):
    carry(browser, a_stay(els, level=AssuranceLevel.PASSWORD, means=Means.PASSWORD))
    browser.get("/home", secure=True, follow=True)

    assert browser.get("/keys/notices", secure=True).headers["Location"].startswith("/step-up")


@pytest.mark.parametrize(
    ("kind", "number", "is_proven"),
    [
        ("INVITATION", None, True),
        ("INVITATION", NUMBER, False),
        ("NEW_PASSWORD", None, False),
        ("ACTIVATION", NUMBER, True),
    ],
)
def test_codes_prove_the_addresses_of_whom_the_sender_knows(
    browser: Client,
    chief: Login,  # noqa: F811 - the fixture
    desk: KeyDesk,
    kind: str,
    number: str | None,
    is_proven: bool,
):
    name(chief, email="chief@example.org", mobile="+32470000000")
    TemporaryCredential.objects.update(kind=kind, issued_at=SystemClock().now())
    if number:
        give_number(chief, desk)
    begin(browser)
    browser.post("/activate/new-password", {"password": OWN, "repeated": OWN, "national_number": NUMBER}, secure=True)

    row = PersonDetails.objects.get(person_id=chief.person_id)
    assert {row.email_verified_at is not None, row.mobile_verified_at is not None} == {is_proven}
