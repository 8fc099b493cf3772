"""What is done in one environment neither reads nor changes anything of another: TEST never meets PRODUCTION."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from domain.checkins.asking import PresenceAsker, PresenceAskerKind
from domain.checkins.codes import RefusalCode
from domain.checkins.corrections import CorrectionsWanted
from domain.checkins.outcomes import Refused, Registered
from domain.checkins.searches import DayPeriod, FoundPage, SearchCriteria
from domain.checkins.vocabulary import ClockingChannel, Sector
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from registers.checkins.correction_lists import waiting_corrections
from registers.checkins.correction_reading import find_corrections, read_correction
from registers.checkins.deciding import accept, reject, take_up, withdraw
from registers.checkins.missing_outs import flag_missing_outs
from registers.checkins.models import (
    Correction,
    CorrectionEvidence,
    ErrorReport,
    Presence,
    PresenceStep,
    ValidityNotice,
    WorkPlace,
)
from registers.checkins.on_site import count_on_site, list_on_site, list_staff_on_site
from registers.checkins.presence_writing import PresenceDetails, write_presences
from registers.checkins.reading import own_records, read_one
from registers.checkins.records import read_newest
from registers.checkins.searching import search
from registers.checkins.sources import sources_of
from registers.checkins.validating import ask_again
from registers.persons.details import create_person
from tests.checkin_items import (
    CLEANING_SITE,
    COMPANY,
    RECEIVED,
    SITE,
    a_cancellation,
    a_correction,
    a_day,
    a_request_for_a_missing_event,
    an_event,
)
from tests.registers.checkins.conftest import Counter, a_work_place
from tests.registers.checkins.validations import validate_again, validate_waiting

R, T = Environment.PRODUCTION, Environment.TEST
LATER = RECEIVED + timedelta(hours=1)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
PROGRAM = PresenceAsker(PresenceAskerKind.SENDER, "123456", "a test", companies=frozenset({COMPANY}))
INSPECTOR = PresenceAsker(PresenceAskerKind.INSPECTOR, "inspector 5", "a test")


class Elsewhere:
    """A counter that takes for TEST, and what one person brought to PRODUCTION: a day, an event and a request."""

    def __init__(self, counter: Counter) -> None:
        self.in_production = counter
        day, event = counter(a_day(reference="DAY-1"), an_event(reference="EVENT-1"))
        assert isinstance(day, Registered)
        assert isinstance(event, Registered)
        self.day, self.event, self.person_id = day.registration.id, event.registration.id, day.registration.person_id
        counter(a_correction(registration_id=self.event, corrected_at=RECEIVED - timedelta(hours=1)))
        self.request = Correction.objects.get().number
        self.counter = replace(counter, by=replace(counter.by, environment=T))
        for number, sector in ((SITE, Sector.CONSTRUCTION), (CLEANING_SITE, Sector.CLEANING)):
            a_work_place(environment="T", number=number, sector=sector)

    @property
    def himself(self) -> PresenceAsker:
        return PresenceAsker(PresenceAskerKind.WORKER, "person", "own", person_id=self.person_id)


@pytest.fixture
def elsewhere(counter: Counter) -> Elsewhere:
    return Elsewhere(counter)


OF_NO_ENVIRONMENT = {"PresenceLook", "EvidenceScanner"}
"""A look is asked in production alone, as it is written here; and one scanner looks at the evidence of all."""


def rows_of(environment: Environment) -> dict[str, list[dict[str, object]]]:
    """Return every row of the register that carries the environment."""
    models = [one for one in apps.get_app_config("checkins").get_models() if one.__name__ not in OF_NO_ENVIRONMENT]
    return {
        one.__name__: sorted(one.objects.filter(environment=environment).values(), key=repr)  # type: ignore[attr-defined]
        for one in models
    }


REFUSED = (
    (lambda there: a_cancellation(registration_id=there.day), RefusalCode.REGISTRATION_NOT_FOUND),
    (
        lambda _: a_cancellation(registration_id=None, reference="DAY-1"),
        RefusalCode.REGISTRATION_NOT_FOUND,
    ),
    (
        lambda there: a_correction(registration_id=there.event, corrected_at=RECEIVED),
        RefusalCode.CORRECTION_TARGET_UNKNOWN,
    ),
)


@pytest.mark.parametrize(("item", "code"), REFUSED)
def test_what_another_environment_registered_is_not_there(elsewhere: Elsewhere, item, code):
    before = rows_of(R)
    (alone,) = elsewhere.counter(item(elsewhere))
    assert alone == Refused((code,))
    mixed = elsewhere.counter(a_day(), item(elsewhere))
    assert mixed[1] == Refused((code,))
    assert rows_of(R) == before


def test_the_same_item_is_new_in_each_environment(elsewhere: Elsewhere):
    outcomes = elsewhere.counter(a_day(reference="DAY-1"), an_event(reference="EVENT-1"))
    assert [one.registration.id for one in outcomes if isinstance(one, Registered) and not one.remarks]
    assert not {one.registration.id for one in outcomes if isinstance(one, Registered)} & {
        elsewhere.day,
        elsewhere.event,
    }
    assert {row.environment for row in Presence.objects.all()} == {"R", "T"}


READS: tuple[Callable[[Elsewhere], object], ...] = (
    lambda there: read_one(there.day, asker=PROGRAM, aliases=there.counter.aliases, at=LATER),
    lambda there: read_one(there.event, asker=INSPECTOR, aliases=there.counter.aliases, at=LATER),
    lambda there: read_one(there.event, asker=there.himself, aliases=there.counter.aliases, at=LATER),
    lambda there: (
        search(
            SearchCriteria(periods=(DayPeriod(FIRST, LAST),)),
            FoundPage(),
            asker=INSPECTOR,
            aliases=there.counter.aliases,
            at=LATER,
        ).count
    ),
    lambda there: own_records(first=FIRST, last=LAST, asker=there.himself, environment=T, at=LATER).records,
    lambda _: list_on_site(SITE, environment=T, asker=INSPECTOR, at=RECEIVED),
    lambda _: list_on_site(CLEANING_SITE, environment=T, asker=INSPECTOR, at=RECEIVED),
    lambda _: list_staff_on_site(COMPANY, environment=T, asker=INSPECTOR, at=RECEIVED, most=9).present,
    lambda _: count_on_site(CLEANING_SITE, environment=T, at=RECEIVED).present,
    lambda there: read_correction(there.request, asker=PROGRAM, aliases=there.counter.aliases, at=LATER),
    lambda there: (
        find_corrections(CorrectionsWanted(), asker=PROGRAM, aliases=there.counter.aliases, at=LATER).requests
    ),
    lambda _: waiting_corrections(T),
)


@pytest.mark.parametrize("read", READS)
def test_nothing_of_another_environment_is_seen(elsewhere: Elsewhere, read):
    assert not read(elsewhere)


def validate_everything(environment: Environment, *, person_id: int) -> None:
    """Validate what waits, and once more what a place, a company and a person bear on."""
    validate_waiting(sources_of(environment), environment=environment, at=LATER)
    ask_again(
        environment=environment,
        at=LATER,
        work_places=[SITE, CLEANING_SITE],
        employers=[COMPANY],
        person_ids=[person_id],
    )
    validate_again(sources_of(environment), environment=environment, at=LATER + timedelta(hours=1))


def flag_missing(there: Elsewhere) -> None:
    """Look for missing check-outs two days later."""
    at = RECEIVED + timedelta(days=2)
    assert flag_missing_outs(environment=T, limits=there.counter.limits, at=at).spells == 0


JOBS: tuple[Callable[[Elsewhere], object], ...] = (
    lambda there: validate_everything(T, person_id=there.person_id),
    flag_missing,
    lambda there: there.counter(a_day(), an_event(), a_request_for_a_missing_event(corrected_at=RECEIVED)),
)


@pytest.mark.parametrize("job", JOBS)
def test_what_is_done_in_one_environment_changes_nothing_in_another(elsewhere: Elsewhere, job):
    before = rows_of(R)
    job(elsewhere)
    assert rows_of(R) == before


@pytest.mark.parametrize("status", ["VALIDATED", "FAILED"])
def test_a_change_in_production_validates_nothing_of_test_anew(elsewhere: Elsewhere, status):
    """The sender of a test file is not told of what production knows."""
    there = elsewhere.counter
    there(a_day(), channel=ClockingChannel.BATCH)
    Presence.objects.filter(environment="T").update(status=status)
    before = rows_of(T)
    validate_everything(R, person_id=elsewhere.person_id)
    assert rows_of(T) == before
    assert not ValidityNotice.objects.exists()


DECISIONS: tuple[Callable[[Elsewhere], object], ...] = (
    lambda there: take_up(there.request, environment=T, by="person:9", at=LATER),
    lambda there: accept(there.request, environment=T, by="person:9", note="", limits=there.counter.limits, at=LATER),
    lambda there: reject(there.request, environment=T, by="person:9", note="No.", at=LATER),
    lambda there: withdraw(
        there.request, environment=T, companies=frozenset({COMPANY}), person_id=there.person_id, at=LATER
    ),
)


@pytest.mark.parametrize("decide", DECISIONS)
def test_a_request_of_another_environment_is_not_decided_on(elsewhere: Elsewhere, decide):
    before = rows_of(R)
    with pytest.raises(ConfigurationRefusedError):
        decide(elsewhere)
    assert rows_of(R) == before


def test_a_request_of_an_unknown_registration_makes_none(elsewhere: Elsewhere):
    Correction.objects.filter(number=elsewhere.request).update(state="SUBMITTED", target=elsewhere.event + 1)
    with pytest.raises(ConfigurationRefusedError, match="is gone"):
        accept(
            elsewhere.request,
            environment=R,
            by="person:9",
            note="",
            limits=elsewhere.counter.limits,
            at=LATER,
        )


MIXED: tuple[Callable[[Elsewhere], object], ...] = (
    lambda there: Presence.objects.filter(number=there.day).update(person_id=create_person(T, at=RECEIVED)),
    lambda there: PresenceStep.objects.create(
        environment="T", number=there.day, registration_date=RECEIVED.date(), at=LATER, status="CANCELLED"
    ),
    lambda _: Correction.objects.update(environment="T"),
    lambda _: Correction.objects.update(person_id=create_person(T, at=RECEIVED)),
    lambda _: CorrectionEvidence.objects.update(environment="T"),
    lambda there: ErrorReport.objects.create(
        environment="T",
        person_id=there.person_id,
        registration_date=RECEIVED.date(),
        work_place=SITE,
        message="Wrong.",
        reported_at=LATER,
    ),
    lambda _: WorkPlace.objects.get(environment="R", number=SITE).parties.create(
        environment="T", enterprise=COMPANY, role="CONTRACTOR", valid_from=FIRST
    ),
)


@pytest.mark.parametrize("mix", MIXED)
def test_the_database_refuses_rows_of_two_environments(elsewhere: Elsewhere, mix):
    with pytest.raises(IntegrityError, match="environment"), transaction.atomic():
        mix(elsewhere)


def test_the_database_takes_no_presence_of_a_person_of_another_environment(elsewhere: Elsewhere):
    (record,) = read_newest({elsewhere.day}, environment=R).values()
    copy = replace(record, number=record.number + 1000, slot=1)
    with pytest.raises(IntegrityError, match="in its environment"), transaction.atomic():
        write_presences([(copy, PresenceDetails())], environment=T)
