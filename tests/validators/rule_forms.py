"""Forms for the tests of the rules: each function deviates in one thing from a form that passes."""

from tests.validators.payloads import a_daily_registration, a_form, an_in, an_update

PERSON = {
    "WorkerName": "Peeters",
    "WorkerFirstName": "Noor",
    "WorkerBirthdate": "2006-03-09",
    "WorkerBirthplace": "Luik",
    "WorkerBirthplaceCountry": "150",
    "WorkerSex": "2",
    "WorkerStreet": "Rue Exemple",
    "WorkerHouseNbr": "4",
    "WorkerZIPCode": "4000",
    "WorkerCity": "Luik",
    "WorkerCountry": "150",
    "Nationality": "150",
}
IN_ORDER = [
    *("WorkerName", "WorkerFirstName", "WorkerInitial", "WorkerBirthdate", "WorkerBirthplace"),
    *("WorkerBirthplaceCountry", "WorkerSex", "WorkerStreet", "WorkerHouseNbr", "WorkerPostBox", "WorkerZIPCode"),
    *("WorkerCity", "WorkerCountry", "Nationality"),
]
HOURS = "<PlannedHoursNbr>8</PlannedHoursNbr>"
CARDS = (
    "<ConstructionControlCards><FirstMonthC32ANbr>12</FirstMonthC32ANbr><NextMonthC32ANbr>13</NextMonthC32ANbr>"
    "</ConstructionControlCards>"
)
STATUTES = (
    "<SmallStatutesInformation><EmploymentNature>WORKER</EmploymentNature><WorkerStatus>F1</WorkerStatus>"
    "</SmallStatutesInformation>"
)


def starting(start: str, *, end: str | None = None, planned: str = HOURS, worker_type: str = "STU") -> str:
    ending = start if end is None else end
    return a_form(
        an_in(
            start=f"<StartingDate>{start}</StartingDate>",
            end=f"<EndingDate>{ending}</EndingDate>" if ending else "",
            planned=planned,
            worker_type=worker_type,
        )
    )


def of_type(worker_type: str, *, planned: str = "", **deviation: str) -> str:
    return a_form(an_in(worker_type=worker_type, planned=planned, **deviation))


def hours(number: int) -> str:
    return f"<PlannedHoursNbr>{number}</PlannedHoursNbr>"


def days(number: int) -> str:
    return f"<PlannedDaysNbr>{number}</PlannedDaysNbr>"


def between(first: str, last: str) -> str:
    """Return two hours of one day, with that day."""
    return on("2025-07-01", "2025-07-01", first=first, last=last)


def on(start: str, end: str, *, first: str = "", last: str = "") -> str:
    starting_hour = f"<StartingHour>{first}</StartingHour>" if first else ""
    ending_hour = f"<EndingHour>{last}</EndingHour>" if last else ""
    return f"<StartingDate>{start}</StartingDate>{starting_hour}<EndingDate>{end}</EndingDate>{ending_hour}"


def casual(first: str, last: str, *, end: str = "2025-07-01") -> str:
    """Return the form of casual work between two hours of the day."""
    start_hour, end_hour = f"<StartingHour>{first}</StartingHour>" if first else "", f"<EndingHour>{last}</EndingHour>"
    return of_type("EXT", start_hour=start_hour, end=f"<EndingDate>{end}</EndingDate>", end_hour=end_hour)


def employed_by(*fields: str) -> str:
    return a_form(an_in(employer=an_employer(*fields)))


def an_employer(*fields: str) -> str:
    return f"<EmployerId>{''.join(fields)}</EmployerId>"


def nsso(number: str) -> str:
    return f"<NOSSRegistrationNbr>{number}</NOSSRegistrationNbr>"


def provisional(number: str) -> str:
    return f"<ProvisionalNSSONbr>{number}</ProvisionalNSSONbr>"


def company(number: str) -> str:
    return f"<CompanyID>{number}</CompanyID>"


def person(number: str) -> str:
    return a_form(an_in(person=f"<NaturalPerson><INSS>{number}</INSS></NaturalPerson>"))


def named(*, worker_type: str = "STU", without: str = "", **deviation: str) -> str:
    """Return the form of a person without a national number, identified by everything else."""
    fields = {**PERSON, **deviation}
    inside = "".join(f"<{name}>{fields[name]}</{name}>" for name in IN_ORDER if name in fields and name != without)
    return a_form(an_in(person=f"<NaturalPerson>{inside}</NaturalPerson>", worker_type=worker_type))


def using(*fields: str, commission: str = "322") -> str:
    return a_form(an_in(commission=commission, user=f"<UsingEmployer>{''.join(fields)}</UsingEmployer>"))


def user_name(name: str = "Firm") -> str:
    return f"<UsingEmployerName>{name}</UsingEmployerName>"


def user_number(number: str = "0412345614") -> str:
    return f"<UsingEmployerCompanyID>{number}</UsingEmployerCompanyID>"


def cards(first: str, following: str, *, commission: str = "124") -> str:
    numbers = f"<FirstMonthC32ANbr>{first}</FirstMonthC32ANbr><NextMonthC32ANbr>{following}</NextMonthC32ANbr>"
    return a_form(an_in(commission=commission, rest=f"<ConstructionControlCards>{numbers}</ConstructionControlCards>"))


def an_address(*, zip_code: str = "9000", city: str = "Gent") -> str:
    return (
        f"<Address><Street>Kouter</Street><HouseNbr>12</HouseNbr><PostBox>B3</PostBox><ZIPCode>{zip_code}</ZIPCode>"
        f"<City>{city}</City><Country>150</Country></Address>"
    )


def a_workplace(*fields: str) -> str:
    return f"<StudentPlaceOfWork>{''.join(fields)}</StudentPlaceOfWork>"


def a_denomination(name: str = "D") -> str:
    return f"<Denomination>{name}</Denomination>"


def working_at(*fields: str) -> str:
    return a_form(an_in(rest=a_workplace(*fields)))


def changing(*, changed: str = "", planned: str = "", **deviation: str) -> str:
    return a_form(an_update(changed, planned=planned, **deviation))


def registering(**deviation: str) -> str:
    return a_form(a_daily_registration(**deviation))
