"""A software firm whose mandate ended sees and withdraws nothing of its client any more; the client can."""

from datetime import timedelta

import pytest

from domain.checkins.asking import PresenceAsker, PresenceAskerKind
from domain.checkins.codes import RefusalCode
from domain.checkins.items import Employer, Item, Worker
from domain.checkins.outcomes import Cancelled, Refused, Registered
from domain.environments import Environment
from registers.access.models import Mandate
from registers.checkins.bringers import without_standing
from registers.checkins.correction_lists import corrections_of_company
from registers.checkins.correction_reading import read_correction
from registers.checkins.models import Correction, Presence, WorkPlace, WorkPlaceParty
from registers.checkins.reading import read_one
from registers.checkins.standing import companies_of
from tests.checkin_items import COMPANY, RECEIVED, SITE, a_cancellation, a_correction, a_day, an_event
from tests.counter_bench import make_entity
from tests.registers.checkins.conftest import Counter

FIRM = "0412345614"
R = Environment.PRODUCTION
HOUR = timedelta(hours=1)


@pytest.fixture
def mandate(counter: Counter) -> Mandate:
    return Mandate.objects.create(
        environment="R",
        principal=make_entity(company=COMPANY),
        mandatary=make_entity(name="Software", company=FIRM, nsso="123456749", environments=(R,)),
        service_group="CHECK_INS",
        state="ACTIVE",
        from_quarter="20201",
        valid_from=RECEIVED - timedelta(days=1),
        in_force_from=RECEIVED - timedelta(days=1),
        created_by="test",
        source="OPERATOR",
    )


@pytest.fixture
def brought(counter: Counter, mandate: Mandate) -> int:
    """A day that the firm registered for its client."""
    (outcome,) = counter(a_day(), enterprise_number=FIRM)
    return outcome.registration.id


def end(mandate: Mandate) -> None:
    mandate.state, mandate.ended_at, mandate.valid_until = "CLOSED", RECEIVED + HOUR, RECEIVED + HOUR
    mandate.save()


def is_seen(counter: Counter, number: int, company: str) -> bool:
    companies = companies_of(company, environment=R, at=RECEIVED + 2 * HOUR)
    asker = PresenceAsker(PresenceAskerKind.SENDER, company, "a test", companies=companies)
    return read_one(number, asker=asker, aliases=counter.aliases, at=RECEIVED + 2 * HOUR) is not None


def cancel(counter: Counter, number: int, company: str) -> object:
    (outcome,) = counter(
        a_cancellation(registration_id=number), enterprise_number=company, received_at=RECEIVED + 2 * HOUR
    )
    return outcome.codes[0] if isinstance(outcome, Refused) else type(outcome)


def test_while_it_holds_the_firm_sees_and_withdraws_and_the_client_withdraws_nothing(counter: Counter, brought: int):
    assert is_seen(counter, brought, FIRM)
    assert cancel(counter, brought, COMPANY) is RefusalCode.NOT_YOURS_TO_CANCEL
    assert cancel(counter, brought, FIRM) is Cancelled


def test_once_it_ended_the_client_alone_sees_and_withdraws(counter: Counter, mandate: Mandate, brought: int):
    end(mandate)
    assert not is_seen(counter, brought, FIRM)
    assert cancel(counter, brought, FIRM) is RefusalCode.REGISTRATION_NOT_FOUND
    assert is_seen(counter, brought, COMPANY)
    assert cancel(counter, brought, COMPANY) is Cancelled


def test_many_rows_are_asked_of_by_no_more_queries_than_one(
    counter: Counter, mandate: Mandate, brought: int, django_assert_num_queries
):
    for day in range(1, 4):
        counter(a_day(date=RECEIVED.date() + timedelta(days=day)), enterprise_number=FIRM, at=RECEIVED)
    rows = list(Presence.objects.all())
    end(mandate)
    for some in (rows[:1], rows):
        with django_assert_num_queries(2):
            gone = without_standing(some, environment=R, at=RECEIVED + 2 * HOUR)
        assert gone == {row.number for row in some}


def test_a_request_that_the_firm_made_is_the_clients_alone_once_it_ended(counter: Counter, mandate: Mandate):
    (event,) = counter(an_event(), enterprise_number=FIRM)
    counter(a_correction(registration_id=event.registration.id, corrected_at=RECEIVED - HOUR), enterprise_number=FIRM)
    number = Correction.objects.get().number
    for has_ended in (False, True):
        if has_ended:
            end(mandate)
        at = RECEIVED + 2 * HOUR
        companies = companies_of(FIRM, environment=R, at=at)
        asker = PresenceAsker(PresenceAskerKind.SENDER, FIRM, "a test", companies=companies)
        seen = read_correction(number, asker=asker, aliases=counter.aliases, at=at)
        assert (seen is None) is has_ended
        assert corrections_of_company(FIRM, environment=R, at=at).exists() is not has_ended
        assert corrections_of_company(COMPANY, environment=R, at=at).exists()


def test_what_the_firm_asks_for_is_named_to_its_client_who_asks_again(counter: Counter, mandate: Mandate):
    (event,) = counter(an_event())
    item = a_correction(registration_id=event.registration.id, corrected_at=RECEIVED - HOUR)
    (taken,) = counter(item, enterprise_number=FIRM)
    (again,) = counter(item, enterprise_number=COMPANY)
    assert again == Refused(
        (RefusalCode.CORRECTION_PENDING,), taken.correction_id, detail=f"request {taken.correction_id}"
    )


POSTED = {
    "by a Limosa number alone": a_day(worker=Worker(limosa_id="24910158641968060"), employer=None),
    "for a firm abroad": a_day(employer=Employer(foreign_vat="PL5260250274")),
}
"""Days of somebody whom a firm abroad lends to the client."""
NEIGHBOURS = {"alone": (), "with staff of the client in the same file": (a_day(),)}


@pytest.mark.parametrize("posted", POSTED.values(), ids=POSTED)
@pytest.mark.parametrize("neighbours", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_the_firm_brings_whom_its_client_may_bring_whoever_else_its_file_names(
    counter: Counter, mandate: Mandate, neighbours: tuple[Item, ...], posted: Item
):
    (outcome, *_) = counter(posted, *neighbours, enterprise_number=FIRM)
    assert isinstance(outcome, Registered)


@pytest.mark.parametrize("posted", POSTED.values(), ids=POSTED)
@pytest.mark.parametrize("neighbours", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_the_firm_reads_what_its_client_brought_whoever_else_its_file_names(
    counter: Counter, mandate: Mandate, neighbours: tuple[Item, ...], posted: Item
):
    WorkPlace.objects.all().delete()
    (first,) = counter(posted, sender="200001")
    (told, *_) = counter(posted, *neighbours, enterprise_number=FIRM)
    assert (told.registration.id, told.is_shown) == (first.registration.id, True)


def test_who_has_others_work_for_him_at_a_place_needs_no_mandate(counter: Counter, mandate: Mandate):
    end(mandate)
    place = WorkPlace.objects.get(number=SITE)
    WorkPlace.objects.filter(pk=place.pk).update(declarant=FIRM)
    WorkPlaceParty.objects.create(
        environment="R", work_place=place, enterprise=COMPANY, role="CONTRACTOR", valid_from=place.valid_from
    )
    (outcome,) = counter(a_day(employer=Employer(COMPANY)), enterprise_number=FIRM, received_at=RECEIVED + HOUR)
    number = outcome.registration.id
    assert is_seen(counter, number, FIRM)
    assert cancel(counter, number, COMPANY) is RefusalCode.NOT_YOURS_TO_CANCEL
    assert cancel(counter, number, FIRM) is Cancelled
