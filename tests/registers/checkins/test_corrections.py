from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from correspondence.ebox_alerts import activate
from correspondence.models import EboxDocument
from domain.brussels import BRUSSELS, brussels_date
from domain.checkins.asking import PresenceAsker, PresenceAskerKind
from domain.checkins.codes import RefusalCode
from domain.checkins.items import Evidence
from domain.checkins.outcomes import CorrectionTaken, Refused
from domain.checkins.vocabulary import Capacity, ClockingChannel, CorrectionState, EventType
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.languages import Language
from registers.access.models import Mandate
from registers.checkins.correction_lists import corrections_of_companies, environment_of, waiting_corrections
from registers.checkins.correction_reading import read_correction
from registers.checkins.deciding import accept, reject, withdraw
from registers.checkins.evidence_of_corrections import expire_drafts, note_evidence
from registers.checkins.models import Correction, Presence, ValidityNotice
from registers.checkins.sources import sources_of
from tests.checkin_items import (
    BADGE_LOG,
    CLEANING_SITE,
    COMPANY,
    RECEIVED,
    SITE,
    a_correction,
    a_day,
    a_missing_event,
    a_request_for_a_missing_event,
    an_event,
)
from tests.counter_bench import make_entity
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.validations import validate_waiting

R = Environment.PRODUCTION
OFFICIAL = "person:999999999"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EVENT_AT = RECEIVED - timedelta(minutes=1)
FRIDAY = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


class Shelf:
    """Every document was handed in."""

    def has(self, sha256: str) -> bool:
        return bool(sha256)


@pytest.fixture
def event(counter: Counter) -> int:
    (outcome,) = counter(an_event())
    return outcome.registration.id


def ask(counter: Counter, number: int, *, after: timedelta = HOUR, **deviation):
    request = {name: deviation.pop(name) for name in ("corrected_at", "corrected_work_place") if name in deviation}
    item = a_correction(registration_id=number, **{"corrected_at": RECEIVED - HOUR} | request)
    (outcome,) = counter(item, received_at=RECEIVED + after, **deviation)
    return outcome


def hand_in(sha256: str, *, at: datetime, **deviation) -> list[str]:
    facts = {"owner": COMPANY, "environment": R, "media_type": "pdf", "size": 9}
    return note_evidence(sha256, at=at, **facts | deviation)


def a_taken_correction(counter: Counter, number: int, **deviation) -> str:
    outcome = ask(counter, number, **deviation)
    assert isinstance(outcome, CorrectionTaken)
    hand_in(BADGE_LOG.sha256, at=RECEIVED + 2 * HOUR)
    return outcome.correction_id


def decide(counter: Counter, number: str, **deviation) -> int:
    facts = {"environment": R, "by": OFFICIAL, "note": "", "limits": counter.limits, "at": RECEIVED + DAY}
    return accept(number, **facts | deviation)


def test_a_request_waits_for_its_evidence(counter: Counter, event: int):
    outcome = ask(counter, event)
    assert outcome.state is CorrectionState.DRAFT
    assert outcome.deadline.isoformat() == "2026-12-23"
    assert outcome.correction_id.startswith("C-20261123-")


def test_evidence_submits_the_request(counter: Counter, event: int):
    number = a_taken_correction(counter, event)
    assert Correction.objects.get(number=number).state == "SUBMITTED"


def test_other_evidence_submits_nothing(counter: Counter, event: int):
    ask(counter, event)
    assert hand_in("00" * 32, at=RECEIVED + 2 * HOUR) == []


STRANGERS = ({"owner": "0400767772"}, {"owner": "person:7"}, {"environment": Environment.TEST})


@pytest.mark.parametrize("deviation", STRANGERS)
def test_evidence_of_somebody_else_or_of_another_environment_submits_nothing(counter: Counter, event: int, deviation):
    ask(counter, event)
    assert hand_in(BADGE_LOG.sha256, at=RECEIVED + 2 * HOUR, **deviation) == []
    assert Correction.objects.get().state == "DRAFT"
    assert len(hand_in(BADGE_LOG.sha256, at=RECEIVED + 2 * HOUR)) == 1


@pytest.mark.parametrize(("deviation", "state"), [({}, "SUBMITTED"), *((one, "DRAFT") for one in STRANGERS)])
def test_evidence_that_came_before_completes_a_request_of_its_owner_alone(
    counter: Counter, event: int, deviation, state
):
    hand_in(BADGE_LOG.sha256, at=RECEIVED, **deviation)
    assert ask(counter, event, shelf=Shelf()).state == state


def test_evidence_of_a_self_employed_person_submits_an_own_request(counter: Counter):
    (own,) = counter(an_event(capacity=Capacity.SELF_EMPLOYED))
    person = own.registration.person_id
    himself = {"sender": "", "enterprise_number": None, "channel": ClockingChannel.PORTAL}
    ask(counter, own.registration.id, person_id=person, **himself)
    assert hand_in(BADGE_LOG.sha256, at=RECEIVED + 2 * HOUR) == []
    assert len(hand_in(BADGE_LOG.sha256, at=RECEIVED + 2 * HOUR, owner=f"person:{person}")) == 1


def test_a_request_with_two_documents_waits_for_both(counter: Counter, event: int):
    item = a_correction(registration_id=event, evidence=(BADGE_LOG, Evidence("b.pdf", "8e" * 32)))
    counter(item)
    assert hand_in(BADGE_LOG.sha256, at=RECEIVED + HOUR) == []
    assert len(hand_in("8e" * 32, at=RECEIVED + HOUR)) == 1


def test_a_draft_without_evidence_runs_out_after_a_day(counter: Counter, event: int):
    ask(counter, event)
    assert expire_drafts(at=RECEIVED + 25 * HOUR + timedelta(seconds=1)) == 1
    row = Correction.objects.get()
    assert (row.state, row.decision) == ("EXPIRED", "P302")


def test_evidence_that_comes_after_a_day_submits_nothing(counter: Counter, event: int):
    ask(counter, event)
    assert hand_in(BADGE_LOG.sha256, at=RECEIVED + 26 * HOUR) == []


def test_on_the_last_day_evidence_is_waited_for_until_midnight_in_brussels(counter: Counter, event: int):
    evening = datetime(2026, 12, 23, 19, tzinfo=UTC)
    outcome = ask(counter, event, after=evening - RECEIVED)
    assert outcome.evidence_due_at == Correction.objects.get().evidence_due_at == datetime(2026, 12, 23, 23, tzinfo=UTC)
    assert hand_in(BADGE_LOG.sha256, at=evening + 3 * HOUR) == [outcome.correction_id]


def test_a_missing_out_is_asked_for_on_day_30(counter: Counter):
    item = a_request_for_a_missing_event(corrected_at=FRIDAY)
    (outcome,) = counter(item, received_at=datetime(2026, 12, 20, 22, 59, tzinfo=UTC))
    assert isinstance(outcome, CorrectionTaken)
    assert outcome.deadline.isoformat() == "2026-12-20"


def test_a_missing_out_is_not_asked_for_on_day_31(counter: Counter):
    item = a_request_for_a_missing_event(corrected_at=FRIDAY)
    (outcome,) = counter(item, received_at=datetime(2026, 12, 20, 23, 0, tzinfo=UTC))
    told = "what is of 2026-11-20 was to be asked for until 2026-12-20"
    assert outcome == Refused((RefusalCode.CORRECTION_WINDOW_CLOSED,), detail=told)


def test_the_registration_date_counts_not_the_discovery(counter: Counter, event: int):
    told = "what is of 2026-11-23 was to be asked for until 2026-12-23"
    assert ask(counter, event, after=31 * DAY) == Refused((RefusalCode.CORRECTION_WINDOW_CLOSED,), detail=told)


def test_a_self_employed_person_asks_late_and_is_marked(counter: Counter):
    (own,) = counter(an_event(capacity=Capacity.SELF_EMPLOYED))
    himself = {"sender": "", "enterprise_number": None, "channel": ClockingChannel.PORTAL}
    outcome = ask(counter, own.registration.id, after=60 * DAY, person_id=own.registration.person_id, **himself)
    assert isinstance(outcome, CorrectionTaken)
    assert Correction.objects.get().is_late


def test_an_employee_asks_the_employer_not_us(counter: Counter, event: int):
    person = Presence.objects.get().person_id
    himself = {"sender": "", "enterprise_number": None, "channel": ClockingChannel.PORTAL}
    assert ask(counter, event, person_id=person, **himself) == Refused((RefusalCode.CORRECTION_TARGET_UNKNOWN,))


def test_another_employers_staff_looks_like_nobody(counter: Counter, event: int):
    outcome = ask(counter, event, enterprise_number="0400767772", sender="654321")
    assert outcome == ask(counter, 132_210_000_000_000) == Refused((RefusalCode.CORRECTION_TARGET_UNKNOWN,))


AS_REGISTERED = (
    {"corrected_at": EVENT_AT},
    {"corrected_at": EVENT_AT.astimezone(BRUSSELS)},
    {"corrected_at": None, "corrected_work_place": CLEANING_SITE},
    {"corrected_at": EVENT_AT, "corrected_work_place": CLEANING_SITE},
)


@pytest.mark.parametrize("deviation", AS_REGISTERED)
def test_what_is_registered_so_already_is_not_corrected(counter: Counter, event: int, deviation):
    assert ask(counter, event, **deviation) == Refused((RefusalCode.NOTHING_TO_CORRECT,))
    assert not Correction.objects.exists()


def test_an_instant_that_clocks_show_twice_is_not_corrected_to_itself(counter: Counter):
    at = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    (taken,) = counter(an_event(at=at), received_at=at)
    shown = datetime(2026, 10, 25, 2, 30, tzinfo=BRUSSELS, fold=1)
    item = a_correction(registration_id=taken.registration.id, corrected_at=shown)
    assert counter(item, received_at=at + HOUR) == [Refused((RefusalCode.NOTHING_TO_CORRECT,))]


def test_the_newest_version_says_what_is_registered_already(counter: Counter, event: int):
    number = a_taken_correction(counter, event)
    decide(counter, number)
    again = ask(counter, event, after=2 * DAY)
    assert again == Refused((RefusalCode.NOTHING_TO_CORRECT,))
    assert isinstance(ask(counter, event, after=2 * DAY, corrected_at=EVENT_AT), CorrectionTaken)


def test_a_second_request_for_the_same_event_is_refused(counter: Counter, event: int):
    waiting = a_taken_correction(counter, event)
    assert ask(counter, event) == Refused((RefusalCode.CORRECTION_PENDING,), waiting, f"request {waiting}")


def test_two_requests_for_the_same_missing_event_in_one_call_are_one(counter: Counter):
    item = a_request_for_a_missing_event(corrected_at=FRIDAY)
    first, second = counter(item, item)
    assert isinstance(first, CorrectionTaken)
    assert second == Refused((RefusalCode.CORRECTION_PENDING,))


GAPS = (
    ("OUT", (-10, "IN"), -2, -1, True),  # one check-out at two instants
    ("OUT", (-10, "IN"), -1, -2, True),
    ("IN", (-1, "OUT"), -9, -8, True),
    ("OUT", (-20, "IN"), -2, -1, False),  # longer than a spell may last: it ends nothing
    ("OUT", (-1.5, "IN"), -2, -1, False),  # the check-in lies between
    ("OUT", (-10, "OUT"), -2, -1, False),
)


@pytest.mark.parametrize(("kind", "there", "first", "second", "is_one"), GAPS)
def test_one_missing_event_is_asked_for_once_whatever_minute_is_named(
    counter: Counter, kind, there, first, second, is_one
):
    counter(an_event(at=RECEIVED + there[0] * HOUR, type=there[1]))
    taken = []
    for hours in (first, second):
        item = a_request_for_a_missing_event(
            missing=a_missing_event(type=EventType(kind)), corrected_at=RECEIVED + hours * HOUR
        )
        taken += counter(item)
    number = taken[0].correction_id
    assert (taken[1] == Refused((RefusalCode.CORRECTION_PENDING,), number, f"request {number}")) is is_one


def test_two_check_outs_are_asked_for_with_the_check_in_that_lies_between(counter: Counter):
    counter(an_event(at=RECEIVED - 10 * HOUR))
    asked = [("OUT", -8), ("IN", -7), ("OUT", -4)]
    outcomes = counter(
        *(
            a_request_for_a_missing_event(
                missing=a_missing_event(type=EventType(kind)), corrected_at=RECEIVED + hours * HOUR
            )
            for kind, hours in asked
        )
    )
    assert [type(one) for one in outcomes] == [CorrectionTaken] * 3


def test_check_outs_of_two_places_are_two(counter: Counter):
    counter(an_event(at=RECEIVED - 10 * HOUR), an_event(at=RECEIVED - 9 * HOUR, work_place_id="1Y1003TESTC9Z"))
    for place in (CLEANING_SITE, "1Y1003TESTC9Z"):
        missing = a_missing_event(work_place_id=place)
        (outcome,) = counter(a_request_for_a_missing_event(missing=missing, corrected_at=RECEIVED - HOUR))
        assert isinstance(outcome, CorrectionTaken)


def test_a_day_presence_is_not_corrected(counter: Counter):
    (day,) = counter(a_day())
    told = "a presence on a day is cancelled and registered anew"
    assert ask(counter, day.registration.id) == Refused((RefusalCode.CORRECTION_TARGET_UNKNOWN,), detail=told)


PLACES = (
    lambda event: a_correction(registration_id=event, corrected_work_place=SITE),
    lambda _: a_request_for_a_missing_event(missing=a_missing_event(work_place_id=SITE)),
)


@pytest.mark.parametrize("request_for", PLACES)
def test_no_event_is_asked_for_where_days_alone_are_registered(counter: Counter, event: int, request_for):
    (outcome,) = counter(request_for(event))
    assert outcome == Refused((RefusalCode.KIND_NOT_OF_SECTOR,))


def test_a_missing_event_is_of_the_capacity_that_the_person_registered_as_last(counter: Counter):
    counter(an_event(at=FRIDAY - 3 * HOUR, capacity=Capacity.SELF_EMPLOYED), received_at=FRIDAY - 3 * HOUR)
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    (taken,) = counter(a_request_for_a_missing_event(corrected_at=FRIDAY), shelf=Shelf())
    decide(counter, taken.correction_id)
    out = Presence.objects.get(event_type="OUT")
    assert (out.capacity, out.capacity_source, out.sender) == ("SELF_EMPLOYED", "DERIVED", "123456")
    validate_waiting(sources_of(R), environment=R, at=RECEIVED + 2 * DAY)
    out.refresh_from_db()
    assert (out.status, out.remarks) == ("VALIDATED", [])


def test_a_missing_event_that_was_asked_for_by_file_is_told_to_the_sender_of_the_file(counter: Counter):
    item = a_request_for_a_missing_event(corrected_at=FRIDAY)
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    (taken,) = counter(item, shelf=Shelf(), channel=ClockingChannel.BATCH)
    number = decide(counter, taken.correction_id)
    validate_waiting(sources_of(R), environment=R, at=RECEIVED + 2 * DAY)
    assert [(one.sender, one.number) for one in ValidityNotice.objects.all()] == [("123456", number)]


def test_the_environment_of_a_request_is_told_by_its_number(counter: Counter):
    counter.by = replace(counter.by, environment=Environment.TEST)
    (taken,) = counter(a_request_for_a_missing_event(corrected_at=FRIDAY))
    assert environment_of(taken.correction_id) is Environment.TEST
    hand_in(BADGE_LOG.sha256, at=RECEIVED, environment=Environment.TEST)
    assert [row.number for row in waiting_corrections(Environment.TEST)] == [taken.correction_id]
    number = decide(counter, taken.correction_id, environment=environment_of(taken.correction_id))
    assert Presence.objects.get(number=number).environment == "T"


def test_a_request_is_taken_back_by_its_company_alone(counter: Counter, event: int):
    number = a_taken_correction(counter, event)
    with pytest.raises(ConfigurationRefusedError):
        withdraw(number, environment=R, companies=frozenset({"0400767772"}), person_id=5, at=RECEIVED + DAY)
    withdraw(number, environment=R, companies=frozenset({COMPANY}), person_id=5, at=RECEIVED + DAY)
    assert Correction.objects.get().state == "WITHDRAWN"


@pytest.fixture
def firm(counter: Counter) -> str:
    """A software firm that the employer mandated for check-ins."""
    principal = make_entity(company=COMPANY)
    firm = make_entity(name="Software", company="0412345614", nsso="123456749", environments=("R",))
    Mandate.objects.create(
        environment="R",
        principal=principal,
        mandatary=firm,
        service_group="CHECK_INS",
        state="ACTIVE",
        from_quarter="20201",
        valid_from=RECEIVED - DAY,
        in_force_from=RECEIVED - DAY,
        created_by="test",
        source="OPERATOR",
    )
    return "0412345614"


@pytest.mark.parametrize(("days", "state"), [(30, "DRAFT"), (31, "P301"), (200, "P301")])
def test_an_event_is_moved_to_a_day_within_the_time_alone(counter: Counter, event: int, days: int, state: str):
    outcome = ask(counter, event, corrected_at=RECEIVED + HOUR - days * DAY)
    told = outcome.codes[0] if isinstance(outcome, Refused) else outcome.state
    assert str(told) == state
    if isinstance(outcome, Refused):
        moved_to = brussels_date(RECEIVED) - days * DAY
        assert outcome.detail == f"what is of {moved_to} was to be asked for until {moved_to + 30 * DAY}"


def test_the_deadline_is_that_of_the_earlier_day(counter: Counter, event: int):
    outcome = ask(counter, event, corrected_at=RECEIVED - 10 * DAY)
    assert outcome.deadline.isoformat() == "2026-12-13"


def test_employer_and_worker_are_told_of_what_a_mandated_firm_asked(counter: Counter, event: int, firm: str):
    activate(Presence.objects.get().person_id, "ana@example.be", language=Language.EN, environment=R, at=RECEIVED)
    outcome = ask(counter, event, enterprise_number=firm)
    hand_in(BADGE_LOG.sha256, at=RECEIVED + 2 * HOUR, owner=firm)
    reject(outcome.correction_id, environment=R, by=OFFICIAL, note="Another day.", at=RECEIVED + DAY)
    told = {one.entity_id and one.entity.company_number for one in EboxDocument.objects.select_related("entity")}
    assert told == {None, COMPANY, firm}


def test_the_employer_sees_and_takes_back_what_a_mandated_firm_asked(counter: Counter, event: int, firm: str):
    number = ask(counter, event, enterprise_number=firm).correction_id
    for companies, sees in (({COMPANY}, True), ({firm, COMPANY}, True), ({firm}, False), ({"0400767772"}, False)):
        asker = PresenceAsker(PresenceAskerKind.EMPLOYER, "company", "a test", companies=frozenset(companies))
        seen = read_correction(number, asker=asker, aliases=counter.aliases, at=RECEIVED)
        assert (seen is not None) is sees
    assert [row.number for row in corrections_of_companies({COMPANY}, environment=R)] == [number]
    withdraw(number, environment=R, companies=frozenset({COMPANY}), person_id=5, at=RECEIVED + DAY)


def test_a_company_does_not_see_what_somebody_asked_for_himself(counter: Counter):
    (own,) = counter(an_event(capacity=Capacity.SELF_EMPLOYED))
    himself = {"sender": "", "enterprise_number": None, "channel": ClockingChannel.PORTAL}
    ask(counter, own.registration.id, person_id=own.registration.person_id, **himself)
    assert not corrections_of_companies({COMPANY}, environment=R)
