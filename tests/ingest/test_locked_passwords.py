"""Whose password was locked after failures in a row is told by the next sweep, which needs no keys of the register of persons."""

from datetime import datetime, timedelta

from auth.keys.password_locks import claim_try
from auth.models import DigitalKey, DigitalKeyState, Login, LoginState
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel, Means
from domain.environments import Environment
from domain.refusals import OutageError
from evidence.models import AuditEvent
from ingest.recover import SweepReport
from ingest.tell_locks import tell_locks
from registers.persons.book import WrittenPersons
from registers.persons.models import Person, PersonDetails
from tests.counter_bench import CounterBench


def a_password(name: str, at: datetime) -> DigitalKey:
    """Make somebody who is written to at NAME@example.be and has a password."""
    person = Person.objects.create(environment=Environment.PRODUCTION, created_at=at)
    PersonDetails.objects.create(
        person_id=person.pk,
        environment="R",
        family_name="Peeters",
        email=f"{name}@example.be",
        email_verified_at=at,
        changed_at=at,
    )
    login = Login.objects.create(user_name=name, state=LoginState.ACTIVE, person=person, created_at=at)
    return DigitalKey.objects.create(
        login=login,
        means=Means.PASSWORD,
        state=DigitalKeyState.ACTIVE,
        enrolled_level=AssuranceLevel.PASSWORD,
        created_at=at,
    )


def lock(key: DigitalKey, at: datetime) -> None:
    for _ in range(5):
        claim_try(key, at=at)


class PersonsWithoutOne(WrittenPersons):
    """The register of persons with one row in it that cannot be read."""

    def __init__(self, person_id: int | None) -> None:
        super().__init__()
        self.unreadable = person_id

    def mail_address(self, person_id: int) -> str | None:
        if person_id == self.unreadable:
            raise OutageError("the row cannot be read")
        return super().mail_address(person_id)


def test_a_locked_password_is_told_by_the_sweep_once_as_of_when_it_was_locked(bench: CounterBench):
    at = bench.clock.now()
    key = a_password("els", at)
    lock(key, at - timedelta(minutes=1))

    assert [bench.counter.sweep().told for _ in range(2)] == [1, 0]
    event = AuditEvent.objects.get(action="account:login:locked", detail__login=key.login_id)
    assert event.at == at - timedelta(minutes=1)
    assert OutboxMessage.objects.filter(recipient="els@example.be").count() == 1


def test_a_lock_that_cannot_be_told_keeps_no_other_from_it_and_is_tried_again(bench: CounterBench):
    at = bench.clock.now()
    for key in (first := a_password("els", at), a_password("jan", at)):
        lock(key, at)

    assert tell_locks(persons=PersonsWithoutOne(first.login.person_id)) == SweepReport(told=1, failed=1)
    assert OutboxMessage.objects.values_list("recipient", flat=True).get() == "jan@example.be"
    assert AuditEvent.objects.filter(action="account:login:locked").count() == 1
    assert tell_locks(persons=WrittenPersons()) == SweepReport(told=1)
