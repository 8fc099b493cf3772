"""Tell senders' programs of the requests for corrections that their companies made, or that are of their staff.

What is not the asker's looks like none. Each look is recorded, also the one that finds nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.db.models.functions import Coalesce

from domain.checkins.asking import PresenceAsker, PresenceQuestion
from domain.checkins.corrections import CorrectionSeen, CorrectionsFound, CorrectionsWanted, EvidenceSeen
from domain.checkins.items import Worker
from domain.checkins.vocabulary import CorrectionState, EventType
from registers.checkins.correction_lists import corrections_of_companies, page_of
from registers.checkins.looks import note_presence_look
from registers.checkins.models import Correction
from registers.checkins.records import employer_of
from registers.persons.aliases import Aliases

_NOBODY = Worker()


@transaction.atomic
def read_correction(number: str, *, asker: PresenceAsker, aliases: Aliases, at: datetime) -> CorrectionSeen | None:
    """Return a request by its number; None for one that is not the asker's."""
    asked = corrections_of_companies(asker.companies, environment=aliases.environment)
    rows = list(asked.filter(number=number))
    _note(rows, about=number if rows else "", asker=asker, aliases=aliases, at=at)
    return next(iter(_told(rows, aliases=aliases)), None)


@transaction.atomic
def find_corrections(
    wanted: CorrectionsWanted, *, asker: PresenceAsker, aliases: Aliases, at: datetime
) -> CorrectionsFound:
    """Return a page of the requests that are wanted; PageKeyError for a key that no page gave.

    Five queries, however many there are.
    """
    rows = corrections_of_companies(asker.companies, environment=aliases.environment)
    if wanted.registration_id is not None:
        rows = rows.alias(about=Coalesce("target", "made_number")).filter(about=wanted.registration_id)
    if wanted.state is not None:
        rows = rows.filter(state=wanted.state)
    page = page_of(rows, after=wanted.after, size=wanted.size)
    about = "" if wanted.registration_id is None or not page.requests else str(wanted.registration_id)
    _note(page.requests, about=about, asker=asker, aliases=aliases, at=at)
    return CorrectionsFound(_told(page.requests, aliases=aliases), page.next_key or None)


def _note(rows: Sequence[Correction], *, about: str, asker: PresenceAsker, aliases: Aliases, at: datetime) -> None:
    note_presence_look(
        PresenceQuestion.CORRECTION,
        [row.person_id for row in rows],
        environment=aliases.environment,
        asker=asker,
        at=at,
        about=about,
    )


def _told(rows: Sequence[Correction], *, aliases: Aliases) -> tuple[CorrectionSeen, ...]:
    """Return them with their documents and the numbers of their persons; three queries, none for no row."""
    if not rows:
        return ()
    prefetch_related_objects(rows, "evidence")
    submitted = aliases.read(row.identifier_id for row in rows)
    newest = aliases.last_known(row.person_id for row in rows)
    return tuple(
        _seen(
            row,
            submitted=submitted.get(row.identifier_id, _NOBODY),
            newest=newest.get(row.person_id, _NOBODY),
        )
        for row in rows
    )


def _seen(row: Correction, *, submitted: Worker, newest: Worker) -> CorrectionSeen:
    return CorrectionSeen(
        number=row.number,
        state=CorrectionState(row.state),
        deadline=row.deadline,
        is_late=row.is_late,
        asked_at=row.asked_at,
        evidence_due_at=row.evidence_due_at,
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
        reason=row.decision,
        target=row.target,
        event_type=EventType(row.event_type),
        work_place_id=row.work_place,
        corrected_at=row.corrected_at,
        corrected_work_place=row.corrected_work_place,
        made_number=row.made_number,
        made_version=row.made_version,
        evidence=tuple(
            EvidenceSeen(one.file_name, one.sha256, one.stored_at is not None) for one in row.evidence.all()
        ),
        employer=employer_of(row.employer),
        inss=newest.inss,
        inss_submitted=submitted.inss,
        limosa_id=submitted.limosa_id,
    )
