"""The documents of a citizen: the list, one of them, its attachments, hidden and shown again."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import Session
from correspondence.ebox import hide, is_expiring, label, open_document, seen_by_person, show_again
from correspondence.ebox_alerts import alert_of
from correspondence.models import EboxDocument
from domain.assurance import DETAILS_LEVEL
from domain.environments import Environment
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.pages.ebox.attachments import give_attachment
from portal.pages.ebox.labels import LabelForm, list_by_label
from portal.pages.ebox.leads import page_of
from portal.pages.ebox.own_documents import as_read_by
from portal.pages.listings import Column, Rows, list_rows
from portal.pages.permissions import actor_of, person_of
from portal.pages.routing import page
from portal.pages.sending_once import send_once
from portal.pages.sent_from import sent_from

_COLUMNS = (
    Column("published", gettext_lazy("Received"), ("-published_at",)),
    Column("subject", gettext_lazy("Subject"), ("subject",)),
    Column("state", gettext_lazy("State")),
)


@page(level=DETAILS_LEVEL)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """List documents without those that were hidden, and where mails go."""
    return _list(request, stay, is_hidden=False)


@page(level=DETAILS_LEVEL)
@require_safe
def hidden(request: HttpRequest, stay: Session) -> HttpResponse:
    """List those that were hidden."""
    return _list(request, stay, is_hidden=True)


def _list(request: HttpRequest, stay: Session, *, is_hidden: bool) -> HttpResponse:
    shown, told = list_by_label(request, _documents(stay).filter(is_hidden=is_hidden))
    documents = list_rows(request, shown, columns=_COLUMNS, order="published", search=_search)
    alert = None if is_hidden else alert_of(person_of(stay))
    values = told | {"documents": documents, "is_hidden": is_hidden, "alert": alert}
    return render(request, "own_ebox/overview.html", values)


@page(level=DETAILS_LEVEL)
@require_safe
def one(request: HttpRequest, stay: Session, document_id: int) -> HttpResponse:
    """Show a document; opening it the first time is noted."""
    return _show(request, stay, _find(stay, document_id))


@page(level=DETAILS_LEVEL)
@require_http_methods(["GET", "POST"])
def own_label(request: HttpRequest, stay: Session, document_id: int) -> HttpResponse:
    """Put a label on a document, or take it off."""
    document, here = _find(stay, document_id), reverse("own-ebox-document", args=[document_id])
    if request.method != "POST":
        return HttpResponseRedirect(here)
    form = LabelForm(request.POST)
    if not form.is_valid():
        return _show(request, stay, document, form=form)

    def save() -> None:
        label(document, form.cleaned_data["label"], person_id=person_of(stay))
        _note("ebox:labelled", document, stay, at=SystemClock().now())

    answer = send_once(request, save, then=here)
    messages.success(request, _("Your label is saved."))
    return answer


def _show(
    request: HttpRequest, stay: Session, document: EboxDocument, *, form: LabelForm | None = None
) -> HttpResponse:
    now = SystemClock().now()
    if not getattr(document, "is_opened", False):
        open_document(document, person_id=person_of(stay), at=now)
        _note("ebox:opened", document, stay, at=now)
    values = {
        "document": document,
        "body": document.bodies.get((get_language() or "en")[:2], ""),
        "is_expiring": is_expiring(document, at=now),
        "page": page_of(document),
        "attachments": document.attachments.order_by("name"),
        "form": form or LabelForm(initial={"label": getattr(document, "own_label", "")}),
    }
    return render(request, "own_ebox/document.html", values)


@page(level=DETAILS_LEVEL)
@require_safe
def attachment(_request: HttpRequest, stay: Session, document_id: int, attachment_id: int) -> HttpResponse:
    """Give one attachment of a document."""
    document = _find(stay, document_id)
    answer = give_attachment(document, attachment_id)
    _note("ebox:attachment", document, stay, at=SystemClock().now())
    return answer


@page(level=DETAILS_LEVEL)
@sent_from("own-ebox-document", "document_id")
def step(request: HttpRequest, stay: Session, document_id: int, step: str) -> HttpResponse:
    """Hide a document from the list, or show it again."""
    now = SystemClock().now()
    document = _find(stay, document_id)
    then = reverse("own-ebox") if step == "hide" else reverse("own-ebox-document", args=[document_id])
    answer = send_once(request, lambda: _take(step, document, stay, at=now), then=then)
    told = {
        "hide": _("The document is hidden from your list. You find it under hidden documents."),
        "show": _("The document is in your list again."),
    }
    messages.success(request, told[step])
    return answer


def _take(step: str, document: EboxDocument, stay: Session, *, at: datetime) -> None:
    if step == "hide":
        hide(document, person_id=person_of(stay), at=at)
    else:
        show_again(document, person_id=person_of(stay))
    _note({"hide": "ebox:hidden", "show": "ebox:shown"}[step], document, stay, at=at)


def _documents(stay: Session) -> QuerySet[Any]:
    """Return the person's own documents of production, as that person has read them."""
    person_id = person_of(stay)
    return as_read_by(seen_by_person(person_id).filter(environment=Environment.PRODUCTION), person_id)


def _find(stay: Session, document_id: int) -> EboxDocument:
    document: EboxDocument | None = _documents(stay).filter(pk=document_id).first()
    if document is None:
        raise Http404
    return document


def _note(action: str, document: EboxDocument, stay: Session, *, at: datetime) -> None:
    append_event(action, at=at, actor=actor_of(stay).name, document=document.pk)


def _search(rows: Rows, words: str) -> Rows:
    return rows.filter(Q(subject__icontains=words) | Q(own_label__icontains=words))
