"""Whose password was locked after failures in a row is told by the next sweep, which needs no keys of the register of persons."""

from datetime import timedelta

from auth.keys.password_locks import claim_try
from auth.models import DigitalKey, DigitalKeyState, Login, LoginState
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel, Means
from domain.environments import Environment
from evidence.models import AuditEvent
from registers.persons.models import Person, PersonDetails
from tests.counter_bench import CounterBench


def test_a_locked_password_is_told_by_the_sweep_once(bench: CounterBench):
    at = bench.clock.now()
    person = Person.objects.create(environment=Environment.PRODUCTION, created_at=at)
    PersonDetails.objects.create(
        person_id=person.pk,
        environment="R",
        family_name="Peeters",
        email="els@example.be",
        email_verified_at=at,
        changed_at=at,
    )
    login = Login.objects.create(user_name="els", state=LoginState.ACTIVE, person=person, created_at=at)
    key = DigitalKey.objects.create(
        login=login,
        means=Means.PASSWORD,
        state=DigitalKeyState.ACTIVE,
        enrolled_level=AssuranceLevel.PASSWORD,
        created_at=at,
    )
    for _ in range(5):
        claim_try(key, at=at - timedelta(minutes=1))

    assert [bench.counter.sweep().told for _ in range(2)] == [1, 0]
    assert AuditEvent.objects.filter(action="account:login:locked", detail__login=login.pk).count() == 1
    assert OutboxMessage.objects.filter(recipient="els@example.be").count() == 1
