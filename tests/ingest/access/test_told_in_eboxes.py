"""What files did, and what became of what waited, is told in the e-Box of the company and in those of the persons."""

from datetime import timedelta

import pytest
from django.db import transaction

from correspondence.ebox_alerts import activate
from correspondence.models import EboxDocument
from domain.access.actors import Actor
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from domain.environments import Environment
from domain.languages import Language
from registers.access.appointing import accept, confirm, decline
from registers.access.granting import WantedRight, grant
from registers.access.models import DeclaredForm
from tests.access_files import ANN, BERT, a_declaration, the_user
from tests.counter_bench import NOON
from tests.ingest.access.conftest import MANAGER, Firm, results
from tests.ingest.access.test_lockouts import a_lockout
from tests.ingest.access.test_waiting import DAY, a_proposed_manager, desk, settle


def with_an_ebox(firm: Firm, number: str = ANN) -> int:
    person = firm.person(number)
    with transaction.atomic():
        activate(person, "ann@box.example", language=Language.DE, environment=Environment.PRODUCTION, at=NOON)
    return person


def own_documents(person: int) -> list[str]:
    found = EboxDocument.objects.filter(person_id=person, kind="ACCESS_OF_PERSON").order_by("pk")
    return [one.bodies["en"] for one in found]


def test_what_a_file_did_is_told_in_the_active_ebox_of_the_person_too(firm: Firm):
    firm.crowd(10)
    firm.user(ANN)
    firm.user(BERT)
    person = with_an_ebox(firm)
    firm.declare(a_declaration(the_user(), action="BLOCK", seq=1), a_declaration(the_user(BERT), action="BLOCK", seq=2))

    (told,) = own_documents(person)
    assert told.startswith("Your access was blocked or removed.")
    assert f"{firm.entity.name} (0412345614)" in told
    assert not own_documents(firm.person(BERT))


@pytest.mark.parametrize(
    ("outcome", "word"), [("CONFIRMED", "confirmed"), ("DECLINED", "refused"), ("LAPSED", "not confirmed in time")]
)
def test_what_becomes_of_a_proposed_manager_is_told_in_both_eboxes(firm: Firm, outcome: str, word: str):
    row, person = a_proposed_manager(firm), with_an_ebox(firm)
    match outcome:
        case "CONFIRMED":
            confirm(row.pk, by=firm.by_chief(), at=NOON)
            accept(row.pk, by=Actor.person(person, level=400), at=NOON)
        case "DECLINED":
            decline(row.pk, by=firm.by_chief(), at=NOON)
    settle(firm, after=31 * DAY if outcome == "LAPSED" else timedelta())
    settle(firm)

    company = EboxDocument.objects.get(kind="DECLARATION_SETTLED")
    assert company.entity_id == firm.entity.pk
    assert f"(1): {word}." in company.bodies["en"]
    *_asked, told = own_documents(person)
    assert "What a file declared of you as an access manager is" in told or "was not confirmed" in told


def test_a_held_file_that_is_dropped_is_told_to_the_company_and_to_nobody_else(firm: Firm):
    person = with_an_ebox(firm)
    a_lockout(firm)
    desk(firm).decline_file(DeclaredForm.objects.get().submission_id, firm.entity.pk, by=firm.by_chief(), at=NOON)

    assert "(2): refused." in EboxDocument.objects.get(kind="DECLARATION_SETTLED").bodies["en"]
    assert own_documents(person) == []


@pytest.mark.parametrize("action", ["REPLACE", "REMOVE"])
def test_a_file_that_takes_a_proposed_right_back_ends_the_task_of_the_second_manager(firm: Firm, action: str):
    firm.appoint(Role.MANAGER, MANAGER)
    firm.crowd(5)
    account = firm.user(MANAGER)
    grant(
        account.pk,
        WantedRight(ServiceCode.ACCESS, Right.CONSULT),
        by=Actor.person(account.person_id, level=400),
        at=NOON,
    )
    assert results(firm.declare(a_declaration(the_user(MANAGER), action=action))) == ["1"]

    assert EboxDocument.objects.get(kind="SECOND_MANAGER_NEEDED").state == "HANDLED"
