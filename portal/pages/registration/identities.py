"""People from abroad who proved themselves and wait: who it may be, matched, asked for a number, or refused."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import OFFICERS, MatchState, OperatorRole, PendingIdentity, Session
from auth.openid.matching import WaitingIdentity, read_waiting
from auth.openid.outcomes import IdentityPending
from auth.refusals import NobodyWaitsError
from domain.assurance import AssuranceLevel, Means
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.registration import SeenDocument
from evidence.clock import SystemClock
from ingest.match_identities import ask_for_number, match_identity, match_identity_with, refuse_identity
from portal.openid import providers
from portal.pages.forms import ConfirmForm, CounterForm
from portal.pages.labelled import labelled
from portal.pages.listings import Column, list_rows
from portal.pages.parts import SummaryRow
from portal.pages.people.moves import Move
from portal.pages.registration.after_calls import register_matched
from portal.pages.registration.asked_by_oneself import called
from portal.pages.registration.call_forms import SeenDocumentForm, SeenNumberForm, SeenPersonForm
from portal.pages.registration.call_times import facts_of_call
from portal.pages.registration.forms import NumberForm
from portal.pages.registration.waiting import path_of_waiting, say_over, tell_why
from portal.pages.registration.words import language_name, proof_name
from portal.pages.roles import require_role
from portal.pages.routing import Freshness, page
from portal.pages.sending_once import send_once
from portal.pages.stays import login_of
from registers.persons.models import Person
from registers.persons.searching import find_namesakes

_COLUMNS = (
    Column("number", gettext_lazy("Request"), ("pk",)),
    Column("call", gettext_lazy("Video call"), ("call_at", "asked_at"), lacking_last=True),
    Column("asked", gettext_lazy("Waits since"), ("asked_at",)),
    Column("means", gettext_lazy("Proved by"), ("means", "asked_at")),
    Column("state", gettext_lazy("Asked for a number"), ("number_asked_at", "asked_at"), lacking_last=True),
)

_MATCH = Move(
    gettext_lazy("Match"),
    (
        gettext_lazy(
            "Whoever signs in with this digital key is this person from now on, and sees what concerns this person."
        ),
        gettext_lazy("This cannot be undone here. The person is told by e-mail."),
    ),
    gettext_lazy("Match"),
    gettext_lazy("The person is matched and told by e-mail."),
)
_MATCH_AFTER_CALL = Move(
    gettext_lazy("Match"),
    (
        gettext_lazy(
            "Whoever never signed in here is sent a user name by e-mail and a temporary password by SMS, to the addresses "
            "of this request."
        ),
        gettext_lazy("This cannot be undone here. The person is told by e-mail."),
    ),
    gettext_lazy("Match"),
    gettext_lazy("The person is matched and told by e-mail."),
)
_ASK = Move(
    gettext_lazy("Ask for a number"),
    (
        gettext_lazy("An e-mail asks the person to call, and to make an appointment where there is no number yet."),
        gettext_lazy("The person waits on; enter the number here once you have it."),
    ),
    gettext_lazy("Send the e-mail"),
    gettext_lazy("The e-mail is on its way."),
)
_REFUSE = Move(
    gettext_lazy("Refuse this person"),
    (
        gettext_lazy("The person is told by e-mail, and what was told us is forgotten."),
        gettext_lazy("Whoever signs in again with the same digital key can wait anew."),
    ),
    gettext_lazy("Refuse"),
    gettext_lazy("The person is refused and told by e-mail."),
    is_dangerous=True,
)


@page(level=AssuranceLevel.APP_CODE)
@require_safe
def waiting(request: HttpRequest, stay: Session) -> HttpResponse:
    """List who waits: who has a call by its time, then who has waited longest; nobody who waits is named here."""
    require_role(stay, *OFFICERS)
    rows, now = PendingIdentity.objects.filter(state=MatchState.WAITING), SystemClock().now()
    identities = list_rows(request, rows.select_related("call_officer"), columns=_COLUMNS, order="call")
    for identity in identities.rows:
        identity.was_due = identity.call_at is not None and identity.call_at <= now  # type: ignore[attr-defined]
        identity.proof = proof_name(Means(identity.means))  # type: ignore[attr-defined]
    return render(request, "registration/identities.html", {"identities": identities})


@page(level=AssuranceLevel.APP_CODE, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, stay: Session, identity_id: int) -> HttpResponse:
    """Show who waits and who of that name is registered; a number that is sent matches. The look is on record."""
    roles = require_role(stay, *OFFICERS)
    now, actor, persons = SystemClock().now(), _actor(stay), providers().persons.directory
    try:
        found = read_waiting(identity_id, locksmith=providers().locksmith, actor=actor, at=now)
    except NobodyWaitsError:
        return say_over(request)
    pending, matchers = found.pending, _who_match(found.pending.means)
    form = _number_form(request, pending, at=now)
    if request.method == "POST":
        require_role(stay, *matchers)
    if request.method == "POST" and form.is_valid():
        number, met = form.cleaned_data["number"], _as_met(found, form)

        def match_by_number() -> int:
            return match_identity(met, number, persons=persons, actor=actor, at=now)

        try:
            answer = send_once(
                request,
                lambda: register_matched(met, match_by_number, seen=_seen(form), officer=stay, at=now),
                then=path_of_waiting(),
            )
        except NobodyWaitsError:
            return say_over(request)
        except ConfigurationRefusedError as refused:
            tell_why(form, refused)
        else:
            messages.success(request, str(_MATCH.done))
            return answer
    said = form.cleaned_data if form.is_bound else {}
    namesakes = find_namesakes(
        said.get("family_name", pending.family_name),
        birth_date=said.get("birth_date", pending.birth_date),
        persons=persons,
        environment=Environment.PRODUCTION,
    )
    values = {
        "form": form,
        "facts": [*_facts(found), *facts_of_call(found, at=now)],
        "has_call": found.call is not None,
        "namesakes": namesakes,
        "number": identity_id,
        "may_match": bool(roles.intersection(matchers)),
        "own": pending.person_id,
        "needs_number": pending.means is Means.EMAIL_CODE,
    }
    return render(request, "registration/identity.html", values, status=form.http_status)


@page(level=AssuranceLevel.APP_CODE, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def match(request: HttpRequest, stay: Session, identity_id: int, person_id: int) -> HttpResponse:
    """Match with a person who is registered, after asking."""
    require_role(stay, *OFFICERS)
    waiting = PendingIdentity.objects.filter(pk=identity_id, state=MatchState.WAITING).first()
    if waiting is None:
        return say_over(request)
    require_role(stay, *_who_match(Means(waiting.means)))
    person = Person.objects.filter(pk=person_id, environment=Environment.PRODUCTION).select_related("details").first()
    if person is None:
        raise Http404
    details = getattr(person, "details", None)
    now, actor, persons = SystemClock().now(), _actor(stay), providers().persons.directory
    try:
        found = read_waiting(identity_id, locksmith=providers().locksmith, actor=actor, at=now)
    except NobodyWaitsError:
        return say_over(request)
    form = _match_form(request, found.pending, at=now)

    def act() -> None:
        met = _as_met(found, form)
        register_matched(
            met,
            lambda: match_identity_with(met, person_id, persons=persons, actor=actor, at=now),
            seen=_seen(form),
            officer=stay,
            at=now,
        )

    about = f"{details.first_name} {details.family_name}".strip() if details is not None else ""
    move = _MATCH_AFTER_CALL if found.pending.means is Means.EMAIL_CODE else _MATCH
    return _ask_and_do(request, identity_id, move, act, form=form, about=about)


@page(level=AssuranceLevel.APP_CODE)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, stay: Session, identity_id: int) -> HttpResponse:
    """Ask the person for a number, after asking."""
    require_role(stay, *OFFICERS)

    def act() -> None:
        office, actor, now = settings.GUICHET.office, _actor(stay), SystemClock().now()
        locksmith = providers().locksmith
        ask_for_number(identity_id, phone=office.phone, hours=office.hours, locksmith=locksmith, actor=actor, at=now)

    return _ask_and_do(request, identity_id, _ASK, act, form=ConfirmForm(request.POST or None))


@page(level=AssuranceLevel.APP_CODE)
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, stay: Session, identity_id: int) -> HttpResponse:
    """Refuse who cannot be matched, after asking."""
    require_role(stay, *OFFICERS)

    def act() -> None:
        phone, actor, now = settings.GUICHET.office.phone, _actor(stay), SystemClock().now()
        refuse_identity(identity_id, phone=phone, locksmith=providers().locksmith, actor=actor, at=now)

    return _ask_and_do(request, identity_id, _REFUSE, act, form=ConfirmForm(request.POST or None))


def _who_match(means: Means) -> Collection[OperatorRole]:
    """Return who may match: after a call, which proved nobody and ends with first keys, registration officers alone (§3.7)."""
    return {OperatorRole.REGISTRAR} if means is Means.EMAIL_CODE else OFFICERS


def _number_form(request: HttpRequest, told: IdentityPending, *, at: datetime) -> NumberForm:
    """Return what is asked for a match by number: after a call, which alone proves the person, the document too."""
    sent = request.POST or None
    return SeenNumberForm(sent, told=told, now=at) if told.means is Means.EMAIL_CODE else NumberForm(sent)


def _match_form(request: HttpRequest, told: IdentityPending, *, at: datetime) -> CounterForm:
    """Return what is asked for a match with who is registered, likewise."""
    sent = request.POST or None
    return SeenPersonForm(sent, told=told, now=at) if told.means is Means.EMAIL_CODE else ConfirmForm(sent)


def _as_met(found: WaitingIdentity, form: CounterForm) -> WaitingIdentity:
    """Return who waits, after a call as the document tells."""
    return replace(found, pending=form.person) if isinstance(form, SeenDocumentForm) else found


def _seen(form: CounterForm) -> SeenDocument | None:
    return form.seen if isinstance(form, SeenDocumentForm) else None


def _ask_and_do(
    request: HttpRequest,
    identity_id: int,
    move: Move,
    act: Callable[[], object],
    *,
    form: CounterForm,
    about: str = "",
) -> HttpResponse:
    """Show the question, or act once and lead to the list."""
    if not PendingIdentity.objects.filter(pk=identity_id, state=MatchState.WAITING).exists():
        return say_over(request)
    form.is_bound = request.method == "POST"
    if form.is_bound and form.is_valid():
        try:
            answer = send_once(request, act, then=path_of_waiting())
        except NobodyWaitsError:
            return say_over(request)
        except ConfigurationRefusedError as refused:
            tell_why(form, refused)
        else:
            messages.success(request, str(move.done))
            return answer
    values = {
        "form": form,
        "title": labelled(move.title, about) if about else str(move.title),
        "told": move.told,
        "button": move.button,
        "cancel_path": reverse("registration-identity", args=[identity_id]),
        "is_dangerous": move.is_dangerous,
    }
    return render(request, "components/confirm_page.html", values, status=form.http_status)


def _facts(found: WaitingIdentity) -> list[SummaryRow]:
    pending = found.pending
    rows = [
        SummaryRow(_("Family name"), pending.family_name),
        SummaryRow(_("First name"), pending.given_names),
        SummaryRow(_("Date of birth"), date_format(pending.birth_date, "DATE_FORMAT") if pending.birth_date else ""),
        *_proof(pending),
        SummaryRow(_("E-mail address"), found.reach.mail),
        SummaryRow(_("Telephone"), found.reach.phone),
        SummaryRow(_("Language"), language_name(found.language)),
    ]
    return [row for row in rows if row.value]


def _proof(pending: IdentityPending) -> list[SummaryRow]:
    """Return by what the person proved himself, and as whom; who asked for a call is known nowhere yet."""
    proof = proof_name(pending.means)
    if pending.person_id is not None:
        details = called(pending.person_id)
        return [SummaryRow(_("Asked while signed in as"), "" if details is None else details.name)]
    if pending.means is Means.EMAIL_CODE:
        return [SummaryRow(_("Proved by"), proof)]
    told = _("%(means)s, level %(level)s") % {"means": proof, "level": int(pending.level)}
    return [SummaryRow(_("Proved by"), told), SummaryRow(_("Known there as"), pending.known_as)]


def _actor(stay: Session) -> str:
    return f"login:{login_of(stay)}"
