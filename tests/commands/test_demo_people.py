"""The demo's company accounts, and the page that shows what their people were sent."""

import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from auth.desk import KeyDesk
from commands.demo.companies import CLIENT_CHIEF, OWN_CHIEF, register_demo_accounts
from commands.demo.declarations import invent_files
from commands.demo.installation import CLIENT_COMPANY, OWN_COMPANY
from commands.demo.outbox_page import outbox_page
from commands.demo.student import STUDENT, register_demo_student
from correspondence.models import EboxAlert, OutboxMessage
from domain.contingent import limit_of
from registers.access.models import Entity, EntityAccount
from registers.checkins.models import WorkPlace
from registers.persons.models import PersonDetails
from registers.student_days.models import Period
from tests.counter_bench import make_entity
from tests.portal.conftest import desk, keys_of_the_pages

__all__ = ["desk", "keys_of_the_pages"]
NOON = datetime(2026, 7, 1, 10, tzinfo=UTC)


@pytest.mark.django_db
def test_both_chiefs_get_their_codes_on_two_ways_and_only_once(desk: KeyDesk):
    for company, nsso in ((OWN_COMPANY, "012345674"), (CLIENT_COMPANY, "123456749")):
        make_entity(company=company, nsso=nsso)
    register_demo_accounts(at=NOON)
    register_demo_accounts(at=NOON)

    assert {account.state for account in EntityAccount.objects.all()} == {"REGISTERED"}
    sent = sorted(OutboxMessage.objects.values_list("carrier", "recipient"))
    assert sent == sorted(
        (carrier, to)
        for chief in (OWN_CHIEF, CLIENT_CHIEF)
        for carrier, to in (("MAIL", chief.mail), ("SMS", chief.mobile))
    )


@pytest.mark.django_db
def test_the_student_is_entered_once_and_declared_once(desk: KeyDesk):
    make_entity(company=OWN_COMPANY, nsso="012345674")
    first = register_demo_student(at=NOON)
    assert first == register_demo_student(at=NOON) == STUDENT.national_number
    assert WorkPlace.objects.get().parties.count() == 1
    person = PersonDetails.objects.get()
    assert (person.first_name, EboxAlert.objects.get().person_id) == ("Noor", person.pk)
    Period.objects.create(
        id=1,
        environment="R",
        person_id=person.pk,
        employer=Entity.objects.get(environment="R"),
        joint_commission="XXX",
        worker_type="STU",
        starting_date=NOON.date(),
        first_declared_at=NOON,
        last_changed_at=NOON,
    )
    assert register_demo_student(at=NOON) is None


def test_the_files_hold_as_much_with_the_student_as_without():
    with_her, without = (invent_files(at=NOON, seed=1, known=known) for known in (STUDENT.national_number, None))
    assert [len(file.work) for file in with_her] == [len(file.work) for file in without]
    hers = [work for file in with_her for work in file.work if work.student == STUDENT.national_number]
    assert [work.reference for work in hers] == ["B07", "B08"]
    limit = limit_of(NOON.year).amount
    assert 0.9 * limit < sum(work.hours for work in hers) < limit


def a_message(folder: Path, body: str) -> None:
    content = {
        "carrier": "SMS",
        "recipient": "+32470000001",
        "subject": "",
        "body": body,
        "written_at": NOON.isoformat(),
    }
    (folder / "00000001-sms.json").write_text(json.dumps(content))


def test_the_page_shows_messages_as_text(tmp_path: Path):
    a_message(tmp_path, "Password: <b>&7")
    with outbox_page(tmp_path, 0) as address:
        answer = httpx.get(address)

    assert "Password: &lt;b&gt;&amp;7" in answer.text
    assert "+32470000001" in answer.text


def test_the_page_is_kept_from_who_comes_by_another_name(tmp_path: Path):
    with outbox_page(tmp_path, 0) as address:
        assert httpx.get(address, headers={"Host": "evil.example:80"}).status_code == 404


def test_without_messages_the_page_says_so(tmp_path: Path):
    with outbox_page(tmp_path / "missing", 0) as address:
        assert "Nothing was sent yet." in httpx.get(address).text


def test_a_taken_port_is_left_for_a_free_one(tmp_path: Path):
    with outbox_page(tmp_path, 0) as first:
        port = int(first.rstrip("/").rpartition(":")[2])
        with outbox_page(tmp_path, port) as second:
            assert second != first
