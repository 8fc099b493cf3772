"""Tell senders of files of the validities that changed since: one FO.CIAV a sender, whatever files they came in (§1.5)."""

import io
import logging
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max

from domain.answers import AnswerKind
from domain.checkins.codes import Remark
from domain.checkins.vocabulary import PresenceStatus
from evidence.models import Answer, Submission
from ingest.checkin_message import PURPOSE
from ingest.offer_answers import AnswerDesk, Offer, offer_answers, prepare_answers
from ingest.render_checkins import ValidityTold, render_notices
from registers.checkins.models import Correction, Presence, ValidityNotice

log = logging.getLogger(__name__)

MOST_NOTICES = 10_000
"""In one answer; what is left is told by the next."""


def tell_validity(*, desk: AnswerDesk, at: datetime) -> int:
    """Tell every sender what waits to be told; return how many changes were told.

    Each sender's is one transaction: what was told, and the answer that tells it. Safe when several do it at once.
    """
    waiting = ValidityNotice.objects.filter(told_at__isnull=True).values_list("environment", "sender").distinct()
    return sum(
        _tell_sender(environment, sender, desk=desk, at=at) for environment, sender in waiting.order_by("sender")
    )


def _tell_sender(environment: str, sender: str, *, desk: AnswerDesk, at: datetime) -> int:
    with transaction.atomic(), ExitStack() as files:
        waiting = ValidityNotice.objects.select_for_update(skip_locked=True).filter(
            environment=environment, sender=sender, told_at__isnull=True
        )
        rows = list(waiting.order_by("id")[:MOST_NOTICES])
        if not rows:
            return 0
        origins = _origins(rows, environment)
        about = _submission_for(origins, environment, sender)
        if about is None:
            log.info("validities not told: the sender never sent a file sender=%s notices=%d", sender, len(rows))
        else:
            content = io.BytesIO()
            render_notices([_told(row, origins) for row in rows], content, at=at)
            (prepared,) = prepare_answers([content], desk=desk, files=files, at=at)
            offer = Offer(about, AnswerKind.CHECK_IN_VALIDITY, prepared, _next_number(about))
            offer_answers([offer], desk=desk, at=at)
        ValidityNotice.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=at)
        return 0 if about is None else len(rows)


class _Origin(NamedTuple):
    """Where a registration came from: its submission, the sender's reference, and the request that corrected it last."""

    submission: int | None = None
    reference: str = ""
    correction: str = ""


_Origins = dict[int, _Origin]


def _origins(rows: Sequence[ValidityNotice], environment: str) -> _Origins:
    """Return what each registration came from, by its number."""
    found = Presence.objects.filter(
        environment=environment,
        number__in=[row.number for row in rows],
        registration_date__in={row.registration_date for row in rows},
    )
    facts = list(
        found.order_by("number", "version").values_list("number", "submission_id", "reference", "correction_id")
    )
    asked = Correction.objects.in_bulk({correction for *_, correction in facts if correction is not None})
    return {
        number: _Origin(submission, reference, asked[correction].number if correction in asked else "")
        for number, submission, reference, correction in facts
    }


def _submission_for(origins: _Origins, environment: str, sender: str) -> Submission | None:
    """Return the submission under which the answer stands: the newest of those told about, or of that sender at all."""
    newest = max((origin.submission for origin in origins.values() if origin.submission is not None), default=None)
    sent = Submission.objects.filter(owner=sender, environment=environment, purpose=PURPOSE)
    some = sent.filter(pk=newest) if newest is not None else sent.order_by("-received_at", "-pk")
    found = some.values_list("pk", flat=True).first()
    return None if found is None else Submission.objects.select_for_update().get(pk=found)


def _next_number(about: Submission) -> int:
    """Return the next number among such answers; the row of the submission is locked."""
    told = Answer.objects.filter(submission=about, kind=AnswerKind.CHECK_IN_VALIDITY).aggregate(last=Max("number"))
    return (told["last"] or 0) + 1


def _told(row: ValidityNotice, origins: _Origins) -> ValidityTold:
    origin = origins.get(row.number, _Origin())
    remarks = tuple([Remark[name] for name in row.remarks])
    status = PresenceStatus[row.status].value
    return ValidityTold(row.number, status, row.at, remarks, origin.reference, origin.correction)
