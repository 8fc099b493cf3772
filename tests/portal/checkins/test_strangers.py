"""A company that only names a national number never reads whose it is: names are of those whom it knows (§5.3)."""

from datetime import UTC, datetime

import pytest

from domain.checkins.items import Employer, PresenceEvent, Worker
from domain.checkins.outcomes import Declarant, Registered
from domain.checkins.vocabulary import ClockingChannel, EventType
from domain.environments import Environment
from portal.checkin_counter import checkin_counter
from registers.access.models import Entity
from registers.checkins.models import Correction, Spell
from registers.persons.models import PersonDetails
from registers.persons.told_names import NameTold, note_told_names
from tests.portal.checkins.acting import content_of, searched
from tests.portal.checkins.conftest import COMPANY, OTHER_INSS, PLACE, Visitor, a_visitor
from tests.portal.checkins.test_corrections import ask
from tests.portal.checkins.test_inspection import inspector, look, word_of  # noqa: F401 - a fixture
from tests.registers.checkins.employing import employ

pytestmark = pytest.mark.django_db
LISTS = ("/presences", "/presences/missing", "/presences/search", f"/presences/work-places/{PLACE}/live")
MASKED = f"{OTHER_INSS[:2]}.{OTHER_INSS[2:4]}.{OTHER_INSS[4:6]}-***."


@pytest.fixture
def stranger(desk) -> Visitor:
    """Somebody with an account here who has nothing to do with the company."""
    return a_visitor(OTHER_INSS, name="Geheim")


def brought() -> int:
    """Let a program of the company bring a check-in of the number; return the receipt."""
    now = datetime.now(UTC)
    item = PresenceEvent(now, EventType.IN, Worker(inss=OTHER_INSS), Employer(enterprise_number=COMPANY), PLACE)
    by = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender="123456", enterprise_number=COMPANY)
    (outcome,) = checkin_counter().desk.take([item], by=by, received_at=now, at=now)
    assert isinstance(outcome, Registered)
    return outcome.registration.id


def asked(employer: Visitor) -> str:
    """Let the company ask for a missing check-in of the number; return the number of the request."""
    ask(employer, "/presences/corrections/new", number=OTHER_INSS, type="IN", place=PLACE)
    return Correction.objects.get().number


@pytest.mark.parametrize("path", LISTS)
def test_a_list_tells_no_name_for_a_number_that_a_program_brought(employer, place, stranger, path):
    number = brought()
    if path.endswith("missing"):
        Spell.objects.update(state="MISSING_OUT")
    page = employer.text(path)
    assert "Geheim" not in page
    assert MASKED in page
    assert "Geheim" not in employer.text(f"/presences/{number}")


def test_a_download_tells_no_name_for_a_number_that_a_program_brought(employer, place, stranger):
    brought()
    page = searched(employer)
    criteria = page.partition('name="criteria" value="')[2].partition('"')[0]
    sheet = employer.client.post("/presences/export", {"criteria": criteria, "kind": "csv"}, secure=True)
    content = content_of(sheet).decode()
    assert PLACE in content
    assert "Geheim" not in content


def test_a_request_for_a_missing_event_tells_no_name(employer, place, stranger):
    number = asked(employer)
    for path in ("/presences/corrections", f"/presences/corrections/{number}"):
        page = employer.text(path)
        assert "Geheim" not in page
        assert MASKED in page


def test_who_decides_and_who_inspects_read_the_name(employer, officer, inspector, place, stranger):  # noqa: F811
    number = asked(employer)
    brought()
    assert "Ana Geheim" in officer.text(f"/decisions/{number}")
    assert "Ana Geheim" in inspector.text(f"/inspection/on-site?c={word_of(look(inspector, place=PLACE))}")


def test_a_company_reads_the_name_of_whom_it_employs(employer, place, stranger):
    brought()
    employ(stranger.person_id, employer=Entity.objects.get(company_number=COMPANY))
    assert "Ana Geheim" in employer.text("/presences")


def test_a_cancelled_period_of_work_tells_no_name(employer, place, stranger):
    brought()
    employ(stranger.person_id, employer=Entity.objects.get(company_number=COMPANY), state="CANCELLED")
    assert "Geheim" not in employer.text("/presences")


@pytest.mark.parametrize(("proved_at", "name"), [(None, "Zo Said"), (datetime.now(UTC), "Ana Geheim")])
def test_a_company_reads_of_whom_it_declared_the_proved_name_or_its_own_word(
    employer, place, stranger, proved_at, name
):
    brought()
    told = NameTold(stranger.person_id, COMPANY, "Said", "Zo")
    note_told_names([told], environment=Environment.PRODUCTION, at=datetime.now(UTC))
    PersonDetails.objects.filter(person_id=stranger.person_id).update(name_proved_at=proved_at)
    assert name in employer.text("/presences")


def test_what_another_company_declared_tells_no_name(employer, place, stranger):
    brought()
    told = NameTold(stranger.person_id, "0448181966", "Said", "Zo")
    note_told_names([told], environment=Environment.PRODUCTION, at=datetime.now(UTC))
    page = employer.text("/presences")
    assert "Geheim" not in page
    assert "Said" not in page
