"""The published example of six forms, and what the day of reception changes."""

import io
from datetime import UTC, datetime

import pytest

from domain.student_declarations import DimonaCancel, DimonaIn, DimonaOut, DimonaUpdate, JudgedForm
from tests.validators.payloads import (
    RECEIVED_AT,
    a_cancel,
    a_form,
    a_header,
    a_payload,
    a_reference,
    an_in,
    codes_of,
    dimona_schema,
    frame_of,
    parsed,
)
from validators.dimona import judge_forms

WORKPLACE = (
    "<StudentPlaceOfWork><Denomination>Voorbeeld Winkels NV - filiaal Gent</Denomination><Address>"
    "<Street>Kouter</Street><HouseNbr>12</HouseNbr><PostBox>B3</PostBox><ZIPCode>9000</ZIPCode><City>Gent</City>"
    "<Country>150</Country></Address></StudentPlaceOfWork>"
)
SIX = (
    a_form(
        an_in(
            employer="<EmployerId><NOSSRegistrationNbr>012345674</NOSSRegistrationNbr>"
            "<CompanyID>0412345614</CompanyID></EmployerId>",
            rest=WORKPLACE,
        ),
        references=a_reference("STU-2025-000017")
        + a_reference("EMP-0042", kind="7")
        + a_reference("WRK-991", kind="8"),
    ),
    a_form(
        an_in(
            start="<StartingDate>2025-07-07</StartingDate>",
            end="<EndingDate>2025-07-11</EndingDate>",
            planned="<PlannedHoursNbr>38</PlannedHoursNbr>",
            employer="<EmployerId><NOSSRegistrationNbr>123456749</NOSSRegistrationNbr></EmployerId>",
            person="<NaturalPerson><INSS>06020300277</INSS></NaturalPerson>",
            commission="322",
            user="<UsingEmployer><JointCommissionNbr>XXX</JointCommissionNbr>"
            "<UsingEmployerCompanyID>0412345614</UsingEmployerCompanyID></UsingEmployer>",
        ),
        references=a_reference("STU-2025-000018"),
    ),
    a_form(
        an_in(
            employer="<EmployerId><CompanyID>0412345614</CompanyID></EmployerId>",
            person="<NaturalPerson><WorkerName>Peeters</WorkerName><WorkerFirstName>Noor</WorkerFirstName>"
            "<WorkerInitial>A</WorkerInitial><WorkerBirthdate>2006-03-09</WorkerBirthdate>"
            "<WorkerBirthplace>Luik</WorkerBirthplace><WorkerBirthplaceCountry>150</WorkerBirthplaceCountry>"
            "<WorkerSex>2</WorkerSex><WorkerStreet>Rue Exemple</WorkerStreet><WorkerHouseNbr>4</WorkerHouseNbr>"
            "<WorkerZIPCode>4000</WorkerZIPCode><WorkerCity>Luik</WorkerCity><WorkerCountry>150</WorkerCountry>"
            "<Nationality>150</Nationality></NaturalPerson>",
        )
    ),
    a_form(
        "<DimonaUpdate><DimonaPeriodId>610000005549</DimonaPeriodId><EndingDate>2025-08-15</EndingDate>"
        "<INSS>99123100267</INSS><PlannedHoursNbr>180</PlannedHoursNbr>"
        "<EmployerId><NOSSRegistrationNbr>012345674</NOSSRegistrationNbr></EmployerId></DimonaUpdate>"
    ),
    a_form(
        "<DimonaOut><DimonaPeriodId>610000005549</DimonaPeriodId><EndingDate>2025-08-08</EndingDate>"
        "<INSS>99123100267</INSS></DimonaOut>"
    ),
    a_form(a_cancel(rest="<INSS>06020300277</INSS>")),
)


def judge(payload: bytes, *, received_at: datetime = RECEIVED_AT) -> list[JudgedForm]:
    return list(judge_forms(io.BytesIO(payload), schema=dimona_schema(), received_at=received_at))


def test_the_example_of_six_forms_is_judged_one_by_one() -> None:
    payload = a_payload(*SIX)
    assert frame_of(payload).forms == 6
    judged = judge(payload)
    assert [[finding.code for finding in form.findings] for form in judged] == [
        [],
        [],
        [],
        [],
        [],
        [],
    ]
    actions = [DimonaIn, DimonaIn, DimonaIn, DimonaUpdate, DimonaOut, DimonaCancel]
    assert [type(form.action) for form in judged] == actions
    assert [form.index for form in judged] == [1, 2, 3, 4, 5, 6]


def test_an_update_and_an_out_tell_whom_they_are_about() -> None:
    update, out = judge(a_payload(*SIX[3:5]))
    assert (update.insz, out.insz) == ("99123100267", "99123100267")
    assert update.employer is not None
    assert update.employer.nsso == "012345674"


@pytest.mark.parametrize("form", SIX)
def test_every_form_of_the_example_has_a_sound_structure(form: str) -> None:
    assert dimona_schema().compiled().validate(parsed(form))


def test_the_day_of_reception_is_that_of_brussels() -> None:
    form = a_payload(a_form(header=a_header(date="2025-06-28")))
    before, after = datetime(2025, 6, 27, 21, 59, tzinfo=UTC), datetime(2025, 6, 27, 22, 0, tzinfo=UTC)
    assert [finding.code for finding in judge(form, received_at=before)[0].findings] == ["00218-003"]
    assert judge(form, received_at=after)[0].findings == ()


def test_last_year_is_last_year_of_the_reception() -> None:
    form = a_payload(a_form(header=a_header(date="2024-12-31")))
    assert judge(form, received_at=datetime(2025, 12, 31, 22, 59, tzinfo=UTC))[0].findings == ()
    assert judge(form, received_at=datetime(2025, 12, 31, 23, 0, tzinfo=UTC))[0].is_blocked


def test_forms_come_one_by_one_before_the_payload_was_read_to_its_end() -> None:
    payload = io.BytesIO(a_payload(*[a_form()] * 1_000))
    forms = judge_forms(payload, schema=dimona_schema(), received_at=RECEIVED_AT)
    assert next(forms).index == 1
    assert payload.tell() < len(payload.getvalue())


def test_an_unsound_form_is_judged_by_its_structure_alone() -> None:
    assert codes_of(a_form(an_in(employer="", commission="999"), header=a_header(status="1"))) == ["00046-008"]
