"""The list of who manages and who uses, one user, and adding one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from auth.keys.email_codes import mask
from auth.keys.password_locks import locked_until
from auth.models import Session
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Appointee, Role, may_any_appoint
from domain.access.standings import Standing
from domain.access.states import AccountState, GrantState
from domain.assurance import AssuranceLevel
from domain.configuration_refusals import ConfigurationRefusedError
from domain.stops import is_for_want_of_use
from evidence.clock import SystemClock
from portal.pages.listings import Column, list_rows
from portal.pages.names import RIGHTS, SERVICES
from portal.pages.parts import Action, SummaryRow
from portal.pages.people.forms import AddUserForm
from portal.pages.people.inviting import Invited, OtherNameError, invite
from portal.pages.people.managers import managers_of
from portal.pages.people.moves import lead_back
from portal.pages.people.offered import is_stopped_anywhere, steps_with, why_not
from portal.pages.people.own_people import (
    appointments_of,
    find_user,
    require_managing,
    rights_of,
    search_users,
    users_of,
)
from portal.pages.people.passwords import login_to_help, persons_to_help
from portal.pages.people.user_steps import MOVES
from portal.pages.people.words import ACCOUNT_STATES, BLOCKED_BY, REFUSALS, UNUSED_FOR_LONG
from portal.pages.routing import Context, Freshness, page
from portal.pages.sending_once import make_once
from registers.access.models import UserAccount

_COLUMNS = (
    Column("choice", gettext_lazy("Choose")),
    Column("name", gettext_lazy("Name"), ("family_name", "first_name", "user_name")),
    Column("user", gettext_lazy("User name"), ("user_name",)),
    Column("state", gettext_lazy("State"), ("state", "family_name")),
    Column("used", gettext_lazy("Last used"), ("last_used_at",)),
)

STEPS_OF_THE_LIST = ("block", "unblock", "remove")
"""What the drop-down below the list offers."""

_MOST_DIGITS = 18


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show who manages, and list the users."""
    now = SystemClock().now()
    standing = require_managing(stay, at=now)
    users = list_rows(request, users_of(stay), columns=_COLUMNS, order="name", search=search_users)
    _describe(users.rows, standing)
    managers = managers_of(list(appointments_of(stay, at=now)), standing)
    manages_already = any(line.row.role == Role.MANAGER for line in managers)
    values = {
        "managers": managers,
        "users": users,
        "quality": stay.quality,
        "steps": [(step, MOVES[step].title) for step in STEPS_OF_THE_LIST],
        "can_take_up": Role.CHIEF in standing.roles and not manages_already,
    }
    return render(request, "people/overview.html", values)


def _describe(users: Sequence[Any], standing: Standing) -> None:
    """Give the users of a page the words of their states, and note whom the reader may give a new password."""
    helped = persons_to_help(users, standing)
    for user in users:
        user.word, user.colour = ACCOUNT_STATES[user.state]
        user.can_be_helped = user.person_id in helped


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def execute(request: HttpRequest, stay: Session) -> HttpResponse:
    """Lead from the list to the question of the step that was chosen for a user; nothing is done here.

    Where the step would be refused it is told at once, on the page of the user, which shows what is possible.
    """
    standing = require_managing(stay, at=SystemClock().now())
    said, step = request.GET.get("user", ""), request.GET.get("step", "")
    if step not in STEPS_OF_THE_LIST or not (said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS):
        messages.warning(request, _("Choose a user in the list and what is to be done, then Execute."))
        return HttpResponseRedirect(reverse("people"))
    user = find_user(stay, int(said))
    if reason := why_not(step, user, standing):
        return lead_back(request, reason, to=reverse("people-user", args=[user.pk]))
    return HttpResponseRedirect(reverse("people-step", args=[user.pk, step]))


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, stay: Session) -> HttpResponse:
    """Ask for the user to add; the user name is ours, and the first keys are sent on two ways."""
    now = SystemClock().now()
    require_managing(stay, at=now)
    form = AddUserForm(request.POST or None, initial={"language": (get_language() or "en")[:2]})
    if request.method == "POST" and form.is_valid():
        made: list[Invited] = []

        def make() -> str:
            made.append(invite(stay, form.cleaned_data, at=now))
            return reverse("people-user", args=[made[-1].account.pk])

        try:
            answer = make_once(request, make)
        except OtherNameError:
            form.add_error("family_name", _("This name and the national number do not belong together."))
        except AccessRefusedError as refused:
            if refused.reason is RefusalReason.NOT_EMPLOYED:
                form.add_error("is_employed", _("No running employment with the company is known: declare it."))
            else:
                form.tell_conflict(str(REFUSALS[refused.reason]))
        except ConfigurationRefusedError:
            form.add_error(None, _("This cannot be entered so. Look at the names and addresses again."))
        else:
            messages.success(request, _told(made[-1]))
            return answer
    return render(request, "people/add.html", {"form": form, "quality": stay.quality}, status=form.http_status)


def _told(invited: Invited) -> str:
    """Say what was sent, and where the letter went if not to an address of the person's own."""
    if invited.has_codes:
        return _("The user is invited. A user name is sent by e-mail and a temporary password by SMS.")
    if invited.told_at:
        return _(
            "The user is invited. No codes are sent: the person signs in with eID, itsme or another key of his own. The e-mail "
            "goes to %(address)s."
        ) % {"address": mask(invited.told_at)}
    return _(
        "The user is invited. No codes are sent: the person signs in with eID, itsme or another key of his own, and is "
        "told so by e-mail."
    )


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def one(request: HttpRequest, stay: Session, account_id: int) -> HttpResponse:
    """Show a user: state, rights, and what can be done."""
    now = SystemClock().now()
    standing = require_managing(stay, at=now)
    user = find_user(stay, account_id)
    word, colour = ACCOUNT_STATES[user.state]
    is_oneself = user.person_id == standing.person_id
    can_be_helped = user.person_id in persons_to_help([user], standing)
    values = {
        "user": user,
        "word": word,
        "colour": colour,
        "locked_until": locked_until(user.person_id, at=now),
        "facts": _facts(user),
        "rights": _rights(user, standing, at=now),
        "steps": steps_with(user, standing),
        "is_stopped_by_operator": is_stopped_anywhere(user),
        "can_be_helped": can_be_helped,
        "renews_himself": not (can_be_helped or is_oneself) and login_to_help(user) is None,
        "is_password_allowed": standing.is_password_login_allowed,
        "can_appoint": not is_stopped_anywhere(user)
        and any(may_any_appoint(standing.roles, Appointee(role.value)) for role in Role),
    }
    return render(request, "people/user.html", values)


def _facts(user: UserAccount) -> list[SummaryRow]:
    rows = [
        SummaryRow(_("User name"), user.user_name),
        SummaryRow(_("Invited on"), _day(user.invited_at)),
        SummaryRow(_("Last used"), _day(user.last_used_at) if user.last_used_at else _("never")),
    ]
    if user.employment_checked_at:
        rows.append(SummaryRow(_("Employment found in the register on"), _day(user.employment_checked_at)))
    if user.employment_declared_at:
        rows.append(SummaryRow(_("Employment declared on"), _day(user.employment_declared_at)))
    if user.state == AccountState.BLOCKED:
        is_unused = is_for_want_of_use(user.blocked_by, user.block_reason)
        rows.append(SummaryRow(_("Blocked"), str(UNUSED_FOR_LONG if is_unused else BLOCKED_BY[user.blocked_by])))
    if user.state == AccountState.INVITED:
        rows.insert(2, SummaryRow(_("Last day of the invitation"), _last_day(user.expires_at)))
    return rows


def _rights(user: UserAccount, standing: Standing, *, at: datetime) -> list[SummaryRow]:
    rows = []
    for grant in rights_of(user, at=at):
        service, said = str(SERVICES[grant.service]), capfirst(str(RIGHTS[grant.right]))
        if grant.valid_from > at:
            said = _("%(right)s, from %(day)s") % {"right": said, "day": _day(grant.valid_from)}
        if grant.valid_until:
            said = _("%(right)s, until %(day)s") % {"right": said, "day": _last_day(grant.valid_until)}
        actions: tuple[Action, ...] = ()
        if grant.state == GrantState.PROPOSED:
            said = _("%(right)s, waits for a second access manager") % {"right": said}
            if grant.granted_by != f"person:{standing.person_id}":
                actions = tuple(
                    Action(word, reverse(f"people-right-{step}", args=[user.pk, grant.pk]), about=service)
                    for step, word in (("confirm", _("Confirm")), ("refuse", _("Refuse")))
                )
        rows.append(SummaryRow(service, said, actions))
    return rows


def _last_day(end: datetime) -> str:
    """Return the last day of what ends at that instant: midnight belongs to the day that it ends."""
    return _day(end - timedelta(microseconds=1))


def _day(at: datetime) -> str:
    return date_format(localtime(at), "DATE_FORMAT")
