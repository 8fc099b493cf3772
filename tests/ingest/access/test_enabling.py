"""Who lets a sender declare access, and who takes that back: with everything that it opened."""

import pytest

from channels.models import Sender, SenderService, TechnicalUser
from domain.access.actors import Actor
from domain.access.qualities import Quality
from domain.access.refusals import AccessRefusedError
from domain.access.roles import Role
from registers.access.appointing import accept, appoint
from registers.access.declarations.enabling import ask_to_enable, confirm_enabling, end_enabling
from registers.access.models import Grant
from registers.access.qualities import activate_quality
from tests.access_files import ANN, BERT, a_declaration, a_right, a_sender, a_user, the_user
from tests.counter_bench import NOON
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
