"""Who reads what: searches, one registration, lists and the work place now; every look is on record."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.checkins.asking import PresenceAsker, PresenceAskerKind, SiteCount, SiteNumbers
from domain.checkins.codes import Remark
from domain.checkins.items import Capture, Coordinates, Employer, Worker
from domain.checkins.searches import DayPeriod, Direction, FoundPage, SearchCriteria, SortedBy
from domain.checkins.vocabulary import CaptureMethod, PresenceStatus
from domain.environments import Environment
from registers.checkins.looks import forget_presence_looks
from registers.checkins.models import Position, Presence, PresenceLook
from registers.checkins.on_site import count_on_site, list_on_site, list_staff_on_site
from registers.checkins.reading import OwnRecords, own_records, read_one
from registers.checkins.searching import SearchRefusedError, search
from registers.persons.merging import change_number
from registers.persons.numbers import PersonDirectory
from tests.checkin_items import ANN, CLEANING_SITE, COMPANY, INSS, RECEIVED, SITE, a_cancellation, a_day, an_event
from tests.registers.checkins.conftest import Counter, a_work_place

R = Environment.PRODUCTION
TODAY = date(2026, 11, 23)
OTHER_COMPANY = "0400767772"
OTHER_WORKER = Worker(inss="05011512353")
EMPLOYER = PresenceAsker(PresenceAskerKind.EMPLOYER, COMPANY, "daily list", companies=frozenset({COMPANY}))
STRANGER = replace(EMPLOYER, name=OTHER_COMPANY, companies=frozenset({OTHER_COMPANY}))
INSPECTOR = PresenceAsker(PresenceAskerKind.INSPECTOR, "inspector 7", "case 12")
CLIENT = PresenceAsker(PresenceAskerKind.CLIENT, "0400767772", "own works")
SITES = (DayPeriod(TODAY, TODAY),)
FIRST_PAGE = FoundPage()


def point(latitude: float) -> Coordinates:
    return Coordinates(Decimal(f"{latitude:.7f}"), Decimal("4.3528000"))


def found(counter: Counter, asker=EMPLOYER, page=FIRST_PAGE, **criteria) -> list[int]:
    answer = search(
        SearchCriteria(**{"periods": SITES} | criteria), page, asker=asker, aliases=counter.aliases, at=RECEIVED
    )
    return [one.registration.id for one in answer.registrations]


@pytest.fixture
def three(counter: Counter) -> list[int]:
    outcomes = counter(a_day(), an_event(), an_event(worker=OTHER_WORKER, at=RECEIVED))
    return [one.registration.id for one in outcomes]


def test_an_employer_finds_its_own_staff(counter: Counter, three):
    assert found(counter) == three


def test_another_employer_finds_nothing(counter: Counter, three):
    assert found(counter, asker=STRANGER) == []
    assert found(counter, asker=STRANGER, inss=INSS) == []


def test_an_inspector_finds_everybody(counter: Counter, three):
    assert found(counter, asker=INSPECTOR) == three


def test_a_client_finds_nobody(counter: Counter, three):
    assert found(counter, asker=CLIENT) == []


CRITERIA = (
    ({"inss": INSS}, [0, 1]),
    ({"inss": "90231512323"}, []),
    ({"enterprise_number": COMPANY}, [0, 1, 2]),
    ({"enterprise_number": OTHER_COMPANY}, []),
    ({"work_place_id": SITE}, [0]),
    ({"statuses": (PresenceStatus.REGISTERED,)}, [0, 1, 2]),
    ({"statuses": (PresenceStatus.FAILED,)}, []),
    ({"remarks": (Remark.LATE,)}, []),
    ({"sector": "CLEANING"}, [1, 2]),
    ({"kind": "DAY"}, [0]),
    ({"created_from": RECEIVED + timedelta(seconds=1)}, []),
    ({"created_until": RECEIVED}, [0, 1, 2]),
    ({"periods": (DayPeriod(date(2026, 11, 1), date(2026, 11, 2)), DayPeriod(TODAY, TODAY))}, [0, 1, 2]),
    ({"periods": (DayPeriod(date(2026, 11, 1), date(2026, 11, 22)),)}, []),
)


@pytest.mark.parametrize(("criteria", "places"), CRITERIA)
def test_each_criterion_narrows_what_is_found(counter: Counter, three, criteria, places):
    assert found(counter, **criteria) == [three[place] for place in places]


@pytest.mark.parametrize("periods", [(), tuple(DayPeriod(TODAY, TODAY) for _ in range(32))])
def test_a_search_without_a_period_or_with_too_many_is_refused(counter: Counter, periods):
    with pytest.raises(SearchRefusedError):
        found(counter, periods=periods)


@pytest.mark.parametrize(
    ("first", "last", "more"),
    [
        (TODAY, TODAY + timedelta(days=31), ()),
        (date(1, 1, 1), date(9999, 12, 31), ()),
        (TODAY, TODAY + timedelta(days=30), SITES),
    ],
    ids=["32 days", "every day there is", "31 days and another one"],
)
def test_a_search_of_more_than_a_month_is_refused(counter: Counter, first: date, last: date, more):
    with pytest.raises(SearchRefusedError, match="31 days"):
        found(counter, periods=(DayPeriod(first, last), *more))


def test_a_search_of_31_days_is_answered(counter: Counter, three):
    assert len(found(counter, periods=(DayPeriod(TODAY, TODAY + timedelta(days=30)),))) == 3


@pytest.mark.parametrize("order", SortedBy)
@pytest.mark.parametrize("direction", Direction)
def test_pages_follow_each_other_by_their_keys(counter: Counter, three, order, direction):
    page, seen = FoundPage(size=2, sorted_by=order, direction=direction), []
    while True:
        answer = search(SearchCriteria(SITES), page, asker=EMPLOYER, aliases=counter.aliases, at=RECEIVED)
        seen += [one.registration.id for one in answer.registrations]
        if answer.next_key is None:
            break
        page = replace(page, after=answer.next_key)
    assert sorted(seen) == sorted(three)
    assert answer.count == 3


@pytest.mark.parametrize("size", [1, 50])
@pytest.mark.parametrize("direction", Direction)
def test_a_day_s_registrations_run_by_their_instants_and_day_presences_come_first(counter: Counter, size, direction):
    late, day, early = (
        outcome.registration.id
        for outcome in counter(an_event(), a_day(), an_event(worker=OTHER_WORKER, at=RECEIVED - timedelta(hours=2)))
    )
    page, seen = FoundPage(size=size, sorted_by=SortedBy.INSTANT, direction=direction), []
    while True:
        answer = search(SearchCriteria(SITES), page, asker=EMPLOYER, aliases=counter.aliases, at=RECEIVED)
        seen += [one.registration.id for one in answer.registrations]
        if answer.next_key is None:
            break
        page = replace(page, after=answer.next_key)
    by_instant = [early, late] if direction is Direction.ASCENDING else [late, early]
    assert seen == [day, *by_instant]


def test_the_count_stops_at_five_hundred_and_says_so(counter: Counter):
    for part in range(3):
        counter(*(an_event(at=RECEIVED - timedelta(seconds=200 * part + number)) for number in range(200)))
    answer = search(SearchCriteria(SITES), FoundPage(size=600), asker=EMPLOYER, aliases=counter.aliases, at=RECEIVED)
    assert (answer.count, answer.is_capped, len(answer.registrations)) == (500, True, 500)

    page, rest = FoundPage(480, 50), []
    while page.first_row == 480 or page.after:
        answer = search(SearchCriteria(SITES), page, asker=EMPLOYER, aliases=counter.aliases, at=RECEIVED)
        rest.append(len(answer.registrations))
        page = FoundPage(0, 50, after=answer.next_key or "")
    assert rest == [20, 50, 50]


def test_row_numbers_reach_as_far_as_a_page_says_and_the_count_tells_whether_that_is_all(counter: Counter, monkeypatch):
    monkeypatch.setattr("registers.checkins.searching.MOST_FOUND", 3)
    counter(*(an_event(at=RECEIVED - timedelta(seconds=number)) for number in range(8)))

    def told(first_row: int, reach: int) -> tuple[int, bool, int]:
        page = FoundPage(first_row, 5, reach=reach)
        answer = search(SearchCriteria(SITES), page, asker=EMPLOYER, aliases=counter.aliases, at=RECEIVED)
        return answer.count, answer.is_capped, len(answer.registrations)

    assert [told(first, 8) for first in (0, 3, 6, 8, 9)] == [(8, False, size) for size in (3, 3, 2, 0, 0)]
    assert told(6, 7) == (7, True, 1)


def test_a_search_for_all_or_nothing_that_finds_more_looks_at_nobody(counter: Counter, three):
    with pytest.raises(SearchRefusedError, match="more than 2 registrations are found"):
        found(counter, page=FoundPage(reach=2, is_all_or_nothing=True))
    assert not PresenceLook.objects.exists()
    assert found(counter, page=FoundPage(reach=3, is_all_or_nothing=True)) == three


def test_every_look_at_a_person_is_on_record(counter: Counter, three):
    found(counter)
    looks = PresenceLook.objects.order_by("pk")
    assert [(look.question, look.asker, look.reason) for look in looks] == [("SEARCH", COMPANY, "daily list")] * 2


def test_a_look_without_a_reason_finds_nothing(counter: Counter, three):
    with pytest.raises(ValueError, match="says why"):
        found(counter, asker=replace(EMPLOYER, reason=" "))


def test_looks_are_forgotten_after_their_years(counter: Counter, three):
    found(counter)
    assert forget_presence_looks(before=RECEIVED) == 0


def test_one_registration_is_read_with_its_history(counter: Counter):
    place = point(50.8466)
    (outcome,) = counter(an_event(place=place, capture=Capture(CaptureMethod.QR, "phone-7d1c")))
    seen = read_one(outcome.registration.id, asker=EMPLOYER, aliases=counter.aliases, at=RECEIVED)
    assert seen.registration == outcome.registration
    assert (seen.inss_submitted, seen.inss) == (INSS, INSS)
    assert seen.capture == Capture(CaptureMethod.QR, "phone-7d1c")
    assert str(seen.place.latitude) == "50.8466000"
    assert [step.status for step in seen.validations] == [PresenceStatus.REGISTERED]


def test_a_cancelled_presence_shows_its_cancellation(counter: Counter):
    (outcome,) = counter(a_day())
    counter(a_cancellation(registration_id=outcome.registration.id))
    seen = read_one(outcome.registration.id, asker=EMPLOYER, aliases=counter.aliases, at=RECEIVED)
    assert [(step.status.name, step.reason) for step in seen.validations] == [
        ("REGISTERED", None),
        ("CANCELLED", "PLANNING"),
    ]


def test_what_another_may_not_see_looks_like_what_is_not_there(counter: Counter, three):
    (hidden, absent) = (
        read_one(number, asker=STRANGER, aliases=counter.aliases, at=RECEIVED)
        for number in (three[0], 132_210_000_000_000)
    )
    assert hidden is absent is None


def test_a_number_that_was_replaced_shows_the_last_known_one(counter: Counter, three):
    directory = PersonDirectory(counter.keys, environment=R)
    change_number(INSS, "90431512366", persons=directory, at=RECEIVED)
    seen = read_one(three[0], asker=EMPLOYER, aliases=counter.aliases, at=RECEIVED)
    assert (seen.inss_submitted, seen.inss) == (INSS, "90431512366")
    assert found(counter, inss=INSS) == found(counter, inss="90431512366") == three[:2]


def test_a_limosa_number_is_shown_without_a_national_number(counter: Counter):
    (outcome,) = counter(a_day(worker=Worker(limosa_id="24910158641968060"), employer=None))
    seen = read_one(outcome.registration.id, asker=INSPECTOR, aliases=counter.aliases, at=RECEIVED)
    assert (seen.limosa_id, seen.inss_submitted, seen.inss) == ("24910158641968060", None, None)


def own_of(asker: PresenceAsker, **deviation) -> OwnRecords:
    return own_records(
        **{"first": date(2019, 11, 23), "last": TODAY, "asker": asker, "environment": R, "at": RECEIVED} | deviation
    )


def test_own_registrations_go_on_where_a_page_ended_whatever_came_meanwhile(counter: Counter):
    days = [a_day(date=TODAY - timedelta(days=number)) for number in (0, 1, 1, 2)]
    days[2] = replace(days[2], work_place_id=CLEANING_SITE)
    events = [an_event(at=RECEIVED - timedelta(hours=hours)) for hours in (1, 2, 29)]
    counter(*events)
    for day in days:
        counter(day)
    himself = PresenceAsker(PresenceAskerKind.WORKER, "login 1", "own", person_id=Presence.objects.first().person_id)
    whole = [one.number for one in own_of(himself).records]
    numbers, page = [], own_of(himself, size=1)
    while page.next_key:
        numbers += [one.number for one in page.records]
        counter(an_event(at=RECEIVED + timedelta(seconds=len(numbers))))
        page = own_of(himself, size=1, after=page.next_key)
    numbers += [one.number for one in page.records]
    assert numbers == whole
    assert len(whole) == len(set(whole)) == Presence.objects.count() - len(whole) + 1


def test_a_worker_reads_his_own_and_nobody_elses(counter: Counter, three):
    alias = counter.aliases.find([ANN])[ANN]
    himself = PresenceAsker(PresenceAskerKind.WORKER, "login 1", "own", person_id=alias.person_id)
    assert {one.number for one in own_of(himself).records} == set(three[:2])
    assert read_one(three[2], asker=himself, aliases=counter.aliases, at=RECEIVED) is None


def test_contractors_see_subcontractors_staff_where_the_setting_says_so(counter: Counter):
    place = a_work_place(number="1Y1003TESTC9Z", sector="CLEANING", declarant=OTHER_COMPANY)
    place.parties.create(environment="R", enterprise=COMPANY, role="CONTRACTOR", valid_from=date(2026, 1, 1))
    (outcome,) = counter(an_event(work_place_id="1Y1003TESTC9Z"))
    assert found(counter, asker=STRANGER) == []
    seeing = replace(STRANGER, sees_subcontractors=True)
    assert found(counter, asker=seeing) == [outcome.registration.id]
    assert read_one(outcome.registration.id, asker=seeing, aliases=counter.aliases, at=RECEIVED) is not None


LIMOSA = Worker(limosa_id="24910158641968060")
BY_LIMOSA = {"worker": LIMOSA, "employer": None}
ABROAD = {"employer": Employer(foreign_vat="PL5260250274")}


@pytest.mark.parametrize("brought", [BY_LIMOSA, ABROAD], ids=["by a Limosa number", "for a firm abroad"])
@pytest.mark.parametrize("criteria", [{}, {"work_place_id": SITE}], ids=["of the day", "of the work place"])
def test_who_brought_somebody_of_no_company_here_finds_it(counter: Counter, brought, criteria):
    (outcome,) = counter(a_day(**brought))
    assert found(counter, **criteria) == [outcome.registration.id]
    assert found(counter, asker=STRANGER, **criteria) == []


def test_what_a_principal_brought_by_a_limosa_number_alone_is_found_by_whom_it_mandated(counter: Counter):
    (outcome,) = counter(a_day(**BY_LIMOSA))
    assert found(counter, asker=replace(STRANGER, companies=STRANGER.companies | {COMPANY})) == [
        outcome.registration.id
    ]


def test_own_staff_and_limosa_numbers_are_found_together(counter: Counter):
    outcomes = counter(a_day(**BY_LIMOSA), a_day())
    assert found(counter) == [one.registration.id for one in outcomes]
    assert found(counter, enterprise_number=COMPANY) == [outcomes[1].registration.id]


ITEMS = {
    "day by Limosa": a_day(**BY_LIMOSA),
    "event by Limosa": an_event(**BY_LIMOSA),
    "day for a firm abroad": a_day(**ABROAD),
    "event for a firm abroad": an_event(**ABROAD),
}


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_whom_a_company_brought_is_on_site_for_it_alone_where_no_company_here_employs_him(counter: Counter, item):
    (outcome,) = counter(item)
    now = list_staff_on_site(COMPANY, environment=R, asker=EMPLOYER, at=RECEIVED, most=9)
    assert [one.registration_id for one in now.people] == [outcome.registration.id]
    elsewhere = list_staff_on_site(OTHER_COMPANY, environment=R, asker=STRANGER, at=RECEIVED, most=9)
    assert elsewhere.present == 0


def test_who_is_on_site_now(counter: Counter, three):
    people = list_on_site(CLEANING_SITE, environment=R, asker=INSPECTOR, at=RECEIVED)
    assert {of.registration_id for one in people for of in one.of} == set(three[1:])
    counter(an_event(at=RECEIVED + timedelta(minutes=1), type="OUT"), received_at=RECEIVED + timedelta(minutes=1))
    people = list_on_site(CLEANING_SITE, environment=R, asker=INSPECTOR, at=RECEIVED + timedelta(minutes=1))
    assert [of.registration_id for one in people for of in one.of] == three[2:]


def test_whoever_had_only_short_breaks_for_days_is_on_site(counter: Counter):
    breaks, short = timedelta(hours=3.5), timedelta(minutes=30)
    began = RECEIVED - 20 * breaks
    counter(an_event(at=began), received_at=began)
    for number in range(1, 20):
        out, back = began + number * breaks, began + number * breaks + short
        counter(an_event(at=out, type="OUT"), an_event(at=back), received_at=back)
    (there,) = list_on_site(CLEANING_SITE, environment=R, asker=INSPECTOR, at=RECEIVED)
    assert there.since == began
    assert count_on_site(CLEANING_SITE, environment=R, at=RECEIVED).present == 1
    staff = list_staff_on_site(COMPANY, environment=R, asker=EMPLOYER, at=RECEIVED, most=9)
    assert (staff.present, [one.since for one in staff.people]) == (1, [began])


def test_whoever_came_days_ago_and_never_again_is_not_on_site_though_nobody_flagged_it(counter: Counter):
    came = RECEIVED - timedelta(days=3)
    counter(an_event(at=came), received_at=came)
    assert list_on_site(CLEANING_SITE, environment=R, asker=INSPECTOR, at=RECEIVED) == []
    assert list_staff_on_site(COMPANY, environment=R, asker=EMPLOYER, at=RECEIVED, most=9).present == 0


def test_whoever_never_checked_out_and_came_again_is_on_site_once_since_the_newer_time(counter: Counter):
    before, now = RECEIVED - timedelta(hours=20), RECEIVED
    counter(an_event(at=before), received_at=before)
    counter(an_event(at=now), received_at=now)
    (there,) = list_on_site(CLEANING_SITE, environment=R, asker=INSPECTOR, at=now)
    assert there.since == now
    staff = list_staff_on_site(COMPANY, environment=R, asker=EMPLOYER, at=now, most=9)
    assert (staff.present, [one.since for one in staff.people]) == (1, [now])
    assert count_on_site(CLEANING_SITE, environment=R, at=now).present == 1


def test_day_presences_of_today_are_on_site_until_they_are_cancelled(counter: Counter):
    (day,) = counter(a_day())
    assert [one.since for one in list_on_site(SITE, environment=R, asker=INSPECTOR, at=RECEIVED)] == [None]
    counter(a_cancellation(registration_id=day.registration.id))
    assert list_on_site(SITE, environment=R, asker=INSPECTOR, at=RECEIVED) == []


def test_staff_on_site_is_counted_once_and_listed_as_far_as_asked(counter: Counter, three):
    counter(a_day(worker=Worker(inss="90431512366")))
    now = list_staff_on_site(COMPANY, environment=R, asker=EMPLOYER, at=RECEIVED, most=2)
    assert (now.present, [one.work_place_ids for one in now.people]) == (3, [(CLEANING_SITE,), (CLEANING_SITE,)])
    whole = list_staff_on_site(COMPANY, environment=R, asker=EMPLOYER, at=RECEIVED, most=9)
    assert [one.since is None for one in whole.people] == [False, False, True]
    assert PresenceLook.objects.filter(question="ON_SITE").count() == 5
    nobody = list_staff_on_site(OTHER_COMPANY, environment=R, asker=STRANGER, at=RECEIVED, most=9)
    assert (nobody.present, list(nobody.people)) == (0, [])


def test_a_client_is_told_numbers_alone(counter: Counter, three):
    numbers = count_on_site(CLEANING_SITE, environment=R, at=RECEIVED)
    assert numbers == SiteNumbers(present=2, on_break=0, by_company=(SiteCount(COMPANY, 2),))


def test_far_from_the_work_place_is_remarked_and_the_distance_kept(counter: Counter):
    a_work_place(number="1Y1003TESTC9Z", sector="CLEANING", latitude="50.8466", longitude="4.3528")
    near, far = point(50.8470), point(50.8566)
    one, other = counter(
        an_event(work_place_id="1Y1003TESTC9Z", place=near),
        an_event(work_place_id="1Y1003TESTC9Z", place=far, worker=OTHER_WORKER),
    )
    assert (one.remarks, other.remarks) == ((), (Remark.FAR_FROM_WORK_PLACE,))
    assert Position.objects.count() == 2
