"""What goes on past midnight is brought by whoever might bring the check-in: refusing it would destroy evidence (§2.2)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.checkins.asking import PresenceAsker, PresenceAskerKind
from domain.checkins.codes import RefusalCode
from domain.checkins.items import Employer, PresenceEvent
from domain.checkins.outcomes import Outcome, Refused, Registered
from domain.checkins.vocabulary import EventType, Sector
from domain.environments import Environment
from registers.checkins.bringers import without_standing
from registers.checkins.models import PartyRole, Presence, SectorRule, Spell, WorkPlace, WorkPlaceParty
from registers.checkins.reading import read_one
from registers.checkins.work_places import add_party
from tests.checkin_items import COMPANY, RECEIVED, a_cancellation, a_day, an_event
from tests.registers.checkins.conftest import Counter, a_work_place, utc

OTHER, BUILDER = "0448181966", "0400767772"
LAST_DAY = date(2026, 11, 23)
EVENING, BREAK, BACK, NIGHT = (
    utc(2026, 11, 23, 22, 30),
    utc(2026, 11, 23, 22, 50),
    *(utc(2026, 11, 24, h) for h in (0, 1)),
)
REFUSED = Refused((RefusalCode.NO_MANDATE,))
BELOW, ABROAD = Employer(enterprise_number=OTHER), Employer(foreign_vat="PL5260250274")


@pytest.fixture
def site(counter: Counter) -> WorkPlace:
    """A work place that the company declared, and of which one of its contractors is a party until that midnight."""
    place = a_work_place(number="1Y1003NACHT9Z", declarant=COMPANY, sector=Sector.CLEANING)
    let(place, OTHER)
    return place


def let(site: WorkPlace, enterprise: str) -> None:
    add_party(
        site.number,
        enterprise,
        role=PartyRole.CONTRACTOR,
        parent="",
        valid_from=date(2026, 1, 1),
        valid_until=LAST_DAY,
        environment=Environment.PRODUCTION,
        actor="test",
        at=RECEIVED,
    )


def coming(site: WorkPlace, at=EVENING, **deviation) -> PresenceEvent:
    return replace(an_event(at=at, work_place_id=site.number, employer=BELOW), **deviation)


def going(site: WorkPlace, at=NIGHT, **deviation) -> PresenceEvent:
    return coming(site, at, type=EventType.OUT, **deviation)


def kinds(outcomes: list[Outcome]) -> list[type]:
    return [type(one) for one in outcomes]


def test_the_check_out_of_a_night_that_began_on_a_partys_last_day_is_taken(counter: Counter, site: WorkPlace):
    assert kinds(counter(coming(site), received_at=EVENING)) == [Registered]
    assert kinds(counter(going(site), received_at=NIGHT)) == [Registered]
    assert Spell.objects.get().ended_at == NIGHT


def test_so_it_is_where_both_come_at_once(counter: Counter, site: WorkPlace):
    assert kinds(counter(going(site), coming(site), received_at=NIGHT)) == [Registered, Registered]
    assert Spell.objects.get().ended_at == NIGHT


def test_what_follows_a_break_of_that_night_is_taken(counter: Counter, site: WorkPlace):
    night = going(site), coming(site, BACK), going(site, BREAK), coming(site)
    assert kinds(counter(*night, received_at=NIGHT)) == [Registered] * 4
    assert Spell.objects.get().ended_at == NIGHT


def test_the_same_check_out_sent_again_is_answered_as_before(counter: Counter, site: WorkPlace):
    counter(coming(site), received_at=EVENING)
    first, again = (counter(going(site, reference="night-1"), received_at=NIGHT) for _ in range(2))
    assert first == again


def test_staff_of_a_firm_abroad_is_checked_out_by_who_checked_it_in(counter: Counter):
    place = a_work_place(number="1Y1003NACHT8Z", declarant=BUILDER, sector=Sector.CLEANING)
    let(place, COMPANY)
    counter(coming(place, employer=ABROAD), received_at=EVENING)
    assert kinds(counter(going(place, employer=ABROAD), received_at=NIGHT)) == [Registered]


def test_a_rule_that_takes_events_until_midnight_takes_what_began_before(counter: Counter, site: WorkPlace):
    for day, kind in (date(2026, 11, 1), "EVENT"), (date(2026, 11, 24), "DAY"):
        SectorRule.objects.create(
            environment="R", sector=Sector.CLEANING, valid_from=day, kinds=[kind], registrants=["EMPLOYER"]
        )
    counter(coming(site), received_at=EVENING)
    assert kinds(counter(going(site), received_at=NIGHT)) == [Registered]


def test_whoever_was_not_there_in_the_evening_is_refused_after_midnight(counter: Counter, site: WorkPlace):
    counter(coming(site), going(site, BREAK), received_at=BREAK)
    later = utc(2026, 11, 24, 4), utc(2026, 11, 24, 5)
    outcomes = counter(coming(site, later[0]), going(site, later[1]), received_at=later[1])
    assert outcomes == [REFUSED, REFUSED]


def test_a_second_check_out_of_that_night_is_refused(counter: Counter, site: WorkPlace):
    counter(coming(site), going(site), received_at=NIGHT)
    assert counter(going(site, utc(2026, 11, 24, 2)), received_at=utc(2026, 11, 24, 2)) == [REFUSED]


def test_a_worker_who_is_new_is_refused_and_not_made(counter: Counter, site: WorkPlace):
    assert counter(going(site), received_at=NIGHT) == [REFUSED]


def used_before(counter: Counter, reference: str) -> None:
    """Have the reference stand for something else."""
    place = a_work_place(number="1Y1003DAAR02Z", declarant=COMPANY, sector=Sector.CLEANING)
    counter(an_event(at=EVENING, work_place_id=place.number, reference=reference), received_at=EVENING)


def test_what_is_refused_for_its_reference_begins_no_night(counter: Counter, site: WorkPlace):
    used_before(counter, "X")
    taken = counter(coming(site, reference="X"), going(site), received_at=NIGHT)
    assert taken == [Refused((RefusalCode.REFERENCE_USED_OTHERWISE,)), REFUSED]


def test_what_is_refused_for_its_reference_ends_no_night(counter: Counter, site: WorkPlace):
    used_before(counter, "X")
    counter(coming(site), received_at=EVENING)
    refused, taken = counter(going(site, BREAK, reference="X"), going(site), received_at=NIGHT)
    assert refused == Refused((RefusalCode.REFERENCE_USED_OTHERWISE,))
    assert isinstance(taken, Registered)
    assert Spell.objects.get(work_place=site.number).ended_at == NIGHT


def test_a_check_out_of_the_night_that_is_refused_for_its_reference_ends_nothing(counter: Counter, site: WorkPlace):
    used_before(counter, "X")
    counter(coming(site), received_at=EVENING)
    early = going(site, BACK, reference="X")
    refused, taken = counter(early, going(site), received_at=NIGHT)
    assert refused == Refused((RefusalCode.REFERENCE_USED_OTHERWISE,))
    assert isinstance(taken, Registered)


def taken_that_night(counter: Counter, site: WorkPlace) -> Presence:
    """The check-out after midnight that the company above brought."""
    counter(coming(site), received_at=EVENING)
    (outcome,) = counter(going(site), received_at=NIGHT)
    return Presence.objects.get(number=outcome.registration.id)


def is_seen(counter: Counter, row: Presence) -> bool:
    asker = PresenceAsker(PresenceAskerKind.SENDER, COMPANY, "a test", companies=frozenset({COMPANY}))
    return read_one(row.number, asker=asker, aliases=counter.aliases, at=NIGHT) is not None


def is_told(row: Presence) -> bool:
    return not without_standing([row], environment=Environment.PRODUCTION, at=NIGHT)


def test_whoever_brought_the_check_out_of_that_night_sees_it_and_hears_of_it(counter: Counter, site: WorkPlace):
    row = taken_that_night(counter, site)
    assert is_seen(counter, row)
    assert is_told(row)


def test_its_withdrawal_is_answered_as_that_of_any_event_it_brought(counter: Counter, site: WorkPlace):
    row = taken_that_night(counter, site)
    withdrawal = a_cancellation(registration_id=row.number)
    assert counter(withdrawal, received_at=NIGHT) == [Refused((RefusalCode.EVENT_NOT_CANCELLED,))]


def test_where_the_part_had_ended_a_day_before_it_is_the_employers_alone(counter: Counter, site: WorkPlace):
    row = taken_that_night(counter, site)
    WorkPlaceParty.objects.filter(work_place=site).update(valid_until=LAST_DAY - timedelta(days=1))
    assert not is_seen(counter, row)
    assert not is_told(row)


def test_a_day_is_of_no_other_day(counter: Counter, site: WorkPlace):
    SectorRule.objects.filter(sector=Sector.CLEANING).update(kinds=["DAY"], registrants=["EMPLOYER", "CONTRACTOR"])
    (outcome,) = counter(a_day(date=LAST_DAY, work_place_id=site.number, employer=BELOW), received_at=EVENING)
    row = Presence.objects.get(number=outcome.registration.id)
    assert is_seen(counter, row)
    WorkPlaceParty.objects.filter(work_place=site).update(valid_until=LAST_DAY - timedelta(days=1))
    assert not is_seen(counter, row)
