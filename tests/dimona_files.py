"""Dimona payloads for tests: valid by default, each deviation an argument."""

from datetime import date

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\r\n'
    '<Dimona xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="{schema}">\r\n'
)
TAIL = "</Dimona>\r\n"

STUDENTS = ("05071400153", "06020300277", "99123100267", "80111405125")
EMPLOYER_NSSO = "012345674"
EMPLOYER_COMPANY = "0412345614"


def a_payload(*forms: str, schema: str = "Dimona_20231.xsd") -> bytes:
    return (HEAD.format(schema=schema) + "".join(forms) + TAIL).encode()


def a_form(action: str, *, reference: str | None = None, created: date = date(2026, 7, 1)) -> str:
    echo = (
        f"<Reference><ReferenceType>1</ReferenceType><ReferenceOrigin>1</ReferenceOrigin>"
        f"<ReferenceNbr>{reference}</ReferenceNbr></Reference>"
        if reference
        else ""
    )
    return (
        f"<Form><Identification>DIMONA</Identification><FormCreationDate>{created}</FormCreationDate>"
        f"<FormCreationHour>09:12:44.120</FormCreationHour><AttestationStatus>0</AttestationStatus>"
        f"<TypeForm>SU</TypeForm>{echo}{action}</Form>\r\n"
    )


def an_in(
    *,
    insz: str = STUDENTS[0],
    start: date | str = date(2026, 7, 2),
    end: date | str = date(2026, 7, 31),
    hours: int = 100,
    nsso: str = EMPLOYER_NSSO,
    reference: str | None = None,
    created: date = date(2026, 7, 1),
    commission: str = "XXX",
    worker_type: str = "STU",
) -> str:
    return a_form(
        f"<DimonaIn><StartingDate>{start}</StartingDate><EndingDate>{end}</EndingDate>"
        f"<PlannedHoursNbr>{hours}</PlannedHoursNbr>"
        f"<EmployerId><NOSSRegistrationNbr>{nsso}</NOSSRegistrationNbr></EmployerId>"
        f"<NaturalPerson><INSS>{insz}</INSS></NaturalPerson>"
        f"<DimonaFeatures><JointCommissionNbr>{commission}</JointCommissionNbr><WorkerType>{worker_type}</WorkerType>"
        f"</DimonaFeatures></DimonaIn>",
        reference=reference,
        created=created,
    )


def a_cancel(
    period_id: str, *, insz: str | None = None, nsso: str | None = None, created: date = date(2026, 7, 1)
) -> str:
    worker = f"<INSS>{insz}</INSS>" if insz else ""
    employer = f"<EmployerId><NOSSRegistrationNbr>{nsso}</NOSSRegistrationNbr></EmployerId>" if nsso else ""
    return a_form(
        f"<DimonaCancel><DimonaPeriodId>{period_id}</DimonaPeriodId>{worker}{employer}</DimonaCancel>",
        created=created,
    )


def an_out(period_id: str, *, end: date | str = date(2026, 7, 20), created: date = date(2026, 7, 1)) -> str:
    return a_form(
        f"<DimonaOut><DimonaPeriodId>{period_id}</DimonaPeriodId><EndingDate>{end}</EndingDate></DimonaOut>",
        created=created,
    )
