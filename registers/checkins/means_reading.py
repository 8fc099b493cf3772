"""Which records of means somebody looks for: a company its own and what others say of it, an inspector those of some days."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from domain.checkins.day_spans import DaySpan
from domain.environments import Environment
from registers.checkins.means_records import standing_means
from registers.checkins.models import MeansRecord, WorkPlace, WorkPlaceParty

_LENT = r"""
    SELECT record.id FROM checkins_meansrecord record
    JOIN student_days_period period ON period.person_id = record.person_id
        AND lpad(regexp_replace(period.using_employer, '\D', '', 'g'), 10, '0') = record.employer
        AND period.state <> 'CANCELLED'
        AND period.starting_date <= COALESCE(record.valid_until, 'infinity')
        AND COALESCE(period.ending_date, 'infinity') >= record.valid_from
    JOIN access_entity entity ON entity.id = period.employer_id
    WHERE entity.company_number = %s AND entity.environment = %s AND record.person_id IS NOT NULL
"""


def means_of_others(company: str) -> QuerySet[MeansRecord]:
    """Return what other companies recorded of it as their subcontractor, and of workers whom it lent to them."""
    lent = RawSQL(_LENT, [company, str(Environment.PRODUCTION)])  # noqa: S611 - our own SQL
    return (
        standing_means()
        .filter(Q(subcontractor=company) & ~Q(subcontractor="") | Q(pk__in=lent))
        .exclude(employer=company)
    )


def means_over(company: str, *, on: date) -> QuerySet[MeansRecord]:
    """Return what the company recorded that holds no more: it ended before that day, or was replaced."""
    over = Q(valid_until__lt=on) | Q(replaced_at__isnull=False)
    return MeansRecord.objects.filter(over, environment=Environment.PRODUCTION, employer=company)


def subcontractors_of(company: str, *, on: date) -> QuerySet[WorkPlaceParty]:
    """Return to whom the company gave work at which work place that day, each once a place."""
    open_then = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    below = WorkPlaceParty.objects.filter(
        open_then, environment=Environment.PRODUCTION, parent__enterprise=company, valid_from__lte=on
    ).exclude(enterprise=company)
    twice = below.filter(work_place=OuterRef("work_place"), enterprise=OuterRef("enterprise"), pk__lt=OuterRef("pk"))
    return below.filter(~Exists(twice)).exclude(work_place__valid_until__lt=on)


def without_means(company: str, *, on: date) -> QuerySet[WorkPlaceParty]:
    """Return those of its subcontractors of whom nothing that holds that day is recorded for the work place."""
    recorded = standing_means().filter(
        Q(work_place__isnull=True) | Q(work_place=OuterRef("work_place")),
        _on(DaySpan(on, on)),
        employer=company,
        subcontractor=OuterRef("enterprise"),
    )
    return subcontractors_of(company, on=on).filter(~Exists(recorded))


def means_inspected(*, company: str, place: str, days: DaySpan) -> QuerySet[MeansRecord]:
    """Return all that is recorded for these days, also what was replaced, by or of a company, at a work place, or both.

    At a place is also what companies there recorded of each other, or of temporary workers, for everywhere.
    """
    found = MeansRecord.objects.filter(_on(days), environment=Environment.PRODUCTION)
    if company:
        found = found.filter(Q(employer=company) | Q(subcontractor=company))
    if place:
        of_place = WorkPlace.objects.filter(environment=Environment.PRODUCTION, number=place)
        there = WorkPlaceParty.objects.filter(environment=Environment.PRODUCTION, work_place__in=of_place)
        companies = there.values("enterprise").union(of_place.values("declarant"))
        among = Q(employer__in=companies) & (Q(person__isnull=False) | Q(subcontractor__in=companies))
        found = found.filter(Q(work_place__in=of_place) | Q(work_place__isnull=True) & among)
    return found


def _on(days: DaySpan) -> Q:
    """Those that hold on one of the days."""
    begins = Q() if days.last is None else Q(valid_from__lte=days.last)
    return begins & (Q(valid_until__isnull=True) | Q(valid_until__gte=days.first))
