"""Tell senders of files what changed since: validities, and requests that ended; one FO.CIAV a sender, for all files (§1.5)."""

import io
import logging
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max

from domain.answers import AnswerKind
from domain.checkins.codes import Remark
from domain.checkins.vocabulary import PresenceStatus
from domain.environments import Environment
from evidence.models import Answer, Submission
from ingest.checkin_message import PURPOSE
from ingest.offer_answers import AnswerDesk, Offer, offer_answers, prepare_answers
from ingest.render_checkins import CorrectionEnded, ValidityTold, render_notices
from registers.checkins.bringers import without_standing
from registers.checkins.ended_requests import lock_ended, mark_told, senders_to_tell, still_asked
from registers.checkins.models import Correction, Presence, ValidityNotice

log = logging.getLogger(__name__)

MOST_NOTICES = 10_000
"""And requests that ended, in one answer; what is left is told by the next."""


def tell_validity(*, desk: AnswerDesk, at: datetime) -> int:
    """Tell every sender what waits to be told; return how many changes were told.

    Each sender's is one transaction: what was told, and the answer that tells it. Safe when several do it at once.
    """
    waiting = ValidityNotice.objects.filter(told_at__isnull=True).values_list("environment", "sender").distinct()
    senders = {*waiting, *senders_to_tell()}
    return sum(_tell_sender(environment, sender, desk=desk, at=at) for environment, sender in sorted(senders))


def _tell_sender(environment: str, sender: str, *, desk: AnswerDesk, at: datetime) -> int:
    with transaction.atomic():
        waiting = ValidityNotice.objects.select_for_update(skip_locked=True).filter(
            environment=environment, sender=sender, told_at__isnull=True
        )
        rows = list(waiting.order_by("id")[:MOST_NOTICES])
        origins = _origins(rows, environment) if rows else {}
        theirs = _still_theirs(origins, environment, sender, at=at)
        ended = lock_ended(sender, environment=environment, limit=MOST_NOTICES)
        asked = still_asked(ended, environment=Environment(environment), at=at)
        news = _News(environment, sender, [row for row in rows if row.number in theirs], theirs, asked)
        told = _answer(news, desk=desk, at=at)
        ValidityNotice.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=at)
        mark_told(ended, at=at)
        return told


class _News(NamedTuple):
    """What one sender is told: changed validities, with what their registrations came from, and requests that ended."""

    environment: str
    sender: str
    rows: Sequence[ValidityNotice]
    origins: "_Origins"
    ended: Sequence[Correction]

    @property
    def size(self) -> int:
        return len(self.rows) + len(self.ended)


def _answer(news: _News, *, desk: AnswerDesk, at: datetime) -> int:
    """Offer one answer that tells of all, and return of how many; of none to who never sent a file."""
    if not news.size:
        return 0
    about = _submission_for(news.origins, news.environment, news.sender)
    if about is None:
        log.info("validities not told: the sender never sent a file sender=%s notices=%d", news.sender, news.size)
        return 0
    with ExitStack() as files:
        content = io.BytesIO()
        changes = [_told(row, news.origins[row.number]) for row in news.rows]
        render_notices(changes, content, at=at, ended=[_ended(row) for row in news.ended])
        (prepared,) = prepare_answers([content], desk=desk, files=files, at=at)
        offer = Offer(about, AnswerKind.CHECK_IN_VALIDITY, prepared, _next_number(about))
        offer_answers([offer], desk=desk, at=at)
    return news.size


class _Origin(NamedTuple):
    """Where a registration came from: its submission, the sender's reference, and the request that corrected it last.

    The rest tells who may hear of it.
    """

    number: int
    employer: str = ""
    brought_by: str = ""
    brought_for: str | None = None
    work_place: str = ""
    registration_date: date = date.min
    kind: str = ""
    submission: int | None = None
    reference: str = ""
    correction: str = ""


_Origins = dict[int, _Origin]


def _origins(rows: Sequence[ValidityNotice], environment: str) -> _Origins:
    """Return what each registration came from, by its number; an empty origin where no row is of its day."""
    found = Presence.objects.filter(
        environment=environment,
        number__in=[row.number for row in rows],
        registration_date__in={row.registration_date for row in rows},
    )
    versions = list(found.order_by("number", "version"))
    asked = Correction.objects.in_bulk({one.correction_id for one in versions if one.correction_id is not None})
    return {row.number: _Origin(row.number) for row in rows} | {
        one.number: _Origin(
            one.number,
            one.employer,
            one.brought_by,
            one.brought_for,
            one.work_place,
            one.registration_date,
            one.kind,
            one.submission_id,
            one.reference,
            asked[one.correction_id].number if one.correction_id in asked else "",
        )
        for one in versions
    }


def _still_theirs(origins: _Origins, environment: str, sender: str, *, at: datetime) -> _Origins:
    """Return those of which the sender may hear: of nobody for whose employer its company no longer stands."""
    gone = without_standing(list(origins.values()), environment=Environment(environment), at=at)
    if gone:
        log.info("validities not told: a mandate ended sender=%s registrations=%d", sender, len(gone))
    return {number: origin for number, origin in origins.items() if number not in gone}


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


def _told(row: ValidityNotice, origin: _Origin) -> ValidityTold:
    remarks = tuple([Remark[name] for name in row.remarks])
    status = PresenceStatus[row.status].value
    return ValidityTold(row.number, status, row.at, remarks, origin.reference, origin.correction)


def _ended(row: Correction) -> CorrectionEnded:
    number = row.target if row.made_number is None else row.made_number
    return CorrectionEnded(row.number, row.state, row.decided_at or row.asked_at, number, _in_a_line(row.decision))


def _in_a_line(note: str) -> str:
    """Return what was written at a page or a command in one line, without what XML cannot hold."""
    return "".join(filter(str.isprintable, " ".join(note.split())))
