"""The list of deliveries, one with its answers and anomalies, and an answer to download."""

from typing import cast

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from auth.models import Session
from domain.assurance import AssuranceLevel
from evidence.audit import append_event
from evidence.blobs import LocalBlobStore
from evidence.clock import SystemClock
from evidence.models import AnswerFile, Submission
from portal.pages.deliveries.own_deliveries import deliveries_of, facts_of, find_own
from portal.pages.deliveries.words import ANSWERS, STATES, anomalies
from portal.pages.listings import Column, Rows, list_rows
from portal.pages.parts import SummaryRow
from portal.pages.permissions import actor_of
from portal.pages.routing import Context, page
from portal.pages.streaming import stream_file
from portal.pages.structured_reports.words import CHANNELS, ENVIRONMENTS
from registers.student_days.models import Declaration

_COLUMNS = (
    Column("received", gettext_lazy("Received"), ("received_at",)),
    Column("name", gettext_lazy("File"), ("subject_name",)),
    Column("ticket", gettext_lazy("Ticket")),
    Column("state", gettext_lazy("State"), ("state",)),
)
_DECLARATIONS = (
    Column("form", gettext_lazy("Declaration"), ("form_index",)),
    Column("ticket", gettext_lazy("Ticket")),
    Column("result", gettext_lazy("Result"), ("accepted",)),
    Column("codes", gettext_lazy("Anomalies")),
)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show what was received from the company's senders, the newest first."""
    deliveries = deliveries_of(stay, at=SystemClock().now())
    listed = list_rows(request, deliveries, columns=_COLUMNS, order="-received", search=_search)
    for submission in listed.rows:
        submission.word, submission.colour = STATES[submission.state]  # type: ignore[attr-defined]
    return render(request, "deliveries/overview.html", {"deliveries": listed})


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def one(request: HttpRequest, stay: Session, submission_id: int) -> HttpResponse:
    """Show one delivery: where it stands, why it was refused, its answers and its declarations."""
    submission = find_own(stay, submission_id, at=SystemClock().now())
    facts = facts_of(submission)
    declarations = list_rows(
        request,
        Declaration.objects.filter(submission_id=submission.pk),
        columns=_DECLARATIONS,
        order="form",
        search=_search_declarations,
    )
    for declaration in declarations.rows:
        declaration.anomalies = anomalies(declaration.codes)  # type: ignore[attr-defined]
    word, colour = STATES[submission.state]
    values = {
        "submission": submission,
        "word": word,
        "colour": colour,
        "facts": _rows(submission, facts),
        "refused_for": anomalies(cast("list[str]", facts.get("codes", []))),
        "answers": _answers(submission),
        "declarations": declarations,
        "has_declarations": declarations.total or declarations.search,
    }
    return render(request, "deliveries/delivery.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def download(_request: HttpRequest, stay: Session, submission_id: int, file_id: int) -> HttpResponse:
    """Give one file of an answer; it stays in the outbox for the sender's own programs."""
    now = SystemClock().now()
    submission = find_own(stay, submission_id, at=now)
    file = AnswerFile.objects.filter(pk=file_id, answer__submission=submission, blob__isnull=False).first()
    if file is None:
        raise Http404
    append_event("answer:shown", at=now, actor=actor_of(stay).name, submission_id=submission.pk, name=file.name)
    content = LocalBlobStore(settings.GUICHET.home / "blobs").open(file.blob_id or "")
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Content-Length": str(file.size)}
    return stream_file(content, media_type="application/octet-stream", headers=headers)


def _rows(submission: Submission, facts: dict[str, object]) -> list[SummaryRow]:
    rows = [
        SummaryRow(_("Ticket"), submission.ticket or _("none, the name was used before")),
        SummaryRow(_("Sender number"), submission.owner),
        SummaryRow(_("Environment"), str(ENVIRONMENTS[submission.environment])),
        SummaryRow(_("Channel"), "; ".join(str(CHANNELS[each]) for each in submission.came_through)),
    ]
    if "forms" in facts:
        rows.append(SummaryRow(_("Declarations"), str(facts["forms"])))
        rows.append(SummaryRow(_("Refused"), str(facts["refused"])))
    return rows


def _answers(submission: Submission) -> list[tuple[str, list[AnswerFile]]]:
    files = AnswerFile.objects.filter(answer__submission=submission, blob__isnull=False).select_related("answer")
    found: dict[tuple[str, int], list[AnswerFile]] = {}
    for file in files.order_by("answer__kind", "answer__number", "pk"):
        found.setdefault((file.answer.kind, file.answer.number), []).append(file)
    return [(str(ANSWERS[kind]), several) for (kind, _number), several in found.items()]


def _search(rows: Rows, words: str) -> Rows:
    return rows.filter(Q(ticket=words.upper()) | Q(subject_name__istartswith=words))


def _search_declarations(rows: Rows, words: str) -> Rows:
    if words.isascii() and words.isdigit() and len(words) <= 6:  # noqa: PLR2004 - a form's number has six digits at most
        return rows.filter(form_index=int(words))
    return rows.filter(ticket=words.upper())
