"""A company that ends or is stopped, or its account, makes wrong what is registered for that day and later alone."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection

from domain.brussels import BRUSSELS, brussels_date
from evidence.audit import append_event
from registers.access.models import Entity, EntityAccount
from registers.checkins.models import Presence, RevalidationRequest
from registers.checkins.sources import sources_of
from registers.checkins.validating import ask_again
from registers.student_days.models import PeriodVersion
from tests.checkin_items import COMPANY, RECEIVED, a_day
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.employing import employ
from tests.registers.checkins.test_validation import LATER, R, a_presence, said_of, validate
from tests.registers.checkins.validations import validate_again

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THAT_EVENING = datetime(2026, 11, 23, 23, tzinfo=BRUSSELS)
MIDNIGHT, RESUMED = THAT_EVENING + HOUR, THAT_EVENING + 2 * DAY
MIGRATION = import_module("registers.checkins.migrations.0031_days_of_companies")
TRAIL = import_module("registers.access.migrations.0019_suspended_as_the_trail_tells")
LATE_FILINGS = import_module("registers.checkins.migrations.0033_right_before_a_late_filing").LATE_FILINGS
SUSPENSIONS = import_module("registers.checkins.migrations.0032_days_of_suspended_accounts")
STOPS_OF_ENTITIES = {
    "ended that evening": ({"state": "ENDED", "state_since": THAT_EVENING}, True),
    "ended at midnight": ({"state": "ENDED", "state_since": MIDNIGHT}, False),
    "was taken out that evening": ({"valid_until": THAT_EVENING}, True),
    "was taken out at midnight": ({"valid_until": MIDNIGHT}, False),
    "is suspended since that evening": ({"state": "SUSPENDED", "state_since": THAT_EVENING}, True),
    "is suspended since midnight": ({"state": "SUSPENDED", "state_since": MIDNIGHT}, False),
    "was suspended over that day": ({"stopped_at": THAT_EVENING, "state_since": RESUMED}, True),
    "was suspended after that day": ({"stopped_at": MIDNIGHT, "state_since": RESUMED}, False),
}
STOPS_OF_ACCOUNTS = {
    "is suspended since that evening": ({"state": "SUSPENDED", "suspended_at": THAT_EVENING}, True),
    "is suspended since midnight": ({"state": "SUSPENDED", "suspended_at": MIDNIGHT}, False),
    "was suspended over that day": ({"suspended_at": THAT_EVENING, "resumed_at": RESUMED}, True),
    "was suspended in the evening alone": (
        {"suspended_at": THAT_EVENING, "resumed_at": THAT_EVENING + HOUR / 2},
        False,
    ),
    "was closed that evening": ({"state": "CLOSED", "closed_at": THAT_EVENING}, True),
    "was closed at midnight": ({"state": "CLOSED", "closed_at": MIDNIGHT}, False),
    "was suspended that evening and closed since": (
        {"state": "CLOSED", "suspended_at": THAT_EVENING, "closed_at": RESUMED},
        True,
    ),
}
"""Of an account that waits for its codes, where it is not stopped: one that is active has a chief."""
JUDGED = {True: ("FAILED", {"EMPLOYER_NOT_ACTIVE"}), False: ("VALIDATED", set())}


@pytest.mark.parametrize(("stop", "is_remarked"), STOPS_OF_ENTITIES.values(), ids=STOPS_OF_ENTITIES)
def test_an_employer_makes_wrong_the_days_alone_at_whose_end_it_is_not_active(counter: Counter, stop, is_remarked):
    presence = a_presence(counter)
    entities = Entity.objects.filter(pk=employ(presence.person_id).employer_id)
    validate()
    entities.update(**stop)
    ask_again(environment=R, at=LATER, employers=[COMPANY])
    validate_again(sources_of(R), environment=R, at=LATER + 5 * DAY)
    assert said_of(presence) == JUDGED[is_remarked]


@pytest.mark.parametrize(("stop", "is_remarked"), STOPS_OF_ACCOUNTS.values(), ids=STOPS_OF_ACCOUNTS)
def test_an_account_makes_wrong_the_days_alone_at_whose_end_it_is_stopped(counter: Counter, stop, is_remarked):
    presence = a_presence(counter)
    facts = {"state": "REGISTERED", "codes_issued_at": RECEIVED - DAY, "activated_at": RECEIVED - DAY} | stop
    EntityAccount.objects.create(entity_id=employ(presence.person_id).employer_id, environment="R", **facts)
    validate()
    assert said_of(presence) == JUDGED[is_remarked]


@pytest.mark.parametrize(("change", "requests"), [({"state": "ENDED", "state_since": LATER}, 1), ({}, 0)])
def test_after_the_upgrade_what_failed_for_a_company_that_ended_is_asked_about_again(
    counter: Counter, change, requests
):
    entities = Entity.objects.filter(pk=employ(a_presence(counter).person_id).employer_id)
    entities.update(**change or {"name": "Another name"})
    Presence.objects.filter(number__gt=0).update(status="FAILED", remarks=["EMPLOYER_NOT_ACTIVE"])
    RevalidationRequest.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(MIGRATION.COMPANIES)
    assert [one.employer for one in RevalidationRequest.objects.all()] == [COMPANY] * requests


@pytest.mark.parametrize("waits", [False, True])
def test_after_the_upgrade_the_days_before_a_suspension_that_the_trail_tells_are_asked_about_again(
    counter: Counter, waits
):
    presence = a_presence(counter)
    company = employ(presence.person_id).employer_id
    since = RECEIVED - DAY
    facts = {"state": "SUSPENDED", "codes_issued_at": since, "activated_at": since, "suspended_at": since}
    EntityAccount.objects.create(entity_id=company, environment="R", **facts)
    append_event("account:suspended", at=MIDNIGHT, actor="operator", entity=company)
    validate()
    assert said_of(presence) == JUDGED[True]
    RevalidationRequest.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(TRAIL.TOLD + (MIGRATION.COMPANIES if waits else "") + SUSPENSIONS.SUSPENDED)
    assert [one.employer for one in RevalidationRequest.objects.all()] == [COMPANY]
    validate_again(sources_of(R), environment=R, at=LATER + 5 * DAY)
    assert said_of(presence) == JUDGED[False]


@pytest.mark.parametrize(("days", "requests"), [(1, 0), (3, 1)])
def test_after_the_upgrade_who_failed_and_has_a_dimona_that_waited_for_days_is_asked_about_again(
    counter: Counter, days, requests
):
    now = datetime.now(UTC)
    (outcome,) = counter(a_day(date=brussels_date(now)), received_at=now)
    Presence.objects.filter(number__gt=0).update(status="FAILED", remarks=["DIMONA_NOT_OK"])
    period = employ(outcome.registration.person_id)
    PeriodVersion.objects.create(
        environment="R",
        period=period,
        number=1,
        reason="FILED",
        starting_date=period.starting_date,
        state="ACTIVE",
        received_at=now - days * DAY,
        filed_at=now,
    )
    RevalidationRequest.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(MIGRATION.LATE_FILINGS)
    assert [one.person_id for one in RevalidationRequest.objects.all()] == [outcome.registration.person_id] * requests


def a_late_end(counter: Counter, *, waited: timedelta, judged: timedelta, **facts: object) -> Presence:
    """Return a registration found right, whose period was ended by a declaration that waited until now before it was filed."""
    now = datetime.now(UTC)
    (outcome,) = counter(a_day(date=brussels_date(now)), received_at=now)
    presence = Presence.objects.get(number=outcome.registration.id)
    Presence.objects.filter(number=presence.number).update(
        **{"status": "VALIDATED", "validated_at": now + judged} | facts
    )
    period = employ(presence.person_id, ending_date=brussels_date(now) - DAY)
    PeriodVersion.objects.create(
        environment="R",
        period=period,
        number=1,
        reason="UPDATED",
        starting_date=period.starting_date,
        ending_date=period.ending_date,
        state="ACTIVE",
        received_at=now - waited,
        filed_at=now,
    )
    RevalidationRequest.objects.all().delete()
    return presence


def ask_after_the_upgrade() -> list[tuple[int, bool]]:
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute(LATE_FILINGS)
    return [(one.person_id, one.is_of_upgrade) for one in RevalidationRequest.objects.all()]


def test_after_the_upgrade_what_an_end_that_waited_for_days_made_wrong_fails(counter: Counter):
    presence = a_late_end(counter, waited=3 * DAY, judged=-HOUR)
    assert ask_after_the_upgrade() == [(presence.person_id, True)]
    validate_again(sources_of(R), environment=R, at=datetime.now(UTC))
    assert said_of(presence) == ("FAILED", {"DIMONA_NOT_OK"})


NOT_ASKED = {
    "filed at once": {"waited": DAY, "judged": -HOUR},
    "judged since": {"waited": 3 * DAY, "judged": 2 * DAY},
    "superseded": {"waited": 3 * DAY, "judged": -HOUR, "status": "SUPERSEDED", "next_date": THAT_EVENING.date()},
    "cancelled": {"waited": 3 * DAY, "judged": -HOUR, "status": "CANCELLED"},
}


@pytest.mark.parametrize("case", NOT_ASKED.values(), ids=NOT_ASKED)
def test_after_the_upgrade_nobody_is_asked_about_again_whom_a_late_declaration_does_not_concern(counter: Counter, case):
    a_late_end(counter, **case)
    assert ask_after_the_upgrade() == []


def test_after_the_upgrade_who_failed_for_something_else_before_a_late_declaration_is_asked_about_again(
    counter: Counter,
):
    presence = a_late_end(counter, waited=3 * DAY, judged=-HOUR, status="FAILED", remarks=["WORK_PLACE_NOT_EXISTING"])
    assert ask_after_the_upgrade() == [(presence.person_id, True)]
