"""Write how the persons of a file are reached: what changed is on record, and told at the address that is left."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from correspondence.models import OutboxMessage
from domain.access.actors import Actor
from domain.languages import Language
from evidence.audit import Event, append_events
from registers.access.declarations.copying import copy_rows, update_rows
from registers.access.declarations.worlds import Contact, People
from registers.persons.left_addresses import letters_of_left
from registers.persons.models import PersonDetails

_PLATFORM_LANGUAGE = str(Language.EN)
_DETAILS = (*("person_id", "environment", "family_name", "first_name", "language", "email", "mobile", "changed_at"),)
_CONTACT = (
    ("email", "text"),
    ("email_verified_at", "timestamptz"),
    ("mobile", "text"),
    ("mobile_verified_at", "timestamptz"),
    ("language", "text"),
    ("changed_at", "timestamptz"),
)


def write_contacts(people: People, environment: str, *, first_names: Mapping[int, str], at: datetime) -> None:
    """Write how persons are reached; what changed has to be proved again by the person (access §8.2).

    Each change is an event (§9), and whoever was reached elsewhere before is told there (ASVS 6.3.7): the file
    that puts a stranger's address in its place could be anybody's. `first_names` are those of the persons who are new.
    What a person, or anybody else, changed or proved since the file was read stays.
    """
    contacts = {person: people.contacts[person] for person in people.said}
    locked = PersonDetails.objects.select_for_update().filter(pk__in=list(contacts)).order_by("pk")
    known = {row.pk: row for row in locked}
    contacts |= {person: _as_it_stands(row, contacts[person], people.before[person]) for person, row in known.items()}
    new = {person: one for person, one in contacts.items() if person not in known and one.family_name}
    copy_rows(
        PersonDetails,
        _DETAILS,
        [
            (
                person,
                environment,
                contact.family_name,
                first_names.get(person, ""),
                contact.language or _PLATFORM_LANGUAGE,
                contact.email,
                contact.mobile,
                at,
            )
            for person, contact in new.items()
        ],
    )
    changed = [row for person, row in known.items() if _differs(row, contacts[person])]
    update_rows(PersonDetails, _CONTACT, [_row(row, contacts[row.pk], at=at) for row in changed], key="person_id")
    append_events([*_events_of_new(new, people), *_events_of_changed(changed, contacts, people)], at=at)
    OutboxMessage.objects.bulk_create(_letters(changed, contacts, at=at), ignore_conflicts=True)


def _as_it_stands(row: PersonDetails, contact: Contact, before: Contact) -> Contact:
    """Return how a person is reached from now on: as the file says where the row is still what was known `before`."""
    same_email = (row.email, row.email_verified_at is not None) == (before.email, "EMail" in before.proved)
    same_mobile = (row.mobile, row.mobile_verified_at is not None) == (before.mobile, "Mobile" in before.proved)
    return replace(
        contact,
        email=contact.email if same_email else row.email,
        mobile=contact.mobile if same_mobile else row.mobile,
        language=contact.language if row.language == before.language else row.language,
    )


def _differs(row: PersonDetails, contact: Contact) -> bool:
    return (row.email, row.mobile, row.language) != (contact.email, contact.mobile, contact.language)


def _row(row: PersonDetails, contact: Contact, *, at: datetime) -> tuple[object, ...]:
    proved_email = row.email_verified_at if row.email == contact.email else None
    proved_mobile = row.mobile_verified_at if row.mobile == contact.mobile else None
    return (row.pk, contact.email, proved_email, contact.mobile, proved_mobile, contact.language, at)


def _events_of_new(new: Mapping[int, Contact], people: People) -> Iterator[Event]:
    """Yield what is on record of who is new; of whom was forgotten meanwhile, who names him says all that is written."""
    for person, contact in new.items():
        said = people.said[person]
        yield _event("person:named", person, said["FamilyName"])
        if contact.email:
            yield _event("account:email:change", person, said.get("EMail", said["FamilyName"]))
        if contact.mobile:
            yield _event("account:mobile:change", person, said.get("Mobile", said["FamilyName"]))


def _events_of_changed(
    changed: list[PersonDetails], contacts: Mapping[int, Contact], people: People
) -> Iterator[Event]:
    for row in changed:
        contact, said = contacts[row.pk], people.said[row.pk]
        if row.email != contact.email:
            yield _event("account:email:change", row.pk, said["EMail"])
        if row.mobile != contact.mobile:
            yield _event("account:mobile:change", row.pk, said["Mobile"])


def _event(action: str, person: int, by: Actor) -> Event:
    return Event(action, by.name, None, {"person": person, "source": by.source})


def _letters(changed: list[PersonDetails], contacts: Mapping[int, Contact], *, at: datetime) -> Iterator[OutboxMessage]:
    for row in changed:
        yield from letters_of_left(row, email=contacts[row.pk].email, mobile=contacts[row.pk].mobile, at=at)
