"""A worker's own registrations: the list, one of them with what happened to it, and telling the employer of an error."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import Session
from domain.assurance import CHECKIN_LEVEL
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceQuestion
from domain.checkins.vocabulary import Capacity
from evidence.clock import SystemClock
from portal.pages.checkins.asked_about import AskedAbout, look_at_request
from portal.pages.checkins.brought import Reader
from portal.pages.checkins.choices import bare_names, company_names, place_title, places_by_number
from portal.pages.checkins.looks import look_at_oneself
from portal.pages.checkins.ones_own import may_be_a_slip
from portal.pages.checkins.own_missing_outs import (
    as_called,
    ask_for_missing,
    missing_outs_lately,
    told_missing_outs,
)
from portal.pages.checkins.own_presences import (
    Concerning,
    corrections_about,
    find_own,
    is_cancelled,
    is_event,
    may_cancel,
)
from portal.pages.checkins.own_search import OwnSearchForm, read_own
from portal.pages.checkins.own_telling import Telling
from portal.pages.checkins.remarked import remarks_told
from portal.pages.checkins.report_forms import TOO_MANY_REPORTS
from portal.pages.checkins.reported import reported_in
from portal.pages.checkins.shown import companies_in, facts_of, sentence_of, steps_of, title_of, versions_of
from portal.pages.checkins.telling import is_reached, tell_employer_of, told_sentence
from portal.pages.checkins.words import STATES, act_word
from portal.pages.parts import Action
from portal.pages.permissions import person_of
from portal.pages.routing import page
from portal.pages.sending_once import send_once
from registers.checkins.bringers import staffed_by
from registers.checkins.error_reports import AlreadyToldError, TooLateToTellError, TooManyReportsError
from registers.checkins.models import Correction, Presence, WorkPlace
from registers.checkins.records import PresenceRecord
from registers.checkins.sector_rules import last_day_to_cancel, last_day_to_correct

_PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One of a person's own registrations with the words that the list has for it."""

    record: PresenceRecord
    word: str
    place: str
    state: str
    colour: str


@page(level=CHECKIN_LEVEL)
@require_safe
def own_list(request: HttpRequest, stay: Session) -> HttpResponse:
    """List what was registered of the person in seven years, the newest first; each page goes on where another ended."""
    form = OwnSearchForm.read(request.GET)
    wanted = form.wanted
    found = read_own(stay, wanted, after=request.GET.get("after", ""), size=_PAGE_SIZE)
    now, person_id = SystemClock().now(), person_of(stay)
    not_ended = missing_outs_lately(person_id, on=brussels_date(now))
    places = places_by_number({row.work_place for row in found.records} | {row.work_place for row in not_ended})
    missing_outs = told_missing_outs(as_called(not_ended, places), at=now)
    concerning = Concerning.told_with(not_ended[0]) if not_ended else Concerning.read(person_id, on=brussels_date(now))
    values = {
        "form": form,
        "rows": _rows(found.records, places),
        "missing_outs": missing_outs,
        "wanted": wanted,
        "is_first": "after" not in request.GET,
        "newest": wanted.query(),
        "following": wanted.query(after=found.next_key) if found.next_key else "",
        "has_corrections": concerning.has_corrections,
        "is_self_employed": concerning.is_self_employed,
    }
    return render(request, "checkins/own_list.html", values)


@page(level=CHECKIN_LEVEL)
@require_safe
def own_one(request: HttpRequest, stay: Session, number: int) -> HttpResponse:
    """Show one registration with its history, and what can be done when it is wrong."""
    now, person_id = SystemClock().now(), person_of(stay)
    with look_at_oneself(stay, PresenceQuestion.ONE, at=now, about=str(number)):
        row = find_own(person_id, number)
        versions = versions_of(number)
    places = places_by_number({each.work_place for each in versions})
    names = bare_names(companies_in(versions))
    asked = AskedAbout.read(row, among=corrections_about(person_id))
    state, colour = STATES[row.status]
    values = {
        "title": title_of(row),
        "state": state,
        "colour": colour,
        "facts": facts_of(versions[-1], places.get(row.work_place), names, reader=Reader.ONESELF),
        "remarks": remarks_told(row),
        "steps": steps_of(versions, places, names, reader=Reader.ONESELF),
        "corrections": asked.lines("own-correction-one"),
        "reported": reported_in(versions[-1]),
        "back": reverse("own-checkins"),
        "back_title": _("My registrations"),
        **_what_to_do(row, asked, at=now),
    }
    return render(request, "checkins/one.html", values)


@page(level=CHECKIN_LEVEL)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, stay: Session, number: int) -> HttpResponse:
    """Tell the employer what is wrong with a registration."""
    now, person_id = SystemClock().now(), person_of(stay)
    with look_at_oneself(stay, PresenceQuestion.ONE, at=now, about=str(number)):
        row = find_own(person_id, number)
    telling = Telling.of(row, at=now)
    if not _is_of_an_employer(row) or is_cancelled(row) or telling.is_over(brussels_date(now)):
        raise Http404
    back = reverse("own-checkin", args=[number])
    is_missing = telling.is_of_check_out or request.GET.get("what") == "MISSING"
    form = telling.form_on(brussels_date(now))(
        request.POST or None, initial={"what": "MISSING"} if is_missing else None
    )
    is_told = is_reached(staffed_by(row))
    if request.method == "POST" and form.is_valid():
        try:
            missing = telling.missing if form.tells_of_missing else None
            answer = send_once(request, lambda: tell_employer_of(row, form.said, at=now, missing=missing), then=back)
        except AlreadyToldError:
            form.tell_refusal(_("You told your employer this already, and it is open: see the registration."))
        except TooLateToTellError as late:
            told = _("It is too late: errors of that day could be told until %(day)s.")
            form.tell_refusal(told % {"day": date_format(late.last, _("j F Y"))})
        except TooManyReportsError:
            form.tell_refusal(str(TOO_MANY_REPORTS))
        else:
            if is_told:
                messages.success(request, told_sentence(row.employer))
            else:
                messages.warning(
                    request, _("We could not tell this company: tell it yourself. What you wrote is kept.")
                )
            return answer
    values = {
        "title": _("Tell your employer of an error"),
        "told": [sentence_of(row), *_what_telling_does(row, is_told=is_told)],
        "form": form,
        "button": _("Tell the employer"),
        "back": back,
    }
    return render(request, "checkins/form_page.html", values, status=form.http_status)


def _what_telling_does(row: Presence, *, is_told: bool) -> list[str]:
    """Return what becomes of what is told; with another way for who may be his own employer, whom nobody else can help."""
    if is_told:
        return [
            _(
                "Your employer can ask us for a correction, with evidence, or cancel a day and register it anew. The letter about it says nothing of you; what you write is read in the portal alone."
            )
        ]
    told = _(
        "Nobody of this company reads here what you write now. Tell it yourself. What you write is kept with its time, and is read once the company has an account here."
    )
    if row.known_capacity:
        return [told]
    return [told, _("If it is your own company, ask us instead: “You are self-employed” under My registrations.")]


def _what_to_do(row: Presence, asked: AskedAbout, *, at: datetime) -> dict[str, object]:
    """Return what can be done about it when it is wrong, and until when: self-employed people ask us, others their employer."""
    on = brussels_date(at)
    if row.known_capacity == Capacity.SELF_EMPLOYED:
        actions, told = _as_self_employed(row, asked.waiting, on=on)
        more, told_more = _after_a_slip(row, at=at)
        return {"actions": [*actions, *more], "told": " ".join(filter(None, [told, told_more]))}
    telling = Telling.of(row, at=at)
    if is_cancelled(row) or telling.is_over(on):
        return {"actions": [], "told": ""}
    return {
        "actions": [Action(_("Tell your employer of an error"), reverse("own-report", args=[row.number]))],
        "told": f"{_until_when(row, telling.last, on=on)}{telling.told_of_missing(on)}".lstrip(),
    }


def _is_of_an_employer(row: Presence) -> bool:
    """Whether an employer is told of an error in it: also where it says that there is none, and one knows the person as staff."""
    return row.known_capacity != Capacity.SELF_EMPLOYED or may_be_a_slip(row)


def _after_a_slip(row: Presence, *, at: datetime) -> tuple[list[Action], str]:
    """Return what an employee can do who said by mistake that the company is his own, and until when; nothing for others."""
    if is_cancelled(row) or not may_be_a_slip(row):
        return [], ""
    last = last_day_to_correct(row)
    if brussels_date(at) > last:
        return [], ""
    if is_event(row):
        told = _(
            "You are known here as an employee of this company. If you said by mistake that it is your own, tell your employer until %(day)s: what you tell stays beside this registration. If you are still at work, check out, and check in again without saying that it is your own."
        )
    else:
        told = _(
            "You are known here as an employee of this company. If you said by mistake that it is your own, cancel the day and register it again without saying so. Where you cannot, tell your employer until %(day)s."
        )
    telling = Action(_("Tell your employer of an error"), reverse("own-report", args=[row.number]))
    return [telling], told % {"day": date_format(last, _("j F Y"))}


def _until_when(row: Presence, last: date, *, on: date) -> str:
    """Return until when something can be done; a day, which is withdrawn alone, can mostly be told of for longer.

    Empty for an event whose own days are over, beside which another may still be missing.
    """
    withdrawn = last_day_to_cancel(row)
    if is_event(row):
        if on > last:
            return ""
        told = _("Tell your employer until %(day)s. He asks us for the correction.")
    elif on > withdrawn:
        told = _("It could be cancelled until %(cancelled)s. Tell your employer of an error until %(day)s.")
    else:
        told = _(
            "Tell your employer at once. A day is not corrected: until %(cancelled)s it can be cancelled, and registered anew. An error can be told until %(day)s."
        )
    return told % {"day": date_format(last, _("j F Y")), "cancelled": date_format(withdrawn, _("j F Y"))}


def _as_self_employed(row: Presence, waiting: Correction | None, *, on: date) -> tuple[list[Action], str]:
    """Offer, and say, what is not asked for yet; what waits is to be looked at in its place."""
    if is_event(row):
        actions = [
            Action(_("Ask for a correction"), reverse("own-correction", args=[row.number]))
            if waiting is None
            else look_at_request(waiting.number, "own-correction-one"),
            Action(_("Ask for a missing event"), ask_for_missing(row)),
        ]
        return actions, _("You ask us yourself, with evidence.")
    if not may_cancel(row, on=on):
        return [], _who_cancels(row, on=on)
    told = _("You can cancel it until %(day)s. If the day or the place is wrong, cancel it and register the right one.")
    cancelling = Action(_("Cancel this day"), reverse("own-cancellation", args=[row.number]))
    return [cancelling], told % {"day": date_format(last_day_to_cancel(row), _("j F Y"))}


def _who_cancels(row: Presence, *, on: date) -> str:
    """Return who withdraws a self-employed person's day that a company's program registered; empty once nobody does."""
    last = last_day_to_cancel(row)
    if row.brought_by == "" or is_cancelled(row) or on > last:
        return ""
    told = _("The company that registered this day (%(company)s) can cancel it until %(day)s.")
    name = company_names({row.brought_by}).get(row.brought_by, row.brought_by)
    return told % {"company": name, "day": date_format(last, _("j F Y"))}


def _rows(records: Sequence[PresenceRecord], places: Mapping[str, WorkPlace]) -> list[OwnRow]:
    return [
        OwnRow(
            record=row,
            word=str(act_word(row.kind, row.event_type, row.reason)),
            place=place_title(places.get(row.work_place), row.work_place),
            state=str(STATES[row.status][0]),
            colour=STATES[row.status][1],
        )
        for row in records
    ]
