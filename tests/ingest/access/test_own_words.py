"""A user whom another company named first: what a file says of him counts in its company, until he proves his own."""

import pytest

from correspondence.models import OutboxMessage
from domain.environments import Environment
from registers.access.declarations.letters import read_letters
from registers.access.models import EntityAccount, UserAccount
from registers.access.own_words import ToldPerson
from registers.access.told_persons import keep_told, names_in
from registers.persons.models import PersonDetails
from tests.access_files import ANN, BERT, a_declaration, a_user, the_user
from tests.counter_bench import NOON, make_entity
from tests.ingest.access.conftest import Firm, codes, make_firm, results


@pytest.fixture
def named_elsewhere(firm: Firm) -> Firm:
    """Return a company for whom somebody works whom another one named and invited before."""
    entity = make_entity(name="Other", company="0400767772", nsso="400767772", environments=(Environment.PRODUCTION,))
    make_firm(firm.bench, entity).invite(ANN, name="Wronk")
    firm.employ(ANN)
    return firm


def told(firm: Firm) -> tuple[str, str, str]:
    row = firm.account(ANN)
    return row.told_family_name, row.told_first_name, row.told_email


def letters() -> list[str]:
    return list(OutboxMessage.objects.filter(occasion__endswith="INVITED").values_list("recipient", flat=True))


def test_a_file_names_its_user_for_its_own_company(named_elsewhere: Firm):
    firm = named_elsewhere
    assert results(firm.declare(a_declaration(a_user()))) == ["1"]

    person = firm.person(ANN)
    assert told(firm) == ("Peeters", "Ann", "ann@firm.example")
    assert names_in(firm.entity.pk, [person]) == {person: "Ann Peeters"}
    assert PersonDetails.objects.values_list("family_name", "email", "mobile").get(person_id=person) == (
        *("Wronk", f"{ANN}@firm.example"),
        "",
    )


def test_the_letter_of_an_invitation_by_file_goes_where_its_company_says(named_elsewhere: Firm):
    named_elsewhere.declare(a_declaration(a_user()))

    assert letters() == ["ann@firm.example"]


def test_who_belongs_elsewhere_is_invited_with_the_keys_that_he_has(named_elsewhere: Firm):
    named_elsewhere.employ(BERT)
    named_elsewhere.declare(
        a_declaration(a_user(), seq=1),
        a_declaration(a_user(BERT, email="bert@firm.example", mobile="+32475000000"), seq=2),
    )

    written = OutboxMessage.objects.filter(occasion__startswith="access declaration")
    assert {letter.recipient: letter.body for letter in written} == {
        "ann@firm.example": read_letters()["INVITED"]["nl"]["body"].format(company="Voorbeeld Winkels (0412345614)"),
        "bert@firm.example": read_letters()["CREATE"]["nl"]["body"].format(company="Voorbeeld Winkels (0412345614)"),
    }


def test_nobody_waits_for_codes_of_a_company_that_takes_no_passwords(firm: Firm):
    firm.employ(ANN)
    EntityAccount.objects.update(is_password_login_allowed=False)
    firm.declare(a_declaration(a_user()))

    assert letters() == ["ann@firm.example"]


def test_what_the_person_proved_comes_before_what_a_file_says(named_elsewhere: Firm):
    firm = named_elsewhere
    known = PersonDetails.objects.filter(person_id=firm.person(ANN))
    known.update(family_name="Peeters", first_name="An", name_proved_at=NOON, email_verified_at=NOON)
    assert results(firm.declare(a_declaration(a_user()))) == ["1"]

    assert told(firm) == ("", "", "")
    assert letters() == [f"{ANN}@firm.example"]


def test_a_user_whom_a_file_removes_leaves_no_words_of_the_company(named_elsewhere: Firm):
    firm = named_elsewhere
    firm.crowd(6)
    row = firm.user(ANN, name="Wronk")
    keep_told(row, ToldPerson("Peeters", "Ann", "ann@firm.example"))
    answers = firm.declare(a_declaration(the_user(), action="REMOVE"))

    assert (results(answers), codes(answers)) == (["1"], [])
    assert UserAccount.objects.get(pk=row.pk).state == "REMOVED"
    assert told(firm) == ("", "", "")


def test_a_user_who_is_entered_and_removed_by_one_file_leaves_none(named_elsewhere: Firm):
    firm = named_elsewhere
    answers = firm.declare(a_declaration(a_user(), seq=1), a_declaration(the_user(), action="REMOVE", seq=2))

    assert results(answers) == ["1", "1"]
    assert told(firm) == ("", "", "")
