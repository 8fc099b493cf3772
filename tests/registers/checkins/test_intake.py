from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from domain.checkins.codes import RefusalCode, Remark
from domain.checkins.items import Employer, Worker
from domain.checkins.outcomes import Cancelled, Refused, Registered
from domain.checkins.vocabulary import (
    CancellationReason,
    Capacity,
    CaptureMethod,
    ClockingChannel,
    EventReason,
    EventType,
    PresenceKind,
    PresenceOrigin,
    PresenceStatus,
    Sector,
)
from domain.environments import Environment
from registers.checkins.models import Presence, PresenceStep, SectorRule, Spell
from registers.checkins.presence_writing import PresenceDetails, write_presences
from registers.checkins.records import read_newest
from tests.checkin_items import ANN, CLEANING_SITE, COMPANY, RECEIVED, SITE, a_cancellation, a_day, an_event
from tests.registers.checkins.conftest import Counter, a_submission, a_work_place

OTHER_SITE = "1Y1003TESTC9Z"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def remarks_of(outcome) -> set[Remark]:
    assert isinstance(outcome, Registered)
    return set(outcome.remarks)


def test_an_event_is_registered_with_a_receipt_number_of_15_digits(counter: Counter):
    (outcome,) = counter(an_event())
    assert isinstance(outcome, Registered)
    assert len(str(outcome.registration.id)) == 15
    assert outcome.registration.status is PresenceStatus.REGISTERED
    assert outcome.registration.registration_date == date(2026, 11, 23)
    assert outcome.remarks == ()


def test_a_day_presence_is_of_the_day_of_reception_in_brussels(counter: Counter):
    before_midnight = RECEIVED.replace(hour=22, minute=58)
    (outcome,) = counter(a_day(), received_at=before_midnight, at=before_midnight + 10 * MINUTE)
    assert outcome.registration.registration_date == date(2026, 11, 23)
    assert outcome.registration.kind is PresenceKind.DAY


def test_the_same_event_again_is_the_same_registration(counter: Counter):
    (first,), (again,) = counter(an_event()), counter(an_event())
    assert again.registration.id == first.registration.id
    assert remarks_of(again) == {Remark.ALREADY_REGISTERED}
    assert Presence.objects.count() == 1


def test_the_same_event_twice_in_one_call_is_registered_once(counter: Counter):
    first, again = counter(an_event(), an_event())
    assert again.registration.id == first.registration.id
    assert (remarks_of(first), remarks_of(again)) == (set(), {Remark.ALREADY_REGISTERED})


def test_an_item_that_is_taken_anew_from_the_same_file_is_answered_as_it_was(counter: Counter):
    items = an_event(), a_day(), an_event()
    batch = a_submission().pk
    first = counter(*items, seqs=[1, 2, 3], batch_id=batch)
    assert counter(*items, seqs=[1, 2, 3], batch_id=batch) == first


def test_one_bad_item_of_two_hundred_is_refused_alone(counter: Counter):
    items = [an_event(at=RECEIVED - timedelta(seconds=number)) for number in range(200)]
    items[57] = replace(items[57], employer=Employer(enterprise_number="0400767772"))
    outcomes = counter(*items)
    assert [place for place, one in enumerate(outcomes) if isinstance(one, Refused)] == [57]
    assert outcomes[57] == Refused((RefusalCode.NO_MANDATE,))


def test_two_hundred_items_need_few_statements(counter: Counter, django_assert_max_num_queries):
    items = [an_event(at=RECEIVED - timedelta(seconds=number), reference=f"EV-{number}") for number in range(200)]
    with django_assert_max_num_queries(20):
        counter(*items)


def test_one_event_needs_few_statements(counter: Counter, django_assert_max_num_queries):
    counter(an_event(at=RECEIVED - HOUR))
    with django_assert_max_num_queries(9):
        counter(an_event(reference="EV-1"))


KINDS = (
    (a_day(work_place_id=CLEANING_SITE), (RefusalCode.KIND_NOT_OF_SECTOR,)),
    (an_event(work_place_id=SITE), (RefusalCode.KIND_NOT_OF_SECTOR,)),
    (
        a_day(work_place_id=CLEANING_SITE, date=date(2026, 11, 24)),
        (RefusalCode.KIND_NOT_OF_SECTOR, RefusalCode.NOT_AHEAD),
    ),
    (a_day(employer=Employer(enterprise_number="0400767772")), (RefusalCode.NO_MANDATE,)),
)


@pytest.mark.parametrize(("item", "codes"), KINDS)
def test_rules_of_the_sector_and_mandates_refuse(counter: Counter, item, codes):
    assert counter(item) == [Refused(codes)]


AHEAD = (
    (a_day(date=date(2026, 12, 28)), 35, None),
    (a_day(date=date(2026, 12, 29)), 35, RefusalCode.DATE_NOT_TODAY_OR_TOMORROW),
    (a_day(date=date(2026, 11, 24)), 0, RefusalCode.NOT_AHEAD),
    (a_day(date=date(2026, 11, 25)), 0, RefusalCode.DATE_NOT_TODAY_OR_TOMORROW),
    (a_day(date=date(2026, 11, 24), work_place_id=OTHER_SITE), 35, None),
    (a_day(date=date(2026, 11, 25), work_place_id=OTHER_SITE), 35, RefusalCode.DATE_NOT_TODAY_OR_TOMORROW),
)


@pytest.mark.parametrize(("item", "days", "code"), AHEAD)
def test_how_far_ahead_a_day_is_registered_is_a_rule_of_the_sector(counter: Counter, item, days, code):
    SectorRule.objects.filter(environment="R", sector="CONSTRUCTION").update(days_ahead=days)
    (outcome,) = counter(item)
    assert outcome == Refused((code,)) if code else isinstance(outcome, Registered)


def test_an_unknown_work_place_refuses_nothing(counter: Counter):
    (outcome,) = counter(an_event(work_place_id=OTHER_SITE))
    assert isinstance(outcome, Registered)
    assert outcome.registration.sector is None


def test_a_posted_worker_is_known_by_the_limosa_number_alone(counter: Counter):
    (first,) = counter(a_day(worker=Worker(limosa_id="24910158641968060"), employer=None))
    (other,) = counter(a_day())
    assert first.registration.employer is None
    assert first.registration.person_id != other.registration.person_id


def test_what_was_captured_more_than_ten_minutes_before_it_came_is_late(counter: Counter):
    (outcome,) = counter(an_event(at=RECEIVED - 10 * MINUTE - timedelta.resolution))
    assert remarks_of(outcome) == {Remark.LATE}


def test_of_ten_minutes_nothing_is_said(counter: Counter):
    (outcome,) = counter(an_event(at=RECEIVED - 10 * MINUTE))
    assert remarks_of(outcome) == set()


def test_what_was_captured_after_it_came_has_a_clock_ahead(counter: Counter):
    (outcome,) = counter(an_event(at=RECEIVED + MINUTE))
    assert remarks_of(outcome) == {Remark.CLOCK_AHEAD}


def test_out_before_in_arriving_in_reverse_order_loses_its_remark(counter: Counter):
    (out,) = counter(an_event(type=EventType.OUT))
    assert remarks_of(out) == {Remark.OUT_WITHOUT_IN}
    (came,) = counter(an_event(at=RECEIVED - 2 * HOUR))
    assert remarks_of(came) == {Remark.LATE}
    assert Presence.objects.get(number=out.registration.id).remarks == []
    assert Spell.objects.get().state == "ENDED"


def test_in_at_two_sites_leaves_the_first_open_and_both_remarked(counter: Counter):
    a_work_place(number=OTHER_SITE, sector="CLEANING")
    (first,) = counter(an_event(at=RECEIVED - HOUR))
    (second,) = counter(an_event(work_place_id=OTHER_SITE))
    assert remarks_of(second) == {Remark.OPEN_ELSEWHERE}
    assert set(Presence.objects.get(number=first.registration.id).remarks) == {"LATE", "MISSING_OUT"}
    assert dict(Spell.objects.values_list("work_place", "state")) == {CLEANING_SITE: "MISSING_OUT", OTHER_SITE: "OPEN"}


def test_a_day_presence_is_cancelled_by_who_registered_it(counter: Counter):
    (first,) = counter(a_day())
    (outcome,) = counter(a_cancellation(registration_id=first.registration.id))
    assert isinstance(outcome, Cancelled)
    assert outcome.registration.status is PresenceStatus.CANCELLED
    assert PresenceStep.objects.get().reason == "PLANNING"


def test_a_cancelled_presence_may_be_registered_anew(counter: Counter):
    (first,) = counter(a_day())
    _, anew = counter(a_cancellation(registration_id=first.registration.id), a_day())
    assert anew.registration.id != first.registration.id
    assert anew.remarks == ()


def test_a_presence_is_cancelled_by_its_reference(counter: Counter):
    counter(a_day(reference="PLN-1"))
    counter(a_day(reference="PLN-2"))
    (outcome,) = counter(a_cancellation(registration_id=None, reference="PLN-2"))
    assert isinstance(outcome, Cancelled)
    assert outcome.registration.reference == "PLN-2"


def test_a_presence_is_cancelled_over_another_channel(counter: Counter):
    (first,) = counter(a_day())
    (outcome,) = counter(
        a_cancellation(registration_id=first.registration.id), channel=ClockingChannel.PORTAL, sender="", person_id=1
    )
    assert isinstance(outcome, Cancelled)


def cancelling(counter: Counter, number: int, **deviation) -> RefusalCode:
    given = {name: deviation.pop(name) for name in ("reason",) if name in deviation}
    (outcome,) = counter(a_cancellation(registration_id=number, **given), **deviation)
    assert isinstance(outcome, Refused)
    (code,) = outcome.codes
    return code


def test_a_presence_is_not_cancelled_twice(counter: Counter):
    (first,) = counter(a_day())
    counter(a_cancellation(registration_id=first.registration.id))
    assert cancelling(counter, first.registration.id) is RefusalCode.ALREADY_CANCELLED


def test_a_presence_is_cancelled_until_the_end_of_its_day(counter: Counter):
    (first,) = counter(a_day())
    too_late = RECEIVED.replace(hour=23, minute=0)
    assert cancelling(counter, first.registration.id, received_at=too_late) is RefusalCode.TOO_LATE_TO_CANCEL


def test_what_another_company_registered_is_not_found(counter: Counter):
    (first,) = counter(a_day())
    code = cancelling(counter, first.registration.id, enterprise_number="0400767772")
    assert code is RefusalCode.REGISTRATION_NOT_FOUND


def test_what_was_never_registered_is_not_found(counter: Counter):
    assert cancelling(counter, 132_210_000_000_000) is RefusalCode.REGISTRATION_NOT_FOUND


def test_a_number_of_no_month_is_unknown(counter: Counter):
    assert cancelling(counter, 42) is RefusalCode.REGISTRATION_ID_UNKNOWN


def test_an_event_is_not_cancelled(counter: Counter):
    (first,) = counter(an_event())
    assert cancelling(counter, first.registration.id) is RefusalCode.EVENT_NOT_CANCELLED


def test_a_cancellation_without_a_known_reason_is_refused(counter: Counter):
    (first,) = counter(a_day())
    assert cancelling(counter, first.registration.id, reason=None) is RefusalCode.CANCELLATION_REASON_INVALID


def test_staff_of_an_employer_registered_by_another_company_is_not_the_employers_to_cancel(counter: Counter):
    place = a_work_place(number=OTHER_SITE, declarant="0400767772")
    place.parties.create(environment="R", enterprise=COMPANY, role="CONTRACTOR", valid_from=date(2026, 1, 1))
    (first,) = counter(a_day(work_place_id=OTHER_SITE), enterprise_number="0400767772", sender="654321")
    assert isinstance(first, Registered)
    assert cancelling(counter, first.registration.id) is RefusalCode.NOT_YOURS_TO_CANCEL


def test_a_worker_registers_only_himself(counter: Counter):
    (own,) = counter(an_event())
    himself = {"sender": "", "enterprise_number": None, "channel": ClockingChannel.PORTAL}
    (again,) = counter(an_event(at=RECEIVED), person_id=own.registration.person_id, **himself)
    (other,) = counter(an_event(worker=Worker(inss="05011512353")), person_id=own.registration.person_id, **himself)
    assert isinstance(again, Registered)
    assert other == Refused((RefusalCode.NO_MANDATE,))


def test_reasons_to_cancel_are_kept(counter: Counter):
    (first,) = counter(a_day(worker=ANN))
    counter(a_cancellation(registration_id=first.registration.id, reason=CancellationReason.C32A))
    assert PresenceStep.objects.get().reason == "C32A"


@pytest.mark.parametrize("count", [1, 3])
def test_the_database_takes_no_presence_of_a_person_who_is_not_there(counter: Counter, count: int):
    (known,) = counter(an_event())
    (record,) = read_newest({known.registration.id}, environment=Environment.PRODUCTION).values()
    orphans = [
        replace(record, number=record.number + place, person_id=10**9, slot=record.number + place)
        for place in range(1, count + 1)
    ]
    with pytest.raises(IntegrityError, match="refers to no row of persons_person"), transaction.atomic():
        write_presences([(one, PresenceDetails()) for one in orphans], environment=Environment.PRODUCTION)


@pytest.mark.parametrize(
    "deviation",
    [
        {"number": 10**14 - 1},
        {"number": 10**15},
        {"kind": "NIGHT"},
        {"kind": "DAY"},
        {"event_at": None},
        {"event_type": ""},
        {"event_type": "UP"},
        {"status": "GONE"},
        {"channel": "FAX"},
        {"origin": "GUESSED"},
        {"sector": "SPORT"},
        {"reason": "LUNCH"},
        {"capacity": "KING"},
        {"details": {"capture": "MEMORY"}},
        {"environment": "X"},
    ],
)
def test_the_database_takes_no_presence_outside_the_closed_lists(counter: Counter, deviation: dict[str, object]):
    (known,) = counter(an_event())
    (record,) = read_newest({known.registration.id}, environment=Environment.PRODUCTION).values()
    environment, details = deviation.pop("environment", "R"), PresenceDetails(**deviation.pop("details", {}))
    other = replace(record, **{"number": record.number + 1, "slot": 1} | deviation)
    with pytest.raises(IntegrityError, match="presence_is_sound"), transaction.atomic():
        write_presences([(other, details)], environment=environment)


def test_each_closed_list_is_whole_in_the_database(db: None):
    """Nothing that the vocabulary knows is refused by what presences are held to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'checkins_presence_is_sound'")
        (source,) = cursor.fetchone()
    lists = (PresenceKind, EventType, ClockingChannel, PresenceOrigin, Sector, EventReason, Capacity, CaptureMethod)
    words = {str(word) for words in lists for word in words} | {status.name for status in PresenceStatus}
    assert sorted(word for word in words if f"'{word}'" not in source) == []
