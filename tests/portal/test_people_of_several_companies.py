"""A user whom another company named first: each company speaks for itself until the person proves his own."""

from auth.models import DigitalKey, Login, LoginState
from correspondence.models import Carrier, OutboxMessage
from domain.access.roles import Role
from domain.languages import Language
from portal.pages.actors import called_actors
from registers.access.appointing import accept, appoint
from registers.access.models import DeclaredAccess
from registers.access.user_accounts import activate_user
from registers.persons.details import name_person, prove_name, read_details, verify_email
from tests.portal.declared_access import DONE, settle_declarations
from tests.portal.test_company_settings import give_passkey
from tests.portal.test_people import NUMBER, a_known_person, add_user, now, text_of, visitor
from tests.portal.test_structured_reports import Visitor
from tests.registers.access.conftest import make_company, signed_in

__all__ = ["visitor"]


def a_person_whom_another_company_said() -> int:
    person_id = a_known_person(state=LoginState.INVITED)
    name_person(person_id, family_name="Wronk", first_name="Jan", language=Language.NL, actor="test", at=now())
    make_company("0400767772").invite(person_id, at=now())
    return person_id


def test_a_company_reads_its_own_words_of_whom_another_one_said(visitor: Visitor):
    person_id = a_person_whom_another_company_said()
    user = add_user(visitor, number=NUMBER)

    pages = ["/people", "/people?q=peet", f"/people/users/{user.pk}"]
    assert all("Jan Peeters" in text_of(visitor.get(page)) for page in pages)
    assert not any("Wronk" in text_of(visitor.get(page)) for page in (*pages, "/people?q=wronk"))
    assert read_details([person_id])[person_id].name == "Jan Wronk"
    prove_name(person_id, family_name="Janssens", first_name="Jan", language=Language.NL, actor="test", at=now())
    assert "Jan Janssens" in text_of(visitor.get(f"/people/users/{user.pk}"))


def test_the_letter_of_a_company_goes_where_it_says_until_the_person_proves_an_address(visitor: Visitor):
    person_id = a_person_whom_another_company_said()
    user = add_user(visitor, number=NUMBER)

    letter = OutboxMessage.objects.get()
    assert (letter.carrier, letter.recipient) == (Carrier.MAIL, "jan@example.be")
    shown = text_of(visitor.get(f"/people/users/{user.pk}"))
    assert "No codes are sent" in shown
    assert "goes to j***@example.be" in shown
    assert read_details([person_id])[person_id].email == "own@example.be"
    verify_email(person_id, "own@example.be", actor="test", at=now())
    visitor.send(f"/people/users/{user.pk}/invite")
    assert OutboxMessage.objects.latest("pk").recipient == "own@example.be"


def test_a_removed_user_leaves_no_words_of_the_company(visitor: Visitor):
    a_person_whom_another_company_said()
    user = add_user(visitor, number=NUMBER)
    visitor.send(f"/people/users/{user.pk}/remove")
    user.refresh_from_db()
    assert (user.state, user.told_family_name, user.told_email) == ("REMOVED", "", "")


def test_a_company_reads_its_own_words_of_its_managers_and_of_who_acted_too(visitor: Visitor):
    person_id = a_person_whom_another_company_said()
    user = add_user(visitor, number=NUMBER)
    company = visitor.manager.company
    activate_user(user.pk, by=signed_in(person_id), at=now())
    row = appoint(company.id, role=Role.CO_CHIEF, person_id=person_id, by=signed_in(company.chief), at=now())
    accept(row.pk, by=signed_in(person_id), at=now())
    confirmed = called_actors([f"person:{person_id}"], entity_id=company.id, reader=company.chief)

    managers = {line.row.role: line.row.name for line in visitor.get("/people").context["managers"]}
    assert managers["CO_CHIEF"] == "Jan Peeters"
    assert confirmed == {f"person:{person_id}": "Jan Peeters"}
    prove_name(person_id, family_name="Janssens", first_name="Jan", language=Language.NL, actor="test", at=now())
    assert "Jan Janssens" in {line.row.name for line in visitor.get("/people").context["managers"]}


def test_a_company_reads_its_own_words_in_what_was_declared_by_file(visitor: Visitor):
    person_id = a_person_whom_another_company_said()
    user = add_user(visitor, number=NUMBER)
    settle_declarations(visitor.manager.entity_id, account_id=user.pk)
    DeclaredAccess.objects.filter(ticket=DONE).update(person_id=person_id)

    pages = ["/people/declarations/all", "/people/declarations/all?q=peet", f"/people/declarations/{DONE}"]
    assert all("Jan Peeters" in text_of(visitor.get(page)) for page in pages)
    assert not any("Wronk" in text_of(visitor.get(page)) for page in (*pages, "/people/declarations/all?q=wronk"))


def test_a_company_finds_by_its_own_words_whom_it_routes_documents_to(visitor: Visitor):
    person_id = a_person_whom_another_company_said()
    activate_user(add_user(visitor, number=NUMBER).pk, by=signed_in(person_id), at=now())

    pages = ["/ebox/parameters", "/ebox/parameters?q=peeters", "/ebox/parameters?q=jan+peet"]
    assert all("Jan Peeters" in text_of(visitor.get(page)) for page in pages)
    assert "Jan Peeters" not in text_of(visitor.get("/ebox/parameters?q=wronk"))


def test_a_company_reads_its_own_words_of_whom_the_end_of_passwords_leaves_without_a_key(visitor: Visitor):
    give_passkey(visitor.manager.login)
    person_id = a_person_whom_another_company_said()
    activate_user(add_user(visitor, number=NUMBER).pk, by=signed_in(person_id), at=now())
    login = Login.objects.get(person_id=person_id)
    DigitalKey.objects.create(login=login, means="PASSWORD", state="ACTIVE", enrolled_level=200, created_at=now())

    assert "Without another key: Jan Peeters." in text_of(visitor.get("/company/password/off"))
