"""`guichet persons rename` as an operator types it: the number on standard input, or the user name of who has none."""

import pytest

from auth.logins import login_of_person, name_login
from auth.models import Login
from domain.languages import Language
from evidence.models import AuditEvent
from registers.access.told_persons import ToldPerson, keep_told, names_in
from registers.persons.details import name_person, prove_name, read_details, set_email
from tests.commands.configuring.hand_ins import NOW, Run
from tests.commands.configuring.test_persons import NEW, directory, say  # noqa: F401 - a fixture
from tests.registers.access.conftest import make_company

pytestmark = pytest.mark.django_db
WORDS = "persons rename --family-name Schmitz --first-name Heidi --reason"


@pytest.fixture
def person(directory) -> int:  # noqa: F811 - the fixture
    found = directory.find_or_create([NEW], at=NOW)[NEW]
    name_person(found, family_name="Wronk", first_name="Clown", language=Language.DE, actor="test", at=NOW)
    return int(found)


def called(person: int) -> str:
    return read_details([person])[person].name


def test_a_person_is_renamed_by_number_and_nothing_told_holds_a_name_or_number(person: int, run: Run, monkeypatch):
    set_email(person, "heidi@example.be", actor="test", at=NOW)
    say(monkeypatch, NEW)
    code, told = run(WORDS, "typed wrong")

    assert (code, called(person)) == (0, "Heidi Schmitz")
    assert told == f"person {person} is renamed; written to h***@example.be\n"


def test_a_person_without_a_number_is_renamed_by_user_name(person: int, run: Run):
    name_login(login_of_person(person, at=NOW, actor="test"), "heidi", at=NOW, actor="test")
    code, told = run(WORDS, "typed wrong", "--user", "Heidi")

    assert (code, called(person)) == (0, "Heidi Schmitz")
    assert "nobody is told: no e-mail address is known" in told


def test_a_proved_name_needs_a_source(person: int, run: Run, monkeypatch):
    prove_name(person, family_name="Wronk", first_name="Clown", language=Language.DE, actor="test", at=NOW)
    say(monkeypatch, NEW)
    code, told = run(WORDS, "typed wrong")
    say(monkeypatch, NEW)
    again, _ = run(WORDS, "typed wrong", "--source", "extract of the national register")

    assert (code, again, called(person)) == (1, 0, "Heidi Schmitz")
    assert "--source" in told


def test_where_companies_have_words_of_their_own_it_is_told_until_the_name_is_proved(
    person: int, run: Run, monkeypatch
):
    company = make_company()
    account = company.invite(person)
    keep_told(account, ToldPerson("Smits", "Heidi", "heidi@example.be"))
    told = []
    for more in ((), (), ("--source", "extract of the national register")):
        say(monkeypatch, NEW)
        told.append(run(WORDS, "typed wrong", *more)[1])
        if not more:
            assert names_in(company.id, [person]) == {person: "Heidi Smits"}

    assert all("companies that call this person in words of their own: 1" in said for said in told[:2])
    assert told[1].startswith("nothing changed")
    assert told[2] == f"the name of person {person} is proved from now on; it is the same\n"
    assert names_in(company.id, [person]) == {person: "Heidi Schmitz"}


@pytest.mark.parametrize(
    ("text", "told"),
    [("12345678901", "no national number with sound check digits"), ("85073003328", "There is no such person.")],
)
def test_a_number_that_is_none_or_nobodys_renames_nobody(person: int, run: Run, monkeypatch, text: str, told: str):
    say(monkeypatch, text)
    code, said = run(WORDS, "typed wrong")

    assert code == 1
    assert told.partition("no ")[2] in said


def test_a_national_number_in_what_is_said_of_it_is_not_kept(person: int, run: Run, monkeypatch):
    say(monkeypatch, NEW)
    assert run(WORDS, "asked for 05.07.14-001.53", "--source", "extract of 05071400153")[0] == 0

    kept = str([event.detail for event in AuditEvent.objects.all()])
    assert "asked for [number]" in kept
    assert "extract of [number]" in kept


def test_a_reason_is_needed(person: int, run: Run, monkeypatch):
    say(monkeypatch, NEW)
    assert run(WORDS, "two\nlines")[0] == 1
    assert (called(person), Login.objects.count()) == ("Clown Wronk", 0)
