"""Daily registrations: made, changed and withdrawn within their period, and not over each other."""

from datetime import UTC, date, datetime

import pytest

from domain.student_declarations import EmployerId
from registers.student_days.models import DailyRegistration, DailyRegistrationVersion, Declaration, Period, PeriodState
from tests.registers.conftest import (
    Filer,
    a_cancellation,
    a_registration,
    an_action,
    an_end,
    an_update,
    codes,
    period_of,
)

ALTERED = {"starting_date": None, "starting_hour": None, "ending_date": None, "ending_hour": None}


@pytest.fixture
def period(filer: Filer) -> str:
    (result,) = filer(an_action(worker_type="FLX", planned_hours=None))
    return period_of(result)


@pytest.fixture
def registration(filer: Filer, period: str) -> str:
    (result,) = filer(a_registration(period_id=period))
    return result.registration.registration.registration_id


def test_a_registration_is_made_with_a_number_of_its_own(filer: Filer, period: str):
    (result,) = filer(a_registration(period_id=period))

    assert codes(result) == []
    made = DailyRegistration.objects.get()
    assert (made.starting_hour, made.ending_hour, f"{made.period_id:012d}") == ("0900", "1200", period)
    assert result.registration.before is None
    assert result.registration.after.registration_id == f"{made.pk:012d}"
    assert Declaration.objects.order_by("pk").last().period_id == made.period_id


def test_the_answer_names_the_employer_of_the_period_and_the_quarter_of_the_day(filer: Filer, period: str):
    (made,) = filer(a_registration(period_id=period))
    alone = {"registration_id": made.registration.registration.registration_id, **ALTERED}
    withdrawn, refused = filer(a_registration(status="3", **alone), a_registration(status="3", **alone))

    own = EmployerId(nsso="012345674", company="0412345614")
    assert [(result.employer, str(result.quarter)) for result in (made, withdrawn)] == [(own, "20263")] * 2
    assert (refused.employer, refused.quarter) == (None, None)


def test_a_registration_is_changed_and_withdrawn_with_its_history(filer: Filer, registration: str):
    (changed,) = filer(a_registration(status="1", registration_id=registration, **ALTERED | {"ending_hour": "1300"}))
    (withdrawn,) = filer(a_registration(status="3", registration_id=registration, **ALTERED))
    (again,) = filer(a_registration(status="3", registration_id=registration, **ALTERED))

    assert [codes(one) for one in (changed, withdrawn, again)] == [[], [], ["90480-003"]]
    assert (changed.registration.before.ending_hour, changed.registration.after.ending_hour) == ("1200", "1300")
    assert withdrawn.registration.after is None
    versions = DailyRegistrationVersion.objects.order_by("number")
    assert list(versions.values_list("number", "ending_hour", "is_withdrawn")) == [
        (1, "1200", False),
        (2, "1300", False),
        (3, "1300", True),
    ]


@pytest.mark.parametrize(("day", "late"), [(6, False), (7, True)])
def test_a_registration_after_its_day_marks_its_declaration_late(filer: Filer, period: str, day: int, late: bool):
    (result,) = filer(a_registration(period_id=period), at=datetime(2026, 7, day, 12, tzinfo=UTC))

    assert codes(result) == []
    assert Declaration.objects.order_by("pk").last().is_late is late


def test_a_registration_that_moves_to_another_day_ends_there_too(filer: Filer, registration: str):
    moved = ALTERED | {"starting_date": date(2026, 7, 9)}
    (result,) = filer(a_registration(status="1", registration_id=registration, **moved))

    assert result.registration.after.ending_date == date(2026, 7, 9)


def test_a_registration_that_moves_ends_with_the_calendar_at_most(filer: Filer):
    (period,) = filer(an_action(worker_type="OTH", planned_hours=None, ending_date=None))
    (made,) = filer(a_registration(period_id=period_of(period), ending_date=date(9999, 12, 30)))
    number = made.registration.registration.registration_id
    (moved,) = filer(
        a_registration(status="1", registration_id=number, **ALTERED | {"starting_date": date(2026, 7, 8)})
    )

    assert codes(moved) == []
    assert DailyRegistration.objects.get().ending_date == date(9999, 12, 31)


def test_a_registration_has_more_versions_than_a_file_has_forms(filer: Filer, registration: str):
    DailyRegistration.objects.update(version=249_999)
    filer(a_registration(status="1", registration_id=registration, **ALTERED | {"ending_hour": "1300"}))

    assert DailyRegistrationVersion.objects.order_by("-number").values_list("number", flat=True)[0] == 250_000


def test_a_change_without_a_difference_is_refused(filer: Filer, registration: str):
    (result,) = filer(a_registration(status="1", registration_id=registration))

    assert codes(result) == ["90480-444"]


@pytest.mark.parametrize("day", [date(2026, 7, 1), date(2026, 8, 1)])
def test_a_registration_lies_within_its_period(filer: Filer, period: str, day: date):
    (result,) = filer(a_registration(period_id=period, starting_date=day, ending_date=day))

    assert codes(result) == ["90480-260"]


def test_registrations_of_a_period_do_not_overlap(filer: Filer, period: str, registration: str):
    touching, overlapping = filer(
        a_registration(period_id=period, starting_hour="1200", ending_hour="1300"),
        a_registration(period_id=period, starting_hour="1259", ending_hour="1400"),
    )

    assert (codes(touching), codes(overlapping)) == ([], ["90480-334"])
    assert overlapping.findings[0].registration.starting_hour == "1200"


def test_a_withdrawn_registration_leaves_its_place(filer: Filer, period: str, registration: str):
    withdrawn, again = filer(
        a_registration(status="3", registration_id=registration, **ALTERED), a_registration(period_id=period)
    )

    assert (codes(withdrawn), codes(again)) == ([], [])


@pytest.mark.parametrize(
    ("deviation", "code"),
    [
        ({"ending_date": date(2026, 7, 5)}, "00911-014"),
        ({"ending_hour": "0900"}, "00778-345"),
        ({"status": "2"}, "90480-003"),
        ({"starting_date": None}, "90480-003"),
        ({"registration_id": "620000000061"}, "90480-003"),
        ({"status": "1"}, "90480-003"),
        ({"status": "1", "registration_id": "620000000061"}, "90480-003"),
        ({"period_id": "610000000192"}, "00913-354"),
    ],
)
def test_what_makes_no_registration_is_refused(filer: Filer, period: str, deviation: dict, code: str):
    (result,) = filer(a_registration(**{"period_id": period} | deviation))

    assert codes(result) == [code]
    assert not DailyRegistration.objects.exists()


def test_a_registration_belongs_to_one_period(filer: Filer, registration: str):
    (result,) = filer(a_registration(status="1", registration_id=registration, period_id="610000000192"))

    assert codes(result) == ["90480-003"]


def test_a_cancelled_or_locked_period_has_no_new_registrations(filer: Filer, period: str, registration: str):
    Period.objects.update(state=PeriodState.LOCKED)
    (locked,) = filer(a_registration(status="3", registration_id=registration, **ALTERED))
    Period.objects.update(state=PeriodState.ACTIVE)
    filer(a_cancellation(period))
    (cancelled,) = filer(a_registration(period_id=period, starting_hour="1300", ending_hour="1400"))

    assert (codes(locked), codes(cancelled)) == (["00913-362"], ["00913-355"])


def test_a_sender_registers_nobody_of_an_employer_that_it_does_not_cover(filer: Filer, period: str, registration: str):
    stranger = Filer(filer.keys, company="0123456749")
    results = stranger(
        a_registration(period_id=period), a_registration(status="3", registration_id=registration, **ALTERED)
    )

    assert [codes(result) for result in results] == [["00913-354"], ["90480-003"]]


def test_registrations_are_withdrawn_with_their_period(filer: Filer, period: str, registration: str):
    filer(a_registration(period_id=period, starting_hour="1300", ending_hour="1400"))
    before, (cancelled,) = set(DailyRegistration.objects.values_list("pk", flat=True)), filer(a_cancellation(period))

    assert codes(cancelled) == []
    kept = DailyRegistration.objects.values_list("pk", "is_withdrawn", "version")
    assert set(kept) == {(number, True, 2) for number in before}
    last = Declaration.objects.order_by("pk").last()
    caused = DailyRegistrationVersion.objects.filter(number=2).values_list("declaration", "is_withdrawn")
    assert list(caused) == [(last.pk, True)] * 2


@pytest.mark.parametrize(
    ("shorten", "kept"),
    [
        (lambda period: an_update(period, ending_date=date(2026, 7, 14)), 14),
        (lambda period: an_end(period, ending_date=date(2026, 7, 14)), 14),
    ],
    ids=["another end", "closed"],
)
def test_registrations_outside_a_period_that_became_shorter_are_withdrawn(
    filer: Filer, period: str, shorten, kept: int
):
    days = [{"starting_date": date(2026, 7, day), "ending_date": date(2026, 7, day)} for day in (14, 15, 16)]
    filer(*(a_registration(period_id=period, **day) for day in days))
    (shortened,) = filer(shorten(period))

    assert codes(shortened) == []
    living = DailyRegistration.objects.filter(is_withdrawn=False)
    assert list(living.values_list("starting_date", flat=True)) == [date(2026, 7, kept)]
    last = Declaration.objects.order_by("pk").last()
    assert DailyRegistrationVersion.objects.filter(declaration=last, is_withdrawn=True, number=2).count() == 2


def test_what_was_withdrawn_before_stays_as_it_was(filer: Filer, period: str, registration: str):
    filer(a_registration(status="3", registration_id=registration, **ALTERED))
    filer(a_cancellation(period))

    assert list(DailyRegistration.objects.values_list("is_withdrawn", "version")) == [(True, 2)]


def test_a_registration_made_in_the_same_file_goes_with_its_period(filer: Filer, period: str):
    filer(a_registration(period_id=period), a_cancellation(period))

    assert list(DailyRegistration.objects.values_list("is_withdrawn", "version")) == [(True, 2)]


def test_a_cancellation_that_is_refused_withdraws_nothing(filer: Filer, period: str, registration: str):
    (refused,) = filer(a_cancellation(period, insz="06020300277"))

    assert codes(refused) == ["00024-347"]
    assert DailyRegistration.objects.filter(is_withdrawn=True).count() == 0
