"""Tell an employer that a worker reported an error: a document in the e-Box and a mail, neither of which says what or who."""

from datetime import datetime

from correspondence.ebox import Posting, publish
from correspondence.models import EboxKind
from domain.access.services import ServiceCode
from domain.environments import Environment
from registers.access.models import Entity
from registers.checkins.error_reports import MissingRegistration, tell_employer
from registers.checkins.error_reports import tell_of_missing as note_missing
from registers.checkins.models import ErrorReport, Presence

_PUBLISHER = "check-in register"


def reach(employer: str) -> Entity | None:
    """Return who gets letters of the company with that number, which may be a foreign one; None where nobody does."""
    rows = Entity.objects.filter(environment=Environment.PRODUCTION, company_number=employer, valid_until__isnull=True)
    return rows.first() if employer else None


def tell_employer_of(row: Presence, message: str, *, at: datetime) -> ErrorReport:
    """Note what is wrong with a registration, and let its employer know that something waits; in one transaction.

    An employer that is not known here cannot be told (`reach`): the report waits until it is.
    """
    report = tell_employer(row, message, at=at)
    _publish(report, at=at)
    return report


def tell_of_missing(missing: MissingRegistration, message: str, *, at: datetime) -> ErrorReport:
    """Note in the same way what was not registered at all."""
    report = note_missing(missing, message, environment=Environment.PRODUCTION, at=at)
    _publish(report, at=at)
    return report


def _publish(report: ErrorReport, *, at: datetime) -> None:
    entity = reach(report.employer)
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
