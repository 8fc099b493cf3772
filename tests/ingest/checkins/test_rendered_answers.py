"""The answers about check-ins as XML: of the structure that `schemas/` promises, with the official words letter for letter."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree

from domain.answers import Notification
from domain.channels import Channel
from domain.checkins.codes import RefusalCode, Remark
from domain.checkins.outcomes import Cancelled, CorrectionTaken, Outcome, Refused, Registered, Registration
from domain.checkins.vocabulary import ClockingChannel, CorrectionState, PresenceKind, PresenceStatus
from domain.findings import Finding, Location, Severity
from domain.languages import Language
from domain.sender_numbers import SenderNumber
from domain.student_declarations import EmployerId
from domain.tickets import Ticket
from ingest.checkin_labels import read_labels
from ingest.checkin_outcomes import is_pending, keep
from ingest.render_checkins import ToldBatch, ToldItem, ValidityTold, render_instant, render_notices, render_results
from sender.answers import read_answer
from tests.architecture.repository import ROOT, table_rows
from tests.ingest.answer_checks import require_valid_answer
from validators.checkins.files import STRUCTURE

SPACE = "{urn:guichet:presence:1}"
AT = datetime(2026, 11, 23, 5, 4, 13, 101_000, tzinfo=UTC)
REGISTRATION = Registration(
    id=100_000_000_053_790,
    version=1,
    kind=PresenceKind.EVENT,
    status=PresenceStatus.REGISTERED,
    registration_date=date(2026, 11, 23),
    person_id=1,
    employer=None,
    work_place_id="1Y1003TESTB7Z",
    channel=ClockingChannel.BATCH,
    received_at=AT,
    created_at=AT,
    reference="EV-0000419",
)
ABOUT = Notification(
    "GO.CIAO.123456.20261123.00001.R.1",
    Ticket.parse("03804UE9XCMQZ"),
    SenderNumber("123456"),
    EmployerId("0877665502"),
    Language.NL,
    Channel.SFTP,
    AT,
    AT,
)


def rendered(*outcomes: Outcome, findings: Sequence[Finding] = (), language: Language = Language.NL) -> etree._Element:
    kept = [keep(outcome) for outcome in outcomes]
    target = io.BytesIO()
    items = [ToldItem(seq, one, tuple(findings)) for seq, one in enumerate(kept, start=1)]
    render_results(ToldBatch.of("CLEANCO-1", "5d" * 32, kept), items, target, about=replace(ABOUT, language=language))
    return require_valid_answer(target.getvalue())


def a_refusal(*codes: str, line: int | None = 7) -> tuple[Refused, list[Finding]]:
    location = None if line is None else Location(line, 5)
    return Refused(()), [Finding(code, Severity.BLOCKING, "detail", location=location) for code in codes]


def test_a_registration_is_told_as_the_published_reply_does() -> None:
    (told,) = rendered(Registered(REGISTRATION, (Remark.OUT_WITHOUT_IN,))).iter(f"{SPACE}PresenceRegistration")

    assert "".join(told.itertext()) == (
        "1000000000537902026-11-23T06:04:13.101+01:00BATCHSUCCESSFULLY REGISTEREDOUT WITHOUT OPEN INEV-0000419"
    )
    assert told.find(f".//{SPACE}Remark").get("code") == "R03"


def test_an_official_remark_is_told_letter_for_letter_and_without_a_code() -> None:
    told = rendered(Registered(REGISTRATION, (Remark.COMPANY_NOT_IN_WORK_PLACE,))).find(f".//{SPACE}Remark")

    assert told.text == "COMPANY IS NOT KNOWN  AS BUILDER OR  SUBCONTRACTOR IN THIS DUC"
    assert told.attrib == {}


def test_a_cancellation_tells_when_it_was_made() -> None:
    cancelled = replace(REGISTRATION, status=PresenceStatus.CANCELLED, validated_at=AT)
    (told,) = rendered(Cancelled(cancelled)).iter(f"{SPACE}LastValidation")
    assert [child.text for child in told] == ["SUCCESSFULLY CANCELLED", "2026-11-23T06:04:13.101+01:00"]


def test_a_request_is_pending_until_it_is_decided() -> None:
    requested = CorrectionTaken("C-20261123-0000291", CorrectionState.SUBMITTED, date(2026, 12, 20), AT)
    root = rendered(Registered(REGISTRATION), requested)

    assert dict(root.find(f".//{SPACE}Counts").attrib) == {
        "items": "2",
        "accepted": "1",
        "rejected": "0",
        "pending": "1",
    }
    assert root.findtext(f".//{SPACE}DeadlineDate") == "2026-12-20"
    assert not is_pending(keep(replace(requested, state=CorrectionState.EXPIRED)))


def test_a_draft_tells_until_when_its_evidence_is_waited_for() -> None:
    draft = CorrectionTaken("C-20261123-0000291", CorrectionState.DRAFT, date(2026, 12, 20), AT)
    told = [rendered(replace(draft, state=state)) for state in (CorrectionState.DRAFT, CorrectionState.SUBMITTED)]
    due = [root.findtext(f".//{SPACE}EvidenceDueDateTime") for root in told]
    assert due == ["2026-11-23T06:04:13.101+01:00", None]


def test_what_is_told_of_a_structure_is_as_long_as_the_answer_has_room() -> None:
    refused, _ = a_refusal(STRUCTURE)
    root = rendered(refused, findings=[Finding(STRUCTURE, Severity.BLOCKING, "x" * 600, location=Location(7, 5))])
    assert len(root.findtext(f".//{SPACE}ErrorDescription")) == 500


CODES = [*RefusalCode, STRUCTURE]


@pytest.mark.parametrize("language", Language)
def test_every_code_can_be_told_in_four_languages(language: Language) -> None:
    refused, findings = a_refusal(*CODES)
    root = rendered(refused, findings=findings, language=language)

    assert [error.findtext(f"{SPACE}ErrorCode") for error in root.iter(f"{SPACE}Error")] == [
        str(code) for code in CODES
    ]
    assert len({error.findtext(f"{SPACE}ErrorLabel") for error in root.iter(f"{SPACE}Error")}) == len(CODES)


def test_a_refusal_has_its_official_sentence_and_its_place() -> None:
    refused, findings = a_refusal("5")
    (error,) = rendered(refused, findings=findings).iter(f"{SPACE}Error")

    assert error.findtext(f"{SPACE}ErrorDescription") == "Invalid INSS node content. Invalid INSZ/INSS number"
    assert dict(error.attrib) == {"line": "7", "column": "5"}


def test_a_refusal_says_what_the_register_knows_of_this_one() -> None:
    known = "registration 132210000000007 is so"
    _, findings = a_refusal("P306")
    (error,) = rendered(Refused((RefusalCode.NOTHING_TO_CORRECT,), detail=known), findings=findings).iter(
        f"{SPACE}Error"
    )

    assert error.findtext(f"{SPACE}ErrorDescription") == f"{RefusalCode.NOTHING_TO_CORRECT.text}; {known}"


def test_the_toolkit_tells_what_the_register_knows_of_this_one(tmp_path: Path) -> None:
    _, findings = a_refusal("P305", line=None)
    waits = Refused((RefusalCode.CORRECTION_PENDING,), "C-20261123-0000291", detail="request C-20261123-0000291")
    path = tmp_path / "FO.CIAR.xml"
    path.write_bytes(etree.tostring(rendered(waits, findings=findings)))

    (one,) = read_answer(path).declarations
    assert str(one.findings[0]).endswith(". request C-20261123-0000291")


def test_a_faulty_structure_says_what_is_wrong_with_it() -> None:
    refused, findings = a_refusal("SOA-03006")
    (error,) = rendered(refused, findings=findings).iter(f"{SPACE}Error")
    assert error.findtext(f"{SPACE}ErrorDescription") == "XSD validation of the item failed; detail"


def test_a_refusal_without_a_place_has_none() -> None:
    refused, findings = a_refusal("5", line=None)
    (error,) = rendered(refused, findings=findings).iter(f"{SPACE}Error")
    assert dict(error.attrib) == {}


def test_labels_are_those_of_the_codes_and_complete() -> None:
    assert set(read_labels()) == {str(code) for code in CODES}
    assert {frozenset(labels) for labels in read_labels().values()} == {frozenset(Language)}
    assert all(len(set(labels.values())) == len(Language) for labels in read_labels().values())


def test_a_label_names_no_limit_that_a_rule_of_a_sector_sets() -> None:
    """How many days there are is data: `guichet checkins set-rule` changes it."""
    told = [text for labels in read_labels().values() for text in labels.values()]
    assert [text for text in told if any(sign.isdigit() for sign in text)] == []


def test_documented_codes_are_those_there_are() -> None:
    rows = [row[0].strip("`") for row in table_rows(ROOT / "docs" / "reference" / "check-in-codes.md")]
    documented = [code for code in rows if code in read_labels()]
    assert sorted(documented) == sorted(read_labels())


def test_documented_remarks_are_those_there_are() -> None:
    rows = [row[0].strip("`") for row in table_rows(ROOT / "docs" / "reference" / "check-in-codes.md")]
    in_capitals = {row for row in rows if row.isupper()}
    assert in_capitals - set(read_labels()) == {remark.value for remark in Remark}


@pytest.mark.parametrize(
    ("instant", "told"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25T02:30:00.000+02:00"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25T02:30:00.000+01:00"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "2026-03-29T03:00:00.000+02:00"),
    ],
)
def test_an_hour_that_comes_twice_is_told_by_its_offset(instant: datetime, told: str) -> None:
    assert render_instant(instant) == told


NOTICE = ValidityTold(100_000_000_053_790, "FAILED", AT, (Remark.DIMONA_NOT_OK, Remark.LATE), "EV-0000419")


def test_a_changed_validity_is_told_with_its_remarks() -> None:
    target = io.BytesIO()
    render_notices([NOTICE, replace(NOTICE, status="VALIDATED", remarks=(), reference="")], target, at=AT)
    failed, validated = require_valid_answer(target.getvalue()).iter(f"{SPACE}Notice")

    assert list(failed.itertext()) == [
        "100000000053790",
        "FAILED",
        "2026-11-23T06:04:13.101+01:00",
        "RELATED DIMONA NOT OK",
        "LATE",
        "EV-0000419",
    ]
    assert validated.findtext(f"{SPACE}Status") == "VALIDATED"


def test_the_toolkit_reads_both_answers(tmp_path: Path) -> None:
    _refused, findings = a_refusal("5")
    results, notices = tmp_path / "FO.CIAR.xml", tmp_path / "FO.CIAV.xml"
    results.write_bytes(etree.tostring(rendered(Registered(REGISTRATION, (Remark.LATE,)), findings=findings)))
    with notices.open("wb") as target:
        render_notices([NOTICE], target, at=AT)

    told, noticed = read_answer(results), read_answer(notices)

    assert (told.kind, told.file_name, told.ticket) == ("CIAR", ABOUT.file_name, "03804UE9XCMQZ")
    (one,) = told.declarations
    assert (one.reference, one.ticket, one.result) == ("seq 1 EV-0000419", "100000000053790", "accepted")
    assert [str(finding) for finding in one.findings] == ["R01 LATE"]
    (one,) = noticed.declarations
    assert (one.reference, one.result, len(one.findings)) == ("EV-0000419", "failed", 2)


def test_the_toolkit_reads_refusals_and_requests(tmp_path: Path) -> None:
    refused, findings = a_refusal("5")
    requested = CorrectionTaken("C-20261123-0000291", CorrectionState.DRAFT, date(2026, 12, 20), AT)
    path = tmp_path / "FO.CIAR.xml"
    path.write_bytes(etree.tostring(rendered(refused, requested, findings=findings)))

    first, second = read_answer(path).declarations

    assert (first.reference, first.result, str(first.findings[0])) == (
        "seq 1",
        "refused",
        "5 Het rijksregisternummer of bisnummer is niet geldig. (line 7)",
    )
    assert (second.ticket, second.result, second.findings[0].label) == (
        "C-20261123-0000291",
        "to validate",
        "DRAFT: hand in its evidence until 2026-11-23 06:04",
    )
