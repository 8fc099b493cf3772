"""What becomes of how a person is reached while a file is filed stays, and the file changes the rest."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from domain.access.actors import Actor
from domain.environments import Environment
from domain.languages import Language
from evidence.models import AuditEvent
from registers.access.declarations.contacts import write_contacts
from registers.access.declarations.worlds import Contact, People
from registers.persons.details import set_email, set_mobile, verify_email
from registers.persons.models import PersonDetails
from tests.registers.access.conftest import NOON, a_person
from tests.waiting import wait_for

BEFORE, OWN, SAID = "ann@firm.example", "ann@home.example", "peeters@firm.example"
OWN_MOBILE, SAID_MOBILE = "+32470999999", "+32475123456"
BY = Actor.sender("123456", entity_id=1, file="FI.ACCS", form="REF-1")


def name(person: int, *, email: str = BEFORE) -> int:
    PersonDetails.objects.create(
        person_id=person,
        environment=Environment.PRODUCTION,
        family_name="Peeters",
        language=Language.NL,
        email=email,
        changed_at=NOON,
    )
    return person


def say(person: int, known: Contact, *, email: str | None = None, mobile: str | None = None) -> People:
    people = People()
    people.reach(person, known, email=email, mobile=mobile, language="fr", by=BY)
    return people


def write(people: People) -> None:
    with transaction.atomic():
        write_contacts(people, Environment.PRODUCTION, first_names={}, at=NOON)


def reached(person: int) -> tuple[str, str, str]:
    row = PersonDetails.objects.get(person_id=person)
    return row.email, row.mobile, row.language


def changed_by_the_file() -> list[str]:
    return list(AuditEvent.objects.filter(actor=BY.name).order_by("pk").values_list("action", flat=True))


def as_read() -> Contact:
    return Contact("Peeters", BEFORE, language="nl")


CHANGES: dict[str, tuple[Callable[[int], object], tuple[str, str, str], list[str]]] = {
    "address": (
        lambda person: set_email(person, OWN, actor="person", at=NOON),
        (OWN, SAID_MOBILE, "fr"),
        ["account:mobile:change"],
    ),
    "mobile number": (
        lambda person: set_mobile(person, OWN_MOBILE, actor="person", at=NOON),
        (SAID, OWN_MOBILE, "fr"),
        ["account:email:change"],
    ),
    "language": (
        lambda person: PersonDetails.objects.filter(pk=person).update(language=Language.DE),
        (SAID, SAID_MOBILE, "de"),
        ["account:email:change", "account:mobile:change"],
    ),
    "proof": (
        lambda person: verify_email(person, BEFORE, actor="person", at=NOON),
        (BEFORE, SAID_MOBILE, "fr"),
        ["account:mobile:change"],
    ),
}


@pytest.mark.parametrize(("change", "expected", "events"), CHANGES.values(), ids=CHANGES)
def test_what_the_person_changed_or_proved_meanwhile_stays(
    db: None, change: Callable[[int], object], expected: tuple[str, str, str], events: list[str]
):
    person = name(a_person())
    said = say(person, as_read(), email=SAID, mobile=SAID_MOBILE)
    change(person)
    write(said)

    assert reached(person) == expected
    assert changed_by_the_file() == events


def test_an_address_that_the_file_does_not_name_stays(db: None):
    person = name(a_person())
    said = say(person, as_read(), mobile=SAID_MOBILE)
    set_email(person, OWN, actor="person", at=NOON)
    write(said)

    assert reached(person) == (OWN, SAID_MOBILE, "fr")
    assert changed_by_the_file() == ["account:mobile:change"]


def test_who_is_named_meanwhile_is_named_so_and_what_is_missing_is_added(db: None):
    person = a_person()
    said = say(person, Contact("Peters", language="fr"), mobile=SAID_MOBILE)
    name(person)
    write(said)

    assert reached(person) == (BEFORE, SAID_MOBILE, "nl")
    assert changed_by_the_file() == ["account:mobile:change"]


def test_who_is_forgotten_meanwhile_is_entered_anew_by_the_file(db: None):
    person = name(a_person())
    said = say(person, as_read(), mobile=SAID_MOBILE)
    PersonDetails.objects.filter(pk=person).delete()
    write(said)

    assert reached(person) == (BEFORE, SAID_MOBILE, "fr")
    assert changed_by_the_file() == ["person:named", "account:email:change", "account:mobile:change"]


def test_a_change_at_the_same_moment_is_waited_for(transactional_db: None):
    person, is_changed = name(a_person()), Event()
    said = say(person, as_read(), email=SAID, mobile=SAID_MOBILE)

    def change() -> bool:
        try:
            with transaction.atomic():
                set_email(person, OWN, actor="person", at=NOON)
                is_changed.set()
                return wait_for(1)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        changing = threads.submit(change)
        assert is_changed.wait(timeout=30)
        write(said)
        assert changing.result(timeout=30)

    assert reached(person) == (OWN, SAID_MOBILE, "fr")
    assert changed_by_the_file() == ["account:mobile:change"]
