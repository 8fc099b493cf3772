"""`guichet account register` and `replace-chief` for a number that is known: what its owner proved stays."""

from datetime import datetime

import pytest
from django.conf import settings

from auth.models import Login, LoginState, TemporaryCredential
from correspondence.models import OutboxMessage
from domain.environments import Environment
from domain.languages import Language
from evidence.clock import SystemClock
from registers.access.models import EntityAccount
from registers.persons.details import name_person, prove_name, read_details, set_email, set_mobile, verify_reached
from registers.persons.numbers import PersonDirectory, PersonKeys
from tests.commands.configuring.hand_ins import Run
from tests.commands.configuring.test_account import NUMBER, OTHER_COMPANY, _keys, register

__all__ = ["_keys"]

pytestmark = pytest.mark.django_db
PROVED = {"family_name": "Schmitz", "first_name": "Heidi", "language": Language.DE}


def enter_person(at: datetime) -> int:
    keys = PersonKeys.read(settings.GUICHET.home / "keys" / "persons.json")
    return PersonDirectory(keys, environment=Environment.PRODUCTION).find_or_create([NUMBER], at=at)[NUMBER]


@pytest.mark.parametrize("enter_name", [prove_name, name_person], ids=["proved", "typed"])
def test_number_of_somebody_of_another_name_is_refused(run: Run, say, enter_name):
    now = SystemClock().now()
    person = enter_person(now)
    enter_name(person, **PROVED, actor="test", at=now)
    say(NUMBER)
    code, told = register(run)

    assert (code, "somebody who is known under another name" in told) == (1, True)
    assert "Schmitz" not in told
    assert read_details([person])[person].name == "Heidi Schmitz"
    assert not EntityAccount.objects.exists()


def test_proved_name_stays_as_it_was_proved(run: Run, say):
    now = SystemClock().now()
    person = enter_person(now)
    prove_name(person, **PROVED, actor="test", at=now)
    say(NUMBER)
    assert register(run, "--family-name", "Schmit", "--first-name", "H.")[0] == 0

    known = read_details([person])[person]
    assert (known.name, known.is_name_proved, known.language) == ("Heidi Schmitz", True, Language.DE)


def test_codes_go_where_the_person_proved_to_read_and_the_operator_is_told(run: Run, say):
    now = SystemClock().now()
    person = enter_person(now)
    name_person(person, family_name="Peeters", first_name="An", language=Language.NL, actor="test", at=now)
    set_mobile(person, "+32470111111", actor="test", at=now)
    set_email(person, "heidi@example.be", actor="test", at=now)
    verify_reached(person, since=SystemClock().now(), actor="test", at=now)
    say(NUMBER)
    code, told = register(run)

    assert (code, "user name to h***@example.be, verified on" in told) == (0, True)
    assert set(OutboxMessage.objects.values_list("recipient", flat=True)) == {"heidi@example.be", "+32470111111"}


@pytest.mark.parametrize("first", ["signed in", "named only"])
def test_number_of_another_companys_chief_brings_no_codes(run: Run, say, first: str):
    say(NUMBER)
    register(run)
    if first == "signed in":
        Login.objects.update(state=LoginState.ACTIVE)
    before = (TemporaryCredential.objects.count(), OutboxMessage.objects.count())
    say(NUMBER)
    code, told = register(run, "--mail", "evil@example.org", "--mobile", "+32470999999", company=OTHER_COMPANY)

    assert (code, "no codes sent, and no address changed" in told) == (0, True)
    assert TemporaryCredential.objects.count() == before[0]
    letter = OutboxMessage.objects.order_by("pk")[before[1] :].get()
    assert (letter.recipient, letter.subject) == ("an@example.be", "Een aanstelling wacht op u")
    code, told = run(f"account new-codes {OTHER_COMPANY} --reason asked --mail evil@example.org")
    assert (code, "belongs to another company too" in told) == (1, True)
    assert not OutboxMessage.objects.filter(recipient="evil@example.org").exists()
