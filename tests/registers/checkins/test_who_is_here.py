"""Who is at a work place now, and with what word: his own company's last word decides (decision 0071)."""

from datetime import timedelta

import pytest

from domain.checkins.asking import OnSiteFor, SiteCount, SiteNumbers, SiteStanding
from domain.checkins.items import Employer, Worker
from domain.checkins.vocabulary import EventReason
from registers.checkins.models import Presence, SectorRule, WorkPlace, WorkPlaceParty
from registers.checkins.on_site import count_on_site, list_on_site, list_staff_on_site
from registers.checkins.upkeep import find_missing_outs
from tests.checkin_items import CLEANING_SITE, COMPANY, RECEIVED, a_day, an_event
from tests.registers.checkins.conftest import Counter, a_work_place
from tests.registers.checkins.test_looking import INSPECTOR, R

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ELSEWHERE, OTHER_COMPANY = "1Y1003NEWPL9Z", "0438195916"
OTHER = Employer(enterprise_number=OTHER_COMPANY)
ABROAD = Employer(foreign_vat="PL5260250274")
AWAY = {"work_place_id": ELSEWHERE, "employer": OTHER, "enterprise_number": OTHER_COMPANY}
BY_LIMOSA = {"worker": Worker(limosa_id="24910158641968060"), "employer": None}
NOON = RECEIVED + 6 * HOUR
POSTED = pytest.mark.parametrize("posted", [BY_LIMOSA, {"employer": ABROAD}], ids=["by Limosa", "for a firm abroad"])


@pytest.fixture
def site(counter: Counter) -> Counter:
    """A counter where a sector knows days and check-ins alike."""
    SectorRule.objects.filter(environment="R", sector="CLEANING").update(
        kinds=["DAY", "EVENT"], registrants=["EMPLOYER", "CONTRACTOR", "WORKER"]
    )
    a_work_place(number=ELSEWHERE, sector="CLEANING", name="Elsewhere")
    return counter


def told(counter: Counter, *, at, enterprise_number: str = COMPANY, **deviation: object) -> None:
    """An event that its instant brought."""
    (outcome,) = counter(an_event(at=at, **deviation), received_at=at, enterprise_number=enterprise_number)
    assert hasattr(outcome, "registration"), outcome


def here(at=NOON, place: str = CLEANING_SITE) -> list[tuple[SiteStanding, object]]:
    return [(one.standing, one.since) for one in list_on_site(place, environment=R, asker=INSPECTOR, at=at)]


def own_list(at=NOON, company: str = COMPANY) -> list[tuple[SiteStanding, tuple[str, ...]]]:
    now = list_staff_on_site(company, environment=R, asker=INSPECTOR, at=at, most=9)
    assert now.present == len(now.people)
    return [(one.standing, one.work_place_ids) for one in now.people]


@pytest.fixture
def on_break(site: Counter) -> Counter:
    """A worker who came in the morning and went for a break half an hour before noon."""
    told(site, at=RECEIVED)
    told(site, at=NOON - HOUR / 2, type="OUT", reason=EventReason.BREAK)
    return site


def test_whoever_is_on_a_break_is_on_the_list_as_such_since_it_began(on_break: Counter):
    assert here() == [(SiteStanding.ON_BREAK, NOON - HOUR / 2)]
    assert own_list() == [(SiteStanding.ON_BREAK, (CLEANING_SITE,))]
    numbers = SiteNumbers(present=1, on_break=1, by_company=(SiteCount(COMPANY, 1),))
    assert count_on_site(CLEANING_SITE, environment=R, at=NOON) == numbers


def test_a_break_lasts_four_hours_at_most(on_break: Counter):
    last = NOON - HOUR / 2 + 4 * HOUR
    assert len(here(last - MINUTE)) == len(own_list(last - MINUTE)) == 1
    assert here(last) == own_list(last) == []


def test_whoever_ended_the_break_is_at_work_since_he_came(on_break: Counter):
    told(on_break, at=NOON - MINUTE, reason=EventReason.BREAK)
    assert here() == [(SiteStanding.AT_WORK, RECEIVED)]
    assert own_list() == [(SiteStanding.AT_WORK, (CLEANING_SITE,))]


def test_whoever_went_home_from_the_break_is_on_no_list(on_break: Counter):
    told(on_break, at=NOON - MINUTE, type="OUT")
    assert here() == own_list() == []


def test_whoever_tapped_the_break_twice_is_on_it_since_the_second_time(on_break: Counter):
    told(on_break, at=NOON - MINUTE, type="OUT", reason=EventReason.BREAK)
    assert here() == [(SiteStanding.ON_BREAK, NOON - MINUTE)]
    assert own_list() == [(SiteStanding.ON_BREAK, (CLEANING_SITE,))]


def test_whoever_checked_out_without_that_reason_is_on_no_list(site: Counter):
    told(site, at=RECEIVED)
    told(site, at=NOON - HOUR, type="OUT", reason=EventReason.WORK)
    assert here() == own_list() == []


def test_whoever_went_from_the_break_to_another_place_of_his_company_is_there_alone(on_break: Counter):
    told(on_break, at=NOON - MINUTE, work_place_id=ELSEWHERE)
    assert here() == []
    assert own_list() == [(SiteStanding.AT_WORK, (ELSEWHERE,))]


def test_whom_another_company_checked_in_elsewhere_during_his_break_may_have_left(on_break: Counter):
    told(on_break, at=NOON - MINUTE, work_place_id=ELSEWHERE, employer=OTHER, enterprise_number=OTHER_COMPANY)
    assert [standing for standing, _ in here()] == [SiteStanding.MAY_HAVE_LEFT]
    assert own_list() == [(SiteStanding.MAY_HAVE_LEFT, (CLEANING_SITE,))]


def test_of_a_stranger_who_claimed_somebody_a_break_at_home_is_the_newer_word(site: Counter):
    told(site, at=RECEIVED)
    told(site, at=NOON - 2 * HOUR, work_place_id=ELSEWHERE, employer=OTHER, enterprise_number=OTHER_COMPANY)
    told(site, at=NOON - HOUR, type="OUT", reason=EventReason.BREAK)
    assert here() == [(SiteStanding.ON_BREAK, NOON - HOUR)]


@POSTED
def test_whom_a_company_brought_for_no_company_here_is_its_own_on_every_list(site: Counter, posted: dict[str, object]):
    told(site, at=RECEIVED, **posted)
    for kind in ({}, {"type": "OUT", "reason": EventReason.BREAK}):
        if kind:
            told(site, at=NOON - HOUR, **posted, **kind)
        (one,) = list_on_site(CLEANING_SITE, environment=R, asker=INSPECTOR, at=NOON)
        assert [of.company for of in one.of] == [COMPANY]
        assert [places for _, places in own_list()] == [(CLEANING_SITE,)]
        numbers = count_on_site(CLEANING_SITE, environment=R, at=NOON)
        assert numbers.by_company == (SiteCount(COMPANY, 1),)


@pytest.fixture
def works_here_too(site: Counter) -> None:
    """Another company that works at the place."""
    place = WorkPlace.objects.get(environment="R", number=CLEANING_SITE)
    WorkPlaceParty.objects.create(
        environment="R", work_place=place, enterprise=OTHER_COMPANY, role="CONTRACTOR", valid_from=place.valid_from
    )


def companies_here(at=NOON) -> list[tuple[SiteStanding, object, list[str]]]:
    found = list_on_site(CLEANING_SITE, environment=R, asker=INSPECTOR, at=at)
    counted = count_on_site(CLEANING_SITE, environment=R, at=at)
    assert counted.present == len(found)
    assert [one.company for one in counted.by_company] == sorted({of.company for one in found for of in one.of})
    return [(one.standing, one.since, sorted(of.company for of in one.of)) for one in found]


@POSTED
def test_whom_two_companies_brought_for_no_company_here_is_on_the_list_of_each(site: Counter, works_here_too, posted):
    told(site, at=RECEIVED, **posted)
    for later in (HOUR, 2 * HOUR):
        told(site, at=RECEIVED + later, enterprise_number=OTHER_COMPANY, **posted)
    assert companies_here() == [(SiteStanding.AT_WORK, RECEIVED, [OTHER_COMPANY, COMPANY])]
    assert own_list() == own_list(company=OTHER_COMPANY) == [(SiteStanding.AT_WORK, (CLEANING_SITE,))]


@POSTED
def test_each_of_two_companies_finds_its_own_registration_of_whom_both_brought(site: Counter, works_here_too, posted):
    told(site, at=RECEIVED, **posted)
    told(site, at=RECEIVED + HOUR, enterprise_number=OTHER_COMPANY, **posted)
    sent = dict(Presence.objects.values_list("brought_by", "number"))
    (one,) = list_on_site(CLEANING_SITE, environment=R, asker=INSPECTOR, at=NOON)
    assert {of.company: of.registration_id for of in one.of} == sent
    for company, number in sent.items():
        now = list_staff_on_site(company, environment=R, asker=INSPECTOR, at=NOON, most=9)
        assert [one.registration_id for one in now.people] == [number]


@POSTED
def test_a_check_out_of_either_of_two_companies_takes_whom_both_brought_off(site: Counter, works_here_too, posted):
    told(site, at=RECEIVED, **posted)
    told(site, at=RECEIVED + HOUR, enterprise_number=OTHER_COMPANY, **posted)
    told(site, at=NOON - HOUR, type="OUT", **posted)
    assert companies_here() == own_list() == own_list(company=OTHER_COMPANY) == []


@POSTED
def test_whom_two_companies_brought_may_have_left_where_one_of_them_took_him_elsewhere(
    site: Counter, works_here_too, posted
):
    told(site, at=RECEIVED, **posted)
    told(site, at=RECEIVED + HOUR, enterprise_number=OTHER_COMPANY, **posted)
    told(site, at=NOON - HOUR, work_place_id=ELSEWHERE, **posted)
    assert companies_here() == [(SiteStanding.MAY_HAVE_LEFT, RECEIVED, [OTHER_COMPANY])]
    assert own_list() == [(SiteStanding.AT_WORK, (ELSEWHERE,))]
    assert own_list(company=OTHER_COMPANY) == [(SiteStanding.MAY_HAVE_LEFT, (CLEANING_SITE,))]


@pytest.fixture
def claimed_elsewhere(site: Counter) -> Counter:
    """A worker who came in the morning, and whom another company checked in elsewhere three hours before noon."""
    told(site, at=RECEIVED)
    told(site, at=NOON - 3 * HOUR, **AWAY)
    assert [standing for standing, _ in here()] == [SiteStanding.MAY_HAVE_LEFT]
    return site


def test_whom_another_company_checked_out_again_elsewhere_is_at_work_where_his_own_has_him(claimed_elsewhere: Counter):
    told(claimed_elsewhere, at=NOON - 2 * HOUR, type="OUT", **AWAY)
    assert here() == [(SiteStanding.AT_WORK, RECEIVED)]
    assert own_list() == [(SiteStanding.AT_WORK, (CLEANING_SITE,))]


def test_whom_another_company_checked_in_and_out_here_may_have_left(site: Counter):
    told(site, at=RECEIVED)
    told(site, at=NOON - 3 * HOUR, employer=OTHER, enterprise_number=OTHER_COMPANY)
    told(site, at=NOON - 2 * HOUR, type="OUT", employer=OTHER, enterprise_number=OTHER_COMPANY)
    assert [standing for standing, _ in here()] == [SiteStanding.MAY_HAVE_LEFT]


def test_whom_another_company_checked_in_and_out_here_and_then_elsewhere_may_have_left(claimed_elsewhere: Counter):
    told(claimed_elsewhere, at=NOON - 2 * HOUR, employer=OTHER, enterprise_number=OTHER_COMPANY)
    told(claimed_elsewhere, at=NOON - HOUR, **AWAY)
    told(claimed_elsewhere, at=NOON - MINUTE, type="OUT", **AWAY)
    assert [standing for standing, _ in here()] == [SiteStanding.MAY_HAVE_LEFT]


@pytest.fixture
def for_the_day(site: Counter) -> Counter:
    """A worker whom his company registered for the day here and elsewhere."""
    site(a_day(work_place_id=CLEANING_SITE), a_day(work_place_id=ELSEWHERE))
    return site


def test_whoever_is_registered_for_the_day_is_there_without_an_hour_and_once_on_his_companys_list(for_the_day: Counter):
    assert here() == here(place=ELSEWHERE) == [(SiteStanding.FOR_THE_DAY, None)]
    assert own_list() == [(SiteStanding.FOR_THE_DAY, (ELSEWHERE, CLEANING_SITE))]


def test_whoever_is_checked_in_here_is_at_no_other_place_of_his_company_for_the_day(for_the_day: Counter):
    told(for_the_day, at=RECEIVED)
    assert here() == [(SiteStanding.AT_WORK, RECEIVED)]
    assert here(place=ELSEWHERE) == []
    assert own_list() == [(SiteStanding.AT_WORK, (CLEANING_SITE,))]


def test_whoever_is_on_a_break_here_is_at_no_other_place_of_his_company_for_the_day(for_the_day: Counter):
    told(for_the_day, at=RECEIVED)
    told(for_the_day, at=NOON - MINUTE, type="OUT", reason=EventReason.BREAK)
    assert here() == [(SiteStanding.ON_BREAK, NOON - MINUTE)]
    assert here(place=ELSEWHERE) == []


def test_whoever_checked_out_here_is_gone_though_he_is_registered_for_the_day(for_the_day: Counter):
    told(for_the_day, at=RECEIVED)
    told(for_the_day, at=NOON - MINUTE, type="OUT")
    assert here() == []
    assert count_on_site(CLEANING_SITE, environment=R, at=NOON).present == 0
    assert here(place=ELSEWHERE) == [(SiteStanding.FOR_THE_DAY, None)]
    assert own_list() == [(SiteStanding.FOR_THE_DAY, (ELSEWHERE,))]


def test_whoever_checked_out_here_is_not_back_when_he_leaves_another_place_of_his_company(site: Counter):
    site(a_day(work_place_id=CLEANING_SITE))
    told(site, at=RECEIVED)
    told(site, at=NOON - 3 * HOUR, type="OUT")
    told(site, at=NOON - 2 * HOUR, work_place_id=ELSEWHERE)
    told(site, at=NOON - HOUR, type="OUT", work_place_id=ELSEWHERE)
    assert here() == own_list() == []
    assert count_on_site(CLEANING_SITE, environment=R, at=NOON).present == 0


def test_whoever_went_elsewhere_and_left_without_a_check_out_here_is_here_for_the_day(site: Counter):
    site(a_day(work_place_id=CLEANING_SITE))
    told(site, at=NOON - 2 * HOUR, work_place_id=ELSEWHERE)
    told(site, at=NOON - HOUR, type="OUT", work_place_id=ELSEWHERE)
    assert here() == [(SiteStanding.FOR_THE_DAY, None)]
    assert own_list() == [(SiteStanding.FOR_THE_DAY, (CLEANING_SITE,))]


def test_whoever_came_back_here_and_went_elsewhere_from_here_is_here_for_the_day(site: Counter):
    site(a_day(work_place_id=CLEANING_SITE))
    told(site, at=RECEIVED)
    told(site, at=NOON - 4 * HOUR, type="OUT")
    told(site, at=NOON - 3 * HOUR)
    told(site, at=NOON - 2 * HOUR, work_place_id=ELSEWHERE)
    told(site, at=NOON - HOUR, type="OUT", work_place_id=ELSEWHERE)
    assert here() == [(SiteStanding.FOR_THE_DAY, None)]


def test_a_check_out_of_yesterday_ends_no_day(site: Counter):
    told(site, at=RECEIVED - 12 * HOUR)
    told(site, at=RECEIVED - 7 * HOUR, type="OUT")
    site(a_day(work_place_id=CLEANING_SITE))
    assert here() == [(SiteStanding.FOR_THE_DAY, None)]


def test_a_check_out_of_the_night_that_ends_the_evening_s_work_ends_no_day(site: Counter):
    midnight = RECEIVED.replace(hour=23, minute=0, second=0) - timedelta(days=1)  # in Brussels
    told(site, at=midnight - 3 * HOUR)
    told(site, at=midnight + HOUR, type="OUT")
    site(a_day(work_place_id=CLEANING_SITE))
    assert here() == [(SiteStanding.FOR_THE_DAY, None)]


def test_an_employer_finds_at_one_of_two_places_of_the_day_whom_another_company_checked_in_at_the_other(
    for_the_day: Counter,
):
    told(for_the_day, at=RECEIVED, work_place_id=ELSEWHERE, employer=OTHER, enterprise_number=OTHER_COMPANY)
    assert here() == [(SiteStanding.MAY_HAVE_LEFT, None)]
    now = list_staff_on_site(COMPANY, environment=R, asker=INSPECTOR, at=NOON, most=9, work_place=CLEANING_SITE)
    assert [(one.standing, one.work_place_ids) for one in now.people] == [
        (SiteStanding.MAY_HAVE_LEFT, (CLEANING_SITE,))
    ]
    assert (now.present, now.everywhere) == (1, 1)


def test_whom_another_company_checked_in_elsewhere_may_have_left_where_he_is_registered_for_the_day(
    for_the_day: Counter,
):
    away = {"work_place_id": "1Y1003NEWPL8Z", "employer": ABROAD, "enterprise_number": OTHER_COMPANY}
    told(for_the_day, at=RECEIVED, **away)
    assert here() == here(place=ELSEWHERE) == [(SiteStanding.MAY_HAVE_LEFT, None)]
    assert own_list() == [(SiteStanding.MAY_HAVE_LEFT, (ELSEWHERE, CLEANING_SITE))]
    told(for_the_day, at=NOON - MINUTE, type="OUT", **away)
    assert here() == [(SiteStanding.FOR_THE_DAY, None)]


def test_whoever_is_there_for_two_companies_is_listed_once_and_counted_for_each(site: Counter):
    site(a_day(work_place_id=CLEANING_SITE))
    site(a_day(work_place_id=CLEANING_SITE, employer=OTHER), enterprise_number=OTHER_COMPANY)
    (one,) = list_on_site(CLEANING_SITE, environment=R, asker=INSPECTOR, at=NOON)
    assert {of.company for of in one.of} == {COMPANY, OTHER_COMPANY}
    assert all(isinstance(of, OnSiteFor) for of in one.of)
    counted = (SiteCount(OTHER_COMPANY, 1), SiteCount(COMPANY, 1))
    assert count_on_site(CLEANING_SITE, environment=R, at=NOON) == SiteNumbers(
        present=1, on_break=0, by_company=counted
    )


@pytest.fixture
def here_again(site: Counter) -> Counter:
    """A worker who did not check out in the evening, and came back to the same place in the morning, an hour before noon."""
    told(site, at=NOON - 13 * HOUR)
    told(site, at=NOON - HOUR)
    return site


def find_missing(counter: Counter, at) -> None:
    find_missing_outs(limits=counter.limits, at=at)


def test_whoever_came_back_without_a_check_out_between_is_here_since_he_came_back(here_again: Counter):
    later = NOON + 4 * HOUR
    find_missing(here_again, later)
    assert here(later) == [(SiteStanding.AT_WORK, NOON - HOUR)]
    assert own_list(later) == [(SiteStanding.AT_WORK, (CLEANING_SITE,))]
    assert count_on_site(CLEANING_SITE, environment=R, at=later).by_company == (SiteCount(COMPANY, 1),)


def test_whoever_came_back_is_on_no_list_once_that_is_given_up_too(here_again: Counter):
    last = NOON + 15 * HOUR
    find_missing(here_again, last)
    assert len(here(last)) == len(own_list(last)) == 1
    find_missing(here_again, last + MINUTE)
    assert here(last + MINUTE) == own_list(last + MINUTE) == []


@pytest.mark.parametrize("is_found", [False, True], ids=["before the search", "after the search"])
def test_whoever_came_back_may_have_left_where_another_company_claims_him_elsewhere(here_again: Counter, is_found):
    told(here_again, at=NOON, work_place_id=ELSEWHERE, employer=OTHER, enterprise_number=OTHER_COMPANY)
    later = NOON + 4 * HOUR
    if is_found:
        find_missing(here_again, later)
    assert [standing for standing, _ in here(later)] == [SiteStanding.MAY_HAVE_LEFT]
    assert own_list(later) == [(SiteStanding.MAY_HAVE_LEFT, (CLEANING_SITE,))]


def test_whoever_came_back_and_went_elsewhere_for_his_own_company_is_there_alone(here_again: Counter):
    told(here_again, at=NOON, work_place_id=ELSEWHERE)
    later = NOON + 4 * HOUR
    find_missing(here_again, later)
    assert here(later) == []
    assert own_list(later) == [(SiteStanding.AT_WORK, (ELSEWHERE,))]
