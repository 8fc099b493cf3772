"""Workers of other types than students: periods without a contingent, perhaps without an end, perhaps with hours."""

from datetime import UTC, date, datetime

import pytest

from domain.student_declarations import Address, ControlCards, PersonDetails, PlaceOfWork, SmallStatutes, UserFirm
from registers.student_days.models import Period, PeriodState, PeriodVersion, QuotaAccount, QuotaEntry
from tests.registers.batch_filer import BatchFiler
from tests.registers.conftest import OTHER, Filer, a_cancellation, an_action, an_end, an_update, codes, period_of
from validators.dimona.presence import PRESENCE, Presence, Zone, presence_of

NO_END = date(9999, 12, 31)
WORKER = {"worker_type": "OTH", "ending_date": None, "planned_hours": None}
FLEXIBLE = {
    "worker_type": "FLX",
    "planned_hours": None,
    "starting_date": date(2026, 7, 6),
    "ending_date": date(2026, 7, 6),
    "starting_hour": "0900",
    "ending_hour": "1300",
}


@pytest.fixture
def number(filer: Filer) -> str:
    (result,) = filer(an_action(**WORKER))
    return period_of(result)


def test_a_worker_without_a_contingent_is_filed_without_an_account(filer: Filer, number: str):
    period = Period.objects.get()

    assert (period.worker_type, period.ending_date, period.planned, period.granted) == ("OTH", None, None, 0)
    assert not QuotaAccount.objects.exists()
    assert not QuotaEntry.objects.exists()
    assert PeriodVersion.objects.get().reason == "FILED"


def test_the_last_day_of_the_calendar_is_no_end(filer: Filer):
    filer(an_action(**WORKER | {"ending_date": NO_END}))

    assert Period.objects.get().ending_date is None


def test_hours_of_another_worker_are_kept_and_touch_no_contingent(filer: Filer):
    (result,) = filer(an_action(worker_type="T17", planned_hours=20))
    (changed,) = filer(an_update(period_of(result), planned_hours=30))

    assert (codes(result), codes(changed)) == ([], [])
    assert Period.objects.values_list("unit", "planned", "granted").get() == ("HOURS", 30, 0)
    assert not QuotaAccount.objects.exists()
    assert not QuotaEntry.objects.exists()


def test_a_late_start_of_another_worker_is_marked(filer: Filer):
    (result,) = filer(an_action(**WORKER), at=datetime(2026, 7, 6, tzinfo=UTC))

    assert codes(result) == ["90373-460"]
    assert Period.objects.get().is_late


def test_everything_declared_of_a_period_is_kept(filer: Filer):
    statutes, cards = SmallStatutes("WORKER", "12", "F1"), ControlCards("1", "2")
    user = UserFirm("124", "Firm", None, Address("Kouter", "12", None, "9000", "Gent", "150"))
    blocks = {"cards": cards, "small_statutes": statutes, "user_firm": user, "using_employer": "Firm"}
    (result,) = filer(an_action(**FLEXIBLE, sub_entity="0000000007", joint_commission="124", **blocks))
    (cancelled,) = filer(a_cancellation(period_of(result)))

    period = Period.objects.get()
    assert (period.starting_hour, period.ending_hour, period.sub_entity) == ("0900", "1300", "0000000007")
    assert period.control_cards == {"first_month": "1", "next_month": "2"}
    assert period.user_firm["address"]["city"] == "Gent"
    assert (cancelled.impact.cards, cancelled.impact.small_statutes) == (cards, statutes)
    assert cancelled.impact.user_firm == user


@pytest.mark.parametrize(
    ("deviation", "expected"),
    [
        ({}, ["90373-333"]),
        ({"starting_date": date(2031, 3, 3)}, ["90373-334"]),
        ({"ending_date": date(2026, 7, 1), "starting_date": date(2026, 6, 30)}, ["90373-460"]),
        ({"worker_type": "FLX"}, []),
        ({"worker_type": "STU", "ending_date": date(2026, 7, 31), "planned_hours": 10}, []),
        ({"employer": OTHER}, []),
        ({"using_employer": "0400767772"}, ["90373-333"]),
    ],
)
def test_periods_of_the_same_type_do_not_overlap_at_one_employer(
    filer: Filer, number: str, deviation: dict, expected: list[str]
):
    (result,) = filer(an_action(**WORKER | deviation))

    assert codes(result)[:1] == expected


def test_students_at_two_users_overlap_unless_that_is_switched_off(filer: Filer):
    filer(an_action())
    (refused,) = filer(an_action(using_employer="0400767772"), users_apart=False)

    assert codes(refused) == ["90373-333"]


def test_a_period_of_another_year_is_seen(filer: Filer):
    filer(an_action(**WORKER | {"starting_date": date(2024, 1, 1)}), at=datetime(2023, 12, 1, tzinfo=UTC))
    (result,) = filer(an_action(**WORKER))

    assert codes(result) == ["90373-334"]


def test_flexible_workers_come_twice_a_day(filer: Filer):
    results = filer(
        an_action(**FLEXIBLE),
        an_action(**FLEXIBLE | {"starting_hour": "1300", "ending_hour": "1700"}),
        an_action(**FLEXIBLE | {"starting_hour": "1659", "ending_hour": "1800"}),
    )

    assert [codes(result) for result in results] == [[], [], ["90373-334"]]


def test_a_period_without_an_end_is_closed_by_an_end_and_not_by_an_update(filer: Filer, number: str):
    (update,) = filer(an_update(number, ending_date=date(2026, 12, 31)))
    (end,) = filer(an_end(number, ending_date=date(2026, 12, 31)))

    assert (codes(update), codes(end)) == (["00913-359"], [])
    assert Period.objects.get().ending_date == date(2026, 12, 31)


def test_a_closed_period_is_opened_again(filer: Filer, number: str):
    filer(an_end(number, ending_date=date(2026, 8, 31)))
    (result,) = filer(an_update(number, ending_date=NO_END))

    assert codes(result) == []
    assert Period.objects.values_list("state", "ending_date").get() == (PeriodState.ACTIVE, None)


@pytest.mark.parametrize(("day", "expected"), [(3, []), (4, ["90378-460"])])
def test_an_end_is_taken_away_until_the_first_working_day_after_it(filer: Filer, day: int, expected: list[str]):
    (made,) = filer(an_action(**WORKER | {"ending_date": date(2026, 7, 31)}))
    (result,) = filer(an_update(period_of(made), ending_date=NO_END), at=datetime(2026, 8, day, 12, tzinfo=UTC))

    assert codes(result) == expected


def test_an_update_that_makes_a_period_the_same_as_another_is_refused(filer: Filer, number: str):
    filer(an_end(number, ending_date=date(2026, 7, 10)))
    (later,) = filer(an_action(**WORKER | {"starting_date": date(2026, 7, 11), "ending_date": date(2026, 7, 31)}))
    days = {"starting_date": date(2026, 7, 2), "ending_date": date(2026, 7, 10)}
    (result,) = filer(an_update(period_of(later), **days))

    assert codes(result) == ["90378-333"]
    assert [one.period_id for one in result.findings[0].conflicting] == [number]


def test_a_period_is_not_opened_again_over_another_one(filer: Filer, number: str):
    filer(an_end(number, ending_date=date(2026, 8, 31)))
    filer(an_action(**WORKER | {"starting_date": date(2028, 1, 1)}))
    (result,) = filer(an_update(number, ending_date=NO_END))

    assert codes(result) == ["90378-334"]


def test_the_end_of_temporary_work_cannot_be_taken_away(filer: Filer):
    (first,) = filer(an_action(worker_type="OTH", joint_commission="322", using_employer="Firm", planned_hours=None))
    (result,) = filer(an_update(period_of(first), ending_date=NO_END))

    assert codes(result) == ["90378-368"]


@pytest.mark.parametrize(
    ("deviation", "expected"),
    [
        ({"planned_hours": 10}, ["01135-005"]),
        ({"starting_date": date(2026, 7, 3)}, ["00910-344"]),
        ({"starting_date": date(2026, 7, 1)}, []),
        ({"starting_date": date(2026, 6, 30)}, ["90378-460"]),
        ({"ending_date": NO_END}, ["90378-444"]),
    ],
)
def test_what_an_update_of_another_worker_may_say(filer: Filer, number: str, deviation: dict, expected: list[str]):
    (result,) = filer(an_update(number, **deviation))

    assert codes(result) == expected


def test_a_day_does_not_end_before_it_starts(filer: Filer):
    (first,) = filer(an_action(**FLEXIBLE))
    (result,) = filer(an_update(period_of(first), ending_date=date(2026, 7, 6), ending_hour="0900"))

    assert codes(result) == ["00778-345"]


def test_periods_may_take_each_others_places_in_one_file(filer: Filer):
    days = {"worker_type": "OTH", "planned_hours": None}
    first, second = filer(
        an_action(**days, starting_date=date(2026, 7, 6), ending_date=date(2026, 7, 10)),
        an_action(**days, starting_date=date(2026, 7, 13), ending_date=date(2026, 7, 17)),
    )
    results = filer(
        an_update(period_of(first), starting_date=date(2026, 7, 2), ending_date=date(2026, 7, 3)),
        an_update(period_of(second), starting_date=date(2026, 7, 6), ending_date=date(2026, 7, 10)),
    )

    assert [codes(result) for result in results] == [[], []]
    assert Period.objects.get(pk=int(period_of(second))).starting_date == date(2026, 7, 6)


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        (PersonDetails(birth_date="2005-07-14", sex="1"), []),
        (PersonDetails(birth_date="2005-00-00"), []),
        (PersonDetails(birth_date="2005-07-15"), ["00028-348"]),
        (PersonDetails(birth_date="1905-07-14"), ["00028-348"]),
        (PersonDetails(sex="2"), ["00029-348"]),
    ],
)
def test_what_differs_from_the_national_number_is_remarked(filer: Filer, details: PersonDetails, expected: list[str]):
    (result,) = filer(an_action(person=details))

    assert codes(result) == expected
    assert result.impact is not None


def test_a_bis_number_tells_nothing(filer: Filer):
    (result,) = filer(an_action(insz="04512300764", person=PersonDetails(birth_date="1999-01-01", sex="1")))

    assert codes(result) == []


def test_a_person_without_a_number_is_not_identified(filer: Filer):
    (result,) = filer(an_action(insz=None, person=PersonDetails(name="Peeters")))

    assert codes(result) == ["90017-363"]


def test_the_place_of_work_is_kept_with_the_period(filer: Filer):
    place = PlaceOfWork("Branch", Address("Kouter", "12", "B3", "9000", "Gent", "150"))
    first, second = filer(
        an_action(place_of_work=place), an_action(insz="06020300277", place_of_work=PlaceOfWork("X", None))
    )
    ended, cancelled = filer(an_end(period_of(first)), a_cancellation(period_of(second)))

    assert (ended.impact.place_of_work, cancelled.impact.place_of_work) == (place, PlaceOfWork("X", None))


@pytest.mark.parametrize("deviation", [{"ending_date": None}, {"planned_hours": None}, {"employer": None}])
def test_what_the_rules_let_through_by_mistake_is_our_fault_and_not_the_senders(filer: Filer, deviation: dict):
    with pytest.raises(ValueError, match="needs"):
        filer(an_action(**deviation))


def test_a_form_without_an_action_must_have_been_refused_before(filer: Filer):
    with pytest.raises(ValueError, match="nothing that can be filed"):
        filer(None)


EMPTY = {
    "worker_type": "EXT",
    "planned_hours": None,
    "starting_date": date(2026, 7, 6),
    "ending_date": date(2026, 7, 6),
    "starting_hour": "0800",
    "ending_hour": "0800",
}
"""Work without an hour, which rules refuse today and registers may hold from before."""


def test_work_without_an_hour_is_not_filed_twice(filer: Filer):
    results = filer(an_action(**EMPTY), an_action(insz="06020300277"), an_action(**EMPTY))

    assert [codes(result) for result in results] == [[], [], ["90373-333"]]


def test_work_without_an_hour_is_not_filed_twice_beside_sets(filer: Filer):
    (filed,) = BatchFiler(filer.keys)([an_action(**EMPTY), an_action(insz="06020300277"), an_action(**EMPTY)])

    assert list(filed.opened) == [2]
    assert {index: codes(result) for index, result in filed.decided.items()} == {1: [], 3: ["90373-333"]}


def test_what_the_table_takes_for_one_period_is_the_same_to_the_answer(filer: Filer):
    _, again = filer(an_action(**FLEXIBLE), an_action(**FLEXIBLE | {"ending_hour": "1700"}))

    assert codes(again) == ["90373-333"]


@pytest.mark.parametrize("hours", [("0900", "0900"), ("", "0000")])
def test_an_update_leaves_an_hour_of_work(filer: Filer, hours: tuple[str, str]):
    first, last = hours
    (result,) = filer(an_action(**FLEXIBLE | {"starting_hour": first or None}))
    (update,) = filer(an_update(period_of(result), ending_date=date(2026, 7, 6), ending_hour=last))

    assert codes(update) == ["00778-345"]


@pytest.mark.parametrize(
    ("planned", "expected"), [({"planned_hours": 4}, ("HOURS", 4)), ({"planned_days": 1}, ("DAYS", 1))]
)
def test_a_period_that_plans_nothing_plans_later_what_its_start_might_have(
    filer: Filer, planned: dict, expected: tuple[str, int]
):
    (result,) = filer(an_action(**FLEXIBLE))
    (change,) = filer(an_update(period_of(result), **planned))

    assert codes(change) == []
    assert Period.objects.values_list("unit", "planned").get() == expected


def test_the_unit_of_what_is_planned_stays(filer: Filer):
    (result,) = filer(an_action(**FLEXIBLE | {"planned_hours": 4}))
    (change,) = filer(an_update(period_of(result), planned_days=1))

    assert codes(change) == ["01017-005"]


def test_a_change_plans_at_most_as_many_days_as_the_period_has(filer: Filer):
    (result,) = filer(an_action(**FLEXIBLE | {"planned_days": 1}))
    (change,) = filer(an_update(period_of(result), planned_days=2))

    assert codes(change) == ["90378-420"]


@pytest.mark.parametrize("worker_type", sorted(PRESENCE))
def test_updates_plan_hours_for_the_workers_whose_starts_do(filer: Filer, worker_type: str):
    """The register and the rules know the same kinds of worker without planned hours."""
    if worker_type != "STU":
        (result,) = filer(an_action(**FLEXIBLE | {"worker_type": worker_type}))
        (change,) = filer(an_update(period_of(result), planned_hours=4))

        is_forbidden = presence_of(worker_type, Zone.HOURS) is Presence.FORBIDDEN
        assert codes(change) == (["01135-005"] if is_forbidden else [])
