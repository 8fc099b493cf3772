"""Tell what is remarked of a registration by what went before it: a tap in a window that was drawn earlier is no missing check-in."""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domain.brussels import brussels_date
from domain.checkins.codes import Remark
from domain.checkins.vocabulary import EventReason, EventType, PresenceKind, PresenceStatus
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.words import REMARKS, told_remarks
from registers.checkins.models import Presence

_REPEATED = frozenset({Remark.IN_WHILE_IN.name, Remark.OUT_WITHOUT_IN.name})
_DURING_A_BREAK = _("It came during a break: the work counts until the break began.")
_LEFT_ALREADY = _("There was a check-out already. The first one counts.")
_BACK_ALREADY = _("The break had ended already. What was registered first counts.")


def remarks_told(row: Presence) -> list[str]:
    """Return the sentences for the remarks of a registration; one query where it says again what went before it, else none."""
    return told_remarks(row.remarks, words={**REMARKS, **_said_again(row)})


def _said_again(row: Presence) -> Mapping[Remark, Promise]:
    """Return what is so where the event before it, as lately as a break may have begun, was of its kind and spot."""
    before = _event_before(row) if _REPEATED.intersection(row.remarks) else None
    if before is None or _spot_of(before) != _spot_of(row):
        return {}
    was_break = before.reason == EventReason.BREAK
    if row.event_type == EventType.OUT:
        return {Remark.OUT_WITHOUT_IN: _DURING_A_BREAK if was_break else _LEFT_ALREADY}
    return {Remark.IN_WHILE_IN: _BACK_ALREADY} if was_break and row.reason == EventReason.BREAK else {}


def _spot_of(event: Presence) -> tuple[str, str, str]:
    """Return its kind, for whom and where it was."""
    return event.event_type, event.employer, event.work_place


def _event_before(row: Presence) -> Presence | None:
    """Return the person's event before that one, wherever it was, within the hours that a break may last.

    One that began or ended nothing itself is none: what repeats it repeats what counted before it, if anything did.
    """
    if row.event_at is None:
        return None
    days = {row.registration_date, brussels_date(row.event_at)}
    earliest = row.event_at - checkin_counter().limits.days.longest_break
    earlier = Presence.objects.filter(
        Q(event_at__lt=row.event_at) | Q(event_at=row.event_at, number__lt=row.number),
        environment=row.environment,
        person_id=row.person_id,
        registration_date__range=(min(days) - timedelta(days=1), max(days)),
        kind=PresenceKind.EVENT,
        event_at__gte=earliest,
        next_date__isnull=True,
    ).exclude(Q(status=PresenceStatus.CANCELLED.name) | Q(remarks__overlap=sorted(_REPEATED)))
    return earlier.order_by("-event_at", "-number").first()
