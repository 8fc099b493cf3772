"""Write to the operator once a day while declarations wait for the identification of their workers."""

from datetime import datetime

from django.db.models import Count, Min

from correspondence.models import Carrier
from correspondence.outbox import post
from domain.brussels import brussels_date
from ingest.recover import SweepReport
from registers.student_days.pending_tables import PendingForm


def remind_of_identifications(*, operator_address: str, at: datetime) -> SweepReport:
    """Say how many wait and since when; their senders have a provisional answer, and are owed a final one (batch §3.4)."""
    waiting = PendingForm.objects.filter(settled_at__isnull=True).aggregate(
        number=Count("pk"), oldest=Min("received_at")
    )
    if not waiting["number"]:
        return SweepReport()
    post(
        carrier=Carrier.MAIL,
        recipient=operator_address,
        subject=f"Declarations that wait for an identification: {waiting['number']}",
        body=(
            f"So many declarations name a worker without a national number: {waiting['number']}. The oldest was received on "
            f"{brussels_date(waiting['oldest'])}. Their senders have a provisional answer and wait for the final one, which "
            "is due within ten working days of the reception. Identify each worker or refuse the declaration:\n\n"
            "    guichet identifications list\n"
        ),
        occasion=f"identifications:{brussels_date(at)}",
        at=at,
    )
    return SweepReport()
