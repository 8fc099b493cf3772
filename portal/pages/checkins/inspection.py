"""What inspectors see: presences of all companies with their history and evidence, and who is at a work place now (§3).

Nothing is shown before a reason was given, and each look is on record with it.
"""

from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import OperatorRole, Session
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceAsker, PresenceAskerKind
from domain.checkins.searches import RegistrationSeen
from domain.environments import Environment
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.brought import Reader
from portal.pages.checkins.choices import bare_names, place_title, places_by_number, places_of
from portal.pages.checkins.correction_facts import facts_of_correction, history_of_correction
from portal.pages.checkins.evidence_answers import give_evidence
from portal.pages.checkins.found_presences import PresenceLookUp, list_presences, whom
from portal.pages.checkins.here import listed_here
from portal.pages.checkins.inspection_forms import Inspected, InspectionForm
from portal.pages.checkins.looks import asker_of
from portal.pages.checkins.names import names_by_receipt, person_names
from portal.pages.checkins.remarked import remarks_told
from portal.pages.checkins.reported import reported_in
from portal.pages.checkins.search_forms import ANOTHER_PERIOD
from portal.pages.checkins.shown import companies_in, facts_of, steps_of, title_of, versions_of
from portal.pages.checkins.wanted import Wanted
from portal.pages.checkins.words import CAPTURE_METHODS, CHANNELS, CORRECTION_STATES, STATES
from portal.pages.parts import SummaryRow
from portal.pages.roles import require_role
from portal.pages.routing import page
from portal.pages.stays import login_of
from registers.checkins.models import Correction, CorrectionEvidence, Presence
from registers.checkins.on_site import list_on_site
from registers.checkins.reading import read_one
from registers.checkins.versions import newest_of


@page(level=AssuranceLevel.ITSME)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest, stay: Session) -> HttpResponse:
    """Take criteria with a reason, and show a page of what fits in all companies."""
    require_role(stay, OperatorRole.INSPECTOR)
    now = SystemClock().now()
    if ANOTHER_PERIOD in request.POST:
        return render(request, "checkins/inspection.html", {"form": InspectionForm.with_room(request.POST)})
    if request.method == "POST":
        form = InspectionForm(request.POST)
        if form.is_valid():
            asked_for = form.inspected.of_person(whom(form.workers, otherwise=form.kept_worker))
            return HttpResponseRedirect(f"{reverse('inspection')}?c={asked_for.word}")
        return render(request, "checkins/inspection.html", {"form": form})
    asked = Inspected.read(request.GET.get("c", ""))
    if asked is None:
        form = InspectionForm(initial=Wanted.on(brussels_date(now)).as_initial())
        return render(request, "checkins/inspection.html", {"form": form})
    found = list_presences(request, PresenceLookUp(asked.wanted, _asker(stay, asked), now), word=asked.word)
    values = {
        "form": InspectionForm(initial=asked.as_initial()),
        "has_more": asked.wanted.has_more,
        "is_of_one_worker": asked.wanted.is_of_one_worker,
        "found": found,
        "word": asked.word,
        "place": asked.wanted.place,
        "company": asked.wanted.company,
    }
    return render(request, "checkins/inspection.html", values)


@page(level=AssuranceLevel.ITSME)
@require_safe
def one(request: HttpRequest, stay: Session, number: int) -> HttpResponse:
    """Show one registration with its whole history, what was asked to be corrected, and the evidence."""
    require_role(stay, OperatorRole.INSPECTOR)
    asked = _require_reason(request)
    now = SystemClock().now()
    seen = read_one(number, asker=_asker(stay, asked), aliases=checkin_counter().aliases, at=now)
    versions = versions_of(number)
    row = newest_of(versions)
    if seen is None or row is None:
        raise Http404
    state, colour = STATES[row.status]
    places = places_by_number({each.work_place for each in versions})
    names = bare_names(companies_in(versions))
    values = {
        "title": title_of(row),
        "state": state,
        "colour": colour,
        "facts": [
            *_person(row, seen),
            *facts_of(versions[-1], places.get(row.work_place), names, reader=Reader.ANOTHER),
            *_way_here(row),
        ],
        "remarks": remarks_told(row),
        "steps": steps_of(versions, places, names, reader=Reader.ANOTHER),
        "reported": reported_in(versions[-1]),
        "corrections": [_correction(each) for each in _corrections_of(number)],
        "word": asked.word,
    }
    return render(request, "checkins/inspection_one.html", values)


@page(level=AssuranceLevel.ITSME)
@require_safe
def on_site(request: HttpRequest, stay: Session) -> HttpResponse:
    """List by name who is at the work place of the search now."""
    require_role(stay, OperatorRole.INSPECTOR)
    asked = _require_reason(request)
    number, now = asked.wanted.place, SystemClock().now()
    if not number:
        raise Http404
    found = list_on_site(
        number,
        environment=Environment.PRODUCTION,
        asker=_asker(stay, asked),
        at=now,
        limits=checkin_counter().limits.days,
    )
    title = place_title(next(iter(places_of([number])), None), number)
    values = {
        "title": title,
        "looked_at": now,
        "back": f"{reverse('inspection')}?c={asked.word}",
        "back_title": _("Inspection"),
        **listed_here(found, names_of=names_by_receipt),
    }
    return render(request, "checkins/live_list.html", values)


@page(level=AssuranceLevel.ITSME)
@require_safe
def evidence(request: HttpRequest, stay: Session, file_id: int) -> HttpResponse:
    """Give a file that proves, or proved, a correction; that it was opened is on record with the reason."""
    require_role(stay, OperatorRole.INSPECTOR)
    asked = _require_reason(request)
    now = SystemClock().now()
    files = CorrectionEvidence.objects.filter(environment=Environment.PRODUCTION, stored_at__isnull=False)
    file = files.filter(pk=file_id, erased_at__isnull=True).select_related("correction").first()
    if file is None:
        raise Http404
    with transaction.atomic():
        answer = give_evidence(file)
        append_event(
            "correction:evidence:opened",
            at=now,
            actor=f"login:{login_of(stay)}",
            correction=file.correction.number,
            sha256=file.sha256,
            reason=asked.reason,
        )
    return answer


def _require_reason(request: HttpRequest) -> Inspected:
    asked = Inspected.read(request.GET.get("c", ""))
    if asked is None:
        raise Http404
    return asked


def _asker(stay: Session, asked: Inspected) -> PresenceAsker:
    return asker_of(stay, PresenceAskerKind.INSPECTOR, reason=asked.reason)


def _person(row: Presence, seen: RegistrationSeen) -> list[SummaryRow]:
    rows = [
        SummaryRow(_("Name"), person_names([row.person_id], employers={row.person_id: row.employer})[row.person_id])
    ]
    if seen.inss:
        rows.append(SummaryRow(_("National number"), seen.inss))
    if seen.inss_submitted and seen.inss_submitted != seen.inss:
        rows.append(SummaryRow(_("National number that was sent"), seen.inss_submitted))
    if seen.limosa_id:
        rows.append(SummaryRow(_("Limosa number"), seen.limosa_id))
    return rows


def _way_here(row: Presence) -> list[SummaryRow]:
    """Return over what, by which sender and how far from the work place it came."""
    rows = [SummaryRow(_("Channel"), str(CHANNELS[row.channel]))]
    if row.sender:
        rows.append(SummaryRow(_("Sender"), row.sender))
    if row.capture:
        captured = [str(CAPTURE_METHODS[row.capture]), row.device]
        rows.append(SummaryRow(_("Captured by"), ", ".join(part for part in captured if part)))
    if row.distance is not None:
        rows.append(SummaryRow(_("From the work place"), _("%(metres)s m") % {"metres": row.distance}))
    return rows


def _corrections_of(number: int) -> list[Correction]:
    """Return what was asked of the registration, and what made it, the oldest first; with the documents."""
    about = Correction.objects.filter(Q(target=number) | Q(made_number=number), environment=Environment.PRODUCTION)
    return list(about.prefetch_related("evidence").order_by("asked_at"))


def _correction(row: Correction) -> dict[str, object]:
    state, colour = CORRECTION_STATES[row.state]
    return {
        "number": row.number,
        "state": state,
        "colour": colour,
        "facts": facts_of_correction(row, naming=person_names),
        "steps": history_of_correction(row),
        "evidence": row.evidence.all(),
    }
