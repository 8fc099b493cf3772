"""One registration as a page shows it: its title, its facts, and what happened to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Self

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from domain.checkins.items import Worker
from domain.checkins.vocabulary import PresenceKind, PresenceStatus
from domain.environments import Environment
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.brought import Reader, cancelled_by, sent_by, told_company
from portal.pages.checkins.choices import place_title, places_of
from portal.pages.checkins.words import CANCELLATION_REASONS, STATES, act_word, told_capacity, told_remarks
from portal.pages.instants import told_instant
from portal.pages.parts import SummaryRow
from registers.checkins.error_reports import reports_about_it
from registers.checkins.models import Correction, Presence, PresenceStep, WorkPlace
from registers.checkins.steps import steps_of_its_day, steps_read
from registers.checkins.versions import read_versions_among


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
        parts.append(told_instant(row.event_at, "H:i"))
    return f"{', '.join(part for part in [*parts, place_title(place, row.work_place)] if part)}."


def facts_of(row: Presence, place: WorkPlace | None, names: Mapping[str, str], *, reader: Reader) -> list[SummaryRow]:
    """Return what a version registered, with the receipt number first; `names` are those of `companies_in`."""
    rows = [
        SummaryRow(_("Receipt number"), str(row.number)),
        SummaryRow(_("What"), str(act_word(row.kind, row.event_type, row.reason))),
        SummaryRow(_("Day"), date_format(row.registration_date, _("l j F Y"))),
    ]
    if row.event_at is not None:
        rows.append(SummaryRow(_("Time"), told_instant(row.event_at, "H:i:s")))
    rows.append(SummaryRow(_("Work place"), f"{place_title(place, row.work_place)} ({row.work_place})"))
    if row.employer:
        rows.append(SummaryRow(_("Employer"), told_company(row.employer, names)))
    if row.known_capacity:
        rows.append(SummaryRow(_("Capacity"), told_capacity(row.known_capacity, row.known_capacity_source)))
    rows.append(SummaryRow(_("Reached us"), told_instant(row.received_at, _("j F Y, H:i:s"))))
    rows.append(sent_by(row, names, reader=reader))
    return rows


@dataclass(frozen=True, slots=True)
class WorkerNumbers:
    """By which number its employer declared the worker, and the one that is his now; for his own employer alone."""

    submitted: Worker
    newest: Worker

    @classmethod
    def of(cls, row: Presence) -> Self:
        """Return those of a registration; one query."""
        declared, last = checkin_counter().aliases.declared_and_newest(row.identifier_id, row.person_id)
        return cls(declared or Worker(), last or Worker())

    def told(self) -> list[SummaryRow]:
        """Return them as facts."""
        rows = [SummaryRow(_("National number"), self.newest.inss)] if self.newest.inss else []
        if self.submitted.inss and self.submitted.inss != self.newest.inss:
            rows.append(SummaryRow(_("National number that was sent"), self.submitted.inss))
        if self.submitted.limosa_id:
            rows.append(SummaryRow(_("Limosa number"), self.submitted.limosa_id))
        return rows


def versions_of(number: int) -> Sequence[Presence]:
    """Return all versions of a registration, the oldest first; one query, and another one as often as a correction moved it.

    Each has `asked_as`, the request that made it, the `steps` of its day, and the `reports` that its worker made about it.
    """
    return read_versions_among(_told_of_days, number)


def _told_of_days(days: Q) -> QuerySet[Presence]:
    request = Correction.objects.filter(pk=OuterRef("correction_id")).values("number")
    versions = Presence.objects.filter(days, environment=Environment.PRODUCTION)
    return versions.annotate(asked_as=Subquery(request), steps=steps_of_its_day(days), reports=reports_about_it())


def companies_in(versions: Sequence[Presence]) -> set[str]:
    """Return the numbers of the companies that the facts and the steps name: the employer, and who brought and withdrew it."""
    newest = versions[-1]
    return {newest.employer, newest.brought_by, *(step.brought_by for step in _steps(versions))}


def steps_of(
    versions: Sequence[Presence], places: Mapping[str, WorkPlace], names: Mapping[str, str], *, reader: Reader
) -> list[SummaryRow]:
    """Return what happened to it, oldest first: received, checked, corrected, cancelled; on the days of all its versions.

    `places` are the work places of the versions, `names` those of `companies_in`.
    """
    told = [(step.at, _step_told(step, names, reader=reader)) for step in _steps(versions)]
    told += _corrections_told(versions, places)
    return [SummaryRow(told_instant(at, _("j F Y, H:i")), what) for at, what in sorted(told)]


def _steps(versions: Sequence[Presence]) -> list[PresenceStep]:
    """Return the steps once each: versions of one day have the same."""
    by_day = {each.registration_date: each.steps for each in versions}  # type: ignore[attr-defined]
    return [step for steps in by_day.values() for step in steps_read(steps)]


def _step_told(step: PresenceStep, names: Mapping[str, str], *, reader: Reader) -> str:
    """Return the state and, behind it, the reason or the remarks, each of which is a sentence with its full stop."""
    is_cancelled = step.status == PresenceStatus.CANCELLED.name
    state = cancelled_by(step, names, reader=reader) if is_cancelled else str(STATES[step.status][0])
    more = [str(CANCELLATION_REASONS[step.reason])] if step.reason else told_remarks(step.remarks)
    return f"{state}. {' '.join(more)}" if more else state


def _corrections_told(versions: Sequence[Presence], places: Mapping[str, WorkPlace]) -> Iterator[tuple[datetime, str]]:
    """Tell what each version but the newest said, and by which request the next one came."""
    for before, after in pairwise(versions):
        what = [str(act_word(before.kind, before.event_type, before.reason))]
        what.append(date_format(before.registration_date, _("j F Y")))
        if before.event_at is not None:
            what.append(told_instant(before.event_at, "H:i"))
        what.append(place_title(places.get(before.work_place), before.work_place))
        yield before.created_at, _("%(what)s: corrected since") % {"what": ", ".join(what)}
        if after.asked_as is not None:  # type: ignore[attr-defined]
            yield after.created_at, _("Corrected as request %(number)s asked") % {"number": after.asked_as}  # type: ignore[attr-defined]
