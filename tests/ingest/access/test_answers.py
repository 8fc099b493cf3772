"""What an answer about access declarations may say, the same by whichever way the file went."""

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from correspondence.models import EboxDocument, OutboxMessage
from domain.access.roles import Role
from evidence.models import AnswerFile, AuditEvent
from registers.access.declarations.letters import read_letters
from registers.access.models import DeclaredAccess, UserAccount
from tests.access_files import (
    ANN,
    BERT,
    a_declaration,
    a_file,
    a_form,
    a_manager,
    a_right,
    a_technical_user,
    a_user,
    the_user,
)
from tests.ingest.access.conftest import MANAGER, Firm, codes, results

SECRET_WORDS = re.compile(
    r"password|wachtwoord|kennwort|mot de passe|secret|geheim|\bpin\b|token|otp\b|https?:|www\.", re.IGNORECASE
)
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


def everything(firm: Firm) -> None:
    """Declare a little of everything, some of it refused."""
    firm.employ(ANN)
    firm.crowd(6)
    firm.user(BERT)
    firm.appoint(Role.MANAGER, MANAGER)
    firm.send(
        a_form(
            a_declaration(a_user(), a_right(), seq=1),
            a_declaration(the_user(BERT), action="BLOCK", seq=2),
            a_declaration(a_manager(role="CO_MANAGER"), seq=3),
            a_declaration(a_technical_user(), seq=4),
            a_declaration(a_user("85011512300"), seq=5),
            a_declaration(the_user(MANAGER), a_right("NOWHERE"), action="GRANT", seq=6),
        )
    )


def answers_of(firm: Firm) -> list[str]:
    blobs = firm.bench.counter.desk.payloads.blobs
    told = []
    for file in AnswerFile.objects.filter(name__startswith="FO."):
        with blobs.open(file.blob_id) as content:
            told.append(content.read().decode().replace(SCHEMA_INSTANCE, ""))
    return told


def test_no_answer_letter_or_event_carries_a_secret(firm: Firm):
    everything(firm)
    told = answers_of(firm)
    letters = [f"{one.subject}\n{one.body}" for one in OutboxMessage.objects.filter(occasion__startswith="access")]
    documents = [str(one.subjects) + str(one.bodies) for one in EboxDocument.objects.all()]

    assert len(told) == 2
    assert letters
    assert [text for text in (*told, *letters, *documents) if SECRET_WORDS.search(text)] == []


def test_no_answer_letter_or_event_carries_a_national_number(firm: Firm):
    everything(firm)
    numbers = (ANN, BERT, MANAGER, "85011512300")
    letters = [f"{one.subject}\n{one.body}" for one in OutboxMessage.objects.filter(occasion__startswith="access")]
    kept = [str(row.findings) for row in DeclaredAccess.objects.all()]
    events = [str(event.detail) for event in AuditEvent.objects.all()]

    texts = [*answers_of(firm), *letters, *kept, *events]
    assert [text for text in texts if any(number in text for number in numbers)] == []


def test_letters_are_written_in_every_language():
    languages = {kind: set(texts) for kind, texts in read_letters().items()}

    assert set(languages) == {"CREATE", "INVITED", "MANAGER", "PROPOSED", "CHANGE", "STOP"}
    assert all(found == {"nl", "fr", "de", "en"} for found in languages.values())
    bodies = [text["body"] for texts in read_letters().values() for text in texts.values()]
    assert len(set(bodies)) == len(bodies)


def by_worker(firm: Firm) -> None:
    firm.bench.work()


def by_dags(firm: Firm) -> None:
    """Take the steps of the intake DAG, each by another worker."""
    filed = firm.bench.counter.claim_and_acknowledge("receive")
    firm.bench.counter.file_and_notify(filed, "file")


def by_large_payloads(firm: Firm) -> None:
    """Treat every payload as a large one."""
    payloads = replace(firm.bench.counter.desk.payloads, large_bytes=100)
    counter = firm.bench.counter
    firm.bench.counter = replace(counter, desk=replace(counter.desk, payloads=payloads))
    firm.bench.work()


@pytest.mark.parametrize("way", [by_worker, by_dags, by_large_payloads])
def test_the_answer_is_the_same_by_every_way(firm: Firm, way: Callable[[Firm], None]):
    firm.employ(ANN)
    payload = a_file(
        a_form(a_declaration(a_user(), a_right(), seq=2), a_declaration(the_user(BERT), action="BLOCK", seq=1)),
        a_form(a_declaration(a_manager(role="CHIEF")), reference="REF-2"),
    )
    firm.bench.deliver(payload, key=firm.bench.next_key(purpose="ACCS"))
    way(firm)
    (answer,) = firm.bench.answers("NOTI")

    assert (answer.texts("ResultCode"), codes([answer])) == (["0", "1", "0"], ["040", "020"])
    assert answer.texts("State") == ["APPLIED"]
    assert answer.texts("Location") == ["1,1,9", "1,2,8,3,1,1"]
    assert answer.texts("LineNbr") == ["4", "6"]
    assert answer.texts("ColumnNbr")[0] == "1"
    assert int(answer.texts("ColumnNbr")[1]) > 100
    assert UserAccount.objects.count() == 1


def test_two_files_of_a_set_are_one(firm: Firm):
    firm.employ(ANN, BERT)
    key, contents = firm.bench.next_key(purpose="ACCS"), []
    for number, (person, email) in enumerate(((ANN, "a@firm.example"), (BERT, "b@firm.example")), start=1):
        contents.append(a_file(a_form(a_declaration(a_user(person, email=email)), reference=f"REF-{number}")))
        firm.bench.put(f"FI.{key}.2.{number}", contents[-1])
        firm.bench.put(f"FS.{key}.2.{number}", firm.bench.sign(contents[-1]))
    firm.bench.put(f"GO.{key}.2")
    firm.bench.work()

    assert results(firm.bench.answers("NOTI")) == ["1", "1"]
    assert sorted(row.form.form_index for row in firm.declared()) == [1, 2]


HOSTILE = {
    "an external entity": '<!DOCTYPE A [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "entities that grow": '<!DOCTYPE A [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
}


@pytest.mark.parametrize("prolog", HOSTILE.values(), ids=HOSTILE)
def test_entities_refuse_the_file(firm: Firm, prolog: str):
    payload = a_file(a_form(a_declaration(the_user(), action="BLOCK"))).replace(
        b"<AccessDecl", prolog.encode() + b"<AccessDecl", 1
    )
    firm.deliver(payload)

    assert firm.refusal() == ["ACRF-102"]
    assert firm.declared() == []


def test_a_file_that_is_filed_twice_is_filed_once(firm: Firm):
    """Two workers take up the same acknowledged file; the second finds nothing to do."""
    firm.employ(ANN)
    firm.bench.deliver(a_file(a_form(a_declaration(a_user()))), key=firm.bench.next_key(purpose="ACCS"))
    filed = firm.bench.counter.claim_and_acknowledge("one")
    firm.bench.counter.file_and_notify(filed, "one")
    firm.bench.counter.file_and_notify(filed, "other")

    assert len(firm.declared()) == 1
    assert len(firm.bench.answers("NOTI")) == 1


def test_two_files_with_one_reference_that_arrive_together_are_told_apart(firm: Firm):
    firm.employ(ANN, BERT)
    for person, email in ((ANN, "a@firm.example"), (BERT, "b@firm.example")):
        payload = a_file(a_form(a_declaration(a_user(person, email=email))))
        firm.bench.deliver(payload, key=firm.bench.next_key(purpose="ACCS"))
    firm.bench.work()

    assert codes(firm.bench.answers("NOTI")) == ["003"]
    assert sorted(results(firm.bench.answers("NOTI"))) == ["0", "1"]


def test_a_notification_names_what_a_reader_needs(firm: Firm):
    firm.employ(ANN)
    (answer,) = firm.declare(a_declaration(a_user(), seq=12), reference="HR 7/2026")
    form = answer.root.find("Form")

    assert form is not None
    assert form.findtext("HandledOriginalForm/Identification") == "ACCS001"
    assert form.findtext("EmployerId/CompanyID") == "0412345614"
    assert form.find("NaturalPerson") is None
    assert len(io.BytesIO(answer.content).read()) < 4000
