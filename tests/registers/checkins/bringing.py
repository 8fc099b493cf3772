"""Firms that bring somebody of a firm abroad in the place of a client, and parts in the works that tell of which."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from domain.checkins.asking import PresenceAsker, PresenceAskerKind
from domain.checkins.codes import Remark
from domain.checkins.items import Employer, Item, Worker
from domain.checkins.outcomes import Refused, Registered
from domain.checkins.searches import DayPeriod, FoundPage, SearchCriteria
from domain.environments import Environment
from registers.access.models import Mandate
from registers.checkins.models import Presence, WorkPlace
from registers.checkins.reading import read_one
from registers.checkins.searching import search
from registers.checkins.standing import companies_of
from tests.checkin_items import (
    COMPANY,
    RECEIVED,
    SITE,
    a_cancellation,
)
from tests.registers.checkins.conftest import FIRM, OTHER, Counter

R = Environment.PRODUCTION
OTHER_FIRM = "0400767772"
ABROAD = "PL5260250274"
HOUR = timedelta(hours=1)
LATER = RECEIVED + 2 * HOUR
TODAY = RECEIVED.date()
BROUGHT = pytest.mark.parametrize(
    "brought",
    [{"worker": Worker(limosa_id="24910158641968060"), "employer": None}, {"employer": Employer(foreign_vat=ABROAD)}],
    ids=["by a Limosa number", "for a firm abroad"],
)
LENT = {"employer": Employer(foreign_vat=ABROAD)}


def a_part(enterprise: str, role: str = "CONTRACTOR", parent: str = "", site: str = SITE, **deviation) -> None:
    place = WorkPlace.objects.get(number=site)
    above = place.parties.filter(enterprise=parent).first()
    facts = {"environment": "R", "role": role, "parent": above, "valid_from": date(2026, 1, 1)}
    place.parties.create(enterprise=enterprise, **facts | deviation)


def end(mandate: Mandate) -> None:
    mandate.state, mandate.ended_at, mandate.valid_until = "CLOSED", RECEIVED + HOUR, RECEIVED + HOUR
    mandate.save()


def asker_for(company: str) -> PresenceAsker:
    companies = companies_of(company, environment=R, at=LATER)
    return PresenceAsker(PresenceAskerKind.SENDER, company, "a test", companies=companies)


def is_seen(counter: Counter, number: int, company: str) -> bool:
    """Whether a program of the company reads the registration and finds it, which is one and the same."""
    asker = asker_for(company)
    is_read = read_one(number, asker=asker, aliases=counter.aliases, at=LATER) is not None
    criteria = SearchCriteria(periods=(DayPeriod(TODAY - 2 * timedelta(days=1), TODAY),))
    found = search(criteria, FoundPage(), asker=asker, aliases=counter.aliases, at=LATER)
    assert (number in [one.registration.id for one in found.registrations]) is is_read
    return is_read


def cancel(counter: Counter, number: int, company: str) -> object:
    item = a_cancellation(registration_id=number)
    (outcome,) = counter(item, enterprise_number=company, received_at=LATER)
    return outcome.codes[0] if isinstance(outcome, Refused) else type(outcome)


def bring(counter: Counter, item: Item, **deviation) -> Presence:
    (outcome,) = counter(item, **{"enterprise_number": FIRM} | deviation)
    assert isinstance(outcome, Registered), outcome
    return Presence.objects.get(number=outcome.registration.id)


def own_part() -> None:
    a_part(FIRM)


def part_of_the_other() -> None:
    a_part(OTHER)


def part_below_the_other() -> None:
    a_part(OTHER)
    a_part(ABROAD, "SUBCONTRACTOR", parent=OTHER)


def part_below_the_other_that_is_over() -> None:
    a_part(OTHER)
    a_part(ABROAD, "SUBCONTRACTOR", parent=OTHER, valid_until=date(2026, 6, 30))


def part_of_the_other_that_is_over() -> None:
    a_part(OTHER, valid_until=date(2026, 6, 30))


def part_of_a_client() -> None:
    a_part(OTHER, "CLIENT")


def parts_below_the_other_and_the_firm() -> None:
    a_part(FIRM)
    part_below_the_other()


def part_below_the_declarant() -> None:
    a_part(OTHER)
    a_part(ABROAD, "CONTRACTOR")


def part_below_a_stranger() -> None:
    a_part(OTHER_FIRM)
    a_part(ABROAD, "SUBCONTRACTOR", parent=OTHER_FIRM)


def parts_below_both_clients_and_the_firm() -> None:
    a_part(FIRM)
    for client in (COMPANY, OTHER):
        a_part(client)
        a_part(ABROAD, "SUBCONTRACTOR", parent=client)


def parts_below_the_firm_and_the_other() -> None:
    part_below_the_other()
    a_part(FIRM)
    a_part(ABROAD, "SUBCONTRACTOR", parent=FIRM)


TOLD: dict[str, tuple[Callable[[], None], str | None, list[str]]] = {
    "one of two clients works there": (lambda: None, COMPANY, []),
    "both clients work there": (part_of_the_other, None, [Remark.PRINCIPAL_UNKNOWN.name]),
    "the other one does so no more": (part_of_the_other_that_is_over, COMPANY, []),
    "the other one only lets works be done": (part_of_a_client, COMPANY, []),
    "the works say for which of both": (part_below_the_other, OTHER, []),
    "they say so of the declarant": (part_below_the_declarant, COMPANY, []),
    "they said so of days that are over": (part_below_the_other_that_is_over, None, [Remark.PRINCIPAL_UNKNOWN.name]),
    "they say so of neither": (part_below_a_stranger, COMPANY, []),
    "the firm works there itself": (own_part, None, []),
    "it does, and the works say for whom": (parts_below_the_other_and_the_firm, OTHER, []),
    "it does, and the works say for both clients": (
        parts_below_both_clients_and_the_firm,
        None,
        [Remark.PRINCIPAL_UNKNOWN.name],
    ),
    "the works say for the firm and a client": (parts_below_the_firm_and_the_other, None, []),
}
