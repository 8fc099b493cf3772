"""Sources outside the counter: opened, fed again and closed by an operator; what they do not deny is right."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.checkins.codes import Remark
from domain.checkins.items import Employer, Worker
from domain.checkins.vocabulary import Capacity
from domain.configuration_refusals import ConfigurationRefusedError
from evidence.models import AuditEvent
from registers.checkins.feeding_sources import close_source, feed_source
from registers.checkins.models import (
    Presence,
    ReferenceSource,
    RegisteredCompany,
    RevalidationRequest,
    SourceName,
)
from registers.checkins.records import read_records
from registers.checkins.reference_sources import OpenSources
from registers.persons.aliases import Aliases
from registers.persons.merging import change_number
from registers.persons.models import PersonIdentifier, SourcedNumber
from registers.persons.numbers import PersonDirectory, PersonKeys
from tests.checkin_items import COMPANY, INSS, RECEIVED, a_day
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.feeding import Feed, R, all_sources, feeder, revalidate, validate
from tests.registers.checkins.test_official_remarks import BIS, LIMOSA_ID, OTHER_COMPANY, OTHER_INSS, POSTED
from tests.registers.checkins.validations import validate_again

HOUR = timedelta(hours=1)
SELF_EMPLOYED = a_day(capacity=Capacity.SELF_EMPLOYED)


@pytest.fixture
def feed(keys: PersonKeys, tmp_path: Path) -> Feed:
    return feeder(keys, tmp_path)


RIGHT = {
    "a Limosa number that holds": (POSTED, SourceName.LIMOSA, f"{LIMOSA_ID},,2026-11-23,2026-11-23"),
    "a founder of the company": (SELF_EMPLOYED, SourceName.FOUNDERS, f"{COMPANY},{INSS},2020-01-01,"),
    "a founder whose capacity was not said": (a_day(), SourceName.FOUNDERS, f"{COMPANY},{INSS},2020-01-01,"),
    "whom Limosa knows, posted to a company here": (
        a_day(capacity=Capacity.POSTED),
        SourceName.LIMOSA,
        f",{INSS},2026-11-23,2026-11-23",
    ),
    "a company that is active": (SELF_EMPLOYED, SourceName.COMPANIES, f"{COMPANY},2020-01-01,2026-11-23"),
    "a number of the national register": (SELF_EMPLOYED, SourceName.NATIONAL_REGISTER, INSS),
    "a bis number, which is not in the national register": (
        a_day(worker=Worker(inss=BIS), capacity=Capacity.SELF_EMPLOYED),
        SourceName.NATIONAL_REGISTER,
        OTHER_INSS,
    ),
    "a bis number that is employed here": (
        a_day(worker=Worker(inss=BIS), capacity=Capacity.SELF_EMPLOYED),
        SourceName.LIMOSA,
        "OTHER-1,,2026-01-01,",
    ),
}


@pytest.mark.parametrize(("item", "source", "line"), RIGHT.values(), ids=RIGHT)
def test_what_a_source_knows_is_right(counter: Counter, keys: PersonKeys, feed: Feed, item, source, line):
    counter(item)
    feed(source, line)
    validate(keys, at=RECEIVED + HOUR)
    assert (Presence.objects.get().status, Presence.objects.get().remarks) == ("VALIDATED", [])


def test_who_is_posted_to_a_company_here_needs_limosa_for_the_day(counter: Counter, keys: PersonKeys, feed: Feed):
    counter(a_day(capacity=Capacity.POSTED))
    feed(SourceName.LIMOSA, f",{INSS},2026-11-24,")
    validate(keys, at=RECEIVED + HOUR)
    assert Presence.objects.get().remarks == ["DIMONA_NOT_OK"]


REPLACED = {
    "the national register": (
        a_day(capacity=Capacity.SELF_EMPLOYED),
        SourceName.NATIONAL_REGISTER,
        ((INSS,), (OTHER_INSS,)),
    ),
    "Limosa": (
        a_day(worker=Worker(inss=BIS), capacity=Capacity.POSTED),
        SourceName.LIMOSA,
        ((f",{BIS},2026-01-01,",), (f",{OTHER_INSS},2026-01-01,",)),
    ),
}


@pytest.mark.parametrize(("item", "source", "lists"), REPLACED.values(), ids=REPLACED)
def test_a_number_that_was_replaced_is_known_by_the_new_one(
    counter: Counter, keys: PersonKeys, feed: Feed, item, source, lists
):
    counter(item)
    directory = PersonDirectory(keys, environment=R)
    feed(source, *lists[0])
    validate(keys, at=RECEIVED + HOUR)
    change_number(item.worker.inss, OTHER_INSS, persons=directory, at=RECEIVED + HOUR)
    feed(source, *lists[1], at=RECEIVED + 2 * HOUR)
    revalidate(keys, at=RECEIVED + 3 * HOUR)
    assert (Presence.objects.get().status, Presence.objects.get().remarks) == ("VALIDATED", [])


def test_a_posted_worker_whose_number_was_replaced_stays_posted(counter: Counter, keys: PersonKeys, feed: Feed):
    counter(a_day(worker=Worker(inss=BIS), employer=Employer(foreign_vat="PL5260250274")))
    change_number(BIS, OTHER_INSS, persons=PersonDirectory(keys, environment=R), at=RECEIVED)
    feed(SourceName.LIMOSA, f",{OTHER_INSS},2026-01-01,")
    validate(keys, at=RECEIVED + HOUR)
    assert Presence.objects.get().derived_capacity == "POSTED"


def test_another_limosa_number_of_the_person_says_nothing_of_the_one_registered(
    counter: Counter, keys: PersonKeys, feed: Feed
):
    (outcome,) = counter(POSTED)
    feed(SourceName.LIMOSA, f",{INSS},2026-01-01,", f"{LIMOSA_ID},,2026-01-01,2026-01-31")
    Aliases(keys, environment=R).find_or_create([Worker(inss=INSS)], at=RECEIVED)
    PersonIdentifier.objects.update(person_id=outcome.registration.person_id)
    validate(keys, at=RECEIVED + HOUR)
    assert "LIMOSA_NOT_ACTIVE" in Presence.objects.get().remarks


def test_a_foreign_company_is_not_looked_for_in_the_register_of_companies(counter: Counter, keys, feed: Feed):
    counter(a_day(employer=Employer(foreign_vat="PL5260250274")))
    feed(SourceName.COMPANIES, f"{OTHER_COMPANY},2020-01-01,")
    validate(keys, at=RECEIVED + HOUR)
    assert "COMPANY_NOT_EXISTING" not in Presence.objects.get().remarks


def test_a_company_that_stopped_is_not_active(counter: Counter, keys, feed: Feed):
    counter(SELF_EMPLOYED)
    feed(SourceName.COMPANIES, f"{COMPANY},2020-01-01,2026-11-22")
    validate(keys, at=RECEIVED + HOUR)
    assert Presence.objects.get().remarks == ["EMPLOYER_NOT_ACTIVE"]


OF_OTHER_DAYS = {"tomorrow": "2026-11-24,", "until yesterday": "2020-01-01,2026-11-22"}


@pytest.mark.parametrize("days", OF_OTHER_DAYS.values(), ids=OF_OTHER_DAYS)
@pytest.mark.parametrize("founder", [INSS, OTHER_INSS], ids=["himself", "another"])
def test_a_founder_of_other_days_is_none(counter: Counter, keys: PersonKeys, feed: Feed, founder: str, days: str):
    counter(SELF_EMPLOYED)
    feed(SourceName.FOUNDERS, f"{COMPANY},{founder},{days}")
    validate(keys, at=RECEIVED + HOUR)
    assert set(Presence.objects.get().remarks) == {"EMPLOYER_NOT_FOUNDER", "SELF_EMPLOYED_NOT_FOUNDER"}


def test_opening_and_closing_a_source_validates_anew_who_registered_lately(counter: Counter, keys, feed: Feed):
    counter(SELF_EMPLOYED, POSTED)
    validate(keys, at=RECEIVED + HOUR)
    assert feed(SourceName.NATIONAL_REGISTER, OTHER_INSS).requests == 2
    revalidate(keys, at=RECEIVED + 2 * HOUR)
    assert Presence.objects.get(employer=COMPANY).remarks == ["NOT_IN_NATIONAL_REGISTER"]
    assert close_source(SourceName.NATIONAL_REGISTER, environment=R, actor="test", at=RECEIVED + 3 * HOUR)
    revalidate(keys, at=RECEIVED + 4 * HOUR)
    assert Presence.objects.get(employer=COMPANY).status == "VALIDATED"
    assert not SourcedNumber.objects.exists()


@pytest.mark.parametrize(
    ("at", "requests"),
    [(datetime(2027, 1, 22, 22, 30, tzinfo=UTC), 1), (datetime(2027, 1, 22, 23, 30, tzinfo=UTC), 0)],
)
def test_who_registered_lately_did_so_within_sixty_days_of_brussels(counter: Counter, feed: Feed, at, requests):
    counter(SELF_EMPLOYED)
    assert feed(SourceName.NATIONAL_REGISTER, OTHER_INSS, at=at).requests == requests


def test_feeding_again_concerns_only_what_changed(counter: Counter, keys, feed: Feed):
    counter(SELF_EMPLOYED, a_day(worker=Worker(inss=OTHER_INSS), capacity=Capacity.SELF_EMPLOYED))
    feed(SourceName.NATIONAL_REGISTER, OTHER_INSS)
    validate(keys, at=RECEIVED + HOUR)
    RevalidationRequest.objects.all().delete()
    fed = feed(SourceName.NATIONAL_REGISTER, OTHER_INSS, INSS)
    assert (fed.is_new, fed.lines, fed.requests) == (False, 2, 1)
    revalidate(keys, at=RECEIVED + 2 * HOUR)
    assert set(Presence.objects.values_list("status", flat=True)) == {"VALIDATED"}


def test_a_period_that_is_told_otherwise_replaces_the_one_before(counter: Counter, keys, feed: Feed):
    counter(POSTED)
    feed(SourceName.LIMOSA, f"{LIMOSA_ID},,2026-01-01,2026-02-01")
    validate(keys, at=RECEIVED + HOUR)
    fed = feed(SourceName.LIMOSA, f"{LIMOSA_ID},,2026-01-01,")
    assert fed.requests == 1
    revalidate(keys, at=RECEIVED + 2 * HOUR)
    assert (Presence.objects.get().status, SourcedNumber.objects.get().valid_until) == ("VALIDATED", None)


def test_companies_are_replaced_as_a_whole(feed: Feed, counter: Counter):
    counter(SELF_EMPLOYED)
    feed(SourceName.COMPANIES, f"{COMPANY},2020-01-01,", f"{OTHER_COMPANY},2020-01-01,")
    fed = feed(SourceName.COMPANIES, f"{COMPANY},2020-01-01,2026-01-01")
    assert fed.requests == 1
    assert [(row.number, str(row.valid_until)) for row in RegisteredCompany.objects.all()] == [(COMPANY, "2026-01-01")]


def test_the_same_file_again_changes_nothing(feed: Feed, counter: Counter):
    feed(SourceName.FOUNDERS, f"{COMPANY},{INSS},2020-01-01,", f"{COMPANY},{INSS},2020-01-01,")
    assert feed(SourceName.FOUNDERS, f"{COMPANY},{INSS},2020-01-01,").requests == 0
    assert SourcedNumber.objects.count() == 1


def test_no_number_is_kept_in_clear(feed: Feed, counter: Counter):
    feed(SourceName.FOUNDERS, f"{COMPANY},{INSS},2020-01-01,")
    row = SourcedNumber.objects.get()
    assert (len(row.lookup), INSS.encode() in bytes(row.lookup)) == (32, False)


def test_a_source_that_is_not_fed_in_an_environment_is_not_open_there(feed: Feed, counter: Counter, keys):
    counter(SELF_EMPLOYED)
    records = read_records("kind = 'DAY'", [], environment=R)
    feed(SourceName.COMPANIES, f"{OTHER_COMPANY},2020-01-01,")
    here, there = (OpenSources(one, keys=lambda: keys).remarks_of(records) for one in (R, type(R).TEST))
    assert (here, there) == ({records[0].number: {Remark.COMPANY_NOT_EXISTING}}, {})


def test_a_source_that_is_closed_while_a_validation_runs_is_asked_no_more(counter: Counter, keys, feed: Feed):
    counter(SELF_EMPLOYED)
    feed(SourceName.COMPANIES, f"{COMPANY},2020-01-01,")
    validate(keys, at=RECEIVED + HOUR)
    running = all_sources(keys)
    close_source(SourceName.COMPANIES, environment=R, actor="test", at=RECEIVED + HOUR)
    validate_again(running, environment=R, at=RECEIVED + 2 * HOUR)
    assert (Presence.objects.get().status, Presence.objects.get().remarks) == ("VALIDATED", [])


def test_a_source_that_is_opened_while_a_validation_runs_is_asked_at_once(counter: Counter, keys, feed: Feed):
    counter(SELF_EMPLOYED)
    validate(keys, at=RECEIVED + HOUR)
    running = all_sources(keys)
    feed(SourceName.COMPANIES, f"{OTHER_COMPANY},2020-01-01,")
    validate_again(running, environment=R, at=RECEIVED + 2 * HOUR)
    assert Presence.objects.get().remarks == ["COMPANY_NOT_EXISTING"]


def test_who_opened_a_source_is_on_record(feed: Feed, counter: Counter):
    feed(SourceName.COMPANIES, f"{COMPANY},2020-01-01,")
    close_source(SourceName.COMPANIES, environment=R, actor="test", at=RECEIVED)
    assert not close_source(SourceName.COMPANIES, environment=R, actor="test", at=RECEIVED)
    events = AuditEvent.objects.filter(action__startswith="check-in-source:").order_by("pk")
    assert [event.action for event in events] == ["check-in-source:fed", "check-in-source:closed"]


WRONG = {
    "other columns": (SourceName.COMPANIES, "", "number,from,until", "does not name the columns"),
    "a short line": (SourceName.COMPANIES, COMPANY, "", "Line 2 has 1 columns, not 3"),
    "a wrong company": (SourceName.COMPANIES, "0877665503,2020-01-01,", "", "Line 2 has no company number"),
    "a wrong person": (SourceName.NATIONAL_REGISTER, "85011512300", "", "Line 2 has no sound national"),
    "a bis number": (SourceName.NATIONAL_REGISTER, BIS, "", "Line 2 has a bis number"),
    "a wrong day": (SourceName.COMPANIES, f"{COMPANY},2020-13-01,", "", "YYYY-MM-DD"),
    "another spelling of a day": (SourceName.COMPANIES, f"{COMPANY},20200101,", "", "YYYY-MM-DD"),
    "an end before the begin": (SourceName.COMPANIES, f"{COMPANY},2020-01-02,2020-01-01", "", "ends before it begins"),
    "nobody": (SourceName.LIMOSA, ",,2020-01-01,", "", "neither a Limosa number nor"),
    "a malformed Limosa number": (SourceName.LIMOSA, "a b,,2020-01-01,", "", "malformed Limosa number"),
    "an endless line": (SourceName.NATIONAL_REGISTER, "1" * 5000, "", "Line 2 has no sound national"),
    "a broken quote": (SourceName.NATIONAL_REGISTER, '"8501', "", "no line of a CSV file"),
    "no line": (SourceName.NATIONAL_REGISTER, "", "", "no line besides its titles"),
}


@pytest.mark.parametrize(("source", "line", "titles", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_as_a_whole(counter: Counter, feed: Feed, source, line, titles, reason):
    with pytest.raises(ConfigurationRefusedError) as refused:
        feed(source, line, titles=titles)
    assert reason in refused.value.what
    assert "85011512300" not in refused.value.what
    assert not ReferenceSource.objects.exists()


def test_a_file_that_is_not_there_is_told(db: None, keys: PersonKeys, tmp_path: Path):
    with pytest.raises(ConfigurationRefusedError, match="cannot be opened"):
        feed_source(SourceName.LIMOSA, tmp_path / "none", lookup=keys.lookup, environment=R, actor="test", at=RECEIVED)


def test_a_file_in_another_encoding_is_refused(counter: Counter, keys: PersonKeys, tmp_path: Path):
    path = tmp_path / "limosa.csv"
    path.write_bytes(b"limosa_id,inss,from,until\n\xff\xfe,,2020-01-01,\n")
    with pytest.raises(ConfigurationRefusedError, match="UTF-8"):
        feed_source(SourceName.LIMOSA, path, lookup=keys.lookup, environment=R, actor="test", at=RECEIVED)
