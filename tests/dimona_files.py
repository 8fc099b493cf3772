"""Dimona payloads for tests: valid by default, each deviation an argument."""

from datetime import date
from typing import Any

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\r\n'
    '<Dimona xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="{schema}">\r\n'
)
TAIL = "</Dimona>\r\n"

STUDENTS = ("05071400153", "06020300277", "99123100267", "80111405125")
EMPLOYER_NSSO = "012345674"
EMPLOYER_COMPANY = "0412345614"
WORKER_TYPES = (
    *("A17", "ALT", "BCW", "DWD", "EXT", "FLX", "IVT", "O17", "OTH", "PMP", "RTA", "S17", "STG", "STU", "T17", "TEA"),
    "TRI",
)
A_PERSON = (
    "<WorkerName>Peeters</WorkerName><WorkerFirstName>Noor</WorkerFirstName>"
    "<WorkerBirthdate>2006-03-09</WorkerBirthdate><WorkerBirthplace>Luik</WorkerBirthplace>"
    "<WorkerBirthplaceCountry>150</WorkerBirthplaceCountry><WorkerSex>2</WorkerSex>"
    "<WorkerStreet>Rue Exemple</WorkerStreet><WorkerHouseNbr>4</WorkerHouseNbr><WorkerZIPCode>4000</WorkerZIPCode>"
    "<WorkerCity>Luik</WorkerCity><WorkerCountry>150</WorkerCountry><Nationality>150</Nationality>"
)
"""What identifies a person without a national number."""


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
    insz: str | None = STUDENTS[0],
    start: date | str = date(2026, 7, 2),
    end: date | str | None = date(2026, 7, 31),
    hours: int | None = 100,
    nsso: str = EMPLOYER_NSSO,
    reference: str | None = None,
    created: date = date(2026, 7, 1),
    commission: str = "XXX",
    worker_type: str = "STU",
    days: int | None = None,
    user: str = "",
    from_hour: str | None = None,
    to_hour: str | None = None,
    rest: str = "",
) -> str:
    """Return the start of an employment; `user` goes into the features, `rest` after them, None is left out."""
    person = A_PERSON if insz is None else f"<INSS>{insz}</INSS>"
    return a_form(
        f"<DimonaIn><StartingDate>{start}</StartingDate>{_if_given('StartingHour', from_hour)}"
        f"{_if_given('EndingDate', end)}{_if_given('EndingHour', to_hour)}"
        f"{_if_given('PlannedHoursNbr', hours)}{_if_given('PlannedDaysNbr', days)}"
        f"<EmployerId><NOSSRegistrationNbr>{nsso}</NOSSRegistrationNbr></EmployerId>"
        f"<NaturalPerson>{person}</NaturalPerson>"
        f"<DimonaFeatures><JointCommissionNbr>{commission}</JointCommissionNbr><WorkerType>{worker_type}</WorkerType>"
        f"{user}</DimonaFeatures>{rest}</DimonaIn>",
        reference=reference,
        created=created,
    )


def an_in_of(worker_type: str, **deviation: Any) -> str:
    """Return the start of an employment of any kind of worker, with what that kind must have and no more."""
    return an_in(worker_type=worker_type, **{"hours": 100 if worker_type == "STU" else None, **deviation})


def an_update(
    period_id: str,
    *,
    start: date | str | None = None,
    end: date | str | None = None,
    hours: int | None = None,
    days: int | None = None,
    insz: str | None = None,
    nsso: str | None = None,
    created: date = date(2026, 7, 1),
) -> str:
    """Return a change of what is given; without anything given, of the planned hours."""
    if (start, end, hours, days) == (None, None, None, None):
        hours = 80
    return a_form(
        f"<DimonaUpdate><DimonaPeriodId>{period_id}</DimonaPeriodId>{_if_given('StartingDate', start)}"
        f"{_if_given('EndingDate', end)}{_if_given('INSS', insz)}{_if_given('PlannedHoursNbr', hours)}"
        f"{_if_given('PlannedDaysNbr', days)}{_employer(nsso)}</DimonaUpdate>",
        created=created,
    )


def a_daily_registration(
    period_id: str | None,
    *,
    status: str = "0",
    registration_id: str | None = None,
    start: date | str | None = date(2026, 7, 2),
    from_hour: str | None = "0800",
    end: date | str | None = None,
    to_hour: str | None = None,
    created: date = date(2026, 7, 1),
) -> str:
    """Return a new registration (status 0), or the change (1) or withdrawal (3) of `registration_id`."""
    return a_form(
        f"<DailyRegistrationDeclaration><AttestationStatus>{status}</AttestationStatus>"
        f"{_if_given('DailyRegistrationId', registration_id)}{_if_given('DimonaPeriodId', period_id)}"
        f"{_if_given('StartingDate', start)}{_if_given('StartingHour', from_hour)}{_if_given('EndingDate', end)}"
        f"{_if_given('EndingHour', to_hour)}</DailyRegistrationDeclaration>",
        created=created,
    )


def _if_given(tag: str, value: object) -> str:
    return "" if value is None else f"<{tag}>{value}</{tag}>"


def _employer(nsso: str | None) -> str:
    return f"<EmployerId><NOSSRegistrationNbr>{nsso}</NOSSRegistrationNbr></EmployerId>" if nsso else ""


def a_cancel(
    period_id: str, *, insz: str | None = None, nsso: str | None = None, created: date = date(2026, 7, 1)
) -> str:
    return a_form(
        f"<DimonaCancel><DimonaPeriodId>{period_id}</DimonaPeriodId>{_if_given('INSS', insz)}{_employer(nsso)}"
        f"</DimonaCancel>",
        created=created,
    )


def an_out(
    period_id: str,
    *,
    end: date | str = date(2026, 7, 20),
    insz: str | None = None,
    nsso: str | None = None,
    created: date = date(2026, 7, 1),
) -> str:
    return a_form(
        f"<DimonaOut><DimonaPeriodId>{period_id}</DimonaPeriodId><EndingDate>{end}</EndingDate>"
        f"{_if_given('INSS', insz)}{_employer(nsso)}</DimonaOut>",
        created=created,
    )
