"""A register with some periods, and whoever asks about them."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.environments import Environment
from domain.student_day_questions import Asker, AskerKind
from registers.persons.models import Person, PersonIdentifier
from registers.persons.numbers import PersonKeys
from registers.student_days.models import ConsultationLog
from registers.student_days.questions.access_codes import CodeKey
from registers.student_days.questions.attestations import AttestationDesk

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
NUMBER = "05071400153"
R = Environment.PRODUCTION


def an_asker(**deviation: object) -> Asker:
    return replace(Asker(AskerKind.STUDENT, "own page", "looked at the own balance"), **deviation)


AN_OPERATOR = Asker(AskerKind.OPERATOR, "operator", "question of the student by telephone")
AN_EMPLOYER = Asker(AskerKind.EMPLOYER, "0412345614", "before a contract")


def ask(**deviation: object) -> dict[str, object]:
    """The words that every question takes."""
    return {"environment": R, "asker": an_asker(), "at": NOW} | deviation


@pytest.fixture
def person(keys: PersonKeys) -> Callable[[str], int]:
    """The person of a national number."""
    return lambda number=NUMBER: PersonIdentifier.objects.get(lookup=keys.lookup(number)).person_id


@pytest.fixture
def desk(keys: PersonKeys) -> AttestationDesk:
    return AttestationDesk(CodeKey.derive(keys), secrets.token_bytes, "https://counter.example")


@pytest.fixture
def somebody(db: None) -> int:
    """A person without any period."""
    return Person.objects.create(environment=R, created_at=NOW - timedelta(days=9)).pk


class Counted(CaptureQueriesContext):
    """Counts the queries of a block, without the marks of transactions."""

    def __init__(self) -> None:
        super().__init__(connection)

    @property
    def count(self) -> int:
        marks = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
        return len([query for query in self.captured_queries if not str(query["sql"]).startswith(marks)])


def looks() -> list[tuple[str, str, int | None, str]]:
    """What is on record: question, asker, person, about."""
    rows = ConsultationLog.objects.order_by("pk")
    return list(rows.values_list("question", "asker", "person_id", "about"))
