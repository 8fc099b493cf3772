"""Letters that no carrier took yet, or for three days: how many there are, and how they are tried again."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Min, Q

from correspondence.models import Carrier, OutboxMessage


@dataclass(frozen=True, slots=True)
class Untold:
    """Letters of a carrier that wait, and those given up, and how many of them keep their words.

    `oldest` is when the oldest of those was written that the carrier did not even refuse. `refused` is how many addresses it
    refused of what was written after the last letter that it took. A letter with a password, a code or a link loses its words
    when it is given up: what it let in is over.
    """

    carrier: str
    waiting: int
    oldest: datetime | None
    given_up: int
    can_be_tried: int
    refused: int = 0


def count_untold(*, since: datetime) -> list[Untold]:
    """Return what waits, and what was given up since that instant, by carrier; a query, and one for each carrier.

    What waits is found by its index, and what each carrier took last by its own.
    """
    waits, lost = Q(given_up_at__isnull=True), Q(given_up_at__gte=since)
    after = [Q(carrier=carrier, pk__gt=_taken_last(carrier)) for carrier in Carrier]
    was_refused = (waits & Q(failures__gt=0) | lost) & reduce(or_, after)
    rows = (
        OutboxMessage.objects.filter(waits | lost, sent_at__isnull=True)
        .values("carrier")
        .annotate(
            waiting=Count("pk", filter=waits),
            oldest=Min("written_at", filter=waits & Q(failures=0)),
            given_up=Count("pk", filter=lost),
            can_be_tried=Count("pk", filter=lost & Q(holds_secret=False)),
            refused=Count("recipient", filter=was_refused, distinct=True),
        )
    )
    return [Untold(**row) for row in rows.order_by("carrier")]


def _taken_last(carrier: Carrier) -> int:
    taken = OutboxMessage.objects.filter(carrier=carrier, sent_at__isnull=False)
    return taken.order_by("-pk").values_list("pk", flat=True).first() or 0


def try_again(*, since: datetime, at: datetime) -> int:
    """Let the letters that were given up since wait once more, and what waits be tried at once; return how many.

    What holds a secret stays given up. Each has as many days again as a new one.
    """
    given_up = Q(given_up_at__gte=since, holds_secret=False)
    untaken = OutboxMessage.objects.filter(sent_at__isnull=True)
    retried = untaken.filter(given_up).update(given_up_at=None, failures=0, retry_at=None, written_at=at)
    return retried + untaken.filter(given_up_at__isnull=True, retry_at__gt=at).update(retry_at=None)
