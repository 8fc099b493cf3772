"""Whom several strangers claim elsewhere: each of them lifts its own claim alone, and none that of another (decision 0071)."""

import pytest

from domain.checkins.asking import SiteStanding
from domain.checkins.items import Employer
from tests.checkin_items import CLEANING_SITE, RECEIVED, a_day
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.test_who_is_here import (
    ABROAD,
    AWAY,
    ELSEWHERE,
    HOUR,
    MINUTE,
    NOON,
    claimed_elsewhere,
    here,
    on_break,
    own_list,
    site,
    told,
)

pytestmark = pytest.mark.django_db
__all__ = ["claimed_elsewhere", "on_break", "site"]
FARTHER_OFF, THIRD_COMPANY = "1Y1003NEWPL8Z", "0448181966"
UNKNOWN_PLACE = "1Y1003TESTC9Z"
FARTHER = {
    "work_place_id": FARTHER_OFF,
    "employer": Employer(enterprise_number=THIRD_COMPANY),
    "enterprise_number": THIRD_COMPANY,
}
STRANGERS = pytest.mark.parametrize(
    "stranger", [FARTHER, FARTHER | {"work_place_id": ELSEWHERE}], ids=["at a third place", "at the same place"]
)


@STRANGERS
def test_whom_a_second_company_checked_out_elsewhere_may_have_left_while_the_first_still_claims_him(
    claimed_elsewhere: Counter, stranger: dict[str, object]
):
    told(claimed_elsewhere, at=NOON - 2 * HOUR, **stranger)
    told(claimed_elsewhere, at=NOON - HOUR, type="OUT", **stranger)
    assert [standing for standing, _ in here()] == [SiteStanding.MAY_HAVE_LEFT]
    assert own_list() == [(SiteStanding.MAY_HAVE_LEFT, (CLEANING_SITE,))]
    told(claimed_elsewhere, at=NOON - MINUTE, type="OUT", **AWAY)
    assert here() == [(SiteStanding.AT_WORK, RECEIVED)]
    assert own_list() == [(SiteStanding.AT_WORK, (CLEANING_SITE,))]


def test_a_check_out_elsewhere_of_a_company_that_never_checked_him_in_lifts_no_doubt(claimed_elsewhere: Counter):
    told(claimed_elsewhere, at=NOON - HOUR, type="OUT", **FARTHER)
    assert [standing for standing, _ in here()] == [SiteStanding.MAY_HAVE_LEFT]


def test_a_claim_of_a_company_ends_where_it_checked_him_in_and_out_at_a_next_place(claimed_elsewhere: Counter):
    told(claimed_elsewhere, at=NOON - 2 * HOUR, **AWAY | {"work_place_id": FARTHER_OFF})
    told(claimed_elsewhere, at=NOON - HOUR, type="OUT", **AWAY | {"work_place_id": FARTHER_OFF})
    assert here() == [(SiteStanding.AT_WORK, RECEIVED)]


def test_a_claim_of_one_company_does_not_end_where_another_brought_him_for_the_same_firm_abroad(site: Counter):
    told(site, at=RECEIVED)
    told(site, at=NOON - 3 * HOUR, **AWAY | {"employer": ABROAD, "work_place_id": UNKNOWN_PLACE})
    for kind, at in (("IN", NOON - 2 * HOUR), ("OUT", NOON - HOUR)):
        told(site, at=at, type=kind, **FARTHER | {"employer": ABROAD})
    assert [standing for standing, _ in here()] == [SiteStanding.MAY_HAVE_LEFT]


def test_a_second_company_s_check_out_lifts_no_doubt_of_whom_the_first_claims_from_a_break(on_break: Counter):
    told(on_break, at=NOON - 20 * MINUTE, **AWAY)
    told(on_break, at=NOON - 10 * MINUTE, **FARTHER)
    told(on_break, at=NOON - MINUTE, type="OUT", **FARTHER)
    assert [standing for standing, _ in here()] == [SiteStanding.MAY_HAVE_LEFT]
    assert own_list() == [(SiteStanding.MAY_HAVE_LEFT, (CLEANING_SITE,))]


def test_a_second_company_s_check_out_lifts_no_doubt_of_whom_the_first_claims_and_who_is_registered_for_the_day(
    site: Counter,
):
    site(a_day(work_place_id=CLEANING_SITE))
    told(site, at=NOON - 3 * HOUR, **AWAY)
    told(site, at=NOON - 2 * HOUR, type="OUT", **FARTHER)
    assert [standing for standing, _ in here()] == [SiteStanding.MAY_HAVE_LEFT]
