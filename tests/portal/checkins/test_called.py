"""How people are called in an employer's lists: by name, as it declared them, or by number and receipt, never mixed up."""

from datetime import UTC, datetime

import pytest

from domain.environments import Environment
from registers.checkins.models import Spell
from registers.persons.models import PersonDetails
from registers.persons.told_names import NameTold, note_told_names
from tests.portal.checkins.acting import ago, bring, did, kept, newest, searched
from tests.portal.checkins.conftest import COMPANY, INSS, OTHER_INSS, OTHER_PLACE, PLACE, Visitor, a_place, a_visitor
from tests.portal.checkins.test_inspection import inspector, look, word_of  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
OTHER_COMPANY = "0448181966"
OWN_LISTS = ("/presences", "/presences/missing", "/presences/search", f"/presences/work-places/{PLACE}/live")
MASKED, LAST = f"{INSS[:2]}.{INSS[2:4]}.{INSS[4:6]}-***.", INSS[-2:]


def nameless(person_id: int) -> None:
    """Let the person be one whom software registered: without an account here nobody has a name."""
    PersonDetails.objects.filter(person_id=person_id).delete()


def tell(worker: Visitor, name: str, *, company: str = COMPANY) -> None:
    told = NameTold(worker.person_id, company, name, "Zo")
    note_told_names([told], environment=Environment.PRODUCTION, at=datetime.now(UTC))


@pytest.mark.parametrize("path", OWN_LISTS)
def test_staff_is_called_as_its_employer_declared_it(employer: Visitor, worker: Visitor, place, path):
    did(worker, "in")
    nameless(worker.person_id)
    tell(worker, "Nowak")
    tell(worker, "Somebody", company=OTHER_COMPANY)
    if path.endswith("missing"):
        Spell.objects.update(state="MISSING_OUT")
    page = searched(employer) if path.endswith("search") else employer.text(path)
    assert "Zo Nowak" in page
    assert "Somebody" not in page
    assert MASKED not in page


def test_a_proved_name_goes_before_that_of_an_employer(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    tell(worker, "Nowak")
    PersonDetails.objects.filter(person_id=worker.person_id).update(name_proved_at=datetime.now(UTC))
    page = employer.text("/presences")
    assert "Ana Diaz" in page
    assert "Nowak" not in page


@pytest.mark.parametrize("path", OWN_LISTS)
def test_the_word_of_an_employer_goes_before_a_name_that_nobody_proved(employer: Visitor, worker: Visitor, place, path):
    """Another company may have entered it, to give somebody an account."""
    did(worker, "in")
    tell(worker, "Nowak")
    if path.endswith("missing"):
        Spell.objects.update(state="MISSING_OUT")
    page = searched(employer) if path.endswith("search") else employer.text(path)
    assert "Zo Nowak" in page
    assert "Diaz" not in page


def test_two_missing_check_outs_of_a_nameless_person_have_their_own_receipts(employer: Visitor, worker: Visitor, place):
    a_place(OTHER_PLACE, name="Annex")
    numbers = []
    for hours, where, reference in ((23, OTHER_PLACE, "cd" * 11), (18, PLACE, "ef" * 11)):
        bring(worker, kept(at=ago(hours=hours), place=where, reference=reference))
        numbers.append(newest().number)
    Spell.objects.update(state="MISSING_OUT")
    nameless(worker.person_id)
    page = employer.text("/presences/missing")
    for number in numbers:
        assert f"{MASKED}{LAST}, receipt {number}" in page


def test_last_digits_are_told_of_own_staff_alone(employer: Visitor, worker: Visitor, place):
    other = a_visitor(OTHER_INSS, name="Maes")
    bring(other, kept(employer=OTHER_COMPANY, reference="cd" * 11))
    did(worker, "in")
    nameless(worker.person_id)
    nameless(other.person_id)
    page = employer.text(f"/presences/work-places/{PLACE}/live")
    assert f"{MASKED}{LAST}, receipt " in page
    assert f"{OTHER_INSS[:2]}.{OTHER_INSS[2:4]}.{OTHER_INSS[4:6]}-***.**, receipt " in page


def test_an_evacuation_list_calls_everybody_as_their_employers_do(employer: Visitor, worker: Visitor, place):
    other = a_visitor(OTHER_INSS, name="Maes")
    bring(other, kept(employer=OTHER_COMPANY, reference="cd" * 11))
    nameless(other.person_id)
    tell(other, "Kowalska", company=OTHER_COMPANY)
    assert "Zo Kowalska" in employer.text(f"/presences/work-places/{PLACE}/live")


def test_an_inspector_reads_the_names_of_employers_too(inspector, worker, place):  # noqa: F811
    did(worker, "in")
    nameless(worker.person_id)
    tell(worker, "Nowak")
    address = look(inspector, place=PLACE)
    assert "Zo Nowak" in inspector.text(address)
    assert "Zo Nowak" in inspector.text(f"/inspection/on-site?c={word_of(address)}")
