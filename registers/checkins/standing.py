"""Who may bring which registration: one's own, one's staff's, a principal's, a subcontractor's (check-in declarations §3)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from domain.access.services import ServiceGroup
from domain.checkins.outcomes import Declarant
from domain.checkins.vocabulary import Capacity, ClockingChannel, PresenceKind
from domain.environments import Environment
from registers.access.coverage import companies_mandating
from registers.checkins.models import Registrant
from registers.checkins.places import Place
from registers.checkins.sector_rules import RuleOfSector

_EVERYBODY = frozenset(Registrant)
_WORKER = frozenset({Registrant.WORKER})
_SELF_EMPLOYED = frozenset({Registrant.WORKER, Registrant.EMPLOYER})
_COMPANIES = frozenset({Registrant.EMPLOYER, Registrant.CONTRACTOR})


@dataclass(frozen=True, slots=True)
class Standing:
    """For whom the declarant acts: `companies` are its own number and those of everyone who mandated it."""

    by: Declarant
    companies: frozenset[str]

    def may_bring(
        self,
        employer: str,
        *,
        person_id: int,
        capacity: str,
        kind: PresenceKind,
        day: date,
        place: Place | None,
        rule: RuleOfSector | None,
    ) -> bool:
        """Whether a registration of that person and employer may come from this declarant.

        An event is the worker's own act, which a company's program only forwards: nobody registers one for another person
        at a page, and everybody his own, whom the rule of the sector names or not. A day presence comes from those whom it
        names; whoever is there for his own company is its worker and its employer. A foreign employer's, or one without an
        employer, comes from whoever works at the work place, as a client does not, or from anyone where the place is not
        known: what is unknown is remarked later, not refused.
        """
        named = rule.registrants if rule is not None and kind is PresenceKind.DAY and kind in rule.kinds else _EVERYBODY
        if self.by.person_id is not None and self.by.enterprise_number is None:
            oneself = _SELF_EMPLOYED if capacity == Capacity.SELF_EMPLOYED else _WORKER
            return self.by.person_id == person_id and bool(named & oneself)
        if kind is PresenceKind.EVENT and self.by.channel is ClockingChannel.PORTAL and self.by.person_id != person_id:
            return False
        if employer in self.companies:
            is_own = self.by.person_id == person_id
            return Registrant.EMPLOYER in named or (is_own and Registrant.WORKER in named)
        if not employer or not employer[0].isdigit():
            is_there = place is None or any(place.has_builder(company, day) for company in self.companies)
            return is_there and bool(named & _COMPANIES)
        is_below = place is not None and any(place.is_below(employer, company, day) for company in self.companies)
        return is_below and Registrant.CONTRACTOR in named

    def brought_for(self, employer: str, *, day: date, place: Place | None) -> str | None:
        """Return for which of `companies` a company brings somebody whom none here employs; None where nobody can tell.

        It is among those for which the firm abroad works there, where the works name them, or else among all that work there:
        itself, where it is one of these, or the only one. Of a place that is not known, the works tell nothing, and who has
        no principals brings for itself.
        """
        own = self.by.enterprise_number
        if own is None or self.companies == {own}:
            return own
        if place is None:
            return None
        there = place.builders(self.companies, day)
        among = place.directly_above(employer, day) & there or there
        if own in among:
            return own
        return min(among) if len(among) == 1 else None


def standing_of(by: Declarant, *, employers: Collection[str], at: datetime) -> Standing:
    """Return for whom the declarant acts; no query unless one of `employers` is another than itself, abroad, or nobody.

    Of whom a firm abroad lends, what counts is whom the declarant acts for, as it does of a company of Belgium.
    """
    own = by.enterprise_number
    if own is None:
        return Standing(by, frozenset())
    if not set(employers) - {own}:
        return Standing(by, frozenset({own}))
    return Standing(by, frozenset({own, *companies_covered(by, at=at)}))


def companies_covered(by: Declarant, *, at: datetime) -> frozenset[str]:
    """Return the company numbers for which the declarant holds a mandate for check-ins, its own among them."""
    if by.enterprise_number is None:
        return frozenset()
    return companies_of(by.enterprise_number, environment=by.environment, at=at)


def companies_of(enterprise_number: str, *, environment: Environment, at: datetime) -> frozenset[str]:
    """Return the number itself, and those of everyone who mandated it for check-ins; one query."""
    return companies_of_each({enterprise_number}, environment=environment, at=at)[enterprise_number]


def companies_of_each(
    enterprise_numbers: Collection[str], *, environment: Environment, at: datetime
) -> dict[str, frozenset[str]]:
    """Return the same of several companies, by their numbers; one query for all, none for none."""
    mandating = companies_mandating(
        enterprise_numbers, environment=environment, service_group=ServiceGroup.CHECK_INS, at=at
    )
    return {number: frozenset({number, *mandating[number]}) for number in enterprise_numbers}
