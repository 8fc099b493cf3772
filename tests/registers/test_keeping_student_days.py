"""Student days are kept for years after their quarter, then forgotten with all that belongs to them."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F

from commands.bench.dimona.full_register import FilledSize, fill_register
from commands.compose import forget_old_student_days
from evidence.models import AuditEvent
from registers.persons.models import Person
from registers.student_days.keeping import Forgotten, forget_student_days
from registers.student_days.merging import hold_off_filing
from registers.student_days.models import (
    DailyRegistration,
    DailyRegistrationVersion,
    Declaration,
    PendingForm,
    Period,
    PeriodState,
    PeriodVersion,
    QuotaAccount,
)
from tests.registers.conftest import (
    NOOR,
    Filer,
    a_cancellation,
    a_registration,
    an_action,
    an_end,
    an_update,
    codes,
    make_employers,
    period_of,
)
from tests.registers.test_merging import BIS, merge
from tests.registers.test_set_plans import rows_read_in_passing

OVER = datetime(2025, 1, 1, 9, tzinfo=UTC)
"""Seven years and a day after what ends in 2017."""
SPRING = {"starting_date": date(2017, 4, 3), "ending_date": date(2017, 4, 28)}
AUTUMN = {"starting_date": date(2017, 10, 2), "ending_date": date(2017, 10, 31)}
FLEXI = {"worker_type": "FLX", "planned_hours": None}
BEFORE_SPRING = datetime(2017, 4, 1, 10, tzinfo=UTC)
BEFORE_AUTUMN = datetime(2017, 10, 1, 10, tzinfo=UTC)
TABLES = (Period, PeriodVersion, DailyRegistration, DailyRegistrationVersion, Declaration, QuotaAccount, PendingForm)


@pytest.fixture
def filer(filer: Filer) -> Filer:
    return replace(filer, now=BEFORE_SPRING)


def forget(*, at: datetime = OVER, years: int = 7, rows_at_once: int = 1000) -> Forgotten:
    return forget_student_days(years=years, at=at, rows_at_once=rows_at_once)


def left() -> list[int]:
    return [table.objects.count() for table in TABLES]


def test_a_student_period_goes_with_its_versions_declarations_and_contingent(filer: Filer):
    (made,) = filer(an_action(**SPRING))
    filer(an_update(period_of(made), planned_hours=50))

    assert forget() == Forgotten(periods=1, versions=2, declarations=2, accounts=1)
    assert left() == [0] * len(TABLES)


def test_a_refused_declaration_goes_with_its_age_whatever_period_it_names(filer: Filer):
    (made,) = filer(an_action(**SPRING, **FLEXI))
    filer(an_update(period_of(made)))
    filer(an_update(period_of(made)), at=OVER - timedelta(days=1))

    assert forget() == Forgotten(periods=1, versions=1, declarations=2)
    assert list(Declaration.objects.values_list("accepted", "received_at")) == [(False, OVER - timedelta(days=1))]


def test_the_person_stays(filer: Filer):
    filer(an_action(**SPRING))
    forget()

    assert Person.objects.count() == 1


def test_an_event_says_how_much_went_and_of_nobody(filer: Filer):
    filer(an_action(**SPRING))
    forget()

    event = AuditEvent.objects.order_by("-pk").first()
    assert (event.action, event.actor) == ("student-days:forgotten", "retention")
    assert event.detail == {
        "periods": 1,
        "versions": 1,
        "registrations": 0,
        "declarations": 1,
        "accounts": 1,
        "forms": 0,
    }


def test_where_nothing_goes_nothing_is_said(filer: Filer):
    filer(an_action(**SPRING))
    events = AuditEvent.objects.count()

    assert forget(at=OVER - timedelta(days=1)) == Forgotten()
    assert AuditEvent.objects.count() == events


def test_what_a_student_did_goes_once_nothing_of_the_year_is_kept_and_not_piece_by_piece(filer: Filer):
    filer(an_action(**SPRING))
    filer(an_action(**AUTUMN), at=BEFORE_AUTUMN)

    assert forget(at=datetime(2024, 7, 1, tzinfo=UTC)) == Forgotten()
    assert (forget(at=OVER).periods, left()) == (2, [0] * len(TABLES))


@pytest.mark.parametrize(
    ("at", "gone"),
    [(datetime(2024, 6, 30, 21, 59, tzinfo=UTC), 0), (datetime(2024, 6, 30, 22, tzinfo=UTC), 1)],
)
def test_another_worker_s_period_goes_seven_years_after_its_quarter_in_brussels(filer: Filer, at: datetime, gone: int):
    filer(an_action(**SPRING, **FLEXI))

    assert forget(at=at).periods == gone


def test_a_period_that_changed_later_is_kept_from_then_on(filer: Filer):
    (made,) = filer(an_action(**SPRING, **FLEXI))
    filer(a_cancellation(period_of(made)), at=datetime(2018, 1, 1, tzinfo=UTC))

    assert forget(at=OVER) == Forgotten()
    assert forget(at=datetime(2025, 4, 1, tzinfo=UTC)).periods == 1


def test_a_change_in_one_quarter_keeps_the_whole_year_of_the_student(filer: Filer):
    (made,) = filer(an_action(**SPRING))
    filer(an_action(**AUTUMN), at=BEFORE_AUTUMN)
    filer(a_cancellation(period_of(made)), at=datetime(2018, 2, 1, tzinfo=UTC))
    before = left()

    assert (forget(at=OVER), left()) == (Forgotten(), before)


def test_an_employment_without_an_end_is_kept(filer: Filer):
    filer(an_action(starting_date=date(2017, 4, 3), ending_date=None, planned_hours=None, worker_type="OTH"))

    assert forget(at=datetime(2026, 1, 1, tzinfo=UTC)) == Forgotten()


def test_a_cancelled_employment_goes_whatever_end_it_had(filer: Filer):
    (made,) = filer(an_action(starting_date=date(2017, 4, 3), ending_date=None, planned_hours=None, worker_type="OTH"))
    filer(a_cancellation(period_of(made)))

    assert forget().periods == 1


@pytest.mark.parametrize("state", [PeriodState.LOCKED, PeriodState.BLOCKED])
def test_what_an_agent_locked_or_blocked_is_kept_twice_as_long_at_most(filer: Filer, state: PeriodState):
    filer(an_action(**SPRING))
    Period.objects.update(state=state)

    assert forget(years=4, at=OVER) == Forgotten()
    assert forget(years=3, at=OVER).periods == 1


def test_the_quarterly_declaration_s_lock_keeps_nothing_longer(filer: Filer):
    filer(an_action(**SPRING))
    Period.objects.update(locked_by_dmfa=True)

    assert forget().periods == 1


def test_daily_registrations_go_with_their_period(filer: Filer):
    (made,) = filer(an_action(**SPRING, **FLEXI))
    day = date(2017, 4, 10)
    filer(a_registration(period_id=period_of(made), starting_date=day, ending_date=day))

    assert forget() == Forgotten(periods=1, versions=2, registrations=1, declarations=2)
    assert left() == [0] * len(TABLES)


def test_a_late_daily_registration_keeps_its_period(filer: Filer):
    (made,) = filer(an_action(**SPRING, **FLEXI))
    day = date(2017, 4, 10)
    filer(
        a_registration(period_id=period_of(made), starting_date=day, ending_date=day),
        at=datetime(2018, 1, 1, tzinfo=UTC),
    )

    assert forget() == Forgotten()


def test_refused_declarations_go_by_their_reception(filer: Filer):
    filer(an_action(**SPRING), an_action(**SPRING), at=BEFORE_SPRING)
    filer(an_action(**SPRING), at=datetime(2018, 1, 1, tzinfo=UTC))

    assert forget() == Forgotten(periods=1, versions=1, declarations=2, accounts=1)
    assert [declaration.accepted for declaration in Declaration.objects.all()] == [False]


def test_settled_forms_go_and_waiting_ones_stay(filer: Filer):
    filer(an_action(**SPRING, insz=None, person=NOOR), an_action(**AUTUMN, insz=None, person=NOOR))
    settled = PendingForm.objects.order_by("pk").first()
    PendingForm.objects.filter(pk=settled.pk).update(settled_at=BEFORE_AUTUMN)

    assert forget() == Forgotten(forms=1)
    assert PendingForm.objects.get().settled_at is None


def test_an_account_without_any_period_goes_after_its_year(filer: Filer):
    filer(an_action(**SPRING, insz=BIS), an_action(**AUTUMN))
    merge(filer, at=BEFORE_AUTUMN)

    assert QuotaAccount.objects.count() == 2
    assert forget().accounts == 2


def test_a_cancelled_doublet_is_kept_with_the_period_that_took_its_registrations(filer: Filer):
    (kept,), (doublet,) = filer(an_action(**SPRING, **FLEXI)), filer(an_action(**SPRING, **FLEXI, insz=BIS))
    day = date(2017, 4, 10)
    filer(a_registration(period_id=period_of(doublet), starting_date=day, ending_date=day))
    merge(filer, at=BEFORE_AUTUMN)
    filer(an_end(period_of(kept), ending_date=date(2017, 4, 21)), at=datetime(2018, 1, 1, tzinfo=UTC))

    assert forget() == Forgotten()
    assert forget(at=datetime(2025, 4, 1, tzinfo=UTC)).periods == 2
    assert left() == [0] * len(TABLES)


def test_a_start_in_a_forgotten_year_is_late_and_takes_nothing(filer: Filer):
    filer(an_action(**SPRING))
    forget()
    (again,) = filer(an_action(**SPRING), at=OVER)
    (unknown,) = filer(an_update("610000000192", planned_hours=50), at=OVER)

    assert (codes(again), QuotaAccount.objects.get().granted) == (["90373-460"], 0)
    assert codes(unknown) == ["00913-354"]


def test_a_backlog_goes_batch_by_batch_each_with_its_event(filer: Filer, distinct_students):
    filer(*[an_action(**SPRING, insz=distinct_students()) for _ in range(7)])
    others = [distinct_students() for _ in range(5)]
    filer(*[an_action(**SPRING, **FLEXI, insz=number) for number in others])
    filer(*[an_action(**SPRING, **FLEXI, insz=number) for number in others])

    assert forget(rows_at_once=3) == Forgotten(periods=12, versions=12, declarations=12 + 5, accounts=7)
    assert left() == [0] * len(TABLES)
    events = AuditEvent.objects.filter(action="student-days:forgotten").values_list("detail", flat=True)
    assert [one["periods"] for one in events if one["periods"]] == [3, 3, 1, 3, 2]


def test_a_backlog_is_walked_through_once(filer: Filer, distinct_students, django_assert_max_num_queries):
    filer(*[an_action(**AUTUMN, insz=distinct_students()) for _ in range(20)], at=datetime(2018, 1, 1, tzinfo=UTC))

    with django_assert_max_num_queries(8):
        assert forget(rows_at_once=3) == Forgotten()


def test_a_large_backlog_is_found_by_keys_before_anybody_has_analysed_a_table(filer: Filer):
    fill_register(FilledSize(accounts=20_000, periods=40_000), year=2017, at=BEFORE_SPRING)
    before = rows_read_in_passing()

    assert forget(at=OVER) == Forgotten(periods=40_000, versions=40_000, accounts=20_000)
    assert rows_read_in_passing() == before


RECENT = {"starting_date": date(2026, 7, 2), "ending_date": date(2026, 7, 31)}


@pytest.mark.parametrize("table", ["period", "periodversion", "declaration", "quotaaccount"])
def test_the_database_refuses_to_delete_what_is_young(filer: Filer, table: str):
    filer(an_action(**RECENT), at=datetime(2026, 7, 1, tzinfo=UTC))

    with pytest.raises(IntegrityError, match="append-only: DELETE refused"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM student_days_{table}")  # noqa: S608 - our own table


def test_the_database_refuses_to_delete_a_period_that_still_has_a_history(filer: Filer):
    filer(an_action(**SPRING))

    with pytest.raises(IntegrityError, match="still refers to a row"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM student_days_period")


def test_the_database_still_refuses_to_change_an_old_declaration(filer: Filer):
    filer(an_action(**SPRING))

    with pytest.raises(IntegrityError, match="append-only: UPDATE refused"), transaction.atomic():
        Declaration.objects.update(form_index=F("form_index") + 1)


@pytest.mark.django_db(transaction=True)
def test_while_somebody_files_for_long_the_night_gives_up_and_nothing_is_gone(keys):
    make_employers()
    Filer(keys, now=BEFORE_SPRING)(an_action(**SPRING))
    held, done = threading.Event(), threading.Event()

    def file_for_long() -> None:
        with transaction.atomic():
            hold_off_filing()
            held.set()
            done.wait(30)
        connection.close()

    filing = threading.Thread(target=file_for_long)
    filing.start()
    try:
        assert held.wait(10)
        with pytest.raises(OperationalError):
            forget()
    finally:
        done.set()
        filing.join()
    assert Period.objects.count() == 1
    assert forget().periods == 1


@pytest.mark.parametrize(("years", "gone"), [(7, True), (20, False), (0, False)])
def test_the_setting_says_for_how_many_years(filer: Filer, settings, years: int, gone: bool):
    dimona = replace(settings.GUICHET.dimona, keep_student_days_years=years)
    settings.GUICHET = replace(settings.GUICHET, dimona=dimona)
    filer(an_action(**SPRING))
    forget_old_student_days()

    assert Period.objects.exists() != gone
