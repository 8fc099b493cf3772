"""Tell whoever asked for a correction at a page while our scanner failed, once for each outage, that his documents are taken again."""

from datetime import datetime

from correspondence.models import EboxKind
from domain.checkins.vocabulary import ClockingChannel, CorrectionState
from registers.checkins.models import Correction
from registers.checkins.scanner_outages import answers_lately
from registers.checkins.telling import Letter, tell_company, tell_persons


def tell_of_awaited_evidence(*, at: datetime) -> int:
    """Write to those whose drafts wait for documents that our scanner could not look through; return how many drafts.

    Programs hand in again what was turned away; a person at a page is not there any more. Nobody is told before the scanner
    answers, nor twice of one request for one outage: the day of waiting begins anew with each.
    """
    since = answers_lately(at=at)
    if since is None:
        return 0
    rows = list(
        Correction.objects.filter(state=CorrectionState.DRAFT, channel=str(ClockingChannel.PORTAL)).order_by("pk")
    )
    for row in rows:
        occasion = f"correction {row.number} awaits evidence since {since.isoformat()}"
        values = {"number": row.number}
        if row.asked_for:
            letter = Letter(EboxKind.EVIDENCE_AWAITED, values, about=row.number)
            tell_company(row.asked_for, row.environment, letter, occasion=occasion, at=at)
        else:
            letter = Letter(EboxKind.OWN_EVIDENCE_AWAITED, values, about=row.number)
            tell_persons({occasion: row.person_id}, row.environment, letter, at=at)
    return len(rows)
