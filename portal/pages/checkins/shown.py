"""One registration as a page shows it: its title, its facts, and what happened to it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from domain.brussels import brussels_date, is_shown_twice
from domain.checkins.items import Worker
from domain.checkins.vocabulary import PresenceKind
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.choices import place_title, places_of
from portal.pages.checkins.words import CANCELLATION_REASONS, STATES, act_word, told_capacity, told_remarks
from portal.pages.parts import SummaryRow
from registers.checkins.models import Correction, Presence, PresenceStep, WorkPlace


def title_of(row: Presence) -> str:
    """Return what was registered on which day, as the title of its page."""
    day = date_format(row.registration_date, _("j F Y"))
    if row.kind == PresenceKind.DAY:
        return _("Present on %(day)s") % {"day": day}
    return _("%(act)s on %(day)s") % {"act": act_word(row.kind, row.event_type, row.reason), "day": day}


def sentence_of(row: Presence, *, name: str = "") -> str:
    """Return which registration it is, of whom, when and where; without a name for one's own."""
    place = next(iter(places_of([row.work_place])), None)
    parts = [name, date_format(row.registration_date, _("l j F Y"))]
    if row.event_at is not None:
        parts.insert(1, str(act_word(row.kind, row.event_type, row.reason)))
        parts.append(date_format(localtime(row.event_at), "H:i"))
    return f"{', '.join(part for part in [*parts, place_title(place, row.work_place)] if part)}."


def time_told(at: datetime, *, on: date) -> str:
    """Return a time of day, with its day where that is not `on`, and with its zone in the hour that October has twice."""
    local = localtime(at)
    told = date_format(local, "H:i" if brussels_date(at) == on else _("D j M, H:i"))
    return f"{told} {local.tzname()}" if is_shown_twice(at) else told


def facts_of(row: Presence, place: WorkPlace | None, names: Mapping[str, str]) -> list[SummaryRow]:
    """Return what was registered, with the receipt number first."""
    rows = [
        SummaryRow(_("Receipt number"), str(row.number)),
        SummaryRow(_("What"), str(act_word(row.kind, row.event_type, row.reason))),
        SummaryRow(_("Day"), date_format(row.registration_date, _("l j F Y"))),
    ]
    if row.event_at is not None:
        rows.append(SummaryRow(_("Time"), date_format(localtime(row.event_at), "H:i:s")))
    rows.append(SummaryRow(_("Work place"), f"{place_title(place, row.work_place)} ({row.work_place})"))
    if row.employer:
        rows.append(SummaryRow(_("Employer"), _company(row.employer, names)))
    if row.known_capacity:
        rows.append(SummaryRow(_("Capacity"), told_capacity(row.known_capacity, row.known_capacity_source)))
    rows.append(SummaryRow(_("Reached us"), date_format(localtime(row.received_at), _("j F Y, H:i:s"))))
    return rows


def numbers_of_worker(row: Presence) -> list[SummaryRow]:
    """Return by which number its employer declared the worker, and the one that is his now; for his own employer alone."""
    aliases = checkin_counter().aliases
    submitted = aliases.read([row.identifier_id]).get(row.identifier_id, Worker())
    newest = aliases.last_known([row.person_id]).get(row.person_id, Worker())
    rows = [SummaryRow(_("National number"), newest.inss)] if newest.inss else []
    if submitted.inss and submitted.inss != newest.inss:
        rows.append(SummaryRow(_("National number that was sent"), submitted.inss))
    if submitted.limosa_id:
        rows.append(SummaryRow(_("Limosa number"), submitted.limosa_id))
    return rows


def steps_of(row: Presence) -> list[SummaryRow]:
    """Return what happened to it, oldest first: received, checked, corrected, cancelled; on the days of all its versions."""
    earlier = Presence.objects.filter(environment=row.environment, number=row.number, version__lt=row.version)
    versions = [*earlier.order_by("version"), row]
    steps = PresenceStep.objects.filter(
        environment=row.environment,
        number=row.number,
        registration_date__in={each.registration_date for each in versions},
    )
    told = [(step.at, _step_told(step)) for step in steps]
    if len(versions) > 1:
        told += _corrections_told(versions)
    return [SummaryRow(date_format(localtime(at), _("j F Y, H:i")), what) for at, what in sorted(told)]


def _step_told(step: PresenceStep) -> str:
    words = [str(STATES[step.status][0]), *told_remarks(step.remarks)]
    if step.reason:
        words.append(str(CANCELLATION_REASONS[step.reason]))
    return ". ".join(words)


def _corrections_told(versions: Sequence[Presence]) -> Iterator[tuple[datetime, str]]:
    """Tell what each version but the newest said, and by which request the next one came; two queries."""
    places = {place.number: place for place in places_of({each.work_place for each in versions})}
    asked = Correction.objects.filter(
        pk__in=[each.correction_id for each in versions if each.correction_id is not None]
    )
    requests = dict(asked.values_list("pk", "number"))
    for before, after in pairwise(versions):
        what = [str(act_word(before.kind, before.event_type, before.reason))]
        what.append(date_format(before.registration_date, _("j F Y")))
        if before.event_at is not None:
            what.append(date_format(localtime(before.event_at), "H:i"))
        what.append(place_title(places.get(before.work_place), before.work_place))
        yield before.created_at, _("%(what)s: corrected since") % {"what": ", ".join(what)}
        number = requests.get(after.correction_id or 0)
        if number is not None:
            yield after.created_at, _("Corrected as request %(number)s asked") % {"number": number}


def _company(number: str, names: Mapping[str, str]) -> str:
    name = names.get(number)
    return f"{name} ({number})" if name else number
