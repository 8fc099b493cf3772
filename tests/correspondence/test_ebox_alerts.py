"""Where people are told that something waits, and what becomes of it when two persons turn out to be one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection

from correspondence.ebox import Attachment, Posting, hide, publish, seen_by_person
from correspondence.ebox_alerts import activate, active_among, alert_of, deactivate, give_ebox
from correspondence.ebox_company_alerts import begin_company_alerts, stop_company_alerts
from correspondence.ebox_mass import publish_all
from correspondence.models import EboxAlert, EboxDocument, EboxKind, EboxReceipt, OutboxMessage
from correspondence.outbox import deliver_waiting
from domain.environments import Environment
from domain.languages import Language
from tests.registers.access.conftest import a_person, make_company

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
VALUES = {"employer": "Bakery", "hours": "8", "first": "01.07.2026", "last": "02.07.2026"}


def a_posting(person_id: int | None, occasion: str = "first", **deviation: object) -> Posting:
    return Posting(
        kind=EboxKind.STUDENT_EMPLOYER,
        environment=Environment.PRODUCTION,
        values=VALUES,
        publisher="test",
        occasion=occasion,
        person_id=person_id,
        **deviation,
    )


def make_active(person_id: int, address: str = "noor@example.be") -> None:
    activate(person_id, address, language=Language.FR, environment=Environment.PRODUCTION, at=NOON)


def test_those_with_a_confirmed_address_are_active():
    first, second, third = a_person(), a_person(), a_person()
    make_active(first)
    make_active(second)
    deactivate(second, at=NOON)
    assert active_among([first, second, third]) == {first}
    assert not deactivate(third, at=NOON)


def test_many_documents_are_published_once_each_with_one_mail_for_all_of_a_person():
    first, second = a_person(), a_person()
    make_active(first)
    postings = [a_posting(first), a_posting(second, "second"), a_posting(first, "third")]
    assert publish_all(postings, at=NOON) == 3
    assert publish_all(postings, at=NOON) == 0
    assert EboxDocument.objects.count() == 3
    assert letters() == [("noor@example.be", "Du nouveau vous attend dans votre e-Box auprès de Guichet")]


def test_nothing_is_published_to_nobody():
    assert publish_all([], at=NOON) == 0
    with pytest.raises(ValueError, match="for a person or a company"):
        publish_all([a_posting(None)], at=NOON)


def test_documents_of_companies_are_published_with_their_files_once_each_and_with_one_mail_for_all():
    company = make_company()
    EboxAlert.objects.create(entity=company.entity, environment="R", address="box@firm.example", activated_at=NOON)
    files = [Attachment("FO.NOTI", "5f" * 32, 12), Attachment("FS.NOTI", "60" * 32, 3)]
    postings = [a_posting(None, entity_id=company.id, attachments=files), a_posting(None, "two", entity_id=company.id)]
    assert publish_all(postings, at=NOON) == 2
    assert publish_all(postings, at=NOON) == 0
    shown = EboxDocument.objects.order_by("pk").first().attachments.order_by("name")
    assert [(one.name, one.size) for one in shown] == [("FO.NOTI", 12), ("FS.NOTI", 3)]
    assert OutboxMessage.objects.filter(recipient="box@firm.example").count() == 1


def test_no_second_mail_is_written_while_the_first_waits_for_its_carrier():
    person = a_person()
    make_active(person)
    publish(a_posting(person), at=NOON)
    publish(a_posting(person, "second"), at=NOON)
    assert publish_all([a_posting(person, "third"), a_posting(person, "fourth")], at=NOON) == 2
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize("ended", ["sent_at", "given_up_at"])
def test_what_comes_after_the_first_mail_left_or_was_given_up_has_its_own(ended: str):
    person = a_person()
    make_active(person)
    publish(a_posting(person), at=NOON)
    OutboxMessage.objects.update(**{ended: NOON})
    publish(a_posting(person, "second"), at=NOON)
    assert OutboxMessage.objects.count() == 2


def test_a_mail_that_waits_for_the_address_before_tells_nothing_to_the_new_one():
    person = a_person()
    make_active(person, "old@example.be")
    publish(a_posting(person), at=NOON)
    make_active(person, "new@example.be")
    publish(a_posting(person, "second"), at=NOON)
    assert [recipient for recipient, _ in letters()] == ["old@example.be", "old@example.be", "new@example.be"]


def test_two_people_of_one_address_are_told_each():
    first, second = a_person(), a_person()
    make_active(first)
    make_active(second)
    assert publish_all([a_posting(first), a_posting(second, "second")], at=NOON) == 2
    assert OutboxMessage.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_comes_while_the_first_mail_is_being_carried_has_its_own():
    """Whoever gets the first looks, maybe, before the second document is there."""

    class Publishing:
        def carry(self, _message: OutboxMessage) -> None:
            with ThreadPoolExecutor(max_workers=1) as thread:
                thread.submit(publish_beside).result()

    def publish_beside() -> None:
        try:
            publish(a_posting(person, "second"), at=NOON)
        finally:
            connection.close()

    person = a_person()
    make_active(person)
    publish(a_posting(person), at=NOON)
    assert deliver_waiting(Publishing(), now=NOON, limit=1) == 1
    assert OutboxMessage.objects.filter(sent_at=None).count() == 1


def test_the_ebox_of_an_absorbed_person_comes_along():
    old, new = a_person(), a_person()
    make_active(old)
    document = publish(a_posting(old), at=NOON)
    hide(document, person_id=old, at=NOON)

    assert give_ebox(of=old, to=new) == 1
    assert list(seen_by_person(new)) == [document]
    assert EboxReceipt.objects.get().person_id == new
    assert alert_of(new) is not None


def test_an_ebox_that_was_stopped_hides_no_active_one():
    old, new = a_person(), a_person()
    make_active(old, "old@example.be")
    make_active(new, "new@example.be")
    deactivate(new, at=NOON)
    give_ebox(of=old, to=new)
    assert active_among([old, new]) == {new}
    assert alert_of(new).address == "old@example.be"


def test_of_two_addresses_that_of_the_new_number_counts():
    old, new = a_person(), a_person()
    make_active(old, "old@example.be")
    make_active(new, "new@example.be")
    give_ebox(of=old, to=new)
    assert active_among([old, new]) == {new}


def letters() -> list[tuple[str, str]]:
    return list(OutboxMessage.objects.order_by("pk").values_list("recipient", "subject"))


def test_the_address_that_a_person_leaves_is_told_and_no_other():
    person = a_person()
    make_active(person, "old@example.be")
    make_active(person, "old@example.be")
    assert letters() == []

    make_active(person, "new@example.be")
    deactivate(person, at=NOON)
    make_active(person, "third@example.be")

    subject = "Les messages sur votre e-Box n'arrivent plus à cette adresse"
    assert letters() == [("old@example.be", subject), ("new@example.be", subject)]


def test_the_address_that_a_company_leaves_is_told_and_no_other():
    company = make_company()

    def begin(address: str) -> bool:
        return begin_company_alerts(
            company.id, address, language=Language.EN, environment=Environment.PRODUCTION, at=NOON
        )

    assert [begin("old@firm.example"), begin("old@firm.example"), begin("new@firm.example")] == [True, False, False]
    assert stop_company_alerts(company.id, at=NOON)
    assert not stop_company_alerts(company.id, at=NOON)

    subject = "Mails about the e-Box of your company do not come to this address any more"
    assert letters() == [("old@firm.example", subject), ("new@firm.example", subject)]
    assert not any("firm" in body for body in OutboxMessage.objects.values_list("body", flat=True))
