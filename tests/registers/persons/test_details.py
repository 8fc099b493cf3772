"""Names and addresses of persons: an address counts once its owner proved to read there."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from correspondence.models import Carrier, OutboxMessage
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.languages import Language
from evidence.models import AuditEvent
from registers.persons.book import NumberedPersons
from registers.persons.details import (
    create_person,
    name_person,
    prove_name,
    reached_at,
    read_details,
    set_email,
    set_mobile,
    verify_email,
    verify_mobile,
    verify_reached,
)
from registers.persons.models import PersonDetails
from registers.persons.numbers import PersonDirectory, PersonKeys

NOON = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
NUMBER, OTHER = "05071400153", "04512300764"
BY = {"actor": "operator", "at": NOON}

pytestmark = pytest.mark.django_db


def a_named_person(**deviation: object) -> int:
    person = create_person(Environment.PRODUCTION, at=NOON)
    standard = {"family_name": "Peeters", "first_name": "An", "language": Language.NL}
    name_person(person, **(standard | deviation), **BY)
    return person


def test_named_person_is_read_by_his_id():
    person = a_named_person()
    details = read_details([person])[person]
    assert (details.name, details.language, details.email, details.is_email_verified) == (
        "An Peeters",
        Language.NL,
        "",
        False,
    )
    assert read_details([]) == {}


def test_nobody_says_another_name_of_whom_one_is_proved():
    person = create_person(Environment.PRODUCTION, at=NOON)
    proved = {"family_name": "Schmitz", "first_name": "Heidi", "language": Language.DE}
    prove_name(person, **proved, **BY)
    with pytest.raises(ConfigurationRefusedError, match="proved another name"):
        name_person(person, family_name="Wronk", first_name="Heidi", language=Language.NL, **BY)
    name_person(person, family_name="Schmitz", first_name="H.", language=Language.NL, **BY)
    details = read_details([person])[person]
    assert (details.name, details.is_name_proved) == ("Heidi Schmitz", True)


@pytest.mark.parametrize("deviation", [{"family_name": " "}, {"family_name": "x" * 101}, {"first_name": "a\nb"}])
def test_name_that_is_none_is_refused(deviation: dict[str, str]):
    with pytest.raises(ConfigurationRefusedError):
        a_named_person(**deviation)


def test_new_address_is_not_verified_yet():
    person = a_named_person()
    assert set_email(person, " An@EXAMPLE.be ", **BY) == "An@example.be"
    assert verify_email(person, "An@example.be", **BY)
    set_email(person, "other@example.be", **BY)
    assert not read_details([person])[person].is_email_verified
    assert not verify_email(person, "An@example.be", **BY)


def test_same_address_again_stays_verified():
    person = a_named_person()
    verify_mobile(person, set_mobile(person, "0470 12 34 56", **BY), **BY)
    set_mobile(person, "+32 470 12.34.56", **BY)
    assert read_details([person])[person].is_mobile_verified


@pytest.mark.parametrize("text", ["", "an", "an@", "@example.be", "an@example", "a n@example.be", "an@-.be", "x" * 255])
def test_what_is_no_address_is_refused(text: str):
    with pytest.raises(ConfigurationRefusedError):
        set_email(a_named_person(), text, **BY)


@pytest.mark.parametrize(
    ("text", "stored"),
    [("0470 12 34 56", "+32470123456"), ("0032470123456", "+32470123456"), ("+33 (6) 12-34-56-78", "+33612345678")],
)
def test_mobile_number_is_stored_in_one_form(text: str, stored: str):
    assert set_mobile(a_named_person(), text, **BY) == stored


@pytest.mark.parametrize("text", ["", "12", "+0470123456", "047012345x", "+" + "1" * 16])
def test_what_is_no_mobile_number_is_refused(text: str):
    with pytest.raises(ConfigurationRefusedError):
        set_mobile(a_named_person(), text, **BY)


@pytest.mark.parametrize(("changed", "is_reached"), [(NOON, True), (LATER, False)])
def test_who_used_what_was_sent_to_both_reads_there(changed: datetime, is_reached: bool):
    person = a_named_person()
    set_email(person, "an@example.be", **BY)
    assert not verify_reached(person, since=NOON, **BY)
    set_mobile(person, "0470123456", actor="operator", at=changed)
    assert verify_reached(person, since=NOON, actor="operator", at=LATER) is is_reached
    details = read_details([person])[person]
    assert (details.is_email_verified, details.is_mobile_verified) == (is_reached, is_reached)


def test_old_address_and_old_number_are_told_that_others_took_their_place():
    person = a_named_person(language=Language.FR)
    set_email(person, "an@example.be", **BY)
    set_mobile(person, "0470123456", **BY)
    assert not OutboxMessage.objects.exists()
    set_mobile(person, "0470999999", **BY)
    set_email(person, "other@example.be", **BY)
    set_email(person, "other@example.be", **BY)

    told = OutboxMessage.objects.order_by("pk").values_list("carrier", "recipient", "subject")
    assert list(told) == [
        (Carrier.TEXT_MESSAGE, "+32470123456", ""),
        (Carrier.MAIL, "an@example.be", "Votre numéro de GSM a été modifié"),
        (Carrier.MAIL, "an@example.be", "Votre adresse e-mail a été modifiée"),
    ]


def test_person_of_the_tests_is_told_nothing():
    person = create_person(Environment.TEST, at=NOON)
    name_person(person, family_name="Peeters", first_name="An", language=Language.NL, **BY)
    for address, number in (("an@example.be", "0470123456"), ("other@example.be", "0470999999")):
        set_email(person, address, **BY)
        set_mobile(person, number, **BY)
    assert not OutboxMessage.objects.exists()


def test_capital_letters_make_no_other_address():
    one, other = a_named_person(), a_named_person()
    set_email(one, "An@Example.be", **BY)
    set_email(other, "other@example.be", **BY)
    a_named_person()

    assert list(PersonDetails.objects.filter(reached_at(["AN@example.be", ""])).values_list("pk", flat=True)) == [one]
    assert not PersonDetails.objects.filter(reached_at([])).exists()


def test_audit_events_tell_no_name_and_no_address():
    person = a_named_person()
    set_email(person, "an@example.be", **BY)
    verify_email(person, "an@example.be", **BY)
    set_mobile(person, "0470123456", **BY)
    events = list(AuditEvent.objects.order_by("pk"))
    assert [event.action for event in events] == [
        "person:named",
        "account:email:change",
        "account:email:verified",
        "account:mobile:change",
    ]
    assert {frozenset(event.detail) for event in events} == {frozenset({"person"})}


@pytest.mark.parametrize(
    ("constraint", "deviation"),
    [
        ("person_is_named", {"family_name": ""}),
        ("verified_email_is_there", {"email_verified_at": NOON}),
        ("verified_mobile_is_there", {"mobile_verified_at": NOON}),
        ("mobile_is_international", {"mobile": "0470123456"}),
        ("person_language_known", {"language": "xx"}),
    ],
)
def test_database_refuses_what_the_rules_exclude(constraint: str, deviation: dict[str, object]):
    person = a_named_person()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PersonDetails.objects.filter(person_id=person).update(**deviation)


@pytest.fixture
def book(keys: PersonKeys) -> NumberedPersons:
    return NumberedPersons(keys, environment=Environment.PRODUCTION)


def test_number_is_compared_with_the_persons_own(keys: PersonKeys, book: NumberedPersons):
    known = PersonDirectory(keys, environment=Environment.PRODUCTION).find_or_create([NUMBER, OTHER], at=NOON)
    assert book.has_national_number(known[NUMBER])
    assert [book.is_national_number(known[NUMBER], text) for text in (NUMBER, OTHER, "", "x" * 11)] == [
        True,
        False,
        False,
        False,
    ]


def test_person_without_a_number_has_none(book: NumberedPersons):
    person = create_person(Environment.PRODUCTION, at=NOON)
    assert not book.has_national_number(person)
    assert not book.is_national_number(person, NUMBER)


def test_letters_go_to_the_verified_address_in_the_persons_language(book: NumberedPersons):
    person = a_named_person()
    address = set_email(person, "an@example.be", **BY)
    assert (book.mail_address(person), book.language(person)) == (None, Language.NL)
    verify_email(person, address, **BY)
    assert book.mail_address(person) == "an@example.be"
    assert book.language(create_person(Environment.PRODUCTION, at=NOON)) is Language.EN
