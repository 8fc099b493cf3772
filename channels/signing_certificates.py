"""Say which of the certificates of senders sign at an instant, as a condition for queries."""

from datetime import datetime

from django.db.models import Q

from domain.certificates import CertificateState


def signs_at(at: datetime, *, through: str = "") -> Q:
    """Return the condition that a certificate signs at `at`; `through` is the way to it, as `certificates__`."""
    return signs_from(at, through=through) & Q(**{f"{through}valid_from__lte": at})


def was_registered_at(at: datetime) -> Q:
    """Return the condition that a certificate was registered to sign at `at`, whatever became of it since."""
    return Q(valid_from__lte=at, valid_until__gt=at) & (Q(withdrawn_at=None) | Q(withdrawn_at__gt=at))


def signs_from(at: datetime, *, through: str = "") -> Q:
    """Return the condition that a certificate signs at `at` or begins to do so later."""
    holds = {"state": CertificateState.ACTIVE, "revoked_at": None, "valid_until__gt": at}
    return Q(**{f"{through}{name}": value for name, value in holds.items()})
