"""Welcome who has just signed in, by whatever way: what waited for the person is taken up, a context is chosen.

An invitation is taken up by itself only where joining shuts nobody out of what is his: by a key that needs no password, of
who has none, in a company that is his already, or with keys that this company gave. Anybody else accepts or declines it (decision 0043).

It happens at the first page of a stay that is for signed-in people, and again once the stay is stronger: what needed
a surer key is then taken up.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog
from django.contrib import messages
from django.db.models import DateTimeField, Value
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from auth.keys.consumed_codes import ConsumedCodes
from auth.keys.life import holders_of_passwords
from auth.models import Session
from auth.new_devices import tell_of_new_device
from auth.session_life import choose_context
from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Role
from domain.assurance import AssuranceLevel
from portal.key_desk import key_desk
from portal.pages.open_contexts import contexts_open_to
from portal.pages.paths import path_to_come_back_to, with_next
from portal.pages.people.joining import join_as_user
from portal.pages.people.passwords import login_to_help
from portal.pages.people.words import REFUSALS
from portal.pages.roles import note_roles
from portal.pages.stays import person_of, store_of
from registers.access.attesting import note_use
from registers.access.authority import STRONG_LEVEL
from registers.access.company_rules import companies_joined_by
from registers.access.entity_accounts import activate_account
from registers.access.models import Appointment, UserAccount
from registers.persons.details import verify_reached

log = structlog.get_logger()

_ARRIVED = "arrived"
_AT_LEVEL = "arrived_at_level"
_TOLD_OF_DEVICE = "told_of_device"


def welcome(request: HttpRequest, stay: Session, *, at: datetime) -> HttpResponse | None:
    """Do what a first page begins with; the answer, if any, leads to the choice of a company, or here once more.

    The latter where there was much to do, so that no page asks the database for all of it and its own at once.
    """
    store = store_of(request)
    if store.get(_ARRIVED) and store.get(_AT_LEVEL, stay.reached_level) >= stay.reached_level:
        return None
    if tell_of_device(request, stay, at=at) and request.method == "GET":
        return _here_once_more(request)
    store[_ARRIVED], store[_AT_LEVEL] = True, stay.reached_level
    note_roles(request, stay)
    person_id = person_of(stay)
    if person_id is None:
        return None
    _take_up(request, stay, person_id, at=at)
    may_choose = stay.entity_id is None and stay.reached_level >= AssuranceLevel.PASSWORD
    return _choose(request, stay, person_id, at=at) if may_choose else None


def _joins_by_itself(account: UserAccount, *, level: int) -> bool:
    """Whether a stay of that level takes an invitation up without asking."""
    return (
        (level >= STRONG_LEVEL and not holders_of_passwords({account.person_id}))
        or account.entity_id in companies_joined_by(account.person_id)
        or login_to_help(account) is not None
    )


def _choose(request: HttpRequest, stay: Session, person_id: int, *, at: datetime) -> HttpResponse | None:
    """Act for the only company there is; lead to the choice among several, and to what says that the only one is stopped."""
    contexts = contexts_open_to(stay, at=at)
    if len(contexts.chosen_from) == 1:
        (only,) = contexts.chosen_from
        choose_context(store_of(request), entity_id=only.entity_id, quality=only.quality, at=at)
        note_use(person_id, only.entity_id, only.quality, at=at)
        return _here_once_more(request) if request.method == "GET" else None
    is_told = bool(contexts.chosen_from or contexts.stopped)
    if is_told and request.method == "GET" and request.path != reverse("context"):
        return HttpResponseRedirect(with_next(reverse("context"), path_to_come_back_to(request)))
    return None


def _here_once_more(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(request.get_full_path())


def tell_of_device(request: HttpRequest, stay: Session, *, at: datetime) -> bool:
    """Tell the person of a new device, once in a stay; whether there was something to tell."""
    store = store_of(request)
    if store.get(_TOLD_OF_DEVICE):
        return False
    store[_TOLD_OF_DEVICE] = True
    return tell_of_new_device(stay, persons=key_desk().persons, at=at)


def _take_up(request: HttpRequest, stay: Session, person_id: int, *, at: datetime) -> None:
    """Activate the company accounts and user accounts that waited for the person; tell of what waited too long."""
    chief_of = Appointment.objects.filter(
        person_id=person_id, role=Role.CHIEF, state="PROPOSED", entity__account__state="REGISTERED"
    )
    companies = chief_of.values_list("entity_id", "entity__name", "entity__account__codes_issued_at", Value("company"))
    invited = UserAccount.objects.filter(person_id=person_id, state="INVITED")
    users = invited.values_list("pk", Value(""), Value(None, output_field=DateTimeField()), Value("user"))
    codes = ConsumedCodes()
    for number, name, issued_at, what in sorted(companies.union(users, all=True), key=lambda row: (row[3], row[0])):
        account = UserAccount.objects.get(pk=number) if what == "user" else None
        actor = Actor.person(person_id, level=stay.level_for(number if account is None else account.entity_id))
        if account is not None:
            if _joins_by_itself(account, level=actor.level):
                _succeeds(request, partial(join_as_user, number, by=actor, at=at))
        elif _succeeds(request, partial(activate_account, number, by=actor, at=at, codes=codes), company=name):
            if stay.confined_to_id is None and codes.were_consumed(person_id, since=issued_at):
                verify_reached(person_id, since=issued_at, actor=actor.name, at=at)
            words = _("The account of %(company)s is active. You manage it from now on.")
            messages.success(request, words % {"company": name})


def _succeeds(request: HttpRequest, act: Callable[[], object], *, company: str = "") -> bool:
    try:
        act()
    except AccessRefusedError as refused:
        if refused.reason is RefusalReason.ACTIVATION_OVER:
            words = _("The activation period is over. The responsible person of your company must request new codes.")
            messages.error(request, words)
        elif refused.reason is RefusalReason.LEVEL_TOO_LOW:
            words = _(
                "The account of %(company)s waits for you: sign in with eID, itsme or a code of an app, then it is active."
            )
            messages.warning(request, words % {"company": company})
        elif refused.reason is RefusalReason.STATE_FORBIDS:
            words = _("An invitation was not accepted in time. Your access manager can invite you again.")
            messages.error(request, words)
        elif refused.reason is RefusalReason.PASSWORDS_OFF:
            messages.warning(request, str(REFUSALS[refused.reason]))
        else:
            log.warning("nothing was taken up", reason=str(refused.reason))
        return False
    return True
