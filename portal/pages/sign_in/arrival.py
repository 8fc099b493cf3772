"""Turn proofs into a stay and lead on: what waited for the person's first sign-in is taken up, a context is chosen."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from auth.models import Session
from auth.proofs import Proof
from auth.session_life import choose_context
from auth.signing_in import sign_in, step_up
from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Role
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from portal.key_desk import source_of_request
from portal.pages.paths import is_own_path, with_next
from portal.pages.sign_in.attempts import Attempt
from portal.pages.stays import person_of, stay_of, store_of
from registers.access.entity_accounts import activate_account
from registers.access.models import Appointment, UserAccount
from registers.access.standings import contexts_of
from registers.access.user_accounts import activate_user


def arrive(request: HttpRequest, proofs: Sequence[Proof], *, then: str) -> HttpResponse:
    """Sign in, or strengthen the stay there is, and lead on; SignInRefusedError when the proofs do not allow it."""
    now = SystemClock().now()
    source = source_of_request(request)
    if stay_of(request) is not None:
        step_up(store_of(request), proofs, required=AssuranceLevel.SELF_REGISTERED, source=source, at=now)
        Attempt.forget(request)
        return HttpResponseRedirect(then if is_own_path(then) else reverse("home"))
    stay = sign_in(store_of(request), proofs, source=source, at=now)
    Attempt.forget(request)
    person_id = person_of(stay)
    if person_id is None:
        return HttpResponseRedirect(then if is_own_path(then) else reverse("home"))
    _take_up(request, stay, person_id, at=now)
    return lead_to_context(request, person_id, then=then, at=now)


def lead_to_context(request: HttpRequest, person_id: int, *, then: str, at: datetime) -> HttpResponse:
    """Choose the only context there is; lead to the choice where there are several."""
    goal = then if is_own_path(then) else reverse("home")
    contexts = contexts_of(person_id, at=at)
    if len(contexts) > 1:
        return HttpResponseRedirect(with_next(reverse("context"), goal))
    if contexts:
        only = contexts[0]
        choose_context(store_of(request), entity_id=only.entity_id, quality=only.quality, at=at)
    return HttpResponseRedirect(goal)


def _take_up(request: HttpRequest, stay: Session, person_id: int, *, at: datetime) -> None:
    """Activate the company accounts and user accounts that waited for this person; tell of those that waited too long."""
    actor = Actor.person(person_id, level=stay.level)
    for entity_id in Appointment.objects.filter(
        person_id=person_id, role=Role.CHIEF, state="PROPOSED", entity__account__state="REGISTERED"
    ).values_list("entity_id", flat=True):
        try:
            account = activate_account(entity_id, by=actor, at=at)
        except AccessRefusedError as refused:
            _tell_of_lateness(request, refused)
        else:
            words = _("The account of %(company)s is active. You manage it from now on.")
            messages.success(request, words % {"company": account.entity.name})
    for account_id in UserAccount.objects.filter(person_id=person_id, state="INVITED").values_list("pk", flat=True):
        try:
            activate_user(account_id, by=actor, at=at)
        except AccessRefusedError as refused:
            _tell_of_lateness(request, refused)


def _tell_of_lateness(request: HttpRequest, refused: AccessRefusedError) -> None:
    if refused.reason is RefusalReason.ACTIVATION_OVER:
        words = _("The activation period is over. The responsible person of your company must request new codes.")
    else:
        words = _("An invitation was not accepted in time. Your access manager can invite you again.")
    messages.error(request, words)
