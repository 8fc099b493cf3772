"""A request for a correction whose answer was lost is found again by whom it is of, and by nobody else."""

from datetime import timedelta

import pytest
from django.db import connection

from domain.checkins.asking import PresenceAsker, PresenceAskerKind
from domain.checkins.codes import RefusalCode
from domain.checkins.corrections import CorrectionsFound, CorrectionsWanted
from domain.checkins.items import Employer, Worker
from domain.checkins.outcomes import CorrectionTaken
from domain.checkins.vocabulary import Capacity, ClockingChannel, CorrectionState
from domain.environments import Environment
from registers.checkins.correction_reading import find_corrections, read_correction
from registers.checkins.deciding import accept
from registers.checkins.models import Correction, PresenceLook
from registers.checkins.page_keys import PageKeyError
from tests.checkin_items import (
    COMPANY,
    FIRM,
    INSS,
    RECEIVED,
    a_correction,
    a_missing_event,
    a_request_for_a_missing_event,
    an_event,
)
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.test_indexes_of_questions import indexes_in, plans

R = Environment.PRODUCTION
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMOSA = Worker(limosa_id="24910158641968060")
ABROAD = Employer(foreign_vat="PL5260250274")


@pytest.fixture
def event(counter: Counter) -> int:
    (outcome,) = counter(an_event())
    return outcome.registration.id


def ask(counter: Counter, number: int, **deviation):
    item = a_correction(registration_id=number, corrected_at=RECEIVED - HOUR)
    (outcome,) = counter(item, received_at=RECEIVED + HOUR, **deviation)
    return outcome


def ask_for_a_check_out(counter: Counter, *, hours: int, **deviation) -> str:
    item = a_request_for_a_missing_event(corrected_at=RECEIVED - hours * HOUR)
    (outcome,) = counter(item, **deviation)
    assert isinstance(outcome, CorrectionTaken)
    return outcome.correction_id


def submit(number: str) -> None:
    """Let its evidence be there."""
    Correction.objects.filter(number=number).update(state="SUBMITTED", submitted_at=RECEIVED)


def asker(*companies: str) -> PresenceAsker:
    return PresenceAsker(PresenceAskerKind.SENDER, "123456", "a test", companies=frozenset(companies))


def find(counter: Counter, *companies: str, **wanted) -> CorrectionsFound:
    return find_corrections(
        CorrectionsWanted(**wanted), asker=asker(*companies or (COMPANY,)), aliases=counter.aliases, at=RECEIVED
    )


def numbers(found: CorrectionsFound) -> list[str]:
    return [one.number for one in found.requests]


def test_who_asks_again_is_told_which_request_waits(counter: Counter, event: int):
    waiting = ask(counter, event).correction_id
    again = ask(counter, event)
    assert (again.codes, again.waiting, again.detail) == (
        (RefusalCode.CORRECTION_PENDING,),
        waiting,
        f"request {waiting}",
    )


def test_what_somebody_asked_for_himself_is_not_named_to_his_company(counter: Counter):
    (own,) = counter(an_event(capacity=Capacity.SELF_EMPLOYED))
    himself = {"sender": "", "enterprise_number": None, "channel": ClockingChannel.PORTAL}
    waiting = ask(counter, own.registration.id, person_id=own.registration.person_id, **himself)
    again = ask(counter, own.registration.id)
    assert isinstance(waiting, CorrectionTaken)
    assert (again.codes, again.detail) == ((RefusalCode.CORRECTION_PENDING,), "")


def test_what_another_company_asked_for_staff_of_a_firm_abroad_is_not_named(counter: Counter):
    """Both brought somebody there whom the same firm lends them."""
    asked = []
    for number, company in enumerate((COMPANY, "0400767772")):
        brought = an_event(worker=LIMOSA, employer=ABROAD, reference=f"E{number}", at=RECEIVED - (number + 2) * HOUR)
        counter(brought, enterprise_number=company, received_at=RECEIVED)
        missing = a_missing_event(worker=LIMOSA, employer=ABROAD)
        item = a_request_for_a_missing_event(missing=missing, corrected_at=RECEIVED - HOUR)
        asked += counter(item, enterprise_number=company)
    assert [getattr(one, "detail", None) for one in asked] == [None, ""], asked


def test_requests_of_own_staff_are_listed_the_newest_first_with_worker_and_employer(counter: Counter, event: int):
    first = ask(counter, event).correction_id
    second = ask_for_a_check_out(counter, hours=30, received_at=RECEIVED + 2 * HOUR)
    found = find(counter)
    assert numbers(found) == [second, first]
    assert {(one.employer, one.inss, one.inss_submitted, one.limosa_id) for one in found.requests} == {
        (FIRM, INSS, INSS, None)
    }
    assert found.next_key is None


def test_one_request_names_worker_and_employer_too(counter: Counter):
    counter(an_event(worker=LIMOSA, employer=None))
    missing = a_missing_event(worker=LIMOSA, employer=None)
    (taken,) = counter(a_request_for_a_missing_event(missing=missing, corrected_at=RECEIVED))
    seen = read_correction(taken.correction_id, asker=asker(COMPANY), aliases=counter.aliases, at=RECEIVED)
    assert seen is not None
    assert (seen.employer, seen.inss, seen.limosa_id) == (None, None, LIMOSA.limosa_id)


def test_a_list_of_one_registration_has_what_is_about_it_and_what_made_it(counter: Counter, event: int):
    about = ask(counter, event).correction_id
    missing = ask_for_a_check_out(counter, hours=30)
    submit(missing)
    made = accept(missing, environment=R, by="person:9", note="", limits=counter.limits, at=RECEIVED + DAY)
    assert numbers(find(counter, registration_id=event)) == [about]
    assert numbers(find(counter, registration_id=made)) == [missing]
    assert numbers(find(counter, registration_id=made + 1)) == []


def test_a_list_of_a_state_has_that_alone(counter: Counter, event: int):
    draft = ask(counter, event).correction_id
    whole = ask_for_a_check_out(counter, hours=30)
    submit(whole)
    assert numbers(find(counter, state=CorrectionState.DRAFT)) == [draft]
    assert numbers(find(counter, state=CorrectionState.SUBMITTED)) == [whole]


def test_a_key_goes_on_after_the_last_of_a_page(counter: Counter):
    asked = [ask_for_a_check_out(counter, hours=30 * (one + 1)) for one in range(5)]
    told: list[str] = []
    key = ""
    for _ in range(3):
        page = find(counter, size=2, after=key)
        told += numbers(page)
        key = page.next_key or ""
    assert (told, key) == (asked[::-1], "")


def test_a_key_that_no_page_gave_is_refused(counter: Counter):
    with pytest.raises(PageKeyError):
        find(counter, after="x")


def test_requests_of_others_look_like_none(counter: Counter, event: int):
    ask(counter, event)
    assert numbers(find(counter, "0400767772", registration_id=event)) == []
    assert PresenceLook.objects.filter(question="CORRECTION", about="", person_id=None).count() == 1


def test_the_look_at_each_person_of_a_list_is_on_record(counter: Counter, event: int):
    ask(counter, event)
    find(counter, registration_id=event)
    (look,) = PresenceLook.objects.filter(question="CORRECTION")
    assert (look.person_id, look.about) == (Correction.objects.get().person_id, str(event))


def test_many_requests_are_listed_by_as_many_queries_as_two(counter: Counter, django_assert_num_queries):
    for one in range(6):
        ask_for_a_check_out(counter, hours=30 * (one + 1))
    with django_assert_num_queries(7):  # five, and where the transaction begins and ends
        assert len(find(counter).requests) == 6


@pytest.fixture
def many(counter: Counter, event: int) -> Counter:
    """Three thousand requests of three hundred companies, each about a registration of its own."""
    ask(counter, event)
    first = Correction.objects.get()
    Correction.objects.bulk_create(
        replaced(first, number=f"C-20261122-{one:07d}", target=event + one, company=f"{400_000_000 + one % 300:010d}")
        for one in range(1, 3001)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE checkins_correction")
    return counter


def replaced(row: Correction, *, number: str, target: int, company: str) -> Correction:
    values = {field.attname: getattr(row, field.attname) for field in Correction._meta.concrete_fields}
    return Correction(
        **values | {"id": None, "number": number, "target": target, "employer": company, "asked_for": company}
    )


def test_requests_of_a_registration_are_found_by_its_index(many: Counter, event: int):
    with plans() as texts:
        find(many, "0400000007", registration_id=event + 7)
    assert "correction_by_registration" in indexes_in(texts), texts


def test_requests_of_companies_are_found_by_the_indexes_of_companies(many: Counter):
    with plans() as texts:
        assert find(many, "0400000007", "0400000008", size=5).next_key
    assert {"correction_of_employer", "correction_of_company"} <= indexes_in(texts), texts
