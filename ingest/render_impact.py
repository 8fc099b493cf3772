"""Write what a declaration changed: the block ImpactReport of a notification (batch protocol §3.2)."""

from lxml import etree

from domain.answers import PeriodImpact, RegistrationImpact
from domain.findings import PeriodFacts, RegistrationFacts
from domain.identifiers import is_company_number
from domain.student_declarations import Address, PlaceOfWork, SmallStatutes
from ingest.render_header import add, add_optional


def add_impact(handling: etree._Element, impact: PeriodImpact) -> None:
    """Append the period concerned, its features, and its state before and after."""
    report = add(add(handling, "ImpactReport"), "DimonaImpactReport")
    add(report, "DimonaPeriodId", impact.period.period_id)
    add(report, "IsLocked", int(impact.period.is_locked))
    _add_features(report, impact.period)
    if impact.cards is not None:
        cards = add(report, "ConstructionControlCards")
        add(cards, "FirstMonthC32ANbr", impact.cards.first_month)
        add(cards, "NextMonthC32ANbr", impact.cards.next_month)
    if impact.place_of_work is not None:
        _add_place_of_work(report, impact.place_of_work)
    if impact.small_statutes is not None:
        _add_small_statutes(report, impact.small_statutes)
    if impact.before is not None:
        _add_state(report, "DimonaPeriodBefore", impact.before)
    if impact.after is not None:
        _add_state(report, "DimonaPeriodAfter", impact.after)


def add_registration_impact(handling: etree._Element, impact: RegistrationImpact) -> None:
    """Append the daily registration concerned, and its state before and after."""
    report = add(add(handling, "ImpactReport"), "DailyRegistrationDclImpactReport")
    add(report, "DailyRegistrationId", impact.registration.registration_id)
    add(report, "DimonaPeriodId", impact.registration.period_id)
    if impact.before is not None:
        _add_presence(add(report, "DailyRegistrationBefore"), impact.before)
    if impact.after is not None:
        _add_presence(add(report, "DailyRegistrationAfter"), impact.after)


def add_registration(complement: etree._Element, registration: RegistrationFacts) -> None:
    """Append a daily registration with which a form collides."""
    block = add(complement, "DailyRegistration")
    add(block, "DailyRegistrationId", registration.registration_id)
    add(block, "DimonaPeriodId", registration.period_id)
    _add_presence(block, registration)


def _add_presence(block: etree._Element, registration: RegistrationFacts) -> None:
    add(block, "StartingDate", registration.starting_date.isoformat())
    add_optional(block, "StartingHour", registration.starting_hour or None)
    add(block, "EndingDate", registration.ending_date.isoformat())
    add_optional(block, "EndingHour", registration.ending_hour or None)


def add_dates_and_amount(block: etree._Element, period: PeriodFacts) -> None:
    """Append the first and last day, with their hours where there are any, and what is planned."""
    add(block, "StartingDate", period.starting_date.isoformat())
    add_optional(block, "StartingHour", period.starting_hour or None)
    add_optional(block, "EndingDate", period.ending_date.isoformat() if period.ending_date else None)
    add_optional(block, "EndingHour", period.ending_hour or None)
    add_optional(block, "PlannedHoursNbr", period.planned_hours)
    add_optional(block, "PlannedDaysNbr", period.planned_days)


def _add_features(report: etree._Element, period: PeriodFacts) -> None:
    features = add(report, "DimonaFeatures")
    add(features, "JointCommissionNbr", period.joint_commission)
    add(features, "WorkerType", period.worker_type)
    add_optional(features, "SubEntityNbr", period.sub_entity or None)
    if period.using_employer:
        is_number = is_company_number(period.using_employer)
        tag = "UsingEmployerCompanyID" if is_number else "UsingEmployerName"
        add(add(features, "UsingEmployer"), tag, period.using_employer)


def _add_place_of_work(report: etree._Element, place: PlaceOfWork) -> None:
    block = add(report, "StudentPlaceOfWork")
    add_optional(block, "Denomination", place.denomination)
    if place.address is not None:
        _add_address(block, place.address)


def _add_small_statutes(report: etree._Element, statutes: SmallStatutes) -> None:
    block = add(report, "SmallStatutesInformation")
    add(block, "EmploymentNature", statutes.employment_nature)
    add_optional(block, "ActivityWithRisk", statutes.activity_with_risk)
    add(block, "WorkerStatus", statutes.worker_status)


def _add_address(place: etree._Element, address: Address) -> None:
    block = add(place, "Address")
    add(block, "Street", address.street)
    add(block, "HouseNbr", address.house_number)
    add_optional(block, "PostBox", address.post_box)
    add(block, "ZIPCode", address.zip_code)
    add(block, "City", address.city)
    add(block, "Country", address.country)


def _add_state(report: etree._Element, tag: str, period: PeriodFacts) -> None:
    """Append one state of the period; lateness is told where there is any."""
    state = add(report, tag)
    if period.is_late:
        add(state, "IsLate", 1)
    add_dates_and_amount(state, period)
