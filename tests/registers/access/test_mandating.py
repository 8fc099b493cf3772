"""Mandates between two companies: proposed by one, validated by the other, ended by either."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from correspondence.models import EboxDocument, OutboxMessage
from domain.access.actors import Actor
from domain.access.refusals import RefusalReason
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode, ServiceGroup
from domain.languages import Language
from domain.quarters import Quarter
from registers.access.coverage import covered_entities
from registers.access.granting import WantedRight, grant
from registers.access.mandating import (
    close_mandate,
    end_rights_without_mandate,
    propose_mandate,
    refuse_mandate,
    validate_mandate,
)
from registers.access.models import Grant, Mandate, MandateParty, MandateState
from registers.access.qualities import activate_quality
from registers.access.standings import standing_of
from registers.persons.details import name_person, set_email
from tests.registers.access.conftest import (
    EMPLOYER,
    NOON,
    SECRETARIAT,
    Company,
    a_person,
    make_company,
    refusal,
    signed_in,
)

LATER = NOON + timedelta(hours=1)
NOT_ENTITLED = RefusalReason.NOT_ENTITLED
PRINCIPAL, MANDATARY = MandateParty.PRINCIPAL, MandateParty.MANDATARY


@pytest.fixture
def mandatary(db: None) -> Company:
    return make_company("0400767772")


def propose(
    company: Company, mandatary: Company, *, proposing: MandateParty = MANDATARY, **deviation: object
) -> Mandate:
    own = company if proposing is PRINCIPAL else mandatary
    standard = {
        "group": ServiceGroup.DIMONA,
        "quality": EMPLOYER,
        "from_quarter": Quarter(2026, 3),
        "by": signed_in(own.chief, level=450),
        "at": NOON,
    }
    return propose_mandate(company.entity, mandatary.entity, proposing=proposing, **(standard | deviation))


def chief(company: Company) -> dict[str, object]:
    return {"quality": EMPLOYER, "by": signed_in(company.chief, level=450), "at": LATER}


def is_covered(company: Company, mandatary: Company) -> bool:
    covered = covered_entities(mandatary.entity.company_number, environment="R", service_group="DIMONA", at=LATER)
    return company.id in covered


@pytest.mark.parametrize("proposing", [PRINCIPAL, MANDATARY])
def test_mandate_is_in_force_once_the_other_party_validates_it(company, mandatary, proposing: MandateParty):
    own, other = (company, mandatary) if proposing is PRINCIPAL else (mandatary, company)
    row = propose(company, mandatary, proposing=proposing)
    assert (row.state, is_covered(company, mandatary)) == (MandateState.PENDING, False)
    assert refusal(lambda: validate_mandate(row.pk, **chief(own))) is RefusalReason.NOT_ENTITLED
    assert validate_mandate(row.pk, **chief(other)).state == MandateState.ACTIVE
    assert is_covered(company, mandatary)
    assert {one.principal_id for one in standing_of(mandatary.chief, mandatary.id, EMPLOYER, LATER).mandates} == {
        company.id
    }


def test_other_party_refuses(company, mandatary):
    row = propose(company, mandatary)
    assert refuse_mandate(row.pk, **chief(company)).state == MandateState.REFUSED
    assert refusal(lambda: validate_mandate(row.pk, **chief(company))) is RefusalReason.STATE_FORBIDS
    assert propose(company, mandatary).state == MandateState.PENDING


@pytest.mark.parametrize("party", [PRINCIPAL, MANDATARY])
def test_either_party_ends_it(company, mandatary, party: MandateParty):
    row = propose(company, mandatary)
    validate_mandate(row.pk, **chief(company))
    ending = company if party is PRINCIPAL else mandatary
    assert close_mandate(row.pk, party=party, **chief(ending)).state == MandateState.CLOSED
    assert not is_covered(company, mandatary)
    assert refusal(lambda: close_mandate(row.pk, party=party, **chief(ending))) is RefusalReason.STATE_FORBIDS


@pytest.mark.parametrize("proposing", [PRINCIPAL, MANDATARY])
def test_who_manages_one_quality_lets_no_other_company_manage_access(company, mandatary, proposing: MandateParty):
    helper = company.appoint(Role.CO_MANAGER).person_id
    by, access = signed_in(helper, level=450), ServiceGroup.ACCESS_MANAGEMENT
    if proposing is PRINCIPAL:
        assert refusal(lambda: propose(company, mandatary, proposing=PRINCIPAL, group=access, by=by)) is NOT_ENTITLED
        return
    row = propose(company, mandatary, group=access)
    assert refusal(lambda: validate_mandate(row.pk, quality=EMPLOYER, by=by, at=LATER)) is NOT_ENTITLED
    assert validate_mandate(row.pk, **chief(company)).state == MandateState.ACTIVE


@pytest.mark.parametrize("party", [PRINCIPAL, MANDATARY])
def test_mandate_is_the_whole_companys_to_agree_to_and_to_end(company, mandatary, party: MandateParty):
    own, other = (company, mandatary) if party is PRINCIPAL else (mandatary, company)
    offering = MANDATARY if party is PRINCIPAL else PRINCIPAL
    activate_quality(own.id, SECRETARIAT, by=signed_in(own.chief), at=NOON)
    helper = own.appoint(Role.CO_MANAGER, quality=SECRETARIAT).person_id
    asked = {"quality": SECRETARIAT, "by": signed_in(helper, level=450)}
    assert refusal(lambda: propose(company, mandatary, proposing=party, **asked)) is NOT_ENTITLED
    row = propose(company, mandatary, proposing=offering, by=signed_in(other.chief, level=450))
    for step in (validate_mandate, refuse_mandate, partial(close_mandate, party=party)):
        assert refusal(lambda step=step: step(row.pk, **asked, at=LATER)) is NOT_ENTITLED
    standard = {"quality": EMPLOYER, "by": signed_in(own.appoint(Role.CO_MANAGER).person_id, level=450)}
    assert validate_mandate(row.pk, **standard, at=LATER).state == MandateState.ACTIVE
    assert refusal(lambda: close_mandate(row.pk, party=party, **asked, at=LATER)) is NOT_ENTITLED


@pytest.mark.parametrize("party", [PRINCIPAL, MANDATARY])
def test_nobody_ends_a_mandate_for_access_that_he_could_not_agree_to(company, mandatary, party: MandateParty):
    own, other = (company, mandatary) if party is PRINCIPAL else (mandatary, company)
    row = propose(company, mandatary, proposing=party, group=ServiceGroup.ACCESS_MANAGEMENT)
    validate_mandate(row.pk, **chief(other))
    by = {"quality": EMPLOYER, "by": signed_in(own.appoint(Role.CO_MANAGER).person_id, level=450), "at": LATER}
    assert refusal(lambda: close_mandate(row.pk, party=party, **by)) is NOT_ENTITLED
    assert close_mandate(row.pk, party=party, **chief(own)).state == MandateState.CLOSED


@pytest.mark.parametrize("offering", [PRINCIPAL, MANDATARY])
def test_offer_is_told_to_whoever_may_agree_to_it_alone(company, mandatary, offering: MandateParty):
    asked = mandatary if offering is PRINCIPAL else company
    activate_quality(asked.id, SECRETARIAT, by=signed_in(asked.chief), at=NOON)
    for person_id, address in (
        (asked.chief, "chief@example.be"),
        (asked.appoint(Role.CO_MANAGER).person_id, "standard@example.be"),
        (asked.appoint(Role.CO_MANAGER, quality=SECRETARIAT).person_id, "other@example.be"),
    ):
        reach(person_id, address, Language.NL)
    OutboxMessage.objects.all().delete()
    propose(company, mandatary, proposing=offering)
    told = set(OutboxMessage.objects.values_list("recipient", flat=True))
    assert told == {"chief@example.be", "standard@example.be"}


def given(company: Company, mandatary: Company, *groups: str, **deviation: object) -> tuple[list[Mandate], Grant]:
    """Return mandates in force, and a right that the mandatary gave by them."""
    rows = [propose(company, mandatary, group=group, **deviation) for group in groups]
    for row in rows:
        validate_mandate(row.pk, **chief(company))
    by = Actor.sender("123456", entity_id=mandatary.id, file="FI.ACCS", form="1")
    right = grant(company.user().pk, WantedRight(ServiceCode.DIMONA, Right.DECLARE), by=by, at=LATER)
    return rows, right


@pytest.mark.parametrize("closed", [0, 1], ids=["access", "its services"])
def test_rights_given_by_a_mandate_end_with_it(company, mandatary, closed: int):
    rows, right = given(company, mandatary, "ACCESS_MANAGEMENT", "DIMONA")
    own = grant(company.user().pk, WantedRight(ServiceCode.DIMONA, Right.DECLARE), by=signed_in(company.chief), at=NOON)
    close_mandate(rows[closed].pk, party=PRINCIPAL, **chief(company))
    right.refresh_from_db()
    own.refresh_from_db()
    assert (right.state, own.state) == ("CLOSED", "ACTIVE")


def test_rights_given_by_a_mandate_end_after_its_last_quarter(company, mandatary):
    _, right = given(company, mandatary, "ACCESS_MANAGEMENT", "DIMONA", to_quarter=Quarter(2026, 3))
    assert end_rights_without_mandate(at=datetime(2026, 9, 30, 21, 59, tzinfo=UTC)) == 0
    assert end_rights_without_mandate(at=datetime(2026, 9, 30, 22, 0, tzinfo=UTC)) == 1
    right.refresh_from_db()
    assert right.state == "CLOSED"


def test_second_mandate_for_the_same_services_is_refused(company, mandatary):
    propose(company, mandatary)
    assert refusal(lambda: propose(company, mandatary)) is RefusalReason.HELD_ALREADY
    assert propose(company, mandatary, group=ServiceGroup.ACCESS_MANAGEMENT).state == MandateState.PENDING


@pytest.mark.parametrize(
    ("deviation", "reason"),
    [
        ({"to_quarter": Quarter(2026, 2)}, RefusalReason.OUTSIDE_ACCOUNT_PERIOD),
        ({"quality": "SOCIAL_SECRETARIAT", "by": signed_in(0, level=500)}, RefusalReason.NOT_ENTITLED),
    ],
)
def test_wrong_proposal_is_refused(company, mandatary, deviation: dict[str, object], reason: RefusalReason):
    assert refusal(lambda: propose(company, mandatary, **deviation)) is reason


def test_mandate_from_oneself_is_refused(company):
    assert refusal(lambda: propose(company, company)) is RefusalReason.UNKNOWN


def test_mandates_need_eid_or_itsme(company, mandatary):
    weak = signed_in(mandatary.chief, level=400)
    assert refusal(lambda: propose(company, mandatary, by=weak)) is RefusalReason.LEVEL_TOO_LOW


def test_user_with_the_right_manages_mandates(company, mandatary):
    user = mandatary.user()
    by = signed_in(user.person_id, level=450)
    assert refusal(lambda: propose(company, mandatary, by=by)) is RefusalReason.NOT_ENTITLED
    grant(user.pk, WantedRight(ServiceCode.MANDATES, Right.MANAGE), by=signed_in(mandatary.chief, level=450), at=NOON)
    assert propose(company, mandatary, by=by).state == MandateState.PENDING


def test_manager_of_another_company_ends_nothing(company, mandatary):
    row = propose(company, mandatary)
    helper = mandatary.appoint(Role.CO_CHIEF)
    by = {"quality": EMPLOYER, "by": signed_in(helper.person_id, level=450), "at": LATER}
    assert refusal(lambda: close_mandate(row.pk, party=PRINCIPAL, **by)) is RefusalReason.NOT_ENTITLED
    stranger = {"quality": EMPLOYER, "by": signed_in(a_person(), level=500), "at": LATER}
    assert refusal(lambda: close_mandate(row.pk, party=MANDATARY, **stranger)) is RefusalReason.NOT_ENTITLED
    assert refusal(lambda: close_mandate(0, party=MANDATARY, **stranger)) is RefusalReason.UNKNOWN


def reach(person_id: int, address: str, language: Language) -> None:
    name_person(person_id, family_name="Claes", first_name="Mia", language=language, actor="test", at=NOON)
    set_email(person_id, address, actor="test", at=NOON)


def test_whoever_may_accept_an_offer_is_told_in_his_language(company, mandatary):
    user, powerless = company.user(), company.user()
    grant(user.pk, WantedRight(ServiceCode.MANDATES, Right.MANAGE), by=signed_in(company.chief, level=450), at=NOON)
    for person_id, address, language in (
        (company.chief, "chief@example.be", Language.DE),
        (user.person_id, "user@example.be", Language.FR),
        (powerless.person_id, "powerless@example.be", Language.NL),
        (mandatary.chief, "offering@example.be", Language.NL),
    ):
        reach(person_id, address, language)
    propose(company, mandatary)
    propose(company, mandatary, group=ServiceGroup.CHECK_INS)

    assert set(OutboxMessage.objects.values_list("recipient", "subject")) == {
        ("chief@example.be", "Ein Mandat wartet auf Ihre Antwort"),
        ("user@example.be", "Un mandat attend votre réponse"),
    }
    assert OutboxMessage.objects.count() == 2


@pytest.mark.parametrize(
    "decide",
    [
        lambda row, company, _: validate_mandate(row.pk, **chief(company)),
        lambda row, company, _: refuse_mandate(row.pk, **chief(company)),
        lambda row, _, mandatary: close_mandate(row.pk, party=MANDATARY, **chief(mandatary)),
    ],
    ids=["accepted", "refused", "withdrawn"],
)
def test_an_offer_is_a_task_of_the_company_that_is_asked_until_it_is_decided(company, mandatary, decide):
    row = propose(company, mandatary)
    task = EboxDocument.objects.get(kind="MANDATE_OFFERED")
    decide(row, company, mandatary)

    assert (task.entity_id, task.is_task, task.state) == (company.id, True, "NEW")
    assert task.subjects["en"] == "A mandate waits for your answer: Dimona declarations"
    assert mandatary.entity.company_number in task.bodies["nl"]
    assert EboxDocument.objects.get(kind="MANDATE_OFFERED").state == "HANDLED"
