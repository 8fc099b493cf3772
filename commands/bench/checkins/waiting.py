"""Let requests for corrections wait, set-based: some for a decision, and drafts whose evidence never came."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from commands.bench.checkins.people import Person
from domain.brussels import brussels_date

EVENTS_FOR_ONE_REQUEST = 10_000
"""Of 20 million events, 2,000 requests wait."""
_FEWEST = 20
_DRAFT_SHARE = 10
"""One in ten is a draft that is over."""
_LONGEST_WAIT_DAYS = 30


def ask_for_corrections(own: Sequence[Person], *, events: int, at: datetime) -> int:
    """Have people of one company ask for check-outs that are missing, on days of the last month; return how many."""
    from registers.checkins.models import Correction, CorrectionEvidence  # noqa: PLC0415 - Django is set up by then

    requests = [
        Correction(
            environment="R",
            number=f"C-{at:%Y%m%d}-{9_000_000 + place}",
            person_id=one.person_id,
            identifier_id=one.identifier_id,
            employer=one.company,
            work_place=one.work_place,
            event_type="OUT",
            registration_date=brussels_date(ago),
            deadline=brussels_date(ago) + timedelta(days=_LONGEST_WAIT_DAYS),
            corrected_at=ago,
            justification="bench",
            state="SUBMITTED" if place % _DRAFT_SHARE else "DRAFT",
            channel="PORTAL",
            asked_for=one.company,
            asked_by="bench",
            asked_at=ago,
            evidence_due_at=ago + timedelta(days=1),
        )
        for place in range(max(events // EVENTS_FOR_ONE_REQUEST, _FEWEST))
        for one in (own[place % len(own)],)
        for ago in (at - timedelta(days=2 + place % (_LONGEST_WAIT_DAYS - 2), seconds=place),)
    ]
    made = Correction.objects.bulk_create(requests)
    CorrectionEvidence.objects.bulk_create(
        CorrectionEvidence(environment="R", correction=one, file_name="badge-log.pdf", sha256=f"{one.pk:064x}")
        for one in made
    )
    return len(made)
