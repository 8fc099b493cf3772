"""The list of documents and tasks, one of them, and what is done with it; the routes by user."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.contrib import messages
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import Session
from correspondence.ebox import handle, hide, is_expiring, label, open_document, route, show_again
from correspondence.ebox_company_alerts import alert_of_company
from correspondence.models import EboxDocument, EboxKind, EboxRoute, EboxState
from domain.access.roles import ROLES_OF_ENTITY
from domain.access.states import AccountState
from domain.assurance import AssuranceLevel
from domain.checkins.seeing import Sight
from domain.environments import Environment
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.pages.checkins.company_view import sees, sees_correction
from portal.pages.ebox.attachments import give_attachment
from portal.pages.ebox.forms import RoutesForm
from portal.pages.ebox.labels import LabelForm, list_by_label
from portal.pages.ebox.leads import DECIDED_ELSEWHERE, lead_of, page_of
from portal.pages.ebox.own_documents import Reader, find_document, reader_of
from portal.pages.listings import Column, Rows, list_rows
from portal.pages.names import SERVICES
from portal.pages.overtaken import describe_state, require_as_shown
from portal.pages.parts import Action
from portal.pages.people.own_people import require_managing, search_users, users_of
from portal.pages.permissions import actor_of, entity_of
from portal.pages.routing import Context, page
from portal.pages.sending_once import send_once
from portal.pages.sent_from import sent_from
from registers.access.models import UserAccount

_COLUMNS = (
    Column("published", gettext_lazy("Received"), ("-published_at",)),
    Column("subject", gettext_lazy("Subject"), ("subject",)),
    Column("due", gettext_lazy("To do before"), ("due_at", "-published_at"), lacking_last=True),
    Column("state", gettext_lazy("State"), ("state", "-published_at")),
)
_USER_COLUMNS = (
    Column("name", gettext_lazy("Name"), ("family_name", "first_name", "user_name")),
    Column("user", gettext_lazy("User name"), ("user_name",)),
    Column("services", gettext_lazy("Documents and tasks of these services")),
)
_STATES = {
    EboxState.NEW: (gettext_lazy("New"), "blue"),
    EboxState.READ: (gettext_lazy("Read"), "grey"),
    EboxState.HANDLED: (gettext_lazy("Done"), "green"),
}
_SIGHTS: Mapping[str, Sight] = MappingProxyType(
    {EboxKind.CHECK_IN_ERROR: Sight.REPORTED_ERRORS, EboxKind.MISSING_CHECK_OUT: Sight.OWN_STAFF}
)
"""Of what tells about a list: what is to be seen by who opens it. What tells about one request is asked of that."""


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """List documents and tasks, without those that the reader hid."""
    return _list(request, stay, is_hidden=False)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def hidden(request: HttpRequest, stay: Session) -> HttpResponse:
    """List those that the reader hid."""
    return _list(request, stay, is_hidden=True)


def _list(request: HttpRequest, stay: Session, *, is_hidden: bool) -> HttpResponse:
    now = SystemClock().now()
    reader = reader_of(stay, at=now)
    shown, told = list_by_label(request, reader.documents.filter(is_hidden=is_hidden))
    documents = list_rows(request, shown, columns=_COLUMNS, order="published", search=_search)
    for document in documents.rows:
        document.word, document.colour = _STATES[document.state]  # type: ignore[attr-defined]
    values = told | {"documents": documents, "is_hidden": is_hidden, "is_manager": reader.is_manager}
    return render(request, "ebox/overview.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def one(request: HttpRequest, stay: Session, document_id: int) -> HttpResponse:
    """Show a document; opening it the first time is noted."""
    now = SystemClock().now()
    reader = reader_of(stay, at=now)
    return _show(request, stay, reader, find_document(reader, document_id), at=now)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def own_label(request: HttpRequest, stay: Session, document_id: int) -> HttpResponse:
    """Put the reader's own label on a document, or take it off."""
    now, here = SystemClock().now(), reverse("ebox-document", args=[document_id])
    reader = reader_of(stay, at=now)
    document = find_document(reader, document_id)
    if request.method != "POST":
        return HttpResponseRedirect(here)
    form = LabelForm(request.POST)
    if not form.is_valid():
        return _show(request, stay, reader, document, at=now, form=form)

    def save() -> None:
        label(document, form.cleaned_data["label"], person_id=reader.person_id)
        _note("ebox:labelled", document, stay, at=now)

    answer = send_once(request, save, then=here)
    messages.success(request, _("Your label is saved."))
    return answer


def _show(
    request: HttpRequest,
    stay: Session,
    reader: Reader,
    document: EboxDocument,
    *,
    at: datetime,
    form: LabelForm | None = None,
) -> HttpResponse:
    if not getattr(document, "is_opened", False):
        open_document(document, person_id=reader.person_id, at=at)
        _note("ebox:opened", document, stay, at=at)
    waits = document.is_task and document.state != EboxState.HANDLED
    word, colour = _STATES[EboxState.READ if document.state == EboxState.NEW else EboxState(document.state)]
    values = {
        "document": document,
        "body": document.bodies.get((get_language() or "en")[:2], ""),
        "word": word,
        "colour": colour,
        "is_expiring": is_expiring(document, at=at),
        "waits": waits,
        "can_handle": waits and document.kind not in DECIDED_ELSEWHERE,
        "lead": lead_of(document) if waits and reader.is_manager else "",
        "page": _page_seen(stay, document, at=at),
        "attachments": document.attachments.order_by("name"),
        "form": form or LabelForm(initial={"label": getattr(document, "own_label", "")}),
    }
    return render(request, "ebox/document.html", values)


def _page_seen(stay: Session, document: EboxDocument, *, at: datetime) -> Action | None:
    """Return the page about which the document tells; None for who does not see it, or not any more."""
    found = page_of(document)
    if found is None:
        return None
    sight = _SIGHTS.get(document.kind)
    is_seen = sees_correction(stay, document.about, at=at) if sight is None else sees(stay, sight, at=at)
    return found if is_seen else None


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def attachment(_request: HttpRequest, stay: Session, document_id: int, attachment_id: int) -> HttpResponse:
    """Give one attachment of a document."""
    now = SystemClock().now()
    document = find_document(reader_of(stay, at=now), document_id)
    answer = give_attachment(document, attachment_id)
    _note("ebox:attachment", document, stay, at=now)
    return answer


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@sent_from("ebox-document", "document_id")
def step(request: HttpRequest, stay: Session, document_id: int, step: str) -> HttpResponse:
    """Note that a task is done, or hide a document from the own list, or show it again."""
    now = SystemClock().now()
    reader = reader_of(stay, at=now)
    document = find_document(reader, document_id)
    if step == "handle" and document.kind in DECIDED_ELSEWHERE:
        raise Http404
    then = reverse("ebox") if step == "hide" else reverse("ebox-document", args=[document_id])
    answer = send_once(request, lambda: _take(step, document, reader, stay, at=now), then=then)
    told = {
        "handle": _("The task is done."),
        "hide": _("The document is hidden from your list. You find it under hidden documents."),
        "show": _("The document is in your list again."),
    }
    messages.success(request, told[step])
    return answer


def _take(step: str, document: EboxDocument, reader: Reader, stay: Session, *, at: datetime) -> None:
    match step:
        case "handle":
            handle(document, by=actor_of(stay).name, at=at)
        case "hide":
            hide(document, person_id=reader.person_id, at=at)
        case "show":
            show_again(document, person_id=reader.person_id)
        case _:
            raise Http404
    _note({"handle": "ebox:handled", "hide": "ebox:hidden", "show": "ebox:shown"}[step], document, stay, at=at)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def parameters(request: HttpRequest, stay: Session) -> HttpResponse:
    """List the active users, and the services whose documents and tasks each sees."""
    standing = require_managing(stay, at=SystemClock().now())
    routes = EboxRoute.objects.filter(account_id=OuterRef("pk"), entity_id=entity_of(stay).pk, quality=stay.quality)
    together = routes.values("account_id").annotate(together=ArrayAgg("service")).values("together")
    active = users_of(stay).filter(state=AccountState.ACTIVE).annotate(services=Subquery(together))
    users = list_rows(request, active, columns=_USER_COLUMNS, order="name", search=search_users)
    for user in users.rows:
        names = sorted(str(SERVICES.get(code, code)) for code in user.services or ())  # type: ignore[attr-defined]
        user.routed = ", ".join(names)  # type: ignore[attr-defined]
    values = {
        "users": users,
        "alert": alert_of_company(entity_of(stay).pk),
        "is_of_entity": bool(standing.roles & ROLES_OF_ENTITY),
    }
    return render(request, "ebox/parameters.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def routes(request: HttpRequest, stay: Session, account_id: int) -> HttpResponse:
    """Choose the services whose documents and tasks a user sees."""
    now = SystemClock().now()
    require_managing(stay, at=now)
    user = users_of(stay).filter(pk=account_id, state=AccountState.ACTIVE).first()
    if user is None:
        raise Http404
    present = _routed_to(user)
    form = RoutesForm(request.POST or None, initial={"services": present})
    if request.method == "POST" and form.is_valid():
        services = form.cleaned_data["services"]

        def save() -> None:
            entity = entity_of(stay)
            UserAccount.objects.select_for_update().get(pk=user.pk)
            require_as_shown(request, _shown(_routed_to(user)))
            where = Environment(entity.environment)
            route(user.pk, services, entity_id=entity.pk, quality=stay.quality, environment=where)
            by = actor_of(stay).name
            append_event("ebox:routed", at=now, actor=by, entity=entity.pk, account=user.pk, services=services)

        answer = send_once(request, save, then=reverse("ebox-parameters"))
        messages.success(request, _("The routes are saved."))
        return answer
    called = getattr(user, "name", "") or user.user_name
    return render(request, "ebox/routes.html", {"form": form, "called": called, "shown": _shown(present)})


def _routed_to(user: UserAccount) -> list[str]:
    routes = EboxRoute.objects.filter(account=user, quality=user.quality)
    return sorted(routes.values_list("service", flat=True))


def _shown(services: list[str]) -> str:
    return describe_state((service, "ROUTED") for service in services)


def _note(action: str, document: EboxDocument, stay: Session, *, at: datetime) -> None:
    append_event(action, at=at, actor=actor_of(stay).name, entity=document.entity_id, document=document.pk)


def _search(rows: Rows, words: str) -> Rows:
    return rows.filter(Q(subject__icontains=words) | Q(own_label__icontains=words))
