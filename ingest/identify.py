"""Settle a form that waited for the identification of its worker: file it or refuse it, and send the final answer."""

import dataclasses
import io
from contextlib import ExitStack
from datetime import datetime

from django.db import transaction

from channels.models import Sender
from domain.answers import AnswerKind, FormResult
from domain.brussels import brussels_date
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.findings import Finding, Severity
from domain.languages import Language
from domain.student_day_questions import Asker
from domain.student_declarations import DimonaIn, JudgedForm, PersonDetails
from domain.tickets import Ticket
from evidence.audit import append_event
from evidence.models import Answer, Submission
from ingest.cases import describe
from ingest.dimona_message import DimonaMessage
from ingest.file_declarations import FilingDesk, notification_of
from ingest.offer_answers import Offer, offer_answers, prepare_answers
from ingest.render_notification import render_form, render_notification
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.decisions.identity import find_mismatches
from registers.student_days.pending_forms import read_form, settle_form
from registers.student_days.pending_tables import PendingForm
from registers.student_days.question_tables import Question
from registers.student_days.questions.consultations import note_look

_WORKER = "NaturalPerson"


def identify(
    ticket: str,
    number: str,
    *,
    despite: frozenset[RegisterAnomaly] = frozenset(),
    message: DimonaMessage,
    desk: FilingDesk,
    actor: str,
    at: datetime,
) -> FormResult:
    """File the waiting form of that ticket for the worker with that national number, and notify its sender.

    It is judged late by its reception, but granted now. Raises ConfigurationRefusedError when no such form waits, or when
    the number tells another birth date or sex than the form, by which the worker was to be found, unless `despite` says so.
    """
    with transaction.atomic():
        pending = _lock(ticket)
        form = read_form(pending, persons=message.persons(Environment(pending.environment)))
        action = _start(form)
        identified = dataclasses.replace(form, insz=number, action=dataclasses.replace(action, insz=number))
        _require_likeness(identified, received_at=pending.received_at, despite=despite)
        return _settle(pending, identified, message=message, desk=desk, actor=actor, at=at)


def refuse_unidentified(
    ticket: str, *, message: DimonaMessage, desk: FilingDesk, actor: str, at: datetime
) -> FormResult:
    """Refuse the waiting form of that ticket, since nobody is found who its worker may be, and notify its sender.

    Raises ConfigurationRefusedError when no such form waits.
    """
    with transaction.atomic():
        pending = _lock(ticket)
        form = read_form(pending, persons=message.persons(Environment(pending.environment)))
        code = RegisterAnomaly.PERSON_NOT_FOUND
        finding = Finding(code, Severity.BLOCKING, code.sentence, tag=_WORKER, location=form.place_of(_WORKER))
        refused = dataclasses.replace(form, findings=(*form.findings, finding))
        return _settle(pending, refused, message=message, desk=desk, actor=actor, at=at)


def _require_likeness(form: JudgedForm, *, received_at: datetime, despite: frozenset[RegisterAnomaly]) -> None:
    mismatches = find_mismatches(form, _start(form), known=None, on=brussels_date(received_at))
    unexpected = [code for finding in mismatches if (code := RegisterAnomaly(finding.code)) not in despite]
    if unexpected:
        wished = " ".join(f"--despite {code}" for code in unexpected)
        raise ConfigurationRefusedError(
            f"The number does not fit what the form tells: {', '.join(code.sentence for code in unexpected)}.",
            next_step=f"Look at the number again. If it is right all the same, repeat with {wished}.",
        )


def show_details(ticket: str, *, message: DimonaMessage, asker: Asker, at: datetime) -> PersonDetails:
    """Return what the waiting form tells of its worker; the look is on record, with its reason.

    Raises ConfigurationRefusedError when no such form waits.
    """
    with transaction.atomic():
        pending = _lock(ticket)
        details = _start(read_form(pending, persons=message.persons(Environment(pending.environment)))).person
        note_look(
            Question.DECLARATION,
            [None],
            environment=Environment(pending.environment),
            asker=asker,
            at=at,
            about=ticket,
        )
        append_event(
            "identification:shown", at=at, actor=asker.name, submission_id=pending.submission_id, ticket=ticket
        )
    return details or PersonDetails()


def _start(form: JudgedForm) -> DimonaIn:
    if not isinstance(form.action, DimonaIn):
        message = "only the start of an employment waits for an identification"
        raise TypeError(message)
    return form.action


def _lock(ticket: str) -> PendingForm:
    pending = PendingForm.objects.select_for_update().filter(ticket=ticket, settled_at__isnull=True).first()
    if pending is None:
        raise ConfigurationRefusedError(
            f"No form with the ticket {ticket} waits.", next_step="`guichet identifications list` shows those that do."
        )
    return pending


def _settle(
    pending: PendingForm, form: JudgedForm, *, message: DimonaMessage, desk: FilingDesk, actor: str, at: datetime
) -> FormResult:
    submission = Submission.objects.get(pk=pending.submission_id)
    sender = Sender.objects.select_related("entity").get(pk=submission.owner)
    (result,) = message.file_singly(
        [form], submitted=describe(submission, sender), tickets=[Ticket.parse(pending.ticket)], filed_at=at
    )
    settle_form(pending, at=at)
    _notify(submission, result, sender=sender, desk=desk, at=at)
    append_event(
        "identification:settled",
        at=at,
        actor=actor,
        submission_id=submission.pk,
        ticket=pending.ticket,
        result=result.result.value,
    )
    return result


def _notify(submission: Submission, result: FormResult, *, sender: Sender, desk: FilingDesk, at: datetime) -> None:
    """Send one more notification, of the one form; the submission's row is the lock of their numbers."""
    Submission.objects.select_for_update().get(pk=submission.pk)
    told = Answer.objects.filter(submission=submission, kind=AnswerKind.NOTIFICATION)
    last = told.order_by("-number").values_list("number", flat=True).first() or 0
    form = render_form(result, language=Language(sender.language))
    with ExitStack() as files:
        content = io.BytesIO()
        render_notification(notification_of(submission, sender, at=at), [form], content)
        (prepared,) = prepare_answers([content], desk=desk.answers, files=files, at=at)
        offer = Offer(submission, AnswerKind.NOTIFICATION, prepared, number=last + 1)
        offer_answers([offer], desk=desk.answers, at=at)
