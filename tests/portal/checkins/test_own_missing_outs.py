"""A worker reads at the page where he checks in, and above his registrations, which check-out is missing and whom to tell."""

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.db.models import F
from django.utils.formats import date_format

from domain.brussels import brussels_date
from domain.environments import Environment
from portal.checkin_counter import checkin_counter
from portal.pages.checkins import own
from portal.pages.checkins.telling import tell_employer_of
from registers.access.models import Entity
from registers.checkins.missing_outs import flag_missing_outs
from registers.checkins.models import Correction, ErrorReport, Presence, SectorRule, Spell, WorkPlace
from tests.portal.checkins.acting import COMPANY, PLACE, ago, bring, did, kept, newest
from tests.portal.checkins.conftest import OTHER_PLACE, Visitor, a_party, a_place
from tests.portal.checkins.test_corrections import as_it_was, ask
from tests.portal.checkins.test_missing_check_outs import missing_since
from tests.portal.checkins.test_reported_errors import MISSING, close, registered

pytestmark = pytest.mark.django_db
PAGES = ("/check-in", "/check-in/mine")
MOST_QUERIES = 13


def never_left(worker: Visitor, **deviation: str) -> Presence:
    """Let the worker have come seventeen hours ago, and nobody have checked out."""
    did(worker, "in", minutes_ago=17 * 60, **deviation)
    flag_missing_outs(environment=Environment.PRODUCTION, limits=checkin_counter().limits, at=datetime.now(UTC))
    return newest()


@pytest.fixture
def told(worker: Visitor, place) -> ErrorReport:
    """What a worker told of the check-out that is missing."""
    worker.send(f"/check-in/mine/{never_left(worker).number}/error", what="MISSING", message="I left at five")
    return ErrorReport.objects.get()


def heeds(page: str) -> list[str]:
    """Return what the page says of missing check-outs."""
    return [" ".join(re.sub("<[^>]+>", " ", each).split()) for each in page.split('class="counter-heeds__item"')[1:]]


@pytest.mark.parametrize("path", PAGES)
def test_a_worker_reads_which_check_out_is_missing_and_whom_to_tell_until_when(worker: Visitor, place, path):
    Entity.objects.create(environment="R", company_number=COMPANY, name="Bakery", valid_from=datetime.now(UTC))
    row = never_left(worker)
    page = worker.text(path)
    (told, *_) = heeds(page)
    last = date_format(row.registration_date + timedelta(days=30), "j F Y")
    assert f"You did not check out: Town hall, Gent, since {date_format(row.registration_date, 'D j M')}, " in told
    assert f"Tell your employer, Bakery, until {last}." in told
    assert f'href="/check-in/mine/{row.number}/error"' in page


def test_who_follows_the_notice_finds_what_is_wrong_chosen_already(worker: Visitor, place):
    row = never_left(worker)
    form = worker.text(f"/check-in/mine/{row.number}/error")
    assert re.search(r'value="MISSING"[^>]* checked', form)


@pytest.mark.parametrize("path", PAGES)
def test_who_is_self_employed_is_led_to_ask_for_it_himself(worker: Visitor, place, path):
    row = never_left(worker, employer=f"{COMPANY}/SELF_EMPLOYED")
    page = worker.text(path)
    assert "You ask us yourself, with evidence, in time until" in heeds(page)[0]
    assert page.count(f'href="/check-in/corrections/new?after={row.number}"') == 1
    assert f"/check-in/mine/{row.number}/error" not in page


def test_who_is_self_employed_finds_what_is_known_of_it_filled_in(worker: Visitor, place):
    row = never_left(worker, employer=f"{COMPANY}/SELF_EMPLOYED")
    page = worker.text(f"/check-in/corrections/new?after={row.number}")
    assert re.search(r'value="OUT"[^>]* checked', page)
    assert f'name="place" value="{PLACE}"' in page
    assert f'name="day" value="{row.registration_date}"' in page
    assert re.search(rf'value="{COMPANY}"[^>]* checked', page)


@pytest.mark.parametrize("after", ["", "x", "1" * 16, "\u0661"])
def test_what_is_no_number_fills_nothing_in(worker: Visitor, place, after):
    never_left(worker, employer=f"{COMPANY}/SELF_EMPLOYED")
    assert 'name="place" value=' not in worker.text(f"/check-in/corrections/new?after={after}")


def test_anybody_elses_number_fills_nothing_in(worker: Visitor, place):
    row = never_left(worker, employer=f"{COMPANY}/SELF_EMPLOYED")
    worker.get(f"/check-in/corrections/new?after={row.number + 1}", HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("how", ["of the registration", "of the day"])
def test_who_told_already_reads_when_above_his_registrations_alone(worker: Visitor, place, how):
    row = never_left(worker)
    if how == "of the day":
        worker.send("/check-in/mine/missing", day=f"{row.registration_date}", **MISSING)
    else:
        worker.send(f"/check-in/mine/{row.number}/error", what="MISSING", message="I left at five")
    page = worker.text("/check-in/mine")
    assert "You told your employer on" in heeds(page)[0]
    assert f"/check-in/mine/{row.number}/error" not in page
    assert not heeds(worker.text("/check-in"))


@pytest.mark.parametrize("what", ["TIME", "PLACE", "EMPLOYER", "OTHER"])
def test_who_told_of_something_else_is_still_led_to_tell_of_the_missing_check_out(worker: Visitor, place, what):
    row = never_left(worker)
    worker.send(f"/check-in/mine/{row.number}/error", what=what, message="It was the station")
    for path in PAGES:
        page = worker.text(path)
        assert "Tell your employer" in heeds(page)[0]
        assert f'href="/check-in/mine/{row.number}/error"' in page


def test_what_was_told_stays_told_when_the_check_in_is_corrected_to_another_day(worker: Visitor, told):
    ErrorReport.objects.update(registration_date=told.registration_date - timedelta(days=1))
    assert "You told your employer on" in heeds(worker.text("/check-in/mine"))[0]
    assert not heeds(worker.text("/check-in"))


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("PUT_RIGHT", "Put right, or its correction is asked for"), ("NOTHING_WRONG", "Nothing to correct")],
)
def test_who_was_answered_reads_how_above_his_registrations_alone(
    worker: Visitor, employer: Visitor, told, outcome, words
):
    before = worker.text("/check-in/mine").count('href="/check-in/mine/errors"')
    close(employer, told, outcome=outcome)
    told.refresh_from_db()
    page = worker.text("/check-in/mine")
    day = date_format(brussels_date(told.handled_at), "j F Y")
    assert f"Your employer answered on {day}: {words}." in heeds(page)[0]
    assert page.count('href="/check-in/mine/errors"') == before + 1
    assert f"/check-in/mine/{told.registration}/error" not in page
    assert not heeds(worker.text("/check-in"))


def test_who_was_not_answered_reads_that_the_report_is_closed(worker: Visitor, told):
    ErrorReport.objects.update(handled_at=datetime.now(UTC), handled_by="person:1")
    assert "Your employer closed your report on" in heeds(worker.text("/check-in/mine"))[0]
    assert not heeds(worker.text("/check-in"))


@pytest.mark.parametrize("how", ["of the registration", "of the day"])
def test_what_was_told_last_counts(worker: Visitor, employer: Visitor, told, how):
    close(employer, told)
    if how == "of the day":
        worker.send("/check-in/mine/missing", day=f"{told.registration_date}", **MISSING)
    else:
        worker.send(f"/check-in/mine/{told.registration}/error", what="MISSING", message="It was six")
    assert "You told your employer on" in heeds(worker.text("/check-in/mine"))[0]
    close(employer, ErrorReport.objects.get(handled_at=None), outcome="NOTHING_WRONG")
    assert "Nothing to correct." in heeds(worker.text("/check-in/mine"))[0]


@pytest.mark.parametrize(
    ("missing", "is_told"), [("OUT", True), ("", True), ("IN", False), ("DAY", False)], ids=lambda each: f"{each}"
)
def test_a_report_of_the_day_counts_where_it_told_of_a_check_out_or_before_that_was_asked(
    worker: Visitor, place, missing, is_told
):
    row = never_left(worker)
    worker.send("/check-in/mine/missing", day=f"{row.registration_date}", **MISSING)
    ErrorReport.objects.update(missing=missing)
    assert ("You told your employer on" in heeds(worker.text("/check-in/mine"))[0]) is is_told


@pytest.mark.parametrize("is_closed", [False, True])
def test_what_was_told_of_the_day_before_the_check_in_told_of_something_else(worker: Visitor, place, is_closed):
    row = never_left(worker)
    worker.send("/check-in/mine/missing", day=f"{row.registration_date}", **MISSING)
    told_at = row.event_at - timedelta(minutes=1)
    ErrorReport.objects.update(reported_at=told_at, handled_at=told_at if is_closed else None)
    for path in ("/check-in", "/check-in/mine"):
        assert "Tell your employer" in heeds(worker.text(path))[0]


def test_a_missing_check_out_that_is_asked_for_waits(worker: Visitor, employer: Visitor, place):
    row = never_left(worker)
    ask(employer, f"/presences/missing/{row.number}", **as_it_was(hours=9))
    page = worker.text("/check-in/mine")
    assert "A correction is asked for, and waits for a decision." in heeds(page)[0]
    assert f"/check-in/mine/{row.number}/error" not in page
    assert not heeds(worker.text("/check-in"))


def an_hour_passes() -> None:
    """Let what was told, answered and asked for have been so an hour ago."""
    hour = timedelta(hours=1)
    ErrorReport.objects.update(reported_at=F("reported_at") - hour, handled_at=F("handled_at") - hour)
    Correction.objects.update(asked_at=F("asked_at") - hour, decided_at=F("decided_at") - hour)


def came_to_nothing(state: str) -> None:
    """Let what the employer asked for have ended so, now."""
    Correction.objects.update(state=state, decided_at=datetime.now(UTC), decided_by="")


@pytest.mark.parametrize("state", ["REJECTED", "WITHDRAWN", "EXPIRED"])
def test_it_is_the_workers_turn_again_once_what_put_it_right_came_to_nothing(
    worker: Visitor, employer: Visitor, told, state
):
    ask(employer, f"/presences/missing/{told.registration}", **as_it_was(hours=9))
    close(employer, told)
    an_hour_passes()
    assert "A correction is asked for" in heeds(worker.text("/check-in/mine"))[0]
    came_to_nothing(state)
    for path in PAGES:
        page = worker.text(path)
        assert "The correction that was asked for was not made. Tell your employer" in heeds(page)[0]
        assert "Put right" not in heeds(page)[0]
        assert f'href="/check-in/mine/{told.registration}/error"' in page


def test_what_is_told_and_answered_after_a_correction_came_to_nothing_counts(worker: Visitor, employer: Visitor, told):
    ask(employer, f"/presences/missing/{told.registration}", **as_it_was(hours=9))
    close(employer, told)
    came_to_nothing("REJECTED")
    an_hour_passes()
    worker.send(f"/check-in/mine/{told.registration}/error", what="MISSING", message="It was six")
    assert "You told your employer on" in heeds(worker.text("/check-in/mine"))[0]
    close(employer, ErrorReport.objects.get(handled_at=None))
    assert "Put right" in heeds(worker.text("/check-in/mine"))[0]


def test_that_nothing_was_wrong_stays_the_answer_whatever_came_of_a_correction(
    worker: Visitor, employer: Visitor, told
):
    ask(employer, f"/presences/missing/{told.registration}", **as_it_was(hours=9))
    close(employer, told, outcome="NOTHING_WRONG")
    came_to_nothing("REJECTED")
    assert "Nothing to correct" in heeds(worker.text("/check-in/mine"))[0]


def test_a_check_out_that_is_asked_for_after_a_later_check_in_is_not_that_of_the_evening_before(
    worker: Visitor, employer: Visitor, place
):
    a_place(OTHER_PLACE, name="School")
    acts = (("in", 23, PLACE), ("in", 20, OTHER_PLACE), ("out", 19, OTHER_PLACE), ("in", 12, PLACE))
    for act, hours, where in acts:
        bring(worker, kept(act=act, place=where, at=ago(hours=hours), reference=f"{hours:022x}"))
    evening, *_, morning = Presence.objects.order_by("event_at")
    flag_missing_outs(environment=Environment.PRODUCTION, limits=checkin_counter().limits, at=datetime.now(UTC))
    ask(employer, f"/presences/missing/{morning.number}", **as_it_was(hours=9))
    assert "Tell your employer" in heeds(worker.text("/check-in/mine"))[0]
    assert f'href="/presences/missing/{evening.number}"' in employer.text("/presences/missing")


@pytest.mark.parametrize(("days", "count"), [(30, 2), (31, 1)])
def test_what_can_no_longer_be_told_is_not_held_against_the_worker(worker: Visitor, place, days, count):
    never_left(worker)
    registered(days_ago=days)
    assert len(heeds(worker.text("/check-in/mine"))) == count


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("days", "is_open"), [(30, True), (31, True), (32, False)])
def test_a_check_out_of_the_night_is_told_of_as_long_as_the_employer_can_ask_for_it(
    worker: Visitor, place, path, days: int, is_open: bool
):
    did(worker, "in")
    spell = missing_since(days, hour=22)
    last = date_format(spell.work_date + timedelta(days=31), "j F Y")
    told = f"If you left after midnight: until {last}."
    assert (told in "".join(heeds(worker.text(path)))) is is_open
    own = worker.text(f"/check-in/mine/{spell.last_in}")
    assert (told in own) is is_open
    assert (f'href="/check-in/mine/{spell.last_in}/error"' in own) is is_open
    worker.get(f"/check-in/mine/{spell.last_in}/error", HTTPStatus.OK if is_open else HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize(("what", "is_told"), [("MISSING", True), ("TIME", False)])
def test_on_the_last_day_of_the_night_nothing_else_is_told_than_the_missing_check_out(
    worker: Visitor, place, what: str, is_told: bool
):
    did(worker, "in")
    path = f"/check-in/mine/{missing_since(31, hour=22).last_in}/error"
    status = HTTPStatus.SEE_OTHER if is_told else HTTPStatus.OK
    worker.send(path, status, what=what, message="I left at two")
    assert ErrorReport.objects.exists() is is_told


def test_a_check_out_of_the_day_can_be_told_of_no_longer_than_its_check_in(worker: Visitor, place):
    did(worker, "in")
    spell = missing_since(30)
    assert "after midnight" not in heeds(worker.text("/check-in/mine"))[0]
    assert "after midnight" not in worker.text(f"/check-in/mine/{spell.last_in}")


def test_the_page_where_one_checks_in_shows_the_last_and_leads_to_the_others(worker: Visitor, place):
    last = never_left(worker)
    assert "See all missing check-outs" not in worker.text("/check-in")
    registered(days_ago=2)
    page = worker.text("/check-in")
    assert len(heeds(page)) == 1
    assert f"/check-in/mine/{last.number}/error" in page
    assert "See all missing check-outs" in page
    assert len(heeds(worker.text("/check-in/mine"))) == 2


def test_who_checked_out_is_told_nothing(worker: Visitor, place):
    did(worker, "in", "out")
    for path in PAGES:
        assert not heeds(worker.text(path))


@pytest.mark.parametrize("path", [*PAGES, f"/check-in/at/{PLACE}"])
def test_the_pages_that_tell_of_it_ask_thirteen_questions_at_most(
    worker: Visitor, employer: Visitor, place: WorkPlace, path, django_assert_max_num_queries
):
    a_place(OTHER_PLACE, name="School")
    a_party(place, "0412345614", "CONTRACTOR")
    missing = never_left(worker, place=OTHER_PLACE)
    ask(employer, f"/presences/missing/{missing.number}", **as_it_was(hours=9))
    registered(days_ago=2)
    worker.get("/home")  # what a first page begins with comes once in a stay
    with django_assert_max_num_queries(MOST_QUERIES):
        page = worker.text(path)
    assert heeds(page)


@pytest.mark.parametrize(
    ("missing", "then", "now", "status"),
    [
        ("OUT", "CLEANING", "SECURITY", 303),
        ("OUT", "SECURITY", "CLEANING", 422),
        ("IN", "CLEANING", "SECURITY", 422),
        ("IN", "SECURITY", "CLEANING", 303),
    ],
)
@pytest.mark.parametrize(("hour", "later"), [(7, 0), (22, 1)], ids=["of the day", "of the night"])
def test_a_check_out_is_told_by_its_day_in_the_sector_in_which_the_work_began(
    worker: Visitor, place, missing: str, then: str, now: str, status: int, hour: int, later: int
):
    """Of 20 days ago: 19 days are for corrections in the one sector, 30 in the other. What begins work goes by the place as it is."""
    did(worker, "in")
    SectorRule.objects.filter(sector="SECURITY").update(correction_days=19, kinds=["EVENT"])
    WorkPlace.objects.update(sector=then)
    spell = missing_since(20 + later, hour=hour)
    WorkPlace.objects.update(sector=now)
    day = spell.work_date + timedelta(days=later)
    worker.send("/check-in/mine/missing", status, day=day.isoformat(), **(MISSING | {"missing": missing}))
    assert ErrorReport.objects.exists() is (status == HTTPStatus.SEE_OTHER)


def begun_elsewhere(worker: Visitor, *, days: int) -> Spell:
    """Return a spell of so many days ago whose place went, while it lasted, from a sector of 10 days for corrections to one of 30."""
    SectorRule.objects.filter(sector="SECURITY").update(correction_days=10, kinds=["EVENT"])
    did(worker, "in")
    spell = missing_since(days)
    first = Presence.objects.get(number=spell.last_in)
    first.number, first.event_at = first.number + 7, spell.last_in_at - timedelta(hours=3)
    first.remarks, first.sector = [], "SECURITY"
    first.save(force_insert=True)
    Spell.objects.filter(last_in=spell.last_in).update(first_in=first.number)
    return spell


@pytest.mark.parametrize(("days", "is_in_time"), [(10, True), (15, False)])
def test_that_a_check_out_is_missing_is_told_no_longer_than_the_sector_allows_in_which_the_work_began(
    worker: Visitor, place, days: int, is_in_time: bool
):
    path = f"/check-in/mine/{begun_elsewhere(worker, days=days).last_in}/error"
    page = worker.text(path)
    assert ('value="MISSING"' in page) is is_in_time
    assert 'value="TIME"' in page
    worker.send(path, HTTPStatus.SEE_OTHER if is_in_time else HTTPStatus.OK, what="MISSING", message="I left at five")
    assert ErrorReport.objects.exists() is is_in_time
    worker.send(path, what="TIME", message="I came at eight")


def test_who_tells_of_an_error_while_the_days_for_it_are_made_fewer_reads_until_when_it_was(
    worker: Visitor, place, monkeypatch
):
    did(worker, "in")
    spell = missing_since(15)
    path = f"/check-in/mine/{spell.last_in}/error"
    worker.get(path)

    def tell_later(*told: object, **how: object) -> ErrorReport:
        SectorRule.objects.update(correction_days=10)
        return tell_employer_of(*told, **how)

    monkeypatch.setattr(own, "tell_employer_of", tell_later)
    answer = worker.send(path, 422, what="TIME", message="I came at eight")
    last = date_format(spell.work_date + timedelta(days=10), "j F Y")
    assert f"It is too late: errors of that day could be told until {last}." in answer.content.decode()
    assert not ErrorReport.objects.exists()
