"""Answers fit their schemas, and anyone with the authority's certificate verifies them by OpenSSL alone."""

import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from lxml import etree

from tests.counter_bench import AnswerSeen, CounterBench
from tests.dimona_files import STUDENTS, a_cancel, a_payload, an_in, an_out


def schema(structure: str) -> etree.XMLSchema:
    (path,) = settings.GUICHET.schemas.glob(f"{structure}/*/*.xsd")
    return etree.XMLSchema(etree.parse(path))


@pytest.fixture
def rich_answers(bench: CounterBench) -> tuple[list[AnswerSeen], list[AnswerSeen]]:
    """Answers with an impact, an overrun, a conflict, a refusal with its place, and an action that is not open."""
    first, notified = bench.answers_to(a_payload(an_in(insz=STUDENTS[2], hours=10)))
    period_id = notified[0].texts("DimonaPeriodId")[0]
    second, more = bench.answers_to(
        a_payload(
            an_in(hours=600, reference="R-1"),
            an_in(hours=600, start=date(2026, 8, 1), end=date(2026, 8, 31)),
            an_in(hours=600),
            an_in(insz="85011512300"),
            an_in().replace("<StartingDate>2026-07-02</StartingDate>", ""),
            a_cancel(period_id),
            an_out(period_id),
        ),
    )
    return first + second, notified + more


def test_every_acknowledgement_fits_its_schema(rich_answers):
    fits = schema("acrf")

    for answer in rich_answers[0]:
        fits.assertValid(answer.root)


def test_a_refusing_acknowledgement_fits_its_schema(bench: CounterBench):
    (answer,), _ = bench.answers_to(b"<nonsense")

    assert answer.codes == ["ACRF-102"]
    schema("acrf").assertValid(answer.root)


def test_every_notification_fits_its_schema(rich_answers):
    fits = schema("notification")

    for answer in rich_answers[1]:
        fits.assertValid(answer.root)


def test_each_form_of_a_notification_tells_its_own_result(rich_answers):
    notification = rich_answers[1][-1]
    forms = notification.root.findall("Form")

    assert [form.findtext("HandlingResult/ResultCode") for form in forms] == ["1", "1", "0", "0", "0", "1", "0"]
    assert forms[1].findtext(".//ExceedingHoursNbr") == "550"
    assert forms[2].findtext(".//ErrorID") == "90373-333"
    assert forms[2].find(".//DimonaPeriod/PlannedHoursNbr").text == "600"
    assert forms[5].find(".//DimonaPeriodBefore") is not None
    assert forms[5].find(".//DimonaPeriodAfter") is None
    assert forms[6].findtext(".//ErrorID").endswith("-450")


def test_the_senders_header_and_references_are_echoed(rich_answers):
    form = rich_answers[1][-1].root.find("Form")

    assert form.findtext("HandledOriginalForm/FormCreationHour") == "09:12:44.120"
    assert form.findtext("Reference/ReferenceNbr") == "R-1"
    assert form.findtext("FileReceptionInformation/Channel") == "14"
    assert form.findtext("FileReceptionInformation/ReceptionHour") == "12:00:00.000"


def test_openssl_alone_verifies_every_answer(rich_answers, bench: CounterBench, tmp_path: Path):
    for answers in rich_answers:
        for answer in answers:
            (tmp_path / "FO").write_bytes(answer.content)
            (tmp_path / "FS").write_bytes(answer.signature)
            decoded = subprocess.run(
                ["openssl", "base64", "-d", "-in", tmp_path / "FS"], capture_output=True, check=True
            )
            verified = subprocess.run(
                [
                    *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-content", tmp_path / "FO"),
                    *("-CAfile", bench.home / "keys" / "authority.cert.pem", "-out", tmp_path / "out"),
                ],
                input=decoded.stdout,
                capture_output=True,
                check=False,
            )
            assert verified.returncode == 0, verified.stderr
            assert (tmp_path / "out").read_bytes() == answer.content


def test_a_notification_is_split_at_its_limit(bench: CounterBench):

    bench.counter = replace(bench.counter, desk=replace(bench.counter.desk, notification_forms=2))
    _, notifications = bench.answers_to(a_payload(*(an_in(insz=student) for student in STUDENTS[:3])))

    assert [len(answer.root) for answer in notifications] == [2, 1]


def test_an_answer_holds_no_more_of_a_person_than_its_number(rich_answers):
    assert rich_answers[1][-1].texts("INSS").count(STUDENTS[0]) == 4
