"""What waits for a manager, every declaration with what became of it, and whole files; each confirmed or refused here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import Session
from domain.access.actors import Actor
from domain.access.refusals import RefusalReason
from domain.access.roles import Role, may_confirm
from domain.access.states import GrantState
from domain.access_declarations import Action
from domain.access_states import DeclaredState
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from portal.access_desk import access_desk
from portal.pages.access_declarations.obstacles import obstacle_to
from portal.pages.access_declarations.own_declarations import (
    HELD,
    Reach,
    declarations_of,
    file_waits,
    find_declaration,
    forms_of_file,
    held_files,
    may_decide_file,
    reach_of,
    waiting_of,
)
from portal.pages.access_declarations.shown import Shown, changes_of, instant, origin_of, shown
from portal.pages.access_declarations.words import CONSEQUENCES, FILE_STATES, MANAGER, TECHNICAL, USER, title_of
from portal.pages.actors import called_actors
from portal.pages.listings import Column, Rows, list_rows
from portal.pages.names import quality_name
from portal.pages.parts import NOTHING, SummaryRow
from portal.pages.people.moves import Move, ask_and_move
from portal.pages.people.words import REFUSALS
from portal.pages.permissions import actor_of, entity_of, person_of
from portal.pages.routing import Context, Freshness, page
from portal.pages.structured_reports.own_senders import senders_of
from registers.access.models import DeclaredAccess, DeclaredForm, Grant, UserAccount

_COLUMNS = (
    Column("received", gettext_lazy("Received"), ("pk",)),
    Column("what", gettext_lazy("What"), ("subject", "action", "-pk")),
    Column("who", gettext_lazy("Who")),
    Column("state", gettext_lazy("State"), ("state", "-pk")),
)
_OF_FILE = (
    Column("what", gettext_lazy("What"), ("subject", "action", "pk")),
    Column("who", gettext_lazy("Who")),
    Column("state", gettext_lazy("State"), ("state", "pk")),
)
_STOPPING = (Action.BLOCK, Action.REMOVE)
MOST_WAITING = 25
"""How many declarations the first page shows; the others are in the list of all."""

STEPS: Mapping[str, Move] = MappingProxyType(
    {
        "confirm": Move(
            gettext_lazy("Confirm this declaration"),
            (),
            gettext_lazy("Confirm"),
            gettext_lazy("The declaration is confirmed. The sender is told in a further notification."),
        ),
        "refuse": Move(
            gettext_lazy("Refuse this declaration"),
            (gettext_lazy("Nothing of it is done. The sender is told in a further notification."),),
            gettext_lazy("Refuse"),
            gettext_lazy("The declaration is refused. The sender is told in a further notification."),
            is_dangerous=True,
        ),
    }
)
_FILE_STEPS: Mapping[str, Move] = MappingProxyType(
    {
        "confirm": Move(
            gettext_lazy("Confirm this file"),
            (
                gettext_lazy("Every declaration in it is looked at again and done, in the order of the file."),
                gettext_lazy("Who is blocked or removed by it is signed out at once."),
            ),
            gettext_lazy("Confirm"),
            gettext_lazy("The file is confirmed. The sender is told in a further notification."),
            is_dangerous=True,
        ),
        "refuse": Move(
            gettext_lazy("Refuse this file"),
            (gettext_lazy("Nothing of it is done. The sender is told in a further notification."),),
            gettext_lazy("Refuse"),
            gettext_lazy("The file is refused. The sender is told in a further notification."),
        ),
    }
)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show what waits: files, single declarations, and senders that ask to declare access."""
    now = SystemClock().now()
    reach = reach_of(stay, at=now)
    waiting = [shown(row) for row in waiting_of(reach, at=now)[: MOST_WAITING + 1]]
    values = {
        "files": held_files(reach, at=now),
        "waiting": waiting[:MOST_WAITING],
        "has_more": len(waiting) > MOST_WAITING,
        "senders": Grant.objects.filter(state=GrantState.PROPOSED, sender__in=senders_of(stay)).order_by("pk"),
    }
    return render(request, "access_declarations/overview.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def every(request: HttpRequest, stay: Session) -> HttpResponse:
    """List every declaration with what became of it, the newest first."""
    reach = reach_of(stay, at=SystemClock().now())
    listed = list_rows(request, declarations_of(reach), columns=_COLUMNS, order="-received", search=_search)
    for row in listed.rows:
        row.shown = shown(row)  # type: ignore[attr-defined, arg-type]
    return render(request, "access_declarations/every.html", {"declarations": listed})


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def one(request: HttpRequest, stay: Session, ticket: str) -> HttpResponse:
    """Show one declaration: what it would change, who sent it, and what was decided by whom."""
    now = SystemClock().now()
    reach = reach_of(stay, at=now)
    row = find_declaration(reach, ticket)
    what = shown(row)
    may_decide = _may_decide(row, what, reach, at=now)
    values = {
        "row": row,
        "shown": what,
        "changes": changes_of(what),
        "origin": origin_of(row, own_number=entity_of(stay).company_number),
        "decision": _decision(row, what, stay),
        "can_decide": may_decide,
        "obstacle": obstacle_to(row) if may_decide else None,
        "can_withdraw": _may_withdraw(row, reach),
    }
    return render(request, "access_declarations/one.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, stay: Session, ticket: str, step: str) -> HttpResponse:
    """Confirm or refuse one declaration, after telling what that does; what is not offered is told of instead of asked."""
    now = SystemClock().now()
    reach, by = reach_of(stay, at=now), actor_of(stay)
    row = find_declaration(reach, ticket)
    here, move = reverse("access-declaration", args=[ticket]), STEPS[step]
    what = shown(row)
    if request.method == "GET" and not _offers(step, row, what, reach, at=now):
        _tell_why_not(request, row, what, reach, at=now)
        return HttpResponseRedirect(here)
    if step == "confirm":
        told = (CONSEQUENCES.get((row.subject, row.action), gettext_lazy("Once you confirm it, it is done.")),)
        move = Move(move.title, told, move.button, move.done)
    return ask_and_move(
        request,
        move,
        lambda: _act(step, row.pk, by=by, at=now),
        about=f"{what.title}, {what.who}",
        back=here,
        then=here,
        state=lambda: shown(find_declaration(reach, ticket)).state[0],
    )


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def file(request: HttpRequest, stay: Session, ticket: str) -> HttpResponse:
    """Show a file that is or was held: whom it would shut out, and everything else that it says of the company."""
    now = SystemClock().now()
    reach = reach_of(stay, at=now)
    forms = forms_of_file(reach, ticket)
    rows = declarations_of(reach).filter(form__in=forms)
    listed = list_rows(request, rows, columns=_OF_FILE, order="what", search=_search)
    for row in listed.rows:
        row.shown = shown(row)  # type: ignore[attr-defined, arg-type]
    first = next((form for form in forms if form.state == HELD), _decided_first(forms))
    word, colour = FILE_STATES[first.state]
    values = {
        "first": first,
        "name": first.submission.subject_name,
        "word": word,
        "colour": colour,
        "is_held": first.state == HELD,
        "can_decide": may_decide_file(forms, reach, at=now),
        "facts": _facts_of_file(first, forms, rows, stay),
        "declarations": listed,
    }
    return render(request, "access_declarations/file.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def decide_file(request: HttpRequest, stay: Session, ticket: str, step: str) -> HttpResponse:
    """Confirm or refuse a held file, as far as it is about the company of the stay; what is not offered is told of."""
    now = SystemClock().now()
    reach, by = reach_of(stay, at=now), actor_of(stay)
    forms = forms_of_file(reach, ticket)
    submission, entity_id = forms[0].submission, entity_of(stay).pk
    here = reverse("access-file", args=[ticket])
    if request.method == "GET" and not may_decide_file(forms, reach, at=now):
        waits = file_waits(forms, at=now)
        reason = RefusalReason.NOT_ENTITLED if waits else RefusalReason.STATE_FORBIDS
        messages.warning(request, str(REFUSALS[reason]))
        return HttpResponseRedirect(here)
    return ask_and_move(
        request,
        _FILE_STEPS[step],
        lambda: _act_on_file(step, submission.pk, entity_id, by=by, at=now),
        about=submission.subject_name,
        back=here,
        then=here,
        state=lambda: FILE_STATES[forms_of_file(reach, ticket)[0].state][0],
    )


def _act(step: str, declaration_id: int, *, by: Actor, at: datetime) -> object:
    desk = access_desk()
    return (desk.confirm if step == "confirm" else desk.decline)(declaration_id, by=by, at=at)


def _act_on_file(step: str, submission_id: int, entity_id: int, *, by: Actor, at: datetime) -> object:
    desk = access_desk()
    return (desk.confirm_file if step == "confirm" else desk.decline_file)(submission_id, entity_id, by=by, at=at)


def _offers(step: str, row: DeclaredAccess, what: Shown, reach: Reach, *, at: datetime) -> bool:
    """Whether the declaration's page offers the step to the reader."""
    if step == "confirm":
        return _may_decide(row, what, reach, at=at) and obstacle_to(row) is None
    return _may_decide(row, what, reach, at=at) or _may_withdraw(row, reach)


def _tell_why_not(request: HttpRequest, row: DeclaredAccess, what: Shown, reach: Reach, *, at: datetime) -> None:
    """Say why a step is not offered; what stands against a confirmation is said by the page itself."""
    if not _waits(row, what, at=at):
        messages.warning(request, str(REFUSALS[RefusalReason.STATE_FORBIDS]))
    elif not _may_decide(row, what, reach, at=at):
        messages.warning(request, str(REFUSALS[RefusalReason.NOT_ENTITLED]))


def _waits(row: DeclaredAccess, what: Shown, *, at: datetime) -> bool:
    """Whether somebody has yet to decide, and in time."""
    is_in_time = row.expires_at is None or at < row.expires_at
    return row.state == DeclaredState.PENDING_CONFIRMATION and is_in_time and not what.is_accepted_next


def _may_decide(row: DeclaredAccess, what: Shown, reach: Reach, *, at: datetime) -> bool:
    """Whether it waits and the reader has the role for it; the register looks again when it is done."""
    if not _waits(row, what, at=at):
        return False
    if row.subject == MANAGER and row.appointment is not None:
        return may_confirm(reach.standing.roles, Role(row.appointment.role))
    return row.subject == TECHNICAL and bool(reach.standing.roles)


def _may_withdraw(row: DeclaredAccess, reach: Reach) -> bool:
    """Whether the reader may refuse what is scheduled for a later day."""
    roles = reach.standing.roles
    is_scheduled = row.state == DeclaredState.SCHEDULED and bool(roles)
    return is_scheduled and (row.subject != MANAGER or may_confirm(roles, Role.CO_MANAGER))


def _decision(row: DeclaredAccess, what: Shown, stay: Session) -> Sequence[SummaryRow]:
    """Return what was decided and by whom, or until when somebody can decide."""
    actor, at = row.settled_by, row.settled_at
    if what.is_accepted_next and row.appointment is not None:
        actor, at = row.appointment.confirmed_by, row.appointment.confirmed_at
    rows = []
    if at is not None:
        rows.append(SummaryRow(_("Decided on"), instant(at)))
    if actor:
        rows.append(SummaryRow(_("Decided by"), _called(actor, stay)))
    if row.expires_at is not None and row.settled_at is None:
        rows.append(SummaryRow(_("Waits until"), instant(row.expires_at)))
    return rows


def _decided_first(forms: Sequence[DeclaredForm]) -> DeclaredForm:
    return next((form for form in forms if form.settled_at is not None), forms[0])


def _facts_of_file(
    first: DeclaredForm, forms: Sequence[DeclaredForm], rows: Rows, stay: Session
) -> Sequence[SummaryRow]:
    counts = rows.order_by().values("subject", "action").annotate(count=Count("pk")).order_by("subject", "action")
    found = {(each["subject"], each["action"]): int(each["count"]) for each in counts}
    facts = [
        SummaryRow(_("Sender number"), first.sender),
        SummaryRow(_("Received"), instant(first.received_at)),
        SummaryRow(_("Ticket"), first.submission.ticket or NOTHING),
        SummaryRow(_("Quality"), ", ".join(sorted({quality_name(form.quality) for form in forms}))),
        *(SummaryRow(title_of(*key), str(count)) for key, count in found.items()),
    ]
    if first.state == HELD and first.expires_at is not None:
        stopped = sum(found.get((USER, action), 0) for action in _STOPPING)
        facts.insert(0, SummaryRow(_("Users blocked or removed"), _share(stopped, forms, stay)))
        facts.append(SummaryRow(_("Waits until"), instant(first.expires_at)))
    if first.settled_at is not None:
        facts.append(SummaryRow(_("Decided on"), instant(first.settled_at)))
        facts.append(SummaryRow(_("Decided by"), _called(first.settled_by, stay)))
    return facts


def _called(actor: str, stay: Session) -> str:
    return called_actors([actor], entity_id=entity_of(stay).pk, reader=person_of(stay))[actor]


def _share(stopped: int, forms: Sequence[DeclaredForm], stay: Session) -> str:
    active = UserAccount.objects.filter(
        entity_id=entity_of(stay).pk, quality__in={form.quality for form in forms}, state="ACTIVE"
    ).count()
    return _("%(stopped)s of %(active)s active users") % {"stopped": stopped, "active": active}


def _search(rows: Rows, words: str) -> Rows:
    return rows.filter(
        Q(ticket=words.upper())
        | Q(form__reference=words)
        | Q(account__user_name=words.upper())
        | Q(form__submission__subject_name__istartswith=words)
        | Q(name__icontains=words)
    )
