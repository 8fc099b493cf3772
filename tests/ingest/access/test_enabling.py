"""Who lets a sender declare access, and who takes that back: with everything that it opened."""

from datetime import timedelta

import pytest

from channels.models import Sender, SenderService, TechnicalUser
from domain.access.actors import Actor
from domain.access.qualities import Quality
from domain.access.refusals import AccessRefusedError
from domain.access.roles import Role
from domain.environments import Environment
from registers.access.appointing import accept, appoint
from registers.access.declarations.enabling import ask_to_enable, confirm_enabling, end_enabling
from registers.access.models import Grant
from registers.access.qualities import activate_quality
from tests.access_files import ANN, BERT, a_declaration, a_right, a_sender, a_technical_user, a_user, the_user
from tests.counter_bench import NOON, make_sender
from tests.ingest.access.conftest import CHIEF, MANAGER, Firm, codes, results

EMPLOYER = "EMPLOYER"


def test_enabling_needs_a_second_manager(firm: Firm):
    firm.appoint(Role.MANAGER, MANAGER)
    SenderService.objects.filter(purpose="ACCS").delete()
    sender, keeper = Sender.objects.get().number, firm.register.desk
    asked = ask_to_enable(sender, firm.entity, EMPLOYER, by=firm.by_chief(), desk=keeper, at=NOON)
    assert not SenderService.objects.filter(purpose="ACCS").exists()
    with pytest.raises(AccessRefusedError):
        confirm_enabling(asked.pk, firm.entity, EMPLOYER, by=firm.by_chief(), desk=keeper, at=NOON)
    manager = Actor.person(firm.person(MANAGER), level=500)
    confirm_enabling(asked.pk, firm.entity, EMPLOYER, by=manager, desk=keeper, at=NOON)

    assert SenderService.objects.filter(purpose="ACCS").count() == 3
    end_enabling(sender, firm.entity, EMPLOYER, by=firm.by_chief(), desk=keeper, at=NOON)
    assert not SenderService.objects.filter(purpose="ACCS").exists()
    assert Grant.objects.get(pk=asked.pk).state == "CLOSED"


def manage_another_quality(firm: Firm, quality: Quality) -> list[Actor]:
    """Return the manager of a further quality, and whom the chief made his co-manager, signed in with eID."""
    activate_quality(firm.entity.pk, quality, by=firm.by_chief(), at=NOON)
    managers = []
    for role, number in ((Role.MANAGER, MANAGER), (Role.CO_MANAGER, BERT)):
        by = Actor.person(firm.person(number), level=500)
        row = appoint(
            firm.entity.pk, role=role, person_id=firm.person(number), quality=quality, by=firm.by_chief(), at=NOON
        )
        accept(row.pk, by=by, at=NOON)
        managers.append(by)
    return managers


@pytest.mark.parametrize(("confirming", "told"), [("co-manager", "010"), ("chief", None)])
def test_managers_of_one_quality_let_a_sender_declare_in_no_other(firm: Firm, confirming: str, told: str | None):
    provider = Quality.SERVICE_PROVIDER
    asker, helper = manage_another_quality(firm, provider)
    sender, keeper = Sender.objects.get(), firm.register.desk
    TechnicalUser.objects.update(quality=provider)
    SenderService.objects.filter(purpose="ACCS").delete()
    asked = ask_to_enable(sender.number, firm.entity, provider, by=asker, desk=keeper, at=NOON)
    by = helper if confirming == "co-manager" else firm.by_chief()
    confirm_enabling(asked.pk, firm.entity, provider, by=by, desk=keeper, at=NOON)
    firm.employ(ANN)
    answers = firm.declare(a_declaration(a_user()), quality="EMPLOYER")

    assert codes(answers) == ([told] if told else [])
    own = firm.declare(a_declaration(a_user()), quality=provider, reference="REF-2")
    assert codes(own) == []


@pytest.mark.parametrize(
    ("number", "action", "told"),
    [(MANAGER, "GRANT", ["023"]), (BERT, "GRANT", ["023"]), (BERT, "BLOCK", []), (ANN, "GRANT", [])],
    ids=["who asked", "who confirmed", "what is taken", "anybody else"],
)
def test_who_let_a_sender_declare_access_is_given_nothing_by_its_files(
    firm: Firm, number: str, action: str, told: list[str]
):
    asker, helper = (
        Actor.person(firm.appoint(role, who).person_id, level=500)
        for role, who in ((Role.MANAGER, MANAGER), (Role.CO_MANAGER, BERT))
    )
    SenderService.objects.filter(purpose="ACCS").delete()
    sender, keeper = Sender.objects.get().number, firm.register.desk
    asked = ask_to_enable(sender, firm.entity, EMPLOYER, by=asker, desk=keeper, at=NOON)
    confirm_enabling(asked.pk, firm.entity, EMPLOYER, by=helper, desk=keeper, at=NOON)
    firm.user(number)
    firm.crowd(9)
    rights = (a_right(),) if action == "GRANT" else ()

    assert codes(firm.declare(a_declaration(the_user(number), *rights, action=action))) == told


def test_a_file_takes_from_its_sender_all_that_enabling_opened(firm: Firm):
    SenderService.objects.filter(purpose="ACCS").delete()
    sender, keeper = Sender.objects.get().number, firm.register.desk
    alone = Actor.person(firm.person(CHIEF), level=500)
    asked = ask_to_enable(sender, firm.entity, EMPLOYER, by=alone, desk=keeper, at=NOON)
    answers = firm.declare(a_declaration(a_sender(), a_right("ACCESS", "DECLARE"), action="REVOKE"))

    assert results(answers) == ["1"]
    assert not SenderService.objects.filter(purpose="ACCS").exists()
    assert Grant.objects.get(pk=asked.pk).state == "CLOSED"


def test_a_file_that_would_leave_its_sender_without_service_changes_nothing(firm: Firm):
    SenderService.objects.exclude(purpose="ACCS").delete()
    before = SenderService.objects.count()
    answers = firm.declare(a_declaration(a_sender(), a_right("ACCESS", "DECLARE"), action="REVOKE"))

    assert (results(answers), codes(answers)) == (["0"], ["040"])
    assert SenderService.objects.count() == before


def test_a_file_that_removes_a_technical_user_closes_the_rights_of_its_sender(provider_firm: Firm):
    Sender.objects.filter(number="654321").update(state="SUSPENDED", suspended_by="COMPANY")
    TechnicalUser.objects.filter(user_name="EXP_654321").update(quality=Quality.SERVICE_PROVIDER)
    other = TechnicalUser.objects.get(user_name="EXP_654321").sender
    right = Grant.objects.create(
        environment="R", sender=other, service="DIMONA", right="DECLARE", state="ACTIVE", granted_by="operator",
        granted_at=NOON, valid_from=NOON, source="OPERATOR",
    )  # fmt: skip
    removal = a_declaration(the_technical_user("EXP_654321"), action="REMOVE")
    assert results(provider_firm.declare(removal, quality="SERVICE_PROVIDER")) == ["1"]
    right.refresh_from_db()

    assert (configured("654321")[0][0], right.state) == ("RETIRED", "CLOSED")


def test_a_chief_alone_enables_with_a_card(firm: Firm):
    SenderService.objects.filter(purpose="ACCS").delete()
    sender, keeper = Sender.objects.get().number, firm.register.desk
    with pytest.raises(AccessRefusedError):
        ask_to_enable(sender, firm.entity, EMPLOYER, by=firm.by_chief(), desk=keeper, at=NOON)
    ask_to_enable(sender, firm.entity, EMPLOYER, by=Actor.person(firm.person(CHIEF), level=500), desk=keeper, at=NOON)

    assert SenderService.objects.filter(purpose="ACCS").exists()


def test_nobody_but_a_manager_enables_and_a_foreign_sender_looks_missing(firm: Firm):
    keeper = firm.register.desk
    stranger = Actor.person(firm.person(ANN), level=500)
    for number, by in (("123456", stranger), ("654321", firm.by_chief())):
        with pytest.raises(AccessRefusedError):
            ask_to_enable(number, firm.entity, EMPLOYER, by=by, desk=keeper, at=NOON)


def the_technical_user(account: str, *, email: str | None = None) -> str:
    return a_technical_user(account=account, name=None, first=None, email=email, phone=None, language=None)


@pytest.fixture
def provider_firm(firm: Firm) -> Firm:
    """Let managers of one quality have let the sender declare, and the company have another sender in its standard one."""
    provider = Quality.SERVICE_PROVIDER
    asker, helper = manage_another_quality(firm, provider)
    own, keeper = Sender.objects.get(), firm.register.desk
    TechnicalUser.objects.update(quality=provider)
    SenderService.objects.filter(purpose="ACCS").delete()
    asked = ask_to_enable(own.number, firm.entity, provider, by=asker, desk=keeper, at=NOON)
    confirm_enabling(asked.pk, firm.entity, provider, by=helper, desk=keeper, at=NOON)
    other = firm.bench.authority.issue_signer("Other", at=NOON, lifetime=timedelta(days=9))
    services = [("CIAO", Environment.PRODUCTION), *(("DIMN", environment) for environment in Environment)]
    make_sender("654321", entity=firm.entity, identity=other, services=tuple(services))
    return firm


@pytest.mark.parametrize("quality", ["EMPLOYER", ""])
@pytest.mark.parametrize(
    ("subject", "action", "rights"),
    [
        (the_technical_user("EXP_654321", email="x@provider.example"), "UPDATE", ()),
        (the_technical_user("EXP_654321"), "BLOCK", ()),
        (the_technical_user("EXP_654321"), "UNBLOCK", ()),
        (the_technical_user("EXP_654321"), "REMOVE", ()),
        (a_sender("654321"), "BLOCK", ()),
        (a_sender("654321"), "REVOKE", (a_right("DIMONA", "DECLARE"),)),
    ],
    ids=["change", "block", "unblock", "remove", "stop", "revoke"],
)
def test_a_file_for_one_quality_reaches_no_sender_of_another(
    provider_firm: Firm, subject: str, action: str, rights: tuple[str, ...], quality: str
):
    state = {"UNBLOCK": "BLOCKED"}.get(action, "ACTIVE")
    if action == "REMOVE":
        Sender.objects.filter(number="654321").update(state="SUSPENDED", suspended_by="COMPANY")
    TechnicalUser.objects.filter(user_name="EXP_654321").update(quality=quality, state=state)
    before = configured("654321")
    answers = provider_firm.declare(a_declaration(subject, *rights, action=action), quality="SERVICE_PROVIDER")

    assert (results(answers), codes(answers)) == (["0"], ["040"])
    assert configured("654321") == before


def configured(number: str) -> list[tuple[str, ...]]:
    """Return what there is of a sender and its technical user, with its services."""
    return list(
        Sender.objects.filter(number=number)
        .order_by("services__purpose", "services__environment")
        .values_list(
            *("state", "technical_user__state", "technical_user__contact_address"),
            *("services__purpose", "services__environment"),
        )
    )


def test_a_file_for_one_quality_still_changes_the_senders_of_that_quality(provider_firm: Firm):
    TechnicalUser.objects.filter(user_name="EXP_654321").update(quality=Quality.SERVICE_PROVIDER)
    answers = provider_firm.declare(a_declaration(a_sender("654321"), action="BLOCK"), quality="SERVICE_PROVIDER")

    assert results(answers) == ["1"]
    assert Sender.objects.get(number="654321").state == "SUSPENDED"


@pytest.mark.parametrize("of", ["", "EMPLOYER"])
def test_managers_of_one_quality_enable_no_sender_of_another(firm: Firm, of: str):
    provider = Quality.SERVICE_PROVIDER
    asker, _ = manage_another_quality(firm, provider)
    SenderService.objects.filter(purpose="ACCS").delete()
    TechnicalUser.objects.update(quality=of)
    with pytest.raises(AccessRefusedError, match="no such sender"):
        ask_to_enable("123456", firm.entity, provider, by=asker, desk=firm.register.desk, at=NOON)
