"""A request for a correction as pages show it: what is asked, of what, and what became of it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domain.brussels import brussels_date
from domain.checkins.codes import Remark
from domain.checkins.vocabulary import CorrectionState, PresenceStatus
from domain.environments import Environment
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.choices import (
    company_names,
    company_of_each,
    place_of_each,
    place_read,
    place_title,
    places_of,
)
from portal.pages.checkins.names import Naming
from portal.pages.checkins.words import CORRECTION_STATES, act_word
from portal.pages.instants import told_instant
from portal.pages.labelled import labelled
from portal.pages.parts import SummaryRow
from registers.checkins.corrected_versions import is_self_employed_there
from registers.checkins.foreseeing import foreseen_remarks
from registers.checkins.models import Correction, Presence, WorkPlace
from registers.checkins.versions import read_newest_version, read_versions_among

Places = Mapping[str, WorkPlace]
"""Work places by their numbers."""
_FORESEEN: Mapping[Remark, Promise] = MappingProxyType(
    {
        Remark.OUT_WITHOUT_IN: gettext_lazy(
            "This check-out ends nothing: no check-in there is without a check-out then."
        ),
        Remark.MISSING_OUT: gettext_lazy("The check-out of this check-in is missing."),
    }
)
"""What is told to whoever decides, by what would be remarked of the event."""


def facts_of_correction(
    row: Correction,
    *,
    naming: Naming,
    places: Places | None = None,
    companies: Mapping[str, str] = MappingProxyType({}),
) -> list[SummaryRow]:
    """Return what is asked, of whom, as the reader may call him, by whom and why; `companies` are names that are read."""
    rows = facts_without_reason(row, naming=naming, places=places, companies=companies)
    rows.append(SummaryRow(_("What happened"), row.justification))
    if row.is_late:
        rows.append(SummaryRow(_("In time"), _("no, after the time for it")))
    return rows


def facts_without_reason(
    row: Correction,
    *,
    naming: Naming,
    places: Places | None = None,
    companies: Mapping[str, str] = MappingProxyType({}),
) -> list[SummaryRow]:
    """Return what is asked, of whom and by whom: what a worker reads of his employer's request.

    The work places, and names of companies, are read where the caller did not.
    """
    places = _places_named(row) if places is None else places
    names = company_names({row.asked_for} if row.asked_for else set(), known=companies)
    rows = [
        SummaryRow(_("Name"), naming([row.person_id], employers={row.person_id: row.employer})[row.person_id]),
        SummaryRow(_("Asked for by"), _company(row.asked_for, names) or _("the person himself, self-employed")),
        *_own_company(row, companies),
        SummaryRow(_("What"), _before(row)),
        SummaryRow(_("Work place"), place_title(places.get(row.work_place), row.work_place)),
    ]
    if row.corrected_at is not None:
        rows.append(SummaryRow(_("Time, as it was"), _instant(row.corrected_at)))
    if row.corrected_work_place:
        place = place_title(places.get(row.corrected_work_place), row.corrected_work_place)
        rows.append(SummaryRow(_("Work place, as it was"), place))
    return rows


def _own_company(row: Correction, companies: Mapping[str, str]) -> Iterator[SummaryRow]:
    """Yield for which company a self-employed person asks, and that nothing here says that it is his, while that is so."""
    if row.asked_for:
        return
    company = _company(row.employer, company_names({row.employer}, known=companies))
    environment = Environment(row.environment)
    if row.target is None and not is_self_employed_there(
        row.person_id, row.employer, environment=environment, on=row.registration_date
    ):
        told = _("%(company)s. Nothing here says that it is the person's own: the evidence must show it.")
        company = told % {"company": company}
    yield SummaryRow(_("Company"), company)


def _places_named(row: Correction) -> Places:
    """Return the work places of the request; one query."""
    return {place.number: place for place in places_of({row.work_place, row.corrected_work_place} - {""})}


def asked_with_words() -> QuerySet[Correction]:
    """Return the requests of production with the words that their page has for them, to be read by `words_read`; no query more."""
    asking = Case(When(asked_for="", then=F("employer")), default=F("asked_for"))
    rows = Correction.objects.filter(environment=Environment.PRODUCTION).annotate(asking=asking)
    return rows.annotate(
        company_told=company_of_each("asking"),
        place_told=place_of_each(),
        corrected_place_told=place_of_each("corrected_work_place"),
    )


def words_read(row: Any, beside: Iterable[Any]) -> tuple[Places, Mapping[str, str]]:  # noqa: ANN401 - rows with annotations
    """Return the work places and the company in what was found of a request, and of what is registered `beside` it."""
    told = [row.place_told, row.corrected_place_told, *(each.place_told for each in beside)]
    places = [place for place in map(place_read, told) if place is not None]
    return {place.number: place for place in places}, {row.asking: row.company_told or ""}


def registered_beside(row: Correction) -> list[Presence]:
    """Return what the person registered on the days around the event, oldest first, for whoever decides; with its work places."""
    days = {row.registration_date} | ({brussels_date(row.corrected_at)} if row.corrected_at is not None else set())
    registered = Presence.objects.filter(
        environment=row.environment,
        person_id=row.person_id,
        registration_date__in={day + timedelta(days=step) for day in days for step in (-1, 0, 1)},
        next_date__isnull=True,
    ).exclude(status=PresenceStatus.CANCELLED.name)
    told = registered.annotate(place_told=place_of_each())
    return list(told.order_by("registration_date", "event_at", "number"))


def facts_beside(registered: Iterable[Presence], *, places: Places) -> list[SummaryRow]:
    """Return when, what, where and for whom each of them was."""
    return [
        SummaryRow(
            date_format(each.registration_date, _("j F Y")) if each.event_at is None else _instant(each.event_at),
            ", ".join(
                part
                for part in (
                    str(act_word(each.kind, each.event_type, each.reason)),
                    place_title(places.get(each.work_place), each.work_place),
                    each.employer,
                )
                if part
            ),
        )
        for each in registered
    ]


def facts_foreseen(row: Correction, *, beside: Iterable[Correction], at: datetime) -> list[SummaryRow]:
    """Return what stays wrong if it is accepted, for whoever decides, and which of those that wait beside it puts it right.

    Nothing where it closes what it is meant to close.
    """
    foreseen = foreseen_remarks(row, beside=beside, limits=checkin_counter().limits, at=at)
    remark = next((remark for remark in _FORESEEN if remark in foreseen), None)
    if remark is None:
        return []
    told = str(_FORESEEN[remark])
    if foreseen[remark]:
        mended = _("Request %(number)s, which waits as well, puts that right once it is accepted.")
        told = f"{told} {mended % {'number': foreseen[remark]}}"
    return [SummaryRow(_("If it is accepted"), told)]


def sentence_of_correction(row: Correction) -> str:
    """Return which request it is, about what and where."""
    place = next(iter(places_of([row.work_place])), None)
    return labelled(row.number, f"{_before(row)}, {place_title(place, row.work_place)}.")


def history_of_correction(row: Correction) -> list[SummaryRow]:
    """Return the states it went through, oldest first, with the reason of the last one."""
    steps = [SummaryRow(_instant(row.asked_at), _("Asked for"))]
    if row.submitted_at is not None:
        steps.append(SummaryRow(_instant(row.submitted_at), str(CORRECTION_STATES[CorrectionState.SUBMITTED][0])))
    if row.decided_at is not None:
        word = str(CORRECTION_STATES[row.state][0])
        reason = told_decision(row)
        steps.append(SummaryRow(_instant(row.decided_at), f"{word}. {reason}" if reason else word))
    return steps


def told_decision(row: Correction) -> str:
    """Return the reason that an official gave; a code of ours is none, and the state says what it means."""
    return "" if row.state == CorrectionState.EXPIRED else row.decision


def _before(row: Correction) -> str:
    """Return what stood in the register when it was asked for: the event, or that it is missing."""
    target = _target(row)
    if target is None or target.event_at is None:
        return _("%(act)s, which is missing") % {"act": act_word("EVENT", row.event_type, "WORK")}
    return f"{act_word(target.kind, target.event_type, target.reason)}, {_instant(target.event_at)}"


def _company(number: str, names: Mapping[str, str]) -> str:
    name = names.get(number)
    return f"{name} ({number})" if name else number


def _target(row: Correction) -> Presence | None:
    if row.target is None:
        return None
    if row.made_version is None:
        return read_newest_version(row.target, environment=Environment(row.environment))
    before = row.made_version - 1  # the newest is what the request made
    versions = read_versions_among(lambda days: Presence.objects.filter(days, environment=row.environment), row.target)
    return next((each for each in versions if each.version == before), None)


def _instant(at: datetime) -> str:
    return told_instant(at, _("j F Y, H:i"))
