"""A user whom another company named first: each company speaks for itself until the person proves his own."""

from auth.models import LoginState
from correspondence.models import Carrier, OutboxMessage
from domain.languages import Language
from registers.persons.details import name_person, prove_name, read_details, verify_email
from tests.portal.test_people import NUMBER, a_known_person, add_user, now, text_of, visitor
from tests.portal.test_structured_reports import Visitor
from tests.registers.access.conftest import make_company

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
