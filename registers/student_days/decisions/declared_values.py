"""Say what a form has in the zone that a finding is about; knows no register."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.student_declarations import JudgedForm

_OF_ACTION: Mapping[str, str] = MappingProxyType(
    {
        "DimonaPeriodId": "period_id",
        "DailyRegistrationId": "registration_id",
        "StartingDate": "starting_date",
        "StartingHour": "starting_hour",
        "EndingDate": "ending_date",
        "EndingHour": "ending_hour",
        "PlannedHoursNbr": "planned_hours",
        "PlannedDaysNbr": "planned_days",
        "INSS": "insz",
    }
)
_OF_EMPLOYER: Mapping[str, str] = MappingProxyType(
    {"NOSSRegistrationNbr": "nsso", "ProvisionalNSSONbr": "provisional_nsso", "CompanyID": "company"}
)
_OF_PERSON: Mapping[str, str] = MappingProxyType(
    {
        "WorkerName": "name",
        "WorkerFirstName": "first_name",
        "WorkerBirthdate": "birth_date",
        "WorkerSex": "sex",
    }
)


def declared_value(form: JudgedForm, tag: str) -> str | None:
    """Return what the form declares in the zone `tag`; None for a block, and for a zone that it does not have.

    Numbers come in their full digits, dates and hours as a message writes them (batch protocol §3.2, Value).
    """
    holders = ((form.action, _OF_ACTION), (form.employer, _OF_EMPLOYER), (_person_of(form), _OF_PERSON))
    for holder, fields in holders:
        if tag in fields:
            value = getattr(holder, fields[tag], None)
            return None if value is None else str(value)
    return None


def _person_of(form: JudgedForm) -> object:
    return getattr(form.action, "person", None)
