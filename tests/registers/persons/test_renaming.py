"""A name that somebody said is corrected with a reason, and its owner is written to; a proved one stays without a source."""

import pytest

from correspondence.models import OutboxMessage
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.languages import Language
from evidence.models import AuditEvent
from registers.persons.details import create_person, name_person, prove_name, read_details, set_email
from registers.persons.renaming import OtherName, Renamed, rename_person
from tests.registers.persons.test_details import BY, LATER, NOON, a_named_person

pytestmark = pytest.mark.django_db
RIGHT = {"family_name": "Schmitz", "first_name": "Heidi"}


def rename(person: int, *, source: str = "", **deviation: str) -> Renamed | None:
    name = OtherName(**(RIGHT | deviation), reason="typed wrong", source=source)
    return rename_person(person, name, actor="operator", at=LATER)


def test_a_name_is_corrected_with_its_reason_on_record_and_no_name_there():
    person = a_named_person(family_name="Wronk", first_name="Clown")
    rename(person, family_name=" Schmitz ")

    event = AuditEvent.objects.get(action="person:renamed")
    details = read_details([person])[person]
    assert (details.name, details.is_name_proved) == ("Heidi Schmitz", False)
    assert (event.actor, event.detail["person"], event.detail["reason"]) == ("operator", person, "typed wrong")
    assert not any(name in str(event.detail) for name in ("Wronk", "Clown", "Schmitz", "Heidi"))


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        (Language.NL, "Uw naam is verbeterd"),
        (Language.FR, "Votre nom a été corrigé"),
        (Language.DE, "Ihr Name wurde berichtigt"),
        (Language.EN, "Your name was corrected"),
    ],
)
def test_the_person_is_written_to_without_a_name(language: Language, subject: str):
    person = a_named_person(language=language)
    set_email(person, "heidi@example.be", **BY)
    renamed = rename(person)

    letter = OutboxMessage.objects.get()
    assert renamed is not None
    assert (renamed.told_at, letter.recipient, letter.subject) == ("heidi@example.be", "heidi@example.be", subject)
    assert not any(name in letter.body for name in ("Peeters", "Schmitz", "Heidi"))
    assert "Guichet" in letter.body


def test_who_has_no_address_and_who_is_of_the_tests_is_not_written_to():
    of_tests = create_person(Environment.TEST, at=NOON)
    name_person(of_tests, family_name="Peeters", first_name="An", language=Language.NL, **BY)
    set_email(of_tests, "an@example.be", **BY)
    told = [rename(person) for person in (a_named_person(), of_tests)]

    assert [renamed.told_at for renamed in told if renamed] == ["", ""]
    assert not OutboxMessage.objects.exists()


def test_the_name_that_he_has_already_changes_nothing():
    person = a_named_person(**RIGHT)

    assert rename(person) is None
    assert not AuditEvent.objects.filter(action="person:renamed").exists()


def a_proved_person() -> int:
    person = a_named_person()
    prove_name(person, family_name="Peeters", first_name="An", language=Language.NL, **BY)
    return person


def test_a_proved_name_stays_unless_it_is_said_what_proves_another():
    person = a_proved_person()
    with pytest.raises(ConfigurationRefusedError, match="proved the name"):
        rename(person)
    assert read_details([person])[person].name == "An Peeters"

    rename(person, source="extract of the national register")
    details = read_details([person])[person]
    assert (details.name, details.is_name_proved) == ("Heidi Schmitz", True)
    event = AuditEvent.objects.filter(action="person:renamed").latest("pk")
    assert event.detail["source"] == "extract of the national register"


@pytest.mark.parametrize("deviation", [{"family_name": " "}, {"family_name": "x" * 101}, {"first_name": "a\nb"}])
def test_a_name_that_is_none_is_refused(deviation: dict[str, str]):
    with pytest.raises(ConfigurationRefusedError):
        rename(a_named_person(), **deviation)


def test_who_has_no_name_here_is_not_renamed():
    with pytest.raises(ConfigurationRefusedError, match="no name here yet"):
        rename(create_person(Environment.PRODUCTION, at=NOON))
