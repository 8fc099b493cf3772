"""Who lets a sender declare access, and who takes that back: with everything that it opened."""

import pytest

from channels.models import Sender, SenderService
from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError
from domain.access.roles import Role
from registers.access.declarations.enabling import ask_to_enable, confirm_enabling, end_enabling
from registers.access.models import Grant
from tests.access_files import ANN, a_declaration, a_right, a_sender
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
