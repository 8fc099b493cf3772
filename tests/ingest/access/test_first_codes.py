"""First codes of users whom a file invited: the two halves on two ways, to those who have no keys."""

import pytest
from django.conf import settings

from auth.logins import login_of_person
from auth.models import Login, LoginState, TemporaryCredential
from commands.company_accounts.chiefs import send_codes
from commands.company_accounts.invited_by_file import send_first_codes
from commands.keys import make_missing_keys
from correspondence.models import OutboxMessage
from domain.access.actors import Actor
from domain.access.qualities import Quality
from domain.environments import Environment
from registers.access.entity_accounts import register_account
from registers.persons.models import PersonDetails
from tests.access_files import ANN, BERT, a_declaration, a_user
from tests.counter_bench import NOON, make_entity
from tests.ingest.access.conftest import Firm, make_firm, results


@pytest.fixture
def invited(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> Firm:
    make_missing_keys(firm.bench.home / "keys")
    monkeypatch.setattr(settings, "KEYS", firm.bench.home / "keys", raising=False)
    firm.employ(ANN, BERT)
    firm.declare(
        a_declaration(a_user(), seq=1),
        a_declaration(a_user(BERT, email="bert@firm.example", mobile="+32475000000"), seq=2),
    )
    return firm


def test_name_and_password_go_on_two_ways(invited: Firm):
    assert send_first_codes(at=NOON) == 2

    account = invited.account(ANN)
    login = Login.objects.get(person_id=account.person_id)
    assert login.user_name == account.user_name.lower()
    letters = OutboxMessage.objects.filter(occasion__startswith="temporary:")
    assert sorted(set(letters.values_list("carrier", flat=True))) == ["MAIL", "SMS"]
    assert all(invited.entity.called in mail.body for mail in letters.filter(carrier="MAIL"))
    assert TemporaryCredential.objects.count() == 2


def test_codes_are_sent_once_for_an_invitation(invited: Firm):
    send_first_codes(at=NOON)

    assert send_first_codes(at=NOON) == 0


def test_who_has_keys_gets_none(invited: Firm):
    login = login_of_person(invited.person(ANN), at=NOON, actor="test")
    Login.objects.filter(pk=login.pk).update(state=LoginState.ACTIVE)

    assert send_first_codes(at=NOON) == 1
    assert not TemporaryCredential.objects.filter(login=login).exists()


@pytest.mark.parametrize(
    ("state", "kind", "sent"),
    [(None, "CREATE", 1), ("INVITED", "CREATE", 1), ("ACTIVE", "INVITED", 0), ("BLOCKED", "INVITED", 0)],
)
def test_the_letter_tells_to_wait_for_codes_where_they_come(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, state: str | None, kind: str, sent: int
):
    make_missing_keys(firm.bench.home / "keys")
    monkeypatch.setattr(settings, "KEYS", firm.bench.home / "keys", raising=False)
    firm.employ(ANN)
    if state is not None:
        login = login_of_person(firm.person(ANN), at=NOON, actor="test")
        Login.objects.filter(pk=login.pk).update(state=state)
    assert results(firm.declare(a_declaration(a_user()))) == ["1"]

    letter = OutboxMessage.objects.get(occasion__startswith="access declaration", carrier="MAIL")
    assert letter.occasion.rsplit(" ", 1)[1] == kind
    assert send_first_codes(at=NOON) == sent


def test_the_chief_to_be_of_another_company_keeps_the_codes_that_the_contact_centre_sent(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
):
    make_missing_keys(firm.bench.home / "keys")
    monkeypatch.setattr(settings, "KEYS", firm.bench.home / "keys", raising=False)
    other = make_entity(name="Other", company="0400767772", nsso="400767772", environments=(Environment.PRODUCTION,))
    chief = firm.person(ANN, name="Peeters", email="ann@other.example")
    PersonDetails.objects.filter(person_id=chief).update(mobile="+32470111111")
    representative = Actor.legal_representative()
    register_account(other, chief_id=chief, quality=Quality.EMPLOYER, by=representative, at=NOON)
    send_codes(chief, company=other, user_name=None, reason="registered", at=NOON)
    firm.employ(ANN)
    assert results(firm.declare(a_declaration(a_user()))) == ["1"]

    assert send_first_codes(at=NOON) == 0
    assert TemporaryCredential.objects.values_list("kind", "state").get() == ("CHIEF", "ISSUED")


def test_who_belongs_elsewhere_holds_up_no_codes_of_others(invited: Firm, monkeypatch: pytest.MonkeyPatch):
    other = make_entity(name="Other", company="0400767772", nsso="400767772", environments=(Environment.PRODUCTION,))
    make_firm(invited.bench, other).invite(ANN)

    assert send_first_codes(at=NOON, limit=1) == 1
    assert TemporaryCredential.objects.get().login.person_id == invited.person(BERT)


def test_an_invitation_in_a_test_sends_nothing(firm: Firm):
    assert send_first_codes(at=NOON) == 0
