"""What another company says of somebody takes him off no list of who is at a work place."""

from datetime import timedelta

import pytest

from domain.checkins.asking import SiteCount, SiteNumbers, SiteStanding
from domain.checkins.items import Employer, Worker
from registers.checkins.models import Spell
from registers.checkins.on_site import count_on_site, list_on_site, list_staff_on_site
from tests.checkin_items import CLEANING_SITE, COMPANY, RECEIVED, an_event
from tests.registers.checkins.conftest import Counter, a_work_place
from tests.registers.checkins.test_looking import INSPECTOR, R

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOWHERE, ELSEWHERE = "1Y1003NEWPL8Z", "1Y1003NEWPL9Z"
OTHER_COMPANY = "0438195916"
OTHER = Employer(enterprise_number=OTHER_COMPANY)
ABROAD = Employer(foreign_vat="PL5260250274")


def here(at=RECEIVED) -> list[tuple[str, bool]]:
    present = list_on_site(CLEANING_SITE, environment=R, asker=INSPECTOR, at=at)
    return [(of.employer, one.standing is SiteStanding.MAY_HAVE_LEFT) for one in present for of in one.of]


def own_list(company: str = COMPANY, at=RECEIVED) -> list[tuple[tuple[str, ...], bool]]:
    now = list_staff_on_site(company, environment=R, asker=INSPECTOR, at=at, most=9)
    assert now.present == len(now.people)
    return [(one.work_place_ids, one.standing is SiteStanding.MAY_HAVE_LEFT) for one in now.people]


@pytest.fixture
def came(counter: Counter) -> Counter:
    """A worker who checked in two hours ago."""
    counter(an_event(at=RECEIVED - 2 * HOUR))
    return counter


def claimed(counter: Counter, **deviation: object) -> None:
    counter(
        an_event(work_place_id=NOWHERE, employer=ABROAD, at=RECEIVED - HOUR, **deviation),
        enterprise_number="0400767772",
    )


def test_whoever_another_company_checks_in_elsewhere_stays_on_the_list_with_that_doubt(came: Counter):
    claimed(came)
    assert Spell.objects.get(work_place=CLEANING_SITE).state == "MISSING_OUT"
    assert here() == [(COMPANY, True)]
    numbers = SiteNumbers(present=1, on_break=0, by_company=(SiteCount(COMPANY, 1),))
    assert count_on_site(CLEANING_SITE, environment=R, at=RECEIVED) == numbers


def test_on_his_own_employers_list_he_stays_with_the_same_doubt(came: Counter):
    claimed(came)
    assert own_list() == [((CLEANING_SITE,), True)]


@pytest.mark.parametrize("stays", [True, False])
def test_whoever_is_at_work_here_for_another_company_as_well_is_here_without_doubt_and_for_both(came: Counter, stays):
    came(an_event(at=RECEIVED - HOUR, employer=OTHER), enterprise_number=OTHER_COMPANY)
    if not stays:
        came(an_event(at=RECEIVED, type="OUT", employer=OTHER), enterprise_number=OTHER_COMPANY)
    assert here() == ([(OTHER_COMPANY, False), (COMPANY, False)] if stays else [(COMPANY, True)])
    assert own_list() == [((CLEANING_SITE,), not stays)]
    numbers = count_on_site(CLEANING_SITE, environment=R, at=RECEIVED)
    assert (numbers.present, len(numbers.by_company)) == (1, 2 if stays else 1)


def test_whoever_badged_in_here_twice_before_the_claim_is_in_doubt_as_well(came: Counter):
    came(an_event(at=RECEIVED - 1.5 * HOUR))
    claimed(came)
    assert here() == [(COMPANY, True)]


def test_a_claim_of_the_very_instant_of_the_check_in_leaves_a_doubt_as_a_later_one_does(counter: Counter):
    counter(an_event(at=RECEIVED - HOUR))
    claimed(counter)
    assert Spell.objects.get(work_place=CLEANING_SITE).state == "MISSING_OUT"
    assert here() == [(COMPANY, True)]


def test_whoever_is_checked_out_here_is_gone_from_the_list_though_somebody_claimed_him_elsewhere(came: Counter):
    claimed(came)
    came(an_event(at=RECEIVED, type="OUT"))
    assert here() == []


def test_whoever_goes_to_another_work_place_of_his_employer_is_there_alone(came: Counter):
    a_work_place(number=NOWHERE, sector="CLEANING")
    came(an_event(work_place_id=NOWHERE, at=RECEIVED - HOUR))
    assert here() == []


def test_whoever_comes_back_is_on_the_list_once_and_without_doubt(came: Counter):
    claimed(came)
    came(an_event(at=RECEIVED))
    assert here() == [(COMPANY, False)]


@pytest.mark.parametrize("moved", [1.5, 0.5], ids=["before the claim", "after it"])
def test_whoever_his_own_company_moved_is_in_doubt_nowhere_it_had_him(came: Counter, moved: float):
    claimed(came)
    came(an_event(work_place_id=ELSEWHERE, at=RECEIVED - HOUR * moved))
    assert here() == []


def test_a_doubt_lasts_as_long_as_an_out_is_waited_for(came: Counter):
    claimed(came)
    last = RECEIVED + 14 * HOUR
    assert here(at=last - timedelta(seconds=1)) == [(COMPANY, True)]
    assert here(at=last) == []


POSTED = {
    "by a Limosa number alone": {"worker": Worker(limosa_id="24910158641968060"), "employer": None},
    "for a firm abroad": {"employer": ABROAD},
}


@pytest.mark.parametrize(("claimant", "is_there"), [("0400767772", True), (COMPANY, False)])
@pytest.mark.parametrize("posted", POSTED.values(), ids=POSTED)
def test_of_who_works_for_no_company_here_those_who_brought_him_are_told_apart(
    counter: Counter, posted: dict[str, object], claimant: str, is_there: bool
):
    counter(an_event(**posted, at=RECEIVED - 2 * HOUR))
    counter(an_event(**posted, work_place_id=NOWHERE, at=RECEIVED - HOUR), enterprise_number=claimant)
    assert [is_in_doubt for _, is_in_doubt in here()] == ([True] if is_there else [])


def test_of_one_instant_too_those_who_brought_somebody_for_a_firm_abroad_are_told_apart(counter: Counter):
    counter(an_event(employer=ABROAD, at=RECEIVED - HOUR))
    claimed(counter)
    assert here() == [("PL5260250274", True)]
