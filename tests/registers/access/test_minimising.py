"""Who was removed long ago and is nothing else any more is forgotten by name; what happened stays."""

from datetime import timedelta

import pytest

from domain.access.roles import Role
from domain.languages import Language
from evidence.models import AuditEvent
from registers.access.appointing import accept, appoint
from registers.access.minimising import forget_removed_persons
from registers.access.models import UserAccount
from registers.access.user_accounts import remove_user
from registers.persons.details import name_person, read_details, set_email, set_mobile
from tests.registers.access.conftest import NOON, Company, a_person, signed_in

REMOVED = NOON + timedelta(days=1)
LATER = NOON + timedelta(days=4000)
LONG_AGO = REMOVED + timedelta(seconds=1)


class SignInsInMemory:
    """Knows who signed in, as the test says."""

    def __init__(self, *persons: int) -> None:
        self.persons = set(persons)

    def __call__(self, person_ids, since) -> set[int]:  # noqa: ARG002 - at any time
        return self.persons & set(person_ids)


def a_named_person() -> int:
    person = a_person()
    name_person(person, family_name="Peeters", first_name="Els", language=Language.NL, actor="test", at=NOON)
    set_email(person, "els@example.org", actor="test", at=NOON)
    set_mobile(person, "+32470123456", actor="test", at=NOON)
    return person


def remove(company: Company, row: UserAccount) -> None:
    remove_user(row.pk, by=signed_in(company.chief), at=REMOVED, sessions=company.sessions)


@pytest.fixture
def somebody(company: Company) -> int:
    """A person whose only account was removed."""
    person = a_named_person()
    remove(company, company.user(person))
    return person


def forget(*signed: int, before=LONG_AGO, persons_at_once: int = 500) -> int:
    return forget_removed_persons(
        before=before, sign_ins=SignInsInMemory(*signed), at=LATER, persons_at_once=persons_at_once
    )


def test_names_and_addresses_go_and_the_account_stays(company: Company, somebody: int):
    assert forget() == 1

    assert read_details([somebody]) == {}
    row = UserAccount.objects.get(person_id=somebody)
    assert (row.state, row.valid_until, row.changes.count() > 0) == ("REMOVED", REMOVED, True)
    event = AuditEvent.objects.get(action="person:forgotten")
    assert (event.actor, event.detail["persons"]) == ("retention", [str(somebody)])


def test_a_second_run_finds_nothing_and_says_nothing(company: Company, somebody: int):
    forget()

    assert forget() == 0
    assert AuditEvent.objects.filter(action="person:forgotten").count() == 1


def test_every_batch_is_done(company: Company):
    people = [a_named_person() for _ in range(5)]
    for person in people:
        remove(company, company.user(person))

    assert forget(people[1], persons_at_once=2) == 4
    assert set(read_details(people)) == {people[1]}


def test_who_was_removed_too_lately_is_kept(company: Company, somebody: int):
    assert forget(before=REMOVED) == 0
    assert read_details([somebody])


def test_who_signs_in_is_kept(company: Company, somebody: int):
    assert forget(somebody) == 0


def _another_account(company: Company, person: int) -> None:
    company.user(person, at=REMOVED)


def _an_invitation(company: Company, person: int) -> None:
    company.invite(person, at=REMOVED)


def _an_account_removed_later(company: Company, person: int) -> None:
    row = company.user(person, at=REMOVED)
    remove_user(row.pk, by=signed_in(company.chief), at=LONG_AGO, sessions=company.sessions)


def _an_appointment(company: Company, person: int) -> None:
    row = appoint(company.id, role=Role.CO_CHIEF, person_id=person, quality="", by=signed_in(company.chief), at=REMOVED)
    accept(row.pk, by=signed_in(person), at=REMOVED)


def _a_proposal(company: Company, person: int) -> None:
    appoint(company.id, role=Role.CO_CHIEF, person_id=person, quality="", by=signed_in(company.chief), at=REMOVED)


@pytest.mark.parametrize(
    "more", [_another_account, _an_invitation, _an_account_removed_later, _an_appointment, _a_proposal]
)
def test_who_is_something_else_too_is_kept(company: Company, somebody: int, more):
    more(company, somebody)

    assert forget() == 0
    assert read_details([somebody])


def test_who_never_was_a_user_is_kept(company: Company):
    person = a_named_person()

    assert forget() == 0
    assert read_details([person])


def test_who_is_invited_again_is_named_anew(company: Company, somebody: int):
    forget()
    company.user(somebody, at=LATER)
    name_person(somebody, family_name="Peeters", first_name="Els", language=Language.NL, actor="test", at=LATER)

    assert forget(before=LATER) == 0
    assert read_details([somebody])[somebody].email == ""
