"""What is asked of spells and of what began them looks into the months about them, and misses none at the edges of these."""

from datetime import date, datetime, time, timedelta

import pytest

from domain.brussels import BRUSSELS, brussels_date, end_of_day
from domain.checkins.limits import DayLimits
from domain.checkins.searches import DayPeriod
from registers.checkins.days_of_staff import spells_of_staff
from registers.checkins.missing_out_windows import read_rules_and_sectors, sectors_left_open
from registers.checkins.missing_outs import missing_outs_by_day
from registers.checkins.models import Presence, Spell
from registers.checkins.numbering import number_of
from registers.checkins.sector_rules import read_rules
from tests.checkin_items import COMPANY, an_event
from tests.registers.checkins.conftest import FIRM, Counter
from tests.registers.checkins.months_read import parts, parts_read
from tests.registers.checkins.test_corrections import R
from tests.registers.checkins.test_indexes_of_questions import plans
from tests.registers.checkins.test_months import make_months

FIRST, EVE = date(2026, 11, 1), date(2026, 10, 31)
LIMITS = DayLimits()
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
SINCE = end_of_day(EVE) - LIMITS.longest_open
"""Who came in earlier had left, or misses his check-out, before the first of November."""
LONGEST = timedelta(days=31)
SPELLS = {
    "of the day": (FIRST, end_of_day(EVE) + 7 * HOUR, True),
    "over midnight and the end of the month": (EVE, end_of_day(EVE) - HOUR, True),
    "gone on with for as long as any is": (EVE - LONGEST, SINCE, True),
    "to the last second": (FIRST, end_of_day(FIRST) - SECOND, True),
    "over before": (EVE - LONGEST, SINCE - SECOND, False),
}


@pytest.fixture
def here(counter: Counter) -> Presence:
    """A check-in for the usual company, among the months of two years."""
    make_months("2025-06-01", 24)
    counter(an_event())
    return Presence.objects.get()


def registered(here: Presence, at: datetime, **facts: str | list[str]) -> Presence:
    """Register the same of another instant as well."""
    row = Presence.objects.get(pk=here.pk)
    row.event_at, row.registration_date = at, brussels_date(at)
    row.number = number_of(row.registration_date, 1000 + Presence.objects.count())
    for name, fact in facts.items():
        setattr(row, name, fact)
    row.save(force_insert=True)
    return row


def gone_on_with(here: Presence, work_date: date, last_in_at: datetime, *, employer: str = COMPANY) -> Spell:
    """Return a spell that began on that day in the security sector, and that nobody left."""
    began = datetime.combine(work_date, time(0, 30), tzinfo=BRUSSELS)
    whose = {"employer": employer, "brought_by": COMPANY}
    first = registered(here, began, sector="SECURITY", **whose)
    last = registered(here, last_in_at, remarks=["MISSING_OUT"], **whose)
    Spell.objects.all().delete()
    return Spell.objects.create(
        environment="R",
        person_id=here.person_id,
        work_date=work_date,
        employer=employer,
        work_place=here.work_place,
        started_at=began,
        last_in_at=last_in_at,
        state="MISSING_OUT",
        first_in=first.number,
        last_in=last.number,
    )


@pytest.mark.parametrize(("work_date", "last_in_at", "is_found"), SPELLS.values(), ids=SPELLS)
def test_the_spells_that_a_check_out_of_a_day_would_end_are_found_in_the_months_about_it(
    here: Presence, work_date: date, last_in_at: datetime, is_found: bool
):
    gone_on_with(here, work_date, last_in_at)
    with plans() as texts:
        sectors = sectors_left_open(Spell.objects.filter(environment=R), day=FIRST, limits=LIMITS)
    assert sectors == ({"SECURITY"} if is_found else set())
    assert parts_read(texts) == parts(EVE - LONGEST, FIRST, "checkins_presence", "checkins_spell")


@pytest.mark.parametrize("employer", [COMPANY, ""], ids=["employed", "brought by a Limosa number"])
@pytest.mark.parametrize(("work_date", "last_in_at", "is_found"), SPELLS.values(), ids=SPELLS)
def test_missing_check_outs_that_may_be_in_time_are_counted_in_the_months_about_their_days(
    here: Presence, work_date: date, last_in_at: datetime, is_found: bool, employer: str
):
    gone_on_with(here, work_date, last_in_at, employer=employer)
    with plans() as texts:
        counted = list(missing_outs_by_day(COMPANY, environment=R, since=FIRST, on=date(2026, 11, 30), limits=LIMITS))
    left = brussels_date(last_in_at + LIMITS.longest_open)
    assert counted == ([(brussels_date(last_in_at), left, "SECURITY", 1)] if is_found else [])
    assert parts_read(texts) == parts(EVE - LONGEST, date(2026, 11, 30), "checkins_presence", "checkins_spell")


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "unknown"])
def test_the_sector_in_which_a_spell_began_is_read_in_its_month(here: Presence, is_known: bool):
    spell = gone_on_with(here, EVE, end_of_day(EVE) - HOUR)
    if not is_known:
        spell.first_in += 5
    with plans() as texts:
        rules, sectors = read_rules_and_sectors([spell], environment=R)
    assert sectors == {spell.first_in: "SECURITY" if is_known else ""}
    assert rules == read_rules(R)
    assert parts_read(texts) == {"checkins_presence_2026_10"}
    assert read_rules_and_sectors([], environment=R) == (rules, {})


@pytest.mark.parametrize("later", [timedelta(0), HOUR, LONGEST], ids=["at once", "after midnight", "as late as any is"])
def test_whom_another_company_brought_to_the_same_work_is_not_the_companys_staff(here: Presence, later: timedelta):
    """He began on the last evening of a month for one company, and for another one he left: on the last day that is of it."""
    spell = gone_on_with(here, EVE, end_of_day(EVE) - HOUR, employer="")
    left = spell.last_in_at + SECOND + later
    Spell.objects.update(state="ENDED", ended_at=left)
    asked = spells_of_staff(COMPANY, (DayPeriod(EVE, EVE),), environment=R)
    assert asked.count() == 1
    registered(here, left, employer="", event_type="OUT", brought_by=FIRM)
    with plans() as texts:
        assert asked.count() == 0
    months = parts(EVE, EVE + LONGEST, "checkins_presence")
    assert parts_read(texts) == months | {"checkins_spell_2026_10"}
