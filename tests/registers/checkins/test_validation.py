from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from domain.checkins.items import Employer, PresenceEvent, Worker
from domain.checkins.vocabulary import Capacity, ClockingChannel
from domain.environments import Environment
from evidence.models import AuditEvent
from registers.access.models import Entity
from registers.checkins.models import PartyRole, Presence, PresenceStep, RevalidationRequest, ValidityNotice, WorkPlace
from registers.checkins.source_changes import notice_employments
from registers.checkins.sources import sources_of
from registers.checkins.validating import ask_after_upgrade, ask_again
from registers.checkins.work_places import WorkPlaceFacts, add_party, end_party, enter_work_place
from registers.persons.models import Person
from registers.student_days.models import Period
from tests.checkin_items import ANN, COMPANY, RECEIVED, SITE, a_day, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.employing import declare, employ
from tests.registers.checkins.validations import validate_again, validate_waiting

R = Environment.PRODUCTION
LATER = RECEIVED + timedelta(hours=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEN = Worker(inss="05011512353")
ASK_AGAIN = import_module("registers.checkins.migrations.0026_sources_asked_otherwise").ASK_AGAIN
ASK_ABOUT_NIGHTS = import_module("registers.checkins.migrations.0028_folded_anew").ASK_AGAIN
OF_UPGRADES = import_module("registers.checkins.migrations.0030_upgrades_wait").OF_UPGRADES


def validate(at=LATER):
    return validate_waiting(sources_of(R), environment=R, at=at)


def a_presence(counter: Counter, **deviation) -> Presence:
    (outcome,) = counter(a_day(**deviation))
    return Presence.objects.get(number=outcome.registration.id)


def said_of(presence: Presence) -> tuple[str, set[str]]:
    presence.refresh_from_db()
    return presence.status, set(presence.remarks)


def test_what_every_source_finds_right_is_validated(counter: Counter):
    presence = a_presence(counter)
    employ(presence.person_id)
    validate()
    assert said_of(presence) == ("VALIDATED", set())
    assert [(step.status, step.at) for step in PresenceStep.objects.all()] == [("VALIDATED", LATER)]


def test_who_is_on_no_period_fails(counter: Counter):
    presence = a_presence(counter)
    validate()
    assert said_of(presence) == ("FAILED", {"DIMONA_NOT_OK"})


PERIODS = (
    {"ending_date": date(2026, 11, 22)},
    {"starting_date": date(2026, 11, 24)},
    {"state": "CANCELLED"},
    {"company": "0400767772"},
)


@pytest.mark.parametrize("deviation", PERIODS)
def test_a_period_of_another_day_or_employer_is_none(counter: Counter, deviation):
    presence = a_presence(counter)
    employ(presence.person_id, **deviation)
    validate()
    assert said_of(presence)[0] == "FAILED"


def test_who_is_registered_as_self_employed_is_not_asked_for_a_dimona(counter: Counter):
    presence = a_presence(counter, capacity=Capacity.SELF_EMPLOYED)
    validate()
    assert said_of(presence) == ("VALIDATED", set())


def test_the_word_posted_hides_nobody_whom_a_belgian_company_employs(counter: Counter):
    presence = a_presence(counter, capacity=Capacity.POSTED)
    validate()
    assert said_of(presence) == ("FAILED", {"DIMONA_NOT_OK"})


PLACES = (
    ({"number": "1Y1003TESTC9Z"}, {"WORK_PLACE_NOT_EXISTING"}),
    ({"valid_until": date(2026, 11, 22)}, {"WORK_PLACE_NOT_ACTIVE"}),
    ({"is_subject": False}, {"SITE_NOT_SUBJECT"}),
    ({"is_subject": False, "valid_until": date(2026, 11, 22)}, {"SITE_NOT_SUBJECT", "WORK_PLACE_NOT_ACTIVE"}),
    ({"declarant": "0400767772"}, {"COMPANY_NOT_IN_WORK_PLACE"}),
)


@pytest.mark.parametrize(("deviation", "remarks"), PLACES)
def test_the_register_of_work_places_remarks(counter: Counter, deviation, remarks):
    presence = a_presence(counter)
    employ(presence.person_id)
    WorkPlace.objects.filter(number=SITE).update(**deviation)
    validate()
    assert said_of(presence) == ("FAILED", remarks)


def test_a_party_whose_contract_is_over_is_told_so(counter: Counter):
    presence = a_presence(counter)
    employ(presence.person_id)
    place = WorkPlace.objects.get(number=SITE)
    WorkPlace.objects.filter(number=SITE).update(declarant="0400767772")
    place.parties.create(
        environment="R",
        enterprise=COMPANY,
        role="CONTRACTOR",
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 2, 1),
    )
    validate()
    assert said_of(presence) == ("FAILED", {"CONTRACT_NOT_ACTIVE"})


PARTS = {
    "a client alone": (["CLIENT"], ("FAILED", {"COMPANY_NOT_IN_WORK_PLACE"})),
    "a client that works there too": (["CLIENT", "CONTRACTOR"], ("VALIDATED", set())),
}


@pytest.mark.parametrize(("roles", "said"), PARTS.values(), ids=PARTS)
def test_a_client_is_no_builder(counter: Counter, roles, said):
    presence = a_presence(counter)
    employ(presence.person_id)
    place = WorkPlace.objects.get(number=SITE)
    WorkPlace.objects.filter(number=SITE).update(declarant="0400767772")
    for role in roles:
        place.parties.create(environment="R", enterprise=COMPANY, role=role, valid_from=date(2026, 1, 1))
    validate()
    assert said_of(presence) == said


def test_own_remarks_fail_nothing_and_stay(counter: Counter):
    (outcome,) = counter(an_event(type="OUT", at=RECEIVED - HOUR))
    presence = Presence.objects.get()
    employ(outcome.registration.person_id)
    validate()
    assert said_of(presence) == ("VALIDATED", {"LATE", "OUT_WITHOUT_IN"})


def test_a_failed_registration_is_validated_after_a_dimona_appears(counter: Counter):
    presence = a_presence(counter)
    validate()
    employ(presence.person_id)
    ask_again(environment=R, at=LATER, person_ids=[presence.person_id])
    validate_again(sources_of(R), environment=R, at=LATER + HOUR)
    assert said_of(presence) == ("VALIDATED", set())
    assert [step.status for step in PresenceStep.objects.order_by("at")] == ["FAILED", "VALIDATED"]
    assert RevalidationRequest.objects.get().done_at == LATER + HOUR


def test_a_valid_registration_fails_after_its_period_is_cancelled(counter: Counter):
    presence = a_presence(counter)
    period = employ(presence.person_id)
    validate()
    Period.objects.filter(pk=period.pk).update(state="CANCELLED")
    ask_again(environment=R, at=LATER, person_ids=[presence.person_id])
    validate_again(sources_of(R), environment=R, at=LATER + HOUR)
    assert said_of(presence)[0] == "FAILED"


@pytest.mark.parametrize(
    ("at", "status"),
    [(datetime(2027, 1, 22, 22, 30, tzinfo=UTC), "FAILED"), (datetime(2027, 1, 22, 23, 30, tzinfo=UTC), "VALIDATED")],
)
def test_a_valid_registration_is_validated_anew_for_sixty_days_of_brussels(counter: Counter, at, status):
    presence = a_presence(counter)
    period = employ(presence.person_id)
    validate()
    Period.objects.filter(pk=period.pk).update(state="CANCELLED")
    ask_again(environment=R, at=LATER, person_ids=[presence.person_id])
    validate_again(sources_of(R), environment=R, at=at)
    assert said_of(presence)[0] == status


def test_validating_again_without_a_change_adds_no_step(counter: Counter):
    presence = a_presence(counter)
    validate()
    ask_again(environment=R, at=LATER, employers=[COMPANY])
    assert validate_again(sources_of(R), environment=R, at=LATER + HOUR).changed == 0
    assert PresenceStep.objects.filter(number=presence.number).count() == 1


def test_what_several_changes_concern_is_asked_about_once(counter: Counter):
    presence = a_presence(counter)
    ask_after_upgrade(environment=R, at=LATER, person_ids=[presence.person_id])
    for _ in range(3):
        ask_again(environment=R, at=LATER, employers=[COMPANY], person_ids=[presence.person_id])
    validate()
    done = validate_again(sources_of(R), environment=R, at=LATER + HOUR)
    assert done.seen == 2  # for its company and for its person
    assert not RevalidationRequest.objects.filter(done_at=None).exists()


def test_what_is_asked_about_once_frees_the_turn_of_others(counter: Counter):
    a_presence(counter)
    validate()
    RevalidationRequest.objects.all().delete()
    for one in (COMPANY, COMPANY, "0400767772", COMPANY):
        ask_again(environment=R, at=LATER, employers=[one])
    validate_again(sources_of(R), environment=R, at=LATER + HOUR, limit=1)
    assert [one.employer for one in RevalidationRequest.objects.filter(done_at=None)] == ["0400767772"]


def test_many_failed_registrations_are_validated_in_batches(counter: Counter):
    for number in range(5):
        counter(an_event(at=RECEIVED - number * timedelta(minutes=1)))
    validate()
    employ(Presence.objects.first().person_id)
    ask_again(environment=R, at=LATER, person_ids=[Presence.objects.first().person_id])
    done = validate_again(sources_of(R), environment=R, at=LATER + HOUR, limit=2)
    assert (done.changed, Presence.objects.filter(status="VALIDATED").count()) == (5, 5)


def test_changes_of_a_work_place_ask_for_another_validation(counter: Counter):
    facts = WorkPlaceFacts(SITE, "CONSTRUCTION", "Station", "0400767772", date(2026, 1, 1))
    enter_work_place(facts, environment=R, actor="test", at=LATER)
    add_party(
        SITE,
        COMPANY,
        role=PartyRole.CONTRACTOR,
        parent="",
        valid_from=date(2026, 1, 1),
        valid_until=None,
        environment=R,
        actor="test",
        at=LATER,
    )
    end_party(SITE, COMPANY, last_day=date(2026, 2, 1), environment=R, actor="test", at=LATER)
    assert [one.work_place for one in RevalidationRequest.objects.all()] == [SITE] * 3
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))[-3:] == [
        "work-place:changed",
        "work-place:party-added",
        "work-place:party-ended",
    ]


COMPANY_CHANGES = (
    {"state": "SUSPENDED", "state_since": LATER},
    {"state": "ENDED", "state_since": LATER},
    {"valid_until": LATER},
)


@pytest.mark.parametrize("change", COMPANY_CHANGES)
def test_a_company_that_changes_has_its_registrations_validated_again(counter: Counter, change):
    presence = a_presence(counter)
    entities = Entity.objects.filter(pk=employ(presence.person_id).employer_id)
    validate()
    RevalidationRequest.objects.all().delete()
    entities.update(**change)
    assert [one.employer for one in RevalidationRequest.objects.all()] == [COMPANY]
    validate_again(sources_of(R), environment=R, at=LATER + HOUR)
    assert said_of(presence)[0] == "FAILED"


def test_a_company_that_is_entered_anew_has_its_registrations_found_right(counter: Counter):
    presence = a_presence(counter)
    entities = Entity.objects.filter(pk=employ(presence.person_id).employer_id)
    entities.update(state="SUSPENDED", valid_until=LATER)
    validate()
    Entity.objects.create(environment="R", company_number=COMPANY, name="The same", valid_from=LATER)
    validate_again(sources_of(R), environment=R, at=LATER + HOUR)
    assert said_of(presence) == ("VALIDATED", set())


def test_what_does_not_bear_on_presences_asks_for_no_validation(counter: Counter):
    entities = Entity.objects.filter(pk=employ(a_presence(counter).person_id).employer_id)
    RevalidationRequest.objects.all().delete()
    entities.update(name="Another name", state="ACTIVE")
    assert not RevalidationRequest.objects.exists()


def test_who_has_no_presence_is_not_asked_for(counter: Counter):
    a_presence(counter)
    declare(employ(Person.objects.create(environment="R", created_at=RECEIVED).pk), filed_at=LATER)
    assert notice_employments(environment=R, at=LATER + HOUR) == 0


def test_a_dimona_that_waited_for_days_until_it_was_filed_is_noticed(counter: Counter):
    presence = a_presence(counter)
    for hours in range(0, 72, 12):
        assert notice_employments(environment=R, at=LATER + hours * HOUR) == 0
    declare(employ(presence.person_id), filed_at=LATER + 3 * DAY, waited=3 * DAY)
    assert notice_employments(environment=R, at=LATER + 3 * DAY + HOUR) == 1


def test_a_dimona_that_is_filed_later_makes_a_failed_registration_valid(counter: Counter):
    presence = a_presence(counter)
    validate()
    assert notice_employments(environment=R, at=LATER) == 0
    declare(employ(presence.person_id), filed_at=LATER + HOUR)
    assert notice_employments(environment=R, at=LATER + 2 * HOUR) == 1
    validate_again(sources_of(R), environment=R, at=LATER + 3 * HOUR)
    assert said_of(presence) == ("VALIDATED", set())


ASKED_OTHERWISE = {
    "posted for a Belgian company": (a_day(capacity=Capacity.POSTED), {"status": "VALIDATED"}, 1),
    "posted for a company abroad": (
        a_day(capacity=Capacity.POSTED, employer=Employer(foreign_vat="PL5260250274")),
        {"status": "VALIDATED"},
        0,
    ),
    "employed": (a_day(), {"status": "VALIDATED"}, 0),
    "a check-out that failed": (an_event(type="OUT"), {"status": "FAILED", "remarks": ["DIMONA_NOT_OK"]}, 1),
    "a check-in that failed": (an_event(), {"status": "FAILED", "remarks": ["DIMONA_NOT_OK"]}, 0),
    "an unknown number": (a_day(), {"status": "FAILED", "remarks": ["NOT_IN_NATIONAL_REGISTER"]}, 1),
}


@pytest.mark.parametrize(("item", "facts", "requests"), ASKED_OTHERWISE.values(), ids=ASKED_OTHERWISE)
def test_after_the_upgrade_sources_are_asked_again_where_they_are_asked_otherwise(
    counter: Counter, item, facts, requests
):
    now = datetime.now(UTC)
    counter(replace(item, at=now) if isinstance(item, PresenceEvent) else item, received_at=now)
    Presence.objects.filter(number__gt=0).update(**facts)
    with connection.cursor() as cursor:
        cursor.execute(ASK_AGAIN)
    assert RevalidationRequest.objects.count() == requests


EVENTS_ASKED_OTHERWISE = {
    "a check-in without Dimona": (an_event(), {"status": "FAILED", "remarks": ["DIMONA_NOT_OK"]}, 1),
    "a check-out after the works": (
        an_event(type="OUT"),
        {"status": "FAILED", "remarks": ["WORK_PLACE_NOT_ACTIVE"]},
        1,
    ),
    "of no founder": (an_event(), {"status": "FAILED", "remarks": ["LATE", "SELF_EMPLOYED_NOT_FOUNDER"]}, 1),
    "of an unknown place": (an_event(), {"status": "FAILED", "remarks": ["WORK_PLACE_NOT_EXISTING"]}, 0),
    "what is right": (an_event(), {"status": "VALIDATED"}, 0),
    "a day": (a_day(), {"status": "FAILED", "remarks": ["DIMONA_NOT_OK"]}, 0),
}


@pytest.mark.parametrize(("item", "facts", "requests"), EVENTS_ASKED_OTHERWISE.values(), ids=EVENTS_ASKED_OTHERWISE)
def test_after_the_upgrade_sources_are_asked_again_about_all_events_of_the_night_once(
    counter: Counter, item, facts, requests
):
    now = datetime.now(UTC)
    counter(replace(item, at=now) if isinstance(item, PresenceEvent) else item, received_at=now)
    Presence.objects.filter(number__gt=0).update(**facts)
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(ASK_ABOUT_NIGHTS)
    assert RevalidationRequest.objects.count() == requests


def test_what_an_upgrade_asks_for_waits_behind_a_source_that_changes_later(counter: Counter):
    people = [a_presence(counter, worker=worker).person_id for worker in (ANN, BEN)]
    ask_after_upgrade(environment=R, at=LATER, person_ids=people[:1])
    ask_again(environment=R, at=LATER + HOUR, person_ids=people[1:])
    done = []
    for _ in people:
        validate_again(sources_of(R), environment=R, at=LATER + 2 * HOUR, limit=1)
        done.append(set(RevalidationRequest.objects.filter(done_at__isnull=False).values_list("person_id", flat=True)))
    assert done == [{people[1]}, {*people}]


def test_what_the_last_upgrades_asked_for_waits_behind_changed_sources(counter: Counter):
    person = a_presence(counter).person_id
    applied = dict(MigrationRecorder.Migration.objects.filter(app="checkins").values_list("name", "applied"))
    upgrade = applied["0028_folded_anew"]
    ask_again(environment=R, at=upgrade, person_ids=[person])
    ask_again(environment=R, at=upgrade + HOUR, person_ids=[person])
    with connection.cursor() as cursor:
        cursor.execute(OF_UPGRADES)
    assert set(RevalidationRequest.objects.values_list("asked_at", "is_of_upgrade")) == {
        (upgrade, True),
        (upgrade + HOUR, False),
    }


def test_senders_of_files_are_to_be_told_of_each_change(counter: Counter):
    (outcome,) = counter(a_day(), channel=ClockingChannel.BATCH)
    counter(an_event())
    validate()
    notice = ValidityNotice.objects.get()
    assert (notice.sender, notice.number, notice.told_at) == ("123456", outcome.registration.id, None)
    assert (notice.status, notice.remarks) == ("FAILED", ["DIMONA_NOT_OK"])
