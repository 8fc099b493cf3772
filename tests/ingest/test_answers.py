"""Answers fit their schemas, and anyone with the authority's certificate verifies them by OpenSSL alone."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from channels.models import Sender
from domain.languages import Language
from ingest.anomaly_labels import read_catalogue
from tests.counter_bench import AnswerSeen, CounterBench
from tests.dimona_files import EMPLOYER_COMPANY, STUDENTS, a_cancel, a_payload, an_in, an_out
from tests.ingest.answer_checks import require_valid_answer


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


def test_every_answer_fits_its_schema(rich_answers):
    for answer in rich_answers[0] + rich_answers[1]:
        require_valid_answer(answer.content)


def test_a_refusing_acknowledgement_fits_its_schema(bench: CounterBench):
    (answer,), _ = bench.answers_to(b"<nonsense")

    assert answer.codes == ["ACRF-102"]
    require_valid_answer(answer.content)


def test_each_form_of_a_notification_tells_its_own_result(rich_answers):
    notification = rich_answers[1][-1]
    forms = notification.root.findall("Form")

    assert [form.findtext("HandlingResult/ResultCode") for form in forms] == ["1", "1", "0", "0", "0", "1", "0"]
    assert forms[1].findtext(".//ExceedingHoursNbr") == "550"
    assert forms[2].findtext(".//ErrorID") == "90373-333"
    assert forms[2].find(".//DimonaPeriod/PlannedHoursNbr").text == "600"
    assert forms[5].find(".//DimonaPeriodBefore") is not None
    assert forms[5].find(".//DimonaPeriodAfter") is None
    assert forms[6].findtext(".//ErrorID") == "00913-355"
    assert [form.findtext("HandlingResult/Diagnosis") for form in forms] == [None, None, "3", "3", "3", None, "3"]
    assert [form.findtext("ConcernedQuarter/Quarter") for form in forms] == ["20263"] * 4 + [None, "20263", None]
    assert [form.findtext(".//LineNbr") for form in forms] == [None, "4", "5", "6", "7", None, "9"]
    assert forms[2].findtext(".//AnomalyReport/Path/INSS") == STUDENTS[0]
    assert forms[2].findtext(".//DimonaPeriod/LastUpdateHour") == "12:00:00.000"


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


@pytest.mark.parametrize("language", [Language.NL, Language.FR, Language.DE, Language.EN])
def test_labels_are_in_the_language_of_the_sender(bench: CounterBench, language: Language):
    Sender.objects.filter(number=bench.number).update(language=language)
    _, (notification,) = bench.answers_to(a_payload(an_in(hours=900), an_in(insz="85011512300")))

    assert notification.texts("AnomalyLabel") == [read_catalogue()[code][language] for code in notification.codes]
    assert notification.codes == ["90017-369", "00024-004"]


def test_the_place_of_work_and_the_user_come_back_with_the_period(bench: CounterBench):
    place = (
        "<StudentPlaceOfWork><Denomination>Winkel</Denomination><Address><Street>Kouter</Street><HouseNbr>12</HouseNbr>"
        "<ZIPCode>9000</ZIPCode><City>Gent</City><Country>150</Country></Address></StudentPlaceOfWork></DimonaIn>"
    )
    address = "<Address><Street>Meir</Street><HouseNbr>1</HouseNbr><ZIPCode>2000</ZIPCode><City>Antwerpen</City><Country>150</Country></Address>"
    named = f"<JointCommissionNbr>124</JointCommissionNbr><UsingEmployerName>Firm</UsingEmployerName>{address}"
    user = f"<UsingEmployer>{named}</UsingEmployer></DimonaFeatures>"
    form = an_in(commission="322").replace("</DimonaIn>", place).replace("</DimonaFeatures>", user)
    _, (notification,) = bench.answers_to(a_payload(form))
    report = notification.root.find(".//DimonaImpactReport")
    _, (cancelled,) = bench.answers_to(a_payload(a_cancel(report.findtext("DimonaPeriodId"))))

    assert report.findtext("StudentPlaceOfWork/Address/City") == "Gent"
    for answer in (report, cancelled.root.find(".//DimonaImpactReport")):
        told = answer.find("DimonaFeatures/UsingEmployer")
        assert [child.tag for child in told] == ["JointCommissionNbr", "UsingEmployerName", "Address"]
        assert [told.findtext(tag) for tag in ("JointCommissionNbr", "UsingEmployerName", "Address/City")] == [
            "124",
            "Firm",
            "Antwerpen",
        ]
    assert cancelled.texts("Quarter") == ["20263"]
    assert cancelled.root.findtext(".//EmployerId/CompanyID") == EMPLOYER_COMPANY


def test_an_answer_holds_no_more_of_a_person_than_its_number(rich_answers):
    people = {element.tag for answer in rich_answers[1] for element in answer.root.iterfind(".//NaturalPerson/*")}

    assert people == {"INSS"}
