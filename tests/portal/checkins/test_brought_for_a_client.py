"""Whom a mandated firm brought for a firm abroad is on the pages of its client, and on its own no longer than it is mandated."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.checkins.items import Employer
from registers.access.models import Entity, Mandate
from registers.checkins.models import ErrorReport, WorkPlace
from tests.portal.checkins.conftest import COMPANY, INSS, PLACE, Visitor
from tests.portal.checkins.test_corrections import as_it_was, ask
from tests.portal.checkins.test_limosa_alone import FIRM as ABROAD
from tests.portal.checkins.test_limosa_alone import OTHER, came_by_program_of

pytestmark = pytest.mark.django_db
AGO = timedelta(days=3)


@pytest.fixture
def other(employer: Visitor) -> Entity:
    """Another company than that of the visitor."""
    return Entity.objects.create(
        environment="R",
        name="Payroll",
        company_number=OTHER,
        nsso_number="012345674",
        valid_from=datetime.now(UTC) - AGO,
        created_by="test",
        source="OPERATOR",
    )


def mandate(principal: Entity, mandatary: Entity) -> Mandate:
    return Mandate.objects.create(
        environment="R",
        principal=principal,
        mandatary=mandatary,
        service_group="CHECK_INS",
        state="ACTIVE",
        from_quarter="20201",
        valid_from=datetime.now(UTC) - AGO,
        in_force_from=datetime.now(UTC) - AGO,
        created_by="test",
        source="OPERATOR",
    )


@pytest.fixture
def own() -> Entity:
    return Entity.objects.get(environment="R", company_number=COMPANY)


@pytest.fixture
def as_client(other: Entity, own: Entity, place: WorkPlace) -> int:
    """The number of a check-in that the other company sent for the visitor's, which declared the work place."""
    mandate(own, other)
    return came_by_program_of(OTHER, inss=INSS, employer=Employer(foreign_vat=ABROAD)).number


@pytest.fixture
def as_firm(other: Entity, own: Entity, place: WorkPlace) -> tuple[int, Mandate]:
    """The number of a check-in that the visitor's company sent for the other, which declared the work place; and its mandate."""
    WorkPlace.objects.update(declarant=OTHER)
    held = mandate(other, own)
    return came_by_program_of(COMPANY, inss=INSS, employer=Employer(foreign_vat=ABROAD)).number, held


def test_the_client_finds_it_with_its_missing_check_out_and_asks_for_that(employer: Visitor, as_client: int):
    assert f"/presences/missing/{as_client}" in employer.text("/presences/missing")
    shown = employer.text(f"/presences/{as_client}")
    assert f"Payroll ({OTHER})" in shown
    ask(employer, f"/presences/missing/{as_client}", **as_it_was(hours=10))
    assert "A correction was asked for" in employer.text("/presences/missing")


def test_on_the_list_for_an_evacuation_he_is_there_for_the_client(employer: Visitor, own: Entity, other, place):
    mandate(own, other)
    came_by_program_of(OTHER, inss=INSS, employer=Employer(foreign_vat=ABROAD), hours=1)
    assert f"{ABROAD}, for {own.name}" in employer.text(f"/presences/work-places/{PLACE}/live")


def test_what_he_reports_reaches_the_client(employer: Visitor, worker: Visitor, as_client: int):
    answer = worker.send(f"/check-in/mine/{as_client}/error", what="TIME", message="I left at eight")
    assert "The company for which you are registered is told" in worker.follow(answer)
    assert ErrorReport.objects.get().company == COMPANY
    assert "I left at eight" in employer.text("/presences/errors")


def test_the_firm_sees_it_as_long_as_it_is_mandated_and_has_it_in_no_list_of_its_own(employer: Visitor, as_firm):
    number, held = as_firm
    employer.get(f"/presences/{number}")
    assert "No check-out is missing." in employer.text("/presences/missing")
    held.state, held.valid_until = "CLOSED", datetime.now(UTC)
    held.ended_at = held.valid_until
    held.save()
    employer.get(f"/presences/{number}", 404)
