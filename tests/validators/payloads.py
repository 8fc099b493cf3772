"""Payloads and forms for these tests: valid by default, each deviation an argument."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

from lxml import etree

import schemas
from domain.refusals import Refusal
from domain.student_declarations import JudgedForm
from validators.dimona import DimonaRuleSettings, judge_forms
from validators.frames import Frame, ReadingLimits, check_frame
from validators.schemas import SchemaLibrary, SchemaVersion

TODAY = date(2025, 6, 27)
RECEIVED_AT = datetime(2025, 6, 27, 8, 0, tzinfo=UTC)
LIBRARY = SchemaLibrary(Path(next(iter(schemas.__path__))))
SCHEMA_NAME = "Dimona_20231.xsd"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
NAMED = f'{XSI} xsi:noNamespaceSchemaLocation="{SCHEMA_NAME}"'


def dimona_schema() -> SchemaVersion:
    return LIBRARY.find(SCHEMA_NAME, message="DIMN", on=TODAY)


def a_header(
    *,
    identification: str = "DIMONA",
    date: str = "2025-06-27",
    hour: str = "09:12:44.120",
    status: str = "0",
    type_form: str = "SU",
) -> str:
    return (
        f"<Identification>{identification}</Identification><FormCreationDate>{date}</FormCreationDate>"
        f"<FormCreationHour>{hour}</FormCreationHour><AttestationStatus>{status}</AttestationStatus>"
        f"<TypeForm>{type_form}</TypeForm>"
    )


def a_reference(number: str = "STU-1", *, kind: str = "1", origin: str = "1") -> str:
    return (
        f"<Reference><ReferenceType>{kind}</ReferenceType><ReferenceOrigin>{origin}</ReferenceOrigin>"
        f"<ReferenceNbr>{number}</ReferenceNbr></Reference>"
    )


def an_in(
    *,
    start: str = "<StartingDate>2025-07-01</StartingDate>",
    end: str = "<EndingDate>2025-08-31</EndingDate>",
    start_hour: str = "",
    end_hour: str = "",
    planned: str = "<PlannedHoursNbr>240</PlannedHoursNbr>",
    employer: str = "<EmployerId><NOSSRegistrationNbr>012345674</NOSSRegistrationNbr></EmployerId>",
    person: str = "<NaturalPerson><INSS>05071400153</INSS></NaturalPerson>",
    features: str | None = None,
    commission: str = "XXX",
    worker_type: str = "STU",
    sub_entity: str = "",
    user: str = "",
    rest: str = "",
) -> str:
    if features is None:
        features = (
            f"<DimonaFeatures><JointCommissionNbr>{commission}</JointCommissionNbr>"
            f"<WorkerType>{worker_type}</WorkerType>{sub_entity}{user}</DimonaFeatures>"
        )
    return f"<DimonaIn>{start}{start_hour}{end}{end_hour}{planned}{employer}{person}{features}{rest}</DimonaIn>"


def a_cancel(period_id: str = "610000004236", *, rest: str = "") -> str:
    return f"<DimonaCancel><DimonaPeriodId>{period_id}</DimonaPeriodId>{rest}</DimonaCancel>"


def an_out(period_id: str = "610000004236", *, end: str = "2025-08-08", rest: str = "") -> str:
    return f"<DimonaOut>{a_period(period_id)}<EndingDate>{end}</EndingDate>{rest}</DimonaOut>"


def an_update(
    changed: str = "<EndingDate>2025-08-15</EndingDate>",
    *,
    period_id: str = "610000004236",
    planned: str = "",
    employer: str = "",
    insz: str = "",
) -> str:
    worker = f"<INSS>{insz}</INSS>" if insz else ""
    return f"<DimonaUpdate>{a_period(period_id)}{changed}{worker}{planned}{employer}</DimonaUpdate>"


def a_daily_registration(
    *,
    status: str = "0",
    registration_id: str = "",
    period_id: str = "610000004236",
    when: str = "<StartingDate>2025-07-01</StartingDate>",
) -> str:
    registration = f"<DailyRegistrationId>{registration_id}</DailyRegistrationId>" if registration_id else ""
    return (
        f"<DailyRegistrationDeclaration><AttestationStatus>{status}</AttestationStatus>{registration}"
        f"{a_period(period_id)}{when}</DailyRegistrationDeclaration>"
    )


def a_period(period_id: str) -> str:
    return f"<DimonaPeriodId>{period_id}</DimonaPeriodId>" if period_id else ""


def a_form(action: str | None = None, *, header: str | None = None, references: str = "") -> str:
    return f"<Form>{a_header() if header is None else header}{references}{an_in() if action is None else action}</Form>"


def a_payload(
    *forms: str,
    declaration: str = '<?xml version="1.0" encoding="UTF-8"?>',
    before: str = "",
    root: str = "Dimona",
    attributes: str = NAMED,
    after: str = "",
) -> bytes:
    body = "\n".join(forms or (a_form(),))
    return f"{declaration}{before}<{root} {attributes}>\n{body}\n</{root}>{after}".encode()


def frame_of(payload: bytes, *, message: str = "DIMN", limits: ReadingLimits | None = None) -> Frame:
    return check_frame(
        io.BytesIO(payload), message=message, schemas=LIBRARY, on=TODAY, limits=limits or ReadingLimits()
    )


def refusal_of(payload: bytes, *, message: str = "DIMN", limits: ReadingLimits | None = None) -> str:
    """Return the code of the refusal, or "accepted"."""
    try:
        frame_of(payload, message=message, limits=limits)
    except Refusal as refusal:
        return str(refusal.code)
    return "accepted"


def judged(*forms: str, settings: DimonaRuleSettings | None = None) -> list[JudgedForm]:
    return list(
        judge_forms(
            io.BytesIO(a_payload(*forms)),
            schema=dimona_schema(),
            received_at=RECEIVED_AT,
            settings=settings or DimonaRuleSettings(),
        )
    )


def codes_of(form: str, *, settings: DimonaRuleSettings | None = None) -> list[str]:
    (one,) = judged(form, settings=settings)
    return [finding.code for finding in one.findings]


def parsed(form: str) -> etree._Element:
    return etree.fromstring(form)
