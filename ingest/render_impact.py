"""Write what a declaration changed: the block ImpactReport of a notification (batch protocol §3.2)."""

from functools import lru_cache

from domain.answers import PeriodImpact
from domain.findings import PeriodFacts
from domain.identifiers import is_company_number
from domain.student_declarations import Address, ControlCards, PlaceOfWork
from ingest.xml_text import block, element, optional


def render_impact(impact: PeriodImpact) -> str:
    """Return the period concerned, its features, and its state before and after."""
    period = impact.period
    return block(
        "ImpactReport",
        block(
            "DimonaImpactReport",
            element("DimonaPeriodId", period.period_id),
            element("IsLocked", int(period.is_locked)),
            _features(period),
            "" if impact.cards is None else _cards(impact.cards),
            "" if impact.place_of_work is None else _place_of_work(impact.place_of_work),
            "" if impact.before is None else _state("DimonaPeriodBefore", impact.before),
            "" if impact.after is None else _state("DimonaPeriodAfter", impact.after),
        ),
    )


def render_dates_and_amount(period: PeriodFacts) -> str:
    """Return the first and last day and what is planned."""
    end, hours, days = period.ending_date, period.planned_hours, period.planned_days
    return (
        f"<StartingDate>{period.starting_date}</StartingDate>"
        f"{'' if end is None else f'<EndingDate>{end}</EndingDate>'}"
        f"{'' if hours is None else f'<PlannedHoursNbr>{hours}</PlannedHoursNbr>'}"
        f"{'' if days is None else f'<PlannedDaysNbr>{days}</PlannedDaysNbr>'}"
    )


def _features(period: PeriodFacts) -> str:
    user = ""
    if period.using_employer:
        is_number = is_company_number(period.using_employer)
        tag = "UsingEmployerCompanyID" if is_number else "UsingEmployerName"
        user = block("UsingEmployer", element(tag, period.using_employer))
    commission, worker_type = period.joint_commission, period.worker_type
    return block("DimonaFeatures", element("JointCommissionNbr", commission), element("WorkerType", worker_type), user)


def _cards(cards: ControlCards) -> str:
    return block(
        "ConstructionControlCards",
        element("FirstMonthC32ANbr", cards.first_month),
        element("NextMonthC32ANbr", cards.next_month),
    )


@lru_cache(maxsize=4096)
def _place_of_work(place: PlaceOfWork) -> str:
    """Return a workplace; a large file names few of them."""
    address = "" if place.address is None else _address(place.address)
    return block("StudentPlaceOfWork", optional("Denomination", place.denomination), address)


def _address(address: Address) -> str:
    return block(
        "Address",
        element("Street", address.street),
        element("HouseNbr", address.house_number),
        optional("PostBox", address.post_box),
        element("ZIPCode", address.zip_code),
        element("City", address.city),
        element("Country", address.country),
    )


def _state(tag: str, period: PeriodFacts) -> str:
    """Return one state of the period; lateness is told where there is any."""
    return block(tag, "<IsLate>1</IsLate>" if period.is_late else "", render_dates_and_amount(period))
