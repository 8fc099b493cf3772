"""The eleven questions that must be fast (check-in declarations §5.2): each is answered by its index."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from domain.checkins.codes import Remark
from domain.checkins.items import Employer, PresenceEvent, Worker
from domain.checkins.searches import DayPeriod, FoundPage, SearchCriteria, SortedBy
from domain.checkins.vocabulary import EventType, PresenceStatus
from domain.environments import Environment
from domain.identifiers import insz
from registers.checkins.acquaintances import names_of_known
from registers.checkins.compliance import read_compliance
from registers.checkins.correction_lists import waiting_corrections
from registers.checkins.days_of_staff import spells_of_staff
from registers.checkins.evidence_of_corrections import expire_drafts
from registers.checkins.missing_outs import flag_missing_outs, missing_outs_of
from registers.checkins.models import Presence, WorkPlace, WorkPlaceParty
from registers.checkins.on_site import count_on_site, list_staff_on_site
from registers.checkins.reading import own_records, read_one
from registers.checkins.records import read_records
from registers.checkins.searching import search
from registers.checkins.sources import sources_of
from registers.checkins.unnamed_evidence import needed_among
from registers.checkins.validating import Validation, ask_again
from registers.checkins.work_dates import on_work_dates
from registers.persons.numbers import PersonKeys
from tests.checkin_items import CLEANING_SITE, COMPANY, RECEIVED, SITE, a_day, an_event
from tests.registers.checkins.conftest import Counter, a_work_place
from tests.registers.checkins.test_looking import EMPLOYER, INSPECTOR, TODAY, PresenceAsker, PresenceAskerKind
from tests.registers.checkins.test_months import make_months
from tests.registers.checkins.validations import validate_again

R = Environment.PRODUCTION
OTHER_SITE, THIRD_SITE, POLISH = "1Y1003TESTC9Z", "1Y1003TESTD1Z", "PL5260250274"
USED = re.compile(r"Index (?:Only )?Scan (?:Backward )?using (\S+)|Bitmap Index Scan on (\S+)")
OF_FEW = replace(EMPLOYER, name=POLISH, companies=frozenset({POLISH}))
"""An employer of a few of all workers, as every one is: of one that employs nearly all, days alone find them as fast."""
WORKERS = [Worker(inss=insz(850_115_000 + number, born_from_2000=False)) for number in range(200)]


@contextmanager
def plans() -> Iterator[list[str]]:
    """Collect the plan of every statement that is run meanwhile."""
    found: list[str] = []

    def explain(execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            with context["connection"].connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {sql}", params)
                found.append("\n".join(line for (line,) in cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield found


def indexes_in(texts: list[str]) -> set[str]:
    """Return the indexes of whole tables to which the parts in the plans belong."""
    names = {one or other for text in texts for one, other in USED.findall(text)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT part.relname, whole.relname FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid "
            "JOIN pg_class whole ON whole.oid = inhparent WHERE part.relkind = 'i'"
        )
        whole = dict(cursor.fetchall())
    return {whole.get(name, name) for name in names}


@pytest.fixture(scope="module")
def month(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    """A month with two hundred workers, of whom half failed, planned as if tables were never read whole; the next is empty.

    Filled once for the module; what a test changes of it ends with that test.
    """
    path = tmp_path_factory.mktemp("keys") / "persons.json"
    path.write_text(PersonKeys.generate(), encoding="ascii")
    with django_db_blocker.unblock(), transaction.atomic():
        yield fill(Counter(PersonKeys.read(path)))
        transaction.set_rollback(True)


@pytest.fixture
def filled(month: Counter, db: None) -> Counter:
    return replace(month)


def fill(counter: Counter) -> Counter:
    a_work_place()
    a_work_place(number=CLEANING_SITE, sector="CLEANING", name="Offices")
    make_months("2026-11-01", 2)
    a_work_place(number=OTHER_SITE, sector="CLEANING")
    counter(*(_event(place, worker) for place, worker in enumerate(WORKERS)))
    counter(*(an_event(worker=worker, work_place_id=OTHER_SITE, at=RECEIVED, type="OUT") for worker in WORKERS[100:]))
    Presence.objects.filter(person_id__gt=0).update(status="VALIDATED")
    failed = list(Presence.objects.order_by("number").values_list("number", flat=True)[:100])
    Presence.objects.filter(number__in=failed).update(status="FAILED", remarks=["DIMONA_NOT_OK"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for table in ("checkins_presence", "checkins_spell"):
            cursor.execute(f"ANALYZE {table}")
    return counter


def _event(place: int, worker: Worker) -> PresenceEvent:
    """Return an IN; of the first hundred workers, few are elsewhere or of the foreign employer."""
    site = THIRD_SITE if place % 40 == 1 else OTHER_SITE if place % 40 == 3 or place >= 100 else CLEANING_SITE
    return an_event(
        worker=worker,
        reference=f"E-{place}",
        work_place_id=site,
        employer=Employer(foreign_vat=POLISH) if place % 40 == 2 else Employer(enterprise_number=COMPANY),
    )


def look(counter: Counter, asker=EMPLOYER, order: SortedBy = SortedBy.REGISTRATION_DATE, **criteria) -> None:
    wanted = SearchCriteria(**{"periods": (DayPeriod(TODAY, TODAY + timedelta(days=30)),)} | criteria)
    search(wanted, FoundPage(sorted_by=order), asker=asker, aliases=counter.aliases, at=RECEIVED)


def own(counter: Counter, first: date) -> None:
    alias = counter.aliases.find(WORKERS[:1])[WORKERS[0]]
    himself = PresenceAsker(PresenceAskerKind.WORKER, "login 1", "own", person_id=alias.person_id)
    own_records(first=first, last=TODAY, asker=himself, environment=R, at=RECEIVED)


def validate_anew(counter: Counter, **whose) -> None:
    ask_again(environment=R, at=RECEIVED, **whose)
    validate_again(sources_of(R), environment=R, at=RECEIVED)


def a_failed_person() -> int:
    return Presence.objects.filter(status="FAILED").values_list("person_id", flat=True)[0]


QUESTIONS: tuple[tuple[str, Callable[[Counter], object], set[str]], ...] = (
    (
        "1 on site now",
        lambda _: count_on_site(THIRD_SITE, environment=R, at=RECEIVED),
        {"open_spell_of_work_place", "missing_out_of_work_place", "presence_once"},
    ),
    (
        "1 staff on site now",
        lambda _: list_staff_on_site(POLISH, environment=R, asker=OF_FEW, at=RECEIVED, most=5),
        {"open_spell_of_employer", "break_of_employer", "day_of_employer", "presence_brought_for"},
    ),
    ("2 here today", lambda one: own(one, TODAY), {"presence_once"}),
    (
        "3 and 4 intake",
        lambda one: one(an_event(worker=WORKERS[0], type="OUT", at=RECEIVED, reference="O-1")),
        {"presence_once", "reference_used_once"},
    ),
    ("5 employer", lambda one: look(one, OF_FEW, enterprise_number=POLISH), {"presence_of_employer"}),
    (
        "5 a firm abroad",
        lambda one: look(one, EMPLOYER, SortedBy.INSTANT, enterprise_number=POLISH, event_type=EventType.IN),
        {"presence_of_employer"},
    ),
    ("5 own staff", lambda one: look(one, OF_FEW), {"presence_of_employer"}),
    ("5 by day and time", lambda one: look(one, OF_FEW, SortedBy.INSTANT), {"presence_of_employer"}),
    (
        "5 days of staff",
        lambda _: list(spells_of_staff(POLISH, (DayPeriod(TODAY, TODAY),), environment=R)),
        {"spell_of_employer", "presence_brought_for"},
    ),
    (
        "5 how much is complete",
        lambda _: read_compliance(POLISH, DayPeriod(TODAY, TODAY + timedelta(days=30)), environment=R),
        {"presence_of_employer", "presence_brought_for", "spell_of_employer"},
    ),
    ("6 work place", lambda one: look(one, INSPECTOR, work_place_id=CLEANING_SITE), {"presence_of_work_place"}),
    ("6 days alone", lambda one: look(one, INSPECTOR), {"presence_by_day"}),
    ("7 status", lambda one: look(one, INSPECTOR, statuses=(PresenceStatus.REGISTERED,)), {"presence_by_status"}),
    ("7 sender", lambda one: look(one, INSPECTOR, sender="123456", created_from=RECEIVED), {"presence_of_sender"}),
    (
        "7 remark",
        lambda one: look(one, INSPECTOR, remarks=(Remark.FAR_FROM_WORK_PLACE,)),
        {"presence_by_remark"},
    ),
    (
        "7 creation",
        lambda one: look(one, INSPECTOR, created_from=RECEIVED, created_until=RECEIVED),
        {"presence_by_creation"},
    ),
    (
        "8 one",
        lambda one: read_one(Presence.objects.first().number, asker=INSPECTOR, aliases=one.aliases, at=RECEIVED),
        {"checkins_presence_pkey"},
    ),
    (
        "9 open too long",
        lambda one: flag_missing_outs(environment=R, limits=one.limits, at=RECEIVED),
        {"open_spell_by_age"},
    ),
    ("9 drafts", lambda _: expire_drafts(at=RECEIVED), {"draft_correction_by_end"}),
    ("9 corrections by their end", lambda _: waiting_corrections(R), {"pending_correction_by_end"}),
    (
        "9 documents that are needed",
        lambda _: needed_among(["ab" * 32, "cd" * 32]),
        {"handed_in_evidence_by_hash", "evidence_by_hash"},
    ),
    ("10 seven years", lambda one: own(one, date(2019, 11, 23)), {"presence_once"}),
    ("11 place", lambda one: validate_anew(one, work_places=[THIRD_SITE]), {"failed_of_work_place"}),
    ("11 employer", lambda one: validate_anew(one, employers=[POLISH]), {"failed_of_employer"}),
    ("11 person", lambda one: validate_anew(one, person_ids=[a_failed_person()]), {"failed_of_person"}),
)


@pytest.mark.parametrize(("ask", "indexes"), [row[1:] for row in QUESTIONS], ids=[row[0] for row in QUESTIONS])
def test_each_question_is_answered_by_its_index(filled: Counter, ask, indexes):
    with plans() as texts:
        ask(filled)
    assert indexes <= indexes_in(texts), texts


NARROWED = {
    "employer": ({"enterprise_number": POLISH}, "presence_of_employer"),
    "work place": ({"work_place_id": THIRD_SITE}, "presence_of_work_place"),
    "worker": ({"inss": WORKERS[0].inss}, "presence_once"),
}
SEVERAL = (DayPeriod(TODAY, TODAY + timedelta(days=2)), DayPeriod(TODAY + timedelta(days=4), TODAY + timedelta(days=9)))


@pytest.mark.parametrize("order", list(SortedBy))
@pytest.mark.parametrize(("criteria", "index"), NARROWED.values(), ids=NARROWED)
def test_whatever_the_order_rows_are_found_by_what_narrows_the_search(filled: Counter, criteria, index, order):
    states = (PresenceStatus.VALIDATED, PresenceStatus.REGISTERED)
    with plans() as texts:
        look(filled, INSPECTOR, order, periods=SEVERAL, statuses=states, **criteria)
    assert index in indexes_in([text for text in texts if "checkins_presence" in text]), texts
    assert not [text for text in texts if "Incremental Sort" in text]


def test_whom_a_company_knows_is_told_by_what_each_registered_himself(filled: Counter):
    with plans() as texts:
        names_of_known({(a_failed_person(), COMPANY)}, environment=R)
    assert "presence_by_oneself" in indexes_in(texts), texts


def test_whom_a_company_knows_is_planned_once_for_each_connection(filled: Counter):
    """Never with what is asked, the first time included: whoever does that plans it at each of the first five times."""
    names_of_known({(a_failed_person(), COMPANY)}, environment=R)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans > 0, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s",
            ["%checkins_presence own%"],
        )
        assert cursor.fetchall() == [(True, 0)]


def test_what_a_company_brought_without_an_employer_is_found_by_who_brought_it(filled: Counter):
    filled(a_day(worker=Worker(limosa_id="24910158641968060"), employer=None, work_place_id=SITE))
    with plans() as texts:
        look(filled, EMPLOYER)
    assert "presence_brought_for" in indexes_in(texts), texts


def test_missing_check_outs_that_a_company_brought_are_found_by_who_brought_them(filled: Counter):
    filled(an_event(worker=Worker(limosa_id="24910158641968060"), employer=None))
    with plans() as texts:
        list(missing_outs_of(COMPANY, environment=R))
    assert "presence_brought_for" in indexes_in(texts), texts


def test_days_of_whom_a_company_brought_are_found_by_who_he_is(filled: Counter):
    place = WorkPlace.objects.get(number=CLEANING_SITE)
    WorkPlaceParty.objects.create(
        environment="R", work_place=place, enterprise="0448181966", role="CONTRACTOR", valid_from=place.valid_from
    )
    posted = an_event(worker=Worker(limosa_id="24910158641968060"), employer=None)
    filled(posted, enterprise_number="0448181966")
    with plans() as texts:
        assert list(spells_of_staff("0448181966", (DayPeriod(TODAY, TODAY),), environment=R))
    assert {"presence_brought_for", "spell_of_employer", "checkins_spell_pkey"} <= indexes_in(texts), texts


WIDE = {"every state": {"statuses": tuple(PresenceStatus)}, "a sector": {"sector": "CLEANING"}, "nothing": {}}


@pytest.mark.parametrize("criteria", WIDE.values(), ids=WIDE)
def test_what_only_days_narrow_is_read_in_the_order_of_the_days_and_sorted_nowhere(filled: Counter, criteria):
    with plans() as texts:
        look(filled, INSPECTOR, **criteria)
    rows = [text for text in texts if "checkins_presence" in text and "Aggregate" not in text]
    assert "presence_by_day" in indexes_in(rows), texts
    assert not [text for text in rows if "Sort" in text], texts


def test_the_nights_of_events_are_looked_for_in_their_own_days(filled: Counter):
    make_months("2025-01-01", 3)
    records = read_records("kind = 'EVENT'", [], environment=R)
    with plans() as texts:
        on_work_dates(records, environment=R)
    assert "night_spell_of_person" in indexes_in(texts), texts
    assert "_2025_" not in "".join(texts)


@pytest.mark.parametrize(
    ("whose", "index"),
    [({"work_places": [CLEANING_SITE]}, "failed_of_work_place"), ({"employers": [COMPANY]}, "failed_of_employer")],
    ids=["place", "employer"],
)
def test_of_all_that_failed_the_next_part_alone_is_read_in_the_order_of_the_days(filled: Counter, whose, index: str):
    """Of a large company whatever failed would be sorted for each part of it otherwise."""
    ask_again(environment=R, at=RECEIVED, **whose)
    with plans() as texts:
        Validation(sources_of(R), R, RECEIVED, limit=5).of_requests()
    parts = [text for text in texts if text.startswith("Limit") and index in indexes_in([text])]
    assert parts, texts
    assert not [text for text in parts if "Sort  " in text], parts


def test_who_is_on_site_is_looked_for_in_the_days_of_now_alone(filled: Counter):
    make_months("2025-01-01", 3)
    with plans() as texts:
        count_on_site(OTHER_SITE, environment=R, at=RECEIVED)
        list_staff_on_site(COMPANY, environment=R, asker=EMPLOYER, at=RECEIVED, most=5)
    assert "checkins_spell_2026_11" in "".join(texts)
    assert "_2025_" not in "".join(texts)
