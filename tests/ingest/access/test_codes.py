"""Every code that the register is needed for, each found once, by one deviation from what is accepted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from channels.models import Sender, SenderService, TechnicalUser
from domain.access.actors import Actor
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from domain.access_anomalies import AccessAnomaly
from domain.environments import Environment
from domain.quarters import Quarter
from registers.access.declarations.deciding import REGISTER_RULES
from registers.access.mandates import add_mandate
from registers.access.models import DeclaredForm, Entity, UserAccount
from registers.persons.models import PersonDetails
from tests.access_files import (
    ANN,
    BERT,
    TODAY,
    a_declaration,
    a_file,
    a_form,
    a_manager,
    a_right,
    a_sender,
    a_technical_user,
    a_user,
    the_user,
)
from tests.counter_bench import NOON, make_entity, register_certificate
from tests.ingest.access.conftest import CHIEF, MANAGER, Firm, a_number, a_signer_with_number, codes, make_firm, results

DIMONA = (ServiceCode.DIMONA, Right.CONSULT)
LATER = TODAY + timedelta(days=10)


@dataclass
class Case:
    """What is there, and a declaration that meets it."""

    code: str
    declaration: str
    there: Callable[[Firm], object] = lambda firm: firm.employ(ANN)
    quality: str = "EMPLOYER"


def nothing(_: Firm) -> None:
    """The company alone is there."""


def two_managers(firm: Firm) -> None:
    firm.employ(ANN, BERT)
    firm.appoint(Role.MANAGER, MANAGER)


def removed(firm: Firm) -> None:
    firm.user(ANN)
    UserAccount.objects.update(state="REMOVED", valid_until=NOON)


def blocked(firm: Firm) -> None:
    firm.user(ANN)
    UserAccount.objects.update(state="BLOCKED", blocked_by="COMPANY")


def shared(firm: Firm) -> None:
    firm.employ(ANN)
    for count in range(3):
        firm.person(a_number(count), name="Desk", email="ann@firm.example")


CASES = {
    "a quality that is not active": Case("010", a_declaration(a_user()), quality="SOCIAL_SECRETARIAT"),
    "a name that is another's": Case(
        "012", a_declaration(a_user(name="Claes")), there=lambda firm: firm.person(ANN, name="Peeters")
    ),
    "nobody who works there": Case("013", a_declaration(a_user()), there=nothing),
    "no manager who works there": Case("013", a_declaration(a_manager()), there=nothing),
    "a second manager": Case("021", a_declaration(a_manager()), there=two_managers),
    "a co-manager without a manager": Case(
        "022",
        a_declaration(a_manager(role="CO_MANAGER")),
        there=lambda firm: (firm.employ(ANN), end_managers(firm)),
    ),
    "the chief": Case("023", a_declaration(the_user(CHIEF), action="BLOCK"), there=lambda firm: firm.user(CHIEF)),
    "who owns the sender": Case("023", a_declaration(a_user(email="it@sender.example"))),
    "the last manager": Case(
        "024",
        a_declaration(a_manager(MANAGER), action="REMOVE"),
        there=lambda firm: firm.appoint(Role.MANAGER, MANAGER),
    ),
    "a second technical user": Case("026", a_declaration(a_technical_user()), there=nothing),
    "a service that is none": Case("030", a_declaration(a_user(), a_right("NOTHING"))),
    "a right that the service has not": Case("030", a_declaration(a_user(), a_right("DIMONA", "MANAGE"))),
    "a part that the service has not": Case("030", a_declaration(a_user(), a_right(part="GENT"))),
    "a service without files": Case(
        "030", a_declaration(a_sender(), a_right("EBOX", "CONSULT"), action="REVOKE"), there=nothing
    ),
    "a service that is given in the portal": Case("033", a_declaration(a_user(), a_right("ACCESS", "DECLARE"))),
    "a right that begins too early": Case("034", a_declaration(a_user(), a_right(start=TODAY), on=LATER)),
    "another right at the time": Case(
        "035", a_declaration(the_user(), a_right(), action="GRANT"), there=lambda firm: firm.user(ANN, DIMONA)
    ),
    "a user who is there": Case("040", a_declaration(a_user()), there=lambda firm: firm.user(ANN)),
    "nobody to block": Case("040", a_declaration(the_user(), action="BLOCK"), there=nothing),
    "no block to take away": Case(
        "040", a_declaration(the_user(), action="UNBLOCK"), there=lambda firm: firm.user(ANN)
    ),
    "an invitation to block": Case(
        "040", a_declaration(the_user(), action="BLOCK"), there=lambda firm: firm.invite(ANN)
    ),
    "a right that is not held": Case(
        "040", a_declaration(the_user(), a_right(), action="REVOKE"), there=lambda firm: firm.user(ANN)
    ),
    "a manager who is none": Case(
        "040", a_declaration(a_manager(BERT), action="UNBLOCK"), there=lambda firm: firm.person(BERT)
    ),
    "a technical user who is none": Case(
        "040",
        a_declaration(
            a_technical_user(account="EXP_X", name=None, first=None, email=None, phone=None, language=None),
            action="BLOCK",
        ),
        there=nothing,
    ),
    "the technical user of an active sender": Case(
        "040",
        a_declaration(
            a_technical_user(account="EXP_123456", name=None, first=None, email=None, phone=None, language=None),
            action="REMOVE",
        ),
        there=nothing,
    ),
    "a sender of nobody": Case("040", a_declaration(a_sender("654321"), action="BLOCK"), there=nothing),
    "a removed account": Case("041", a_declaration(the_user(), action="BLOCK"), there=removed),
    "a user who is blocked already": Case("042", a_declaration(the_user(), action="BLOCK"), there=blocked),
    "an address that the person proved": Case(
        "052",
        a_declaration(a_user(email="new@firm.example", mobile=None), action="UPDATE"),
        there=lambda firm: (firm.user(ANN), PersonDetails.objects.update(email_verified_at=NOON)),
    ),
    "an address of three others": Case("051", a_declaration(a_user()), there=shared),
}


def end_managers(firm: Firm) -> None:
    from registers.access.models import Appointment  # noqa: PLC0415 - one case asks for it

    Appointment.objects.filter(entity=firm.entity, role=Role.MANAGER).update(state="ENDED", valid_until=NOON)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_declaration_meets_one_obstacle(firm: Firm, case: Case):
    case.there(firm)
    before = sorted(UserAccount.objects.values_list("pk", "state"))
    answers = firm.declare(case.declaration, quality=case.quality)

    is_warning = case.code in {"042", "052"}
    assert (results(answers), codes(answers)) == (["1" if is_warning else "0"], [case.code])
    assert sorted(UserAccount.objects.values_list("pk", "state")) == before
    assert [row.state for row in firm.declared()] == ["APPLIED" if is_warning else "REFUSED"]


def test_every_rule_of_the_register_is_met_once():
    by_mandate = {"025", "031", "032"}
    met = {case.code for case in CASES.values()} | by_mandate

    assert {str(rule.code).removeprefix("ACCS-") for rule in REGISTER_RULES} <= met
    by_file = {"011", "020", "050", "060", "061", "090", "070", "071", "072", "001", "002", "003", "004"}
    assert {str(code).removeprefix("ACCS-") for code in AccessAnomaly} == met | by_file


def test_who_signed_the_file_is_not_its_subject(firm: Firm):
    firm.employ(ANN)
    signer = a_signer_with_number(firm, ANN)
    register_certificate(Sender.objects.get(number="123456"), signer)
    firm.bench.identity = signer
    answers = firm.declare(a_declaration(a_user(), seq=1), a_declaration(a_manager(), seq=2))

    assert codes(answers) == ["023", "023"]


@pytest.mark.parametrize("email", ["info@firm.example", "INFO@Firm.example"])
def test_an_address_of_three_persons_is_given_to_no_fourth_whatever_its_capitals(firm: Firm, email: str):
    firm.employ(ANN)
    for count in range(3):
        firm.person(a_number(count), name="Desk", email="Info@firm.example")

    assert codes(firm.declare(a_declaration(a_user(email=email)))) == ["051"]


def test_who_owns_the_sender_is_not_its_subject_whatever_the_capitals_of_his_address(firm: Firm):
    user = firm.user(ANN)
    PersonDetails.objects.filter(pk=user.person_id).update(email="IT@Sender.example")

    assert codes(firm.declare(a_declaration(the_user(), a_right(), action="GRANT"))) == ["023"]


def principal(firm: Firm, *groups: str) -> Firm:
    """Return another company, whose mandates for the groups the sender's company holds."""
    other = make_entity(name="Customer", company="0400767772", nsso="400767772", environments=(Environment.PRODUCTION,))
    for group in groups:
        add_mandate(
            other,
            firm.entity,
            service_group=group,
            from_quarter=Quarter.parse("20261"),
            to_quarter=None,
            by=Actor.operator(),
            at=NOON,
        )
    return make_firm(firm.bench, other)


BY_MANDATE = {
    "rights of a user": (
        "",
        ("ACCESS_MANAGEMENT", "DIMONA"),
        a_declaration(the_user(), a_right(), action="GRANT"),
    ),
    "a new user": ("025", ("ACCESS_MANAGEMENT",), a_declaration(a_user())),
    "a manager": ("025", ("ACCESS_MANAGEMENT",), a_declaration(a_manager())),
    "a technical user": ("025", ("ACCESS_MANAGEMENT",), a_declaration(a_technical_user())),
    "rights beyond the mandate": (
        "032",
        ("ACCESS_MANAGEMENT",),
        a_declaration(the_user(), a_right(), action="GRANT"),
    ),
}


TAKEN_BY_MANDATE = {
    "a right in its reach": (
        "",
        ("ACCESS_MANAGEMENT", "DIMONA"),
        a_declaration(the_user(), a_right("DIMONA", "CONSULT"), action="REVOKE"),
    ),
    "a right beyond it": (
        "032",
        ("ACCESS_MANAGEMENT",),
        a_declaration(the_user(), a_right("DIMONA", "CONSULT"), action="REVOKE"),
    ),
    "all rights, some beyond it": (
        "032",
        ("ACCESS_MANAGEMENT", "CHECK_INS"),
        a_declaration(the_user(), action="REPLACE"),
    ),
    "all rights in its reach": ("", ("ACCESS_MANAGEMENT", "DIMONA"), a_declaration(the_user(), action="REPLACE")),
}


@pytest.mark.parametrize(("code", "groups", "declaration"), TAKEN_BY_MANDATE.values(), ids=TAKEN_BY_MANDATE)
def test_a_mandatary_takes_rights_in_the_groups_of_its_mandates_alone(
    firm: Firm, code: str, groups: tuple[str, ...], declaration: str
):
    customer = principal(firm, *groups)
    customer.user(ANN, DIMONA)
    answers = firm.declare(declaration, company="0400767772", mandate="M-1")

    assert codes(answers) == ([code] if code else [])
    assert customer.account(ANN).grants.filter(state="ACTIVE").exists() == bool(code)


@pytest.mark.parametrize(("code", "groups", "declaration"), BY_MANDATE.values(), ids=BY_MANDATE)
def test_a_mandatary_declares_rights_of_users_alone(firm: Firm, code: str, groups: tuple[str, ...], declaration: str):
    customer = principal(firm, *groups)
    customer.user(ANN)
    answers = firm.declare(declaration, company="0400767772", mandate="M-1")

    assert codes(answers) == ([code] if code else [])
    assert customer.account(ANN).grants.count() == (0 if code else 1)


def test_a_service_is_open_for_some_qualities(firm: Firm, monkeypatch: pytest.MonkeyPatch):
    from dataclasses import replace  # noqa: PLC0415
    from types import MappingProxyType  # noqa: PLC0415

    from domain.access import services  # noqa: PLC0415

    closed = replace(services.SERVICES[ServiceCode.EBOX], qualities=frozenset())
    monkeypatch.setattr(services, "SERVICES", MappingProxyType(dict(services.SERVICES) | {ServiceCode.EBOX: closed}))
    firm.employ(ANN)

    assert codes(firm.declare(a_declaration(a_user(), a_right("EBOX", "CONSULT")))) == ["031"]


def test_a_file_for_a_company_without_a_mandate_is_refused(firm: Firm):
    principal(firm)

    assert firm.declare(a_declaration(the_user(), action="BLOCK"), company="0400767772") == []
    assert firm.refusal() == ["ACRF-155"]


def test_a_reference_stands_for_one_content(firm: Firm):
    firm.employ(ANN, BERT)
    firm.declare(a_declaration(a_user()))

    assert firm.declare(a_declaration(a_user(BERT, email="bert@firm.example"))) == []
    assert firm.refusal() == ["ACRF-133"]
    assert not UserAccount.objects.filter(person_id=firm.person(BERT)).exists()


def test_a_reference_twice_in_a_file_stands_for_one_content(firm: Firm):
    firm.employ(ANN)
    one, other = (a_form(a_declaration(a_user(), reason=reason)) for reason in ("OTHER", "LEAVER"))

    assert firm.send(one, other) == []
    assert firm.refusal() == ["ACRF-133"]
    assert results(firm.send(one, one)) == ["1", "1"]
    assert UserAccount.objects.count() == 1


def test_a_reference_of_which_nothing_was_accepted_is_free(firm: Firm):
    assert codes(firm.declare(a_declaration(a_user()))) == ["013"]
    firm.employ(ANN)

    assert results(firm.declare(a_declaration(a_user(), a_right()))) == ["1"]
    assert list(DeclaredForm.objects.order_by("pk").values_list("is_accepted", flat=True)) == [False, True]


def test_a_file_of_more_than_ten_thousand_declarations_is_refused(firm: Firm):
    declarations = [a_declaration(the_user(), action="BLOCK", seq=seq) for seq in range(1, 5002)]
    firm.deliver(a_file(a_form(*declarations), a_form(*declarations, reference="REF-2")))

    assert firm.refusal() == ["ACRF-275"]
    assert firm.declared() == []


def test_a_sender_without_the_service_is_refused(firm: Firm):
    SenderService.objects.filter(purpose="ACCS").delete()

    assert firm.declare(a_declaration(the_user(), action="BLOCK")) == []
    assert firm.refusal() == ["ACRF-154"]


@pytest.mark.parametrize("environment", ["T", "S"])
def test_a_test_has_no_effect_on_what_is_real(firm: Firm, environment: str):
    trial = make_firm(firm.bench, Entity.objects.get(environment="T", company_number="0412345614"), Environment.TEST)
    trial.employ(ANN)
    firm.user(BERT)
    real = state_of_production()
    answers = firm.send(
        a_form(
            a_declaration(a_user(), a_right(), seq=1),
            a_declaration(a_sender(), action="BLOCK", seq=2),
            a_declaration(the_user(BERT), action="BLOCK", seq=3),
        ),
        environment=environment,
    )

    assert (results(answers), codes(answers)) == (["1", "1", "0"], ["040"])
    assert state_of_production() == real
    tested = UserAccount.objects.filter(environment="T").count()
    assert tested == (1 if environment == "T" else 0)


def state_of_production() -> list[object]:
    return [
        sorted(UserAccount.objects.filter(environment="R").values_list("pk", "state")),
        sorted(PersonDetails.objects.filter(environment="R").values_list("pk", "email")),
        sorted(Sender.objects.values_list("number", "state")),
        sorted(TechnicalUser.objects.values_list("user_name", "state")),
        DeclaredForm.objects.filter(environment="R").count(),
    ]
