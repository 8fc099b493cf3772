"""Video calls: asked for by whom neither itsme nor eIDAS works or who has no number, and a bis number made after one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.models import OperatorRole, Session
from auth.openid.matching import Reach, WaitingIdentity, read_waiting
from auth.openid.outcomes import IdentityPending
from auth.operators import ROLE_LEVELS
from auth.refusals import NobodyWaitsError, TooManyAttemptsError
from auth.throttles import Claim, reserve, source_of
from domain.assurance import AssuranceLevel, Means
from domain.configuration_refusals import ConfigurationRefusedError
from domain.identifiers import Sex, written_insz
from domain.languages import Language
from domain.person_names import fold_name
from domain.sign_in_limits import Scope
from evidence.clock import SystemClock
from ingest.match_identities import match_identity
from ingest.same_person import OtherPersonError
from ingest.take_requests import take_request
from portal.key_desk import key_desk, source_of_request
from portal.openid import providers
from portal.pages.limited_forms import show_limited
from portal.pages.parts import SummaryRow
from portal.pages.registration.after_calls import register_matched
from portal.pages.registration.asked_by_oneself import ISSUER, asked_by, called, signed_in_without_number
from portal.pages.registration.call_forms import (
    BisNumberForm,
    BornBisNumberForm,
    NamedBisNumberForm,
    VideoCallForm,
)
from portal.pages.registration.waiting import path_of_waiting, say_over
from portal.pages.registration.words import proof_name
from portal.pages.roles import require_role
from portal.pages.routing import Freshness, page, public_page
from portal.pages.sending_once import make_to_show, require_token, send_once
from portal.pages.stays import login_of
from registers.persons.bis_numbers import issue_bis_number
from registers.persons.details import Details
from registers.persons.merging import current_id

_ASK_PAGE = "registration/ask_for_call.html"


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take who wants a video call; the answer is the same whoever it is. Who is signed in without a number asks for himself."""
    own = signed_in_without_number(request)
    details = None if own is None else called(own)
    form = VideoCallForm(request.POST or None, initial=_known_of(details))
    if request.method != "POST" or not form.is_valid() or form.reach is None:
        return render(request, _ASK_PAGE, {"form": form, "own": own, "details": details})
    now, reach = SystemClock().now(), form.reach
    require_token(request)
    try:
        source = source_of(source_of_request(request).address)
        reserve([Claim(Scope.CALL_SOURCE, source)], locksmith=key_desk().locksmith, at=now)
    except TooManyAttemptsError as refused:
        return show_limited(request, _ASK_PAGE, form, refused)
    then = reverse("identity-told" if own is None else "check-in")
    return send_once(request, lambda: _ask(form, reach, own=own, at=now), then=then)


def _known_of(details: Details | None) -> dict[str, str]:
    """Return what the register knows already of who asks for himself."""
    if details is None:
        return {}
    told = {"family_name": details.family_name, "first_name": details.first_name}
    return told | {"mail": details.email, "phone": details.mobile}


@page(level=ROLE_LEVELS[OperatorRole.REGISTRAR], freshness=Freshness.RECENT)
@require_http_methods(["GET", "HEAD", "POST"])
def make_number(request: HttpRequest, stay: Session, identity_id: int) -> HttpResponse:
    """Make a bis number for who was seen in a call and has none, and match him with it."""
    require_role(stay, OperatorRole.REGISTRAR)
    now, actor = SystemClock().now(), f"login:{login_of(stay)}"
    try:
        waiting = read_waiting(identity_id, locksmith=key_desk().locksmith, actor=actor, at=now)
    except NobodyWaitsError:
        return say_over(request)
    told = waiting.pending
    form = _form_for(told)(request.POST or None, told=told, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_to_show(
                request,
                lambda: _make(waiting, form, stay, at=now),
                gone=_("The number is made, and it was shown already. The person is matched and told by e-mail."),
                back=path_of_waiting(),
            )
        except NobodyWaitsError:
            return say_over(request)
        except OtherPersonError:
            form.tell_conflict(
                _("The document tells another family name than the one under which this person is known here.")
            )
        except ConfigurationRefusedError:
            form.tell_conflict(_("No number can be made so. Look again whether the person has one."))
        else:
            shown = {"bis_number": written_insz(made), "own": told.person_id}
            return render(request, "registration/number_made.html", shown)
    values = {"form": form, "number": identity_id, "facts": _proved(told), "own": told.person_id}
    return render(request, "registration/make_number.html", values, status=form.http_status)


def _form_for(told: IdentityPending) -> type[BisNumberForm]:
    """Return the form that asks what no provider proved."""
    if told.means is Means.EMAIL_CODE:
        return NamedBisNumberForm
    return BornBisNumberForm if told.birth_date is None else BisNumberForm


def _proved(told: IdentityPending) -> list[SummaryRow]:
    """Return what a provider proved, which no officer changes; nothing where nobody proved anything."""
    if told.means is Means.EMAIL_CODE:
        return []
    rows = [
        SummaryRow(_("Proved by"), proof_name(told.means)),
        SummaryRow(_("Family name"), told.family_name),
        SummaryRow(_("First name"), told.given_names),
        SummaryRow(_("Date of birth"), date_format(told.birth_date, "DATE_FORMAT") if told.birth_date else ""),
    ]
    return [row for row in rows if row.value]


def _ask(form: VideoCallForm, reach: Reach, *, own: int | None, at: datetime) -> None:
    """Let an officer see the request; the same person asks once, and how he is reached stays as he told first.

    Several may share an address, and who mistyped his name or date of birth asks anew: they are other requests. Who is
    signed in waits once as well, and tells anew what he mistyped.
    """
    told = form.cleaned_data
    pending = _told_by_nobody(told, reach, at=at) if own is None else _told_by(own, told, at=at)
    language = Language(get_language() or Language.EN)
    phone, locksmith = settings.GUICHET.office.phone, key_desk().locksmith
    take_request(pending, reach, phone=phone, language=language, locksmith=locksmith, at=at)


def _told_by(person_id: int, told: Mapping[str, Any], *, at: datetime) -> IdentityPending:
    names = {"family_name": told["family_name"], "given_names": told["first_name"]}
    return asked_by(person_id, at=at, birth_date=told["birth_date"], **names)


def _told_by_nobody(told: Mapping[str, Any], reach: Reach, *, at: datetime) -> IdentityPending:
    """Return the request of who is not signed in, which is known by address, name and date of birth (decision 0066)."""
    who = (
        reach.mail.casefold(),
        fold_name(told["family_name"]),
        fold_name(told["first_name"]),
        f"{told['birth_date']}",
    )
    return IdentityPending(
        means=Means.EMAIL_CODE,
        level=AssuranceLevel.EMAIL_CODE,
        at=at,
        subject=(ISSUER, " ".join(who)),
        eidas_identifier=None,
        family_name=told["family_name"],
        given_names=told["first_name"],
        birth_date=told["birth_date"],
        return_to="",
    )


def _make(waiting: WaitingIdentity, form: BisNumberForm, stay: Session, *, at: datetime) -> str:
    """Make the number, match with it in the running transaction, and return it for the person's ears."""
    actor, persons = f"login:{login_of(stay)}", providers().persons.directory
    seen = replace(waiting, pending=form.person)
    born = cast("date", seen.pending.birth_date)  # the form asks for it where no provider proved it
    own, sex = seen.pending.person_id, Sex(form.cleaned_data["sex"])
    own = None if own is None else current_id(own)
    number = issue_bis_number(persons, born=born, sex=sex, person_id=own, actor=actor, at=at)
    register_matched(
        seen,
        lambda: match_identity(seen, number, persons=persons, actor=actor, at=at),
        seen=form.seen,
        officer=stay,
        at=at,
    )
    return number
