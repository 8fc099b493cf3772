"""Whom a mandated firm brings for a firm abroad or by a Limosa number is its client's, as far as the works tell for which client."""

from datetime import timedelta

import pytest

from correspondence.models import EboxDocument
from domain.checkins.codes import RefusalCode, Remark
from domain.checkins.items import Item
from domain.checkins.outcomes import Cancelled, Refused
from domain.checkins.searches import DayPeriod
from registers.access.models import Entity, Mandate
from registers.checkins.bringers import without_standing
from registers.checkins.days_of_staff import spells_of_staff
from registers.checkins.missing_outs import flag_missing_outs, missing_outs_of, tell_of_missing_outs
from registers.checkins.models import WorkPlace
from registers.checkins.on_site import list_on_site, list_staff_on_site
from tests.checkin_items import (
    CLEANING_SITE,
    COMPANY,
    RECEIVED,
    a_day,
    an_event,
)
from tests.counter_bench import make_entity
from tests.registers.checkins.bringing import (
    ABROAD,
    BROUGHT,
    HOUR,
    LATER,
    LENT,
    OTHER_FIRM,
    TODAY,
    TOLD,
    R,
    a_part,
    asker_for,
    bring,
    cancel,
    end,
    is_seen,
    part_of_the_other,
)
from tests.registers.checkins.conftest import FIRM, OTHER, Counter, mandates
from tests.registers.checkins.test_guarded_presences import refused
from tests.registers.checkins.validations import validate_waiting


@BROUGHT
def test_the_client_finds_whom_the_firm_brought_for_it_and_so_does_the_firm(counter: Counter, mandated, brought):
    row = bring(counter, a_day(**brought))
    assert (row.brought_by, row.brought_for, row.remarks) == (FIRM, COMPANY, [])
    assert is_seen(counter, row.number, COMPANY)
    assert is_seen(counter, row.number, FIRM)


@BROUGHT
def test_once_the_mandate_ended_the_client_alone_finds_and_withdraws_it(counter: Counter, mandated: Mandate, brought):
    row = bring(counter, a_day(**brought))
    assert cancel(counter, row.number, COMPANY) is RefusalCode.NOT_YOURS_TO_CANCEL
    end(mandated)
    assert not is_seen(counter, row.number, FIRM)
    assert without_standing([row], environment=R, at=LATER) == {row.number}
    assert cancel(counter, row.number, FIRM) is RefusalCode.REGISTRATION_NOT_FOUND
    assert cancel(counter, row.number, COMPANY) is Cancelled


def test_while_the_mandate_holds_the_firm_withdraws_what_it_brought(counter: Counter, mandated: Mandate):
    row = bring(counter, a_day(**LENT))
    assert without_standing([row], environment=R, at=LATER) == frozenset()
    assert cancel(counter, row.number, FIRM) is Cancelled


def test_another_firm_and_another_client_of_the_same_firm_find_nothing(
    counter: Counter, mandated, other_principal: Entity
):
    mandates(
        other_principal, make_entity(name="Other software", company=OTHER_FIRM, nsso="123456943", environments=(R,))
    )
    row = bring(counter, a_day(**LENT))
    for company in (OTHER, OTHER_FIRM):
        assert not is_seen(counter, row.number, company)
        assert cancel(counter, row.number, company) is RefusalCode.REGISTRATION_NOT_FOUND


def test_another_firm_that_the_client_mandates_finds_it_and_withdraws_nothing(counter: Counter, principal, mandated):
    mandates(principal, make_entity(name="Other software", company=OTHER_FIRM, nsso="123456943", environments=(R,)))
    row = bring(counter, a_day(**LENT))
    assert is_seen(counter, row.number, OTHER_FIRM)
    assert cancel(counter, row.number, OTHER_FIRM) is RefusalCode.NOT_YOURS_TO_CANCEL


@pytest.mark.parametrize(("give_parts", "company", "remarks"), TOLD.values(), ids=TOLD)
def test_the_works_tell_for_which_client_or_it_is_the_firms_with_a_remark(
    counter: Counter, mandated, other_principal, give_parts, company, remarks
):
    give_parts()
    row = bring(counter, a_day(**LENT))
    assert (row.brought_for, row.remarks) == (company, remarks)
    whose = company or FIRM
    assert [one for one in (COMPANY, OTHER) if is_seen(counter, row.number, one)] == [
        one for one in [whose] if one != FIRM
    ]
    assert is_seen(counter, row.number, FIRM)


def test_a_client_without_a_part_mandates_for_nobody_there(counter: Counter, other_principal: Entity):
    assert counter(a_day(**LENT), enterprise_number=FIRM) == [Refused((RefusalCode.NO_MANDATE,))]


UNKNOWN_PLACE = "1Y1003TESTC9Z"


def test_at_a_work_place_that_is_not_known_nobody_can_tell_for_which_client(counter: Counter, mandated):
    row = bring(counter, a_day(**LENT, work_place_id=UNKNOWN_PLACE))
    assert (row.brought_for, row.remarks) == (None, [Remark.PRINCIPAL_UNKNOWN.name])
    assert not is_seen(counter, row.number, COMPANY)


def test_whom_nobody_mandates_brings_for_itself_without_a_remark_wherever(counter: Counter, firm):
    row = bring(counter, a_day(**LENT, work_place_id=UNKNOWN_PLACE))
    assert (row.brought_for, row.remarks) == (None, [])


def test_staff_of_a_company_here_is_brought_for_nobody_else(counter: Counter, mandated):
    assert bring(counter, a_day()).brought_for is None


def test_the_remark_stays_when_sources_are_asked_and_fails_nothing(counter: Counter, mandated, other_principal):
    part_of_the_other()
    row = bring(counter, a_day(**LENT))
    validate_waiting([], environment=R, at=LATER)
    row.refresh_from_db()
    assert (row.status, row.remarks) == ("VALIDATED", [Remark.PRINCIPAL_UNKNOWN.name])
    assert Remark.PRINCIPAL_UNKNOWN.code == "R09"


def test_for_whom_it_was_brought_is_never_overwritten(counter: Counter, mandated):
    bring(counter, a_day(**LENT))
    assert refused("UPDATE checkins_presence SET brought_for = NULL")


def test_a_check_out_after_midnight_is_of_the_client_of_its_check_in(counter: Counter, mandated):
    """The client's part ended with the day of the check-in: its spell goes on, and so does for whom he was brought."""
    WorkPlace.objects.filter(number=CLEANING_SITE).update(declarant=OTHER_FIRM)
    a_part(COMPANY, site=CLEANING_SITE, valid_until=TODAY - timedelta(days=1))
    came = RECEIVED - 8 * HOUR
    bring(counter, an_event(**LENT, at=came), received_at=came)
    left = bring(counter, an_event(**LENT, type="OUT"))
    assert left.registration_date == TODAY
    assert left.brought_for == COMPANY


def on_site(company: str, at=RECEIVED) -> list[str]:
    now = list_staff_on_site(company, environment=R, asker=asker_for(company), at=at, most=9)
    return [str(one.standing) for one in now.people]


@pytest.mark.parametrize("item", [a_day(**LENT), an_event(**LENT)], ids=["day", "event"])
def test_he_is_on_site_for_the_client_and_not_for_the_firm(counter: Counter, mandated, item: Item):
    row = bring(counter, item)
    assert len(on_site(COMPANY)) == 1
    assert on_site(FIRM) == []
    (here,) = list_on_site(row.work_place, environment=R, asker=asker_for(COMPANY), at=RECEIVED)
    assert [(one.employer, one.brought_for, one.company) for one in here.of] == [(ABROAD, COMPANY, COMPANY)]


def test_what_the_client_says_itself_of_him_is_the_word_of_one_company(counter: Counter, mandated):
    bring(counter, an_event(**LENT))
    counter(an_event(**LENT, type="OUT", reason="BREAK", at=RECEIVED + HOUR), received_at=RECEIVED + HOUR)
    assert on_site(COMPANY, at=RECEIVED + HOUR) == ["ON_BREAK"]
    bring(counter, an_event(**LENT, type="OUT", at=RECEIVED + 2 * HOUR), received_at=RECEIVED + 2 * HOUR)
    assert on_site(COMPANY, at=RECEIVED + 2 * HOUR) == []


def test_his_days_and_his_missing_check_out_are_the_clients_which_is_told(counter: Counter, principal, mandated):
    bring(counter, an_event(**LENT))
    late = RECEIVED + 17 * HOUR
    flag_missing_outs(environment=R, limits=counter.limits, at=late)
    for company, count in ((COMPANY, 1), (FIRM, 0)):
        assert missing_outs_of(company, environment=R).count() == count
        assert spells_of_staff(company, (DayPeriod(TODAY, TODAY),), environment=R).count() == count
    assert tell_of_missing_outs(limits=counter.limits, at=late).spells == 1
    assert [one.entity_id for one in EboxDocument.objects.exclude(entity=None)] == [principal.pk]


def test_sent_anew_under_another_mandate_it_is_not_shown(counter: Counter, mandated: Mandate, other_principal):
    first = bring(counter, a_day(**LENT, reference="D-1"))
    end(mandated)
    part_of_the_other()
    (again,) = counter(a_day(**LENT, reference="D-2"), enterprise_number=FIRM, received_at=LATER, at=LATER)
    assert again.registration.id == first.number
    assert not again.is_shown


def test_sent_anew_while_it_is_mandated_it_is_shown_to_the_firm(counter: Counter, mandated):
    first = bring(counter, a_day(**LENT, reference="D-1"))
    (again,) = counter(a_day(**LENT, reference="D-2"), enterprise_number=FIRM)
    assert (again.registration.id, again.is_shown) == (first.number, True)
