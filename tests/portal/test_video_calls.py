"""Who has neither itsme, eIDAS nor a number asks for a video call; an officer makes a number, and first keys are sent."""

from datetime import UTC, date, datetime
from http import HTTPStatus

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from auth.locksmith import Sealed
from auth.models import CallDocument, Login, OperatorRole, PendingIdentity
from auth.openid.matching import Reach, ask_to_be_matched
from auth.openid.outcomes import IdentityPending
from auth.operators import give_role
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel, Means
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.identifiers import Sex, bis_number, is_insz, written_insz
from domain.languages import Language
from domain.sign_in_limits import Scope
from evidence.models import AuditEvent
from portal.openid import providers
from registers.persons.bis_numbers import issue_bis_number
from registers.persons.details import read_details
from registers.persons.models import PersonIdentifier
from registers.persons.numbers import PersonDirectory, PersonKeys
from tests.portal.checkins.conftest import Visitor, sign_in
from tests.portal.conftest import token_in
from tests.portal.people import a_person

pytestmark = pytest.mark.django_db
BORN = date(1990, 4, 12)
TOLD = {
    "family_name": "Nowak",
    "first_name": "Zofia",
    "birth_date": "12/04/1990",
    "mail": "zofia@example.com",
    "phone": "+48 512 345 678",
}
SEEN = {
    "document": "PASSPORT",
    "document_country": "PL",
    "document_number": "EK 1234567",
    "document_expires_on": "01/01/2040",
    "family_name": "Nowak",
    "first_name": "Zofia",
    "birth_date": "12/04/1990",
    "sex": "2",
    "has_seen": "on",
    "has_searched": "on",
}


NOBODY_BORN = "Nobody who lives was born on that day."


@pytest.fixture(autouse=True)
def known_providers(desk):
    providers.cache_clear()
    yield
    providers.cache_clear()


@pytest.fixture
def officer(desk) -> Visitor:
    _person, login = a_person("of.ficer")
    give_role(login, OperatorRole.REGISTRAR, at=datetime.now(UTC), actor="test")
    return sign_in(login, level=AssuranceLevel.EID, means=Means.EID)


def ask(**deviation: str):
    client = Client(headers={"accept-language": "en"})
    token = token_in(client.get("/login/video-call", secure=True).content.decode())
    return client.post("/login/video-call", {"form-token": token, **TOLD, **deviation}, secure=True)


def test_who_asks_for_too_many_calls_keeps_what_he_typed(desk, exhausted):
    exhausted(Scope.CALL_SOURCE)
    answer = ask()

    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert 'value="Nowak"' in answer.content.decode()
    assert "If it cannot wait, call the contact centre" in answer.content.decode()
    assert not PendingIdentity.objects.exists()


def asked() -> int:
    assert ask().status_code == HTTPStatus.SEE_OTHER
    return PendingIdentity.objects.get().pk


def directory() -> PersonDirectory:
    return PersonDirectory(PersonKeys.read(settings.KEYS / "persons.json"), environment=Environment.PRODUCTION)


def test_somebody_without_a_number_asks_for_a_video_call_and_waits_for_an_officer(officer: Visitor):
    number = asked()
    assert (PendingIdentity.objects.get().means, PendingIdentity.objects.get().state) == ("EMAIL_CODE", "WAITING")
    page = officer.text(f"/registration/identities/{number}")
    assert "Nowak" in page
    assert "Make a bis number" in page
    assert 'value="12/04/1990"' in officer.text(f"/registration/identities/{number}/number")  # as the field asks for it


def test_a_request_is_confirmed_at_its_address_without_a_name_once_a_day(desk):
    assert ask().status_code == HTTPStatus.SEE_OTHER
    ask(first_name="Piotr", mail="ZOFIA@example.com")
    letter = OutboxMessage.objects.get()
    assert (letter.recipient, letter.subject) == ("zofia@example.com", "Guichet has your request")
    assert settings.GUICHET.office.phone in letter.body
    assert [told for told in TOLD.values() if told in letter.body] == []
    assert PendingIdentity.objects.count() == 2


@pytest.mark.parametrize(
    ("deviation", "sentence"),
    [
        ({"family_name": ""}, "Enter the family name."),
        ({"birth_date": "yesterday"}, "Enter it as day, month and year"),
        ({"birth_date": "15/04/2236"}, NOBODY_BORN),
        ({"birth_date": "15/04/1800"}, NOBODY_BORN),
        ({"mail": "zofia"}, "This is no e-mail address"),
        ({"phone": "12"}, "This is no telephone number"),
    ],
)
def test_what_is_missing_is_asked_for(deviation, sentence, desk):
    answer = ask(**deviation)
    assert sentence in answer.content.decode()
    assert not PendingIdentity.objects.exists()


def test_questions_of_a_source_keep_nobody_from_asking_for_a_call_and_the_twenty_first_call_waits(desk, exhausted):
    exhausted(Scope.QUESTION_SOURCE)
    exhausted(Scope.CALL_SOURCE, but=1)

    answers = [ask(mail=f"zofia{number}@example.com").status_code for number in range(2)]

    assert answers == [HTTPStatus.SEE_OTHER, HTTPStatus.TOO_MANY_REQUESTS]
    assert PendingIdentity.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "requests"),
    [
        ({}, 1),
        ({"family_name": "NOWÁK", "mail": "Zofia@example.com"}, 1),
        ({"phone": "+48 512 345 679"}, 1),
        ({"first_name": "Piotr"}, 2),
        ({"family_name": "Nowack"}, 2),
        ({"birth_date": "12/04/1991"}, 2),
    ],
    ids=["the same", "written otherwise", "another phone", "his wife's address", "a slip in the name", "in the date"],
)
def test_requests_are_told_apart_by_address_name_and_date_of_birth(desk, said, requests):
    ask()
    ask(**said)

    assert PendingIdentity.objects.count() == requests


def test_an_officer_makes_a_bis_number_and_first_keys_are_sent_on_two_ways(officer: Visitor):
    number = asked()
    officer.send(f"/registration/identities/{number}/number", status=200, **SEEN)
    assert PendingIdentity.objects.get().state == "MATCHED"
    bis = bis_number(BORN, Sex.FEMALE, 998)
    person_id = directory().find([bis])[bis]
    details = read_details([person_id])[person_id]
    assert (details.name, details.email, details.mobile) == ("Zofia Nowak", "zofia@example.com", "+48512345678")
    login = Login.objects.get(person_id=person_id)
    mails = OutboxMessage.objects.filter(recipient="zofia@example.com").values_list("body", flat=True)
    assert any(login.user_name in body for body in mails)
    sms = OutboxMessage.objects.get(recipient="+48512345678")
    assert login.user_name not in sms.body
    assert bis not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


def test_the_person_is_told_the_number_in_the_call_and_gives_it_at_the_first_sign_in(officer: Visitor):
    here = f"/registration/identities/{asked()}/number"
    token = token_in(officer.text(here))
    shown = officer.send(here, token=token, status=200, **SEEN).content.decode()
    bis = bis_number(BORN, Sex.FEMALE, 998)
    assert written_insz(bis) in shown
    officer.send(here, token=token, status=HTTPStatus.CONFLICT, **SEEN)

    letters = list(OutboxMessage.objects.values_list("body", flat=True))
    assert not any(bis in letter or written_insz(bis) in letter for letter in letters)
    login = Login.objects.get(person_id=directory().find([bis])[bis])
    temporary = OutboxMessage.objects.get(carrier="SMS").body.rsplit(" ", 1)[1]
    client = Client(headers={"accept-language": "en"})
    client.post("/activate", {"user_name": login.user_name, "password": temporary}, secure=True)
    chosen = {"password": "blue-lamp-42-river", "repeated": "blue-lamp-42-river", "national_number": written_insz(bis)}
    assert client.post("/activate/new-password", chosen, secure=True).status_code < HTTPStatus.BAD_REQUEST
    login.refresh_from_db()
    assert login.state == "ACTIVE"


@pytest.mark.parametrize(
    ("deviation", "sentence"),
    [
        ({"has_seen": ""}, "Compare the document with the person first."),
        ({"has_searched": ""}, "Look first whether the person has a number."),
        ({"birth_date": ""}, "Enter the date of birth."),
        ({"birth_date": "15/04/2236"}, NOBODY_BORN),
        ({"birth_date": "15/04/0001"}, NOBODY_BORN),
        ({"family_name": ""}, "Enter the family name."),
        ({"first_name": ""}, "Enter the first name."),
    ],
)
def test_no_number_is_made_before_the_documents_were_seen(officer: Visitor, deviation, sentence):
    number = asked()
    answer = officer.send(f"/registration/identities/{number}/number", status=200, **{**SEEN, **deviation})
    assert sentence in answer.content.decode()
    assert PendingIdentity.objects.get().state == "WAITING"


def test_a_number_is_made_by_a_registration_officer_alone(desk):
    number = asked()
    _person, login = a_person("su.pport")
    give_role(login, OperatorRole.SUPPORT, at=datetime.now(UTC), actor="test")
    support = sign_in(login, level=AssuranceLevel.EID, means=Means.EID)
    support.get(f"/registration/identities/{number}/number", HTTPStatus.FORBIDDEN)


def test_the_name_that_stands_in_the_document_counts_and_not_what_was_told(officer: Visitor):
    here = f"/registration/identities/{asked()}/number"
    assert 'value="Nowak"' in officer.text(here)

    as_printed = {"family_name": "Nowák-Łukasik", "first_name": "Zofia Anna", "birth_date": "21/04/1990"}
    officer.send(here, status=200, **SEEN | as_printed)

    bis = bis_number(date(1990, 4, 21), Sex.FEMALE, 998)
    details = read_details(directory().find([bis]).values())
    assert [(one.name, one.is_name_proved) for one in details.values()] == [("Zofia Anna Nowák-Łukasik", True)]


def proved(born: date | None = BORN) -> int:
    """Let somebody wait whom the provider of his country proved, and return his number there."""
    now = datetime.now(UTC)
    jan = IdentityPending(
        means=Means.EIDAS,
        level=AssuranceLevel.APP_CODE,
        at=now,
        subject=("https://eidas.example", "jan"),
        eidas_identifier="PL/BE/94010812345",
        family_name="Kowalski",
        given_names="Jan",
        birth_date=born,
        return_to="",
    )
    reach = Reach("jan@example.com", "+48123456789")
    return ask_to_be_matched(jan, reach, language=Language.FR, locksmith=providers().locksmith, at=now)


def test_a_name_that_a_provider_proved_is_shown_to_the_officer_and_not_asked_for(officer: Visitor):
    here = f"/registration/identities/{proved()}/number"
    shown = officer.text(here)

    assert "Kowalski" in shown
    assert 'name="family_name"' not in shown
    officer.send(
        here, status=200, **{name: said for name, said in SEEN.items() if name not in ("family_name", "first_name")}
    )

    bis = bis_number(BORN, Sex.FEMALE, 998)
    found = directory().find([bis, "PL/BE/94010812345"])
    assert found["PL/BE/94010812345"] == found[bis]


def test_no_other_day_of_birth_is_taken_than_the_one_that_a_provider_proved(officer: Visitor):
    here = f"/registration/identities/{proved()}/number"
    shown = officer.text(here)

    assert "12 April 1990" in shown
    assert 'name="birth_date"' not in shown
    officer.send(here, status=200, **SEEN | {"birth_date": "12/04/1894"})

    assert directory().find([bis_number(BORN, Sex.FEMALE, 998), "PL/BE/94010812345"]).keys() == {
        bis_number(BORN, Sex.FEMALE, 998),
        "PL/BE/94010812345",
    }


def test_the_officer_tells_the_day_of_birth_of_whom_a_provider_proved_by_name_alone(officer: Visitor):
    here = f"/registration/identities/{proved(born=None)}/number"
    assert 'name="family_name"' not in officer.text(here)

    officer.send(here, status=200, **SEEN | {"birth_date": "21/04/1990"})

    assert directory().find([bis_number(date(1990, 4, 21), Sex.FEMALE, 998)])


@pytest.mark.parametrize("years", [-1, 121])
def test_no_number_is_made_for_nobody_who_lives(desk, years):
    at = datetime.now(UTC)
    born = BORN.replace(year=at.year - years)

    with pytest.raises(ConfigurationRefusedError, match="Nobody who lives was born"):
        issue_bis_number(directory(), born=born, sex=Sex.FEMALE, actor="test", at=at)

    assert not PersonIdentifier.objects.exists()


def test_the_document_that_was_shown_is_noted_as_in_a_visit_and_its_number_sealed(officer: Visitor):
    number = asked()
    officer.send(f"/registration/identities/{number}/number", status=200, **SEEN)

    row = CallDocument.objects.get()
    assert (row.identity_id, row.officer_id) == (number, officer.login.pk)
    assert (row.document_kind, row.document_country, row.document_expires_on) == ("PASSPORT", "PL", date(2040, 1, 1))
    sealed = Sealed(row.document_key_id, bytes(row.document_sealed))
    assert providers().locksmith.open(sealed, purpose="registration-document") == b"EK 1234567"
    events = AuditEvent.objects.filter(action="identity:document-seen")
    assert [event.detail["document"] for event in events] == ["PASSPORT"]
    assert "1234567" not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


@pytest.mark.parametrize(
    ("deviation", "sentence"),
    [
        ({"document": ""}, "Choose the document."),
        ({"document": "DRIVING_LICENCE"}, "Only a national identity card or an international passport is accepted."),
        ({"document": "IDENTITY_CARD", "document_country": "MA"}, "from citizens of the European Union only."),
        ({"document_country": ""}, "Choose the country."),
        ({"document_number": " "}, "Enter the number of the document."),
        ({"document_expires_on": "01/01/2020"}, "The document has expired."),
    ],
)
def test_no_number_is_made_of_a_document_that_no_visit_would_accept(officer: Visitor, deviation, sentence):
    number = asked()
    answer = officer.send(f"/registration/identities/{number}/number", status=200, **{**SEEN, **deviation})
    assert sentence in answer.content.decode()
    assert PendingIdentity.objects.get().state == "WAITING"
    assert not CallDocument.objects.exists()


def test_the_database_keeps_no_document_of_a_call_that_is_not_accepted(officer: Visitor):
    officer.send(f"/registration/identities/{asked()}/number", status=200, **SEEN)
    with pytest.raises(IntegrityError), transaction.atomic():
        CallDocument.objects.update(document_kind="BANK_CARD")


@pytest.mark.parametrize(
    ("step", "subject"), [("ask", "Do you have a Belgian number already?"), ("refuse", "We could not register you")]
)
def test_who_asked_for_a_call_is_not_written_of_a_key_that_he_does_not_have(officer: Visitor, step, subject):
    officer.send(f"/registration/identities/{asked()}/{step}")

    written = OutboxMessage.objects.latest("pk")
    assert (written.recipient, written.subject) == ("zofia@example.com", subject)
    assert "digital key" not in written.body
    assert settings.GUICHET.office.phone in written.body


def test_two_numbers_of_one_day_of_birth_are_two_persons(desk):
    at = datetime.now(UTC)
    numbers = [issue_bis_number(directory(), born=BORN, sex=Sex.FEMALE, actor="test", at=at) for _ in range(2)]
    assert len(set(directory().find(numbers).values())) == 2
    assert PersonIdentifier.objects.count() == 2


@pytest.mark.parametrize("born", [date(1990, 4, 12), date(2003, 12, 31), date(1900, 1, 1)])
@pytest.mark.parametrize(("sex", "raised"), [(Sex.MALE, 40), (Sex.FEMALE, 40), (Sex.UNKNOWN, 20)])
def test_a_bis_number_is_sound_and_raises_the_month(born, sex, raised):
    number = bis_number(born, sex, 998)
    assert is_insz(number)
    assert int(number[2:4]) == born.month + raised
