"""Settle access declarations that waited - for a day, a manager or a person - and send the second notification about them."""

import io
import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from channels.models import Sender
from domain.access.actors import Actor
from domain.access_declarations import FiledForm
from domain.answers import AnswerKind
from domain.brussels import brussels_date
from domain.counted_words import counted
from domain.environments import Environment
from domain.languages import Language
from domain.refusals import OutageError
from evidence.models import Answer, Submission
from evidence.outages import is_database_gone
from ingest.access_message import AccessMessage
from ingest.cases import describe
from ingest.file_declarations import notification_of
from ingest.offer_answers import AnswerDesk, Offer, offer_answers, prepare_answers
from ingest.render_access import render_access_form
from ingest.render_notification import render_notification
from registers.access.declarations import pending, scheduling
from registers.access.declarations.filing import AccessFile
from registers.access.declarations.registers import AccessRegister
from registers.access.declarations.sides import FilingTime
from registers.access.lapsing import lapse_due
from registers.access.models import DeclaredAccess

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SettledReport:
    """How many declarations were told of: those of a day that came, those that were decided, those of files that lapsed."""

    applied: int = 0
    decided: int = 0
    lapsed: int = 0


@dataclass(frozen=True, slots=True)
class AccessDesk:
    """Whoever settles access declarations: the portal for a manager, and the counter when time has passed.

    Every step is one transaction: what it does in the register, and the notification about it.
    """

    message: AccessMessage
    answers: AnswerDesk

    def confirm(self, declaration_id: int, *, by: Actor, at: datetime) -> bool:
        """Confirm one declaration; whether all is done by that. AccessRefusedError when `by` may not, or nothing waits."""
        with transaction.atomic():
            submission = _submission_of(declaration_id)
            desk = self._register(submission).desk
            told = pending.confirm_pending(declaration_id, by=by, desk=desk, at=at)
            if told is not None:
                self._notify(submission, [told], at=at)
            return told is not None

    def decline(self, declaration_id: int, *, by: Actor, at: datetime) -> None:
        """Refuse one declaration; AccessRefusedError when `by` may not, or nothing waits."""
        with transaction.atomic():
            submission = _submission_of(declaration_id)
            desk = self._register(submission).desk
            told = pending.decline_pending(declaration_id, by=by, desk=desk, at=at)
            self._notify(submission, [told], at=at)

    def confirm_file(self, submission_id: int, entity_id: int, *, by: Actor, at: datetime) -> None:
        """Let what a held file says of an entity pass; AccessRefusedError when `by` does not manage that, or nothing waits."""
        with transaction.atomic():
            submission, file = self._open(submission_id)
            register = self._register(submission)
            told = scheduling.confirm_file(file, entity_id, register=register, by=by, time=_time(submission, at))
            self._notify(submission, told, at=at)

    def decline_file(self, submission_id: int, entity_id: int, *, by: Actor, at: datetime) -> None:
        """Refuse what a held file says of an entity; AccessRefusedError as for `confirm_file`."""
        with transaction.atomic():
            submission, file = self._open(submission_id)
            self._notify(submission, scheduling.decline_file(file, entity_id, by=by, at=at), at=at)

    def settle(self, *, at: datetime) -> SettledReport:
        """Do everything for which the time has come by `at`: apply, note what was decided, let lapse; then notify.

        Safe when several do it at once: each thing is settled by one of them. Raises OutageError after the last, when one
        or more could not be settled.
        """
        lapse_due(at=at)
        failed: list[int] = []
        report = SettledReport(
            applied=self._each(scheduling.find_due(brussels_date(at)), self._apply, failed, at=at),
            decided=self._each(
                pending.find_decided(desk=self.message.register(Environment.PRODUCTION).desk, at=at),
                self._settle_one,
                failed,
                at=at,
            ),
            lapsed=self._each(scheduling.find_held(before=at), self._lapse, failed, at=at),
        )
        if failed:
            those = counted(len(failed), "file or declaration", "files or declarations")
            raise OutageError(f"{those} could not be settled yet, and will be tried again")
        return report

    def _each(
        self, ids: Sequence[int], step: Callable[[int, datetime], int], failed: list[int], *, at: datetime
    ) -> int:
        """Take the step for each, in a transaction of its own; one that fails harms no other."""
        count = 0
        for one in ids:
            try:
                with transaction.atomic():
                    count += step(one, at)
            except Exception as trouble:
                if is_database_gone(trouble):
                    raise
                log.exception("access declarations not settled id=%s", one)
                failed.append(one)
        return count

    def _apply(self, submission_id: int, at: datetime) -> int:
        submission, file = self._open(submission_id)
        told = scheduling.apply_due(file, register=self._register(submission), time=_time(submission, at))
        return self._notify(submission, told, at=at)

    def _lapse(self, submission_id: int, at: datetime) -> int:
        submission, file = self._open(submission_id)
        return self._notify(submission, scheduling.lapse_file(file, at=at), at=at)

    def _settle_one(self, declaration_id: int, at: datetime) -> int:
        submission = _submission_of(declaration_id)
        told = pending.settle_decided(declaration_id, desk=self._register(submission).desk, at=at)
        return 0 if told is None else self._notify(submission, [told], at=at)

    def _open(self, submission_id: int) -> tuple[Submission, AccessFile]:
        submission = Submission.objects.get(pk=submission_id)
        sender = Sender.objects.select_related("entity").get(pk=submission.owner)
        return submission, self.message.describe_file(describe(submission, sender))

    def _register(self, submission: Submission) -> AccessRegister:
        return self.message.register(Environment(submission.environment))

    def _notify(self, submission: Submission, forms: Sequence[FiledForm], *, at: datetime) -> int:
        """Send one more notification about the declarations; the submission's row is the lock of their numbers."""
        forms = [form for form in forms if form.declarations]
        if not forms:
            return 0
        Submission.objects.select_for_update().get(pk=submission.pk)
        sender = Sender.objects.select_related("entity").get(pk=submission.owner)
        told = Answer.objects.filter(submission=submission, kind=AnswerKind.NOTIFICATION)
        last = told.order_by("-number").values_list("number", flat=True).first() or 0
        language = Language(sender.language)
        with ExitStack() as files:
            content = io.BytesIO()
            rendered = [render_access_form(form, language=language) for form in forms]
            render_notification(notification_of(submission, sender, at=at), rendered, content)
            (prepared,) = prepare_answers([content], desk=self.answers, files=files, at=at)
            offer_answers(
                [Offer(submission, AnswerKind.NOTIFICATION, prepared, number=last + 1)], desk=self.answers, at=at
            )
        return sum(len(form.declarations) for form in forms)


def _submission_of(declaration_id: int) -> Submission:
    row = DeclaredAccess.objects.select_related("form__submission").filter(pk=declaration_id).first()
    return Submission(pk=0) if row is None else row.form.submission


def _time(submission: Submission, at: datetime) -> FilingTime:
    return FilingTime(submission.received_at, at, brussels_date(at))
