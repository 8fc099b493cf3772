"""Write what a declaration changed: the block ImpactReport of a notification (batch protocol §3.2)."""

from functools import lru_cache

from domain.answers import PeriodImpact, RegistrationImpact
from domain.findings import PeriodFacts, RegistrationFacts
from domain.identifiers import is_company_number
from domain.student_declarations import Address, ControlCards, DimonaIn, PlaceOfWork, SmallStatutes, UserFirm
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
            _features(period, impact.user_firm),
            "" if impact.cards is None else _cards(impact.cards),
            "" if impact.place_of_work is None else _place_of_work(impact.place_of_work),
            "" if impact.small_statutes is None else _small_statutes(impact.small_statutes),
            "" if impact.before is None else _state("DimonaPeriodBefore", impact.before),
            "" if impact.after is None else _state("DimonaPeriodAfter", impact.after),
        ),
    )


def render_dates_and_amount(period: PeriodFacts) -> str:
    """Return the first and last day, with their hours where there are any, and what is planned."""
    end, hours, days = period.ending_date, period.planned_hours, period.planned_days
    return (
        f"<StartingDate>{period.starting_date}</StartingDate>"
        f"{optional('StartingHour', period.starting_hour or None)}"
        f"{'' if end is None else f'<EndingDate>{end}</EndingDate>'}"
        f"{optional('EndingHour', period.ending_hour or None)}"
        f"{'' if hours is None else f'<PlannedHoursNbr>{hours}</PlannedHoursNbr>'}"
        f"{'' if days is None else f'<PlannedDaysNbr>{days}</PlannedDaysNbr>'}"
    )


def render_plain_start(action: DimonaIn, *, number: str, is_late: bool) -> str:
    """Return what `render_impact` says of a new period whose start has no more than a plain one.

    A large file is made of these; everything that it repeats is rendered once.
    """
    commission, place, cards = action.joint_commission or "XXX", action.place_of_work, action.cards
    user = action.user_firm or _named(action.using_employer or "")
    return (
        f"<ImpactReport><DimonaImpactReport><DimonaPeriodId>{number}</DimonaPeriodId><IsLocked>0</IsLocked>"
        f"{_plain_features(commission, action.worker_type or '', user, action.sub_entity or '')}"
        f"{'' if cards is None else _cards(cards)}{'' if place is None else _place_of_work(place)}"
        f"<DimonaPeriodAfter>{'<IsLate>1</IsLate>' if is_late else ''}<StartingDate>{action.starting_date}</StartingDate>"
        f"<EndingDate>{action.ending_date}</EndingDate><PlannedHoursNbr>{action.planned_hours}</PlannedHoursNbr>"
        f"</DimonaPeriodAfter></DimonaImpactReport></ImpactReport>"
    )


@lru_cache(maxsize=4096)
def _plain_features(commission: str, worker_type: str, user: UserFirm | None, sub_entity: str) -> str:
    return _render_features(commission, worker_type, user, sub_entity)


def render_registration_impact(impact: RegistrationImpact) -> str:
    """Return the daily registration concerned, and its state before and after."""
    registration, before, after = impact.registration, impact.before, impact.after
    return block(
        "ImpactReport",
        block(
            "DailyRegistrationDclImpactReport",
            element("DailyRegistrationId", registration.registration_id),
            element("DimonaPeriodId", registration.period_id),
            "" if before is None else block("DailyRegistrationBefore", _presence(before)),
            "" if after is None else block("DailyRegistrationAfter", _presence(after)),
        ),
    )


def render_registration(registration: RegistrationFacts) -> str:
    """Return a daily registration with which a form collides."""
    return block(
        "DailyRegistration",
        element("DailyRegistrationId", registration.registration_id),
        element("DimonaPeriodId", registration.period_id),
        _presence(registration),
    )


def _presence(registration: RegistrationFacts) -> str:
    return (
        element("StartingDate", registration.starting_date)
        + optional("StartingHour", registration.starting_hour or None)
        + element("EndingDate", registration.ending_date)
        + optional("EndingHour", registration.ending_hour or None)
    )


def _features(period: PeriodFacts, user: UserFirm | None) -> str:
    declared = user or _named(period.using_employer)
    return _render_features(period.joint_commission, period.worker_type, declared, period.sub_entity)


def _named(using_employer: str) -> UserFirm | None:
    """Return the using employer of whom no more is kept than the number or the name."""
    if not using_employer:
        return None
    is_number = is_company_number(using_employer)
    return UserFirm(None, None if is_number else using_employer, using_employer if is_number else None, None)


def _render_features(commission: str, worker_type: str, user: UserFirm | None, sub_entity: str) -> str:
    return block(
        "DimonaFeatures",
        element("JointCommissionNbr", commission),
        element("WorkerType", worker_type),
        optional("SubEntityNbr", sub_entity or None),
        "" if user is None else _user(user),
    )


def _user(user: UserFirm) -> str:
    return block(
        "UsingEmployer",
        optional("JointCommissionNbr", user.joint_commission),
        optional("UsingEmployerName", user.name),
        optional("UsingEmployerCompanyID", user.company),
        "" if user.address is None else _address(user.address),
    )


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


def _small_statutes(statutes: SmallStatutes) -> str:
    return block(
        "SmallStatutesInformation",
        element("EmploymentNature", statutes.employment_nature),
        optional("ActivityWithRisk", statutes.activity_with_risk),
        element("WorkerStatus", statutes.worker_status),
    )


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
