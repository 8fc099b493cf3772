"""A register with two employers, filed in directly."""

import itertools
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from domain.answers import FormResult
from domain.channels import Channel
from domain.environments import Environment, Tray
from domain.identifiers import insz
from domain.student_declarations import (
    DailyRegistration,
    DimonaAction,
    DimonaCancel,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    EmployerId,
    FormHeader,
    JudgedForm,
    PersonDetails,
)
from domain.tickets import Ticket
from evidence.models import Reception, Submission
from registers.access.models import Entity, Mandate, MandateState
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.student_days.context import FilingContext
from registers.student_days.filing import file_forms
from tests.counter_bench import make_entity

NOON = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
WAITED = timedelta(days=1)
"""How long after its reception a form is filed: what is late is judged by the reception alone (student declarations §3.4)."""
OWN = EmployerId(nsso="012345674")
OTHER = EmployerId(nsso="123456749")
STRANGER = EmployerId(nsso="175110801")
HEADER = FormHeader("DIMONA", "2026-07-01", "09:12:44.120", "0", "SU")

NOOR = PersonDetails(
    name="Peeters",
    first_name="Noor",
    birth_date="2006-03-09",
    birth_place="Luik",
    birth_country="150",
    sex="2",
    street="Rue Exemple",
    house_number="4",
    zip_code="4000",
    city="Luik",
    country="150",
    nationality="150",
)


@pytest.fixture
def keys(tmp_path) -> PersonKeys:
    path = tmp_path / "persons.json"
    path.write_text(PersonKeys.generate(), encoding="ascii")
    return PersonKeys.read(path)


def an_action(**deviation: object) -> DimonaIn:
    standard = DimonaIn(
        starting_date=date(2026, 7, 2),
        ending_date=date(2026, 7, 31),
        planned_hours=100,
        planned_days=None,
        employer=OWN,
        insz="05071400153",
        joint_commission="XXX",
        worker_type="STU",
    )
    return replace(standard, **deviation)


def a_cancellation(period_id: str, **deviation: object) -> DimonaCancel:
    return replace(DimonaCancel(period_id=period_id, insz=None, employer=None), **deviation)


def an_end(period_id: str, **deviation: object) -> DimonaOut:
    standard = DimonaOut(period_id=period_id, ending_date=date(2026, 7, 20), insz=None, employer=None)
    return replace(standard, **deviation)


def an_update(period_id: str, **deviation: object) -> DimonaUpdate:
    standard = DimonaUpdate(
        period_id=period_id,
        starting_date=None,
        starting_hour=None,
        ending_date=None,
        ending_hour=None,
        planned_hours=None,
        planned_days=None,
        insz=None,
        employer=None,
    )
    return replace(standard, **deviation)


def a_registration(**deviation: object) -> DailyRegistration:
    standard = DailyRegistration(
        status="0",
        registration_id=None,
        period_id=None,
        starting_date=date(2026, 7, 6),
        starting_hour="0900",
        ending_date=date(2026, 7, 6),
        ending_hour="1200",
    )
    return replace(standard, **deviation)


def codes(result: FormResult) -> list[str]:
    return [str(finding.code) for finding in result.findings]


def period_of(result: FormResult) -> str:
    return result.impact.period.period_id


def a_form(action: DimonaAction, *, index: int = 1) -> JudgedForm:
    employer, number = getattr(action, "employer", None), getattr(action, "insz", None)
    return JudgedForm(index, HEADER, (), employer, number, action, ())


@dataclass
class Filer:
    """Files actions as one submission each, for the sender whose entity is the first employer."""

    keys: PersonKeys
    company: str = "0412345614"
    environment: Environment = Environment.PRODUCTION
    now: datetime = NOON

    def __call__(self, *actions: DimonaAction, at: datetime | None = None, **context: object) -> list[FormResult]:
        return self.file([a_form(action, index=index) for index, action in enumerate(actions, start=1)], at, **context)

    def file_form(self, form: JudgedForm) -> FormResult:
        """File a form that was judged before, as a submission of its own."""
        return self.file([form], None)[0]

    def file(self, forms: Sequence[JudgedForm], at: datetime | None, **context: object) -> list[FormResult]:
        at = at or self.now
        with transaction.atomic():
            submission = self.submit(at)
            return file_forms(
                forms,
                context=FilingContext(submission.pk, self.environment, self.company, at, at + WAITED, **context),
                persons=PersonDirectory(self.keys, environment=self.environment),
                new_ticket=lambda: Ticket.from_random(secrets.token_bytes(16)),
            )

    def submit(self, at: datetime) -> Submission:
        return Submission.objects.create(
            environment=self.environment,
            channel=Channel.SFTP,
            tray=Tray.IN,
            owner="123456",
            technical_user="EXP_123456",
            reception=Reception.COMPLETE,
            subject_name="GO.DIMN.123456.20260701.00001.R.1",
            ticket=str(Ticket.from_random(secrets.token_bytes(16))),
            received_at=at,
            received_on=at.date(),
        )


def make_employers(*, environments: Sequence[Environment] = (Environment.PRODUCTION,)) -> None:
    own = make_entity()
    other = make_entity(name="Other", company="0400767772", nsso="123456749")
    make_entity(name="Stranger", company="0123456749", nsso="175110801")

    for environment in environments:
        Mandate.objects.create(
            environment=environment,
            principal=Entity.objects.get(environment=environment, company_number=other.company_number),
            mandatary=Entity.objects.get(environment=environment, company_number=own.company_number),
            service_group="DIMONA",
            from_quarter="20201",
            state=MandateState.ACTIVE,
            valid_from=NOON - timedelta(days=3650),
            in_force_from=NOON - timedelta(days=3650),
            created_by="test",
            source="OPERATOR",
        )


@pytest.fixture
def filer(db: None, keys: PersonKeys) -> Filer:
    make_employers()
    return Filer(keys)


@pytest.fixture
def distinct_students() -> Callable[[], str]:

    numbers = itertools.count(1)
    return lambda: insz(50714_000 + next(numbers), born_from_2000=True)
