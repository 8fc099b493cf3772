"""Periods of work of those who check in, and the declarations that make them."""

from datetime import date, datetime, timedelta

from registers.access.models import Entity
from registers.student_days.models import Declaration, Period
from tests.checkin_items import COMPANY, RECEIVED
from tests.counter_bench import make_entity
from tests.registers.checkins.conftest import a_submission


def employ(person_id: int, company: str = COMPANY, **deviation) -> Period:
    entity = Entity.objects.filter(environment="R", company_number=company).first()
    facts = {
        "id": Period.objects.count() + 1,
        "environment": "R",
        "person_id": person_id,
        "employer": entity or make_entity(company=company, nsso="123456749"),
        "joint_commission": "XXX",
        "worker_type": "OTH",
        "starting_date": date(2026, 1, 1),
        "first_declared_at": RECEIVED,
        "last_changed_at": RECEIVED,
    }
    return Period.objects.create(**facts | deviation)


def declare(period: Period, *, filed_at: datetime, waited: timedelta = timedelta()) -> None:
    """Have a declaration make or change the period, as the filing does."""
    Declaration.objects.create(
        environment="R",
        submission=a_submission(),
        form_index=1,
        ticket="0123456789ABD",
        accepted=True,
        period=period,
        received_at=filed_at - waited,
        filed_at=filed_at,
    )
