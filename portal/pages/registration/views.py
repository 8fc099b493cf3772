"""The first page of the registration office: what waits, and the visits there were."""

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Concat, Trim
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from auth.models import OFFICERS, MatchState, OperatorRole, PendingIdentity, RegistrationCase, Session
from auth.registration_questions import waiting_questions
from domain.assurance import AssuranceLevel
from portal.pages.listings import Column, Rows, list_rows
from portal.pages.registration.words import CASE_STATES, DOCUMENTS
from portal.pages.roles import require_role
from portal.pages.routing import page

_COLUMNS = (
    Column("number", gettext_lazy("Case"), ("pk",)),
    Column("opened", gettext_lazy("Opened"), ("-opened_at",)),
    Column("name", gettext_lazy("Person"), ("family_name", "first_name")),
    Column("document", gettext_lazy("Document"), ("document_kind",)),
    Column("state", gettext_lazy("State"), ("state", "-opened_at")),
)


@page(level=AssuranceLevel.APP_CODE)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show what waits for who is signed in; the visits only to registration officers."""
    roles = require_role(stay, *OFFICERS)
    is_registrar = OperatorRole.REGISTRAR in roles
    values = {
        "is_registrar": is_registrar,
        "identities": PendingIdentity.objects.filter(state=MatchState.WAITING).count(),
        "questions": waiting_questions().count() if is_registrar else 0,
        "cases": _cases(request) if is_registrar else None,
    }
    return render(request, "registration/overview.html", values)


def _cases(request: HttpRequest) -> object:
    named = RegistrationCase.objects.annotate(
        family_name=Coalesce(F("person__details__family_name"), Value("")),
        first_name=Coalesce(F("person__details__first_name"), Value("")),
        name=Trim(Concat("first_name", Value(" "), "family_name")),
    )
    cases = list_rows(request, named, columns=_COLUMNS, order="opened", search=_search)
    for case in cases.rows:
        case.word, case.colour = CASE_STATES[case.state]  # type: ignore[attr-defined]
        case.document = DOCUMENTS[case.document_kind]  # type: ignore[attr-defined]
    return cases


def _search(rows: Rows, words: str) -> Rows:
    for word in words.split():
        by_name = Q(family_name__icontains=word) | Q(first_name__icontains=word)
        is_number = word.isascii() and word.isdigit() and len(word) < 10  # noqa: PLR2004 - what a case number may be
        rows = rows.filter(by_name | Q(pk=int(word))) if is_number else rows.filter(by_name)
    return rows
