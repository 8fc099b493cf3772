"""What a student sees of one own period, and of a whole year at once."""

from domain.student_declarations import Address, PlaceOfWork
from registers.student_days.questions.balances import read_balance
from registers.student_days.questions.calendars import read_calendar, read_year
from registers.student_days.questions.own_periods import read_own_period
from tests.registers.conftest import Filer, an_action, an_update, period_of
from tests.registers.questions.conftest import Counted, ask, looks

KOUTER = PlaceOfWork("Branch of Ghent", Address("Kouter", "12", "B3", "9000", "Gent", "150"))


def test_a_year_is_read_at_once_as_its_balance_and_its_calendar(filer: Filer, person):
    filer(an_action(planned_hours=600))
    student = person()
    with Counted() as counted:
        balance, calendar = read_year(student, 2026, **ask())

    assert counted.count == 4
    assert looks() == [("CALENDAR", "own page", person(), "2026")]
    assert balance == read_balance(person(), 2026, **ask())
    assert calendar == read_calendar(person(), 2026, **ask())


def test_an_own_period_tells_committee_place_and_every_version(filer: Filer, person):
    (opened,) = filer(an_action(place_of_work=KOUTER))
    filer(an_update(period_of(opened), planned_hours=80))
    student = person()
    with Counted() as counted:
        own = read_own_period(student, int(period_of(opened)), **ask())

    assert counted.count == 3
    assert (own.joint_committee, own.place, own.is_locked_by_dmfa) == ("XXX", KOUTER, False)
    assert [(version.number, version.planned) for version in own.versions] == [(1, 100), (2, 80)]
    assert own.seen.planned == 80
    assert looks() == [("PERIOD", "own page", person(), period_of(opened))]


def test_a_period_of_somebody_else_looks_like_none_and_is_no_look(filer: Filer, somebody: int):
    (opened,) = filer(an_action())

    assert read_own_period(somebody, int(period_of(opened)), **ask()) is None
    assert looks() == []
