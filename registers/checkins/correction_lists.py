"""Lists of requests for corrections: those that officials decide on, and those about a person; and one that a company made."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from domain.checkins.vocabulary import CorrectionState
from domain.environments import Environment
from registers.checkins.models import Correction, CorrectionEvidence
from registers.checkins.page_keys import PageKeyError, read_key, write_key
from registers.checkins.presence_tables import OF_NO_COMPANY
from registers.checkins.standing import companies_of

_WAITING = [CorrectionState.SUBMITTED, CorrectionState.UNDER_REVIEW]
_ITS_OWN = OF_NO_COMPANY & Q(brought_for__isnull=True)
"""Of whom no company here employs, where the company that asked had him brought for itself."""
_ASKED = (
    *("number", "target", "person_id", "employer", "work_place", "event_type", "corrected_at", "corrected_work_place"),
    "state",
)
_DOCUMENT = ("id", "file_name", "size", "stored_at", "scanned_at", "is_scan_noted")


def waiting_corrections(environment: Environment, *, limit: int = 500) -> Sequence[Correction]:
    """Return the requests that wait for a decision, those that are due first, with their documents."""
    rows = Correction.objects.filter(environment=environment, state__in=_WAITING).prefetch_related("evidence")
    return list(rows.order_by("deadline", "pk")[:limit])


def waiting_beside() -> ArraySubquery:
    """Return what else waits for a decision about the same person, the oldest first, for a query of requests.

    It is to be read by `requests_read`, and costs no query.
    """
    others = Correction.objects.filter(
        environment=OuterRef("environment"), person_id=OuterRef("person_id"), state__in=_WAITING
    ).exclude(pk=OuterRef("pk"))
    return _told(others.order_by("asked_at", "pk"))


def missing_asked_for() -> ArraySubquery:
    """Return which missing events of the same person for the same employer are asked for and not decided, for a query of spells.

    It is to be read by `requests_read`, and costs no query.
    """
    pending = Correction.objects.filter(
        environment=OuterRef("environment"),
        person_id=OuterRef("person_id"),
        employer=OuterRef("employer"),
        target=None,
        state__in=[state for state in CorrectionState if state.is_pending],
    )
    return _told(pending.order_by("asked_at", "pk"))


def _told(rows: QuerySet[Correction]) -> ArraySubquery:
    return ArraySubquery(rows.values(told=JSONObject(**{name: name for name in _ASKED})))


def requests_read(found: Iterable[Mapping[str, Any]]) -> list[Correction]:
    """Return what `waiting_beside` or `missing_asked_for` found: of whom and which event each is, and what it asks for."""
    return [
        Correction(**{**each, "corrected_at": each["corrected_at"] and datetime.fromisoformat(each["corrected_at"])})
        for each in found
    ]


def documents_of_each() -> ArraySubquery:
    """Return the documents of each request, in the order in which they were named, for a query of requests.

    It is to be read by `documents_read`, and costs no query.
    """
    documents = CorrectionEvidence.objects.filter(correction=OuterRef("pk")).order_by("pk")
    return ArraySubquery(documents.values(told=JSONObject(**{name: name for name in _DOCUMENT})))


def documents_read(found: Iterable[Mapping[str, Any]]) -> list[CorrectionEvidence]:
    """Return what `documents_of_each` found: what each is called, how large it is, and when it was stored and scanned."""
    return [
        CorrectionEvidence(
            **{
                **each,
                **{name: each[name] and datetime.fromisoformat(each[name]) for name in ("stored_at", "scanned_at")},
            }
        )
        for each in found
    ]


def corrections_of_companies(companies: Collection[str], *, environment: Environment) -> QuerySet[Correction]:
    """Return what was asked for the staff of those companies, by themselves or by whom they mandated.

    Who was registered for a company for a firm abroad, or by a Limosa number alone, is of its staff.
    """
    own = sorted(set(companies) - {""})
    of_staff = Q(employer__in=own) | Q(brought_for__in=own) | (_ITS_OWN & Q(asked_for__in=own))
    return Correction.objects.filter(of_staff, environment=environment).exclude(asked_for="")


def corrections_of_company(number: str, *, environment: Environment, at: datetime) -> QuerySet[Correction]:
    """Return the same of one company, and what it asked for those that mandate it still."""
    return corrections_asked_for(
        number, mandated=companies_of(number, environment=environment, at=at), environment=environment
    )


def corrections_asked_for(number: str, *, mandated: Collection[str], environment: Environment) -> QuerySet[Correction]:
    """Return the same, of a caller who knows for which companies it stands, itself among them; nothing is asked."""
    return Correction.objects.filter(
        (Q(asked_for=number) & (Q(employer__in=sorted(mandated)) | Q(brought_for__in=sorted(mandated)) | _ITS_OWN))
        | ((Q(employer=number) | Q(brought_for=number)) & ~Q(asked_for="")),
        environment=environment,
    )


def asked_by(person_id: int) -> QuerySet[Correction]:
    """Return what a person asked for at a page, in whosever name."""
    return Correction.objects.filter(asked_by=f"person:{person_id}")


def correction_of_company(request: str, *, company: str, environment: Environment, at: datetime) -> Correction | None:
    """Return one of these by its number; who mandates the company is asked only where it is about another's staff."""
    row = Correction.objects.filter(number=request, environment=environment).exclude(asked_for="").first()
    if row is None or row.staffed_by == company:
        return row
    if row.asked_for != company:
        return None
    return row if row.staffed_by in companies_of(company, environment=environment, at=at) else None


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """A page of requests, the newest first; `next_key` goes on after the last, empty at the end."""

    requests: Sequence[Correction]
    next_key: str


def own_corrections(person_id: int, *, environment: Environment, after: str = "", size: int = 25) -> CorrectionPage:
    """Return what was asked for about a person's registrations, by whomever, as `page_of` does."""
    return page_of(Correction.objects.filter(environment=environment, person_id=person_id), after=after, size=size)


def page_of(rows: QuerySet[Correction], *, after: str, size: int) -> CorrectionPage:
    """Return so many of the rows after the key of a page; PageKeyError for a key that no page gave. One query."""
    if after:
        at, beyond = _read_key(after)
        rows = rows.filter(Q(asked_at__lt=at) | Q(asked_at=at, pk__lt=beyond), asked_at__lte=at)
    found = list(rows.order_by("-asked_at", "-pk")[: size + 1])
    shown = found[:size]
    return CorrectionPage(shown, write_key(shown[-1].asked_at, shown[-1].pk) if len(found) > size else "")


def _read_key(key: str) -> tuple[datetime, int]:
    instant, beyond = read_key(key, count=2)
    try:
        at = datetime.fromisoformat(str(instant))
        if at.tzinfo is not None:
            return at, int(beyond or 0)
    except ValueError as fault:
        raise PageKeyError("the key of the page is none that a page gave") from fault
    raise PageKeyError("the key of the page is none that a page gave")


def environment_of(number: str) -> Environment:
    """Return the environment of the request: its number comes from one sequence for all; production for an unknown one."""
    found = Correction.objects.filter(number=number).values_list("environment", flat=True).first()
    return Environment(found or Environment.PRODUCTION)
