"""An address is a person's: codes and letters of his other companies go there, so a file of one does not change it."""

import pytest

from domain.access.roles import Role
from domain.environments import Environment
from registers.access.appointing import appoint
from registers.access.models import Appointment
from registers.persons.models import PersonDetails
from tests.access_files import ANN, a_declaration, a_user
from tests.counter_bench import NOON, make_entity
from tests.ingest.access.conftest import Firm, codes, make_firm, results

ELSEWHERE = {"email": "evil@example.org", "mobile": "+32470999999"}


@pytest.fixture
def other(firm: Firm) -> Firm:
    entity = make_entity(name="Other", company="0400767772", nsso="400767772", environments=(Environment.PRODUCTION,))
    return make_firm(firm.bench, entity)


def reached(firm: Firm) -> tuple[str, str]:
    row = PersonDetails.objects.get(person_id=firm.person(ANN))
    return row.email, row.mobile


def update(firm: Firm):
    return firm.declare(a_declaration(a_user(**ELSEWHERE), action="UPDATE"))


def propose_as_chief(other: Firm) -> Appointment:
    from domain.access.actors import Actor  # noqa: PLC0415 - one test needs it

    by = Actor.legal_representative()
    return appoint(other.entity.pk, role=Role.CHIEF, person_id=other.person(ANN), by=by, at=NOON)


BELONGING = {
    "a user": lambda other: other.user(ANN),
    "merely invited": lambda other: other.invite(ANN),
    "proposed as chief": propose_as_chief,
    "a chief to be whose time is over": lambda other: Appointment.objects.filter(pk=propose_as_chief(other).pk).update(
        state="EXPIRED", valid_until=NOON
    ),
}


@pytest.mark.parametrize("belong", BELONGING.values(), ids=BELONGING)
def test_who_belongs_to_another_company_keeps_his_addresses(firm: Firm, other: Firm, belong):
    firm.user(ANN)
    belong(other)
    answers = update(firm)

    assert (results(answers), codes(answers)) == (["1"], ["052"])
    assert reached(firm) == (f"{ANN}@firm.example", "")


@pytest.mark.parametrize("is_proved", [False, True], ids=["said", "proved"])
def test_a_name_of_another_company_is_compared_once_it_is_proved(firm: Firm, other: Firm, is_proved: bool):
    other.user(ANN, name="Claes")
    PersonDetails.objects.update(name_proved_at=NOON if is_proved else None)
    firm.employ(ANN)

    assert codes(firm.declare(a_declaration(a_user()))) == (["012"] if is_proved else [])


def test_what_the_person_proved_is_kept_and_the_rest_is_changed(firm: Firm):
    firm.user(ANN)
    PersonDetails.objects.filter(person_id=firm.person(ANN)).update(email_verified_at=NOON)
    answers = update(firm)

    assert (results(answers), codes(answers)) == (["1"], ["052"])
    assert reached(firm) == (f"{ANN}@firm.example", "+32470999999")


def test_who_is_the_companys_alone_is_reached_as_its_file_says(firm: Firm):
    firm.user(ANN)

    assert codes(update(firm)) == []
    assert reached(firm) == ("evil@example.org", "+32470999999")


def test_whoever_is_invited_from_another_company_is_reached_as_before(firm: Firm, other: Firm):
    other.appoint(Role.CO_CHIEF, ANN)
    other.person(ANN, name="Peeters")
    firm.employ(ANN)
    answers = firm.declare(a_declaration(a_user(**ELSEWHERE)))

    assert results(answers) == ["1"]
    assert reached(firm) == ("", "")
