"""Tell an employer that a worker reported an error: a document in the e-Box and a mail, neither of which says what or who."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from correspondence.ebox import Posting, publish
from correspondence.models import EboxKind
from domain.access.services import ServiceCode
from domain.access.states import EntityAccountState
from domain.environments import Environment
from portal.checkin_counter import checkin_counter
from registers.access.models import Entity
from registers.checkins.error_reports import MissingRegistration, tell_employer
from registers.checkins.error_reports import tell_of_missing as note_missing
from registers.checkins.missing_in_windows import InWindow
from registers.checkins.missing_out_windows import OutWindow
from registers.checkins.models import ErrorReport, Presence
from registers.checkins.records import is_company

_PUBLISHER = "check-in register"


def reached_among(companies: Collection[str]) -> frozenset[str]:
    """Return which of the companies, by their numbers, have somebody who reads here what is told: an active account. One query."""
    entities = _entities(companies).filter(account__state=EntityAccountState.ACTIVE)
    return frozenset(entities.values_list("company_number", flat=True))


def closed_among(companies: Collection[str]) -> frozenset[str]:
    """Return which of the companies had an account that is closed for ever. One query, none for no company."""
    entities = _entities(companies).filter(account__state=EntityAccountState.CLOSED)
    return frozenset(entities.values_list("company_number", flat=True))


def is_reached(company: str) -> bool:
    """Whether somebody of the company reads here what is told; one query, none for nobody."""
    return bool(company) and bool(reached_among({company}))


def told_sentence(employer: str) -> str:
    """Return who is told: the employer, or the company for which his worker was brought where it is none of this country."""
    if is_company(employer):
        return _("Your employer is told that an error waits to be looked at.")
    return _("The company for which you are registered is told that an error waits to be looked at.")


def tell_employer_of(
    row: Presence, message: str, *, at: datetime, missing: OutWindow | InWindow | None = None
) -> ErrorReport:
    """Note what is wrong with a registration, and let its employer, or for whom it was brought, know that something waits; in one transaction.

    `missing` is as `tell_employer` wants it. A company that is not known here, or has closed its account, is sent no letter: the report waits until somebody reads it.
    """
    report = tell_employer(row, message, at=at, missing=missing)
    _publish(report, at=at)
    return report


def tell_of_missing(missing: MissingRegistration, message: str, *, at: datetime) -> ErrorReport:
    """Note in the same way what was not registered at all."""
    limits = checkin_counter().limits.days
    report = note_missing(missing, message, environment=Environment.PRODUCTION, limits=limits, at=at)
    _publish(report, at=at)
    return report


def _publish(report: ErrorReport, *, at: datetime) -> None:
    entity = _entities({report.company} - {""}).exclude(account__state=EntityAccountState.CLOSED).first()
    if entity is not None:
        publish(
            Posting(
                kind=EboxKind.CHECK_IN_ERROR,
                environment=Environment.PRODUCTION,
                values={},
                publisher=_PUBLISHER,
                occasion=f"check-in error {report.pk}",
                entity_id=entity.pk,
                service=ServiceCode.CHECK_INS,
            ),
            at=at,
        )


def _entities(companies: Collection[str]) -> QuerySet[Entity]:
    return Entity.objects.filter(
        environment=Environment.PRODUCTION, company_number__in=companies, valid_until__isnull=True
    )
